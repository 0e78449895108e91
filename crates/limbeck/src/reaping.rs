//! The reaper, which comes before everything that must be gone in the end.

use std::process::Command;

use limbeck_postgres::Reaper;

use crate::interrupt;

/// Sees the reaper out when it is dropped: declared before all that is watched, it goes after all of that is gone.
pub(crate) struct Reaping {
    pub(crate) reaper: Reaper,
}

/// Starts limbeck's own binary as the reaper. From now on an interruption lets it clean up.
pub(crate) fn start() -> std::io::Result<Reaping> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("__reap");
    let reaper = Reaper::start(command)?;
    interrupt::clean_up_with(&reaper)?;
    Ok(Reaping { reaper })
}

impl Drop for Reaping {
    fn drop(&mut self) {
        self.reaper.close();
    }
}
