//! What `cargo xtask test` prepares, each in an environment variable. One that is missing is a failure, never a skip.

use std::env;
use std::path::{Path, PathBuf};

use crate::database::Server;

/// The built limbeck.
pub fn binary() -> PathBuf {
    required("LIMBECK_TEST_BINARY").into()
}

/// A Python that tells columns (3.11 or later), with alembic, SQLAlchemy, every driver, pytest and check-jsonschema.
pub fn python() -> PathBuf {
    required("LIMBECK_TEST_PYTHON").into()
}

/// The same on Python 3.10, which knows lines only; `None` where `cargo xtask test` has said that there is none here.
pub fn python310() -> Option<PathBuf> {
    unless_without("python3.10", "LIMBECK_TEST_PYTHON310")
}

/// The revision trees of public packages; `None` where `cargo xtask test` has said that they cannot be fetched.
pub fn dev_trees() -> Option<PathBuf> {
    unless_without("trees of public packages", "LIMBECK_TEST_DEV_TREES")
}

/// A running Postgres 17 that all tests share; its superuser's login.
pub fn server() -> Server {
    Server::parse(&required("LIMBECK_TEST_SERVER"))
}

/// limbeck's cache, which holds a fetched Postgres 17.
pub fn cache() -> PathBuf {
    required("LIMBECK_CACHE_DIR").into()
}

/// The folder of `initdb` and `postgres` in the cache.
pub fn postgres_bin() -> PathBuf {
    let parent = cache().join("postgres/17");
    let mut folders: Vec<PathBuf> = parent
        .read_dir()
        .unwrap_or_else(|error| {
            panic!("no Postgres 17 in {}: {error}; run `cargo xtask test`", parent.display())
        })
        .filter_map(Result::ok)
        .map(|entry| entry.path().join("bin"))
        .filter(|folder| folder.join("postgres").is_file())
        .collect();
    folders.sort();
    folders.pop().expect("`cargo xtask test` fetches Postgres 17")
}

/// The root of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the package lies in the repository").to_owned()
}

/// `fixtures/projects`.
pub fn projects() -> PathBuf {
    root().join("fixtures/projects")
}

/// A file of `tests/support`.
pub fn support(name: &str) -> PathBuf {
    root().join("tests/support").join(name)
}

fn unless_without(what: &str, name: &str) -> Option<PathBuf> {
    let without = env::var("LIMBECK_TEST_WITHOUT").unwrap_or_default();
    (!without.split(',').any(|missing| missing == what)).then(|| required(name).into())
}

fn required(name: &str) -> String {
    match env::var(name) {
        Ok(value) if !value.is_empty() => value,
        _ => panic!("{name} is not set: run the tests with `cargo xtask test`"),
    }
}
