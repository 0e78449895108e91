//! Reasons why limbeck cannot judge, as diagnostics: what, where, and the way out. All of them mean exit code 2.

use limbeck_dryrun::DryRunError;
use limbeck_graph::{Graph, ResolveError, Revision};
use limbeck_lint::frame_place;
use limbeck_postgres::scratch::ScratchError;
use limbeck_postgres::session::SessionError;
use limbeck_project::Project;
use limbeck_types::{Diagnostic, Frame, Place, Sources};

use crate::tree::Tree;

/// The configuration leads nowhere.
pub(crate) fn project(error: &limbeck_project::Error) -> Box<(Diagnostic, Sources)> {
    let mut sources = Sources::default();
    let mut found = Diagnostic::error(error.rule(), error.to_string());
    if let Some(blame) = error.place() {
        let file = sources.push(blame.file.clone());
        found.place = Some(Place { file, span: blame.span });
    }
    found.help = error.help();
    Box::new((found, sources))
}

/// There is nothing to judge.
pub(crate) fn no_revisions(project: &Project) -> Diagnostic {
    let show = |path: &std::path::PathBuf| limbeck_project::shown(path, &project.shown_from);
    let locations: Vec<String> = project.version_locations.iter().map(show).collect();
    let message = format!("there is no revision file in {}", locations.join(", "));
    let found = Diagnostic::error("no-revisions", message);
    match project.missing_locations.as_slice() {
        [] => found.help("make the first one with `alembic revision`, or point `script_location` elsewhere"),
        missing => {
            let missing: Vec<String> = missing.iter().map(show).collect();
            found.help(format!("{} does not exist; alembic would not say so", missing.join(", ")))
        }
    }
}

/// The range does not name revisions.
pub(crate) fn range(range: &str, error: &dyn std::error::Error) -> Diagnostic {
    Diagnostic::error("bad-range", format!("`{range}` names no range of revisions: {error}"))
        .help("ranges are alembic's: `base:heads`, `ae1027:`, `:label@head`")
}

/// `history -r` without a colon.
pub(crate) fn no_colon(range: &str) -> Diagnostic {
    let message = format!("`{range}` is no range for `history`: it has no colon");
    Diagnostic::error("bad-range", message).help("write `[lower]:[upper]`, `[lower]:` or `:[upper]`")
}

/// The symbol does not name what is asked for. alembic has one message for four causes; here each has its own.
pub(crate) fn symbol(error: &ResolveError, graph: &Graph) -> Diagnostic {
    let found = Diagnostic::error("bad-symbol", error.to_string());
    match error {
        // alembic's offline mode has no `current` either; a tree may have a revision of that name.
        ResolveError::UnknownRevision { symbol } if symbol == "current" => Diagnostic::error(
            "bad-symbol",
            "`current` is where a database stands, and no database is asked here",
        )
        .help("`limbeck current --database-url URL` asks one; write the id that it prints instead"),
        ResolveError::UnknownRevision { symbol } => {
            let ids = graph.revisions().iter().map(Revision::id);
            match limbeck_lint::nearest(ids, symbol) {
                Some(id) => found.help(format!("the nearest id in the tree is `{id}`")),
                None => found.help("`limbeck history` lists every revision"),
            }
        }
        ResolveError::AmbiguousRevision { .. } => found.help("write more of the id"),
        ResolveError::UnknownBranch { .. } => found.help("`limbeck heads` shows the heads and their labels"),
        ResolveError::NotOnBranch { revision, .. } => found.help(format!("`{revision}` alone names it")),
        ResolveError::MultipleHeads { .. } => {
            found.help("`heads` names all of them, `label@head` or the id one")
        }
        ResolveError::AmbiguousWalk { .. } | ResolveError::WalkedTooFar { .. } => {
            found.help("name the revision by its id")
        }
    }
}

/// A symbol that stands for no revision: `base`, or `head` of an empty tree.
pub(crate) fn no_revision(symbol: &str) -> Diagnostic {
    Diagnostic::error("bad-symbol", format!("`{symbol}` stands for no revision"))
        .help("`limbeck history` lists every revision")
}

/// No database to ask.
pub(crate) fn no_database_url() -> Diagnostic {
    Diagnostic::error("no-database-url", "this asks a database where it stands, and none is named").help(
        "name it with `--database-url`, `LIMBECK_DATABASE_URL`, or `database-url` in limbeck's settings",
    )
}

/// The database cannot be asked for its version table.
pub(crate) fn version_table(error: &SessionError, table: &str) -> Diagnostic {
    let mut found = session(error);
    match error.sqlstate() {
        Some("3D000") => found.help = vec!["name a database that exists".to_owned()],
        Some("42501") => {
            found.help = vec![format!("GRANT SELECT ON {table} to the role of the database URL")]
        }
        Some("42703") => found.help = vec![format!("{table} is not a version table of alembic's")],
        _ if found.help.is_empty() => found.help = vec![format!("limbeck reads {table}, nothing else")],
        _ => {}
    }
    found
}

/// Something of ours or of the machine's does not work.
pub(crate) fn machine(rule: &'static str, error: &dyn std::fmt::Display) -> Diagnostic {
    Diagnostic::error(rule, error.to_string())
}

