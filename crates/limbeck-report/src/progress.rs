//! One line per revision of a dry-run.

use limbeck_types::{Outcome, OutcomeState, Step};

use crate::text::{count, duration, one_line};

/// The longest message in characters.
const MESSAGE: usize = 60;

/// `✓ 8c1f2a90b7de  require email  12 ms  3 statements`: what became of a step.
pub fn line(outcome: &Outcome) -> String {
    let mark = match outcome.state {
        OutcomeState::Applied | OutcomeState::RolledBack => '✓',
        OutcomeState::Failed(_) => '✗',
        OutcomeState::NotRun => '·',
    };
    let answered = outcome.statements.iter().filter(|statement| !statement.frames.is_empty()).count();
    let sent = answered + usize::from(outcome.refused().is_some_and(|error| !error.frames.is_empty()));
    let Outcome { step, milliseconds, .. } = outcome;
    format!(
        "{mark} {}  {}  {}  {}",
        step.revision,
        one_line(&step.message, MESSAGE),
        duration(*milliseconds),
        count(sent, "statement")
    )
}

/// `3 of 42  8c1f2a90b7de  require email`: what is being done.
pub fn underway(step: &Step, number: usize, of: usize) -> String {
    format!("{number} of {of}  {}  {}", step.revision, one_line(&step.message, MESSAGE))
}
