//! Trees that are kept in `fixtures/graph`: each is a project with an `expect.json`, which holds why it is kept, and
//! questions with alembic's answers.

use std::fs;
use std::path::{Path, PathBuf};

use limbeck_tests::project::Project;
use limbeck_tests::setup;
use serde_json::{Value, json};

use crate::compare::agree;
use crate::oracle::{Failure, Oracle, Reply};
use crate::questions::Question;
use crate::trees::{ENV, Tree};

/// Stands for the project's directory in an answer.
const DIRECTORY: &str = "<directory>";

fn folder() -> PathBuf {
    setup::root().join("fixtures/graph")
}

/// Keeps a tree on which limbeck and alembic differ; gives where.
pub(crate) fn keep(name: &str, tree: &Tree, question: &Question, oracle: &mut Oracle) -> PathBuf {
    let project = Project::empty();
    tree.write(&project, ENV);
    let reply = oracle.ask(&project, std::slice::from_ref(question)).remove(0);
    let expected = json!({
        "why": "limbeck and alembic differed",
        "questions": [{
            "arguments": question.arguments,
            "keywords": question.keywords,
            "reply": written(&reply, &project),
        }],
    });
    project.write("expect.json", format!("{expected:#}\n"));
    let place = folder().join(name);
    limbeck_tests::project::copy(&project.directory(), &place);
    place
}

/// A reply as it is kept: lines, so that a person can read them.
fn written(reply: &Reply, project: &Project) -> Value {
    let failure = |failure: &Failure| json!({"kind": failure.kind, "text": failure.text});
    match reply {
        Reply::Out(text) => {
            let text = text.replace(&project.directory().display().to_string(), DIRECTORY);
            json!({"out": text.split('\n').collect::<Vec<_>>()})
        }
        Reply::Refused(why) => json!({"refused": failure(why)}),
        Reply::Crashed(why) => json!({"crashed": failure(why)}),
        Reply::Broken(why) => json!({"broken": failure(why)}),
    }
}

#[test]
fn kept_trees_give_the_same_bytes() {
    let mut oracle = Oracle::start();
    let mut count = 0;
    let entries = folder().read_dir().expect("fixtures/graph can be listed");
    for entry in entries.map(|entry| entry.expect("an entry of a folder that can be listed").path()) {
        count += replay(&entry, &mut oracle);
    }
    assert!(count >= 8, "{count} questions are not all that are kept");
}

/// alembic still answers what is kept, and limbeck answers the same.
fn replay(place: &Path, oracle: &mut Oracle) -> usize {
    let name = place.display();
    let project = Project::empty();
    limbeck_tests::project::copy(place, &project.directory());
    let expected = fs::read_to_string(place.join("expect.json")).expect("each has its expect.json");
    let expected: Value = serde_json::from_str(&expected).unwrap_or_else(|error| panic!("{name}: {error}"));
    let cases = expected["questions"].as_array().expect("a list of questions");
    assert!(!cases.is_empty() && expected["why"].is_string(), "{name} does not say what it is for");
    let questions: Vec<Question> = cases.iter().map(question).collect();
    for ((question, case), reply) in questions.iter().zip(cases).zip(oracle.ask(&project, &questions)) {
        assert_eq!(written(&reply, &project), case["reply"], "{name}: alembic's answer to {question}");
        let answer = question.answer(&project);
        assert!(agree(question, &reply, &answer), "{name}: {question}\n{answer}\ntheirs: {reply:#?}");
    }
    questions.len()
}

fn question(case: &Value) -> Question {
    let arguments = case["arguments"].as_array().into_iter().flatten().filter_map(Value::as_str);
    Question { arguments: arguments.map(str::to_owned).collect(), keywords: case["keywords"].clone() }
}
