//! Plans upwards, and history, which alembic walks with the same function.
//!
//! It owns alembic's `_parse_upgrade_target` and `_collect_upgrade_revisions` (alembic script/revision.py). It refuses
//! targets that make alembic die of an `AssertionError`: they are errors with a reason here.

use limbeck_types::RevisionId;

use crate::graph::Graph;
use crate::lineage::Lineage;
use crate::marks::Marks;
use crate::plan::{PlanError, Target};
use crate::relative::{self, Relative};
use crate::symbol::{Found, ResolveError};
use crate::{Revision, order};

/// For which of its two callers alembic collects revisions.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Purpose {
    /// `upgrade`: the lower end excluded, all branches included, and a relative symbol must not lead past the end.
    Upgrade,
    /// `history`: the lower end included, only what descends from it, and a relative symbol stops at the end.
    History,
}

/// Which revisions to walk, and from where.
struct Collected {
    needed: Marks,
    targets: Vec<usize>,
}

impl Graph {
    /// What `upgrade TARGET` runs when the version table holds `rows`, in order (alembic script/base.py,
    /// `_upgrade_revs`).
    pub fn upgrade_plan<'a>(
        &self,
        target: impl Into<Target<'a>>,
        rows: &[RevisionId],
    ) -> Result<Vec<&Revision>, PlanError> {
        let collected = self.collect(target.into(), Target::Revisions(rows), Purpose::Upgrade)?;
        let mut sorted = order::sort(self, &collected.needed, &collected.targets);
        sorted.reverse();
        Ok(self.at(&sorted).collect())
    }

    /// Revisions from `upper` down to and including `lower`, newest first, as `history` prints them (alembic
    /// script/base.py, `walk_revisions`).
    ///
    /// Where a dependency leads out of the range and back, alembic dies of an `AssertionError`; here the revisions that
    /// it cannot reach come last.
    pub fn walk<'a>(
        &self,
        upper: impl Into<Target<'a>>,
        lower: impl Into<Target<'a>>,
    ) -> Result<Vec<&Revision>, PlanError> {
        let collected = self.collect(upper.into(), lower.into(), Purpose::History)?;
        let sorted = order::sort(self, &collected.needed, &collected.targets);
        Ok(self.at(&sorted).collect())
    }

    /// Every revision, newest first, as `history` prints them (alembic command.py, `history`).
    ///
    /// It is a walk from the real heads; with faults in the tree it still holds every revision.
    pub fn history(&self) -> Vec<&Revision> {
        let all = Marks::of(self.revisions.len(), 0..self.revisions.len());
        let heads: Vec<usize> = self.real_heads().map(|head| head.position).collect();
        self.at(&order::sort(self, &all, &heads)).collect()
    }

    fn collect(
        &self,
        upper: Target<'_>,
        lower: Target<'_>,
        purpose: Purpose,
    ) -> Result<Collected, PlanError> {
        let mut targets = self.upgrade_targets(upper, lower, purpose)?;
        self.keep_branch_of(lower, &mut targets)?;
        let required = self.ancestors_apart(&targets)?;
        let below = self.lower_end(upper, lower, purpose, &required)?;
        let current = self.ancestors_apart(&below)?;
        let mut needed = required;
        needed.retain(|position| !current.contains(position));
        if purpose == Purpose::History {
            needed.extend(below.iter().copied());
            if !below.is_empty() {
                let above = self.next_marks(below);
                needed.retain(|position| above.contains(position));
            }
        }
        Ok(Collected { needed, targets })
    }

    /// A lower end `label@…` keeps the targets on that branch only; a revision before the `@` stands for its label.
    fn keep_branch_of(&self, lower: Target<'_>, targets: &mut Vec<usize>) -> Result<(), PlanError> {
        let Target::Symbol(lower) = lower else { return Ok(()) };
        let Some((branch, _)) = lower.split_once('@') else { return Ok(()) };
        let has =
            |target: &usize, branch: &str| self.labels(&self.revisions[*target]).any(|label| label == branch);
        let revision = self.find_one(branch)?.map(|position| &self.revisions[position]);
        match revision.filter(|revision| revision.id().as_str() == branch) {
            None => targets.retain(|target| has(target, branch)),
            Some(revision) => match self.labels(revision).collect::<Vec<_>>()[..] {
                [label] => targets.retain(|target| has(target, label)),
                // alembic asserts that there is exactly one label; lineage is what is meant.
                _ => *targets = Lineage::of(self, revision.position).filter(targets)?,
            },
        }
        Ok(())
    }

    /// The revisions at the lower end; none is base.
    fn lower_end(
        &self,
        upper: Target<'_>,
        lower: Target<'_>,
        purpose: Purpose,
        required: &Marks,
    ) -> Result<Vec<usize>, PlanError> {
        let not_ancestor = || PlanError::NotAncestor { lower: lower.to_string(), upper: upper.to_string() };
        let found = self.find_target(lower)?;
        let outside = |found: &Found| match found {
            Found::Revision(position) => !required.contains(*position),
            Found::Base => true,
            Found::Nothing => false,
        };
        if purpose == Purpose::History && found.iter().any(outside) {
            return Err(not_ancestor());
        }
        if let (Some(Found::Nothing), Target::Symbol(symbol)) = (found.first(), lower) {
            // `-9` led below all bases when walked from the heads; from the upper end it stops at the base.
            let rows = upper.symbols();
            let stop_at_end = purpose == Purpose::History;
            return match self.downgrade_target(&rows, symbol, stop_at_end)?.1 {
                Found::Revision(position) => Ok(vec![position]),
                Found::Base => Ok(Vec::new()),
                Found::Nothing => Err(not_ancestor()),
            };
        }
        found.into_iter().map(|found| found.revision().ok_or_else(not_ancestor)).collect()
    }

    /// The revisions that an upper end names (alembic script/revision.py, `_parse_upgrade_target`).
    fn upgrade_targets(
        &self,
        upper: Target<'_>,
        lower: Target<'_>,
        purpose: Purpose,
    ) -> Result<Vec<usize>, PlanError> {
        let found = match upper {
            Target::Symbol(symbol) => match relative::parse(symbol) {
                Some(relative) => vec![self.relative_target(symbol, relative, lower, purpose)?],
                None => self.find_all(symbol)?,
            },
            Target::Revisions(_) => self.find_target(upper)?,
        };
        let too_far = || ResolveError::WalkedTooFar { symbol: upper.to_string() };
        found.into_iter().map(|found| found.revision().ok_or_else(|| too_far().into())).collect()
    }

    fn relative_target(
        &self,
        text: &str,
        relative: Relative<'_>,
        lower: Target<'_>,
        purpose: Purpose,
    ) -> Result<Found, PlanError> {
        let stop_at_end = purpose == Purpose::History;
        let Relative { label, symbol, steps, .. } = relative;
        let start = match (symbol, label) {
            (None, _) if steps <= 0 => {
                return Err(ResolveError::WalkedTooFar { symbol: text.to_owned() }.into());
            }
            (None, _) => self.upgrade_start(text, label, lower)?,
            (Some(symbol), Some(label)) if steps <= 0 => self.find_one(&format!("{label}@{symbol}"))?,
            (Some(symbol), _) => self.find_one(symbol)?,
        };
        if steps > 0 {
            Ok(self.walk_up(start, steps, label, stop_at_end)?)
        } else {
            Ok(self.walk_down(start, steps, stop_at_end)?)
        }
    }

    /// Where `+1` or `label@+1` starts from, given the current rows; `None` is below the bases.
    fn upgrade_start(
        &self,
        text: &str,
        label: Option<&str>,
        lower: Target<'_>,
    ) -> Result<Option<usize>, PlanError> {
        let ambiguous = || PlanError::AmbiguousUpgrade { symbol: text.to_owned() };
        let rows = lower.symbols();
        let Some(label) = label else {
            return match rows[..] {
                [] => Ok(None),
                [row] => Ok(self.find_one(row)?),
                _ => Err(ambiguous()),
            };
        };
        let rows = self.find_target(lower)?;
        let rows: Vec<usize> = rows.into_iter().filter_map(Found::revision).collect();
        let mut starts = Lineage::new(self, label)?.filter(&rows)?;
        if starts.is_empty() {
            starts = self.active_ends(label, &rows)?;
        }
        match starts[..] {
            [] => Ok(None),
            [start] => Ok(Some(start)),
            _ => Err(ambiguous()),
        }
    }

    /// The topmost of the rows' ancestors that share a lineage with the label.
    fn active_ends(&self, label: &str, rows: &[usize]) -> Result<Vec<usize>, PlanError> {
        let ancestors: Vec<usize> = self.ancestor_marks(rows.iter().copied()).iter().collect();
        let active = Lineage::new(self, label)?.filter(&ancestors)?;
        let below = active.iter().flat_map(|&position| self.revisions[position].walk_down());
        let covered = Marks::of(self.revisions.len(), below.copied());
        Ok(active.into_iter().filter(|&position| !covered.contains(position)).collect())
    }
}
