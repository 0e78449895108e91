//! Every fault of a tree, all in one pass.

mod common;

use common::{ids, tree};

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let (_, problems) = tree(text);
    assert_eq!(problems, expected);
}

#[test]
fn two_heads_have_their_nearest_branch_point() {
    check("a1\n b2 <- a1\n c3 <- b2\n d4 <- b2", &["heads 2:c3 3:d4 over 1:b2, 3:d4 onto 2:c3 @ 3:d4"]);
    check("a1\n b1", &["heads 0:a1 1:b1 over nothing, 1:b1 onto 0:a1 @ 1:b1"]);
}

#[test]
fn the_shorter_line_is_laid_on_the_longer_one_where_that_is_clear() {
    let text = "a1\n b2 <- a1\n c3 <- b2\n d4 <- a1\n e5 <- d4\n f6 <- e5";
    check(text, &["heads 2:c3 5:f6 over 0:a1, 1:b2 onto 5:f6 @ 5:f6"]);
    let three = "a1\n b2 <- a1\n c3 <- a1\n d4 <- c3\n e5 <- a1";
    check(three, &["heads 1:b2 3:d4 4:e5 over 0:a1, 1:b2 onto 3:d4, 4:e5 onto 1:b2 @ 4:e5"]);
    // What the longer line depends on cannot follow it.
    check("a1\n b2 <- a1\n c3 <- a1 (b2)\n d4 <- c3", &["heads 1:b2 3:d4 over 0:a1 @ 3:d4"]);
    // A line that begins with a merge follows two revisions already.
    check("a1\n b2 <- a1\n c3 <- a1\n d4 <- b2, c3\n e5 <- b2, c3", &["heads 3:d4 4:e5 over 1:b2 @ 4:e5"]);
}

#[test]
fn heads_on_labelled_branches_of_their_own_are_said_to_be_so() {
    let labelled = "a1 [x]\n b1 [y]\n c2 <- b1";
    check(labelled, &["labelled heads 0:a1 2:c2 over nothing, 0:a1 onto 2:c2 @ 2:c2"]);
    let one_is_not = "a1\n b2 <- a1 [x]\n c3 <- a1";
    check(one_is_not, &["heads 1:b2 2:c3 over 0:a1, 2:c3 onto 1:b2 @ 2:c3"]);
    // A fork inside a labelled branch is about that branch alone.
    let fork = "a1 [x]\n b1 [y]\n c2 <- b1\n d3 <- b1";
    check(fork, &["heads 2:c2 3:d3 over 1:b1, 3:d3 onto 2:c2 @ 3:d3"]);
}

#[test]
fn a_criss_cross_of_merges_has_the_branch_point_that_the_way_down_meets_first() {
    let text = "a1\n b2 <- a1\n c3 <- a1\n d4 <- b2, c3\n e5 <- c3, b2";
    check(text, &["heads 3:d4 4:e5 over 1:b2 @ 4:e5"]);
}

#[test]
fn a_duplicate_id_names_all_its_files() {
    check("a1\n b2 <- a1\n b2 <- a1\n c3 <- b2", &["duplicate b2: 1:b2 2:b2 @ 2:b2"]);
}

#[test]
fn a_reused_id_that_closes_a_cycle_is_both_in_whichever_order_the_files_are_loaded() {
    let last = "a1\n b2 <- a1\n c3 <- b2\n d4 <- c3\n a1 <- b2";
    check(last, &["duplicate a1: 0:a1 4:a1 @ 4:a1", "cycle 4:a1 1:b2 @ 4:a1"]);
    let first = "a1 <- b2\n a1\n b2 <- a1\n c3 <- b2";
    check(first, &["duplicate a1: 0:a1 1:a1 @ 1:a1", "cycle 2:b2 0:a1 @ 2:b2"]);
}

#[test]
fn a_missing_down_revision_makes_no_second_head() {
    check("a1\n b2 <- a1\n c3 <- gone", &["missing down gone @ 2:c3"]);
    check("a1\n b2 <- a1\n c3 <- gone\n d4 <- c3", &["missing down gone @ 2:c3"]);
}

