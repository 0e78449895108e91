//! `heads`, `history`, `branches`, `show` and `current` write the bytes that alembic's own commands write.
//!
//! Random trees are written to disk, in many spellings, and questions are put to the built limbeck and to alembic's
//! command functions in one long-lived Python. Where alembic answers, the bytes are equal. Where it refuses a question,
//! limbeck refuses with exit code 2, where it refuses the tree with 1, both for the same reason. Where alembic dies of an
//! exception that is not its own, limbeck may answer or refuse. The trees of public packages are compared in the same way.
//!
//! One thing is patched on alembic's side: what it leaves to hash order comes in declared order (`alembic_oracle.py`).
//!
//! A tree on which they differ is made as small as it can be and kept in `fixtures/graph`, where it is tried ever after.

mod compare;
mod dev_trees;
mod doubts;
mod figures;
mod kept;
mod live;
mod oracle;
mod questions;
mod random;
mod refusals;
mod shrink;
mod trees;

use figures::Figures;
use oracle::Oracle;
use random::Random;
use trees::Tree;

/// The trees are shared out to as many tests, which run side by side.
const SHARES: u64 = 4;

/// How many differing trees of a share are shrunk and kept; one fault makes many.
const KEPT: usize = 2;

#[test]
fn random_trees_give_the_same_bytes_first_share() {
    compare_share(0);
}

#[test]
fn random_trees_give_the_same_bytes_second_share() {
    compare_share(1);
}

#[test]
fn random_trees_give_the_same_bytes_third_share() {
    compare_share(2);
}

#[test]
fn random_trees_give_the_same_bytes_fourth_share() {
    compare_share(3);
}

/// `LIMBECK_TEST_TREES` tries more, for a night.
fn trees_to_try(usual: u64) -> u64 {
    let asked = std::env::var("LIMBECK_TEST_TREES").ok();
    asked.map_or(usual, |asked| asked.parse().expect("LIMBECK_TEST_TREES is a number"))
}

#[expect(clippy::print_stdout, reason = "the figures are the proof")]
fn compare_share(share: u64) {
    let mut oracle = Oracle::start();
    let mut figures = Figures::default();
    let mut differences = Vec::new();
    for seed in (0..trees_to_try(2_000)).filter(|seed| seed % SHARES == share) {
        differences.extend(compare_tree(seed, differences.len(), &mut oracle, &mut figures));
    }
    println!("{figures:#?}");
    let shown = differences[..differences.len().min(5)].join("\n");
    assert!(differences.is_empty(), "{} trees differ\n{shown}", differences.len());
    // A few trees, asked for to look at something, cannot bring everything.
    let missed = if figures.trees < 100 { Vec::new() } else { figures.missed() };
    assert!(missed.is_empty(), "the trees say too little: {missed:#?}");
}

/// The first difference in a tree, after so many others.
fn compare_tree(seed: u64, differences: usize, oracle: &mut Oracle, figures: &mut Figures) -> Option<String> {
    let random = &mut Random(seed);
    let tree = Tree::random(random);
    let questions = questions::random(random, &tree);
    let (_project, both) = compare::ask(&tree, &questions, oracle);
    figures.tree(&tree);
    let mut difference = None;
    for (question, (reply, answer)) in questions.iter().zip(&both) {
        if !compare::agree(question, reply, answer) {
            let text = format!("seed {seed}: {question}\nours: {answer}\ntheirs: {reply:#?}");
            difference.get_or_insert((question, text));
        }
        assert_eq!(tree.fault, reply.fault(), "seed {seed}: the generator knows what it breaks");
        figures.question(&tree, question, reply, answer);
    }
    let (question, text) = difference?;
    if differences >= KEPT {
        return Some(text);
    }
    let shrunk = shrink::shrink(&tree, question, oracle);
    let place = kept::keep(&format!("seed-{seed}"), &shrunk, question, oracle);
    let (before, after) = (tree.files.len(), shrunk.files.len());
    Some(format!("{text}\nshrunk from {before} files to {after}, kept in {}", place.display()))
}
