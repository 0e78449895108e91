//! An opened project: everything that its configuration says and limbeck needs.
//!
//! Source: `ScriptDirectory.from_config` of alembic's `script/base.py`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use limbeck_types::{FileId, Sources};

use crate::config_files::{ConfigFiles, locate, read_config};
use crate::listing::{Listing, Met};
use crate::location::Resolver;
use crate::options::{Options, Text};
use crate::paths::{absolute, real_or_same, shown};
use crate::read::{ReadProblem, collect};
use crate::reader::Reader;
use crate::{Blame, ConfigError, Error, LocationError, Request, ini, listing, nearby, tool_alembic};

/// alembic's `_default_file_template`.
const DEFAULT_FILE_TEMPLATE: &str = "%(rev)s_%(slug)s";

/// An alembic project, its configuration read. All paths are absolute, as alembic would make them: `..` and symbolic
/// links stay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    /// Where alembic would be run.
    pub directory: PathBuf,
    /// The directory that shown paths are relative to, symbolic links resolved.
    pub shown_from: PathBuf,
    /// The ini file, if it exists.
    pub ini: Option<PathBuf>,
    /// The `pyproject.toml`, if it exists; it may be without `[tool.alembic]`.
    pub toml: Option<PathBuf>,
    /// The name of the ini section.
    pub section: String,
    /// The script directory. It exists.
    pub script_directory: PathBuf,
    /// The folders of revision files in declared order, missing ones too.
    pub version_locations: Vec<PathBuf>,
    /// Those version locations that do not exist, which alembic silently skips.
    pub missing_locations: Vec<PathBuf>,
    /// `recursive_version_locations`.
    pub recursive: bool,
    /// `sourceless`: whether compiled files count as revision files.
    pub sourceless: bool,
    /// What alembic puts at the front of `sys.path`, in order.
    pub prepend_sys_path: Vec<PathBuf>,
    /// `sqlalchemy.url` of the ini section after interpolation; `None` also where that fails, as only env.py reads it.
    pub sqlalchemy_url: Option<String>,
    /// `file_template`, the pattern of new file names.
    pub file_template: String,
    /// All options of the ini section before interpolation, those of `[DEFAULT]` too.
    pub raw_options: BTreeMap<String, String>,
}

/// Finds and reads the configuration, and finds the folders that it names.
pub fn open(request: &Request) -> Result<Project, Error> {
    let files = locate(request)?;
    let options = read_options(request, &files)?;
    let script_location =
        options.text("script_location")?.ok_or_else(|| no_location(request, &files, &options))?;
    let prepended = options.list("prepend_sys_path", &["path_separator"], Some(':'))?;
    let prepend_sys_path = folders(&prepended, &request.directory);
    let recursive = options.is_on("recursive_version_locations")?;
    let resolver = Resolver::new(request, &prepend_sys_path);
    let script_directory = resolver.script_directory(&script_location)?;
    let template = options.text("file_template")?;
    let sourceless = options.is_on("sourceless")?;
    let version_locations = version_locations(&options, &resolver, &script_directory)?;
    let sqlalchemy_url = options.ini_text("sqlalchemy.url").ok().flatten().map(|text| text.value);
    let raw = options.raw().map(|entry| (entry.key.clone(), entry.value.clone()));
    Ok(Project {
        directory: request.directory.clone(),
        shown_from: real_or_same(&request.shown_from),
        ini: options.ini.is_some().then_some(files.ini),
        toml: files.toml.is_file().then_some(files.toml),
        section: request.name.clone(),
        missing_locations: version_locations.iter().filter(|folder| !folder.exists()).cloned().collect(),
        script_directory,
        version_locations,
        recursive,
        sourceless,
        prepend_sys_path,
        sqlalchemy_url,
        file_template: template.map_or_else(|| DEFAULT_FILE_TEMPLATE.to_owned(), |text| text.value),
        raw_options: raw.collect(),
    })
}

impl Project {
    /// The revision files, in alembic's load order, not yet read.
    ///
    /// Together with [`Reader`] and [`collect`] this is [`Project::read`] in pieces, for a caller that reads in parallel.
    pub fn list(&self) -> Listing {
        listing::list(self, &mut |_, _| None)
    }

    /// The same. `met` is told of each regular revision file as the system lists it, long before the files are in order:
    /// its folder and its name. What `met` answers is kept as [`VersionFile::met`](crate::VersionFile::met).
    pub fn list_telling(&self, met: &mut Met<'_>) -> Listing {
        listing::list(self, met)
    }

    /// Reads every revision file, in alembic's load order. `env.py` is not among them.
    pub fn read(&self) -> (Sources, Vec<ReadProblem>) {
        let mut listing = self.list();
        let (mut reader, mut faults) = (Reader::default(), Vec::new());
        for (id, file) in (0..).map(FileId).zip(&listing.files) {
            let (text, fault) = reader.read_one(&listing.sources, id, file.kind);
            listing.sources.get_mut(id).text = text.into_owned();
            faults.extend(fault.map(|fault| (id, fault)));
        }
        collect(listing, faults, &self.shown_from)
    }

