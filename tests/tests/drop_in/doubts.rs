//! What `check` says that alembic does with a tree which it takes without a word: asked of alembic itself.

use limbeck_tests::database::Login;
use limbeck_tests::document::rules;
use limbeck_tests::limbeck::Limbeck;
use limbeck_tests::project::{Project, revision};
use serde_json::json;

use crate::live::env;
use crate::oracle::{Oracle, Reply};
use crate::questions::Question;

#[test]
fn a_merge_that_follows_an_ancestor_too_stops_single_steps_only() {
    let (project, _login) = on_a_database(&[("aa11", ""), ("bb22", "'aa11'"), ("cc33", "('aa11', 'bb22')")]);
    assert_eq!(found(&project), ["redundant-down-revision"]);
    let replies = Oracle::start().ask(
        &project,
        &[upgrade("aa11"), upgrade("+1"), upgrade("heads"), downgrade("-1"), downgrade("base")],
    );
    let [Reply::Out(_), Reply::Refused(up), Reply::Out(_), Reply::Refused(down), Reply::Out(_)] =
        &replies[..]
    else {
        panic!("{replies:?}")
    };
    assert_eq!((up.kind.as_str(), down.kind.as_str()), ("ambiguous walk", "ambiguous walk"));
}

#[test]
fn ids_that_are_symbols_kill_alembic() {
    let history = || Question::new(&["history"], json!({}));
    let (project, _login) = on_a_database(&[("base", ""), ("bb22", "'base'")]);
    assert_eq!(found(&project), ["reserved-revision-id"]);
    let replies = Oracle::start().ask(&project, &[history(), upgrade("heads")]);
    assert!(matches!(&replies[..], [Reply::Crashed(_), Reply::Crashed(_)]), "{replies:?}");
    for symbol in ["head", "heads"] {
        let follows = format!("'{symbol}'");
        let (project, _login) = on_a_database(&[("aa11", ""), (symbol, "'aa11'"), ("bb22", &follows)]);
        assert_eq!(found(&project), ["reserved-revision-id"]);
        let replies = Oracle::start().ask(&project, &[upgrade(symbol)]);
        assert!(matches!(&replies[..], [Reply::Crashed(_)]), "{symbol}: {replies:?}");
    }
}

#[test]
fn an_id_that_is_current_is_never_shown() {
    let (project, _login) = on_a_database(&[("aa11", ""), ("current", "'aa11'")]);
    assert_eq!(found(&project), ["reserved-revision-id"]);
    let show = Question::new(&["show"], json!({"rev": "current"}));
    assert_eq!(Oracle::start().ask(&project, &[show])[0].out(), "");
}

#[test]
fn a_label_that_is_a_symbol_names_no_branch() {
    for symbol in ["head", "heads", "base"] {
        let (project, _login) = on_a_database(&[("aa11", ""), ("bb22", "'aa11'"), ("cc33", "'aa11'")]);
        let labelled = format!("{}branch_labels = '{symbol}'\n", project.read("tree/versions/bb22.py"));
        project.write("tree/versions/bb22.py", labelled);
        assert_eq!(found(&project), ["multiple-heads", "reserved-branch-label"], "{symbol}");
        let upgrade = upgrade(&format!("{symbol}@head"));
        let replies = Oracle::start().ask(&project, &[upgrade]);
        assert!(matches!(&replies[..], [Reply::Refused(_)]), "{symbol}: {replies:?}");
    }
}

fn upgrade(revision: &str) -> Question {
    Question::new(&["upgrade"], json!({ "revision": revision }))
}

fn downgrade(revision: &str) -> Question {
    Question::new(&["downgrade"], json!({ "revision": revision }))
}

/// The rules of what `check` finds, sorted.
fn found(project: &Project) -> Vec<String> {
    let (_, document) = Limbeck::new(project, &["check"]).document();
    let mut rules: Vec<String> = rules(&document).into_iter().map(str::to_owned).collect();
    rules.sort();
    rules
}

/// A project with a database, and these revisions: each an id and its `down_revision` as Python.
fn on_a_database(revisions: &[(&str, &str)]) -> (Project, Login) {
    let (project, login) = (Project::empty(), Login::new(""));
    let url = login.url("postgresql+psycopg");
    project.write(
        "alembic.ini",
        format!("[alembic]\nscript_location = %(here)s/tree\nsqlalchemy.url = {url}\n"),
    );
    project.write("tree/env.py", env(""));
    for (id, down) in revisions {
        let down = if down.is_empty() { "None" } else { down };
        let text = revision(id, None, "pass").replace("= None", &format!("= {down}"));
        project.write(&format!("tree/versions/{id}.py"), text);
    }
    (project, login)
}
