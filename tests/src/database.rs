//! Roles and databases on the shared server, each test's own, and a look into them.

use std::path::Path;

use serde_json::Value;

use crate::limbeck::unique_name;
use crate::{python, setup};

/// A login of the shared server's superuser.
#[derive(Debug, Clone)]
pub struct Server {
    /// The whole URL, of the database `postgres`.
    pub url: String,
    /// Its host and port, as they stand in a URL.
    pub address: String,
}

impl Server {
    /// Reads `postgresql://USER:PASSWORD@HOST:PORT/postgres`.
    pub fn parse(url: &str) -> Self {
        let (login, _) = url.rsplit_once('/').expect("a URL names a database");
        let (_, address) = login.rsplit_once('@').expect("a URL names a user");
        Self { url: url.to_owned(), address: address.to_owned() }
    }

    /// The port alone.
    pub fn port(&self) -> &str {
        self.address.rsplit_once(':').expect("a URL names a port").1
    }

    /// Runs statements in the database `postgres`; the rows of the last.
    pub fn run(&self, statements: &[&str]) -> Vec<Value> {
        run(&self.url, statements)
    }
}

/// A role and a database of its own on the shared server; both are dropped with the value.
#[derive(Debug)]
pub struct Login {
    /// The role's name; the database has the same.
    pub name: String,
    /// Its password, a text that stands nowhere else.
    pub password: String,
    server: Server,
}

impl Login {
    /// With these attributes of the role: `CREATEDB`, `SUPERUSER`, nothing.
    pub fn new(attributes: &str) -> Self {
        let server = setup::server();
        let name = unique_name();
        let password = format!("geheim_{name}");
        let role = format!("CREATE ROLE {name} LOGIN PASSWORD '{password}' {attributes}");
        server.run(&[&role, &format!("CREATE DATABASE {name} OWNER {name}")]);
        Self { name, password, server }
    }

    /// The URL of its database, for a scheme: `postgresql`, `postgresql+psycopg`.
    pub fn url(&self, scheme: &str) -> String {
        format!("{scheme}://{}:{}@{}/{}", self.name, self.password, self.server.address, self.name)
    }

    /// Where it is, as libpq's keywords.
    pub fn keywords(&self) -> String {
        let port = self.server.port();
        format!("host=127.0.0.1 port={port} user={0} password={1} dbname={0}", self.name, self.password)
    }

    /// Scratch databases that this role has made and that are there still.
    pub fn scratch_databases(&self) -> Vec<Value> {
        let owned = format!(
            "SELECT datname FROM pg_database JOIN pg_roles ON pg_roles.oid = datdba \
             WHERE rolname = '{0}' AND datname <> '{0}'",
            self.name
        );
        self.server.run(&[&owned]).into_iter().map(|row| row[0].clone()).collect()
    }

    /// Everything in its database: the catalog with its rows' transaction ids, and the rows of every table.
    pub fn fingerprint(&self) -> Value {
        python::script("fingerprint.py", &[&self.url("postgresql")])
    }

    /// Runs statements in its database; the rows of the last.
    pub fn run(&self, statements: &[&str]) -> Vec<Value> {
        run(&self.url("postgresql"), statements)
    }
}

impl Drop for Login {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        let database = format!("DROP DATABASE {} WITH (FORCE)", self.name);
        // Fails if the role owns anything else: then a scratch database was left behind.
        self.server.run(&[&database, &format!("DROP ROLE {}", self.name)]);
    }
}

/// A SQLite file's URL.
pub fn sqlite(path: &Path) -> String {
    format!("sqlite:///{}", path.display())
}

fn run(url: &str, statements: &[&str]) -> Vec<Value> {
    let arguments: Vec<&str> = std::iter::once(url).chain(statements.iter().copied()).collect();
    let Value::Array(found) = python::script("query.py", &arguments) else {
        panic!("a list for each statement")
    };
    let last = found.into_iter().next_back().unwrap_or_default();
    last.as_array().cloned().unwrap_or_default()
}
