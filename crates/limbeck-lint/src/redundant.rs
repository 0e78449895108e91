//! Merges that follow a revision twice: by its id, and through another that they follow.

use limbeck_graph::{Graph, Revision};
use limbeck_types::{Diagnostic, Migration, Place, RevisionId, Span, Spanned};

use crate::locate::migration_of;
use crate::revision_of;

/// What alembic 1.20.1 was seen to do with such a tree.
const HELP: &str = "alembic upgrades and downgrades to ids all the same, but refuses to step over this revision with \
                    `upgrade +1` or `downgrade -1` (\"Ambiguous walk\")";

/// Every `down_revision` of a merge that is named twice, or is an ancestor of another one of the same merge.
pub fn redundant_down_revisions(graph: &Graph, migrations: &[Migration]) -> Vec<Diagnostic> {
    let merges = graph.revisions().iter().filter(|revision| revision.is_merge_point());
    merges.flat_map(|merge| ancestors(graph, merge, migrations).chain(repeated(merge, migrations))).collect()
}

fn ancestors<'a>(
    graph: &'a Graph,
    merge: &'a Revision,
    migrations: &'a [Migration],
) -> impl Iterator<Item = Diagnostic> + 'a {
    graph.covered_down(merge).into_iter().filter_map(move |(covered, by)| {
        let span = merge.node.down.iter().find(|id| id.value == *covered.id())?.span;
        let (covered, by_id) = (covered.id(), by.id());
        let message = format!("`{covered}` is an ancestor of `{by_id}`, which this merge follows as well");
        let mut found = diagnose(merge, span, message, migrations).label("followed already");
        if let Some(span) = migration_of(by.file(), migrations).and_then(|by| by.header.revision.span()) {
            let place = Place { file: by.file(), span };
            found
                .related
                .push(limbeck_types::Related { place, message: format!("descends from `{covered}`") });
        }
        Some(found.help(format!("leave `{covered}` out of `down_revision`")).help(HELP))
    })
}

fn repeated<'a>(merge: &'a Revision, migrations: &'a [Migration]) -> impl Iterator<Item = Diagnostic> + 'a {
    let down = &merge.node.down;
    let is_repeated = move |(index, id): &(usize, &Spanned<RevisionId>)| {
        down[..*index].iter().any(|first| first.value == id.value)
    };
    down.iter().enumerate().filter(is_repeated).map(move |(_, id)| {
        let message = format!("`{}` is named twice in `down_revision`", id.value);
        diagnose(merge, id.span, message, migrations).label("named already").help("name it once").help(HELP)
    })
}

fn diagnose(merge: &Revision, span: Span, message: String, migrations: &[Migration]) -> Diagnostic {
    let place = Place { file: merge.file(), span };
    let mut found = Diagnostic::warning("redundant-down-revision", message).at(place);
    found.revision = migration_of(merge.file(), migrations).and_then(revision_of);
    found
}
