//! alembic's SQL of a tree, by `sql_oracle.py`, kept in the cache: it takes seconds, and changes with the scripts only.

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash, Hasher};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::Direction;
use crate::dev_tree::DevTree;
use crate::project::Project;
use crate::setup;

/// What alembic makes of a tree.
#[derive(Debug)]
pub(crate) struct Theirs {
    /// How env.py configures it.
    pub(crate) environment: Environment,
    upgrade: Vec<Revision>,
    downgrade: Vec<Revision>,
}

/// What env.py says, or alembic's template where a stand-in keeps it from saying anything.
#[derive(Debug)]
pub(crate) struct Environment(Value);

/// A revision that was run.
#[derive(Debug)]
pub(crate) struct Revision {
    /// Its id.
    pub(crate) id: String,
    /// Its file.
    pub(crate) file: PathBuf,
    /// What was sent, without terminators.
    pub(crate) statements: Vec<String>,
    /// Why alembic cannot render it.
    pub(crate) failed: Option<String>,
}

impl Theirs {
    /// The revisions in the order in which they run.
    pub(crate) fn of(&self, direction: Direction) -> &[Revision] {
        match direction {
            Direction::Upgrade => &self.upgrade,
            Direction::Downgrade => &self.downgrade,
        }
    }
}

impl Environment {
    /// An env.py that says the same and needs no application.
    pub(crate) fn env_py(&self) -> String {
        let options: String = self.0.as_object().into_iter().flatten().map(option).collect();
        let convention = match self.0["naming_convention"].as_object() {
            Some(found) if !found.is_empty() => {
                format!("naming_convention={}", python(&self.0["naming_convention"]))
            }
            _ => String::new(),
        };
        format!(
            "from alembic import context\nfrom sqlalchemy import MetaData\n\n\n\
             context.configure(\n    dialect_name=\"postgresql\",\n    target_metadata=MetaData({convention}),\n{options})\n\
             with context.begin_transaction():\n    context.run_migrations()\n"
        )
    }
}

fn option((name, value): (&String, &Value)) -> String {
    match name.as_str() {
        "naming_convention" => String::new(),
        name => format!("    {name}={},\n", python(value)),
    }
}

/// A JSON value as Python writes it.
fn python(value: &Value) -> String {
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Object(items) => {
            let items = items.iter().map(|(key, value)| format!("{key:?}: {}", python(value)));
            format!("{{{}}}", items.collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}

/// Asks alembic, unless it was asked before.
pub(crate) fn theirs(tree: &DevTree, folder: &Path) -> Theirs {
    read(&kept(tree, folder))
}

/// Asks alembic about upgrades of projects that need no module but alembic's own, in one process.
pub(crate) fn of_projects(folders: &[PathBuf]) -> Vec<Theirs> {
    let questions = folders.iter().map(|folder| json!({"directory": folder, "directions": ["upgrade"]}));
    ask(&questions.collect::<Vec<_>>(), "0").iter().map(read).collect()
}

/// What `alembic upgrade|downgrade RANGE --sql` writes, with modules of these folders; `None` where it raises.
pub fn scripts(project: &Project, path: &[&Path], ranges: &[(&str, &str)]) -> Vec<Option<String>> {
    let question = json!({"directory": project.directory(), "path": path, "whole": ranges});
    let answer = ask(&[question], "0").remove(0);
    answer.as_array().into_iter().flatten().map(|text| text.as_str().map(ToOwned::to_owned)).collect()
}

fn read(answer: &Value) -> Theirs {
    let revisions =
        |direction: &str| answer[direction].as_array().into_iter().flatten().map(revision).collect();
    Theirs {
        upgrade: revisions("upgrade"),
        downgrade: revisions("downgrade"),
        environment: Environment(answer["environment"].clone()),
    }
}

fn revision(answer: &Value) -> Revision {
    let text = |name: &str| answer[name].as_str().map(ToOwned::to_owned);
    let statements = answer["statements"].as_array().into_iter().flatten();
    let tainted = text("tainted").map(|reason| format!("not installed: {reason}"));
    Revision {
        id: text("revision").expect("a revision has an id"),
        file: text("file").expect("a revision has a file").into(),
        statements: statements.filter_map(Value::as_str).map(ToOwned::to_owned).collect(),
        failed: tainted.or_else(|| text("failed")),
    }
}

fn kept(tree: &DevTree, folder: &Path) -> Value {
    let scripts = ["sql_oracle.py", "stand_ins.py"].map(setup::support);
    let mut hasher = DefaultHasher::new();
    // The way of asking is part of the question.
    include_str!("theirs.rs").hash(&mut hasher);
    for path in scripts.iter().chain([&folder.join("wheel.txt")]) {
        fs::read(path).expect("a file that is there").hash(&mut hasher);
    }
    (folder, setup::python()).hash(&mut hasher);
    let cache = setup::cache().join("sql-parity");
    let file = cache.join(format!("{}-{:016x}.json", tree.name, hasher.finish()));
    if let Ok(text) = fs::read(&file)
        && let Ok(answer) = serde_json::from_slice(&text)
    {
        return answer;
    }
    let project = tree.project(folder);
    let question = json!({"directory": project.directory(), "path": [folder]});
    let mut answer = ask(std::slice::from_ref(&question), "0").remove(0);
    let other = ask(&[question], "1").remove(0);
    for direction in [Direction::Upgrade, Direction::Downgrade] {
        mark_chance(&mut answer[direction.name()], &other[direction.name()]);
    }
    fs::create_dir_all(&cache).expect("the cache is ours");
    // Whole or not at all, whoever else writes it.
    let mut whole = tempfile::NamedTempFile::new_in(&cache).expect("the cache is ours");
    whole.write_all(answer.to_string().as_bytes()).expect("the cache is ours");
    whole.persist(&file).expect("the cache is ours");
    answer
}

/// What is another one with another order of hashes is nothing that alembic says.
fn mark_chance(revisions: &mut Value, others: &Value) {
    let others = others.as_array().into_iter().flatten();
    for (revision, other) in revisions.as_array_mut().into_iter().flatten().zip(others) {
        if revision["statements"] != other["statements"] {
            revision["failed"] =
                json!("the order of a set decides what is sent, and is another one in each run");
        }
    }
}

/// One answer for each question, with this order of hashes.
fn ask(questions: &[Value], hash_seed: &str) -> Vec<Value> {
    let mut command = Command::new(setup::python());
    command.arg(setup::support("sql_oracle.py"));
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.env("PYTHONHASHSEED", hash_seed).env_remove("ALEMBIC_CONFIG");
    let mut child = command.spawn().expect("LIMBECK_TEST_PYTHON is a Python");
    let mut input = child.stdin.take().expect("it is piped");
    // Questions are short: the pipe holds them all.
    questions.iter().for_each(|question| writeln!(input, "{question}").expect("the oracle reads"));
    drop(input);
    let output = child.wait_with_output().expect("the oracle ends");
    let (answers, told) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{questions:?}: {told}");
    answers.lines().map(|line| serde_json::from_str(line).expect("the oracle writes JSON")).collect()
}