/// The database URL is none.
pub(crate) fn bad_url(error: &dyn std::fmt::Display) -> Diagnostic {
    machine("bad-database-url", error)
        .help("write it as `postgresql://user:password@host:5432/dbname`, special characters as %XX")
        .help("or leave it away: limbeck then starts a server of its own")
}

/// No scratch database.
pub(crate) fn scratch(error: &ScratchError) -> Diagnostic {
    match error {
        ScratchError::Session(error) => session(error),
        ScratchError::NoCreateRight { role, .. } => Diagnostic::error("no-create-right", error.to_string())
            .help(format!("ALTER ROLE {role} CREATEDB, or give the URL of a role that has the right"))
            .help("or leave the URL away: limbeck then starts a server of its own"),
        ScratchError::Io(_) => machine("no-scratch-database", error),
    }
}

fn session(error: &SessionError) -> Diagnostic {
    let (rule, help): (_, &[&str]) = match (error, error.sqlstate()) {
        (_, Some("28P01" | "28000")) => {
            ("login-refused", &["check the user and the password of the database URL"])
        }
        (_, Some("3D000")) => {
            ("no-database", &["name a database that exists: the scratch database is made beside it"])
        }
        (SessionError::Unreachable { .. }, _) => (
            "server-unreachable",
            &["check host and port of the database URL", "wait longer with `--wait SECONDS`"],
        ),
        (SessionError::Tls { .. }, _) => (
            "tls",
            &[
                "`?sslmode=` in the URL says how much is checked: disable, prefer, require, verify-ca, verify-full",
            ],
        ),
        _ => ("server-refused", &[]),
    };
    let mut found = Diagnostic::error(rule, error.to_string());
    found.sqlstate = error.sqlstate().map(ToOwned::to_owned);
    found.help = help.iter().map(ToString::to_string).collect();
    found
}

/// A dry-run that came to no judgement. The second value is what the project printed.
pub(crate) fn dry_run(error: &DryRunError, tree: &Tree) -> (Diagnostic, String) {
    let mut printed = String::new();
    let place = |frames: &[Frame]| {
        frames.iter().find_map(|frame| frame_place(frame, &tree.sources, &tree.migrations))
    };
    let found = |rule| Diagnostic::error(rule, error.to_string());
    let placed = |rule, frames: &[Frame], label: &str| {
        let mut found = found(rule);
        found.place = place(frames);
        found.label = found.place.map(|_| label.to_owned());
        found
    };
    let diagnostic = match error {
        DryRunError::Spawn { .. } => found("no-python").help("name an interpreter with `--python`"),
        DryRunError::NoAlembic { python, .. } => {
            let install = format!("{} -m pip install alembic 'psycopg[binary]'", python.display());
            found("no-alembic").help(format!("`{install}`, or name the project's own interpreter with `--python`"))
        }
        DryRunError::AlembicBroken(error) => placed("alembic-broken", &error.frames, "raised here"),
        DryRunError::MissingModule { module, frames, .. } => placed("missing-module", frames, "imported here")
            .help("run limbeck with the project's own environment: activate it, or name it with `--python`")
            .help(format!("or let limbeck install what is needed: `requirements = [\"{module}\"]` in `[tool.limbeck]`")),
        DryRunError::EnvRaised(raised) => {
            printed.clone_from(&raised.output);
            placed("env-raised", &raised.error.frames, "raised here")
                .help("env.py must run as it does for `alembic upgrade`; `--url-env NAME` and `-x KEY=VALUE` can help it")
        }
        DryRunError::EnvExited { output, frames, .. } => {
            printed.clone_from(output);
            placed("env-ran-nothing", frames, "ended here")
                .help("env.py must call `context.run_migrations()`, as it does for `alembic upgrade`")
        }
        DryRunError::NothingRun { output } => {
            printed.clone_from(output);
            found("env-ran-nothing").help("env.py must call `context.run_migrations()`, as it does for `alembic upgrade`")
        }
        DryRunError::Elsewhere { frames, .. } => placed("connects-elsewhere", frames, "connected here")
            .help("limbeck leads every SQLAlchemy engine to the scratch database, but not one made with `creator=`, and no \
                   connection of a driver's own: build an engine from a URL")
            .help("nothing was changed in the other database"),
        DryRunError::OtherDialect { frames, .. } => placed("connects-elsewhere", frames, "connected here")
            .help("name the environment variable that the project reads its URL from: `--url-env NAME`, or \
                   `url-env = \"NAME\"` in `[tool.limbeck]`"),
        DryRunError::Silent { frames, .. } => {
            placed("project-hangs", frames, "running here").help("give it longer with `--startup-timeout SECONDS`")
        }
        DryRunError::Died { output, .. } => {
            printed.clone_from(output);
            found("python-died").help(
                "something in the project ended the process, or the system did: run `alembic upgrade heads` on a scratch \
                 database to see it alone",
            )
        }
        DryRunError::ServerLost(_) => found("server-lost").help("run it again; if it happens again, look into the server's log"),
        DryRunError::Session(error) => session(error),
        DryRunError::Protocol(_) => found("driver-broken").help("this is a bug of limbeck"),
        DryRunError::Io { .. } => found("machine"),
    };
    (diagnostic, printed)
}