    /// The folders in which a package or module `top` of the project itself may be, as an import would look: those of
    /// `prepend_sys_path`, the project's directory and what is above the script directory, as far as they have one of that
    /// name, in order. What is below it is found by [`packages_in`] and [`module_in`], step by step, as a caller asks for many.
    pub fn module_roots(&self, top: &str) -> Vec<PathBuf> {
        if top.is_empty() {
            return Vec::new();
        }
        let roots = self.prepend_sys_path.iter().map(PathBuf::as_path);
        let roots = roots.chain([self.directory.as_path()]).chain(self.script_directory.ancestors());
        let mut having: Vec<PathBuf> = Vec::new();
        for root in roots {
            let is_new = having.iter().all(|other| other != root);
            if is_new && (root.join(top).is_dir() || root.join(top).with_extension("py").is_file()) {
                having.push(root.to_owned());
            }
        }
        having
    }

    /// Where `env.py` is, if there is one.
    pub fn env_file(&self) -> PathBuf {
        self.script_directory.join("env.py")
    }
}

/// The folders of a package, of which the last part of its name is `name` and which is in one of `folders`, in order.
pub fn packages_in(folders: &[PathBuf], name: &str) -> Vec<PathBuf> {
    if name.is_empty() {
        return Vec::new();
    }
    folders.iter().map(|folder| folder.join(name)).filter(|folder| folder.is_dir()).collect()
}

/// The file of a module, of which the last part of its name is `name`, in the first of `folders` that has it: one of that
/// name, or that of a package.
pub fn module_in(folders: &[PathBuf], name: &str) -> Option<PathBuf> {
    if name.is_empty() {
        return None;
    }
    let files = |folder: &PathBuf| [folder.join(format!("{name}.py")), folder.join(name).join("__init__.py")];
    folders.iter().flat_map(files).find(|path| path.is_file())
}

fn read_options(request: &Request, files: &ConfigFiles) -> Result<Options, ConfigError> {
    let ini = match read_config(&files.ini, &request.shown_from)? {
        None => None,
        Some(source) => match ini::parse(&source.text) {
            Ok(ini) => Some((source, ini)),
            Err(fault) => {
                let place = Blame::new(&source, fault.span);
                return Err(ConfigError::Malformed { place, message: fault.message });
            }
        },
    };
    let toml = match read_config(&files.toml, &request.shown_from)? {
        None => None,
        Some(source) => tool_alembic::read(source)?,
    };
    Ok(Options { ini, toml, section: request.name.clone() })
}

fn version_locations(
    options: &Options,
    resolver: &Resolver<'_>,
    script_directory: &Path,
) -> Result<Vec<PathBuf>, Error> {
    let separators = ["path_separator", "version_path_separator"];
    let locations = options.list("version_locations", &separators, None)?;
    if locations.is_empty() {
        return Ok(vec![script_directory.join("versions")]);
    }
    let resolve = |text| resolver.resolve("version_locations", text);
    Ok(locations.iter().map(resolve).collect::<Result<_, _>>()?)
}

fn folders(texts: &[Text], directory: &Path) -> Vec<PathBuf> {
    texts.iter().map(|text| absolute(directory, Path::new(&text.value))).collect()
}

/// Why there is no `script_location`.
fn no_location(request: &Request, files: &ConfigFiles, options: &Options) -> LocationError {
    let name = &options.section;
    let section = options.ini.as_ref().and_then(|(source, ini)| Some((source, ini.section(name)?)));
    match (section, &options.toml, &options.ini) {
        (Some((source, section)), _, _) => no_script_location(Blame::new(source, section.span), name),
        (None, Some(toml), _) => no_script_location(Blame::new(&toml.source, toml.span), "tool.alembic"),
        (None, None, Some((source, ini))) => LocationError::UnknownSection {
            ini: source.shown.clone(),
            section: name.clone(),
            candidates: (ini.sections.iter())
                .filter(|section| section.entries.iter().any(|entry| entry.key == "script_location"))
                .map(|section| section.name.clone())
                .collect(),
        },
        (None, None, None) => LocationError::NoConfig {
            shown: shown(&request.directory, &request.shown_from),
            ini: shown(&files.ini, &request.directory),
            toml: shown(&files.toml, &request.directory),
            nearby: nearby::configurations(&request.directory),
        },
    }
}

fn no_script_location(place: Box<Blame>, section: &str) -> LocationError {
    let is_beside_env = place.file.path.with_file_name("env.py").is_file();
    LocationError::NoScriptLocation { place, section: section.to_owned(), is_beside_env }
}
