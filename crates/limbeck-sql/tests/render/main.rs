//! Text of revisions in, SQL out, compared with what alembic printed for the same text.
//!
//! The answers stand in `cases/`, written by `ask_alembic.py`; where `LIMBECK_TEST_PYTHON` names an interpreter with alembic,
//! they are asked for again.

mod case;
mod places;

use std::path::{Path, PathBuf};
use std::process::Command;

use limbeck_types::Direction;

use case::{Case, cases};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/render/cases")
}

/// What limbeck renders of a case, spelled as in the files, and why it does not go on.
fn rendered(case: &Case) -> (String, Option<String>) {
    let indented: String = case.body.lines().map(|line| format!("    {line}\n")).collect();
    let text = format!(
        "from alembic import op\nimport sqlalchemy as sa\nfrom sqlalchemy.dialects import postgresql\n\n\n\
         def upgrade():\n{indented}"
    );
    let renderer = limbeck_sql::Renderer::new(&case.environment);
    let mut made = limbeck_sql::Made::default();
    let mut shown = Vec::new();
    let (actions, _) = limbeck_parse::actions(&text, Direction::Upgrade, &limbeck_parse::Around::default());
    for action in actions {
        for rendered in renderer.render(&action, &mut made) {
            match rendered {
                limbeck_sql::Rendered::Statement(literal) => {
                    assert!(literal.pieces.windows(2).all(|two| two[0].value_start < two[1].value_start));
                    shown.push(format!("{};", literal.value));
                }
                limbeck_sql::Rendered::Begin => shown.push("BEGIN;".to_owned()),
                limbeck_sql::Rendered::Commit => shown.push("COMMIT;".to_owned()),
                limbeck_sql::Rendered::Opaque(opaque) => {
                    return (spelled(&shown), Some(opaque.reason));
                }
            }
        }
    }
    (spelled(&shown), None)
}

fn spelled(statements: &[String]) -> String {
    statements.join("\n\n").replace(" \n", "␠\n")
}

/// What alembic printed, and whether it raised behind that.
fn expected(case: &Case) -> (String, bool) {
    match case.answer.rsplit_once('\n').or(Some(("", case.answer.as_str()))) {
        Some((before, last)) if last.starts_with("raises ") => (before.trim_end().to_owned(), true),
        _ => (case.answer.clone(), false),
    }
}

/// Compares a file's cases: none may be another than alembic's, nor said not to be known where alembic prints it.
fn check(file: &str) {
    let text = std::fs::read_to_string(folder().join(file)).expect("the cases are there");
    let (mut different, mut unknown) = (String::new(), Vec::new());
    let cases = cases(&text);
    assert!(!cases.is_empty(), "{file} has no cases");
    for case in cases {
        let ((ours, stopped), (theirs, raised)) = (rendered(&case), expected(&case));
        let agrees = match (raised, &stopped) {
            // Where alembic raises, limbeck may know it before it comes to what alembic has printed by then.
            (_, Some(_)) => theirs.starts_with(&ours),
            (raised, None) => !raised && theirs == ours,
        };
        let Case { body, answer, .. } = case;
        match stopped {
            Some(reason) if agrees && !raised => unknown.push(format!(">>> {body}\n{reason}\n")),
            _ if agrees => {}
            stopped => {
                let stopped = stopped.unwrap_or_default();
                different += &format!(">>> {body}\nlimbeck:\n{ours}\n{stopped}\nalembic:\n{answer}\n\n");
            }
        }
    }
    assert!(different.is_empty(), "{file}:\n{different}");
    assert!(unknown.is_empty(), "{file}: {} are not known\n{}", unknown.len(), unknown.join("\n"));
}

#[test]
fn types() {
    check("types.txt");
}

#[test]
fn defaults() {
    check("defaults.txt");
}

#[test]
fn create_table() {
    check("create_table.txt");
}

#[test]
fn alter() {
    check("alter.txt");
}

#[test]
fn indexes() {
    check("indexes.txt");
}

#[test]
fn constraints() {
    check("constraints.txt");
}

#[test]
fn naming() {
    check("naming.txt");
}

#[test]
fn objects() {
    check("objects.txt");
}

#[test]
fn percents() {
    check("percents.txt");
}

#[test]
fn blocks() {
    check("blocks.txt");
}

#[test]
fn alembic_still_says_so() {
    let Some(python) = std::env::var_os("LIMBECK_TEST_PYTHON") else { return };
    let files = std::fs::read_dir(folder()).expect("the folder is there");
    let mut files: Vec<PathBuf> = files.map(|file| file.expect("it can be listed").path()).collect();
    files.sort();
    let script = folder().join("../ask_alembic.py");
    let output = Command::new(python).arg(script).arg("--check").args(files).output().expect("Python runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&[output.stdout, output.stderr].concat()));
}
