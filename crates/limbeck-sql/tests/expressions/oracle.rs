//! alembic as one long-lived child that answers one line for each line.

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::Value;

pub(crate) struct Oracle {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Oracle {
    /// Starts `oracle.py` with the interpreter that `cargo xtask test` names, or the one that it left in the cache.
    pub(crate) fn start() -> Self {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/expressions");
        let cached = concat!(env!("CARGO_MANIFEST_DIR"), "/../../.cache/environments/main/bin/python");
        let python =
            std::env::var_os("LIMBECK_TEST_PYTHON").map_or_else(|| PathBuf::from(cached), PathBuf::from);
        let mut command = Command::new(python);
        command.arg("oracle.py").current_dir(folder).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().expect(
            "LIMBECK_TEST_PYTHON is no Python: run `cargo xtask test`, which makes one with alembic and names it",
        );
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().expect("it is piped"));
        Self { child, input, output }
    }

    /// What alembic prints for this revision, or the error that it raises.
    pub(crate) fn ask(&mut self, question: &Value) -> Result<Vec<String>, String> {
        let input = self.input.as_mut().expect("it is piped and still open");
        writeln!(input, "{question}").expect("the oracle reads");
        let mut line = String::new();
        self.output.read_line(&mut line).expect("the oracle writes UTF-8");
        let answer: Value = serde_json::from_str(&line)
            .unwrap_or_else(|error| panic!("{error} in {line:?}, asked {question}"));
        match answer["raises"].as_str() {
            Some(error) => Err(error.to_owned()),
            None => Ok(answer
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .map(ToOwned::to_owned)
                .collect()),
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
