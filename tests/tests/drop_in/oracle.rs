//! alembic as one long-lived child that answers one line for each line.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use limbeck_tests::project::Project;
use limbeck_tests::setup;
use serde_json::{Value, json};

use crate::questions::Question;

pub(crate) struct Oracle {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

/// What alembic makes of a question.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Reply {
    /// It writes this.
    Out(String),
    /// It says itself why not.
    Refused(Failure),
    /// It dies of an exception of Python's.
    Crashed(Failure),
    /// It cannot so much as build the map of the tree, and so answers nothing.
    Broken(Failure),
}

/// Why alembic does not answer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    /// In the words of `alembic_oracle.py`.
    pub(crate) kind: String,
    /// In alembic's.
    pub(crate) text: String,
}

impl Oracle {
    /// Starts `alembic_oracle.py`.
    pub(crate) fn start() -> Self {
        let mut command = Command::new(setup::python());
        command.arg(setup::support("alembic_oracle.py")).stdin(Stdio::piped()).stdout(Stdio::piped());
        // Any seed must do; this one makes a failure repeatable.
        command.env("PYTHONHASHSEED", "0").env_remove("ALEMBIC_CONFIG");
        let mut child = command.spawn().expect("LIMBECK_TEST_PYTHON is a Python");
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().expect("it is piped"));
        Self { child, input, output }
    }

    /// alembic's answers to questions about one tree, in their order.
    pub(crate) fn ask(&mut self, project: &Project, questions: &[Question]) -> Vec<Reply> {
        let questions: Vec<Value> = questions.iter().map(Question::json).collect();
        self.send(&json!({"directory": project.directory(), "questions": questions}))
    }

    /// The same, where modules of this kind are stood in for.
    pub(crate) fn ask_with(&mut self, project: &Project, stub: &str, questions: &[&Question]) -> Vec<Reply> {
        let questions: Vec<Value> = questions.iter().map(|question| question.json()).collect();
        self.send(&json!({"directory": project.directory(), "stub": stub, "questions": questions}))
    }

    fn send(&mut self, tree: &Value) -> Vec<Reply> {
        let input = self.input.as_mut().expect("it is piped and still open");
        writeln!(input, "{tree}").expect("the oracle reads");
        let mut line = String::new();
        self.output.read_line(&mut line).expect("the oracle writes UTF-8");
        let reply: Value =
            serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error} in {line:?}, asked {tree}"));
        let is_broken = !reply["fault"].is_null();
        reply["answers"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|answer| Reply::read(answer, is_broken))
            .collect()
    }
}

impl Reply {
    fn read(value: &Value, is_broken: bool) -> Self {
        let text = |key: &str| value[key].as_str().unwrap_or_default().to_owned();
        let failure = Failure { kind: text("kind"), text: text("text") };
        match value["error"].as_str() {
            None => Self::Out(text("out")),
            Some(_) if is_broken => Self::Broken(failure),
            Some("refused") => Self::Refused(failure),
            Some(_) => Self::Crashed(failure),
        }
    }

    /// The kind of the fault for which it cannot build the tree's map.
    pub(crate) fn fault(&self) -> Option<&str> {
        match self {
            Self::Broken(failure) => Some(&failure.kind),
            _ => None,
        }
    }

    /// What it writes; panics where it does not.
    pub(crate) fn out(&self) -> &str {
        match self {
            Self::Out(text) => text,
            other => panic!("alembic has no answer: {other:?}"),
        }
    }
}

impl Drop for Oracle {
    fn drop(&mut self) {
        // The end of its input ends it; the wait leaves no zombie behind.
        self.input = None;
        let _ = self.child.wait();
    }
}
