//! `heads`, `history`, `branches`, `show` and `current` write the bytes that alembic's own commands write.
//!
//! Random trees are written to disk, in many spellings, and each question is put to the built limbeck and to alembic's
//! command functions in one long-lived Python. Where alembic answers, the bytes are equal. Where it refuses, limbeck
//! refuses with exit code 2; where the tree itself is at fault, with 1. Where alembic dies of an exception that is not its
//! own, limbeck may answer or refuse. The trees of public packages are compared in the same way.
//!
//! One thing is patched on alembic's side: what it leaves to hash order comes in declared order (`alembic_oracle.py`).

mod dev_trees;
mod doubts;
mod live;
mod oracle;
mod questions;
mod random;
mod refusals;
mod trees;

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use limbeck_tests::project::Project;

use oracle::{Oracle, Reply};
use questions::{Answer, Question};
use random::Random;
use trees::Tree;

/// What was compared.
#[derive(Debug, Default)]
struct Figures {
    trees: usize,
    revisions: usize,
    broken_trees: usize,
    equal: usize,
    equal_bytes: usize,
    refused: usize,
    crashes: usize,
    crashes_answered: usize,
    /// How often alembic wrote each of [`PHRASES`].
    phrases: [usize; PHRASES.len()],
    differences: Vec<String>,
}

/// What the trees must bring alembic to write, or equality would say little.
const PHRASES: [&str; 14] = [
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
];

#[test]
fn random_trees_give_the_same_bytes() {
    let figures = Mutex::new(Figures::default());
    let next = AtomicU64::new(0);
    let count = trees_to_try(300);
    let workers = std::thread::available_parallelism().map_or(1, usize::from).min(4);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                let mut oracle = Oracle::start();
                while let Some(seed) = Some(next.fetch_add(1, Ordering::Relaxed)).filter(|seed| *seed < count)
                {
                    compare(seed, &mut oracle, &figures);
                }
            });
        }
    });
    figures.into_inner().expect("no worker panics").finish();
}

/// `LIMBECK_TEST_TREES` tries more, for a night.
fn trees_to_try(usual: u64) -> u64 {
    let asked = std::env::var("LIMBECK_TEST_TREES").ok();
    asked.map_or(usual, |asked| asked.parse().expect("LIMBECK_TEST_TREES is a number"))
}

fn compare(seed: u64, oracle: &mut Oracle, figures: &Mutex<Figures>) {
    let random = &mut Random(seed);
    let tree = Tree::random(random);
    let project = Project::empty();
    tree.write(&project, "");
    let questions = questions::random(random, &tree);
    let replies = oracle.ask(&project, &questions);
    let answers: Vec<Answer> = questions.iter().map(|question| question.answer(&project)).collect();
    let mut figures = figures.lock().expect("no worker panics");
    figures.trees += 1;
    figures.revisions += tree.files.len();
    figures.broken_trees += usize::from(tree.is_broken);
    for ((question, reply), answer) in questions.iter().zip(&replies).zip(&answers) {
        if let Err(difference) = figures.agree(&tree, reply, answer) {
            figures.differences.push(format!("seed {seed}: {question}: {difference}"));
        }
    }
}

impl Figures {
    fn agree(&mut self, tree: &Tree, reply: &Reply, answer: &Answer) -> Result<(), String> {
        let expected = match reply {
            _ if tree.is_broken => {
                self.refused += 1;
                answer.code == Some(1) && !matches!(reply, Reply::Out(_))
            }
            Reply::Out(text) => {
                self.equal += 1;
                self.equal_bytes += text.len();
                for (count, phrase) in self.phrases.iter_mut().zip(PHRASES) {
                    *count += text.matches(phrase).count();
                }
                answer.code == Some(0) && answer.stdout == *text
            }
            Reply::Refused(_) => {
                self.refused += 1;
                answer.code == Some(2) && answer.stdout.is_empty()
            }
            Reply::Crashed(_) => {
                self.crashes += 1;
                self.crashes_answered += usize::from(answer.code == Some(0));
                matches!(answer.code, Some(0 | 2))
            }
        };
        if expected { Ok(()) } else { Err(format!("\nours: {answer}\ntheirs: {reply:#?}")) }
    }

    #[expect(clippy::print_stdout, reason = "the figures are the proof")]
    fn finish(self) {
        let count = self.differences.len();
        let shown: Vec<&str> = self.differences.iter().take(5).map(String::as_str).collect();
        let shown = shown.join("\n");
        let figures = Self { differences: Vec::new(), ..self };
        println!("{figures:?}");
        assert_eq!(count, 0, "{figures:?}\n{shown}");
        let rare = figures.phrases.iter().any(|count| *count < figures.trees / 20);
        assert!(!rare, "the trees say too little: {figures:?}");
    }
}

impl std::fmt::Display for Question {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.arguments.join(" "))
    }
}
