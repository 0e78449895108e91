//! Whole commands, timed in turn, so that a ratio holds when the machine's speed drifts.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// Runs a command and reports its wall time in seconds, its own peak memory and that of its largest waited-for child in
/// KiB, as the system accounts for it when it ends. Only Python's standard library can ask that without unsafe code.
/// Where it may, it runs before everything else that the machine does meanwhile, and so does the command: what other
/// programs take of a processor is neither limbeck's nor its peer's.
const STOPWATCH: &str = "
import json, os, sys, time
try:
    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
except (AttributeError, OSError):
    pass
to_null = [(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_RDWR, 0) for fd in (0, 1)]
started = time.perf_counter()
pid = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=to_null)
_, status, usage = os.wait4(pid, 0)
wall = time.perf_counter() - started
print(json.dumps([wall, usage.ru_maxrss, os.waitstatus_to_exitcode(status)]))
";

/// A command to time.
#[derive(Debug, Clone)]
pub(crate) struct Timed {
    /// For the table.
    pub(crate) name: &'static str,
    /// Program and arguments.
    pub(crate) command: Vec<PathBuf>,
    /// Where it runs.
    pub(crate) directory: PathBuf,
    /// Variables beside ours.
    pub(crate) environment: Vec<(&'static str, String)>,
    /// The exit code that it must end with.
    pub(crate) code: i32,
}

/// One run.
#[derive(Debug, Clone, Copy)]
struct Sample {
    seconds: f64,
    kibibytes: u64,
}

/// Medians of a command's runs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Medians {
    /// Wall time.
    pub(crate) seconds: f64,
    /// Peak memory of the largest process.
    pub(crate) kibibytes: u64,
}

impl Medians {
    /// Peak memory in MiB.
    #[expect(clippy::cast_precision_loss, reason = "peak memory is far below 2^52 KiB")]
    pub(crate) fn mebibytes(self) -> f64 {
        self.kibibytes as f64 / 1024.0
    }
}

/// Times two commands in turn, A B A B …, `runs` counted runs each after one that is not. `before` is run before each.
pub(crate) fn pair(
    python: &Path,
    one: &Timed,
    other: &Timed,
    runs: usize,
    before: &mut dyn FnMut() -> Result<()>,
) -> Result<(Medians, Medians)> {
    let (mut ones, mut others) = (Vec::new(), Vec::new());
    for run in 0..=runs {
        before()?;
        let first = sample(python, one)?;
        before()?;
        let second = sample(python, other)?;
        if run > 0 {
            ones.push(first);
            others.push(second);
        }
    }
    Ok((medians(ones), medians(others)))
}

fn sample(python: &Path, timed: &Timed) -> Result<Sample> {
    let mut command = Command::new(python);
    command.args(["-c", STOPWATCH]).args(&timed.command).current_dir(&timed.directory);
    command.envs(timed.environment.iter().map(|(name, value)| (name, value)));
    let output = command.stderr(Stdio::piped()).output().context("cannot start the stopwatch")?;
    let (seconds, kibibytes, code): (f64, u64, i32) =
        serde_json::from_slice(&output.stdout).context("the stopwatch says nothing")?;
    if code != timed.code {
        bail!("{} ended with {code}: {}", timed.name, String::from_utf8_lossy(&output.stderr));
    }
    Ok(Sample { seconds, kibibytes })
}

fn medians(mut samples: Vec<Sample>) -> Medians {
    samples.sort_by(|one, other| one.seconds.total_cmp(&other.seconds));
    let seconds = samples[samples.len() / 2].seconds;
    samples.sort_by_key(|sample| sample.kibibytes);
    Medians { seconds, kibibytes: samples[samples.len() / 2].kibibytes }
}
