//! Bad input gets a clear diagnostic with its place and a way out: exit 1 where the tree is at fault, 2 where limbeck
//! could not judge.

mod files;
mod runs;
mod servers;

use limbeck_tests::limbeck::Run;
use limbeck_tests::project::Project;
use limbeck_tests::text;

/// What is written says what is wrong, where, and the way out.
fn check(name: &str, project: &Project, run: &Run, code: i32, rule: &str, place: Option<&str>) {
    let said = check_said(name, project, run, code, rule, place);
    assert!(said.contains("\n  help  "), "no way out is given:\n{run}");
}

/// For what only the author of the revision can know how to mend.
fn check_without_help(name: &str, project: &Project, run: &Run, rule: &str, place: &str) {
    check_said(name, project, run, 1, rule, Some(place));
}

fn check_said<'a>(
    name: &str,
    project: &Project,
    run: &'a Run,
    code: i32,
    rule: &str,
    place: Option<&str>,
) -> &'a str {
    assert_eq!(run.code(), Some(code), "{run}");
    // Findings are results; reasons why there is none are not.
    let (said, silent) = if code == 1 { (&run.stdout, &run.stderr) } else { (&run.stderr, &run.stdout) };
    assert_eq!(silent, "", "{run}");
    assert!(said.contains(&format!("error[{rule}]: ")), "{run}");
    if let Some(place) = place {
        assert!(said.contains(&format!("{place}]")), "not at {place}:\n{run}");
    }
    text::settings(project).bind(|| insta::assert_snapshot!(name, run));
    said
}
