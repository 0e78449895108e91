//! A database that exists for one dry-run and is dropped at its end, come what may.

use std::time::Duration;

use crate::folder::random_name;
use crate::reaper::{Held, Reaper, Resource};
use crate::session::{Session, SessionError};
use crate::url::DatabaseUrl;

/// What every scratch database's name begins with.
pub const NAME_PREFIX: &str = "limbeck_";
/// Databases that exist on nearly every server, to connect to when the one that the URL names does not.
const MAINTENANCE_DATABASES: [&str; 2] = ["postgres", "template1"];

/// How long statements in the scratch database may take, whichever driver sends them.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// `statement_timeout`.
    pub statement: Duration,
    /// `lock_timeout`: a second connection of the same env.py that waits for the first would otherwise wait for ever.
    pub lock: Duration,
}

/// A scratch database. Dropping the value drops the database, whoever is still connected to it.
#[derive(Debug)]
pub struct Scratch {
    /// The URL of the scratch database itself.
    pub url: DatabaseUrl,
    /// `server_version` of its server.
    pub server_version: String,
    admin: DatabaseUrl,
    name: String,
    /// `None` where the server is thrown away with the database.
    held: Option<Held>,
}

/// Why there is no scratch database.
#[derive(Debug, thiserror::Error)]
pub enum ScratchError {
    /// The server cannot be used at all.
    #[error(transparent)]
    Session(#[from] SessionError),
    /// The role may not create databases.
    #[error("role `{role}` may not create databases on `{url}`")]
    NoCreateRight {
        /// The role that the URL logs in as.
        role: String,
        /// The server, password hidden.
        url: String,
    },
    /// No randomness, no reaper.
    #[error("cannot prepare a scratch database: {0}")]
    Io(#[from] std::io::Error),
}

impl Scratch {
    /// Creates a scratch database on the server of `url`, which is waited for up to `wait` if it is still starting.
    ///
    /// The database that the URL names is only connected to, to create ours beside it. The name holds 128 random bits:
    /// who is connected to a database of that name is connected to ours and to no other in the world, which is the
    /// proof that the driver asks of every connection. Without a reaper the database is never dropped: for a server that
    /// is thrown away whole.
    pub fn create(
        url: &DatabaseUrl,
        limits: Limits,
        wait: Duration,
        reaper: Option<&Reaper>,
    ) -> Result<Self, ScratchError> {
        let (mut session, admin) = connect_to_administer(url, wait)?;
        let name = format!("{NAME_PREFIX}{}", random_name::<16>()?);
        let resource = Resource::Database { url: admin.reveal(None), name: name.clone() };
        let held = reaper.map(|reaper| reaper.hold(resource)).transpose()?;
        session.execute(&format!("CREATE DATABASE {name}")).map_err(|error| create_error(url, error))?;
        let scratch = Self {
            url: admin.with_database(&name),
            server_version: session.server_version()?,
            admin,
            name,
            held,
        };
        let name = &scratch.name;
        for (setting, limit) in [("statement_timeout", limits.statement), ("lock_timeout", limits.lock)] {
            session.execute(&format!("ALTER DATABASE {name} SET {setting} = {}", limit.as_millis()))?;
        }
        Ok(scratch)
    }

    /// The database's name: the proof that a connection leads here.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// A second connection to it, to look from outside at what a dry-run has committed.
    pub fn observe(&self) -> Result<Session, SessionError> {
        Session::connect(&self.url, Duration::ZERO)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let Some(held) = self.held.take() else { return };
        if drop_database(&self.admin, &self.name).is_err() {
            // The server is gone or will not: leave it to the reaper's second try.
            std::mem::forget(held);
        }
    }
}

/// Drops a scratch database and whoever is connected to it. Does nothing where there is none.
pub(crate) fn drop_database(admin: &DatabaseUrl, name: &str) -> Result<(), SessionError> {
    let mut session = Session::connect(admin, Duration::ZERO)?;
    await_creation(&mut session, name)?;
    // `DROP DATABASE … WITH (FORCE)` needs Postgres 13; this works on all.
    let terminate = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1";
    let mut attempts = 0;
    loop {
        session.query(terminate, &[&name])?;
        match session.execute(&format!("DROP DATABASE IF EXISTS {name}")) {
            Err(error) if error.sqlstate() == Some("55006") && attempts < 50 => {
                attempts += 1;
                std::thread::sleep(Duration::from_millis(20));
            }
            result => return result,
        }
    }
}

/// A killed creator's server process finishes its `CREATE DATABASE` all the same: waits until none is at it.
fn await_creation(session: &mut Session, name: &str) -> Result<(), SessionError> {
    let underway = "SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND query = $1";
    let create = format!("CREATE DATABASE {name}");
    for _ in 0..500 {
        if session.query(underway, &[&create])?.is_empty() {
            break;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}

/// Connects to the URL's database, or to a maintenance database where that one does not exist.
fn connect_to_administer(url: &DatabaseUrl, wait: Duration) -> Result<(Session, DatabaseUrl), SessionError> {
    let refusal = match Session::connect(url, wait) {
        Ok(session) => return Ok((session, url.clone())),
        Err(error) if error.sqlstate() == Some("3D000") => error,
        Err(error) => return Err(error),
    };
    for database in MAINTENANCE_DATABASES {
        let other = url.with_database(database);
        if let Ok(session) = Session::connect(&other, Duration::ZERO) {
            return Ok((session, other));
        }
    }
    Err(refusal)
}

fn create_error(url: &DatabaseUrl, error: SessionError) -> ScratchError {
    if error.sqlstate() == Some("42501") {
        let role = url.user.clone().unwrap_or_else(|| "(default)".to_owned());
        return ScratchError::NoCreateRight { role, url: url.to_string() };
    }
    error.into()
}
