//! Programs and the events that they leave.

mod classes;
mod flow;
mod lazy;
mod library;
mod modules;
mod print;
mod python;
mod text;
mod values;

use limbeck_types::Direction;

use crate::parser;

thread_local! {
    /// Steps after which a loop is given up, where that is not the usual number.
    pub(super) static LOOP_STEPS: std::cell::Cell<Option<u64>> = const { std::cell::Cell::new(None) };
}

/// What `upgrade()` of a module tells, one line for each event.
pub(super) fn events(text: &str) -> Vec<String> {
    events_with(text, &crate::Around::default())
}

fn events_with(text: &str, around: &crate::Around<'_>) -> Vec<String> {
    parser::with_module(text, |body, text| {
        let events = super::follow(body, text, Direction::Upgrade, around);
        events.iter().filter_map(|event| print::event(event, text)).collect()
    })
    .0
}

/// Follows `body` as `upgrade()`, with `op` and `sa` imported.
#[track_caller]
fn check(body: &str, expected: &[&str]) {
    let body: String = body.lines().map(|line| format!("    {line}\n")).collect();
    check_module(
        &format!("from alembic import op\nimport sqlalchemy as sa\ndef upgrade():\n{body}"),
        expected,
    );
}

#[track_caller]
fn check_module(text: &str, expected: &[&str]) {
    assert_eq!(events(text), expected, "{text}");
}
