//! Random questions to a tree, and our answers in the oracle's words.

use limbeck_graph::{Graph, PlanError, ResolveError, Revision, RowError, Target};
use limbeck_types::{Direction, RevisionId};
use serde_json::{Value, json};

use crate::trees::{File, Random};

/// About forty questions.
pub(crate) fn random(random: &mut Random, files: &[File], graph: &Graph) -> Vec<Value> {
    let mut queries = vec![json!({"what": "history", "upper": "heads", "lower": "base"})];
    for _ in 0..12 {
        queries.push(json!({"what": "resolve", "symbol": symbol(random, files)}));
        queries.push(json!({"what": "resolve_one", "symbol": symbol(random, files)}));
    }
    for _ in 0..8 {
        let mut ends = [symbol(random, files), symbol(random, files)];
        if random.chance(30) {
            ends[0] = "heads".to_owned();
        }
        queries.push(json!({"what": "history", "upper": ends[0], "lower": ends[1]}));
    }
    for _ in 0..6 {
        let rows = rows(random, files, graph);
        let target = if random.chance(25) { "heads".to_owned() } else { symbol(random, files) };
        queries.push(json!({"what": "upgrade", "upper": target, "lower": rows}));
        let target = if random.chance(25) { "base".to_owned() } else { symbol(random, files) };
        queries.push(json!({"what": "downgrade", "upper": rows, "lower": target}));
        queries.push(json!({"what": "current", "rows": rows}));
        queries.push(json!({"what": "history", "upper": rows, "lower": symbol(random, files)}));
        queries.extend(steps(random, files, graph, &rows));
    }
    queries
}

/// Up to a target and down to another, as the plans say.
fn steps(random: &mut Random, files: &[File], graph: &Graph, rows: &[String]) -> Option<Value> {
    let start = ids(rows);
    let target = if random.chance(60) { "heads".to_owned() } else { symbol(random, files) };
    let up = graph.upgrade_plan(target.as_str(), &start).ok()?;
    let mut table = graph.version_table(&start).ok()?;
    up.iter().try_for_each(|revision| table.run(revision.id(), Direction::Upgrade).map(drop)).ok();
    let reached: Vec<RevisionId> = table.rows().cloned().collect();
    let target = if random.chance(60) { "base".to_owned() } else { symbol(random, files) };
    let down = graph.downgrade_plan(&target, &reached).unwrap_or_default();
    let step = |up: bool| move |revision: &&Revision| json!([revision.id().as_str(), up]);
    let steps: Vec<Value> = up.iter().map(step(true)).chain(down.iter().map(step(false))).collect();
    Some(json!({"what": "steps", "rows": rows, "steps": steps}))
}

/// Rows that an upgrade leaves, or none, or any ids at all.
fn rows(random: &mut Random, files: &[File], graph: &Graph) -> Vec<String> {
    if files.is_empty() || random.chance(20) {
        return Vec::new();
    }
    let count = random.below(3) + 1;
    let picked: Vec<String> = (0..count).map(|_| random.pick(files).id.clone()).collect();
    if random.chance(15) {
        return picked;
    }
    let revisions = picked.iter().filter_map(|id| graph.get(&RevisionId::from(id.as_str())));
    let applied: Vec<&RevisionId> =
        revisions.flat_map(|revision| graph.ancestors(revision)).map(Revision::id).collect();
    graph.rows_after(applied).into_iter().map(|revision| revision.id().to_string()).collect()
}

fn symbol(random: &mut Random, files: &[File]) -> String {
    let fixed =
        ["head", "heads", "base", "", "nope", "-1", "-2", "+1", "+2", "-99", "+99", "+0", "nope@base"];
    if files.is_empty() || random.chance(20) {
        return (*random.pick(&fixed)).to_owned();
    }
    let name = name(random, files);
    match random.below(10) {
        0..=3 => name,
        4 => format!("{name}@{}", random.pick(&["head", "heads", "base", "nope", ""])),
        5 => format!("{name}@{}", self::name(random, files)),
        6 => format!("{name}{}", random.pick(&["+1", "-1", "+2", "-2", "+0", "-9", "+9"])),
        7 => format!("{name}@{}", random.pick(&["+1", "-1", "+2", "-2", "+0", "-9", "+9"])),
        8 => {
            let symbol = if random.chance(30) { "head".to_owned() } else { self::name(random, files) };
            format!("{name}@{symbol}{}", random.pick(&["+1", "-1", "+2", "-2"]))
        }
        _ => format!("{}{}", random.pick(&["head", "base", "heads"]), random.pick(&["-1", "+1", "-2"])),
    }
}

/// An id, a label, or the beginning of one.
fn name(random: &mut Random, files: &[File]) -> String {
    let file = random.pick(files);
    match random.below(10) {
        0..=4 => file.id.clone(),
        5..=7 => file.labels.first().unwrap_or(&file.id).clone(),
        8 => "head".to_owned(),
        _ => {
            let length = file.id.chars().count();
            file.id.chars().take(random.below(length) + 1).collect()
        }
    }
}

