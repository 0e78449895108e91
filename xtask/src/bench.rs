//! Speed, as ratios of medians against alembic itself, in one run on one machine.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::machine::{Machine, build, run as run_command, say};
use crate::measure::{Medians, Timed, pair};
use crate::server::Server;

/// Revisions of the generated tree: half create a table with an index, half add a column.
const REVISIONS: usize = 300;
/// `limbeck dry-run` may take this much of one plain `alembic upgrade head`.
const DRY_RUN_AT_MOST: f64 = 1.7;
/// `limbeck heads` must be this much faster than `alembic heads`.
const HEADS_AT_LEAST: f64 = 60.0;

/// Measures and prints the table; a missed target is an error, after the whole table.
pub(crate) fn run() -> Result<()> {
    let machine = Machine::prepare()?;
    let limbeck = build(&machine.root, &["--release", "--package", "limbeck"], "release")?;
    let server = Server::start(&machine.postgres)?;
    let folder = tempfile::tempdir()?;
    generate(folder.path(), &server.url)?;
    let bench = Bench { machine: &machine, limbeck, project: folder.path(), server: &server };
    let missed: Vec<String> = [bench.heads()?, bench.dry_run()?].into_iter().flatten().collect();
    if missed.is_empty() {
        return Ok(());
    }
    bail!("missed: {}", missed.join("; "))
}

struct Bench<'a> {
    machine: &'a Machine,
    limbeck: PathBuf,
    project: &'a Path,
    server: &'a Server,
}

impl Bench<'_> {
    fn heads(&self) -> Result<Option<String>> {
        let (limbeck, alembic) = (self.limbeck(&["heads"]), self.alembic(&["heads"]));
        let (ours, theirs) = pair(&self.machine.python, &limbeck, &alembic, 15, &mut || Ok(()))?;
        let ratio = theirs.seconds / ours.seconds;
        show(&format!("heads, {REVISIONS} revisions"), ours, theirs);
        say(&format!("  {ratio:.1} times faster (at least {HEADS_AT_LEAST})"));
        Ok((ratio < HEADS_AT_LEAST)
            .then(|| format!("heads is {ratio:.1} times faster, not {HEADS_AT_LEAST}")))
    }

    fn dry_run(&self) -> Result<Option<String>> {
        let limbeck = self.limbeck(&["dry-run", "--quiet", "--database-url", &self.server.url]);
        let alembic = self.alembic(&["upgrade", "head"]);
        let mut empty = || self.empty_database();
        let (ours, theirs) = pair(&self.machine.python, &limbeck, &alembic, 7, &mut empty)?;
        let ratio = ours.seconds / theirs.seconds;
        show(&format!("dry-run against upgrade head, {REVISIONS} revisions"), ours, theirs);
        say(&format!("  {ratio:.2} of alembic's time (at most {DRY_RUN_AT_MOST})"));
        Ok((ratio > DRY_RUN_AT_MOST)
            .then(|| format!("dry-run takes {ratio:.2} of alembic's time, not {DRY_RUN_AT_MOST}")))
    }

    fn limbeck(&self, arguments: &[&str]) -> Timed {
        let mut command = vec![self.limbeck.clone()];
        command.extend(arguments.iter().map(PathBuf::from));
        self.timed("limbeck", command)
    }

    fn alembic(&self, arguments: &[&str]) -> Timed {
        let mut command = vec![self.machine.python.with_file_name("alembic")];
        command.extend(arguments.iter().map(PathBuf::from));
        self.timed("alembic", command)
    }

    fn timed(&self, name: &'static str, command: Vec<PathBuf>) -> Timed {
        let environment = self.machine.python.parent().and_then(Path::parent);
        let environment = environment.map(|folder| folder.display().to_string()).unwrap_or_default();
        Timed {
            name,
            command,
            directory: self.project.to_owned(),
            environment: vec![
                ("VIRTUAL_ENV", environment),
                ("LIMBECK_CACHE_DIR", self.machine.cache.display().to_string()),
            ],
        }
    }

    /// What alembic upgrades: a database that is empty again.
    fn empty_database(&self) -> Result<()> {
        let script = "
import sys, psycopg
with psycopg.connect(sys.argv[1], autocommit=True) as connection:
    connection.execute('DROP DATABASE IF EXISTS bench WITH (FORCE)')
    connection.execute('CREATE DATABASE bench')
";
        run_command(Command::new(&self.machine.python).args(["-c", script, &self.server.url]))
    }
}

