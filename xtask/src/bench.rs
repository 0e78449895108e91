//! Speed, as ratios of medians against alembic itself and the fastest static peer, in one run on one machine.

mod linear;
mod peer;
mod sql;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::machine::{Machine, build, run as run_command, say};
use crate::measure::{Medians, Timed, pair};
use crate::server::Server;

/// `limbeck dry-run` may take this much of one plain `alembic upgrade head`.
const DRY_RUN_AT_MOST: f64 = 1.7;
/// The trees that alembic reads too: how many revisions, how often it is timed, and how many times faster `heads` and
/// `history` must be.
const AGAINST_ALEMBIC: [(usize, usize, f64); 2] = [(300, 15, 120.0), (3_000, 3, 100.0)];
/// The tree that would take alembic minutes.
const LARGE: usize = 30_000;
/// A revision of it may take this much of the time of one in the largest tree that alembic reads.
const GROWTH_AT_MOST: f64 = 1.3;
/// Peak memory for each revision of it, beside the text of its file.
const KIBIBYTES_AT_MOST: f64 = 2.0;
/// `limbeck check` must be this much faster than `zdm` on superset's revisions.
const CHECK_AT_LEAST: f64 = 15.0;

/// Keeps Python from writing what it compiles.
const NO_BYTECODE: &str = "PYTHONDONTWRITEBYTECODE";

/// Measures and prints the table; a missed target is an error, after the whole table.
pub(crate) fn run() -> Result<()> {
    let machine = Machine::prepare()?;
    let limbeck = build(&machine.root, &["--release", "--package", "limbeck"], "release")?;
    let server = Server::start(&machine.postgres)?;
    let bench = Bench { machine: &machine, limbeck, server: &server, folder: tempfile::tempdir()? };
    let mut missed = Vec::new();
    let mut small = 0;
    for (revisions, runs, at_least) in AGAINST_ALEMBIC {
        small = bench.generate(revisions)?;
        for command in ["heads", "history"] {
            missed.extend(bench.against_alembic(command, revisions, runs, at_least)?);
        }
    }
    let large = bench.generate(LARGE)?;
    for command in ["heads", "history"] {
        missed.extend(bench.growth(command, small, large)?);
    }
    missed.extend(bench.check()?);
    missed.extend(sql::measure(&bench)?);
    missed.extend(bench.dry_run()?);
    if missed.is_empty() {
        return Ok(());
    }
    bail!("missed: {}", missed.join("; "))
}

struct Bench<'a> {
    machine: &'a Machine,
    limbeck: PathBuf,
    server: &'a Server,
    folder: tempfile::TempDir,
}

