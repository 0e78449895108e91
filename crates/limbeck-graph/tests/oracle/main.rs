//! The graph against alembic's own `RevisionMap`, over random trees.
//!
//! Compared exactly, as lists: heads, real heads, bases, real bases, edges, history, upgrade and downgrade plans, what
//! symbols name, error kinds. Compared as sets: what alembic keeps in sets.
//!
//! Where alembic contradicts itself, the comparison says what is accepted instead:
//!
//! - The order of two or more dependencies is hash order in alembic, and the history order with it. The oracle is
//!   patched to the declared order.
//! - A cycle that stands between a base and a head is not seen by alembic's test (`_detect_cycles`). We report it.
//! - Some questions make alembic die of an `AssertionError`, `KeyError`, `AttributeError` or `TypeError`. We may answer
//!   or refuse, but where a history dies because a dependency leaves the range and comes back, our history has exactly
//!   the revisions that alembic had collected.
//! - A history whose lower end leads below base from one of several heads fails by accident; ours says that it is no
//!   ancestor.
//! - A label as `down_revision` is three different errors, by luck. Ours is one: no revision has that id.
//! - Two re-used ids that make a cycle hide it from alembic's test, for the replaced files are base and head; with a
//!   label on it, alembic loops for ever (`_add_branches`). We report the duplicates and the cycle.
//! - With a duplicate id, alembic keeps the replaced file in `heads` and `bases` though not in the map. To us the map
//!   counts, and a tree with such faults is compared by its faults only, not by its walks.

mod process;
mod queries;
mod trees;

use limbeck_graph::{Graph, Revision, build};
use limbeck_types::{FileId, Problem, ProblemKind};
use serde_json::{Value, json};

use process::Oracle;
use trees::{File, Random};

#[derive(Debug, Default)]
struct Figures {
    trees: usize,
    revisions: usize,
    answers: usize,
    errors: usize,
    crashes: usize,
    crashes_answered: usize,
    left_over: usize,
    refused: usize,
    undetected_cycles: usize,
    hangs: usize,
    differences: Vec<String>,
}

#[test]
fn sound_trees_equal_alembic() {
    let mut oracle = Oracle::start();
    let mut figures = Figures::default();
    for seed in 0..trees_to_try(3_000) {
        let random = &mut Random(seed);
        let files = trees::sound(random);
        let (graph, problems) = build(trees::nodes(&files));
        assert!(problems.iter().all(is_multiple_heads), "seed {seed}: {files:?} {problems:?}");
        compare(&mut oracle, &mut figures, random, seed, &files, &graph, &problems);
    }
    figures.finish();
}

#[test]
fn broken_trees_equal_alembic() {
    let mut oracle = Oracle::start();
    let mut figures = Figures::default();
    for seed in 1_000_000..1_000_000 + trees_to_try(2_000) {
        let random = &mut Random(seed);
        let files = trees::broken(random);
        let (graph, problems) = build(trees::nodes(&files));
        if problems.iter().all(is_multiple_heads) {
            compare(&mut oracle, &mut figures, random, seed, &files, &graph, &problems);
        } else {
            compare_refusal(&mut oracle, &mut figures, seed, &files, &graph, &problems);
        }
    }
    figures.finish();
}

/// `LIMBECK_TEST_TREES` tries more, for a night.
fn trees_to_try(usual: u64) -> u64 {
    let asked = std::env::var("LIMBECK_TEST_TREES").ok();
    asked.map_or(usual, |asked| asked.parse().expect("LIMBECK_TEST_TREES is a number"))
}

impl Figures {
    fn differ(&mut self, seed: u64, what: &str, ours: &Value, theirs: &Value) {
        self.differences.push(format!("seed {seed}: {what}\n    ours   {ours}\n    theirs {theirs}"));
    }

    #[expect(clippy::print_stdout, reason = "the figures are the proof")]
    fn finish(self) {
        let count = self.differences.len();
        let shown: Vec<&str> = self.differences.iter().take(10).map(String::as_str).collect();
        let shown = shown.join("\n");
        let figures = Self { differences: Vec::new(), ..self };
        println!("{figures:?}");
        assert_eq!(count, 0, "{figures:?}\n{shown}");
    }
}

/// A tree that alembic takes.
fn compare(
    oracle: &mut Oracle,
    figures: &mut Figures,
    random: &mut Random,
    seed: u64,
    files: &[File],
    graph: &Graph,
    problems: &[Problem],
) {
    figures.trees += 1;
    figures.revisions += files.len();
    let queries = queries::random(random, files, graph);
    let reply = oracle.ask(&trees::json(files, &queries));
    if !reply["error"].is_null() {
        return figures.differ(seed, "alembic refuses the tree", &json!(null), &reply["error"]);
    }
    let ours = describe(graph);
    for key in ["heads", "real_heads", "bases", "real_bases", "revisions"] {
        if ours[key] != reply["map"][key] {
            figures.differ(seed, key, &ours[key], &reply["map"][key]);
        }
    }
    let several = reply["map"]["heads"].as_array().is_some_and(|heads| heads.len() > 1);
    if several != problems.iter().any(is_multiple_heads) {
        figures.differ(seed, "multiple heads", &json!(problems.len()), &reply["map"]["heads"]);
    }
    let history: Vec<&str> = graph.history().iter().map(|revision| revision.id().as_str()).collect();
    if reply["answers"][0]["ok"] != json!(history) {
        figures.differ(seed, "whole history", &json!(history), &reply["answers"][0]);
    }
    for (query, theirs) in queries.iter().zip(reply["answers"].as_array().into_iter().flatten()) {
        let ours = queries::answer(graph, query);
        figures.answers += 1;
        if !figures.agree(query, &ours, theirs) {
            figures.differ(seed, &query.to_string(), &ours, theirs);
        }
    }
}

