//! The project's Python, found by trying: the first candidate that can import alembic.

use std::path::Path;

use limbeck_dryrun::python::{Candidate, Managed, ManagedError, Search};
use limbeck_dryrun::{Driver, DryRunError, Settings};
use limbeck_postgres::Reaper;
use limbeck_types::Diagnostic;

use crate::output::Printer;
use crate::unable;

/// The interpreters that are left to try.
pub(crate) struct Interpreters<'a> {
    pub(crate) candidates: std::vec::IntoIter<Candidate>,
    pub(crate) search: &'a Search<'a>,
    /// What a managed environment holds beside its own.
    pub(crate) requirements: &'a [String],
    pub(crate) cache: &'a Path,
    pub(crate) reaper: &'a Reaper,
    pub(crate) printer: &'a Printer,
    pub(crate) managed_tried: bool,
}

impl Interpreters<'_> {
    /// Starts the driver on the next interpreter; `None` when all have been tried.
    pub(crate) fn start_next(&mut self, settings: &Settings) -> Option<Result<Driver, Box<Diagnostic>>> {
        for candidate in self.candidates.by_ref() {
            let Candidate { python, origin } = candidate;
            self.printer.detail(&format!("python: {} ({origin})", python.display()));
            match Driver::spawn(&python, settings.clone(), self.reaper) {
                Ok(driver) => return Some(Ok(driver)),
                Err(error @ DryRunError::Spawn { .. }) if self.search.explicit.is_none() => {
                    self.printer.note(&error.to_string());
                }
                Err(error) => return Some(Err(spawn_error(&error))),
            }
        }
        if self.search.explicit.is_some() || std::mem::replace(&mut self.managed_tried, true) {
            return None;
        }
        Some(self.start_managed(settings))
    }

    fn start_managed(&self, settings: &Settings) -> Result<Driver, Box<Diagnostic>> {
        let python = self.managed().map_err(|error| {
            let found = unable::machine("no-python", &error);
            found.help(
                "install Python 3 with venv and pip, or name an interpreter that has alembic with `--python`",
            )
        })?;
        self.printer.detail(&format!("python: {} (managed)", python.display()));
        Driver::spawn(&python, settings.clone(), self.reaper).map_err(|error| spawn_error(&error))
    }

    fn managed(&self) -> Result<std::path::PathBuf, ManagedError> {
        let managed = Managed::new(self.cache, self.search.on_path(), self.requirements)?;
        if let Some(python) = managed.ready() {
            return Ok(python);
        }
        self.printer.note(&format!(
            "no Python here can import alembic: making an environment with {} in {} (once)",
            managed.requirements().join(", "),
            self.cache.display()
        ));
        managed.make(self.search.directory, self.reaper)
    }
}

fn spawn_error(error: &DryRunError) -> Box<Diagnostic> {
    unable::machine("no-python", error)
        .help("name an interpreter that has the project's packages with `--python`")
        .into()
}
