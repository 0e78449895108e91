//! Whether limbeck's answer is alembic's.

use limbeck_tests::project::Project;

use crate::oracle::{Failure, Oracle, Reply};
use crate::questions::{Answer, Question};
use crate::trees::{ENV, Tree};

/// The kinds of alembic's refusals of a question, and what limbeck says of the same.
pub(crate) const REFUSALS: [(&str, &str); 10] = [
    ("unknown revision", "error[bad-symbol]: no revision or branch label is `"),
    ("ambiguous revision", "` is the beginning of several: "),
    ("unknown branch", "error[bad-symbol]: no branch label or revision is `"),
    ("not on branch", "` is not on branch `"),
    ("multiple heads", "` names one head, but there are several: "),
    ("ambiguous walk", "error[bad-symbol]: walking from `"),
    ("walked too far", "` leads past the end of the tree"),
    ("not an ancestor", "` is not an ancestor of `"),
    ("overlap", "` already includes "),
    ("no range", "` is no range for `history`: it has no colon"),
];

/// The same, of those that few trees bring about.
const RARE_REFUSALS: [(&str, &str); 2] = [
    ("ambiguous upgrade", "` is ambiguous from several current revisions"),
    ("no downgrade target", "` is not a valid downgrade target from the current revisions"),
];

/// The kinds of alembic's refusals of a tree, and the rules of the same.
pub(crate) const FAULTS: [(&str, &str); 6] = [
    ("cycle", "error[revision-cycle]"),
    ("dependency cycle", "error[dependency-cycle]"),
    ("label clash", "error[label-clash]"),
    ("illegal id", "error[illegal-revision-id]"),
    // alembic dies of the look-up, whichever of the two it is for.
    ("KeyError", "error[missing-down-revision]"),
    ("KeyError", "error[missing-dependency]"),
];

/// Writes the tree, puts the questions to both, and gives what they say.
pub(crate) fn ask(
    tree: &Tree,
    questions: &[Question],
    oracle: &mut Oracle,
) -> (Project, Vec<(Reply, Answer)>) {
    let project = Project::empty();
    tree.write(&project, ENV);
    let replies = oracle.ask(&project, questions);
    let answers = questions.iter().map(|question| question.answer(&project));
    let both = replies.into_iter().zip(answers).collect();
    (project, both)
}

/// Where alembic answers, limbeck writes the same bytes. Where it refuses, limbeck refuses for the same reason, with 2;
/// where it cannot build its map, with 1. Where it dies of an exception of Python's, limbeck may answer or refuse.
pub(crate) fn agree(question: &Question, reply: &Reply, answer: &Answer) -> bool {
    match reply {
        Reply::Out(text) => answer.code == Some(0) && answer.stdout == *text,
        Reply::Refused(failure) => {
            let is_refused = answer.code == Some(2) && answer.stdout.is_empty();
            is_refused && (is_same_refusal(failure, answer) || fails_below_base(question, failure, answer))
        }
        Reply::Crashed(_) => matches!(answer.code, Some(0 | 2)),
        Reply::Broken(failure) => {
            let mut rules = FAULTS.iter().filter(|(kind, _)| *kind == failure.kind);
            answer.code == Some(1) && rules.any(|(_, rule)| answer.stdout.contains(rule))
        }
    }
}

fn is_same_refusal(failure: &Failure, answer: &Answer) -> bool {
    let first_line = answer.stderr.lines().next().unwrap_or_default();
    let mut phrases = REFUSALS.iter().chain(&RARE_REFUSALS).filter(|(kind, _)| *kind == failure.kind);
    phrases.any(|(_, phrase)| first_line.contains(phrase))
}

/// A lower end like `-2` or `label@-2`, walked from several heads, ends below a base for some of them. alembic then goes on with the
/// string `"base"` among the revisions, and fails at whichever it uses first. Ours names what is wrong with the range.
fn fails_below_base(question: &Question, failure: &Failure, answer: &Answer) -> bool {
    let accident = failure.kind == "overlap" || failure.text.ends_with("'base'");
    let lower = question.asked().and_then(|asked| asked.trim_start().split(':').next());
    let is_relative = lower.is_some_and(|lower| lower.starts_with('-') || lower.contains("@-"));
    accident && question.is_range() && is_relative && answer.stderr.starts_with("error[bad-")
}