impl Bench<'_> {
    fn against_alembic(
        &self,
        command: &str,
        revisions: usize,
        runs: usize,
        at_least: f64,
    ) -> Result<Option<String>> {
        let project = self.linear(revisions);
        let (limbeck, alembic) = (self.limbeck(&[command], &project), self.alembic(&[command], &project));
        let (ours, theirs) = pair(&self.machine.python, &limbeck, &alembic, runs, &mut || Ok(()))?;
        let title = format!("{command}, {revisions} revisions");
        show(&title, &[("limbeck", ours), ("alembic", theirs)]);
        self.against_compiled(&limbeck, &alembic, runs)?;
        Ok(judge(&title, "times faster", theirs.seconds / ours.seconds, Bound::AtLeast(at_least)))
    }

    /// The same against an alembic that finds every file compiled, as where it ran before and may write: a figure to know, of
    /// which nothing is asked.
    fn against_compiled(&self, limbeck: &Timed, alembic: &Timed, runs: usize) -> Result<()> {
        let compiled = tempfile::tempdir()?;
        let mut alembic = alembic.clone();
        // An empty value is none. What is compiled goes elsewhere, or the next run would find it.
        alembic.environment.push((NO_BYTECODE, String::new()));
        alembic.environment.push(("PYTHONPYCACHEPREFIX", compiled.path().display().to_string()));
        let (ours, theirs) = pair(&self.machine.python, limbeck, &alembic, runs, &mut || Ok(()))?;
        let (milliseconds, ratio) = (theirs.seconds * 1000.0, theirs.seconds / ours.seconds);
        say(&format!(
            "  alembic with every file compiled: {milliseconds:.1} ms, {ratio:.2} times (nothing asked)"
        ));
        Ok(())
    }

    /// Time and memory of the large tree, against the tree before it; `texts` and `large_texts` are the bytes of their files.
    fn growth(&self, command: &str, texts: usize, large_texts: usize) -> Result<Vec<String>> {
        let (small, _, _) = AGAINST_ALEMBIC[AGAINST_ALEMBIC.len() - 1];
        let one = self.limbeck(&[command], &self.linear(small));
        let other = self.limbeck(&[command], &self.linear(LARGE));
        let (few, many) = pair(&self.machine.python, &one, &other, 7, &mut || Ok(()))?;
        let title = format!("{command}, {LARGE} revisions");
        show(&title, &[("the smaller tree", few), ("the large tree", many)]);
        let growth = (many.seconds / count(LARGE)) / (few.seconds / count(small));
        let beside = |medians: Medians, texts: usize| medians.mebibytes() * 1024.0 - count(texts) / 1024.0;
        let memory = (beside(many, large_texts) - beside(few, texts)) / count(LARGE - small);
        // All that the process needs, with the texts of files taken for kept and taken for not kept.
        let whole = beside(many, large_texts) / count(LARGE);
        let gross = many.mebibytes() * 1024.0 / count(LARGE);
        let judged = [
            judge(&title, "of the smaller tree's time a revision", growth, Bound::AtMost(GROWTH_AT_MOST)),
            judge(&title, "KiB a revision more, beside its text", memory, Bound::AtMost(KIBIBYTES_AT_MOST)),
            judge(&title, "KiB a revision, beside its text", whole, Bound::AtMost(KIBIBYTES_AT_MOST)),
            judge(&title, "KiB a revision, its text not taken off", gross, Bound::AtMost(KIBIBYTES_AT_MOST)),
        ];
        Ok(judged.into_iter().flatten().collect())
    }

    fn check(&self) -> Result<Option<String>> {
        let (superset, project) = (peer::superset(self.machine)?, self.superset()?);
        let zdm = vec![peer::zdm(self.machine)?, PathBuf::from("migrations/versions")];
        // It finds things, and says so.
        let zdm = Timed { code: 1, ..self.timed("zdm", zdm, &superset) };
        let limbeck = self.limbeck(&["check"], &project);
        let (ours, theirs) = pair(&self.machine.python, &limbeck, &zdm, 15, &mut || Ok(()))?;
        show("check, superset", &[("limbeck", ours), ("zdm", theirs)]);
        let ratio = theirs.seconds / ours.seconds;
        Ok(judge("check, superset", "times faster", ratio, Bound::AtLeast(CHECK_AT_LEAST)))
    }

    fn dry_run(&self) -> Result<Option<String>> {
        let (revisions, _, _) = AGAINST_ALEMBIC[0];
        let project = self.linear(revisions);
        let limbeck = ["dry-run", "--quiet", "--database-url", &self.server.url];
        let (limbeck, alembic) =
            (self.limbeck(&limbeck, &project), self.alembic(&["upgrade", "head"], &project));
        let mut empty = || self.empty_database();
        let (ours, theirs) = pair(&self.machine.python, &limbeck, &alembic, 7, &mut empty)?;
        let title = format!("dry-run against upgrade head, {revisions} revisions");
        show(&title, &[("limbeck", ours), ("alembic", theirs)]);
        let ratio = ours.seconds / theirs.seconds;
        Ok(judge(&title, "of alembic's time", ratio, Bound::AtMost(DRY_RUN_AT_MOST)))
    }

    /// Makes the linear tree of so many revisions; gives how many bytes they have. What is timed next must not wait while
    /// thousands of new files are written to disk.
    fn generate(&self, revisions: usize) -> Result<usize> {
        let bytes = linear::generate(&self.linear(revisions), &self.server.url, revisions)?;
        run_command(&mut Command::new("sync"))?;
        Ok(bytes)
    }

    /// A project whose revisions are superset's.
    fn superset(&self) -> Result<PathBuf> {
        let project = self.folder.path().join("superset");
        std::fs::create_dir_all(&project)?;
        let migrations = peer::superset(self.machine)?.join("migrations");
        let ini = format!("[alembic]\nscript_location = {}\n", migrations.display());
        std::fs::write(project.join("alembic.ini"), ini)?;
        Ok(project)
    }

    /// Where the linear tree of so many revisions is.
    fn linear(&self, revisions: usize) -> PathBuf {
        self.folder.path().join(revisions.to_string())
    }

    fn limbeck(&self, arguments: &[&str], directory: &Path) -> Timed {
        let mut command = vec![self.limbeck.clone()];
        command.extend(arguments.iter().map(PathBuf::from));
        self.timed("limbeck", command, directory)
    }

    fn alembic(&self, arguments: &[&str], directory: &Path) -> Timed {
        let mut command = vec![self.machine.python.with_file_name("alembic")];
        command.extend(arguments.iter().map(PathBuf::from));
        self.timed("alembic", command, directory)
    }

    fn timed(&self, name: &'static str, command: Vec<PathBuf>, directory: &Path) -> Timed {
        let environment = self.machine.python.parent().and_then(Path::parent);
        let environment = environment.map(|folder| folder.display().to_string()).unwrap_or_default();
        Timed {
            name,
            command,
            directory: directory.to_owned(),
            environment: vec![
                ("VIRTUAL_ENV", environment),
                ("LIMBECK_CACHE_DIR", self.machine.cache.display().to_string()),
                // As in a fresh checkout, which a gate has each time: Python compiles every revision anew.
                (NO_BYTECODE, "1".to_owned()),
            ],
            code: 0,
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
            .context("cannot empty the database")
    }
}

/// What a figure has to be.
#[derive(Debug, Clone, Copy)]
enum Bound {
    AtLeast(f64),
    AtMost(f64),
}

/// Prints a figure with its target; gives it if it is missed.
fn judge(title: &str, unit: &str, figure: f64, bound: Bound) -> Option<String> {
    let (is_met, target) = match bound {
        Bound::AtLeast(least) => (figure >= least, format!("at least {least}")),
        Bound::AtMost(most) => (figure <= most, format!("at most {most}")),
    };
    say(&format!("  {figure:.2} {unit} ({target}): {}", if is_met { "ok" } else { "miss" }));
    (!is_met).then(|| format!("{title}: {figure:.2} {unit}, not {target}"))
}

fn show(title: &str, commands: &[(&str, Medians)]) {
    say(title);
    for (name, medians) in commands {
        let milliseconds = medians.seconds * 1000.0;
        say(&format!("  {name:16} {milliseconds:8.1} ms  {:6.1} MiB peak", medians.mebibytes()));
    }
}

#[expect(clippy::cast_precision_loss, reason = "trees and their texts are far below 2^52")]
fn count(number: usize) -> f64 {
    number as f64
}
