//! A set of positions, and the one traversal that fills it.
//!
//! It owns reachability (alembic script/revision.py, `_iterate_related_revisions`). It refuses to know which edges are
//! followed and why.

/// A set of positions of one graph.
#[derive(Debug, Clone)]
pub(crate) struct Marks(Vec<bool>);

impl Marks {
    /// No position of a graph with so many revisions.
    pub(crate) fn none(count: usize) -> Self {
        Self(vec![false; count])
    }

    /// These positions of a graph with so many revisions.
    pub(crate) fn of(count: usize, positions: impl IntoIterator<Item = usize>) -> Self {
        let mut marks = Self::none(count);
        marks.extend(positions);
        marks
    }

    /// Whether the position is in the set.
    pub(crate) fn contains(&self, position: usize) -> bool {
        self.0[position]
    }

    /// Adds the position; tells whether it is new.
    pub(crate) fn insert(&mut self, position: usize) -> bool {
        !std::mem::replace(&mut self.0[position], true)
    }

    /// Takes the position out.
    pub(crate) fn remove(&mut self, position: usize) {
        self.0[position] = false;
    }

    /// Keeps what `keep` says.
    pub(crate) fn retain(&mut self, keep: impl Fn(usize) -> bool) {
        for (position, mark) in self.0.iter_mut().enumerate() {
            *mark = *mark && keep(position);
        }
    }

    /// The positions, ascending: load order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        self.0.iter().enumerate().filter_map(|(position, mark)| mark.then_some(position))
    }

    /// Adds the targets and everything that the edges lead to from them.
    pub(crate) fn reach<'g>(
        &mut self,
        targets: impl IntoIterator<Item = usize>,
        edges: impl Fn(usize) -> &'g [usize],
    ) {
        let mut stack: Vec<usize> = targets.into_iter().filter(|&target| self.insert(target)).collect();
        while let Some(position) = stack.pop() {
            stack.extend(edges(position).iter().copied().filter(|&other| self.insert(other)));
        }
    }
}

impl Extend<usize> for Marks {
    fn extend<I: IntoIterator<Item = usize>>(&mut self, positions: I) {
        positions.into_iter().for_each(|position| self.0[position] = true);
    }
}
