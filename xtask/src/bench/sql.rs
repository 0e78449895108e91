//! `limbeck sql`: a linear tree against alembic's own offline mode, and a large real tree against `limbeck heads`.

use anyhow::Result;

use super::{AGAINST_ALEMBIC, Bench, Bound, judge, show};
use crate::measure::pair;

/// How many times faster than `alembic upgrade head --sql` it must be.
const AT_LEAST: f64 = 100.0;
/// So much of the time of `limbeck heads` it may take on the same files.
const OF_HEADS_AT_MOST: f64 = 5.0;

/// Measures and prints both; gives what is missed.
pub(super) fn measure(bench: &Bench<'_>) -> Result<Vec<String>> {
    let missed = [against_alembic(bench)?, against_heads(bench)?];
    Ok(missed.into_iter().flatten().collect())
}

fn against_alembic(bench: &Bench<'_>) -> Result<Option<String>> {
    let (revisions, runs, _) = AGAINST_ALEMBIC[0];
    let project = bench.linear(revisions);
    let limbeck = bench.limbeck(&["sql", "base:heads"], &project);
    let alembic = bench.alembic(&["upgrade", "head", "--sql"], &project);
    let (ours, theirs) = pair(&bench.machine.python, &limbeck, &alembic, runs, &mut || Ok(()))?;
    let title = format!("sql, {revisions} revisions");
    show(&title, &[("limbeck", ours), ("alembic", theirs)]);
    bench.against_compiled(&limbeck, &alembic, runs)?;
    Ok(judge(&title, "times faster", theirs.seconds / ours.seconds, Bound::AtLeast(AT_LEAST)))
}

fn against_heads(bench: &Bench<'_>) -> Result<Option<String>> {
    let project = bench.superset()?;
    let (sql, heads) = (bench.limbeck(&["sql", "base:heads"], &project), bench.limbeck(&["heads"], &project));
    let (sql, heads) = pair(&bench.machine.python, &sql, &heads, 15, &mut || Ok(()))?;
    show("sql, superset", &[("limbeck sql", sql), ("limbeck heads", heads)]);
    let ratio = sql.seconds / heads.seconds;
    Ok(judge("sql, superset", "of the time of heads", ratio, Bound::AtMost(OF_HEADS_AT_MOST)))
}
