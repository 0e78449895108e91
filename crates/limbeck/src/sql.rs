//! `limbeck sql`: the SQL of a plan, as alembic's offline mode prints it.
//!
//! It owns the way of the lines: the steps of the plan (`steps`), what each sends (`lines`), where env.py says how (`env`),
//! and out. It refuses to render: that is `limbeck-sql`.

mod env;
mod lines;
mod sink;
mod steps;

use std::collections::HashSet;
use std::process::ExitCode;

use limbeck_report::script::{Page, Script};
use limbeck_report::{Body, Document, Sql as Report, SqlCounts, SqlLine, SqlLineKind, summary};
use limbeck_sql::VersionTable;
use limbeck_types::{Diagnostic, Direction, Opaque, Place, RevisionRef};

use self::env::Env;
use self::lines::{Heard, Lines, Reading};
use self::sink::Sink;
use self::steps::Step;
use crate::args::{Common, Format, Sql};
use crate::imports::Modules;
use crate::output::Printer;
use crate::question::{Asked, ask_beside};
use crate::unable;

/// Shows what the revisions of a range send.
pub(crate) fn run(common: &Common, arguments: &Sql, printer: &Printer) -> ExitCode {
    let (asked, env) = match ask_beside("sql", common, &arguments.headers, printer, env::read) {
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
    env.notes.iter().for_each(|note| printer.note(note));
    if let (Some(missing), false) = (&env.missing, arguments.strict) {
        printer.note(&format!("{}; limbeck takes what alembic's template says", missing.message));
    }
    let modules = Modules::new(&asked.project);
    match printer.format {
        Format::Json => document(&asked, arguments, &env, &modules, &steps, printer),
        Format::Full | Format::Concise => script(&asked, arguments, &env, &modules, &steps, printer),
    }
}

/// All lines in one document.
fn document<'a>(
    asked: &'a Asked,
    arguments: &Sql,
    env: &Env,
    modules: &Modules<'_>,
    steps: &'a [Step<'a>],
    printer: &Printer,
) -> ExitCode {
    let mut lines = Vec::new();
    let lines_of = self::lines(asked, arguments, env, modules, Reading::Statements);
    let write = |lines: &mut Vec<SqlLine<'a>>, line: SqlLine<'a>| lines.push(line);
    let (counts, found) = hear(&lines_of, arguments, steps, false, &write, &mut |mut told| {
        lines.append(&mut told);
        true
    });
    let sql = Report { direction: direction(arguments), lines, counts };
    asked.answer_with(&found, Body::Sql(sql), printer)
}

/// Each line as it comes; how many there were, and what was found, on standard error.
fn script<'a>(
    asked: &'a Asked,
    arguments: &Sql,
    env: &Env,
    modules: &Modules<'_>,
    steps: &'a [Step<'a>],
    printer: &Printer,
) -> ExitCode {
    let mut sink = Sink::new(printer);
    let lines = lines(asked, arguments, env, modules, Reading::Text);
    let (sources, format) = (&asked.tree.sources, printer.format);
    let script = Script::new(sources, printer.style);
    let script = if arguments.plain { script.plain() } else { script };
    let write = |page: &mut Page<'a>, line: SqlLine<'a>| match format {
        Format::Concise => script.write_concise(page, &line),
        Format::Full | Format::Json => script.write(page, &line),
    };
    // A script ends where alembic's does; the others are lists of what each revision sends.
    let may_end = matches!(format, Format::Full);
    let (counts, found) = hear(&lines, arguments, steps, may_end, &write, &mut |page| sink.write(&page.text));
    if let Err(error) = sink.finish() {
        return printer.cannot_write(&error);
    }
    let command = asked.command;
    let verdict = crate::output::verdict(&found);
    let document = Document { command, verdict, sources, diagnostics: &found, body: Body::None };
    let code = printer.aside(&document);
    printer.note(&summary::sql(&counts));
    code
}

fn lines<'a, 'e>(
    asked: &'a Asked,
    arguments: &Sql,
    env: &'e Env,
    modules: &'e Modules<'e>,
    reading: Reading,
) -> Lines<'a, 'e> {
    let table = VersionTable::new(&env::assumed(&env.environment));
    Lines { asked, env, modules, table, direction: direction(arguments), reading }
}

/// What was heard of one revision.
#[derive(Default)]
struct Told<T> {
    written: T,
    counts: SqlCounts,
    found: Vec<Diagnostic>,
    /// Nothing more is to be heard.
    is_over: bool,
}