impl Figures {
    fn agree(&mut self, query: &Value, ours: &Value, theirs: &Value) -> bool {
        if fails_below_base(query, ours, theirs) {
            self.errors += 1;
            return true;
        }
        let their_kind = &theirs["error"][0];
        if their_kind == "crash" {
            self.crashes += 1;
            self.crashes_answered += usize::from(!ours["ok"].is_null());
            let Some(left_over) = theirs["left_over"].as_array() else { return true };
            self.left_over += 1;
            let mut ours: Vec<Value> = ours["ok"].as_array().cloned().unwrap_or_default();
            ours.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
            return &ours == left_over;
        }
        self.errors += usize::from(!their_kind.is_null());
        match their_kind.as_str() {
            // The message names the revision and the branch; the argument is what was asked for.
            Some("not_on_branch") => {
                let message = theirs["error"][2].as_str().unwrap_or_default();
                let part = |index: usize| ours["error"][index].as_str().unwrap_or_default().to_owned();
                message == format!("Revision {} is not a member of branch '{}'", part(1), part(2))
            }
            Some(_) => ours["error"] == theirs["error"],
            None => same_lists(&ours["ok"], &theirs["ok"]),
        }
    }
}

/// A lower end like `-2` or `label@-2`, walked from several heads, ends below a base for some of them. alembic then goes on with the
/// string `"base"` and with `None` among the revisions, and fails at whichever it uses first.
fn fails_below_base(query: &Value, ours: &Value, theirs: &Value) -> bool {
    let accident =
        theirs["error"] == json!(["unknown_revision", "base"]) || theirs["error"] == json!(["overlap"]);
    let relative =
        query["lower"].as_str().is_some_and(|lower| lower.starts_with('-') || lower.contains("@-"));
    accident && relative && ours["error"].is_array()
}

/// alembic's `"base"` in a list of revisions is nothing to us, and its `None` is a walk too far, which is an error.
fn same_lists(ours: &Value, theirs: &Value) -> bool {
    let Some(theirs) = theirs.as_array() else { return ours == theirs };
    if theirs.iter().any(Value::is_null) {
        return ours.is_null();
    }
    let ours: &[Value] = ours.as_array().map_or(&[], Vec::as_slice);
    let crash = |value: &Value| value["error"][0] == "crash";
    let theirs: Vec<&Value> = theirs.iter().filter(|value| **value != "base").collect();
    ours.len() == theirs.len()
        && ours.iter().zip(theirs).all(|(ours, theirs)| ours == theirs || crash(ours) && crash(theirs))
}

/// A tree with faults: alembic names the first that it meets, and we have it among ours.
fn compare_refusal(
    oracle: &mut Oracle,
    figures: &mut Figures,
    seed: u64,
    files: &[File],
    graph: &Graph,
    problems: &[Problem],
) {
    figures.trees += 1;
    figures.revisions += files.len();
    let reply = oracle.ask(&trees::json(files, &[]));
    let kinds = json!(problems.iter().map(name_of).collect::<Vec<_>>());
    if reply["error"].is_null() {
        let excused = excuse(graph, files, problems);
        figures.undetected_cycles += usize::from(excused == Some("undetected cycle"));
        if excused.is_none() {
            figures.differ(seed, &format!("alembic takes the tree {files:?}"), &kinds, &Value::Null);
        }
        return;
    }
    figures.refused += 1;
    figures.hangs += usize::from(reply["error"][0] == "hang");
    if !is_reported(&reply["error"], files, problems) {
        figures.differ(seed, &format!("fault of {files:?}"), &kinds, &reply["error"]);
    }
}

/// Why alembic may take a tree in which we find a fault: it only warns of duplicates, and it is blind to a cycle each
/// revision of which stands between a base and a head.
fn excuse(graph: &Graph, files: &[File], problems: &[Problem]) -> Option<&'static str> {
    let duplicate =
        problems.iter().any(|problem| matches!(problem.kind, ProblemKind::DuplicateRevision { .. }));
    let only_cycles = problems
        .iter()
        .all(|problem| is_multiple_heads(problem) || matches!(problem.kind, ProblemKind::Cycle { .. }));
    if duplicate {
        return Some("duplicate");
    }
    let between = |file: &FileId| {
        let position = file.0 as usize;
        let from_base = reaches(
            graph,
            position,
            |graph, revision| graph.down(revision).chain(graph.dependencies(revision)).collect(),
            Revision::is_base,
        );
        let to_head = reaches(
            graph,
            position,
            |graph, revision| graph.all_next(revision).collect(),
            Revision::is_real_head,
        );
        from_base && to_head
    };
    let cycles = problems.iter().filter_map(|problem| match &problem.kind {
        ProblemKind::Cycle { files, .. } => Some(files),
        _ => None,
    });
    (only_cycles && graph.revisions().len() == files.len() && cycles.flatten().all(between))
        .then_some("undetected cycle")
}

