//! `limbeck graph`.

use std::collections::{HashMap, HashSet};
use std::process::ExitCode;

use clap::CommandFactory;
use limbeck_graph::{Graph as Revisions, Range, RangeError, Revision};
use limbeck_report::Body;
use limbeck_report::graph::{Drawing, GraphPicture, Node, PictureFormat};
use limbeck_types::RevisionId;

use crate::args::{Arguments, Common, Database, Format, Graph, Picture};
use crate::output::Printer;
use crate::question::{Asked, Refusal, ask};
use crate::{args, environment, history, rows, unable};

/// What Mermaid draws unless its page raises the limits; a diagram itself cannot.
const MERMAID_EDGES: usize = 500;

/// Draws the revisions of a range, or those around one.
pub(crate) fn run(common: &Common, arguments: &Graph, printer: &Printer) -> ExitCode {
    let is_json = arguments.format == Some(Picture::Json);
    if printer.format == Format::Json && arguments.format.is_some() && !is_json {
        let message = "a picture cannot be written as JSON: leave one of --format and --output-format away";
        return args::refuse(&Arguments::command().error(clap::error::ErrorKind::ArgumentConflict, message));
    }
    let printer = &if is_json { printer.with_format(Format::Json) } else { printer.clone() };
    let asked = match ask("graph", common, &arguments.headers, printer) {
        Ok(asked) => asked,
        Err(code) => return code,
    };
    match picture(&asked, arguments, printer) {
        Ok(picture) => {
            if arguments.format == Some(Picture::Mermaid) && picture.edges().len() > MERMAID_EDGES {
                printer.note(&format!(
                    "Mermaid draws no more than {MERMAID_EDGES} edges unless its `maxEdges` is raised, and these are \
                     {}: a range or --around makes them fewer",
                    picture.edges().len()
                ));
            }
            let format = format(arguments.format, printer);
            asked.answer(Body::Graph(Drawing { picture, format }), printer)
        }
        Err(refusal) => asked.refuse(refusal, printer),
    }
}

fn format(picture: Option<Picture>, printer: &Printer) -> PictureFormat {
    match picture {
        Some(Picture::Dot) => PictureFormat::Dot,
        Some(Picture::Mermaid) => PictureFormat::Mermaid,
        Some(Picture::Svg) => PictureFormat::Svg,
        Some(Picture::Tree | Picture::Json) | None => {
            PictureFormat::Tree { width: printer.width(), style: printer.style }
        }
    }
}

fn picture<'a>(asked: &'a Asked, arguments: &Graph, printer: &Printer) -> Result<GraphPicture<'a>, Refusal> {
    let graph = &asked.tree.graph;
    let range = arguments.range.as_deref().map(range).transpose()?;
    let rows = rows(asked, arguments, range.as_ref(), printer)?;
    let mut revisions = history::revisions(asked, range.as_ref(), rows.as_deref().unwrap_or_default())?;
    if let Some(symbol) = arguments.around.as_deref() {
        let center = match symbol {
            "base" => graph.bases().collect(),
            "current" => rows.iter().flatten().filter_map(|row| graph.get(row)).collect(),
            symbol => graph.resolve(symbol).map_err(|error| unable::symbol(&error, graph))?,
        };
        let near = around(graph, &center, arguments.distance);
        revisions.retain(|revision| near.contains(revision.id()));
    }
    drawn(asked, &revisions, rows.as_deref())
}

fn range(text: &str) -> Result<Range, Refusal> {
    text.parse().map_err(|error: RangeError| unable::range(text, &error).into())
}

/// A picture of these revisions. With the rows of a version table, what they say is applied is marked.
fn drawn<'a>(
    asked: &'a Asked,
    revisions: &[&'a Revision],
    rows: Option<&[RevisionId]>,
) -> Result<GraphPicture<'a>, Refusal> {
    let graph = &asked.tree.graph;
    let numbers = numbers(graph)?;
    let applied = rows.map(|rows| applied(graph, rows));
    let node = |revision: &&'a Revision| {
        let mut entry = asked.entry(revision);
        entry.is_current = rows.map(|rows| rows.contains(entry.id));
        Node {
            number: numbers.get(entry.id).copied(),
            is_applied: applied.as_ref().map(|applied| applied.contains(entry.id)),
            entry,
            down: graph.down(revision).map(Revision::id).collect(),
            dependencies: graph.dependencies(revision).map(Revision::id).collect(),
        }
    };
    Ok(GraphPicture::new(revisions.iter().map(node).collect()))
}

/// The place of each revision in an upgrade from empty to the heads, from 1.
fn numbers(graph: &Revisions) -> Result<HashMap<&RevisionId, usize>, Refusal> {
    let plan = graph.upgrade_plan("heads", &[]).map_err(|error| unable::range("base:heads", &error))?;
    Ok(plan.into_iter().map(Revision::id).zip(1..).collect())
}

/// What stands applied where the version table has these rows: they and everything below them.
fn applied<'a>(graph: &'a Revisions, rows: &[RevisionId]) -> HashSet<&'a RevisionId> {
    let rows = rows.iter().filter_map(|row| graph.get(row));
    let mut applied = HashSet::new();
    for row in rows {
        applied.extend(graph.ancestors(row).map(Revision::id));
    }
    applied
}

/// The revisions that so many steps down or so many steps up lead to, dependencies followed.
fn around<'a>(graph: &'a Revisions, center: &[&'a Revision], distance: usize) -> HashSet<&'a RevisionId> {
    let below = |revision| graph.down(revision).chain(graph.dependencies(revision)).collect();
    let mut near = within(center, distance, below);
    near.extend(within(center, distance, |revision| graph.all_next(revision).collect()));
    near
}

fn within<'a>(
    center: &[&'a Revision],
    distance: usize,
    step: impl Fn(&'a Revision) -> Vec<&'a Revision>,
) -> HashSet<&'a RevisionId> {
    let mut near: HashSet<&RevisionId> = center.iter().map(|revision| revision.id()).collect();
    let mut edge = center.to_vec();
    for _ in 0..distance {
        edge = edge.into_iter().flat_map(&step).filter(|revision| near.insert(revision.id())).collect();
        if edge.is_empty() {
            break;
        }
    }
    near
}

/// The rows of the database's version table, where they are asked for. A row that the tree does not have can be no end
/// of a range; as a mark it is missed, and that is said.
fn rows(
    asked: &Asked,
    arguments: &Graph,
    range: Option<&Range>,
    printer: &Printer,
) -> Result<Option<Vec<RevisionId>>, Refusal> {
    let is_place = range.is_some_and(Range::needs_rows) || arguments.around.as_deref() == Some("current");
    if !is_place && !arguments.indicate_current && arguments.database_url.is_none() {
        return Ok(None);
    }
    let database_url = arguments.database_url.clone().or_else(environment::database_url);
    let rows = rows::ask(asked, &Database { database_url, wait: arguments.wait }, printer)?;
    if is_place {
        return rows.known(&asked.tree.graph).map(Some);
    }
    for found in rows.unknown(&asked.tree.graph) {
        printer.note(&found.message);
    }
    Ok(Some(rows.ids))
}
