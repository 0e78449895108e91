//! Plans downwards.
//!
//! It owns alembic's `_parse_downgrade_target` and `_collect_downgrade_revisions` (alembic script/revision.py). It
//! refuses to warn: `-1` from several rows goes down from the first, as in alembic, and the caller knows the rows.

use limbeck_types::RevisionId;

use crate::graph::Graph;
use crate::lineage::Lineage;
use crate::marks::Marks;
use crate::plan::{PlanError, Target};
use crate::relative::{self, Relative};
use crate::symbol::{Found, ResolveError};
use crate::{Revision, order};

impl Graph {
    /// What `downgrade TARGET` runs when the version table holds `rows`, in order (alembic script/base.py,
    /// `_downgrade_revs`). The order of the rows matters for `-1` alone.
    pub fn downgrade_plan(&self, target: &str, rows: &[RevisionId]) -> Result<Vec<&Revision>, PlanError> {
        let row_names = Target::Revisions(rows).symbols();
        let (label, end) = self.downgrade_target(&row_names, target, false)?;
        let end = end.revision();
        let roots = self.downgrade_roots(target, label.as_deref(), end)?;
        let heads = self.find_target(Target::Revisions(rows))?;
        let heads: Vec<usize> = heads.into_iter().filter_map(Found::revision).collect();
        let active = self.ancestor_marks(heads.iter().copied());
        let mut needed: Marks = self.dependent_marks(roots);
        needed.retain(|position| active.contains(position));
        if end.is_some_and(|end| !heads.contains(&end)) && needed.iter().next().is_none() {
            let upper = Target::Revisions(rows).to_string();
            return Err(PlanError::NotAncestor { lower: target.to_owned(), upper });
        }
        Ok(self.at(&order::sort(self, &needed, &heads)).collect())
    }

    /// The revisions directly above the end, on the branch if one is named.
    fn downgrade_roots(
        &self,
        target: &str,
        label: Option<&str>,
        end: Option<usize>,
    ) -> Result<Vec<usize>, PlanError> {
        let roots: Vec<usize> = match end {
            Some(end) => self.revisions[end].next.to_vec(),
            None => self.bases().map(|base| base.position).collect(),
        };
        // For base, alembic goes through its map of keys, in which a declared label is a second entry of its revision.
        let labelled =
            end.is_none() && self.labels.iter().any(|(_, position)| self.revisions[*position].is_base());
        let Some(label) = label.filter(|label| !label.is_empty() && (roots.len() > 1 || labelled)) else {
            return Ok(roots);
        };
        let branch = self.down_marks([self.find_branch(label)?]);
        let kept: Vec<usize> = roots.into_iter().filter(|&root| branch.contains(root)).collect();
        if kept.is_empty() {
            return Err(PlanError::NotADowngradeTarget { target: target.to_owned() });
        }
        Ok(kept)
    }

    /// The branch and the end that a target names (alembic script/revision.py, `_parse_downgrade_target`).
    pub(crate) fn downgrade_target(
        &self,
        rows: &[&str],
        target: &str,
        stop_at_end: bool,
    ) -> Result<(Option<String>, Found), PlanError> {
        let Some(relative) = relative::parse(target) else {
            let (label, symbol) = match target.rsplit_once('@') {
                Some((label, symbol)) => ((!label.is_empty()).then(|| label.to_owned()), symbol),
                None => (None, target),
            };
            return Ok((label, self.find_one(symbol)?.map_or(Found::Nothing, Found::Revision)));
        };
        let too_far = || ResolveError::WalkedTooFar { symbol: target.to_owned() };
        let Relative { label, symbol, steps, .. } = relative;
        let mut label = label.map(str::to_owned);
        let found = match symbol {
            None if steps >= 0 => return Err(too_far().into()),
            Some(symbol) if steps >= 0 => {
                self.walk_up(self.find_one(symbol)?, steps, label.as_deref(), stop_at_end)?
            }
            Some(symbol) => self.walk_down(self.on_branch(label.as_deref(), symbol)?, steps, stop_at_end)?,
            None => {
                let row = match &label {
                    Some(label) => self.row_on_branch(rows, target, label)?,
                    None => (*rows.first().ok_or_else(too_far)?).to_owned(),
                };
                let branch = label.get_or_insert_with(|| row.clone());
                self.walk_down(self.on_branch(Some(branch), &row)?, steps, stop_at_end)?
            }
        };
        if found == Found::Nothing { Err(too_far().into()) } else { Ok((label, found)) }
    }

    fn on_branch(&self, label: Option<&str>, symbol: &str) -> Result<Option<usize>, ResolveError> {
        match label {
            Some(label) => self.find_one(&format!("{label}@{symbol}")),
            None => self.find_one(symbol),
        }
    }

    /// The one current revision on a branch: a row, or else what a row implies through a dependency.
    fn row_on_branch(&self, rows: &[&str], target: &str, label: &str) -> Result<String, PlanError> {
        let mut lineage = Lineage::new(self, label)?;
        let mut on_branch = Vec::new();
        for row in rows {
            if lineage.contains(self.find_name(row, None)?)? {
                on_branch.push((*row).to_owned());
            }
        }
        if on_branch.is_empty() {
            let mut positions = Vec::new();
            for row in rows {
                positions.extend(self.find_all(row)?.into_iter().filter_map(Found::revision));
            }
            let current = lineage.filter(&self.all_current_positions(positions))?;
            on_branch = self.at(&current).map(|revision| revision.id().to_string()).collect();
        }
        match &on_branch[..] {
            [row] => Ok(row.clone()),
            _ => Err(PlanError::AmbiguousDowngrade {
                symbol: target.to_owned(),
                rows: on_branch.iter().map(|row| RevisionId::from(row.as_str())).collect(),
            }),
        }
    }
}
