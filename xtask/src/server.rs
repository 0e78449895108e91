//! A Postgres 17 on a loopback port with password logins: what a pipeline's service container is.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use tempfile::TempDir;

/// The superuser's name and password. They guard nothing: the server listens on loopback while tests run.
const USER: &str = "limbeck_tests";
const PASSWORD: &str = "not-a-secret";

/// A running server; stopped and removed on drop.
#[derive(Debug)]
pub(crate) struct Server {
    /// `postgresql://user:password@127.0.0.1:port/postgres`.
    pub(crate) url: String,
    process: Child,
    _folder: TempDir,
}

impl Server {
    /// Starts a server from the programs in `bin` and waits until it answers.
    pub(crate) fn start(bin: &Path) -> Result<Self> {
        let parent = if Path::new("/dev/shm").is_dir() { "/dev/shm".into() } else { std::env::temp_dir() };
        let folder = tempfile::Builder::new().prefix("limbeck-service-").tempdir_in(parent)?;
        let account = Account::find()?;
        account.own(folder.path())?;
        let password = folder.path().join("password");
        std::fs::write(&password, PASSWORD)?;
        account.own(&password)?;
        let data = folder.path().join("data");
        let mut initdb = Command::new(bin.join("initdb"));
        initdb.args([
            "--no-sync",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--username",
            USER,
        ]);
        initdb.arg("--pwfile").arg(&password).arg("-D").arg(&data).current_dir("/").stdout(Stdio::null());
        account.run(&mut initdb);
        ensure!(initdb.status().context("cannot start initdb")?.success(), "initdb failed");
        let port = free_port()?;
        let process = spawn(bin, &data, port, &account).context("cannot start postgres")?;
        let url = format!("postgresql://{USER}:{PASSWORD}@127.0.0.1:{port}/postgres");
        let mut server = Self { url, process, _folder: folder };
        server.await_answer(port)?;
        Ok(server)
    }

    fn await_answer(&mut self, port: u16) -> Result<()> {
        let deadline = Instant::now() + Duration::from_secs(60);
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            ensure!(self.process.try_wait()?.is_none(), "postgres ended while starting");
            ensure!(Instant::now() < deadline, "postgres does not answer");
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // SIGQUIT ends it at once with its children; SIGKILL would leave them behind.
        let stopped = Command::new("kill").args(["-QUIT", &self.process.id().to_string()]).status();
        if stopped.is_err() {
            let _ = self.process.kill();
        }
        let _ = self.process.wait();
    }
}

fn spawn(bin: &Path, data: &Path, port: u16, account: &Account) -> Result<Child> {
    let mut postgres = Command::new(bin.join("postgres"));
    postgres.arg("-D").arg(data).args([
        "-p",
        &port.to_string(),
        "-k",
        "",
        "-c",
        "listen_addresses=127.0.0.1",
    ]);
    for setting in ["fsync=off", "full_page_writes=off", "synchronous_commit=off", "shared_buffers=64MB"] {
        postgres.args(["-c", setting]);
    }
    postgres.current_dir("/").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    account.run(&mut postgres);
    Ok(postgres.spawn()?)
}

/// A port that nobody listens on. Another program may take it before the server does; the server then fails to start,
/// which is seen.
fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

/// The account that the server runs under: postgres refuses root.
#[derive(Debug)]
struct Account {
    ids: Option<(u32, u32)>,
}

impl Account {
    #[cfg(unix)]
    fn find() -> Result<Self> {
        use std::os::unix::fs::MetadataExt;
        if std::fs::metadata("/proc/self").or_else(|_| std::fs::metadata("."))?.uid() != 0 {
            return Ok(Self { ids: None });
        }
        let text = std::fs::read_to_string("/etc/passwd")?;
        for name in ["postgres:", "nobody:"] {
            let Some(line) = text.lines().find(|line| line.starts_with(name)) else { continue };
            let mut fields = line.split(':').skip(2);
            if let (Some(Ok(uid)), Some(Ok(gid))) =
                (fields.next().map(str::parse), fields.next().map(str::parse))
            {
                return Ok(Self { ids: Some((uid, gid)) });
            }
        }
        bail!("this machine has no account but root to run a server under")
    }

    #[cfg(not(unix))]
    fn find() -> Result<Self> {
        Ok(Self { ids: None })
    }

    fn own(&self, path: &Path) -> Result<()> {
        #[cfg(unix)]
        if let Some((uid, gid)) = self.ids {
            std::os::unix::fs::chown(path, Some(uid), Some(gid))?;
        }
        Ok(())
    }

    fn run(&self, command: &mut Command) {
        #[cfg(unix)]
        if let Some((uid, gid)) = self.ids {
            use std::os::unix::process::CommandExt;
            command.uid(uid).gid(gid);
        }
    }
}
