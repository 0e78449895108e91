//! What a database says: `current`, and `history` and `show` with `current` in them, on a real Postgres.

use limbeck_tests::database::Login;
use limbeck_tests::limbeck::Limbeck;
use limbeck_tests::project::{Project, revision};
use serde_json::json;

use crate::oracle::{Oracle, Reply};
use crate::questions::{Answer, Question};
use crate::random::Random;
use crate::trees::Tree;

/// An env.py that does what it must, with `{configure}` for further arguments.
const ENV: &str = "\
from alembic import context
from sqlalchemy import create_engine

engine = create_engine(context.config.get_main_option('sqlalchemy.url'))
with engine.connect() as connection:
    context.configure(connection=connection{configure})
    with context.begin_transaction():
        context.run_migrations()
";

pub(crate) fn env(configure: &str) -> String {
    ENV.replace("{configure}", configure)
}

#[test]
fn databases_of_random_trees_give_the_same_bytes() {
    let mut oracle = Oracle::start();
    let (mut trees, mut states, mut passes) = (0, 0, 0);
    for seed in 5_000.. {
        if trees == 12 {
            break;
        }
        let random = &mut Random(seed);
        let tree = Tree::random(random);
        if tree.fault.is_some() || tree.files.len() < 4 {
            continue;
        }
        trees += 1;
        let (project, login) = (Project::empty(), Login::new(""));
        let url = login.url("postgresql+psycopg");
        tree.write(&project, &env(""));
        tree.write_config(&project, &format!("sqlalchemy.url = {url}\n"));
        passes += usize::from(compare(&mut oracle, &project, &url));
        let mut targets: Vec<String> = (0..3).map(|_| random.pick(&tree.files).id.clone()).collect();
        targets.push("heads".to_owned());
        for target in targets {
            // alembic does not go back to an ancestor; then nothing happens.
            oracle.ask(&project, &[Question::new(&["upgrade"], json!({"revision": target}))]);
            passes += usize::from(compare(&mut oracle, &project, &url));
            states += 1;
        }
    }
    assert!(states == 48 && passes >= 12, "{states} states, {passes} of them at the heads");
}

/// Compares everything that asks where the database stands; tells whether it is at the heads.
fn compare(oracle: &mut Oracle, project: &Project, url: &str) -> bool {
    let questions = [
        Question::new(&["current"], json!({})),
        Question::new(&["current", "-v"], json!({"verbose": true})),
        Question::new(&["history", "-i"], json!({"indicate_current": true})),
        Question::new(&["history", "-i", "-v"], json!({"indicate_current": true, "verbose": true})),
        Question::new(&["history", "-r", "current:"], json!({"rev_range": "current:"})),
        Question::new(
            &["history", "-i", "-r:current"],
            json!({"rev_range": ":current", "indicate_current": true}),
        ),
        Question::new(&["show", "current"], json!({"rev": "current"})),
    ];
    for (question, reply) in questions.iter().zip(oracle.ask(project, &questions)) {
        let answer = ask(question, project, url);
        match reply {
            Reply::Out(text) => {
                assert_eq!((answer.code, &answer.stdout), (Some(0), &text), "{question}\n{answer}");
            }
            Reply::Crashed(_) => {}
            refusal => assert_eq!(answer.code, Some(2), "{question}: {refusal:?}\n{answer}"),
        }
    }
    compare_check_heads(oracle, project, url)
}

/// Where alembic passes, so do we; beyond that we pass where only rows are missing that the version table loses when all
/// is applied.
fn compare_check_heads(oracle: &mut Oracle, project: &Project, url: &str) -> bool {
    let check = Question::new(&["current", "--check-heads"], json!({"check_heads": true}));
    let questions = [
        check,
        Question::new(&["current"], json!({})),
        Question::new(&["show", "current"], json!({"rev": "current"})),
        Question::new(&["show", "heads"], json!({"rev": "heads"})),
    ];
    let replies = oracle.ask(project, &questions);
    let answer = ask(&questions[0], project, url);
    if matches!(replies[0], Reply::Refused(_)) {
        let mut rows = ids(replies[2].out());
        let mut real_heads = ids(replies[3].out());
        rows.sort_unstable();
        real_heads.sort_unstable();
        if rows != real_heads {
            assert_eq!(answer.code, Some(1), "{answer}");
            assert!(answer.stdout.starts_with("error[database-not-at-heads]"), "{answer}");
            return false;
        }
    }
    assert_eq!((answer.code, answer.stdout.as_str()), (Some(0), replies[1].out()), "{answer}");
    true
}

fn ids(shown: &str) -> Vec<&str> {
    let lines = shown.lines().filter_map(|line| line.strip_prefix("Rev: "));
    lines.filter_map(|line| line.split(" (").next()).collect()
}

fn ask(question: &Question, project: &Project, url: &str) -> Answer {
    question.answer_with(project, &[("LIMBECK_DATABASE_URL", url)])
}

#[test]
fn the_version_table_is_the_one_that_env_configures() {
    let (project, login) = (two_revisions(), Login::new(""));
    let url = login.url("postgresql+psycopg");
    login.run(&["CREATE SCHEMA \"Own\""]);
    let configured = ",\n        version_table=TABLE, version_table_schema='Own'";
    project.write("tree/env.py", env(configured).replace("\nengine", "\nTABLE = 'my versions'\nengine"));
    project.write(
        "alembic.ini",
        format!("[alembic]\nscript_location = %(here)s/tree\nsqlalchemy.url = {url}\n"),
    );
    let mut oracle = Oracle::start();
    oracle.ask(&project, &[Question::new(&["upgrade"], json!({"revision": "aa11"}))])[0].out();
    compare(&mut oracle, &project, &url);
    let question = Question::new(&["current"], json!({}));
    assert_eq!(ask(&question, &project, &url).stdout, "aa11\n");
}

#[test]
fn asking_changes_nothing_and_tells_no_password() {
    let (project, login) = (two_revisions(), Login::new(""));
    project.write("tree/env.py", "raise SystemExit('nobody runs this')\n");
    let url = login.url("postgresql");
    let before = login.fingerprint();
    for arguments in [&["current"] as &[&str], &["current", "-v"], &["history", "-i"], &["show", "current"]] {
        let run =
            Limbeck::new(&project, arguments).args(&["--database-url", &url]).secret(&login.password).run();
        let run = run.exits(0);
        assert_eq!(run.stderr, "", "{run}");
    }
    assert_eq!(login.fingerprint(), before, "there is no version table yet, and limbeck makes none");
    login.run(&[
        "CREATE TABLE alembic_version (version_num text)",
        "INSERT INTO alembic_version VALUES ('aa11')",
    ]);
    let run = Limbeck::new(&project, &["current", "--database-url", &url]).run().exits(0);
    assert_eq!(run.stdout, "aa11\n");
    let run = Limbeck::new(&project, &["current", "--check-heads"]).env("LIMBECK_DATABASE_URL", &url);
    let (_, document) = run.document();
    assert_eq!(document["verdict"], "fail");
    assert_eq!(document["version_table"], json!(["aa11"]));
    assert_eq!(document["diagnostics"][0]["facts"], json!({"current": "aa11", "heads": "bb22"}));
}

/// Two revisions in a line.
pub(crate) fn two_revisions() -> Project {
    let project = Project::empty();
    project.write("alembic.ini", "[alembic]\nscript_location = %(here)s/tree\n");
    project.write("tree/env.py", "");
    project.write("tree/versions/a.py", revision("aa11", None, "pass"));
    project.write("tree/versions/b.py", revision("bb22", Some("aa11"), "pass"));
    project
}
