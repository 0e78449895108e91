//! Which of a revision's statements are equal, which differ, and which limbeck says that it does not know.
//!
//! Equal statements are those of the longest common sequence, white space aside. Between two of them, what limbeck
//! renders and alembic does not is different, whatever limbeck says beside it; what alembic alone renders is opaque if
//! limbeck says there that it does not know, and else different too.

use super::figures::Counts;
use super::ours::Entry;
use super::theirs::Revision;
use super::{Direction, squeezed};

/// Something that is not equal.
#[derive(Debug, Clone)]
pub struct Finding {
    /// What.
    pub kind: Kind,
    /// The revision's id.
    pub revision: String,
    /// Which function.
    pub direction: Direction,
    /// `file:line` of what limbeck says, or the file.
    pub place: String,
    /// alembic's statements.
    pub theirs: Vec<String>,
    /// limbeck's.
    pub ours: Vec<String>,
    /// What limbeck does not know.
    pub reasons: Vec<String>,
}

/// Of which kind a [`Finding`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// limbeck does not know.
    Opaque,
    /// limbeck is wrong.
    Different,
}

/// Compares a revision.
pub(crate) fn align(theirs: &Revision, ours: &[Entry], direction: Direction) -> (Counts, Vec<Finding>) {
    let mut counts = Counts::default();
    let mut findings = Vec::new();
    let wanted: Vec<String> = theirs.statements.iter().map(|text| squeezed(text)).collect();
    let given: Vec<Option<String>> = ours.iter().map(|entry| entry.text.as_deref().map(squeezed)).collect();
    let (mut at, mut our_at) = (0, 0);
    let mut pairs = common(&wanted, &given);
    pairs.push((wanted.len(), given.len()));
    for (next, our_next) in pairs {
        let gap = Gap { theirs: &theirs.statements[at..next], ours: &ours[our_at..our_next] };
        if let Some(finding) = gap.judge(&mut counts, theirs, direction) {
            findings.push(finding);
        }
        if next < wanted.len() {
            counts.equal += 1;
        }
        (at, our_at) = (next + 1, our_next + 1);
    }
    counts.is_whole = findings.is_empty();
    (counts, findings)
}

/// What lies between two equal statements.
struct Gap<'a> {
    theirs: &'a [String],
    ours: &'a [Entry],
}

impl Gap<'_> {
    fn judge(&self, counts: &mut Counts, revision: &Revision, direction: Direction) -> Option<Finding> {
        if self.theirs.is_empty() && self.ours.is_empty() {
            return None;
        }
        let reasons: Vec<String> = self.ours.iter().filter_map(|entry| entry.reason.clone()).collect();
        let wrong = self.ours.iter().filter(|entry| entry.reason.is_none()).count();
        let (kind, count) = match (wrong, reasons.is_empty()) {
            (0, false) => (Kind::Opaque, self.theirs.len().max(1)),
            (_, true) => (Kind::Different, self.theirs.len().max(wrong)),
            (_, false) => {
                counts.opaque += self.theirs.len().saturating_sub(wrong);
                (Kind::Different, wrong)
            }
        };
        match kind {
            Kind::Opaque => counts.opaque += count,
            Kind::Different => counts.different += count,
        }
        let file = revision.file.file_name().unwrap_or_default().to_string_lossy();
        let line = self.ours.first().and_then(|entry| entry.line);
        Some(Finding {
            kind,
            revision: revision.id.clone(),
            direction,
            place: line.map_or_else(|| file.to_string(), |line| format!("{file}:{line}")),
            theirs: self.theirs.to_vec(),
            ours: self.ours.iter().filter_map(|entry| entry.text.clone()).collect(),
            reasons,
        })
    }
}

/// The indexes of a longest common sequence.
fn common(theirs: &[String], ours: &[Option<String>]) -> Vec<(usize, usize)> {
    let same = |at: usize, our_at: usize| ours[our_at].as_deref() == Some(theirs[at].as_str());
    let mut lengths = vec![vec![0_usize; ours.len() + 1]; theirs.len() + 1];
    for at in (0..theirs.len()).rev() {
        for our_at in (0..ours.len()).rev() {
            lengths[at][our_at] = match same(at, our_at) {
                true => lengths[at + 1][our_at + 1] + 1,
                false => lengths[at + 1][our_at].max(lengths[at][our_at + 1]),
            };
        }
    }
    let (mut at, mut our_at, mut pairs) = (0, 0, Vec::new());
    while at < theirs.len() && our_at < ours.len() {
        if same(at, our_at) {
            pairs.push((at, our_at));
            (at, our_at) = (at + 1, our_at + 1);
        } else if lengths[at + 1][our_at] >= lengths[at][our_at + 1] {
            at += 1;
        } else {
            our_at += 1;
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `?` is what limbeck does not know; gives equal, opaque and different.
    fn check(theirs: &[&str], ours: &[&str], expected: (usize, usize, usize)) {
        let statements = theirs.iter().map(|&text| text.to_owned()).collect();
        let revision = Revision { id: "a".to_owned(), file: "a.py".into(), statements, failed: None };
        let entry = |&text: &&str| match text {
            "?" => Entry { text: None, line: None, reason: Some("unknown".to_owned()) },
            text => Entry { text: Some(text.to_owned()), line: Some(1), reason: None },
        };
        let ours: Vec<Entry> = ours.iter().map(entry).collect();
        let (counts, findings) = align(&revision, &ours, Direction::Upgrade);
        assert_eq!((counts.equal, counts.opaque, counts.different), expected, "{findings:#?}");
        assert_eq!(counts.is_whole, findings.is_empty());
    }

    #[test]
    fn equal_but_for_white_space() {
        check(&["SELECT  1", "SELECT\n2"], &["SELECT 1", "SELECT 2 "], (2, 0, 0));
        check(&[], &[], (0, 0, 0));
    }

    #[test]
    fn what_is_not_known_covers_what_alembic_alone_renders() {
        check(&["a", "b", "c", "d"], &["a", "?", "d"], (2, 2, 0));
        check(&["a"], &["a", "?"], (1, 1, 0));
    }

    #[test]
    fn what_limbeck_renders_is_different_even_beside_what_is_not_known() {
        check(&["a", "b"], &["a", "x"], (1, 0, 1));
        check(&["a"], &["a", "x"], (1, 0, 1));
        check(&["a", "b"], &["a"], (1, 0, 1));
        check(&["a", "b", "c", "d"], &["a", "?", "x", "d"], (2, 1, 1));
        check(&["a", "b"], &["b", "a"], (1, 0, 2));
    }
}
