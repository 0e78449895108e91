//! What limbeck renders of a tree: the JSON of `limbeck sql`.

use std::collections::HashMap;

use serde_json::Value;

use super::Direction;
use crate::limbeck::Limbeck;
use crate::project::Project;

/// One thing that limbeck says of a revision.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The SQL.
    pub text: Option<String>,
    /// The line of the revision file that it comes from.
    pub line: Option<u64>,
    /// Why it is not known, or not whether it is sent.
    pub reason: Option<String>,
}

/// By revision.
pub type Ours = HashMap<String, Vec<Entry>>;

/// Asks limbeck for the whole tree.
pub fn ours(project: &Project, direction: Direction) -> Ours {
    let arguments: &[&str] = match direction {
        Direction::Upgrade => &["sql", "base:heads"],
        Direction::Downgrade => &["sql", "--downgrade", "heads:base"],
    };
    let run = Limbeck::new(project, arguments).args(&["--output-format", "json"]).run();
    let document: Value = serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}\n{run}"));
    let mut ours = Ours::new();
    for statement in document["sql"]["statements"].as_array().into_iter().flatten() {
        if let Some(revision) = statement["revision"].as_str() {
            ours.entry(revision.to_owned()).or_default().push(entry(statement));
        }
    }
    ours
}

fn entry(statement: &Value) -> Entry {
    Entry {
        text: statement["sql"].as_str().map(ToOwned::to_owned),
        line: statement["line"].as_u64(),
        reason: statement["reason"].as_str().map(ToOwned::to_owned),
    }
}