#[test]
fn two_heads_on_one_missing_revision_are_two_heads() {
    let expected =
        ["missing down gone @ 0:c3", "missing down gone @ 1:d4", "heads 0:c3 1:d4 over nothing @ 1:d4"];
    check("c3 <- gone\n d4 <- gone", &expected);
}

#[test]
fn a_missing_dependency_is_an_id_or_a_label() {
    let expected = ["missing dependency gone @ 1:b2", "missing dependency nolabel @ 1:b2"];
    check("a1 [here]\n b2 <- a1 (gone, here, nolabel, gone)", &expected);
}

#[test]
fn a_label_is_no_down_revision() {
    check("a1 [lib]\n b2 <- lib", &["missing down lib @ 1:b2"]);
}

#[test]
fn a_cycle_is_named_without_what_hangs_on_it() {
    check("a1\n b2 <- a1, d4\n c3 <- b2\n d4 <- c3\n e5 <- d4", &["cycle 3:d4 2:c3 1:b2 @ 3:d4"]);
    check("a1 <- a1", &["cycle 0:a1 @ 0:a1"]);
    check("a1 (a1)", &["dependency cycle 0:a1 @ 0:a1"]);
}

#[test]
fn the_shortest_cycle_is_named_and_then_those_beside_it() {
    // One component: a ring of five with a short cut, and a ring of two on its other side.
    let text = "a1 <- e5, c3\n b2 <- a1\n c3 <- b2\n d4 <- c3, e5\n e5 <- d4";
    check(text, &["cycle 2:c3 1:b2 0:a1 @ 2:c3", "cycle 4:e5 3:d4 @ 4:e5"]);
}

#[test]
fn a_dependency_cycle_is_one_that_down_revisions_alone_do_not_close() {
    let expected = ["dependency cycle 2:c3 1:b2 @ 2:c3"];
    check("a1\n b2 <- a1 (c3)\n c3 <- b2", &expected);
    let both = ["cycle 1:b2 0:a1 @ 1:b2", "dependency cycle 3:d4 2:c3 @ 3:d4"];
    check("a1 <- b2\n b2 <- a1 (a1)\n c3 (d4)\n d4 <- c3", &both);
}

#[test]
fn labels_clash_with_labels_and_ids() {
    let expected =
        ["label a1 taken by 0:a1 @ 1:b2", "label x taken by 0:a1 @ 1:b2", "label y taken by 1:b2 @ 1:b2"];
    check("a1 [x]\n b2 <- a1 [a1, x, y, y]", &expected);
}

#[test]
fn ids_with_characters_that_symbols_use_are_illegal() {
    check("a-1\n b@2:c <- a-1", &["illegal a-1: ['-'] @ 0:a-1", "illegal b@2:c: [':', '@'] @ 1:b@2:c"]);
}

#[test]
fn no_fault_hides_another() {
    let text = "
        a1
        b2 <- a1
        c3 <- b2
        d4 <- b2 (nowhere)
        b2 <- a1
        o1 <- gone
        x1 <- z3
        y2 <- x1
        z3 <- y2
        p1 (q1)
        q1 (p1)";
    let (graph, problems) = tree(text);
    let expected = [
        "duplicate b2: 1:b2 4:b2 @ 4:b2",
        "missing dependency nowhere @ 3:d4",
        "missing down gone @ 5:o1",
        "cycle 8:z3 7:y2 6:x1 @ 8:z3",
        "dependency cycle 10:q1 9:p1 @ 10:q1",
        "heads 2:c3 3:d4 9:p1 10:q1 over nothing @ 10:q1",
    ];
    assert_eq!(problems, expected);
    // And every revision is still walked, once.
    assert_eq!(graph.history().len(), graph.revisions().len());
    assert_eq!(ids(graph.bases()), "a1 p1 q1");
}
