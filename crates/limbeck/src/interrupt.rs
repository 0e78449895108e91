//! Ctrl-C and its kin: clean up, then exit with 128 and the signal's number.

use std::sync::atomic::{AtomicBool, Ordering};

use limbeck_postgres::Reaper;

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// From now on an interruption lets `reaper` clean up, and ends the process when it is done.
///
/// The reaper does what it would do after SIGKILL, so there is one way of cleaning up and not two.
#[cfg(unix)]
pub(crate) fn clean_up_with(reaper: &Reaper) -> std::io::Result<()> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    let reaper = reaper.clone();
    let mut signals = signal_hook::iterator::Signals::new([SIGINT, SIGTERM, SIGHUP])?;
    std::thread::spawn(move || {
        let Some(signal) = signals.forever().next() else { return };
        INTERRUPTED.store(true, Ordering::SeqCst);
        reaper.close_for_exit();
        #[expect(clippy::exit, reason = "the main thread may be anywhere, and everything is cleaned up")]
        std::process::exit(128 + signal);
    });
    Ok(())
}

/// Nothing to set up here: the reaper cleans up when the process is gone.
#[cfg(not(unix))]
pub(crate) fn clean_up_with(_reaper: &Reaper) -> std::io::Result<()> {
    Ok(())
}

/// Called before anything is judged or said: what an interruption broke is no finding. Does not return after one.
pub(crate) fn wait_if_interrupted() {
    while INTERRUPTED.load(Ordering::SeqCst) {
        std::thread::park();
    }
}