fn reaches<'g>(
    graph: &'g Graph,
    start: usize,
    edges: impl Fn(&'g Graph, &'g Revision) -> Vec<&'g Revision>,
    goal: impl Fn(&Revision) -> bool,
) -> bool {
    let mut way = vec![&graph.revisions()[start]];
    let mut index = 0;
    while let Some(&revision) = way.get(index) {
        if goal(revision) {
            return true;
        }
        let new: Vec<&Revision> = edges(graph, revision);
        for revision in new {
            if !way.iter().any(|seen| seen.id() == revision.id()) {
                way.push(revision);
            }
        }
        index += 1;
    }
    false
}

/// Whether the fault that alembic died of is among ours.
fn is_reported(error: &Value, files: &[File], problems: &[Problem]) -> bool {
    let names: Vec<&str> = problems.iter().map(name_of).collect();
    if problems.iter().any(|problem| stands_on_label(problem, files)) {
        return true;
    }
    match error[0].as_str() {
        Some("label_clash") => names.contains(&"label clash") || names.contains(&"duplicate"),
        Some("illegal_id") => names.contains(&"illegal id"),
        Some("cycle") => problems.iter().any(|problem| is_cycle_of(problem, error, files)),
        Some("crash") => names.iter().any(|name| name.starts_with("missing")),
        Some("hang") => names.contains(&"duplicate") && names.contains(&"cycle"),
        _ => names.contains(&"duplicate"),
    }
}

/// A label as `down_revision` passes alembic's first look-up and fails later: as a cycle, a `KeyError`, or a "broken
/// map". We say that no revision has that id.
fn stands_on_label(problem: &Problem, files: &[File]) -> bool {
    let ProblemKind::MissingDownRevision { missing, .. } = &problem.kind else { return false };
    files.iter().flat_map(|file| &file.labels).any(|label| label == missing.as_str())
}

/// alembic's list is the cycle and what hangs on it; ours is the cycle.
fn is_cycle_of(problem: &Problem, error: &Value, files: &[File]) -> bool {
    let ProblemKind::Cycle { files: cycle, dependency } = &problem.kind else { return false };
    let class = error[1].as_str().unwrap_or_default();
    let listed = |file: &FileId| {
        let id = files[file.0 as usize].id.as_str();
        error[2].as_array().is_some_and(|ids| ids.iter().any(|listed| listed == id))
    };
    // alembic looks for cycles of down revisions first.
    class.starts_with("Dependency") == *dependency && cycle.iter().any(listed)
}

fn is_multiple_heads(problem: &Problem) -> bool {
    matches!(problem.kind, ProblemKind::MultipleHeads { .. })
}

fn name_of(problem: &Problem) -> &'static str {
    match problem.kind {
        ProblemKind::MissingDownRevision { .. } => "missing down revision",
        ProblemKind::MissingDependency { .. } => "missing dependency",
        ProblemKind::DuplicateRevision { .. } => "duplicate",
        ProblemKind::IllegalRevisionId { .. } => "illegal id",
        ProblemKind::LabelClash { .. } => "label clash",
        ProblemKind::Cycle { dependency: false, .. } => "cycle",
        ProblemKind::Cycle { dependency: true, .. } => "dependency cycle",
        ProblemKind::MultipleHeads { .. } => "multiple heads",
    }
}

/// The graph in the oracle's words.
fn describe(graph: &Graph) -> Value {
    fn ids<'g>(revisions: impl Iterator<Item = &'g Revision>) -> Vec<&'g str> {
        revisions.map(|revision| revision.id().as_str()).collect()
    }
    let facts = |revision: &Revision| {
        let mut labels: Vec<&str> = graph.labels(revision).collect();
        labels.sort_unstable();
        json!({
            "labels": labels,
            "down": ids(graph.down(revision)),
            "dependencies": ids(graph.dependencies(revision)),
            "normalized": ids(graph.normalized_dependencies(revision)),
            "next": queries::sorted(graph.next(revision).map(Revision::id)),
            "all_next": queries::sorted(graph.all_next(revision).map(Revision::id)),
            "flags": [revision.is_head(), revision.is_real_head(), revision.is_base(), revision.is_real_base(),
                revision.is_branch_point(), revision.is_real_branch_point(), revision.is_merge_point()],
        })
    };
    let revisions = graph.revisions().iter().map(|revision| (revision.id().to_string(), facts(revision)));
    json!({
        "heads": ids(graph.heads()),
        "real_heads": ids(graph.real_heads()),
        "bases": ids(graph.bases()),
        "real_bases": ids(graph.real_bases()),
        "revisions": revisions.collect::<serde_json::Map<_, _>>(),
    })
}
