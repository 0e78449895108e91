//! Alembic configurations near a directory that has none, for the help of an error.

use std::path::{Path, PathBuf};

use crate::paths::shown;
use crate::tool_alembic;

/// How many folders are looked into at most.
const MAX_FOLDERS: usize = 2_000;

/// How many configurations are named at most.
const MAX_FOUND: usize = 5;

/// Folders that hold other people's files.
const FOREIGN: [&str; 7] =
    ["node_modules", "site-packages", "__pycache__", "target", "venv", "build", "dist"];

/// Configurations in the parents of `directory` and up to two levels below it, relative to it, sorted, nearest first.
pub(crate) fn configurations(directory: &Path) -> Vec<String> {
    let below = sub_folders(directory);
    let deeper: Vec<PathBuf> = below
        .iter()
        .flat_map(|folder| sub_folders(folder))
        .take(MAX_FOLDERS.saturating_sub(below.len()))
        .collect();
    let parents = directory.ancestors().skip(1).map(Path::to_path_buf);
    std::iter::once(directory.to_path_buf())
        .chain(below.into_iter().take(MAX_FOLDERS))
        .chain(deeper)
        .chain(parents)
        .flat_map(|folder| [folder.join("alembic.ini"), folder.join("pyproject.toml")])
        .filter(|path| is_configuration(path))
        .map(|path| shown(&path, directory))
        .take(MAX_FOUND)
        .collect()
}

fn is_configuration(path: &Path) -> bool {
    if path.extension().is_some_and(|end| end == "ini") {
        return path.is_file();
    }
    let text = std::fs::read_to_string(path).unwrap_or_default();
    // Parsing is the slow part, and few of the files are alembic's.
    text.contains("alembic") && tool_alembic::has_table(&text)
}

fn sub_folders(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut folders: Vec<PathBuf> = entries
        .flatten()
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
        .filter(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            !name.starts_with('.') && !FOREIGN.contains(&name.as_str())
        })
        .map(|entry| entry.path())
        .collect();
    folders.sort();
    folders
}
