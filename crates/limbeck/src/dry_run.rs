//! `limbeck dry-run`.

use std::io::IsTerminal;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use limbeck_dryrun::python::Search;
use limbeck_dryrun::{Deadlines, DryRunError, Event, Plan, Run, Settings};
use limbeck_graph::{Range, Revision};
use limbeck_project::Project;
use limbeck_report::{Body, Document, DryRun as DryRunReport, Verdict, progress};
use limbeck_types::{Diagnostic, Direction, OutcomeState, RevisionId, Step, Trace};

use crate::args::{Common, DryRun};
use crate::gate::Gate;
use crate::interpreter::Interpreters;
use crate::options::{DryRunOptions, Opened, open};
use crate::output::Printer;
use crate::server::{self, Place};
use crate::tree::{Depth, Tree, read};
use crate::{cache, elsewhere, environment, interrupt, reaping, unable};

const COMMAND: &str = "dry-run";

/// Applies the revisions of a range and says what became of them.
pub(crate) fn run(common: &Common, arguments: &DryRun, printer: &Printer) -> ExitCode {
    let Opened { project, settings } = match open(common) {
        Ok(opened) => opened,
        Err(unable) => return printer.unable(COMMAND, unable.0, &unable.1),
    };
    let mut options = DryRunOptions::new(arguments, &settings);
    let mut tree = read(&project, Depth::Whole);
    tree.read_env(&project.env_file(), &project);
    let names = tree.environment_names();
    options.url_env.extend(names.into_iter().filter(|name| names_a_database_url(name)));
    if tree.migrations.is_empty() && tree.faults().is_empty() {
        return printer.unable(COMMAND, unable::no_revisions(&project), &tree.sources);
    }
    let mut blocking = tree.blocking();
    if !blocking.is_empty() {
        elsewhere::look(&mut blocking, &tree.problems, &project);
        return refuse_tree(&blocking, &tree, printer);
    }
    let plan = match plan(arguments.range.as_deref(), &tree) {
        Ok(plan) => plan,
        Err(diagnostic) => return printer.unable(COMMAND, *diagnostic, &tree.sources),
    };
    let started = Instant::now();
    match dry_run(&project, arguments, &options, &tree, plan, printer) {
        Ok(mut done) => {
            interrupt::wait_if_interrupted();
            limbeck_lint::locate_statements(&mut done.trace, &tree.sources, &tree.migrations);
            let gate = Gate::new(&arguments.gate, &settings);
            report(&done, &tree, &gate, started.elapsed(), printer)
        }
        Err(failed) => {
            interrupt::wait_if_interrupted();
            let Unable { diagnostic, printed } = *failed;
            printer.unable_after(COMMAND, diagnostic, &tree.sources, &printed)
        }
    }
}

/// alembic would not come to its first revision: what `check` says is the answer.
fn refuse_tree(blocking: &[Diagnostic], tree: &Tree, printer: &Printer) -> ExitCode {
    let document = Document {
        command: COMMAND,
        verdict: Verdict::Fail,
        sources: &tree.sources,
        diagnostics: blocking,
        body: Body::Check { files: tree.migrations.len() },
    };
    printer.finish(&document, &[])
}

/// Whether an environment variable that env.py reads holds a database's URL, by its name: `PALDOCS_DATABASE_URL`.
fn names_a_database_url(name: &str) -> bool {
    let name = name.to_uppercase();
    let ends = ["URL", "URI", "DSN", "CONN", "CONNECTION", "CONNECTION_STRING"];
    let tells = ["DATABASE", "DB", "SQL", "POSTGRES", "PG", "ALEMBIC", "MIGRATION"];
    ends.iter().any(|end| name.ends_with(end)) && tells.iter().any(|word| name.contains(word))
}

/// What is to be run.
enum Planned {
    /// By our own graph.
    Steps { steps: Vec<Step>, expected: Vec<RevisionId> },
    /// By alembic, up to this symbol: some header cannot be read.
    AskAlembic { target: String },
}

