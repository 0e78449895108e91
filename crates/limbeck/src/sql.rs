//! `limbeck sql`: the SQL of a plan, as alembic's offline mode prints it.
//!
//! It owns the way of the lines: the steps of the plan (`steps`), what each sends (`lines`), where env.py says how (`env`),
//! and out. It refuses to render: that is `limbeck-sql`.

mod env;
mod lines;
mod sink;
mod steps;

use std::process::ExitCode;

use limbeck_report::{Body, Document, Sql as Report, SqlCounts, SqlLine, SqlLineKind, summary};
use limbeck_types::{Diagnostic, Direction, Environment, Place, RevisionRef};

use self::lines::{Heard, Lines, Reading};
use self::sink::Sink;
use self::steps::Step;
use crate::args::{Common, Format, Sql};
use crate::output::Printer;
use crate::question::{Asked, ask_at};
use crate::tree::Depth;
use crate::unable;

/// Shows what the revisions of a range send.
pub(crate) fn run(common: &Common, arguments: &Sql, printer: &Printer) -> ExitCode {
    let asked = match ask_at(Depth::Texts, "sql", common, &arguments.headers, printer) {
        Ok(asked) => asked,
        Err(code) => return code,
    };
    let steps = match steps::plan(&asked, arguments) {
        Ok(steps) => steps,
        Err(refusal) => return asked.refuse(refusal, printer),
    };
    if asked.tree.migrations.is_empty() {
        printer.note(&unable::no_revisions(&asked.project).message);
    }
    let environment = env::read(&asked.project, printer);
    match printer.format {
        Format::Json => document(&asked, arguments, &environment, &steps, printer),
        Format::Full | Format::Concise => script(&asked, arguments, &environment, &steps, printer),
    }
}

/// All lines in one document.
fn document(
    asked: &Asked,
    arguments: &Sql,
    environment: &Environment,
    steps: &[Step<'_>],
    printer: &Printer,
) -> ExitCode {
    let mut lines = Vec::new();
    let lines_of = self::lines(asked, arguments, environment, Reading::Statements);
    let (counts, found) = hear(&lines_of, arguments, steps, &mut |line| {
        lines.push(line);
        true
    });
    let sql = Report { direction: direction(arguments), lines, counts };
    asked.answer_with(&found, Body::Sql(sql), printer)
}

/// Each line as it comes; how many there were, and what was found, on standard error.
fn script(
    asked: &Asked,
    arguments: &Sql,
    environment: &Environment,
    steps: &[Step<'_>],
    printer: &Printer,
) -> ExitCode {
    let mut sink = Sink::new(printer, &asked.tree.sources);
    let lines = lines(asked, arguments, environment, Reading::Text);
    let (counts, found) = hear(&lines, arguments, steps, &mut |line| sink.write(&line));
    if let Err(error) = sink.finish() {
        return printer.cannot_write(&error);
    }
    let (command, sources) = (asked.command, &asked.tree.sources);
    let verdict = crate::output::verdict(&found);
    let document = Document { command, verdict, sources, diagnostics: &found, body: Body::None };
    let code = printer.aside(&document);
    printer.note(&summary::sql(&counts));
    code
}

fn lines<'a, 'e>(
    asked: &'a Asked,
    arguments: &Sql,
    environment: &'e Environment,
    reading: Reading,
) -> Lines<'a, 'e> {
    let assumed = env::assumed(environment);
    Lines { asked, environment, assumed, direction: direction(arguments), reading }
}

/// Hands every line of the plan on, in order, and counts them. What was found makes the run fail: files that alembic would
/// refuse, and with `--strict` what is not known. Where no line is wanted any more, there is still an exit code to find.
fn hear<'a>(
    lines: &Lines<'a, '_>,
    arguments: &Sql,
    steps: &'a [Step<'a>],
    write: &mut dyn FnMut(SqlLine<'a>) -> bool,
) -> (SqlCounts, Vec<Diagnostic>) {
    let mut counts = SqlCounts { revisions: steps.len(), ..SqlCounts::default() };
    let mut found = Vec::new();
    lines.each(steps, &mut |heard| match heard {
        Heard::Broken(broken) => {
            found.push(broken);
            true
        }
        Heard::Line(line) => {
            count(&mut counts, &line.kind);
            found.extend(unknown(&line).filter(|_| arguments.strict));
            write(line) || arguments.strict
        }
    });
    (counts, found)
}

fn count(counts: &mut SqlCounts, kind: &SqlLineKind) {
    match kind {
        SqlLineKind::Begin | SqlLineKind::Commit | SqlLineKind::Running(_) => {}
        SqlLineKind::Own { .. } => counts.statements += 1,
        SqlLineKind::Sent { origin, .. } => {
            counts.statements += 1;
            counts.conditional += usize::from(origin.condition.is_some());
        }
        SqlLineKind::Unknown { .. } => counts.unknown += 1,
    }
}

fn direction(arguments: &Sql) -> Direction {
    if arguments.downgrade { Direction::Downgrade } else { Direction::Upgrade }
}

/// What is not known, as `--strict` finds it.
fn unknown(line: &SqlLine<'_>) -> Option<Diagnostic> {
    let (revision, SqlLineKind::Unknown { opaque, .. }) = (line.revision?, &line.kind) else { return None };
    let mut found = Diagnostic::error(
        "unknown-statement",
        format!("what is sent here is not known: {}", opaque.reason),
    )
    .at(Place { file: revision.file, span: opaque.span })
    .help(
        "`limbeck dry-run` runs the revision and sees what it sends; without `--strict` this does not fail",
    );
    found.revision =
        Some(RevisionRef { id: revision.id.clone(), message: revision.message.to_owned(), number: None });
    Some(found)
}