fn show(title: &str, ours: Medians, theirs: Medians) {
    say(title);
    for (name, medians) in [("limbeck", ours), ("alembic", theirs)] {
        #[expect(clippy::cast_precision_loss, reason = "peak memory is far below 2^52 KiB")]
        let mebibytes = medians.kibibytes as f64 / 1024.0;
        say(&format!("  {name}  {:8.1} ms  {mebibytes:6.1} MiB peak", medians.seconds * 1000.0));
    }
}

const ENV: &str = "\
from alembic import context
from sqlalchemy import engine_from_config, pool

config = context.config
connectable = engine_from_config(config.get_section(config.config_ini_section), prefix=\"sqlalchemy.\", poolclass=pool.NullPool)
with connectable.connect() as connection:
    context.configure(connection=connection, target_metadata=None)
    with context.begin_transaction():
        context.run_migrations()
";

/// Writes a linear tree: a project that alembic's own template would make.
fn generate(folder: &Path, server: &str) -> Result<()> {
    let url = server.replace("postgresql://", "postgresql+psycopg://").replace("/postgres", "/bench");
    let ini = format!("[alembic]\nscript_location = %(here)s/migrations\nsqlalchemy.url = {url}\n");
    std::fs::write(folder.join("alembic.ini"), ini)?;
    let versions = folder.join("migrations/versions");
    std::fs::create_dir_all(&versions).context("cannot make the tree")?;
    std::fs::write(folder.join("migrations/env.py"), ENV)?;
    for number in 0..REVISIONS {
        std::fs::write(versions.join(format!("{number:012x}_step.py")), revision(number)?)?;
    }
    Ok(())
}

fn revision(number: usize) -> Result<String> {
    let down = match number.checked_sub(1) {
        Some(below) => format!("\"{below:012x}\""),
        None => "None".to_owned(),
    };
    let table = format!("table_{}", number / 2);
    let mut text = format!(
        "\"\"\"step {number}\n\nRevision ID: {number:012x}\nRevises: {}\nCreate Date: 2026-01-01 00:00:00.000000\n\n\"\"\"\n",
        down.trim_matches('"')
    );
    text.push_str(
        "from typing import Sequence, Union\n\nfrom alembic import op\nimport sqlalchemy as sa\n\n\n",
    );
    writeln!(
        text,
        "revision: str = \"{number:012x}\"\ndown_revision: Union[str, Sequence[str], None] = {down}"
    )?;
    text.push_str("branch_labels: Union[str, Sequence[str], None] = None\ndepends_on: Union[str, Sequence[str], None] = None\n\n\n");
    if number.is_multiple_of(2) {
        write!(
            text,
            "def upgrade() -> None:\n    op.create_table(\n        \"{table}\",\n        sa.Column(\"id\", sa.Integer(), nullable=False),\n        sa.Column(\"name\", sa.String(80), nullable=False),\n        sa.Column(\"created_at\", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),\n        sa.PrimaryKeyConstraint(\"id\"),\n        sa.UniqueConstraint(\"name\"),\n    )\n    op.create_index(\"ix_{table}_created_at\", \"{table}\", [\"created_at\"])\n\n\ndef downgrade() -> None:\n    op.drop_table(\"{table}\")\n"
        )?;
    } else {
        write!(
            text,
            "def upgrade() -> None:\n    op.add_column(\"{table}\", sa.Column(\"note\", sa.Text(), nullable=True))\n\n\ndef downgrade() -> None:\n    op.drop_column(\"{table}\", \"note\")\n"
        )?;
    }
    Ok(text)
}
