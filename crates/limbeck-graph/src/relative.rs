//! Relative symbols: `+2`, `-1`, `label@+1`, `rev-3`.
//!
//! It owns their grammar (alembic script/revision.py, `_relative_destination`) and the walk (`_walk`). It refuses to
//! know where the walk starts when no revision is named: that depends on the direction.

use crate::graph::Graph;
use crate::lineage::Lineage;
use crate::symbol::{Found, ResolveError};

/// A relative symbol, taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Relative<'a> {
    pub(crate) label: Option<&'a str>,
    pub(crate) symbol: Option<&'a str>,
    /// Sign and digits as written.
    pub(crate) text: &'a str,
    pub(crate) steps: i64,
}

/// alembic's `(?:(.+?)@)?(\w+)?((?:\+|-)\d+)`, anchored at the start only: what follows the digits is ignored.
pub(crate) fn parse(target: &str) -> Option<Relative<'_>> {
    let line = target.split('\n').next().unwrap_or_default();
    let ends_of_label = line.match_indices('@').map(|(at, _)| at).filter(|&at| at > 0);
    let with_label = ends_of_label.filter_map(|at| {
        let relative = parse_after_label(&target[at + 1..])?;
        Some(Relative { label: Some(&target[..at]), ..relative })
    });
    with_label.into_iter().next().or_else(|| parse_after_label(target))
}

fn parse_after_label(text: &str) -> Option<Relative<'_>> {
    let is_word = |character: char| character.is_alphanumeric() || character == '_';
    let sign = text.find(|character| !is_word(character))?;
    let (symbol, rest) = text.split_at(sign);
    let digits = rest.strip_prefix(['+', '-'])?;
    let length = digits.find(|character: char| !character.is_ascii_digit()).unwrap_or(digits.len());
    let text = &rest[..=length];
    let steps = crate::integer::parse(text)?;
    let symbol = (!symbol.is_empty()).then_some(symbol);
    Some(Relative { label: None, symbol, text, steps })
}

impl Graph {
    /// Walks so many steps up along `next`, from below the bases if there is no start. With `stop_at_end` a walk that
    /// leads past the end stays there.
    pub(crate) fn walk_up(
        &self,
        start: Option<usize>,
        steps: i64,
        label: Option<&str>,
        stop_at_end: bool,
    ) -> Result<Found, ResolveError> {
        let mut current = start;
        let mut lineage = label
            .filter(|label| !label.is_empty())
            .map(|label| Lineage::new(self, label))
            // alembic looks at the label with the first step, so no step sees no fault in it.
            .filter(|_| steps != 0)
            .transpose()?;
        for _ in 0..self.bounded(steps) {
            let mut above: Vec<usize> = match current {
                Some(position) => self.revisions[position].next.to_vec(),
                None => self.bases().map(|base| base.position).collect(),
            };
            if let Some(lineage) = &mut lineage {
                above = lineage.filter(&above)?;
            }
            match above[..] {
                [] if stop_at_end => break,
                [] => return Ok(Found::Nothing),
                [only] => current = Some(only),
                _ => return Err(self.ambiguous(current, &above)),
            }
        }
        Ok(current.map_or(Found::Nothing, Found::Revision))
    }

    /// Walks so many steps (given negative) down along `down_revision`, from above the heads if there is no start.
    pub(crate) fn walk_down(
        &self,
        start: Option<usize>,
        steps: i64,
        stop_at_end: bool,
    ) -> Result<Found, ResolveError> {
        let mut current = start.map_or(Found::Nothing, Found::Revision);
        for _ in 0..self.bounded(steps) {
            let below: Vec<usize> = match current {
                // An id that is declared twice counts twice, as in alembic.
                Found::Revision(position) if self.revisions[position].is_merge_point() => {
                    return Err(self.ambiguous(Some(position), &self.revisions[position].down));
                }
                Found::Revision(position) => self.revisions[position].down.to_vec(),
                Found::Nothing => self.heads().map(|head| head.position).collect(),
                Found::Base if stop_at_end => break,
                Found::Base => return Ok(Found::Nothing),
            };
            current = match below[..] {
                [] => Found::Base,
                [only] => Found::Revision(only),
                _ => return Err(self.ambiguous(None, &below)),
            };
        }
        Ok(current)
    }

    /// No walk is longer than the tree and the two ends of it; but a cycle would never end.
    fn bounded(&self, steps: i64) -> usize {
        usize::try_from(steps.unsigned_abs()).unwrap_or(usize::MAX).min(self.revisions.len() + 2)
    }

    fn ambiguous(&self, from: Option<usize>, to: &[usize]) -> ResolveError {
        let from =
            from.map_or_else(|| "base".to_owned(), |position| self.revisions[position].id().to_string());
        ResolveError::AmbiguousWalk { from, to: self.at(to).map(|revision| revision.id().clone()).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    /// The four parts that Python's `re` gives for the same text.
    fn parts(target: &str) -> Option<(Option<&str>, Option<&str>, &str)> {
        parse(target).map(|relative| (relative.label, relative.symbol, relative.text))
    }

    #[test]
    fn takes_a_relative_symbol_apart() {
        assert_eq!(parts("+1"), Some((None, None, "+1")));
        assert_eq!(parts("-12"), Some((None, None, "-12")));
        assert_eq!(parts("abc+1"), Some((None, Some("abc"), "+1")));
        assert_eq!(parts("x-y@abc-1"), Some((Some("x-y"), Some("abc"), "-1")));
        assert_eq!(parts("x@y@+1"), Some((Some("x@y"), None, "+1")));
        assert_eq!(parts("abc+1 and more"), Some((None, Some("abc"), "+1")));
    }

    #[test]
    fn leaves_every_other_symbol_alone() {
        for target in ["", "abc", "+", "a b+1", "@+1", "x@head", "a.b-1", "é@"] {
            assert_eq!(parts(target), None, "{target:?}");
        }
    }
}
