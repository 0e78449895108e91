//! Runs the built limbeck, and asserts what holds after every run: no panic, nothing left behind, no password told.

use std::ffi::OsStr;
use std::io::Read;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;

use crate::processes::{self, MARK, Process, await_that};
use crate::project::Project;
use crate::{document, setup};

/// No run of a test may take longer.
const DEADLINE: Duration = Duration::from_secs(60);
/// How soon a killed limbeck's things must be gone.
const FEW_SECONDS: Duration = Duration::from_secs(8);

/// A limbeck to be run in a project's directory, with an environment of its own: what the machine's shell has set is
/// not inherited.
#[derive(Debug)]
pub struct Limbeck {
    command: Command,
    mark: String,
    directory: PathBuf,
    temp: PathBuf,
    secrets: Vec<String>,
}

impl Limbeck {
    /// With these arguments, in the project's directory.
    pub fn new(project: &Project, arguments: &[&str]) -> Self {
        let mark = unique_name();
        let mut command = Command::new(setup::binary());
        command.args(arguments).current_dir(project.directory());
        command.env_clear().env("LANG", "C.UTF-8").env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("HOME", project.beside("home")).env("TMPDIR", project.temp()).env(MARK, &mark);
        command.env("LIMBECK_CACHE_DIR", setup::cache());
        Self { command, mark, directory: project.directory(), temp: project.temp(), secrets: Vec::new() }
    }

    /// `dry-run` with these arguments, on the test's Python and an embedded Postgres 17.
    pub fn dry_run(project: &Project, arguments: &[&str]) -> Self {
        Self::new(project, &["dry-run", "--postgres", "17"])
            .arg("--python")
            .arg(setup::python())
            .args(arguments)
    }

    /// `dry-run` with these arguments, on the test's Python and the server of a database URL.
    pub fn dry_run_on(project: &Project, url: &str, arguments: &[&str]) -> Self {
        let limbeck = Self::new(project, &["dry-run"]).arg("--python").arg(setup::python());
        limbeck.env("LIMBECK_DATABASE_URL", url).args(arguments)
    }

    /// One more argument.
    #[must_use]
    pub fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.command.arg(argument);
        self
    }

    /// More arguments.
    #[must_use]
    pub fn args(mut self, arguments: &[&str]) -> Self {
        self.command.args(arguments);
        self
    }

    /// One more variable.
    #[must_use]
    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Another working directory.
    #[must_use]
    pub fn current_dir(mut self, directory: &Path) -> Self {
        self.command.current_dir(directory);
        self.directory = directory.to_owned();
        self
    }

    /// A text that must not stand in anything that limbeck writes.
    #[must_use]
    pub fn secret(mut self, secret: &str) -> Self {
        self.secrets.push(secret.to_owned());
        self
    }

    /// Runs it to its end.
    pub fn run(self) -> Run {
        self.start().finish()
    }

    /// Runs it with `--output-format json`; its document is checked.
    pub fn document(self) -> (Run, Value) {
        let run = self.args(&["--output-format", "json"]).run();
        let document = document::check(&run);
        (run, document)
    }

    /// Starts it.
    pub fn start(mut self) -> Running {
        self.command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = self.command.spawn().unwrap_or_else(|error| {
            panic!("cannot start {}: {error}; run `cargo xtask test`", setup::binary().display())
        });
        let stdout = Stream::read(child.stdout.take().expect("standard output is piped"));
        let stderr = Stream::read(child.stderr.take().expect("standard error is piped"));
        let Self { mark, directory, temp, secrets, .. } = self;
        Running { child, stdout, stderr, run: Context { mark, directory, temp, secrets } }
    }
}

/// A limbeck that runs.
#[derive(Debug)]
pub struct Running {
    child: Child,
    stdout: Stream,
    stderr: Stream,
    run: Context,
}

#[derive(Debug)]
struct Context {
    mark: String,
    directory: PathBuf,
    temp: PathBuf,
    secrets: Vec<String>,
}

impl Running {
    /// Waits until it has written this to either stream.
    pub fn await_text(&self, text: &str) {
        await_that(&format!("limbeck writes {text:?}"), DEADLINE, || {
            self.stdout.so_far().contains(text) || self.stderr.so_far().contains(text)
        });
    }

    /// Waits until a process of it is of this kind, and gives that.
    pub fn await_process(&self, what: &str, is_it: impl Fn(&Process) -> bool) -> Process {
        let mut found = None;
        await_that(&format!("limbeck has started {what}"), DEADLINE, || {
            found = self.processes().into_iter().find(|process| is_it(process));
            found.is_some()
        });
        found.expect("the wait ended because there is one")
    }

    /// Its processes, itself among them.
    pub fn processes(&self) -> Vec<Process> {
        processes::of_run(&self.run.mark)
    }

