//! What was compared, and that it was enough: a generator that brings too little fails the test.

use std::collections::BTreeMap;

use crate::compare::{FAULTS, REFUSALS};
use crate::oracle::Reply;
use crate::questions::{Answer, Question};
use crate::trees::{File, LAYOUTS, Tree};

/// What trees must have, or equality would say little.
type Trait = (&'static str, fn(&Tree) -> bool);

const TRAITS: [Trait; 11] = [
    ("merge of two", |tree| tree.files.iter().any(|file| file.down.len() == 2)),
    ("merge of three", |tree| tree.files.iter().any(|file| file.down.len() == 3)),
    ("several bases", |tree| tree.files.iter().filter(|file| file.down.is_empty()).count() > 1),
    ("branch label", |tree| tree.files.iter().any(|file| !file.labels.is_empty())),
    ("dependency on an id", |tree| depends(tree, |file, name| file.id == *name)),
    ("dependency on a label", |tree| depends(tree, |file, name| file.labels.contains(name))),
    ("several dependencies", |tree| tree.files.iter().any(|file| file.depends_on.len() > 1)),
    ("more than thirty revisions", |tree| tree.files.len() > 30),
    ("no revision", |tree| tree.files.is_empty()),
    ("several version locations", |tree| tree.layout == LAYOUTS[1]),
    ("nested version locations", |tree| tree.layout == LAYOUTS[2]),
];

/// What alembic must write.
const PHRASES: [&str; 20] = [
    " (head)",
    " (effective head)",
    " (branchpoint)",
    " (mergepoint)",
    "<base> (",
    ", ein Etikett-",
    "Merges: ",
    "Also depends on: ",
    "Branches into: ",
    "Branch names: ",
    "Path: ",
    "    \n",
    "日本",
    "\n     -> ",
    "CREATE TABLE alembic_version (",
    "-- Running upgrade ",
    "-- Running downgrade ",
    "INSERT INTO alembic_version ",
    "UPDATE alembic_version ",
    "DELETE FROM alembic_version ",
];

/// What alembic must be asked so that it answers.
const ANSWERED: [&str; 5] =
    ["a range", "a partial id", "a range with a partial id", "a relative symbol", "a symbol on a branch"];

fn depends(tree: &Tree, is_named: fn(&File, &String) -> bool) -> bool {
    let mut names = tree.files.iter().flat_map(|file| &file.depends_on);
    names.any(|name| tree.files.iter().any(|file| is_named(file, name)))
}

#[derive(Debug, Default)]
pub(crate) struct Figures {
    pub(crate) trees: usize,
    revisions: usize,
    questions: usize,
    equal: usize,
    equal_bytes: usize,
    refused: usize,
    broken: usize,
    crashes: usize,
    crashes_answered: usize,
    /// How often each thing was met that must be.
    met: BTreeMap<String, usize>,
}

impl Figures {
    /// Counts a tree.
    pub(crate) fn tree(&mut self, tree: &Tree) {
        self.trees += 1;
        self.revisions += tree.files.len();
        for (name, has) in TRAITS {
            self.meet("a tree with", name, usize::from(has(tree)));
        }
    }

    /// Counts a question with its answers.
    pub(crate) fn question(&mut self, tree: &Tree, question: &Question, reply: &Reply, answer: &Answer) {
        self.questions += 1;
        match reply {
            Reply::Out(text) => {
                self.equal += 1;
                self.equal_bytes += text.len();
                for phrase in PHRASES {
                    self.meet("written", phrase, text.matches(phrase).count());
                }
                for name in answered(tree, question) {
                    self.meet("answered", name, 1);
                }
            }
            Reply::Refused(failure) => {
                self.refused += 1;
                self.meet("refused", &failure.kind, 1);
            }
            Reply::Broken(failure) => {
                self.broken += 1;
                self.meet("broken", &failure.kind, 1);
            }
            Reply::Crashed(_) => {
                self.crashes += 1;
                self.crashes_answered += usize::from(answer.code == Some(0));
            }
        }
    }

    fn meet(&mut self, what: &str, name: &str, times: usize) {
        *self.met.entry(format!("{what}: {name}")).or_default() += times;
    }

    /// What was met less often than once in two hundred and fifty trees.
    pub(crate) fn missed(&self) -> Vec<String> {
        let required = TRAITS.iter().map(|(name, _)| format!("a tree with: {name}"));
        let required = required.chain(PHRASES.iter().map(|phrase| format!("written: {phrase}")));
        let required = required.chain(ANSWERED.iter().map(|name| format!("answered: {name}")));
        let required = required.chain(REFUSALS.iter().map(|(kind, _)| format!("refused: {kind}")));
        let required = required.chain(FAULTS.iter().map(|(kind, _)| format!("broken: {kind}")));
        let met = |what: &String| self.met.get(what).copied().unwrap_or_default();
        required.filter(|what| met(what) < self.trees.div_ceil(250)).collect()
    }
}

/// Which of [`ANSWERED`] a question is.
fn answered(tree: &Tree, question: &Question) -> Vec<&'static str> {
    let Some(asked) = question.asked() else { return Vec::new() };
    let is_partial = asked.split([':', '@']).any(|symbol| is_partial_id(tree, symbol));
    let symbols: Vec<&str> = asked.split(':').collect();
    let is_relative = symbols.iter().any(|symbol| {
        symbol.rfind(['+', '-']).is_some_and(|sign| {
            let digits = &symbol[sign + 1..];
            !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) && !is_label(tree, symbol)
        })
    });
    let facts = [
        question.is_range(),
        is_partial,
        is_partial && question.is_range(),
        is_relative,
        asked.contains('@'),
    ];
    ANSWERED.iter().zip(facts).filter(|(_, holds)| *holds).map(|(name, _)| *name).collect()
}

fn is_label(tree: &Tree, symbol: &str) -> bool {
    tree.files.iter().any(|file| file.labels.iter().any(|label| label == symbol))
}

/// Whether a symbol, or what it walks from, is the beginning of an id and no id itself.
fn is_partial_id(tree: &Tree, symbol: &str) -> bool {
    let name = symbol.split(['+', '-']).next().unwrap_or_default();
    let is_beginning = tree.files.iter().any(|file| file.id.starts_with(name));
    name.chars().count() >= 4 && is_beginning && tree.files.iter().all(|file| file.id != name)
}
