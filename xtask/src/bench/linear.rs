//! Linear trees of any length: half of the revisions create a table with an index, half add a column.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context, Result};

const ENV: &str = "\
from alembic import context
from sqlalchemy import engine_from_config, pool

config = context.config
if context.is_offline_mode():
    context.configure(url=config.get_main_option(\"sqlalchemy.url\"), literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()
else:
    connectable = engine_from_config(config.get_section(config.config_ini_section), prefix=\"sqlalchemy.\", poolclass=pool.NullPool)
    with connectable.connect() as connection:
        context.configure(connection=connection, target_metadata=None)
        with context.begin_transaction():
            context.run_migrations()
";

/// Writes a linear tree: a project that alembic's own template would make. Gives how many bytes its revisions have.
pub(crate) fn generate(folder: &Path, server: &str, revisions: usize) -> Result<usize> {
    let url = server.replace("postgresql://", "postgresql+psycopg://").replace("/postgres", "/bench");
    let ini = format!("[alembic]\nscript_location = %(here)s/migrations\nsqlalchemy.url = {url}\n");
    let versions = folder.join("migrations/versions");
    std::fs::create_dir_all(&versions).context("cannot make the tree")?;
    std::fs::write(folder.join("alembic.ini"), ini)?;
    std::fs::write(folder.join("migrations/env.py"), ENV)?;
    let mut bytes = 0;
    for number in 0..revisions {
        let text = revision(number)?;
        bytes += text.len();
        std::fs::write(versions.join(format!("{number:012x}_step.py")), text)?;
    }
    Ok(bytes)
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
