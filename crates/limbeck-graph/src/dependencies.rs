//! What `depends_on` comes to.
//!
//! It owns resolving and normalizing dependencies (alembic script/revision.py, `_add_depends_on` and
//! `_normalize_depends_on`). It refuses to report: what cannot be resolved is left out here and named by `faults`.

use crate::build::push_new;
use crate::graph::Graph;
use crate::marks::Marks;
use crate::revision::Positions;

/// Looks every dependency up as an id or as the label of the revision that declares it.
pub(crate) fn resolve(graph: &mut Graph) {
    for position in 0..graph.revisions.len() {
        let mut resolved = Positions::new();
        for dependency in &graph.revisions[position].node.depends_on {
            let found = graph.named(dependency.value.as_str());
            push_new(&mut resolved, found.filter(|&other| other != position));
        }
        graph.revisions[position].set_dependencies(resolved);
    }
}

/// Leaves out the dependencies that a `down_revision`-ancestor has already, and makes the edges of ancestor walks.
///
/// A dependency on an ancestor itself stays: alembic compares with the ancestors' dependencies only.
pub(crate) fn normalize(graph: &mut Graph) {
    for position in 0..graph.revisions.len() {
        let normalized = normalized(graph, position);
        graph.revisions[position].set_normalized(normalized);
    }
}

fn normalized(graph: &Graph, position: usize) -> Positions {
    let mut kept = Positions::from_slice(graph.revisions[position].dependencies());
    // Most dependencies have one dependent, and then no ancestor can have them: no walk is needed.
    let shared = |dependency: usize| graph.revisions[dependency].all_next().len() > 1;
    if !kept.iter().any(|&dependency| shared(dependency)) {
        return kept;
    }
    let mut seen = Marks::none(graph.revisions.len());
    let mut stack = vec![position];
    seen.insert(position);
    while let Some(current) = stack.pop().filter(|_| !kept.is_empty()) {
        let revision = &graph.revisions[current];
        if current != position && !revision.dependencies().is_empty() {
            kept.retain(|dependency| !revision.dependencies().contains(dependency));
        }
        stack.extend(revision.down.iter().copied().filter(|&down| seen.insert(down)));
    }
    kept
}
