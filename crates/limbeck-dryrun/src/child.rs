//! The driver as a child process: started, spoken to, and surely ended.

use std::ffi::OsString;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use limbeck_postgres::TemporaryFolder;
use limbeck_postgres::reaper::{Held, Reaper, Resource, in_own_group, kill_group};

use crate::error::DryRunError;
use crate::output::Output;
use crate::protocol::{Answer, Order, PROTOCOL, Settings as WireSettings};

/// The driver's files; real files in `python/`, so that they are linted and can be read.
const DRIVER: [(&str, &str); 9] = [
    ("driver.py", include_str!("../python/driver.py")),
    ("limbeck_driver/__init__.py", include_str!("../python/limbeck_driver/__init__.py")),
    ("limbeck_driver/errors.py", include_str!("../python/limbeck_driver/errors.py")),
    ("limbeck_driver/headers.py", include_str!("../python/limbeck_driver/headers.py")),
    ("limbeck_driver/line.py", include_str!("../python/limbeck_driver/line.py")),
    ("limbeck_driver/places.py", include_str!("../python/limbeck_driver/places.py")),
    ("limbeck_driver/run.py", include_str!("../python/limbeck_driver/run.py")),
    ("limbeck_driver/target.py", include_str!("../python/limbeck_driver/target.py")),
    ("limbeck_driver/watch.py", include_str!("../python/limbeck_driver/watch.py")),
];

/// How the project is to be run.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The directory in which the user would run alembic, absolute.
    pub directory: PathBuf,
    /// The script directory, absolute: what lies in it is the project's own code.
    pub script_directory: PathBuf,
    /// `alembic.ini`, where there is one.
    pub ini: Option<PathBuf>,
    /// `pyproject.toml` with `[tool.alembic]`, where there is one.
    pub toml: Option<PathBuf>,
    /// alembic's `-n`.
    pub section: String,
    /// alembic's `-x`, each `KEY=VALUE`.
    pub x: Vec<String>,
    /// Variables to set for the child beside the inherited ones.
    pub environment: Vec<(OsString, OsString)>,
    /// Environment variables that the project reads its database URL from.
    pub url_environment: Vec<String>,
    /// Ask alembic for its plan up to this target, because the tree's headers cannot all be read.
    pub ask_plan: Option<String>,
}

/// The running child. Dropping it kills its whole process group.
#[derive(Debug)]
pub struct Driver {
    pub(crate) python: PathBuf,
    pub(crate) settings: Settings,
    pub(crate) output: Output,
    answers: Receiver<Heard>,
    orders: Option<ChildStdin>,
    process: Child,
    // In this order: forgotten once the process is gone, then the driver's folder.
    _held_process: Held,
    _folder: TemporaryFolder,
}

/// What comes out of the reading thread.
enum Heard {
    Answer(Box<Answer>),
    Broken(String),
}

impl Driver {
    /// Starts `python` on the driver. It imports alembic while the caller brings up a server.
    pub fn spawn(python: &Path, settings: Settings, reaper: &Reaper) -> Result<Self, DryRunError> {
        let io = |action| move |source| DryRunError::Io { action, source };
        let folder = TemporaryFolder::create(&std::env::temp_dir(), "limbeck-driver-", reaper)
            .map_err(io("make a folder"))?;
        let script = write_driver(folder.path()).map_err(io("write the driver"))?;
        let mut process = start(python, &script, &settings)
            .map_err(|source| DryRunError::Spawn { python: python.to_owned(), source })?;
        let pid = process.id();
        let held_process = reaper.hold(Resource::ProcessGroup { pid }).map_err(|source| {
            kill_group(pid);
            DryRunError::Io { action: "reach the reaper", source }
        })?;
        let marker = marker(folder.path());
        let piped = "the process was started with all three pipes";
        let output = Output::read(process.stderr.take().expect(piped), &marker);
        let answers = listen(process.stdout.take().expect(piped));
        let orders = process.stdin.take();
        let mut driver = Self {
            python: python.to_owned(),
            settings,
            output,
            answers,
            orders,
            process,
            _held_process: held_process,
            _folder: folder,
        };
        driver.introduce(&marker);
        Ok(driver)
    }

    fn introduce(&mut self, marker: &str) {
        let settings = self.settings.clone();
        self.tell(&Order::Settings(WireSettings {
            marker,
            ini: settings.ini.as_deref(),
            toml: settings.toml.as_deref(),
            section: &settings.section,
            script_directory: &settings.script_directory,
            x: &settings.x,
            plan: settings.ask_plan.as_deref(),
        }));
    }

    /// Sends an order. A child that is gone is noticed by the next [`Driver::hear`].
    pub(crate) fn tell(&mut self, order: &Order<'_>) {
        let Ok(mut text) = serde_json::to_vec(order) else { return };
        text.push(b'\n');
        if let Some(orders) = &mut self.orders {
            let _ = orders.write_all(&text);
        }
    }

    /// The next answer, or `None` when there is none within `deadline`.
    pub(crate) fn hear(&mut self, deadline: Duration) -> Result<Option<Answer>, DryRunError> {
        match self.answers.recv_timeout(deadline) {
            Ok(Heard::Answer(answer)) => match *answer {
                Answer::Hello { protocol, .. } if protocol != PROTOCOL => {
                    Err(DryRunError::Protocol(format!("it speaks version {protocol}, not {PROTOCOL}")))
                }
                answer => Ok(Some(answer)),
            },
            Ok(Heard::Broken(line)) => Err(DryRunError::Protocol(line)),
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => Err(self.obituary()),
        }
    }

    /// Kills the child and all that it started.
    pub(crate) fn kill(&mut self) {
        kill_group(self.process.id());
        let _ = self.process.kill();
        let _ = self.process.wait();
    }

    fn obituary(&mut self) -> DryRunError {
        let status = match self.process.wait() {
            Ok(status) => status.to_string(),
            Err(error) => error.to_string(),
        };
        kill_group(self.process.id());
        DryRunError::Died { status, revision: None, output: self.output.whole() }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        self.orders.take();
        self.kill();
    }
}

/// Writes the driver's files and gives the one to start.
fn write_driver(folder: &Path) -> std::io::Result<PathBuf> {
    std::fs::create_dir(folder.join("limbeck_driver"))?;
    for (name, text) in DRIVER {
        std::fs::write(folder.join(name), text)?;
    }
    Ok(folder.join("driver.py"))
}

fn start(python: &Path, script: &Path, settings: &Settings) -> std::io::Result<Child> {
    let mut command = Command::new(python);
    command.arg(script).current_dir(&settings.directory);
    command.envs(settings.environment.iter().map(|(name, value)| (name, value)));
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    in_own_group(&mut command);
    command.spawn()
}

/// Text that the project will not print by accident: our private folder's random name between record separators.
fn marker(folder: &Path) -> String {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    format!("\u{1e}{name}\u{1e}\n")
}

/// Reads answers on a thread, so that waiting for one can have a deadline.
fn listen(pipe: impl std::io::Read + Send + 'static) -> Receiver<Heard> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        let mut greeted = false;
        for line in BufReader::new(pipe).split(b'\n').map_while(Result::ok) {
            let heard = match serde_json::from_slice::<Answer>(&line) {
                Ok(answer) => {
                    greeted = true;
                    Heard::Answer(Box::new(answer))
                }
                // `sitecustomize` and the like may print before the driver has moved the descriptors.
                Err(_) if !greeted => continue,
                Err(error) => Heard::Broken(format!("{error}: {}", String::from_utf8_lossy(&line))),
            };
            if sender.send(heard).is_err() {
                return;
            }
        }
    });
    receiver
}
