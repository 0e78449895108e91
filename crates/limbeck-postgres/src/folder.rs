//! Folders that are gone when we are.

use std::path::{Path, PathBuf};

use crate::reaper::{Held, Reaper, Resource, remove_folder};

/// A folder for this run alone. The reaper knows of it before it exists; dropping the value removes it.
#[derive(Debug)]
pub struct TemporaryFolder {
    path: PathBuf,
    _held: Held,
}

impl TemporaryFolder {
    /// Makes a folder in `parent` whose name begins with `prefix` and that only we may enter.
    pub fn create(parent: &Path, prefix: &str, reaper: &Reaper) -> std::io::Result<Self> {
        let path = parent.join(format!("{prefix}{}", random_name::<8>()?));
        let held = reaper.hold(Resource::Folder { path: path.clone() })?;
        let mut builder = std::fs::DirBuilder::new();
        #[cfg(unix)]
        {
            use std::os::unix::fs::DirBuilderExt;
            builder.mode(0o700);
        }
        builder.create(&path)?;
        Ok(Self { path, _held: held })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for TemporaryFolder {
    fn drop(&mut self) {
        remove_folder(&self.path);
    }
}

/// `BYTES` random bytes as hex.
pub(crate) fn random_name<const BYTES: usize>() -> std::io::Result<String> {
    let mut bytes = [0_u8; BYTES];
    getrandom::fill(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