/// Our answer to a query, as the oracle would write it.
pub(crate) fn answer(graph: &Graph, query: &Value) -> Value {
    let text = |key: &str| query[key].as_str().unwrap_or_default();
    let lists: Vec<Vec<RevisionId>> =
        ["upper", "lower", "rows"].iter().map(|key| list(&query[*key])).collect();
    match text("what") {
        "resolve" => symbol_answer(graph.resolve(text("symbol"))),
        "resolve_one" => match graph.resolve_one(text("symbol")) {
            Ok(found) => json!({"ok": found.map(|revision| revision.id().as_str())}),
            Err(error) => json!({"error": kind_of_symbol(&error)}),
        },
        "history" => {
            plan_answer(graph.walk(target(&query["upper"], &lists[0]), target(&query["lower"], &lists[1])))
        }
        "upgrade" => plan_answer(graph.upgrade_plan(text("upper"), &lists[1])),
        "downgrade" => plan_answer(graph.downgrade_plan(text("lower"), &lists[0])),
        "current" => json!({"ok": sorted(graph.all_current(&lists[2]).into_iter().map(Revision::id))}),
        "steps" => json!({"ok": run_steps(graph, &lists[2], &query["steps"])}),
        what => panic!("{what} is no question"),
    }
}

fn run_steps(graph: &Graph, rows: &[RevisionId], steps: &Value) -> Vec<Value> {
    let mut table = graph.version_table(rows).expect("the rows are ids of the tree");
    let mut states = Vec::new();
    for step in steps.as_array().into_iter().flatten() {
        let direction = if step[1] == true { Direction::Upgrade } else { Direction::Downgrade };
        match table.run(&RevisionId::from(step[0].as_str().unwrap_or_default()), direction) {
            // Which row is changed and which removed is a hash's choice in alembic.
            Ok(_) => states.push(json!(sorted(table.rows()))),
            Err(error) => {
                let text = match error {
                    RowError::MissingRow { .. } => "missing row",
                    RowError::RowExists { .. } => "row exists",
                    RowError::UnknownRevision(_) => "unknown revision",
                };
                states.push(json!({"error": ["crash", text]}));
                break;
            }
        }
    }
    states
}

fn symbol_answer(result: Result<Vec<&Revision>, ResolveError>) -> Value {
    match result {
        Ok(revisions) => {
            json!({"ok": revisions.iter().map(|revision| revision.id().as_str()).collect::<Vec<_>>()})
        }
        Err(error) => json!({"error": kind_of_symbol(&error)}),
    }
}

fn plan_answer(result: Result<Vec<&Revision>, PlanError>) -> Value {
    match result {
        Ok(revisions) => {
            json!({"ok": revisions.iter().map(|revision| revision.id().as_str()).collect::<Vec<_>>()})
        }
        Err(PlanError::Symbol(error)) => json!({"error": kind_of_symbol(&error)}),
        Err(PlanError::NotAncestor { .. }) => json!({"error": ["not_ancestor"]}),
        Err(PlanError::Overlap { .. }) => json!({"error": ["overlap"]}),
        Err(PlanError::AmbiguousUpgrade { .. }) => json!({"error": ["ambiguous_upgrade"]}),
        Err(PlanError::NotADowngradeTarget { .. }) => json!({"error": ["not_a_downgrade_target"]}),
        Err(PlanError::AmbiguousDowngrade { .. }) => json!({"error": ["crash", "ambiguous downgrade"]}),
    }
}

fn kind_of_symbol(error: &ResolveError) -> Value {
    match error {
        ResolveError::UnknownRevision { symbol } => json!(["unknown_revision", symbol]),
        ResolveError::AmbiguousRevision { symbol, .. } => json!(["ambiguous_revision", symbol]),
        ResolveError::UnknownBranch { label } => json!(["unknown_branch", label]),
        ResolveError::NotOnBranch { revision, branch } => json!(["not_on_branch", revision, branch]),
        ResolveError::MultipleHeads { symbol, heads } => json!(["multiple_heads", symbol, heads]),
        ResolveError::AmbiguousWalk { .. } => json!(["ambiguous_walk"]),
        ResolveError::WalkedTooFar { .. } => json!(["walked_too_far"]),
    }
}

fn target<'a>(value: &'a Value, ids: &'a [RevisionId]) -> Target<'a> {
    value.as_str().map_or(Target::Revisions(ids), Target::Symbol)
}

fn list(value: &Value) -> Vec<RevisionId> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).map(RevisionId::from).collect()
}

fn ids(rows: &[String]) -> Vec<RevisionId> {
    rows.iter().map(|row| RevisionId::from(row.as_str())).collect()
}

/// In Python's order of strings, which is that of code points.
pub(crate) fn sorted<'a>(ids: impl Iterator<Item = &'a RevisionId>) -> Vec<&'a str> {
    let mut ids: Vec<&str> = ids.map(RevisionId::as_str).collect();
    ids.sort_unstable();
    ids
}
