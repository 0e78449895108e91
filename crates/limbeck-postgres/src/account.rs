//! Which account the server's programs run under. Postgres refuses root (postgres.md 1), so as root we need another.

use std::path::Path;
use std::process::Command;

/// An account that is not root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Account {
    /// User id.
    pub uid: u32,
    /// Group id.
    pub gid: u32,
}

impl Account {
    /// The account that the server must run under, or `None` where it may run as ourselves.
    ///
    /// For root that is `postgres` where the machine has such a user, else `nobody`.
    #[cfg(unix)]
    pub fn for_server() -> Option<Self> {
        use nix::unistd::{User, geteuid};
        if !geteuid().is_root() {
            return None;
        }
        let user = ["postgres", "nobody"].iter().find_map(|name| User::from_name(name).ok().flatten())?;
        Some(Self { uid: user.uid.as_raw(), gid: user.gid.as_raw() })
    }

    /// The account that the server must run under: always our own here.
    #[cfg(not(unix))]
    pub fn for_server() -> Option<Self> {
        None
    }

    /// Gives a path to this account.
    pub fn own(self, path: &Path) -> std::io::Result<()> {
        #[cfg(unix)]
        return std::os::unix::fs::lchown(path, Some(self.uid), Some(self.gid));
        #[cfg(not(unix))]
        return Ok(());
    }

    /// Makes a command run under this account, with no supplementary groups (std clears them).
    pub fn run(self, command: &mut Command) {
        #[cfg(unix)]
        {
            use std::os::unix::process::CommandExt;
            command.uid(self.uid).gid(self.gid);
        }
    }
}

/// Whether an account without special rights could open this path: every folder on the way may be entered by all.
pub fn is_open_to_all(path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        path.ancestors()
            .filter(|ancestor| !ancestor.as_os_str().is_empty())
            .all(|ancestor| ancestor.metadata().map_or(true, |found| found.permissions().mode() & 0o001 != 0))
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        true
    }
}
