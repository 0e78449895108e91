//! A connection that the rest of limbeck can use without knowing about futures.

use std::time::{Duration, Instant};

use tokio::runtime::Runtime;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Row};

use crate::DatabaseUrl;
use crate::tls;

/// Between two attempts to reach a server that is starting elsewhere.
const RETRY_PAUSE: Duration = Duration::from_millis(200);
/// How long one attempt over the network may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// An open connection. Every call blocks until the server has answered.
pub struct Session {
    // Order matters: the client goes before the runtime that drives its connection.
    client: Client,
    runtime: Runtime,
}

/// Why a server could not be used.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// Nobody answered in time.
    #[error("no Postgres answered at `{url}` within {} s: {reason}", waited.as_secs())]
    Unreachable {
        /// Where, password hidden.
        url: String,
        /// How long we tried.
        waited: Duration,
        /// The last attempt's failure.
        reason: String,
    },
    /// The server answered and refused us.
    #[error("the server at `{url}` refused the connection: {message}")]
    Refused {
        /// Where, password hidden.
        url: String,
        /// SQLSTATE, five characters.
        sqlstate: String,
        /// What it said.
        message: String,
    },
    /// The encryption that the URL asks for cannot be set up.
    #[error("cannot set up TLS for `{url}`: {reason}")]
    Tls {
        /// Where, password hidden.
        url: String,
        /// Why.
        reason: String,
    },
    /// A statement of ours failed.
    #[error("{message}")]
    Statement {
        /// SQLSTATE; empty when the connection broke.
        sqlstate: String,
        /// What the server or the connection said.
        message: String,
    },
}

impl SessionError {
    /// The SQLSTATE, where the server gave one.
    pub fn sqlstate(&self) -> Option<&str> {
        match self {
            SessionError::Refused { sqlstate, .. } | SessionError::Statement { sqlstate, .. } => {
                Some(sqlstate.as_str()).filter(|sqlstate| !sqlstate.is_empty())
            }
            SessionError::Unreachable { .. } | SessionError::Tls { .. } => None,
        }
    }
}

impl Session {
    /// Connects, and keeps trying for `wait` while the server is starting: nobody listens yet, its name is not known
    /// yet, or it says `57P03 cannot_connect_now`. A refusal ends the wait at once.
    pub fn connect(url: &DatabaseUrl, wait: Duration) -> Result<Self, SessionError> {
        let started = Instant::now();
        loop {
            match Self::attempt(url) {
                Ok(session) => return Ok(session),
                Err(Attempt::Final(error)) => return Err(error),
                Err(Attempt::NotYet(reason)) if started.elapsed() >= wait => {
                    return Err(SessionError::Unreachable { url: url.to_string(), waited: wait, reason });
                }
                Err(Attempt::NotYet(_)) => {
                    std::thread::sleep(RETRY_PAUSE.min(wait.saturating_sub(started.elapsed())));
                }
            }
        }
    }

    /// One attempt at a server of our own, over its socket.
    pub(crate) fn connect_once(url: &DatabaseUrl) -> Option<Self> {
        Self::attempt(url).ok()
    }

    fn attempt(url: &DatabaseUrl) -> Result<Self, Attempt> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Attempt::NotYet(error.to_string()))?;
        let config = config(url);
        let connector = tls::connector(url)
            .map_err(|reason| Attempt::Final(SessionError::Tls { url: url.to_string(), reason }))?;
        let client = runtime.block_on(async {
            let (client, connection) =
                config.connect(connector).await.map_err(|error| Attempt::from_error(url, &error))?;
            tokio::spawn(connection);
            Ok::<_, Attempt>(client)
        })?;
        Ok(Self { client, runtime })
    }

    /// Runs one query with parameters and gives its rows.
    pub fn query(&mut self, sql: &str, parameters: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>, SessionError> {
        self.runtime.block_on(self.client.query(sql, parameters)).map_err(|error| statement_error(&error))
    }

    /// Runs statements that give no rows.
    pub fn execute(&mut self, sql: &str) -> Result<(), SessionError> {
        self.runtime.block_on(self.client.batch_execute(sql)).map_err(|error| statement_error(&error))
    }

    /// The server's version as `SHOW server_version` gives it: `17.11 (Debian …)`.
    pub fn server_version(&mut self) -> Result<String, SessionError> {
        let rows = self.query("SELECT current_setting('server_version')", &[])?;
        Ok(rows.first().map(|row| row.get(0)).unwrap_or_default())
    }
}

enum Attempt {
    NotYet(String),
    Final(SessionError),
}

impl Attempt {
    fn from_error(url: &DatabaseUrl, error: &tokio_postgres::Error) -> Self {
        match error.as_db_error() {
            Some(refusal) if refusal.code().code() == "57P03" => {
                Attempt::NotYet(refusal.message().to_owned())
            }
            Some(refusal) => Attempt::Final(SessionError::Refused {
                url: url.to_string(),
                sqlstate: refusal.code().code().to_owned(),
                message: refusal.message().to_owned(),
            }),
            None if is_permanent(error) => {
                Attempt::Final(SessionError::Tls { url: url.to_string(), reason: chain(error) })
            }
            None => Attempt::NotYet(chain(error)),
        }
    }
}

/// Whether trying again cannot help: certificates do not mend themselves.
fn is_permanent(error: &tokio_postgres::Error) -> bool {
    let text = chain(error);
    text.contains("certificate") || text.contains("TLS") || text.contains("tls")
}

/// An error and its causes on one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let next = error.to_string();
        if !text.contains(&next) {
            text = format!("{text}: {next}");
        }
        cause = error.source();
    }
    text
}

fn statement_error(error: &tokio_postgres::Error) -> SessionError {
    match error.as_db_error() {
        Some(refusal) => SessionError::Statement {
            sqlstate: refusal.code().code().to_owned(),
            message: refusal.message().to_owned(),
        },
        None => SessionError::Statement { sqlstate: String::new(), message: chain(error) },
    }
}

/// The URL as tokio-postgres wants it.
fn config(url: &DatabaseUrl) -> tokio_postgres::Config {
    use tokio_postgres::config::SslMode;
    let mut config = tokio_postgres::Config::new();
    config.host(&url.host).port(url.port).application_name("limbeck").connect_timeout(CONNECT_TIMEOUT);
    if let Some(user) = &url.user {
        config.user(user);
    }
    if let Some(password) = &url.password {
        config.password(password);
    }
    if let Some(database) = &url.database {
        config.dbname(database);
    }
    config.ssl_mode(match (url.is_socket(), url.parameter("sslmode")) {
        (true, _) | (_, Some("disable" | "allow")) => SslMode::Disable,
        (_, Some("require" | "verify-ca" | "verify-full")) => SslMode::Require,
        _ => SslMode::Prefer,
    });
    config
}
