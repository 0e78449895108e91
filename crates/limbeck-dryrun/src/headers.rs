//! Headers that only Python can tell: the project's own alembic imports the files that have them, and no others.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use limbeck_types::PythonError;
use serde::Deserialize;

use crate::child::Driver;
use crate::conversation::{millis, unexpected};
use crate::error::DryRunError;
use crate::protocol::{Answer, HeaderRead, Order, frames};

const PHASE: &str = "importing its revision files";

/// What a module's header is worth, as alembic takes it; `None` where the name is absent.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
pub struct ImportedHeader {
    /// `revision`.
    pub revision: Option<String>,
    /// `down_revision`; empty is a base.
    pub down_revision: Option<Vec<String>>,
    /// `branch_labels`.
    pub branch_labels: Option<Vec<String>>,
    /// `depends_on`.
    pub depends_on: Option<Vec<String>>,
}

/// A revision file that was imported.
#[derive(Debug)]
pub struct ImportedFile {
    /// The file.
    pub path: PathBuf,
    /// What it says, or what it raised.
    pub header: Result<ImportedHeader, Box<PythonError>>,
}

/// All that were imported.
#[derive(Debug)]
pub struct ImportedFiles {
    /// In the order in which they were asked for.
    pub files: Vec<ImportedFile>,
    /// What they printed.
    pub output: String,
}

impl Driver {
    /// Imports these revision files as alembic would, `prepend_sys_path` in place, in this order; no other is run, nor is
    /// env.py. The driver must be ready ([`Driver::await_ready`]).
    pub fn headers(mut self, paths: &[PathBuf], deadline: Duration) -> Result<ImportedFiles, DryRunError> {
        self.tell(&Order::Headers(paths));
        let end = Instant::now() + deadline;
        let mut files = Vec::with_capacity(paths.len());
        loop {
            let left = end.saturating_duration_since(Instant::now());
            match self.hear_while(PHASE, left) {
                Ok(Answer::Header(read)) => files.push(self.imported(*read)?),
                Ok(Answer::Ended(ended)) => {
                    if let Some(error) = ended.error {
                        return Err(DryRunError::AlembicBroken(Box::new(error.into())));
                    }
                    break;
                }
                Ok(other) => return Err(unexpected("while importing", &other)),
                // What is left of the deadline is not what it was.
                Err(DryRunError::Silent { phase, frames, .. }) => {
                    let after_milliseconds = millis(deadline);
                    return Err(DryRunError::Silent { phase, after_milliseconds, frames });
                }
                Err(error) => return Err(error),
            }
        }
        if files.len() != paths.len() {
            return Err(DryRunError::Protocol(format!("it read {} files of {}", files.len(), paths.len())));
        }
        self.kill();
        Ok(ImportedFiles { files, output: self.output.whole() })
    }

    /// A package that the interpreter lacks is no fault of the file.
    fn imported(&self, read: HeaderRead) -> Result<ImportedFile, DryRunError> {
        let HeaderRead { path, header, error, missing_module } = read;
        match (header, error, missing_module) {
            (Some(header), ..) => Ok(ImportedFile { path, header: Ok(header) }),
            (None, Some(error), Some(module)) => {
                let python = self.python.clone();
                Err(DryRunError::MissingModule { python, module, frames: frames(error.frames) })
            }
            (None, Some(error), None) => Ok(ImportedFile { path, header: Err(Box::new(error.into())) }),
            (None, None, _) => Err(DryRunError::Protocol(format!("it says nothing of `{}`", path.display()))),
        }
    }
}
