//! What must not outlive us, and the process that sees to it.
//!
//! Each resource is told to the reaper before it exists and forgotten after it is gone. The reaper is limbeck's own
//! binary, started with a hidden argument, in a process group of its own; it only reads its standard input. When that
//! closes (we ended, were killed, crashed) it releases what is still held, latest first. So `kill -9` leaves nothing.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::{DatabaseUrl, scratch};

/// How long the reaper waits for a server that was being started to write its process id.
const SERVER_PID_WAIT: Duration = Duration::from_secs(2);
/// How long a server may take to stop at SIGQUIT before it is killed; measured 11 to 17 ms (postgres.md 2).
const SERVER_STOP_WAIT: Duration = Duration::from_secs(5);

/// Something that must be gone when we are.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Resource {
    /// A process and all that it started in its group.
    ProcessGroup {
        /// The group leader's process id.
        pid: u32,
    },
    /// An embedded server.
    Server {
        /// Its data directory, which holds `postmaster.pid`.
        data: PathBuf,
    },
    /// A scratch database.
    Database {
        /// The URL that it was created through, with its password.
        url: String,
        /// Its name.
        name: String,
    },
    /// A folder and all below it.
    Folder {
        /// Where.
        path: PathBuf,
    },
}

impl Resource {
    /// Makes it gone. Best effort: there is nobody left to tell of a failure.
    fn release(&self) {
        match self {
            Resource::ProcessGroup { pid } => kill_group(*pid),
            Resource::Server { data } => stop_server(data),
            Resource::Database { url, name } => {
                if let Ok(url) = DatabaseUrl::parse(url) {
                    let _ = scratch::drop_database(&url, name);
                }
            }
            Resource::Folder { path } => remove_folder(path),
        }
    }
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Order {
    Hold { id: u64, resource: Resource },
    Forget { id: u64 },
}

/// The reaper process, seen from limbeck. Clones talk to the same process.
#[derive(Debug, Clone)]
pub struct Reaper {
    line: Arc<Mutex<Line>>,
}

#[derive(Debug)]
struct Line {
    /// `None` once the line is closed.
    stdin: Option<ChildStdin>,
    child: Child,
    next_id: u64,
}

impl Reaper {
    /// Starts the reaper from `command`, which must end in a call of [`reap`].
    pub fn start(mut command: Command) -> std::io::Result<Self> {
        in_own_group(&mut command);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        let stdin = child.stdin.take();
        Ok(Self { line: Arc::new(Mutex::new(Line { stdin, child, next_id: 0 })) })
    }

    /// Tells the reaper of a resource that is about to exist. It is forgotten when the value returned is dropped, so
    /// drop that only after the resource is gone.
    pub fn hold(&self, resource: Resource) -> std::io::Result<Held> {
        let mut line = self.lock();
        let id = line.next_id;
        line.next_id += 1;
        line.send(&Order::Hold { id, resource })?;
        Ok(Held { reaper: self.clone(), id })
    }
}

impl Reaper {
    /// Lets the reaper release what is still held, and waits until it has. Nothing can be held afterwards.
    pub fn close(&self) {
        close(&mut self.lock());
    }

    /// The same for a process that is about to exit: whoever else uses the reaper waits for ever.
    pub fn close_for_exit(&self) {
        let mut line = self.lock();
        close(&mut line);
        std::mem::forget(line);
    }

    /// A holder that panicked left the line whole: orders are sent in one write.
    fn lock(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn close(line: &mut Line) {
    line.stdin.take();
    let _ = line.child.wait();
}

impl Line {
    fn send(&mut self, order: &Order) -> std::io::Result<()> {
        let mut text = serde_json::to_vec(order).map_err(std::io::Error::other)?;
        text.push(b'\n');
        match &mut self.stdin {
            Some(stdin) => stdin.write_all(&text),
            None => Err(std::io::ErrorKind::BrokenPipe.into()),
        }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        close(self);
    }
}

/// A resource that the reaper watches.
#[derive(Debug)]
pub struct Held {
    reaper: Reaper,
    id: u64,
}

impl Drop for Held {
    fn drop(&mut self) {
        let _ = self.reaper.lock().send(&Order::Forget { id: self.id });
    }
}

/// The reaper's whole life: reads orders until `input` ends, then releases what is still held, latest first.
pub fn reap(input: impl Read) {
    let mut held: Vec<(u64, Resource)> = Vec::new();
    for line in BufReader::new(input).lines().map_while(Result::ok) {
        match serde_json::from_str(&line) {
            Ok(Order::Hold { id, resource }) => held.push((id, resource)),
            Ok(Order::Forget { id }) => held.retain(|(other, _)| *other != id),
            // Half a line is what a killed writer leaves; what it spoke of does not exist yet.
            Err(_) => {}
        }
    }
    for (_, resource) in held.iter().rev() {
        resource.release();
    }
}

/// Makes a command the leader of a process group of its own, so that Ctrl-C in the terminal does not reach it.
pub fn in_own_group(command: &mut Command) {
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt;
        command.process_group(0);
    }
    #[cfg(not(unix))]
    let _ = command;
}

/// Kills a process group at once.
pub fn kill_group(pid: u32) {
    #[cfg(unix)]
    if let Ok(pid) = i32::try_from(pid)
        && pid > 1
    {
        let _ = nix::sys::signal::killpg(nix::unistd::Pid::from_raw(pid), nix::sys::signal::Signal::SIGKILL);
    }
    #[cfg(not(unix))]
    let _ = pid;
}

/// Stops a server by its data directory: SIGQUIT, then SIGKILL after a while.
fn stop_server(data: &Path) {
    let deadline = Instant::now() + SERVER_PID_WAIT;
    let pid = loop {
        if let Some(pid) = postmaster_pid(data) {
            break pid;
        }
        if Instant::now() > deadline || !data.exists() {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    };
    #[cfg(unix)]
    {
        use nix::sys::signal::{Signal, kill};
        use nix::unistd::Pid;
        let pid = Pid::from_raw(pid);
        let _ = kill(pid, Signal::SIGQUIT);
        let deadline = Instant::now() + SERVER_STOP_WAIT;
        // Its own parent may be waiting for us instead of for it: then it is a zombie, without its file.
        while kill(pid, None).is_ok() && postmaster_pid(data).is_some() {
            if Instant::now() > deadline {
                let _ = kill(pid, Signal::SIGKILL);
                break;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }
    #[cfg(not(unix))]
    let _ = pid;
}

/// The process id on the first line of `postmaster.pid`, while the server runs.
fn postmaster_pid(data: &Path) -> Option<i32> {
    let text = std::fs::read_to_string(data.join("postmaster.pid")).ok()?;
    text.lines().next()?.trim().parse().ok().filter(|pid| *pid > 1)
}

/// Removes a folder, again if something was still writing into it.
pub fn remove_folder(path: &Path) {
    for _ in 0..20 {
        match std::fs::remove_dir_all(path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                std::thread::sleep(Duration::from_millis(50));
            }
            _ => return,
        }
    }
}