    /// Sends a signal to limbeck alone.
    pub fn signal(&self, signal: Signal) {
        let pid = i32::try_from(self.child.id()).expect("a process id");
        kill(Pid::from_raw(pid), signal).expect("limbeck runs");
    }

    /// Waits for its end, after which nothing of it may be left.
    pub fn finish(self) -> Run {
        let run = self.wait();
        let left = run.left();
        assert!(left.is_empty(), "left behind: {left:#?}\n{run}");
        run
    }

    /// Waits for its end by SIGKILL, a few seconds after which nothing of it may be left.
    pub fn finish_killed(self) -> Run {
        let run = self.wait();
        await_that("nothing is left", FEW_SECONDS, || run.left().is_empty());
        run
    }

    fn wait(mut self) -> Run {
        let child = &mut self.child;
        let mut status = None;
        let deadline = std::time::Instant::now() + DEADLINE;
        while status.is_none() {
            if std::time::Instant::now() > deadline {
                let _ = child.kill();
                let (stdout, stderr) = (self.stdout.so_far(), self.stderr.so_far());
                panic!("limbeck does not end within {DEADLINE:?}\nstdout:\n{stdout}\nstderr:\n{stderr}");
            }
            status = child.try_wait().expect("limbeck can be waited for");
            std::thread::sleep(Duration::from_millis(5));
        }
        let status = status.expect("the loop ended because there is one");
        let run = Run { status, stdout: self.stdout.whole(), stderr: self.stderr.whole(), context: self.run };
        run.assert_decent();
        run
    }
}

/// A run that has ended.
#[derive(Debug)]
pub struct Run {
    status: ExitStatus,
    /// What it wrote to standard output.
    pub stdout: String,
    /// What it wrote to standard error.
    pub stderr: String,
    context: Context,
}

impl Run {
    /// Its exit code; `None` where a signal ended it.
    pub fn code(&self) -> Option<i32> {
        self.status.code()
    }

    /// The signal that ended it.
    pub fn signal(&self) -> Option<i32> {
        self.status.signal()
    }

    /// Asserts its exit code.
    #[must_use]
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(self.code(), Some(code), "{self}");
        self
    }

    /// The directory that it ran in.
    pub fn directory(&self) -> &Path {
        &self.context.directory
    }

    fn assert_decent(&self) {
        for sign_of_panic in ["panicked at", "RUST_BACKTRACE", "Traceback (most recent call last)"] {
            assert!(!self.stderr.contains(sign_of_panic), "{sign_of_panic:?} in\n{self}");
        }
        for secret in &self.context.secrets {
            let told = self.stdout.contains(secret) || self.stderr.contains(secret);
            assert!(!told, "it tells the password {secret:?}:\n{self}");
        }
    }

    /// What is left of it: processes, and entries of its temporary folder.
    fn left(&self) -> Vec<String> {
        let processes = processes::of_run(&self.context.mark);
        let processes = processes.into_iter().map(|process| format!("{} {}", process.pid, process.command));
        let entries = self.context.temp.read_dir().into_iter().flatten().filter_map(Result::ok);
        processes.chain(entries.map(|entry| entry.path().display().to_string())).collect()
    }
}

impl std::fmt::Display for Run {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.code() {
            Some(code) => writeln!(formatter, "exit code: {code}")?,
            None => writeln!(formatter, "{}", self.status)?,
        }
        for (name, text) in [("stdout", &self.stdout), ("stderr", &self.stderr)] {
            if !text.is_empty() {
                write!(formatter, "----- {name} -----\n{text}")?;
            }
        }
        Ok(())
    }
}

/// A pipe that is read on a thread, so that what has come so far can be looked at.
#[derive(Debug)]
struct Stream {
    text: Arc<Mutex<Vec<u8>>>,
    thread: JoinHandle<()>,
}

impl Stream {
    fn read(mut pipe: impl Read + Send + 'static) -> Self {
        let text = Arc::new(Mutex::new(Vec::new()));
        let shared = Arc::clone(&text);
        let thread = std::thread::spawn(move || {
            let mut buffer = [0; 8192];
            while let Ok(count @ 1..) = pipe.read(&mut buffer) {
                shared.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(&buffer[..count]);
            }
        });
        Self { text, thread }
    }

    fn so_far(&self) -> String {
        String::from_utf8_lossy(&self.text.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
    }

    /// All of it. A process that outlives limbeck and holds the pipe would make this wait for ever.
    fn whole(self) -> String {
        let text = self.text;
        self.thread.join().expect("the reading thread does not panic");
        let bytes = std::mem::take(&mut *text.lock().unwrap_or_else(PoisonError::into_inner));
        String::from_utf8(bytes).expect("limbeck writes UTF-8")
    }
}

/// A name that no other test of this machine has at this moment; Postgres takes it without quotes.
pub fn unique_name() -> String {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let clock = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    format!("lt_{}_{:x}_{number}", std::process::id(), clock.as_nanos() % 0xffff_ffff)
}
