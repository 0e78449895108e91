//! A server of our own: started on a private socket, without durability, thrown away whole.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::account::Account;
use crate::programs::Programs;
use crate::reaper::{Held, Reaper, Resource, in_own_group, kill_group};
use crate::{DatabaseUrl, Session, TemporaryFolder};

/// What `initdb` is told. Locale `C` on every machine, so that the same tree sorts the same way everywhere.
const INITDB: [&str; 7] = [
    "--no-sync",
    "--auth=trust",
    "--username=postgres",
    "--locale=C",
    "--encoding=UTF8",
    "--no-instructions",
    "-D",
];
/// What the server is told: nothing of it survives, so nothing is made durable (measured in postgres.md 2). The lock
/// table is large enough for an upgrade of a whole tree in one transaction.
const SETTINGS: [&str; 17] = [
    "listen_addresses=",
    // `PGPORT` in the environment would name the socket otherwise.
    "port=5432",
    "log_line_prefix=",
    // In the data directory, so that a server which is killed leaves nothing in /dev/shm.
    "dynamic_shared_memory_type=mmap",
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "shared_buffers=64MB",
    "autovacuum=off",
    "jit=off",
    "max_wal_size=4GB",
    "checkpoint_timeout=1d",
    "max_connections=50",
    "max_locks_per_transaction=1024",
    "unix_socket_permissions=0700",
];
/// Part of the cached template's name: to be raised when [`INITDB`] changes.
const TEMPLATE_RECIPE: u32 = 1;
/// A server answers 50 to 75 ms after its start on tmpfs; a busy disk has been seen to take seconds.
const START_DEADLINE: Duration = Duration::from_secs(60);
/// Between two attempts to reach a server that is starting here.
const POLL: Duration = Duration::from_millis(2);
/// Shared memory is used for the data only where this much of it is free; Docker's default is 64 MB in all.
#[cfg(target_os = "linux")]
const SHARED_MEMORY_NEEDED: u64 = 512 * 1024 * 1024;
/// The longest path of a Unix socket that Linux takes is 107 bytes, macOS 103; `.s.PGSQL.5432` is part of it.
const SOCKET_FOLDER_MAXIMUM: usize = 103 - "/.s.PGSQL.5432".len();

/// A running server. Dropping the value stops it and removes all that it wrote.
#[derive(Debug)]
pub struct Embedded {
    /// The URL of its superuser `postgres` and database `postgres`, through the socket.
    pub url: DatabaseUrl,
    server: Child,
    // In this order: the server is forgotten first, its folder is removed and forgotten next.
    _held_server: Held,
    _work: TemporaryFolder,
}

/// Why no server was started.
#[derive(Debug, thiserror::Error)]
pub enum EmbeddedError {
    /// A file could not be written.
    #[error("cannot {action}: {source}")]
    Io {
        /// What we were at.
        action: &'static str,
        /// Why not.
        source: std::io::Error,
    },
    /// `initdb` failed.
    #[error("initdb failed: {0}")]
    Initdb(String),
    /// The server ended while starting.
    #[error("the embedded server ended while starting: {0}")]
    Ended(String),
    /// It did not answer in time.
    #[error("the embedded server did not answer within {} s: {log}", START_DEADLINE.as_secs())]
    Deadline {
        /// The end of its log.
        log: String,
    },
}

fn io(action: &'static str) -> impl Fn(std::io::Error) -> EmbeddedError {
    move |source| EmbeddedError::Io { action, source }
}

impl Embedded {
    /// Starts a server from these programs. `cache` keeps an initialised data directory per version, so that the next
    /// start takes a copy (some 50 ms) instead of `initdb` (some 500 ms).
    pub fn start(programs: &Programs, cache: &Path, reaper: &Reaper) -> Result<Self, EmbeddedError> {
        let account = Account::for_server();
        let work = work_folder(account, reaper)?;
        let data = work.path().join("data");
        let template = cache.join("templates").join(format!("{}-r{TEMPLATE_RECIPE}", programs.version));
        if template.is_dir() {
            copy_tree(&template, &data, account).map_err(io("copy the template data directory"))?;
        } else {
            initialise(programs, &data, account, reaper)?;
            // A cache that cannot be written only costs the next run its half second.
            let _ = keep_template(&data, &template, reaper);
        }
        let held = reaper.hold(Resource::Server { data: data.clone() }).map_err(io("reach the reaper"))?;
        let log = work.path().join("server.log");
        let child = spawn(programs, &data, work.path(), &log, account).map_err(io("start `postgres`"))?;
        let host = work.path().to_string_lossy().into_owned();
        let url = DatabaseUrl {
            driver: None,
            user: Some("postgres".to_owned()),
            password: None,
            host,
            port: 5432,
            database: Some("postgres".to_owned()),
            query: Vec::new(),
        };
        let mut embedded = Self { url, server: child, _held_server: held, _work: work };
        embedded.await_answer(&log)?;
        Ok(embedded)
    }

    fn await_answer(&mut self, log: &Path) -> Result<(), EmbeddedError> {
        let deadline = Instant::now() + START_DEADLINE;
        while Session::connect_once(&self.url).is_none() {
            if let Ok(Some(_)) = self.server.try_wait() {
                return Err(EmbeddedError::Ended(log_tail(log)));
            }
            if Instant::now() > deadline {
                return Err(EmbeddedError::Deadline { log: log_tail(log) });
            }
            std::thread::sleep(POLL);
        }
        Ok(())
    }

