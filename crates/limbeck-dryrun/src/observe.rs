//! What a second connection sees of a run: which rows the version table really holds.

use limbeck_postgres::Session;
use limbeck_types::{
    DatabaseState, Failure, Frame, Outcome, OutcomeState, PythonError, RevisionId, StateOutcome, StepFailure,
    TraceEnd,
};

use crate::error::DryRunError;
use crate::protocol::{RunBegan, frames};

/// A run that alembic has begun.
pub(crate) struct Underway {
    pub(crate) began: RunBegan,
    pub(crate) observer: Session,
    pub(crate) outcomes: Vec<Outcome>,
}

/// Whether alembic's belief about a step it has applied is what a second connection sees.
pub(crate) fn committed(
    underway: &mut Underway,
    heads: &[RevisionId],
    ended_by: Vec<Frame>,
) -> Result<OutcomeState, DryRunError> {
    // With a transaction that env.py opened, env.py commits at its end, or never: looked at then.
    if underway.began.external_transaction {
        return Ok(OutcomeState::Applied);
    }
    let found = rows(underway)?;
    if found == heads {
        return Ok(OutcomeState::Applied);
    }
    Ok(OutcomeState::Failed(Box::new(StepFailure {
        failure: Failure::NotCommitted {
            expected: heads.to_vec(),
            found: found.clone(),
            external_transaction: false,
            frames: ended_by,
        },
        earlier: None,
        database: DatabaseState { outcome: StateOutcome::PartlyApplied, at: found },
    })))
}

/// The last look: the version table holds what it should. A mismatch after a transaction of env.py's own is the last
/// step's failure, because it is then that nothing was committed.
pub(crate) fn verdict(
    underway: &mut Underway,
    mut expected: Vec<RevisionId>,
) -> Result<TraceEnd, DryRunError> {
    expected.sort();
    let found = rows(underway)?;
    if found == expected {
        return Ok(TraceEnd::Clean);
    }
    let external = underway.began.external_transaction;
    if external && found.is_empty() {
        for outcome in &mut underway.outcomes {
            outcome.state = OutcomeState::RolledBack;
        }
    }
    let frames = frames(std::mem::take(&mut underway.began.opened_by));
    let Some(last) = underway.outcomes.last_mut().filter(|_| external) else {
        return Ok(TraceEnd::WrongHeads { expected, found });
    };
    let database = DatabaseState { outcome: StateOutcome::RolledBack, at: found.clone() };
    let failure = Failure::NotCommitted { expected, found, external_transaction: true, frames };
    last.state = OutcomeState::Failed(Box::new(StepFailure { failure, earlier: None, database }));
    Ok(TraceEnd::StepFailed)
}

/// The rows of the version table as a second connection sees them, sorted. None where there is no such table yet.
fn rows(underway: &mut Underway) -> Result<Vec<RevisionId>, DryRunError> {
    let quote = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
    let table = quote(&underway.began.version_table);
    let table = match &underway.began.version_table_schema {
        Some(schema) => format!("{}.{table}", quote(schema)),
        None => table,
    };
    match underway.observer.query(&format!("SELECT version_num::text FROM {table}"), &[]) {
        Ok(rows) => {
            let mut ids: Vec<RevisionId> =
                rows.iter().map(|row| RevisionId::from(row.get::<_, &str>(0))).collect();
            ids.sort();
            Ok(ids)
        }
        Err(error) if matches!(error.sqlstate(), Some("42P01" | "3F000")) => Ok(Vec::new()),
        Err(error) if error.sqlstate().is_none() => Err(DryRunError::ServerLost(error.to_string())),
        Err(error) => Err(error.into()),
    }
}

pub(crate) fn state(underway: &mut Underway, outcome: StateOutcome) -> DatabaseState {
    match rows(underway) {
        Ok(at) => DatabaseState { outcome, at },
        Err(_) => DatabaseState { outcome: StateOutcome::Unknown, at: Vec::new() },
    }
}

/// Whether a step failed only because the server went away: then there is nothing to judge.
pub(crate) fn server_loss(error: &PythonError, underway: &mut Underway) -> Option<String> {
    let sqlstate = error.sql.as_ref().map(|sql| sql.sqlstate.as_str()).unwrap_or_default();
    let suspicious = sqlstate.is_empty() || sqlstate.starts_with("08") || sqlstate.starts_with("57P");
    if !suspicious {
        return None;
    }
    // Somebody ended this one connection, or is stopping the server: no revision is at fault.
    if sqlstate.starts_with("57P") {
        return Some(error.message.clone());
    }
    match rows(underway) {
        Err(DryRunError::ServerLost(_)) => Some(error.message.clone()),
        _ => None,
    }
}
