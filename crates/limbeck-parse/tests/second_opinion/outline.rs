//! That the quick reading says what the whole one does, on every file of the public trees.

use std::path::Path;

use limbeck_parse::{header, migration, outline};
use limbeck_types::FileId;

/// Asserts that the outline is what the whole reading says of the same.
#[track_caller]
fn check(text: &str, name: &str) {
    let (whole, errors) = migration(FileId(0), text);
    let (outline, outline_errors) = outline(FileId(0), text);
    assert_eq!(outline_errors, errors, "{name}");
    assert_eq!(outline.header, whole.header, "{name}");
    let docstring = whole.header.docstring.as_ref().map(|docstring| docstring.span);
    let is_docstring = |span| docstring == Some(span);
    let literal = |migration: limbeck_types::Migration| {
        migration.literals().iter().find(|literal| is_docstring(literal.span)).cloned()
    };
    let quick = header(text).0;
    if errors.is_empty() {
        assert_eq!(quick, whole.header, "{name}");
    }
    assert_eq!(literal(outline), literal(whole), "{name}");
}

fn check_all(folder: &Path) -> usize {
    let mut files = Vec::new();
    crate::list(folder, &mut files);
    for path in &files {
        check(&String::from_utf8_lossy(&std::fs::read(path).unwrap()), &path.display().to_string());
    }
    files.len()
}

#[test]
fn outlines_of_public_trees() {
    let Some(trees) = crate::dev_trees() else { return };
    assert_eq!(check_all(&trees), 1436);
}

#[test]
fn outlines_of_fixtures() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/revisions");
    assert!(check_all(&fixtures) > 10);
}
