//! What env.py says about how the SQL is made, read without running it.

use limbeck_project::{Project, read_source};
use limbeck_types::{Environment, Field, Opaque};

use crate::imports;
use crate::output::Printer;

/// Reads env.py. What it does not say by what can be known is assumed, and said so on standard error.
pub(crate) fn read(project: &Project, printer: &Printer) -> Environment {
    let path = project.env_file();
    if !path.is_file() {
        let shown = limbeck_project::shown(&path, &project.shown_from);
        printer.note(&format!(
            "there is no `{shown}`, without which alembic renders nothing; limbeck takes what alembic's template says"
        ));
        return template();
    }
    let source = read_source(&path, &project.shown_from).source;
    let modules = |name: &str| imports::module(project, name);
    let environment = limbeck_parse::environment_of(&source.text, &modules);
    for (what, opaque) in opaques(&environment) {
        let at = limbeck_report::LineIndex::new(&source.text).locate(opaque.span.start as usize);
        printer.note(&format!("{}:{}: {what} is not known: {}", source.shown, at.line, opaque.reason));
    }
    environment
}

/// What env.py says by what only Python can tell: each with what is assumed instead.
fn opaques(environment: &Environment) -> Vec<(&'static str, &Opaque)> {
    let Environment {
        transaction_per_migration,
        transactional_ddl,
        literal_binds,
        paramstyle,
        version_table,
        version_table_schema,
        version_table_pk,
        naming_convention,
        metadata_schema,
        begins_transaction: _,
    } = environment;
    let mut found = Vec::new();
    push(&mut found, "`transaction_per_migration`, taken for False,", transaction_per_migration);
    push(&mut found, "`transactional_ddl`, taken for True,", transactional_ddl);
    push(&mut found, "`literal_binds`, taken for True,", literal_binds);
    push(&mut found, "`paramstyle`, taken for `named`,", paramstyle);
    push(&mut found, "`version_table`, taken for `alembic_version`,", version_table);
    push(&mut found, "`version_table_schema`, taken for None,", version_table_schema);
    push(&mut found, "`version_table_pk`, taken for True,", version_table_pk);
    push(&mut found, "the naming convention, taken for SQLAlchemy's own,", naming_convention);
    push(&mut found, "the metadata's schema, taken for None,", metadata_schema);
    found
}

fn push<'e, T>(found: &mut Vec<(&'static str, &'e Opaque)>, what: &'static str, field: &'e Field<T>) {
    if let Field::Opaque(opaque) = field {
        found.push((what, opaque));
    }
}

/// What alembic's own templates say.
fn template() -> Environment {
    Environment { begins_transaction: true, ..Environment::default() }
}