/// Writes every line of the plan, hands what was written on in order, and counts the lines. What was found makes the run
/// fail: files that alembic would refuse, and with `--strict` what is not known. Where whoever reads has read enough, there is
/// still an exit code to find. Where it `may_end`, it does so at a revision that surely raises.
fn hear<'a, T: Default + Send>(
    lines: &Lines<'a, '_>,
    arguments: &Sql,
    steps: &'a [Step<'a>],
    may_end: bool,
    write: &(dyn Fn(&mut T, SqlLine<'a>) + Sync),
    take: &mut dyn FnMut(T) -> bool,
) -> (SqlCounts, Vec<Diagnostic>) {
    let mut counts = SqlCounts::default();
    let missing = lines.env.missing.clone().filter(|_| arguments.strict);
    let (mut found, mut places, mut is_wanted) = (Vec::from_iter(missing), HashSet::new(), true);
    let tell = |told: &mut Told<T>, heard| match heard {
        _ if told.is_over => {}
        Heard::Broken(broken) => told.found.push(broken),
        Heard::Line(line) => {
            count(&mut told.counts, &line.kind);
            told.found.extend(judge(&line, lines.direction, arguments.strict));
            told.is_over = may_end && matches!(line.kind, SqlLineKind::Ends { .. });
            write(&mut told.written, line);
        }
    };
    lines.each(steps, &tell, &mut |told| {
        counts.revisions += told.counts.revisions;
        counts.statements += told.counts.statements;
        counts.conditional += told.counts.conditional;
        counts.lost += told.counts.lost;
        counts.unknown += told.counts.unknown;
        // A place that a loop comes by again says the same again.
        found.extend(told.found.into_iter().filter(|one| places.insert((one.place, one.message.clone()))));
        is_wanted = is_wanted && take(told.written);
        (!told.is_over).then_some(())
    });
    (counts, found)
}

fn count(counts: &mut SqlCounts, kind: &SqlLineKind) {
    match kind {
        SqlLineKind::Begin | SqlLineKind::Commit | SqlLineKind::Ends { .. } => {}
        SqlLineKind::Running(_) => counts.revisions += 1,
        SqlLineKind::Own { .. } => counts.statements += 1,
        SqlLineKind::Sent { origin, lost, .. } => {
            counts.statements += 1;
            counts.conditional += usize::from(origin.condition.is_some());
            counts.lost += usize::from(lost.is_some());
        }
        SqlLineKind::Unknown { .. } => counts.unknown += 1,
    }
}

fn direction(arguments: &Sql) -> Direction {
    if arguments.downgrade { Direction::Downgrade } else { Direction::Upgrade }
}

/// What is found in a line: that the revision raises, values that the script does not have, and with `--strict` alone what
/// is not known.
fn judge(line: &SqlLine<'_>, direction: Direction, strict: bool) -> Option<Diagnostic> {
    let revision = line.revision?;
    let (mut found, span) = match &line.kind {
        SqlLineKind::Unknown { opaque, .. } if strict => {
            let message = format!("what is sent here is not known: {}", opaque.reason);
            let help = match direction {
                Direction::Upgrade => {
                    "`limbeck dry-run` runs the revision and sees what it sends; without `--strict` this \
                     does not fail"
                }
                // A dry-run goes up alone.
                Direction::Downgrade => "without `--strict` this does not fail",
            };
            let found = Diagnostic::error("unknown-statement", message).help(help);
            (found, opaque.span)
        }
        SqlLineKind::Ends { opaque, .. } => (raises(opaque), opaque.span),
        SqlLineKind::Sent { lost: Some(lost), .. } => {
            let message = format!("this is not what an online run sends: {}", lost.reason);
            let found = if strict { Diagnostic::error } else { Diagnostic::warning };
            let found = found("lost-value", message).help(
                "values of `.bindparams(…)` and `.values(…)` are in alembic's script; a colon that is no \
                 bind's is written `\\:`",
            );
            (found, lost.span)
        }
        _ => return None,
    };
    found = found.at(Place { file: revision.file, span });
    found.revision =
        Some(RevisionRef { id: revision.id.clone(), message: revision.message.to_owned(), number: None });
    Some(found)
}

fn raises(opaque: &Opaque) -> Diagnostic {
    let message = match opaque.reason.as_str() {
        "it raises `NotImplementedError`" => {
            "`downgrade()` raises `NotImplementedError`: the revision cannot be downgraded".to_owned()
        }
        reason => format!("alembic raises here in its offline mode: {reason}"),
    };
    Diagnostic::error("revision-raises", message).help(
        "alembic prints nothing for this revision's row and no `COMMIT`; name a range that ends before this \
         revision or begins behind it",
    )
}
