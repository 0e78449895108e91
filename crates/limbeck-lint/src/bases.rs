//! Several bases where nothing says that several are meant.
//!
//! A branch label of its own, a `depends_on`, or a version location of its own says so (alembic's "Working with Multiple
//! Bases"); a base without any of them is nearly always a `down_revision` that was forgotten.

use std::collections::BTreeMap;

use limbeck_graph::{Graph, Revision};
use limbeck_types::{Diagnostic, Field, FileId, Migration, Place, Related};

use crate::locate::migration_of;
use crate::revision_of;

/// One diagnostic for each version location with several such bases. `location` tells which location a file is in.
pub fn multiple_bases(
    graph: &Graph,
    migrations: &[Migration],
    location: impl Fn(FileId) -> usize,
) -> Vec<Diagnostic> {
    let bases: Vec<&Revision> = graph.bases().collect();
    let mut by_location: BTreeMap<usize, Vec<&Revision>> = BTreeMap::new();
    for base in bases.iter().filter(|base| !is_on_purpose(base, &bases, graph, migrations)) {
        by_location.entry(location(base.file())).or_default().push(base);
    }
    let several = by_location.into_values().filter(|bases| bases.len() > 1);
    several.map(|bases| diagnose(&bases, graph, migrations)).collect()
}

fn is_on_purpose(base: &Revision, bases: &[&Revision], graph: &Graph, migrations: &[Migration]) -> bool {
    let Some(migration) = migration_of(base.file(), migrations) else { return true };
    let header = &migration.header;
    let others = || bases.iter().filter(|other| other.file() != base.file());
    let is_own = |label: &str| others().all(|other| graph.labels(other).all(|theirs| theirs != label));
    // A header without `down_revision`, or with one that is not known, may be no base at all.
    header.down_revision.known().is_none()
        || matches!(header.branch_labels, Field::Opaque(_))
        || matches!(header.depends_on, Field::Opaque(_))
        || !base.is_real_base()
        || graph.labels(base).any(is_own)
}

fn diagnose(bases: &[&Revision], graph: &Graph, migrations: &[Migration]) -> Diagnostic {
    // The one with the least above it is the newcomer; of several, the one loaded last.
    let height = |base: &&&Revision| (graph.descendants(base).count(), std::cmp::Reverse(base.file()));
    let newcomer = bases.iter().min_by_key(height).expect("several bases are at least two");
    let names: Vec<&str> = bases.iter().map(|base| base.id().as_str()).collect();
    let message = format!("{} revisions follow nothing: {}", bases.len(), names.join(", "));
    let mut found = Diagnostic::warning("multiple-bases", message).label("follows nothing");
    found.place = place(newcomer, migrations);
    for base in bases.iter().filter(|base| base.file() != newcomer.file()) {
        if let Some(place) = place(base, migrations) {
            found.related.push(Related { place, message: "another base".to_owned() });
        }
    }
    found.revision = migration_of(newcomer.file(), migrations).and_then(revision_of);
    found
        .help(format!(
            "if `{}` belongs on top of another revision, let its `down_revision` name that",
            newcomer.id()
        ))
        .help("if it is meant to be a line of its own, give it a branch label: `branch_labels = (\"name\",)`")
}

/// Where a base says that it is one.
fn place(base: &Revision, migrations: &[Migration]) -> Option<Place> {
    let span = migration_of(base.file(), migrations)?.header.down_revision.span()?;
    Some(Place { file: base.file(), span })
}
