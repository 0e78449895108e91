//! Makes what people read the same on every machine and every day, for snapshots.

use insta::Settings;

use crate::project::Project;
use crate::setup;

/// Settings of insta with the filters for a run in this project.
pub fn settings(project: &Project) -> Settings {
    let mut settings = Settings::clone_current();
    settings.set_prepend_module_to_snapshot(true);
    settings.set_omit_expression(true);
    let folder = project.directory();
    let folder = folder.parent().expect("the project lies in a folder of the test's own");
    settings.add_filter(&literally(&folder.to_string_lossy()), "[test]");
    settings.add_filter(&literally(&setup::python().to_string_lossy()), "[python]");
    settings.add_filter(r"\b\d+(\.\d+)? ms\b", "[time]");
    settings.add_filter(r"\bin \d+(\.\d+)? s\b", "in [time]");
    settings.add_filter(r"PostgreSQL 17\.\d+", "PostgreSQL 17.x");
    settings.add_filter(r"limbeck_[0-9a-f]{32}", "limbeck_[random]");
    settings.add_filter(r"127\.0\.0\.1:\d+", "127.0.0.1:[port]");
    settings.add_filter(r"\blt_\d+_[0-9a-f]+_\d+", "[name]");
    settings
}

/// A regular expression for this very text.
pub fn literally(text: &str) -> String {
    let escape = |character: char| match character {
        character if character.is_alphanumeric() || character == '/' => character.to_string(),
        character => format!("\\{character}"),
    };
    text.chars().map(escape).collect()
}
