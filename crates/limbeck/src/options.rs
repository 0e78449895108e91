//! Arguments and settings put together: what the command line says, else the settings file, else the default.

use std::path::{Path, PathBuf};
use std::time::Duration;

use limbeck_project::{Project, Request, Settings};
use limbeck_types::{Diagnostic, Sources};

use crate::args::{Common, DryRun};
use crate::{environment, gate, unable};

/// A project that was found, and what is said about how to treat it.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) project: Project,
    pub(crate) settings: Settings,
}

/// Finds the project and its settings. The error is a reason why limbeck cannot judge, with the sources it points into.
pub(crate) fn open(common: &Common) -> Result<Opened, Box<(Diagnostic, Sources)>> {
    let shown_from = std::env::current_dir().map_err(|error| {
        let message = format!("the current directory cannot be used: {error}");
        Box::new((Diagnostic::error("no-directory", message), Sources::default()))
    })?;
    let directory = match &common.project {
        Some(project) => shown_from.join(project),
        None => shown_from.clone(),
    };
    if !directory.is_dir() {
        let shown = common.project.as_deref().unwrap_or(&directory).display();
        let found = Diagnostic::error("no-directory", format!("there is no directory `{shown}`"))
            .help("`--project DIR` names the directory in which alembic would be run");
        return Err(Box::new((found, Sources::default())));
    }
    let mut request = Request {
        directory,
        shown_from,
        config: common.config.clone(),
        alembic_config: environment::alembic_config(),
        name: common.name.clone().unwrap_or_else(|| "alembic".to_owned()),
        site_packages: site_packages(),
    };
    let settings = limbeck_project::settings(&request).map_err(|error| unable::project(&error))?;
    gate::known(&settings).map_err(|error| unable::project(&error.into()))?;
    if request.config.is_empty() {
        request.config.clone_from(&settings.config);
    }
    if let (None, Some(name)) = (&common.name, &settings.name) {
        request.name.clone_from(name);
    }
    let project = limbeck_project::open(&request).map_err(|error| unable::project(&error))?;
    Ok(Opened { project, settings })
}

/// Where the packages of the active virtual environment are, for `package:path` locations.
fn site_packages() -> Vec<PathBuf> {
    let Some(environment) = environment::virtual_env() else { return Vec::new() };
    let Ok(entries) = environment.join("lib").read_dir() else { return Vec::new() };
    let folders = entries.filter_map(Result::ok).map(|entry| entry.path().join("site-packages"));
    let mut folders: Vec<PathBuf> = folders.filter(|folder| folder.is_dir()).collect();
    folders.sort();
    folders
}

/// A program that the command line names: a bare name stays one, a path is relative to the current directory.
pub(crate) fn program(path: &Path) -> PathBuf {
    if path.components().count() == 1 {
        path.to_owned()
    } else {
        std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
    }
}

/// How a dry-run is to be made.
#[derive(Debug)]
pub(crate) struct DryRunOptions {
    pub(crate) database_url: Option<String>,
    pub(crate) postgres: Option<u32>,
    pub(crate) postgres_bin: Option<PathBuf>,
    pub(crate) python: Option<PathBuf>,
    pub(crate) requirements: Vec<String>,
    pub(crate) url_env: Vec<String>,
    pub(crate) revision_timeout: Duration,
    pub(crate) statement_timeout: Duration,
    pub(crate) lock_timeout: Duration,
    pub(crate) startup_timeout: Duration,
    pub(crate) wait: Duration,
}

impl DryRunOptions {
    pub(crate) fn new(arguments: &DryRun, settings: &Settings) -> Self {
        let seconds = Duration::from_secs;
        let list = |argument: &[String], setting: &[String]| {
            if argument.is_empty() { setting.to_vec() } else { argument.to_vec() }
        };
        Self {
            // An unset secret of a pipeline is an empty variable.
            database_url: arguments
                .database_url
                .clone()
                .or_else(|| settings.database_url.clone())
                .filter(|url| !url.trim().is_empty()),
            postgres: arguments.postgres.or(settings.postgres),
            postgres_bin: arguments.postgres_bin.clone().or_else(|| settings.postgres_bin.clone()),
            python: arguments
                .python
                .clone()
                .map(|python| program(&python))
                .or_else(|| settings.python.clone()),
            requirements: list(&arguments.requirements, &settings.requirements),
            url_env: list(&arguments.url_env, &settings.url_env),
            revision_timeout: arguments
                .revision_timeout
                .or(settings.revision_timeout)
                .unwrap_or(seconds(120)),
            statement_timeout: arguments
                .statement_timeout
                .or(settings.statement_timeout)
                .unwrap_or(seconds(60)),
            lock_timeout: arguments.lock_timeout.or(settings.lock_timeout).unwrap_or(seconds(10)),
            startup_timeout: arguments.startup_timeout.or(settings.startup_timeout).unwrap_or(seconds(300)),
            wait: arguments.wait.or(settings.wait).unwrap_or(seconds(60)),
        }
    }
}
