//! Running a program to its end and saying in one line how it failed.

use std::process::{Command, Output};

/// A program that did not do its work.
#[derive(Debug, thiserror::Error)]
#[error("`{command}` failed: {reason}")]
pub struct CommandError {
    /// The command, as a person could repeat it.
    pub command: String,
    /// The last lines of what it said, or why it could not be started.
    pub reason: String,
}

/// Runs `command` and waits for it. What it prints is kept from the terminal.
pub fn run(command: &mut Command) -> Result<Output, CommandError> {
    let failure = |command: &Command, reason: String| {
        let words: Vec<_> = std::iter::once(command.get_program()).chain(command.get_args()).collect();
        let words: Vec<_> = words.iter().map(|word| word.to_string_lossy()).collect();
        // The text of a `python -c` is for machines.
        let words: Vec<_> = words.iter().map(|word| if word.contains('\n') { "…" } else { word }).collect();
        CommandError { command: words.join(" "), reason }
    };
    match command.output() {
        Ok(output) if output.status.success() => Ok(output),
        Ok(output) => Err(failure(command, last_lines(&output.stderr))),
        Err(error) => Err(failure(command, error.to_string())),
    }
}

/// The last lines of what a program said, on one line.
fn last_lines(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    lines[lines.len().saturating_sub(3)..].join("; ")
}
