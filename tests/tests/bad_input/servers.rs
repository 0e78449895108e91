//! The database URL and the server behind it.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use limbeck_tests::database::Login;
use limbeck_tests::limbeck::Limbeck;
use limbeck_tests::processes::await_that;
use limbeck_tests::project::Project;
use limbeck_tests::setup;

use crate::check;

#[test]
fn a_url_that_is_none() {
    let project = Project::green();
    for (name, url) in [
        ("url-of-another-database", "mysql://paldocs:geheim@localhost/paldocs"),
        ("url-without-scheme", "paldocs:geheim@localhost/paldocs"),
        ("url-with-a-bad-port", "postgresql://paldocs:geheim@localhost:5x32/paldocs"),
    ] {
        let run = Limbeck::dry_run_on(&project, url, &[]).secret("geheim").run();
        check(name, &project, &run, 2, "bad-database-url", None);
    }
}

#[test]
fn a_server_that_nobody_runs() {
    let project = Project::green();
    let port =
        TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port").port();
    let url = format!("postgresql://paldocs:geheim@127.0.0.1:{port}/paldocs");
    let run = Limbeck::dry_run_on(&project, &url, &["--wait", "1"]).secret("geheim").run();
    check("server-refuses", &project, &run, 2, "server-unreachable", None);
}

#[test]
fn a_host_that_nobody_knows() {
    let project = Project::green();
    let url = "postgresql://paldocs:geheim@postgres.invalid/paldocs";
    let run = Limbeck::dry_run_on(&project, url, &["--wait", "0.5"]).secret("geheim").run();
    let run = run.exits(2);
    assert!(run.stderr.contains("error[server-unreachable]"), "{run}");
}

#[test]
fn a_server_that_is_no_postgres() {
    let project = Project::green();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("its address");
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let _ = (&stream).write_all(b"220 mail.example.org ESMTP\r\n");
        }
    });
    let url = format!("postgresql://paldocs:geheim@{address}/paldocs?sslmode=disable");
    let run = Limbeck::dry_run_on(&project, &url, &["--wait", "1"]).secret("geheim").run();
    assert_eq!(run.code(), Some(2), "{run}");
    assert!(run.stderr.contains("error[server-unreachable]"), "{run}");
}

#[test]
fn a_server_that_is_still_starting_is_waited_for() {
    let project = Project::green();
    let login = Login::new("CREATEDB");
    let server = setup::server();
    let address =
        TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port");
    let url = login.url("postgresql").replace(&server.address, &address.to_string());
    std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(1500));
        let listener = TcpListener::bind(address).expect("the port is free still");
        for client in listener.incoming().flatten() {
            forward(client, &server.address);
        }
    });
    let _ = Limbeck::dry_run_on(&project, &url, &["--wait", "20"]).run().exits(0);
    assert!(login.scratch_databases().is_empty());
}

#[test]
fn a_wrong_password() {
    let project = Project::green();
    let login = Login::new("CREATEDB");
    let url = login.url("postgresql").replace(&login.password, "falsch_geheim");
    let run = Limbeck::dry_run_on(&project, &url, &[]).secret("falsch_geheim").run();
    check("wrong-password", &project, &run, 2, "login-refused", None);
}

#[test]
fn a_role_that_may_not_create_databases() {
    let project = Project::green();
    let login = Login::new("NOCREATEDB");
    let run = Limbeck::dry_run_on(&project, &login.url("postgresql"), &[]).secret(&login.password).run();
    check("no-create-right", &project, &run, 2, "no-create-right", None);
}

#[test]
fn a_database_that_is_not_there_is_not_needed() {
    let project = Project::green();
    let login = Login::new("CREATEDB");
    let url = login.url("postgresql");
    let url = format!("{}/not_made_yet", url.rsplit_once('/').expect("a URL names a database").0);
    let _ = Limbeck::dry_run_on(&project, &url, &[]).run().exits(0);
}

#[test]
fn a_folder_without_a_server() {
    let project = Project::green();
    let run = Limbeck::new(&project, &["dry-run", "--postgres-bin", "migrations", "--python"])
        .arg(setup::python())
        .run();
    check("postgres-bin-without-server", &project, &run, 2, "no-server", None);
}

#[test]
#[cfg(target_os = "linux")]
fn a_server_that_dies_midway() {
    use limbeck_tests::processes::Process;
    use nix::sys::signal::{Signal, kill};
    use nix::unistd::Pid;

    let project = Project::variant("hangs-in-sql");
    let running = Limbeck::dry_run(&project, &["--quiet"]).start();
    let driver = running.await_process("the driver", Process::is_driver);
    let server = running.await_process("a statement", |process| process.command.contains("SELECT")).parent;
    let memory: Vec<_> = running.processes().iter().flat_map(Process::shared_memory).collect();
    kill(Pid::from_raw(server), Signal::SIGKILL).expect("the server runs");
    let run = running.finish().exits(2);
    assert!(!driver.is_alive());
    let left: Vec<_> = memory.iter().filter(|path| path.exists()).collect();
    assert!(left.is_empty(), "a killed server cannot clean up after itself: {left:?}");
    // The last lines of the server's log are shown; they are another one's each time.
    assert!(run.stderr.starts_with("error[server-lost]: the server went away: "), "{run}");
    assert!(run.stderr.contains("\n  log       ") && run.stderr.contains("\n  help      "), "{run}");
}

/// An administrator, or the server short of memory, ends the one connection: the server is there, the revision is lost.
#[test]
fn a_connection_that_is_cut_midway() {
    let project = Project::variant("hangs-in-sql");
    let login = Login::new("CREATEDB");
    let running = Limbeck::dry_run_on(&project, &login.url("postgresql"), &["--quiet"]).start();
    let cut = format!(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{}' AND query LIKE 'select pg_sleep%'",
        login.name
    );
    await_that("the statement runs", Duration::from_secs(30), || !setup::server().run(&[&cut]).is_empty());
    let run = running.finish();
    // The words are libpq's, and depend on what it had read when the connection went.
    let run = run.exits(2);
    assert!(run.stderr.starts_with("error[server-lost]: the server went away: "), "{run}");
    assert!(run.stderr.contains("\n  help  "), "{run}");
}

/// Carries bytes both ways between a client and the server at an address.
fn forward(client: TcpStream, address: &str) {
    let server = TcpStream::connect(address).expect("the test server runs");
    let copy = |mut from: TcpStream, mut to: TcpStream| {
        std::thread::spawn(move || {
            let mut buffer = [0; 8192];
            while let Ok(count @ 1..) = from.read(&mut buffer) {
                if to.write_all(&buffer[..count]).is_err() {
                    break;
                }
            }
            let _ = to.shutdown(std::net::Shutdown::Both);
        });
    };
    let clone = |stream: &TcpStream| stream.try_clone().expect("a second handle");
    copy(clone(&client), clone(&server));
    copy(server, client);
}