fn plan(range: Option<&str>, tree: &Tree) -> Result<Planned, Box<Diagnostic>> {
    let text = range.unwrap_or("base:heads");
    let failure = |error: &dyn std::error::Error| Box::new(unable::range(text, error));
    let range: Range = text.parse().map_err(|error| failure(&error))?;
    if !tree.complete {
        return Ok(Planned::AskAlembic { target: range.upper });
    }
    let graph = &tree.graph;
    // An empty database needs the revisions below the range first.
    let rows = graph.rows_at(&range.lower).map_err(|error| failure(&error))?;
    let below = match range.lower.as_str() {
        "base" => Vec::new(),
        lower => graph.upgrade_plan(lower, &[]).map_err(|error| failure(&error))?,
    };
    let above = graph.upgrade_plan(range.upper.as_str(), &rows).map_err(|error| failure(&error))?;
    if above.is_empty() && range.lower != range.upper {
        let found = unable::machine("bad-range", &format_args!("`{text}` holds no revision to upgrade to"));
        return Err(found.help("a dry-run upgrades: the lower end comes first, as in `base:heads`").into());
    }
    let revisions: Vec<&Revision> = below.into_iter().chain(above).collect();
    let expected = graph.rows_after(revisions.iter().map(|revision| revision.id()));
    let expected = expected.into_iter().map(|revision| revision.id().clone()).collect();
    let step = |revision: &&Revision| Step {
        revision: revision.id().clone(),
        message: tree.message(revision.file()).to_owned(),
        file: revision.file(),
        direction: Direction::Upgrade,
    };
    Ok(Planned::Steps { steps: revisions.iter().map(step).collect(), expected })
}

struct Done {
    trace: Trace,
    server_version: String,
    embedded: bool,
}

struct Unable {
    diagnostic: Diagnostic,
    printed: String,
}

impl From<Box<Diagnostic>> for Box<Unable> {
    fn from(diagnostic: Box<Diagnostic>) -> Self {
        Box::new(Unable { diagnostic: *diagnostic, printed: String::new() })
    }
}

/// Python and the server are started at the same time; the revisions run once both are there.
fn dry_run(
    project: &Project,
    arguments: &DryRun,
    options: &DryRunOptions,
    tree: &Tree,
    plan: Planned,
    printer: &Printer,
) -> Result<Done, Box<Unable>> {
    let reaping = reaping::start().map_err(|error| Box::new(unable::machine("machine", &error)))?;
    let reaper = &reaping.reaper;
    let cache = cache::folder();
    let (search_path, virtual_env) = (environment::search_path(), environment::virtual_env());
    let search = Search {
        explicit: options.python.as_deref(),
        virtual_env: virtual_env.as_deref(),
        directory: &project.directory,
        search_path: &search_path,
    };
    let settings = driver_settings(project, arguments, options, &plan);
    let mut interpreters = Interpreters {
        candidates: search.candidates().into_iter(),
        search: &search,
        requirements: &options.requirements,
        cache: &cache,
        reaper,
        printer,
        managed_tried: false,
    };
    let mut driver = interpreters.start_next(&settings);
    let place = server::provide(options, &cache, search.on_path(), reaper, printer)?;
    let mut last = None;
    while let Some(started) = driver {
        let mut show = Progress::new(printer);
        let mut on_event = |event: Event<'_>| show.on(&event);
        let deadlines = Deadlines { startup: options.startup_timeout, revision: options.revision_timeout };
        let mut run = Run { driver: started?, scratch: &place.scratch, deadlines, on_event: &mut on_event };
        match run.await_ready() {
            Ok(interpreter) => {
                let plan = match plan {
                    Planned::Steps { steps, expected } => Plan::Steps { steps, expected },
                    Planned::AskAlembic { .. } => Plan::AskAlembic { sources: &tree.sources },
                };
                let result = run.apply(interpreter, plan);
                return finish(result, place, tree);
            }
            Err(error @ DryRunError::NoAlembic { .. }) if search.explicit.is_none() => {
                printer.detail(&error.to_string());
                last = Some(error);
            }
            Err(error) => return Err(unable_of(&error, tree)),
        }
        driver = interpreters.start_next(&settings);
    }
    match last {
        Some(error) => Err(unable_of(&error, tree)),
        None => Err(Box::new(unable::machine("no-python", &"there is no `python3` on PATH")).into()),
    }
}

fn driver_settings(
    project: &Project,
    arguments: &DryRun,
    options: &DryRunOptions,
    plan: &Planned,
) -> Settings {
    Settings {
        directory: project.directory.clone(),
        script_directory: project.script_directory.clone(),
        ini: project.ini.clone(),
        toml: project.toml.clone(),
        section: project.section.clone(),
        x: arguments.x.clone(),
        environment: Vec::new(),
        url_environment: options.url_env.clone(),
        ask_plan: match plan {
            Planned::AskAlembic { target } => Some(target.clone()),
            Planned::Steps { .. } => None,
        },
    }
}

