//! What holds for every JSON document of limbeck.

use std::path::{Component, Path};

use serde_json::Value;

use crate::limbeck::Run;

/// The characters at which the text of a place ends.
const LONGEST_TEXT: usize = 1000;

/// Reads the document that a run wrote to standard output, and asserts what holds for all of them.
pub fn check(run: &Run) -> Value {
    let document: Value =
        serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("no JSON document: {error}\n{run}"));
    assert_eq!(document["schema"], 1);
    assert_eq!(document["exit_code"].as_i64(), run.code().map(i64::from), "{run}");
    let verdict = match run.code() {
        Some(0) => "pass",
        Some(1) => "fail",
        _ => "unable",
    };
    assert_eq!(document["verdict"], verdict, "{run}");
    let diagnostics = document["diagnostics"].as_array().expect("diagnostics are a list");
    let is_there = |severity: &str| diagnostics.iter().any(|found| found["severity"] == severity);
    // Warnings fail only where settings say so.
    let fails = is_there("error") || (run.code() == Some(1) && is_there("warning"));
    assert_eq!(fails, run.code() != Some(0), "findings and the exit code go together: {run}");
    for found in diagnostics {
        assert!(!text(&found["message"]).is_empty(), "{found:#}");
        let helps = found["help"].as_array().is_some_and(|help| !help.is_empty());
        assert!(helps || verdict != "unable", "who cannot judge must name a way out: {found:#}");
    }
    walk(&document, &mut |object| check_place(object, run.directory()));
    document
}

/// Calls `look` with every object of a document.
fn walk(value: &Value, look: &mut dyn FnMut(&Value)) {
    match value {
        Value::Object(fields) => {
            look(value);
            fields.values().for_each(|value| walk(value, look));
        }
        Value::Array(items) => items.iter().for_each(|value| walk(value, look)),
        _ => {}
    }
}

/// Bytes, line and column of a place all say the same, and the text is what stands there.
fn check_place(object: &Value, directory: &Path) {
    let Some(span) = object.get("span") else { return };
    let file = text(&object["file"]);
    let is_plain = Path::new(file).components().all(|part| matches!(part, Component::Normal(_)));
    assert!(is_plain, "paths are relative to the current directory: {file}");
    // A file in another encoding has other bytes than its text.
    let Ok(source) = std::fs::read_to_string(directory.join(file)) else { return };
    let end = |name: &str| -> usize {
        let end = &span[name];
        let byte = number(&end["byte"]);
        let before = &source[..byte];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        assert_eq!(number(&end["line"]), before.matches('\n').count() + 1, "{object:#}");
        assert_eq!(number(&end["column"]), before[line_start..].chars().count() + 1, "{object:#}");
        byte
    };
    let (told, there) = (text(&object["text"]), &source[end("start")..end("end")]);
    let is_whole = told == there || told.chars().count() == LONGEST_TEXT;
    assert!(there.starts_with(told) && is_whole, "{object:#}\n{there}");
}

/// The rules of a document's findings, in its order.
pub fn rules(document: &Value) -> Vec<&str> {
    let diagnostics = document["diagnostics"].as_array().expect("diagnostics are a list");
    diagnostics.iter().map(|found| text(&found["rule"])).collect()
}

/// A string, or nothing.
pub fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn number(value: &Value) -> usize {
    usize::try_from(value.as_u64().expect("a number")).expect("a number that fits")
}
