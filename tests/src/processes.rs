//! Processes of one run, found by a variable in their environment; and folders that they work in.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// The variable that marks a run's processes.
pub const MARK: &str = "LIMBECK_TEST_RUN";

/// A process as `/proc` shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Process {
    /// Its id.
    pub pid: i32,
    /// Its arguments, separated by blanks.
    pub command: String,
    /// The process that started it.
    pub parent: i32,
    started: u64,
}

impl Process {
    fn read(pid: i32) -> Option<Self> {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        let command = fs::read(format!("/proc/{pid}/cmdline")).ok()?;
        // The name in parentheses may hold blanks and parentheses.
        let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
        let (state, parent, started) = (fields.first()?, fields.get(1)?, fields.get(19)?);
        if *state == "Z" {
            return None;
        }
        Some(Self {
            pid,
            command: String::from_utf8_lossy(&command).replace('\0', " ").trim().to_owned(),
            parent: parent.parse().ok()?,
            started: started.parse().ok()?,
        })
    }

    /// Whether it runs still: the same process, not another one with its id.
    pub fn is_alive(&self) -> bool {
        Self::read(self.pid).is_some_and(|found| found.started == self.started)
    }

    /// Whether it is an embedded server's first process.
    pub fn is_server(&self) -> bool {
        self.data_directory().is_some()
    }

    /// The data directory of an embedded server.
    pub fn data_directory(&self) -> Option<PathBuf> {
        let (program, arguments) = self.command.split_once(" -D ")?;
        program.ends_with("/postgres").then(|| arguments.split(' ').next().unwrap_or_default().into())
    }

    /// Shared memory that has a name in `/dev/shm`, which outlives a process that is killed.
    pub fn shared_memory(&self) -> Vec<PathBuf> {
        let maps = fs::read_to_string(format!("/proc/{}/maps", self.pid)).unwrap_or_default();
        let named =
            maps.lines().filter_map(|line| line.find("/dev/shm/PostgreSQL.").map(|start| &line[start..]));
        named.map(PathBuf::from).collect()
    }

    /// Whether it is the driver.
    pub fn is_driver(&self) -> bool {
        self.command.contains("/limbeck-driver-")
    }
}

/// The processes that carry this mark, and all that descend from them: Postgres' own children overwrite their
/// environment. None on a system without `/proc`.
pub fn of_run(mark: &str) -> Vec<Process> {
    let all = all();
    let wanted = format!("{MARK}={mark}");
    let marked = |process: &Process| {
        let environment = fs::read(format!("/proc/{}/environ", process.pid)).unwrap_or_default();
        environment.split(|byte| *byte == 0).any(|entry| entry == wanted.as_bytes())
    };
    let (mut found, mut rest): (Vec<Process>, Vec<Process>) = all.into_iter().partition(marked);
    loop {
        let (children, others): (Vec<Process>, Vec<Process>) =
            rest.into_iter().partition(|process| found.iter().any(|other| other.pid == process.parent));
        if children.is_empty() {
            return found;
        }
        found.extend(children);
        rest = others;
    }
}

fn all() -> Vec<Process> {
    let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
    let pids = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    pids.filter_map(Process::read).collect()
}

/// Waits until something holds; panics with what it waited for when it does not within `limit`.
pub fn await_that(what: &str, limit: Duration, mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + limit;
    while !holds() {
        assert!(Instant::now() < deadline, "not within {limit:?}: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}
