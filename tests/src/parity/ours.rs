//! What limbeck renders of a tree: the JSON of `limbeck sql`.

use std::collections::HashMap;

use serde_json::Value;

use super::{AUTOCOMMIT, Direction};
use crate::limbeck::Limbeck;
use crate::project::Project;

/// One thing that limbeck says of a revision.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    /// The SQL.
    pub(crate) text: Option<String>,
    /// The line of the revision file that it comes from.
    pub(crate) line: Option<u64>,
    /// Why it is not known, or not whether it is sent.
    pub(crate) reason: Option<String>,
}

/// By revision.
pub(crate) type Ours = HashMap<String, Vec<Entry>>;

/// Asks limbeck for the whole tree. What it does to the version table is left out.
pub(crate) fn ours(project: &Project, direction: Direction) -> Ours {
    let arguments: &[&str] = match direction {
        Direction::Upgrade => &["sql", "base:heads"],
        Direction::Downgrade => &["sql", "--downgrade", "heads:base"],
    };
    let run = Limbeck::new(project, arguments).args(&["--output-format", "json"]).run();
    let document: Value = serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}\n{run}"));
    let mut ours = Ours::new();
    for statement in document["sql"]["statements"].as_array().into_iter().flatten() {
        let is_first = statement["part"]["number"].as_u64().is_none_or(|number| number == 1);
        let is_own = statement["file"].is_null();
        if let Some(revision) = statement["revision"].as_str()
            && is_first
            && !is_own
        {
            ours.entry(revision.to_owned()).or_default().push(entry(statement));
        }
    }
    ours
}

/// A text that is sent at once is one thing, however many statements are read in it.
fn entry(statement: &Value) -> Entry {
    let text = statement["part"]["sql"].as_str().or(statement["sql"].as_str());
    let mark = if statement["transaction"].is_null() { AUTOCOMMIT } else { "" };
    let reason = [&statement["unknown"], &statement["ends"], &statement["condition"]]
        .into_iter()
        .find_map(|why| why["reason"].as_str());
    Entry {
        text: text.map(|text| format!("{mark}{text}")),
        line: statement["span"]["start"]["line"].as_u64(),
        reason: reason.map(ToOwned::to_owned),
    }
}
