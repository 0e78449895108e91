//! From the options to the folders: the script directory and the version locations.
//!
//! Sources: `ScriptDirectory.from_config`, `ScriptDirectory.__init__` and `_version_locations` of alembic's
//! `script/base.py`.

use std::path::{Path, PathBuf};

use crate::options::Text;
use crate::package;
use crate::paths::{absolute, posix, shown};
use crate::{Blame, Request};

/// Why a configuration does not lead to a script directory.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LocationError {
    /// There is neither an ini file nor a `[tool.alembic]`.
    #[error("no alembic configuration: `{}` has neither `{ini}` nor a `{toml}` with `[tool.alembic]`", shown)]
    NoConfig {
        /// The directory, as people see it.
        shown: String,
        /// The ini file that was looked for, relative to the directory.
        ini: String,
        /// The `pyproject.toml` that was looked for, relative to the directory.
        toml: String,
        /// Configurations nearby, relative to the directory.
        nearby: Vec<String>,
    },
    /// The ini file has no section of the name.
    #[error("`{ini}` has no section `[{section}]`")]
    UnknownSection {
        /// The ini file, as people see it.
        ini: String,
        /// The section that was asked for.
        section: String,
        /// The sections that have a `script_location`.
        candidates: Vec<String>,
    },
    /// The configuration is there but has no `script_location`.
    #[error("`{}` has no `script_location` in `[{section}]`", place.file.shown)]
    NoScriptLocation {
        /// The header of the section.
        place: Box<Blame>,
        /// The section.
        section: String,
        /// Whether the folder of the file is itself a script directory, as Flask-Migrate makes it.
        is_beside_env: bool,
    },
    /// The script directory does not exist.
    #[error("`script_location` is `{value}`, and `{looked_at}` does not exist")]
    ScriptLocationMissing {
        /// The value that names it.
        place: Box<Blame>,
        /// The value after interpolation.
        value: String,
        /// The path that it means, as people see it.
        looked_at: String,
        /// The folder of the configuration file, relative to the directory, if the value would be right from there.
        right_from: Option<String>,
    },
    /// The package of a `package:path` was not found.
    #[error("package `{package}` of `{key} = {value}` was not found")]
    PackageNotFound {
        /// The value that names it.
        place: Box<Blame>,
        /// `script_location` or `version_locations`.
        key: &'static str,
        /// The value after interpolation.
        value: String,
        /// The package.
        package: String,
        /// The folders in which it was looked for, as people see them.
        looked_in: Vec<String>,
    },
}

impl LocationError {
    /// A stable kebab-case name of the kind of error.
    pub fn rule(&self) -> &'static str {
        match self {
            Self::NoConfig { .. } => "no-alembic-config",
            Self::UnknownSection { .. } => "unknown-section",
            Self::NoScriptLocation { .. } => "no-script-location",
            Self::ScriptLocationMissing { .. } => "script-location-missing",
            Self::PackageNotFound { .. } => "package-not-found",
        }
    }

    /// Ways out, the likeliest first.
    pub fn help(&self) -> Vec<String> {
        match self {
            Self::NoConfig { nearby, .. } if nearby.is_empty() => {
                vec!["name the configuration with `-c PATH`, or the project's folder with `--project DIR`".to_owned()]
            }
            Self::NoConfig { nearby, .. } => {
                nearby.iter().map(|path| format!("there is one nearby: `-c {path}`")).collect()
            }
            Self::UnknownSection { candidates, .. } if candidates.is_empty() => {
                vec!["no section of it has a `script_location`".to_owned()]
            }
            Self::UnknownSection { candidates, .. } => {
                candidates.iter().map(|name| format!("a section with a `script_location`: `-n {name}`")).collect()
            }
            Self::NoScriptLocation { is_beside_env: true, .. } => vec![
                "this folder has an `env.py`: add `script_location = %(here)s` (Flask-Migrate sets it in code)"
                    .to_owned(),
            ],
            Self::NoScriptLocation { .. } => {
                vec!["add `script_location = PATH`, the folder that holds `env.py`".to_owned()]
            }
            Self::ScriptLocationMissing { value, right_from, .. } => script_location_help(value, right_from.as_deref()),
            Self::PackageNotFound { looked_in, .. } => vec![
                format!("looked in {}", list(looked_in)),
                "limbeck does not import packages; add the folder that holds it to `prepend_sys_path`, or write \
                 the location as `%(here)s/...`"
                    .to_owned(),
            ],
        }
    }

    /// The line to blame.
    pub fn place(&self) -> Option<&Blame> {
        match self {
            Self::NoScriptLocation { place, .. }
            | Self::ScriptLocationMissing { place, .. }
            | Self::PackageNotFound { place, .. } => Some(place),
            Self::NoConfig { .. } | Self::UnknownSection { .. } => None,
        }
    }
}

