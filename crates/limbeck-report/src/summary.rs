//! The last line of a run: what was checked, how many, how long, and the verdict.

use limbeck_types::{OutcomeState, Severity, TraceEnd};

use crate::document::{Body, Document, DryRun, Verdict};
use crate::sql::SqlCounts;
use crate::text::{count, duration};

/// The summary of a run, one line without its end. Empty for commands that only answer a question.
pub fn line(document: &Document<'_>) -> String {
    match &document.body {
        Body::Check { files } => check(document, *files),
        Body::DryRun(dry_run) => self::dry_run(document, dry_run),
        // Standard output holds the script alone: its summary goes elsewhere.
        Body::Sql(_)
        | Body::None
        | Body::Unable { .. }
        | Body::Heads { .. }
        | Body::History { .. }
        | Body::Branches { .. }
        | Body::Show { .. }
        | Body::Current(_)
        | Body::Graph(_) => String::new(),
    }
}

fn check(document: &Document<'_>, files: usize) -> String {
    let number = |severity| document.diagnostics.iter().filter(|found| found.severity == severity).count();
    let found: Vec<String> =
        [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Note, "note")]
            .into_iter()
            .map(|(severity, noun)| (number(severity), noun))
            .filter(|(number, _)| *number > 0)
            .map(|(number, noun)| count(number, noun))
            .collect();
    let found = if found.is_empty() { "nothing found".to_owned() } else { found.join(", ") };
    // Who is told of warnings alone must not wonder about the exit code.
    let fails = document.verdict == Verdict::Fail && number(Severity::Error) == 0;
    let fails = if fails { "; warnings fail here" } else { "" };
    format!("checked {}: {found}{fails}", count(files, "revision file"))
}

/// The summary of a script, one line without its end.
pub fn sql(counts: &SqlCounts) -> String {
    let SqlCounts { revisions, statements, conditional, lost, unknown } = *counts;
    let mut text = format!("{} of {}", count(statements, "statement"), count(revisions, "revision"));
    if conditional > 0 {
        text = format!("{text}, {conditional} conditional");
    }
    if lost > 0 {
        text = format!("{text}, {lost} with values lost");
    }
    match unknown {
        0 => format!("{text}; none unknown"),
        _ => format!("{text}; {unknown} unknown"),
    }
}

fn dry_run(document: &Document<'_>, dry_run: &DryRun<'_>) -> String {
    let outcomes = &dry_run.trace.outcomes;
    let applied = outcomes.iter().filter(|outcome| outcome.state == OutcomeState::Applied).count();
    let server = match dry_run.embedded {
        true => format!("an embedded PostgreSQL {}", dry_run.server_version),
        false => format!("PostgreSQL {}", dry_run.server_version),
    };
    let verdict = match (document.verdict, &dry_run.trace.end) {
        (Verdict::Pass, _) => "clean",
        (_, TraceEnd::StepFailed)
            if outcomes.iter().any(|outcome| outcome.state == OutcomeState::RolledBack) =>
        {
            "nothing was committed"
        }
        (_, TraceEnd::StepFailed) => "stopped at the revision that failed",
        (_, TraceEnd::NotLoaded(_)) => "the revision files cannot be loaded",
        (_, TraceEnd::WrongHeads { .. }) => "the version table is not at the heads",
        (_, TraceEnd::Clean) => "something was found",
    };
    format!(
        "applied {applied} of {} in {} on {server}: {verdict}",
        count(outcomes.len(), "revision"),
        duration(dry_run.milliseconds)
    )
}
