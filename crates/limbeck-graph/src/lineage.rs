//! Which revisions share a lineage with a branch.
//!
//! It owns alembic's `filter_for_lineage` and `_shares_lineage` (alembic script/revision.py): ancestry in either
//! direction by `down_revision`. It refuses to follow dependencies.

use crate::graph::Graph;
use crate::marks::Marks;
use crate::symbol::ResolveError;

/// Everything above and below some revisions, looked up when it is first asked for: alembic does not notice a name that
/// does not exist until it has something to compare with it.
pub(crate) struct Lineage<'g> {
    graph: &'g Graph,
    /// The names that a revision must share ancestry with one of; with none, everything passes.
    names: Vec<String>,
    marks: Option<Marks>,
}

impl<'g> Lineage<'g> {
    /// The lineage of what `check_against` names, as a branch or as any other symbol.
    pub(crate) fn new(graph: &'g Graph, check_against: &str) -> Result<Self, ResolveError> {
        let (names, label) = graph.names(check_against)?;
        let label = label.filter(|label| !label.is_empty());
        let names = label.into_iter().chain(names).map(str::to_owned).collect();
        Ok(Self { graph, names, marks: None })
    }

    /// The lineage of one revision.
    pub(crate) fn of(graph: &'g Graph, position: usize) -> Self {
        Self { graph, names: vec![String::new()], marks: Some(marks(graph, &[position])) }
    }

    /// Whether the revision is, descends from, or is an ancestor of any of them.
    pub(crate) fn contains(&mut self, position: usize) -> Result<bool, ResolveError> {
        if self.names.is_empty() {
            return Ok(true);
        }
        if let Some(marks) = &self.marks {
            return Ok(marks.contains(position));
        }
        let targets: Result<Vec<usize>, _> =
            self.names.iter().map(|name| self.graph.find_name(name, None)).collect();
        let marks = marks(self.graph, &targets?);
        let contains = marks.contains(position);
        self.marks = Some(marks);
        Ok(contains)
    }

    /// The revisions among these that share the lineage.
    pub(crate) fn filter(&mut self, positions: &[usize]) -> Result<Vec<usize>, ResolveError> {
        let mut kept = Vec::new();
        for &position in positions {
            if self.contains(position)? {
                kept.push(position);
            }
        }
        Ok(kept)
    }
}

fn marks(graph: &Graph, targets: &[usize]) -> Marks {
    let mut both = graph.down_marks(targets.iter().copied());
    both.extend(graph.next_marks(targets.iter().copied()).iter());
    both
}
