//! What a file hooks into SQLAlchemy before its functions run: listeners, and functions that compile its constructs.

use limbeck_types::Opaque;

use super::value::{Call, Event, EventKind, Kind};

/// Something that acts when alembic sends something, or says how that is written.
pub(super) struct Hook {
    pub(super) event: Event,
    /// Whether SQL may be another one because of it.
    pub(super) changes_sql: bool,
}

/// The first that was told, one that changes SQL before others.
pub(super) fn hook(events: &[Event]) -> Option<Hook> {
    let hooks = events.iter().filter_map(of_event);
    hooks.reduce(|one, other| if one.changes_sql || !other.changes_sql { one } else { other })
}

fn of_event(event: &Event) -> Option<Hook> {
    let EventKind::Called(call) = &event.kind else { return None };
    let path = call.callee.as_path()?;
    let (reason, changes_sql) = if path.starts_with("sqlalchemy.event.") {
        ("what a listener of the file does is not followed", false)
    } else if path == "sqlalchemy.ext.compiler.compiles" && compiles_others(call) {
        ("a function of the file says how SQL is written", true)
    } else {
        return None;
    };
    let opaque = Opaque { span: call.span, reason: reason.to_owned(), import: None };
    Some(Hook { event: Event { kind: EventKind::Lost(opaque), ..event.clone() }, changes_sql })
}

/// Whether `@compiles(…)` is for Postgres, and for a class that is not of the file.
fn compiles_others(call: &Call) -> bool {
    let Some((class, dialects)) = call.positional.split_first() else { return true };
    let is_postgres = |text: &str| matches!(text, "postgresql" | "default");
    let is_ours = dialects.is_empty()
        || dialects.iter().any(|dialect| dialect.as_text().is_none_or(|text| is_postgres(&text.value)));
    is_ours && !matches!(class.kind, Kind::Class(_))
}
