//! The edges between crates as docs/architecture.md draws them.

/// A crate and the crates that it may depend on, beside those of development dependencies.
pub(crate) const EDGES: [(&str, &[&str]); 13] = [
    ("limbeck-types", &[]),
    ("limbeck-project", &["limbeck-types"]),
    ("limbeck-parse", &["limbeck-types"]),
    ("limbeck-graph", &["limbeck-types"]),
    ("limbeck-sql", &["limbeck-types"]),
    ("limbeck-lint", &["limbeck-graph", "limbeck-sql", "limbeck-types"]),
    ("limbeck-postgres", &["limbeck-types"]),
    ("limbeck-dryrun", &["limbeck-postgres", "limbeck-types"]),
    ("limbeck-report", &["limbeck-types"]),
    (
        "limbeck",
        &[
            "limbeck-dryrun",
            "limbeck-graph",
            "limbeck-lint",
            "limbeck-parse",
            "limbeck-postgres",
            "limbeck-project",
            "limbeck-report",
            "limbeck-sql",
            "limbeck-types",
        ],
    ),
    ("limbeck-fuzz", &["limbeck-parse", "limbeck-sql", "limbeck-types"]),
    ("xtask", &[]),
    ("limbeck-tests", &[]),
];

/// Edges of development dependencies: tests of lint and sql take migrations and SQL from real Python text.
pub(crate) const DEV_EDGES: [(&str, &[&str]); 2] =
    [("limbeck-lint", &["limbeck-parse"]), ("limbeck-sql", &["limbeck-parse"])];

/// Outside crates that only one crate may know, and which.
pub(crate) const OWNED: [(&str, &[&str]); 15] = [
    ("ruff_python_parser", &["limbeck-parse"]),
    ("ruff_python_ast", &["limbeck-parse"]),
    ("ruff_text_size", &["limbeck-parse"]),
    ("rustpython-parser", &["limbeck-parse"]),
    ("squawk-lexer", &["limbeck-sql"]),
    ("squawk-syntax", &["limbeck-sql"]),
    ("sqlparser", &["limbeck-sql"]),
    ("libfuzzer-sys", &["limbeck-fuzz"]),
    ("petgraph", &["limbeck-graph"]),
    ("tokio-postgres", &["limbeck-postgres"]),
    ("tokio", &["limbeck-postgres"]),
    ("miette", &["limbeck-report"]),
    ("clap", &["limbeck"]),
    ("indicatif", &["limbeck"]),
    ("anyhow", &["limbeck", "xtask", "limbeck-tests"]),
];

/// Crates that touch nothing outside themselves: their `lib.rs` must deny clippy's disallowed methods and types.
pub(crate) const PURE: [&str; 6] =
    ["limbeck-types", "limbeck-parse", "limbeck-graph", "limbeck-sql", "limbeck-lint", "limbeck-report"];
