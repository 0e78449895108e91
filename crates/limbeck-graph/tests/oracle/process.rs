//! alembic as one long-lived child that answers one line for each line.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::Value;

pub(crate) struct Oracle {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Oracle {
    /// Starts `tests/oracle.py` with the interpreter that the environment names.
    pub(crate) fn start() -> Self {
        let python = std::env::var_os("LIMBECK_TEST_PYTHON").expect(
            "LIMBECK_TEST_PYTHON is not set: run `cargo xtask test`, which makes a Python with alembic and names it",
        );
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/oracle.py");
        let mut command = Command::new(python);
        // Any seed must do; this one makes a failure repeatable.
        command.arg(script).env("PYTHONHASHSEED", "0").stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("LIMBECK_TEST_PYTHON is a Python");
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().expect("it is piped"));
        Self { child, input, output }
    }

    /// alembic's answer to one tree and its queries.
    pub(crate) fn ask(&mut self, tree: &Value) -> Value {
        let input = self.input.as_mut().expect("it is piped and still open");
        writeln!(input, "{tree}").expect("the oracle reads");
        let mut line = String::new();
        self.output.read_line(&mut line).expect("the oracle writes UTF-8");
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error} in {line:?}, asked {tree}"))
    }
}

impl Drop for Oracle {
    fn drop(&mut self) {
        // The end of its input ends it; the wait leaves no zombie behind.
        self.input = None;
        let _ = self.child.wait();
    }
}