fn finish(result: Result<Trace, DryRunError>, mut place: Place, tree: &Tree) -> Result<Done, Box<Unable>> {
    match result {
        Ok(trace) => Ok(Done {
            trace,
            server_version: short_version(&place.scratch.server_version),
            embedded: place.embedded.is_some(),
        }),
        Err(error) => {
            let mut unable = unable_of(&error, tree);
            // What the server's own log says, where it was ours and has died.
            if let Some(log) = place.embedded.as_mut().and_then(limbeck_postgres::Embedded::obituary) {
                unable.diagnostic.facts.push(("log", log));
            }
            Err(unable)
        }
    }
}

/// `17.11 (Debian …)` without its packager.
fn short_version(version: &str) -> String {
    version.split_whitespace().next().unwrap_or_default().to_owned()
}

fn unable_of(error: &DryRunError, tree: &Tree) -> Box<Unable> {
    let (diagnostic, printed) = unable::dry_run(error, tree);
    Box::new(Unable { diagnostic, printed })
}

fn report(done: &Done, tree: &Tree, gate: &Gate, elapsed: Duration, printer: &Printer) -> ExitCode {
    let trace = &done.trace;
    let mut diagnostics = limbeck_lint::trace(trace, &tree.sources, &tree.migrations);
    // All heads are applied; that `alembic upgrade head` refuses is no worse than a warning here.
    diagnostics.extend(tree.several_heads().and_then(|found| gate.at_most_a_warning(found)));
    let document = Document {
        command: COMMAND,
        verdict: gate.verdict(&diagnostics),
        sources: &tree.sources,
        diagnostics: &diagnostics,
        body: Body::DryRun(DryRunReport {
            trace,
            server_version: &done.server_version,
            embedded: done.embedded,
            milliseconds: elapsed.as_secs_f64() * 1000.0,
        }),
    };
    let has_progress = trace.outcomes.iter().any(|outcome| outcome.state != OutcomeState::NotRun);
    if !diagnostics.is_empty() && has_progress {
        printer.gap();
    }
    printer.finish(&document, &outputs(trace, document.verdict, printer))
}

/// What the project printed: all of it when asked, else that of the revision that failed.
fn outputs(trace: &Trace, verdict: Verdict, printer: &Printer) -> Vec<(String, String)> {
    let mut outputs = Vec::new();
    if printer.verbose || (verdict == Verdict::Fail && trace.outcomes.is_empty()) {
        outputs.push(("env.py printed:".to_owned(), trace.output.clone()));
    }
    for outcome in &trace.outcomes {
        let failed = matches!(outcome.state, OutcomeState::Failed(_));
        if failed || printer.verbose {
            let output = if printer.verbose { outcome.output.clone() } else { own_lines(&outcome.output) };
            outputs.push((format!("revision {} printed:", outcome.step.revision), output));
        }
    }
    outputs
}

/// Without what alembic itself logs of every step.
fn own_lines(output: &str) -> String {
    let is_own = |line: &&str| !line.contains("[alembic.runtime.migration] Running ");
    output.lines().filter(is_own).collect::<Vec<_>>().join("\n")
}

/// One live line on a terminal, and one line behind it for each revision.
struct Progress<'a> {
    printer: &'a Printer,
    bar: ProgressBar,
    steps: Vec<Step>,
}

impl<'a> Progress<'a> {
    fn new(printer: &'a Printer) -> Self {
        let live = std::io::stderr().is_terminal() && !printer.quiet;
        let target = if live { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(None, target);
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}  {elapsed}") {
            bar.set_style(style);
        }
        bar.set_message("starting");
        if live {
            bar.enable_steady_tick(Duration::from_millis(100));
        }
        Self { printer, bar, steps: Vec::new() }
    }

    fn on(&mut self, event: &Event<'_>) {
        interrupt::wait_if_interrupted();
        match event {
            Event::Planned(steps) => self.steps = steps.to_vec(),
            Event::Began(index) => {
                if let Some(step) = self.steps.get(*index) {
                    self.bar.set_message(progress::underway(step, index + 1, self.steps.len()));
                }
            }
            Event::Ended(_, outcome) => self.bar.suspend(|| self.printer.progress(&progress::line(outcome))),
        }
    }
}

impl Drop for Progress<'_> {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
