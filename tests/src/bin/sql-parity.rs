//! `sql-parity [TREE…] [--show opaque|different|failed]`: compares limbeck's SQL of the trees of public packages with
//! alembic's, and prints a table; `sql-parity corpus` does so for the generated corpus. `cargo xtask sql-parity` starts it.

use std::io::{self, Write};
use std::process::ExitCode;

use limbeck_tests::dev_tree::{DEV_TREES, DevTree};
use limbeck_tests::parity::{self, Figures, Finding, Kind, Report};
use limbeck_tests::setup;

/// Percent of the statements that must be equal, and percent of the revisions.
const TARGETS: (f64, f64) = (97.0, 80.0);

fn main() -> io::Result<ExitCode> {
    let mut out = io::stdout().lock();
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let show = arguments.iter().position(|argument| argument == "--show").map(|at| {
        let shown = arguments.drain(at..(at + 2).min(arguments.len())).nth(1);
        shown.unwrap_or_default()
    });
    let chosen = |tree: &&DevTree| {
        arguments.is_empty() || arguments.iter().any(|name| tree.name == name || tree.package == name)
    };
    if arguments == ["corpus"] {
        return show_corpus(&mut out, show.as_deref());
    }
    let trees: Vec<&DevTree> = DEV_TREES.iter().filter(chosen).collect();
    if trees.is_empty()
        || show.as_deref().is_some_and(|kind| !["opaque", "different", "failed"].contains(&kind))
    {
        let names: Vec<&str> = DEV_TREES.iter().map(|tree| tree.name).collect();
        writeln!(
            out,
            "sql-parity [TREE…] [--show opaque|different|failed]; trees: {}, or corpus",
            names.join(", ")
        )?;
        return Ok(ExitCode::from(2));
    }
    let Some(folder) = setup::dev_trees() else {
        writeln!(out, "the trees of public packages are not there")?;
        return Ok(ExitCode::from(2));
    };
    let mut rows = Vec::new();
    for tree in trees {
        let report = parity::compare(tree, &folder.join(tree.package));
        write_findings(&mut out, tree, &report, show.as_deref())?;
        rows.push((tree.name, report.figures));
    }
    write!(out, "{}", parity::table(&rows))?;
    let mut all = Figures::default();
    rows.iter().for_each(|(_, figures)| all.add_all(figures));
    let missed = missed(&all);
    missed.iter().try_for_each(|text| writeln!(out, "missed: {text}"))?;
    Ok(if missed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn show_corpus(out: &mut impl Write, show: Option<&str>) -> io::Result<ExitCode> {
    let corpus = parity::corpus();
    let kind = match show {
        Some("different") => Some(Kind::Different),
        Some("opaque") => Some(Kind::Opaque),
        _ => None,
    };
    for (_, text) in corpus.findings.iter().filter(|(found, _)| Some(*found) == kind) {
        write!(out, "{text}")?;
    }
    write!(out, "{}", corpus.table())?;
    let all = corpus.all();
    Ok(if all.opaque + all.different == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn missed(all: &Figures) -> Vec<String> {
    let statements = parity::percent(all.equal, all.operations());
    let revisions = parity::percent(all.whole, all.rendered);
    let mut missed = Vec::new();
    if all.different > 0 {
        missed.push(format!("{} statements are different, none may be", all.different));
    }
    if statements < TARGETS.0 {
        missed.push(format!("{statements:.1} % of the statements are equal, {} % must be", TARGETS.0));
    }
    if revisions < TARGETS.1 {
        missed.push(format!("{revisions:.1} % of the revisions are equal, {} % must be", TARGETS.1));
    }
    missed
}

fn write_findings(
    out: &mut impl Write,
    tree: &DevTree,
    report: &Report,
    show: Option<&str>,
) -> io::Result<()> {
    let kind = match show {
        None => return Ok(()),
        Some("failed") => {
            for (revision, direction, reason) in &report.failed {
                writeln!(out, "{} {revision} {}: {reason}", tree.name, direction.name())?;
            }
            return Ok(());
        }
        Some("opaque") => Kind::Opaque,
        Some(_) => Kind::Different,
    };
    for finding in report.findings.iter().filter(|finding| finding.kind == kind) {
        write_finding(out, tree, finding)?;
    }
    Ok(())
}

fn write_finding(out: &mut impl Write, tree: &DevTree, finding: &Finding) -> io::Result<()> {
    let Finding { revision, direction, place, theirs, ours, reasons, .. } = finding;
    writeln!(out, "== {} {revision} {} {place}", tree.name, direction.name())?;
    reasons.iter().try_for_each(|reason| writeln!(out, "  reason:  {reason}"))?;
    theirs.iter().try_for_each(|text| writeln!(out, "  alembic: {}", indented(text)))?;
    ours.iter().try_for_each(|text| writeln!(out, "  limbeck: {}", indented(text)))
}

fn indented(text: &str) -> String {
    text.replace('\n', "\n           ")
}