/// Where locations are resolved.
pub(crate) struct Resolver<'a> {
    /// Where alembic would be run.
    directory: &'a Path,
    shown_from: &'a Path,
    /// What `sys.path` would be.
    search: Vec<PathBuf>,
}

impl<'a> Resolver<'a> {
    /// A resolver for a project with this `prepend_sys_path`, whose entries are absolute.
    pub(crate) fn new(request: &'a Request, prepend_sys_path: &[PathBuf]) -> Self {
        let directory = &request.directory;
        let mut search = prepend_sys_path.to_vec();
        search.extend([directory.clone(), directory.join("src")]);
        search.extend(package::with_path_files(&request.site_packages));
        let mut known = std::collections::HashSet::new();
        search.retain(|folder| known.insert(folder.clone()));
        Self { directory, shown_from: &request.shown_from, search }
    }

    /// The absolute path that a location means. Only the package of a `package:path` must exist.
    pub(crate) fn resolve(&self, key: &'static str, text: &Text) -> Result<PathBuf, LocationError> {
        if !package::is_resource(&text.value) {
            return Ok(absolute(self.directory, Path::new(&text.value)));
        }
        package::find(&text.value, &self.search).map_err(|missing| LocationError::PackageNotFound {
            place: text.place.clone(),
            key,
            value: text.value.clone(),
            package: missing.package,
            looked_in: missing.looked_in.iter().map(|folder| shown(folder, self.shown_from)).collect(),
        })
    }

    /// The script directory, which must exist.
    pub(crate) fn script_directory(&self, text: &Text) -> Result<PathBuf, LocationError> {
        let path = self.resolve("script_location", text)?;
        if path.exists() {
            return Ok(path);
        }
        let folder = text.place.file.path.parent().unwrap_or(self.directory);
        let is_right = !package::is_resource(&text.value) && folder.join(&text.value).exists();
        Err(LocationError::ScriptLocationMissing {
            place: text.place.clone(),
            value: text.value.clone(),
            looked_at: shown(&path, self.shown_from),
            right_from: is_right.then(|| relative_folder(folder, self.directory)),
        })
    }
}

fn relative_folder(folder: &Path, directory: &Path) -> String {
    let plain = |path: &Path| crate::paths::real_or_same(path);
    shown(&plain(folder), &plain(directory))
}

fn script_location_help(value: &str, right_from: Option<&str>) -> Vec<String> {
    let rule = "alembic resolves `script_location` against the directory it is run in, not against its file";
    match right_from {
        Some(folder) => vec![
            format!("{rule}: run in `{folder}`, or with `--project {folder}`"),
            format!("or write `script_location = %(here)s/{}`", posix(Path::new(value))),
        ],
        None => vec![rule.to_owned(), "`alembic init` makes a new script directory".to_owned()],
    }
}

fn list(items: &[String]) -> String {
    let quoted: Vec<String> = items.iter().map(|item| format!("`{item}`")).collect();
    quoted.join(", ")
}
