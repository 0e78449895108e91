//! The lines that are exchanged with `python/limbeck_driver`: one JSON object each.

use std::path::{Path, PathBuf};

use limbeck_postgres::DatabaseUrl;
use limbeck_types::{Frame, PythonError, SqlError};
use serde::{Deserialize, Serialize};

use crate::headers::ImportedHeader;

/// The version of the protocol. Both sides must have the same.
pub(crate) const PROTOCOL: u32 = 2;

/// What we tell the driver.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Order<'a> {
    /// First, before it imports anything.
    Settings(Settings<'a>),
    /// Where the scratch database is.
    Connect(Connect<'a>),
    /// Instead of that: import these revision files, and say what their headers are worth.
    Headers(&'a [PathBuf]),
    /// Run this revision.
    #[serde(untagged)]
    Step { step: &'a str, direction: &'static str },
    /// Run no more.
    #[serde(untagged)]
    Stop { stop: bool },
    /// Say where you are; answered even while a revision runs.
    #[serde(untagged)]
    Where {
        #[serde(rename = "where")]
        asked: bool,
    },
}

#[derive(Debug, Serialize)]
pub(crate) struct Settings<'a> {
    pub(crate) marker: &'a str,
    pub(crate) ini: Option<&'a Path>,
    pub(crate) toml: Option<&'a Path>,
    pub(crate) section: &'a str,
    pub(crate) script_directory: &'a Path,
    pub(crate) x: &'a [String],
    pub(crate) plan: Option<&'a str>,
}

#[derive(Debug, Serialize)]
pub(crate) struct Connect<'a> {
    pub(crate) url: String,
    pub(crate) host: &'a str,
    pub(crate) port: u16,
    pub(crate) user: Option<&'a str>,
    pub(crate) password: Option<&'a str>,
    pub(crate) database: &'a str,
    pub(crate) query: std::collections::BTreeMap<&'a str, &'a str>,
    pub(crate) url_environment: &'a [String],
}

impl<'a> Connect<'a> {
    pub(crate) fn new(url: &'a DatabaseUrl, database: &'a str, url_environment: &'a [String]) -> Self {
        // `postgresql://` without a driver; the driver's own name is put in by the side that knows what is installed.
        let plain = DatabaseUrl { driver: None, ..url.clone() };
        Self {
            url: plain.reveal(None),
            host: &url.host,
            port: url.port,
            user: url.user.as_deref(),
            password: url.password.as_deref(),
            database,
            query: url.query.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect(),
            url_environment,
        }
    }
}

/// What the driver tells us.
#[derive(Debug, Deserialize)]
#[serde(tag = "answer", rename_all = "kebab-case")]
pub(crate) enum Answer {
    Hello { protocol: u32, python: String },
    Ready { alembic: String, sqlalchemy: String },
    Loaded { plan: Option<Vec<PlanEntry>> },
    Header(Box<HeaderRead>),
    Run(RunBegan),
    Statement { sql: String, frames: Vec<WireFrame>, autocommit: bool, milliseconds: f64 },
    Applied { heads: Option<Vec<String>>, ended_by: Vec<WireFrame>, milliseconds: f64 },
    Failed(Box<StepFailed>),
    Where { frames: Vec<WireFrame>, statement: Option<String>, committed: bool },
    Refused { reason: String, dialect: Option<String>, database: String, frames: Vec<WireFrame> },
    Ended(Box<Ended>),
}

/// alembic asks for its first step.
#[derive(Debug, Deserialize)]
pub(crate) struct RunBegan {
    pub(crate) run: u32,
    pub(crate) version_table: String,
    pub(crate) version_table_schema: Option<String>,
    pub(crate) external_transaction: bool,
    pub(crate) opened_by: Vec<WireFrame>,
    pub(crate) dialect: String,
}

/// A revision file was imported, or raised.
#[derive(Debug, Deserialize)]
pub(crate) struct HeaderRead {
    pub(crate) path: PathBuf,
    pub(crate) header: Option<ImportedHeader>,
    pub(crate) error: Option<WireError>,
    pub(crate) missing_module: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct PlanEntry {
    pub(crate) revision: String,
    pub(crate) message: String,
    pub(crate) path: PathBuf,
}

#[derive(Debug, Deserialize)]
pub(crate) struct StepFailed {
    pub(crate) error: WireError,
    pub(crate) earlier: Option<WireError>,
    pub(crate) committed: bool,
    pub(crate) milliseconds: f64,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Ended {
    pub(crate) phase: String,
    pub(crate) exit: Option<String>,
    pub(crate) error: Option<WireError>,
    pub(crate) missing_module: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct WireFrame {
    path: PathBuf,
    function: String,
    line: u32,
    end_line: Option<u32>,
    column: Option<u32>,
    end_column: Option<u32>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct WireError {
    class: String,
    message: String,
    pub(crate) frames: Vec<WireFrame>,
    sql: Option<WireSqlError>,
}

#[derive(Debug, Deserialize)]
struct WireSqlError {
    sqlstate: String,
    message: String,
    detail: Option<String>,
    hint: Option<String>,
    context: Option<String>,
    position: Option<u32>,
    sent: String,
    table: Option<String>,
    column: Option<String>,
    constraint: Option<String>,
}

pub(crate) fn frames(wire: Vec<WireFrame>) -> Vec<Frame> {
    wire.into_iter().map(Frame::from).collect()
}

impl From<WireFrame> for Frame {
    fn from(wire: WireFrame) -> Self {
        let WireFrame { path, function, line, end_line, column, end_column } = wire;
        Self { path, function, line, end_line, column, end_column }
    }
}

impl From<WireError> for PythonError {
    fn from(wire: WireError) -> Self {
        let sql = wire.sql.map(|sql| SqlError {
            sqlstate: sql.sqlstate,
            message: sql.message,
            detail: sql.detail,
            hint: sql.hint,
            context: sql.context,
            position: sql.position,
            sent: sql.sent,
            table: sql.table,
            column: sql.column,
            constraint: sql.constraint,
        });
        Self { class: wire.class, message: wire.message, frames: frames(wire.frames), sql }
    }
}