    /// The end of the server's log, if the server has ended by itself.
    pub fn obituary(&mut self) -> Option<String> {
        self.server.try_wait().ok().flatten()?;
        Some(log_tail(&self._work.path().join("server.log")))
    }
}

impl Drop for Embedded {
    fn drop(&mut self) {
        #[cfg(unix)]
        if let Ok(None) = self.server.try_wait()
            && let Ok(pid) = i32::try_from(self.server.id())
        {
            let pid = nix::unistd::Pid::from_raw(pid);
            let _ = nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGQUIT);
        }
        #[cfg(not(unix))]
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// The folder that holds data, socket and log.
fn work_folder(account: Option<Account>, reaper: &Reaper) -> Result<TemporaryFolder, EmbeddedError> {
    let mut last = std::io::Error::other("no temporary folder");
    for parent in work_parents() {
        match TemporaryFolder::create(&parent, "limbeck-", reaper) {
            Ok(folder) if folder.path().as_os_str().len() > SOCKET_FOLDER_MAXIMUM => {
                last = std::io::Error::other("its path is too long for a socket");
            }
            Ok(folder) => {
                if let Some(account) = account {
                    account.own(folder.path()).map_err(io("give the server its folder"))?;
                }
                return Ok(folder);
            }
            Err(error) => last = error,
        }
    }
    Err(io("make a folder for the server")(last))
}

/// Where the server's folder may go, best first: memory, the temporary folder, `/tmp` with its short path.
fn work_parents() -> Vec<PathBuf> {
    let mut parents = Vec::new();
    #[cfg(target_os = "linux")]
    if let Ok(found) = nix::sys::statvfs::statvfs("/dev/shm")
        && found.blocks_available().saturating_mul(found.fragment_size()) >= SHARED_MEMORY_NEEDED
    {
        parents.push(PathBuf::from("/dev/shm"));
    }
    parents.push(std::env::temp_dir());
    parents.push(PathBuf::from("/tmp"));
    parents
}

/// Makes a fresh data directory with `initdb`.
fn initialise(
    programs: &Programs,
    data: &Path,
    account: Option<Account>,
    reaper: &Reaper,
) -> Result<(), EmbeddedError> {
    let mut command = Command::new(programs.bin.join("initdb"));
    // A working directory that the other account may enter.
    command.args(INITDB).arg(data).current_dir("/").stdin(Stdio::null());
    command.stdout(Stdio::null()).stderr(Stdio::piped());
    if programs.version.major >= 18 {
        command.arg("--no-data-checksums");
    }
    if let Some(account) = account {
        account.run(&mut command);
    }
    in_own_group(&mut command);
    let child = command.spawn().map_err(io("start `initdb`"))?;
    let pid = child.id();
    let _held = reaper.hold(Resource::ProcessGroup { pid }).map_err(|error| {
        kill_group(pid);
        io("reach the reaper")(error)
    })?;
    let output = child.wait_with_output().map_err(io("wait for `initdb`"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(EmbeddedError::Initdb(String::from_utf8_lossy(&output.stderr).trim().replace('\n', "; ")))
}

/// Keeps a fresh data directory as the template of the next runs. The first of two runs at once wins.
fn keep_template(data: &Path, template: &Path, reaper: &Reaper) -> std::io::Result<()> {
    let parent = template.parent().unwrap_or(template);
    std::fs::create_dir_all(parent)?;
    let copy = TemporaryFolder::create(parent, ".template-", reaper)?;
    let inner = copy.path().join("data");
    copy_tree(data, &inner, None)?;
    match std::fs::rename(&inner, template) {
        Err(_) if template.is_dir() => Ok(()),
        result => result,
    }
}

/// Copies a folder of plain files and folders, owned by `account` where one is given. Folders are for the owner alone,
/// which is what Postgres demands of its data directory.
fn copy_tree(from: &Path, to: &Path, account: Option<Account>) -> std::io::Result<()> {
    std::fs::create_dir(to)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(to, std::fs::Permissions::from_mode(0o700))?;
    }
    if let Some(account) = account {
        account.own(to)?;
    }
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_tree(&entry.path(), &target, account)?;
        } else {
            std::fs::copy(entry.path(), &target)?;
            if let Some(account) = account {
                account.own(&target)?;
            }
        }
    }
    Ok(())
}

fn spawn(
    programs: &Programs,
    data: &Path,
    socket: &Path,
    log: &Path,
    account: Option<Account>,
) -> std::io::Result<Child> {
    let log = File::create(log)?;
    let mut command = Command::new(programs.bin.join("postgres"));
    command.arg("-D").arg(data).arg("-k").arg(socket).current_dir("/").stdin(Stdio::null());
    for setting in SETTINGS {
        command.arg("-c").arg(setting);
    }
    command.stdout(log.try_clone()?).stderr(log);
    if let Some(account) = account {
        account.run(&mut command);
    }
    in_own_group(&mut command);
    command.spawn()
}

/// The last lines of the server's log, on one line.
fn log_tail(log: &Path) -> String {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    lines[lines.len().saturating_sub(4)..].join("; ")
}
