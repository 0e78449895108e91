//! Paths as alembic resolves them and as people see them. Purely lexical, but for [`real`].

use std::ffi::OsStr;
use std::io;
use std::path::{Component, Path, PathBuf};

/// `path` seen from `directory`, as pathlib's `absolute()`: `.` vanishes, `..` stays.
pub(crate) fn absolute(directory: &Path, path: &Path) -> PathBuf {
    directory.join(path).components().collect()
}

/// Where `path` really is, symbolic links resolved.
pub(crate) fn real(path: &Path) -> io::Result<PathBuf> {
    path.canonicalize().map(without_verbatim_prefix)
}

/// Where `path` really is, or the path as it was if that cannot be found out.
pub(crate) fn real_or_same(path: &Path) -> PathBuf {
    real(path).unwrap_or_else(|_| path.to_path_buf())
}

/// The path with `/` between its parts.
pub(crate) fn posix(path: &Path) -> String {
    let text = path.to_string_lossy();
    if cfg!(windows) { text.replace('\\', "/") } else { text.into_owned() }
}

/// How people see the absolute `path` from the absolute directory `from`: relative and with `/`, and absolute only where
/// the two have nothing but the root in common.
pub fn shown(path: &Path, from: &Path) -> String {
    if let Some(below) = plainly_below(path, from) {
        return below.to_owned();
    }
    let common = path.components().zip(from.components()).take_while(|(left, right)| left == right).count();
    let is_near = path.components().take(common).any(|part| matches!(part, Component::Normal(_)));
    let up = from.components().count() - common;
    if !path.is_absolute() || (up > 0 && !is_near) {
        return posix(path);
    }
    let ups = std::iter::repeat_n(Component::ParentDir, up);
    let relative: PathBuf = ups.chain(path.components().skip(common)).collect();
    if relative.as_os_str().is_empty() { ".".to_owned() } else { posix(&relative) }
}

/// How people see the files of one folder: what stands before their names.
pub(crate) struct Shown(Option<String>);

impl Shown {
    /// For the files in `folder`, as [`shown`] has them.
    pub(crate) fn below(folder: &Path, from: &Path) -> Self {
        // Any name stands for all, as its own part of the path only. It is none of a folder that `from` goes through.
        let name = "a file.py";
        Self(shown(&folder.join(name), from).strip_suffix(name).map(str::to_owned))
    }

    /// What stands before the name of any file, where that is all.
    pub(crate) fn before(&self) -> Option<&str> {
        self.0.as_deref().filter(|_| cfg!(unix))
    }

    /// The file of this name; `None` where only the whole path can tell.
    pub(crate) fn name(&self, name: &OsStr) -> Option<String> {
        let (before, name) = (self.0.as_ref()?, name.to_str().filter(|_| cfg!(unix))?);
        Some([before, name].concat())
    }
}

/// What follows `from/` in `path`, where the two texts show it: no part of it is `.`, `..` or empty. Nearly every file of
/// a large tree is such a one, and taking paths apart is slow.
fn plainly_below<'p>(path: &'p Path, from: &Path) -> Option<&'p str> {
    let below = path.to_str()?.strip_prefix(from.to_str()?)?.strip_prefix('/')?;
    let is_plain = |part: &str| !matches!(part, "" | "." | "..");
    (cfg!(unix) && path.is_absolute() && below.split('/').all(is_plain)).then_some(below)
}

/// Takes the `\\?\` off that Windows puts before a resolved path; elsewhere the path as it is.
fn without_verbatim_prefix(path: PathBuf) -> PathBuf {
    match path.to_str().and_then(|text| text.strip_prefix(r"\\?\")) {
        Some(plain) if cfg!(windows) && !plain.starts_with("UNC") => PathBuf::from(plain),
        _ => path,
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, from: &str, expected: &str) {
        let (path, from) = (Path::new(path), Path::new(from));
        assert_eq!(shown(path, from), expected);
        if let (Some(folder), Some(name)) = (path.parent(), path.file_name())
            && let Some(of_folder) = Shown::below(folder, from).name(name)
            && path != from
        {
            assert_eq!(of_folder, expected, "{path:?}");
        }
    }

    #[test]
    fn paths_are_shown_relative_where_that_helps() {
        check("/srv/app/alembic.ini", "/srv/app", "alembic.ini");
        check("/srv/app/a/b.py", "/srv/app", "a/b.py");
        check("/srv/app", "/srv/app", ".");
        check("/srv/app/a.py", "/srv/app/sub/deep", "../../a.py");
        check("/srv/other/a.py", "/srv/app", "../other/a.py");
        check("/usr/lib/a.py", "/srv/app", "/usr/lib/a.py");
        check("/usr/lib/a.py", "/", "usr/lib/a.py");
        check("a.py", "/work", "a.py");
        check("/srv/app/a/./b//c.py", "/srv/app", "a/b/c.py");
        check("/srv/app/a/../c.py", "/srv/app", "a/../c.py");
        check("/srv/application/c.py", "/srv/app", "../application/c.py");
        check("/srv/app/c.py", "/srv/./app", "c.py");
    }

    #[test]
    fn absolute_keeps_parent_parts() {
        assert_eq!(absolute(Path::new("/w"), Path::new("./a/../b/.")), Path::new("/w/a/../b"));
        assert_eq!(absolute(Path::new("/w"), Path::new("")), Path::new("/w"));
        assert_eq!(absolute(Path::new("/w"), Path::new("/x")), Path::new("/x"));
    }
}
