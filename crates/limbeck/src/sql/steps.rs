//! The steps of a plan: which revisions, in which order, and what alembic does to its version table for each.

use limbeck_graph::{Graph, PlanError, Range, ResolveError, Revision, RowChange, RowError};
use limbeck_types::{Diagnostic, Direction, RevisionId};

use crate::args::Sql;
use crate::question::{Asked, Refusal};
use crate::unable;

/// One revision of the plan.
#[derive(Debug)]
pub(crate) struct Step<'a> {
    pub(crate) revision: &'a Revision,
    /// Whether the version table is empty before it, so that alembic's offline mode creates it (alembic
    /// runtime/migration.py, `run_migrations`).
    pub(crate) creates_table: bool,
    /// What is done to the version table after it, or why alembic cannot.
    pub(crate) changes: Result<Vec<RowChange>, RowError>,
}

/// The plan of the range, or of one revision.
pub(crate) fn plan<'a>(asked: &'a Asked, arguments: &Sql) -> Result<Vec<Step<'a>>, Refusal> {
    let graph = &asked.tree.graph;
    let direction = super::direction(arguments);
    let (rows, revisions) = match &arguments.revision {
        Some(symbol) => one(graph, symbol, direction)?,
        None => range(graph, arguments.range.as_deref(), direction)?,
    };
    let mut table = graph.version_table(&rows).map_err(|error| unable::machine("bad-range", &error))?;
    let step = |revision: &'a Revision| Step {
        revision,
        creates_table: table.is_empty(),
        changes: table.run(revision.id(), direction),
    };
    Ok(revisions.into_iter().map(step).collect())
}

/// Rows of a version table, and what is run from there.
type Plan<'a> = (Vec<RevisionId>, Vec<&'a Revision>);

/// One revision: up from right below it, or down from it.
fn one<'a>(graph: &'a Graph, symbol: &str, direction: Direction) -> Result<Plan<'a>, Box<Diagnostic>> {
    let found = graph.resolve_one(symbol).map_err(|error| unable::symbol(&error, graph))?;
    let revision = found.ok_or_else(|| unable::no_revision(symbol))?;
    let rows = match direction {
        Direction::Downgrade => vec![revision.id().clone()],
        Direction::Upgrade => {
            let id = revision.id();
            let plan = graph.upgrade_plan(std::slice::from_ref(id), &[]);
            let plan = plan.map_err(|error| unable::range(symbol, &error))?;
            let below = plan.into_iter().map(Revision::id).filter(|below| *below != id);
            graph.rows_after(below).into_iter().map(|row| row.id().clone()).collect()
        }
    };
    Ok((rows, vec![revision]))
}

/// A range as `alembic upgrade` and `alembic downgrade` take it with `--sql`. Several heads can be where it begins, as they
/// are in a database.
fn range<'a>(
    graph: &'a Graph,
    text: Option<&str>,
    direction: Direction,
) -> Result<Plan<'a>, Box<Diagnostic>> {
    let (from, to) = ends(text, direction)?;
    let whole = text.map_or_else(|| format!("{from}:{to}"), ToOwned::to_owned);
    let failure = |error: PlanError| match error {
        PlanError::Symbol(error) => unable::symbol(&error, graph),
        error => unable::range(&whole, &error),
    };
    let rows = start(graph, &from).map_err(|error| failure(error.into()))?;
    let revisions = match direction {
        Direction::Upgrade => graph.upgrade_plan(to.as_str(), &rows),
        Direction::Downgrade => graph.downgrade_plan(&to, &rows),
    };
    Ok((rows, revisions.map_err(failure)?))
}

/// Where a plan begins and where it leads; a symbol alone is where it leads.
fn ends(text: Option<&str>, direction: Direction) -> Result<(String, String), Box<Diagnostic>> {
    let (bottom, top) = ("base", "heads");
    let (first, last) = match direction {
        Direction::Upgrade => (bottom, top),
        Direction::Downgrade => (top, bottom),
    };
    let Some(text) = text else { return Ok((first.to_owned(), last.to_owned())) };
    let _: Range = text.parse().map_err(|error| unable::range(text, &error))?;
    let (from, to) = text.trim().split_once(':').unwrap_or(("", text.trim()));
    let or = |end: &str, default: &str| if end.is_empty() { default.to_owned() } else { end.to_owned() };
    Ok((or(from, first), or(to, last)))
}

/// The rows of a version table that stands at a symbol.
fn start(graph: &Graph, symbol: &str) -> Result<Vec<RevisionId>, ResolveError> {
    if symbol == "heads" || symbol.ends_with("@heads") {
        return graph.rows_at(symbol);
    }
    Ok(graph.resolve_one(symbol)?.map(|revision| revision.id().clone()).into_iter().collect())
}
