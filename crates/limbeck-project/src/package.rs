//! `package:path` locations, found without importing anything.
//!
//! alembic asks `importlib.resources` (`coerce_resource_to_filename` in `util/pyfiles.py`), which imports the package.
//! Here the package is looked for as a folder along the path that Python would search.

use std::path::{Path, PathBuf};

/// Why a package was not found: the folders in which it was looked for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct NotFound {
    /// The package, dots and all.
    pub(crate) package: String,
    /// Where it was looked for.
    pub(crate) looked_in: Vec<PathBuf>,
}

/// Whether alembic takes a location for a `package:path`.
pub(crate) fn is_resource(location: &str) -> bool {
    location.contains(':') && !Path::new(location).is_absolute()
}

/// The path that a `package:path:path` means. `search` is what Python's `sys.path` would be.
///
/// A regular package, one with an `__init__.py`, wins over the portions of a namespace package that come before it.
pub(crate) fn find(location: &str, search: &[PathBuf]) -> Result<PathBuf, NotFound> {
    let mut parts = location.split(':');
    let package = parts.next().unwrap_or_default();
    let inner: PathBuf = parts.collect();
    let folder: PathBuf = package.split('.').collect();
    let folders: Vec<PathBuf> = if package.is_empty() {
        Vec::new()
    } else {
        search.iter().map(|base| base.join(&folder)).filter(|folder| folder.is_dir()).collect()
    };
    let regular = folders.iter().find(|folder| folder.join("__init__.py").is_file());
    let portion = || folders.iter().find(|folder| folder.join(&inner).exists()).or(folders.first());
    match regular.or_else(portion) {
        Some(folder) => Ok(folder.join(inner).components().collect()),
        None => Err(NotFound { package: package.to_owned(), looked_in: search.to_vec() }),
    }
}

/// The folders of `site_packages`, each followed by those that its `.pth` files add, as editable installs do.
///
/// Source: `site.addsitedir` of CPython. Lines that begin with `import` are code and are not followed.
pub(crate) fn with_path_files(site_packages: &[PathBuf]) -> Vec<PathBuf> {
    let mut search = Vec::new();
    for folder in site_packages {
        search.push(folder.clone());
        let Ok(entries) = std::fs::read_dir(folder) else { continue };
        let paths = entries.flatten().map(|entry| entry.path());
        let mut files: Vec<PathBuf> =
            paths.filter(|path| path.extension().is_some_and(|end| end == "pth")).collect();
        files.sort();
        let texts = files.iter().filter_map(|file| std::fs::read_to_string(file).ok());
        search.extend(texts.flat_map(|text| added_folders(&text, folder)));
    }
    search
}

fn added_folders(text: &str, base: &Path) -> Vec<PathBuf> {
    text.lines()
        .map(str::trim_end)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .filter(|line| !line.starts_with("import ") && !line.starts_with("import\t"))
        .map(|line| base.join(line))
        .filter(|folder| folder.is_dir())
        .collect()
}
