//! Where a database stands: the rows of its version table, read and nothing else.

use std::time::Duration;

use limbeck_graph::{Graph, Revision};
use limbeck_parse::VersionTable;
use limbeck_postgres::{DatabaseUrl, Session, url};
use limbeck_project::read_source;
use limbeck_types::{Diagnostic, Field, RevisionId};

use crate::args::Database;
use crate::output::Printer;
use crate::question::{Asked, Refusal};
use crate::unable;

/// Whoever asks gets an answer, also where somebody holds a lock on the table.
const DEADLINE: &str = "SET statement_timeout = '10s'";
/// alembic's name of the table (alembic runtime/migration.py, `MigrationContext.__init__`).
const STOCK_TABLE: &str = "alembic_version";
/// SQLSTATEs of a table or a schema that does not exist: nothing was ever applied.
const NOT_THERE: [&str; 2] = ["42P01", "3F000"];

/// What was read.
#[derive(Debug)]
pub(crate) struct Rows {
    /// The rows as they are in the table.
    pub(crate) ids: Vec<RevisionId>,
    /// The table, quoted as SQL.
    pub(crate) table: String,
    /// The database, its password hidden.
    pub(crate) url: String,
}

/// Reads the version table that env.py names by literals, else alembic's own, in the connection's own schema unless
/// env.py names one.
pub(crate) fn ask(asked: &Asked, database: &Database, printer: &Printer) -> Result<Rows, Box<Diagnostic>> {
    let given = database.database_url.clone().or_else(|| asked.settings.database_url.clone());
    let text = given.filter(|url| !url.trim().is_empty()).ok_or_else(unable::no_database_url)?;
    let url = DatabaseUrl::parse(&text).map_err(|error| {
        unable::machine("bad-database-url", &error)
            .help("a URL is `postgresql://user:password@host:5432/dbname`, as SQLAlchemy writes it")
    })?;
    let table = table(asked, printer);
    let wait = database.wait.or(asked.settings.wait).unwrap_or(Duration::from_secs(60));
    let select = format!("SELECT version_num::text FROM {table}");
    let rows = Session::connect(&url, wait).and_then(|mut session| {
        session.execute(DEADLINE)?;
        session.query(&select, &[])
    });
    let ids = match rows {
        Ok(rows) => rows.iter().map(|row| RevisionId::from(row.get::<_, &str>(0))).collect(),
        Err(error) if error.sqlstate().is_some_and(|state| NOT_THERE.contains(&state)) => Vec::new(),
        Err(error) => return Err(unable::version_table(&error, &table).into()),
    };
    Ok(Rows { ids, table, url: url::without_password(&text) })
}

impl Rows {
    /// The rows, unless the tree does not have one of them.
    pub(crate) fn known(self, graph: &Graph) -> Result<Vec<RevisionId>, Refusal> {
        let unknown = self.unknown(graph);
        if unknown.is_empty() { Ok(self.ids) } else { Err(Refusal::Found(unknown)) }
    }

    /// What is wrong with the rows that the tree does not have.
    pub(crate) fn unknown(&self, graph: &Graph) -> Vec<Diagnostic> {
        limbeck_lint::unknown_rows(&self.ids, &self.table, graph.revisions().iter().map(Revision::id))
    }
}

fn table(asked: &Asked, printer: &Printer) -> String {
    let env = asked.project.env_file();
    let VersionTable { name, schema } = if env.is_file() {
        limbeck_parse::version_table(&read_source(&env, &asked.project.shown_from).source.text)
    } else {
        VersionTable::default()
    };
    for (keyword, field) in [("version_table", &name), ("version_table_schema", &schema)] {
        if let Field::Opaque(opaque) = field {
            printer.note(&format!(
                "env.py computes `{keyword}` ({}); limbeck takes alembic's default",
                opaque.reason
            ));
        }
    }
    let quote = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
    let table = quote(name.known().map_or(STOCK_TABLE, String::as_str));
    match schema.known() {
        Some(schema) => format!("{}.{table}", quote(schema)),
        None => table,
    }
}
