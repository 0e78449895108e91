//! `--with-alembic`: what only Python can tell of a header is asked of the project's own alembic.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use limbeck_dryrun::python::Search;
use limbeck_dryrun::{Driver, DryRunError, ImportedFile, ImportedFiles, Settings as DriverSettings};
use limbeck_project::{Project, Settings};
use limbeck_types::Diagnostic;

use crate::args::WithAlembic;
use crate::interpreter::Interpreters;
use crate::output::Printer;
use crate::tree::Tree;
use crate::{cache, environment, interrupt, options, reaping, unable};

/// How long the import may take unless said.
const STARTUP: Duration = Duration::from_secs(300);

/// Imports the files whose headers are not known, where the flag asks for it. Where that cannot be done, it has said why,
/// and gives the exit code.
pub(crate) fn import(
    command: &'static str,
    tree: &mut Tree,
    project: &Project,
    settings: &Settings,
    arguments: &WithAlembic,
    printer: &Printer,
) -> Result<Vec<ImportedFile>, ExitCode> {
    let paths = if arguments.with_alembic { tree.opaque_files() } else { Vec::new() };
    if paths.is_empty() {
        return Ok(Vec::new());
    }
    // What is said of a failure may point into any of them.
    tree.keep_all_texts();
    let imported = run(&paths, tree, project, settings, arguments, printer);
    interrupt::wait_if_interrupted();
    match imported {
        Ok(imported) => {
            if !imported.output.is_empty() {
                printer.detail(&imported.output);
            }
            Ok(imported.files)
        }
        Err(unable) => Err(printer.unable_after(command, unable.0, &tree.sources, &unable.1)),
    }
}

/// Why it cannot be done, and what the project printed.
type Unable = Box<(Diagnostic, String)>;

fn run(
    paths: &[PathBuf],
    tree: &Tree,
    project: &Project,
    settings: &Settings,
    arguments: &WithAlembic,
    printer: &Printer,
) -> Result<ImportedFiles, Unable> {
    let of = |error: &DryRunError| Box::new(unable::dry_run(error, tree));
    let broken = |found: Diagnostic| Box::new((found, String::new()));
    let reaping = reaping::start().map_err(|error| broken(unable::machine("machine", &error)))?;
    let cache = cache::folder();
    let (search_path, virtual_env) = (environment::search_path(), environment::virtual_env());
    let named = arguments.python.as_deref().map(options::program);
    let search = Search {
        explicit: named.as_deref().or(settings.python.as_deref()),
        virtual_env: virtual_env.as_deref(),
        directory: &project.directory,
        search_path: &search_path,
    };
    let mut interpreters = Interpreters {
        candidates: search.candidates().into_iter(),
        search: &search,
        requirements: &settings.requirements,
        cache: &cache,
        reaper: &reaping.reaper,
        printer,
        managed_tried: false,
    };
    let deadline = arguments.startup_timeout.or(settings.startup_timeout).unwrap_or(STARTUP);
    let driver_settings = driver_settings(project);
    let mut last = None;
    while let Some(started) = interpreters.start_next(&driver_settings) {
        let mut driver: Driver = started.map_err(|found| broken(*found))?;
        match driver.await_ready(deadline) {
            Ok(_) => return driver.headers(paths, deadline).map_err(|error| of(&error)),
            Err(error @ DryRunError::NoAlembic { .. }) if search.explicit.is_none() => {
                printer.detail(&error.to_string());
                last = Some(error);
            }
            Err(error) => return Err(of(&error)),
        }
    }
    match last {
        Some(error) => Err(of(&error)),
        None => Err(broken(unable::machine("no-python", &"there is no `python3` on PATH"))),
    }
}

fn driver_settings(project: &Project) -> DriverSettings {
    DriverSettings {
        directory: project.directory.clone(),
        script_directory: project.script_directory.clone(),
        ini: project.ini.clone(),
        toml: project.toml.clone(),
        section: project.section.clone(),
        x: Vec::new(),
        // A question leaves nothing behind in the project.
        environment: vec![(OsString::from("PYTHONDONTWRITEBYTECODE"), OsString::from("1"))],
        url_environment: Vec::new(),
        ask_plan: None,
    }
}
