//! What the command line and the environment say about the project to open.

use std::path::PathBuf;

/// Where to look for a project. Plain data: the caller reads arguments and environment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Request {
    /// Where alembic would be run: absolute.
    pub directory: PathBuf,
    /// The directory that shown paths are relative to: absolute.
    pub shown_from: PathBuf,
    /// The values of `-c`, relative to `directory`: at most one ini and one `pyproject.toml`.
    pub config: Vec<PathBuf>,
    /// The value of `ALEMBIC_CONFIG`, relative to `directory`. It replaces a default file name, never a `-c`.
    pub alembic_config: Option<PathBuf>,
    /// The ini section, alembic's `-n`: `alembic` unless said otherwise. `[tool.alembic]` is always called that.
    pub name: String,
    /// Folders, besides the project's own, in which the package of a `package:path` location may be.
    pub site_packages: Vec<PathBuf>,
}
