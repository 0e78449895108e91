//! Every kind of JSON document is what `docs/limbeck.schema.json` says.

use std::path::{Path, PathBuf};

use limbeck_tests::limbeck::Limbeck;
use limbeck_tests::project::Project;
use limbeck_tests::{python, setup};

#[test]
fn documents_of_every_kind_are_valid() {
    let green = Project::green();
    let folder = green.beside("documents");
    std::fs::create_dir(&folder).expect("a folder");
    let mut files: Vec<PathBuf> = Vec::new();
    let mut keep = |limbeck: Limbeck, code: i32| {
        let (run, _) = limbeck.document();
        let run = run.exits(code);
        let path = folder.join(format!("{}.json", files.len()));
        std::fs::write(&path, &run.stdout).expect("a document's file");
        files.push(path);
    };

    keep(Limbeck::new(&green, &["check"]), 0);
    keep(Limbeck::new(&green, &["heads"]), 0);
    keep(Limbeck::new(&green, &["graph"]), 0);
    keep(Limbeck::new(&green, &["sql"]), 0);
    keep(Limbeck::new(&green, &["sql", "--downgrade", "--revision", "9b27"]), 0);
    keep(Limbeck::new(&green, &["sql", "nothing"]), 2);
    keep(Limbeck::new(&Project::variant("orphan-down-revision"), &["sql"]), 1);
    let odd = Project::green();
    odd.add_revision(
        "op.execute(\"SELECT 1; -- one\\nDROP TABLE x.y\"); op.execute(op.get_bind().scalar(\"SELECT 1\")); op.execute(\"no sql\")",
    );
    keep(Limbeck::new(&odd, &["sql"]), 0);
    keep(Limbeck::new(&odd, &["sql", "--strict"]), 1);
    odd.replace(limbeck_tests::project::ADDED_REVISION, "def upgrade(", "def later(");
    keep(Limbeck::new(&odd, &["sql"]), 1);
    keep(Limbeck::dry_run(&green, &[]), 0);
    keep(Limbeck::dry_run(&green, &["base:9b27"]), 0);
    let empty = Project::empty();
    for command in ["check", "heads", "dry-run"] {
        keep(Limbeck::new(&empty, &[command]), 2);
    }
    for variant in ["two-heads", "duplicate-id-makes-a-cycle", "orphan-down-revision"] {
        keep(Limbeck::new(&Project::variant(variant), &["check"]), 1);
    }
    let duplicate = Project::variant("duplicate-id");
    keep(Limbeck::new(&duplicate, &["heads"]), 1);
    keep(Limbeck::dry_run(&duplicate, &[]), 1);
    for variant in
        ["sqlite-function-in-multi-line-sql", "failing-statement-in-helper", "swallowed-database-error"]
    {
        keep(Limbeck::dry_run(&Project::variant(variant), &[]), 1);
    }
    keep(Limbeck::dry_run(&Project::variant("hangs-in-sql"), &["--revision-timeout", "1"]), 1);
    keep(Limbeck::dry_run(&Project::variant("env-transaction-before-configure"), &[]), 1);
    keep(Limbeck::dry_run(&Project::variant("env-raises"), &[]), 2);
    let broken = Project::green();
    broken.add_revision("pass");
    broken.replace(
        limbeck_tests::project::ADDED_REVISION,
        "from alembic import op\n",
        "from alembic import opp\n",
    );
    keep(Limbeck::dry_run(&broken, &[]), 1);

    let schema = setup::root().join("docs/limbeck.schema.json");
    let files: Vec<&Path> = files.iter().map(PathBuf::as_path).collect();
    python::check_jsonschema(&["--schemafile", &schema.display().to_string()], &files);
}

/// A document goes to a file whole, and nothing but progress is written elsewhere.
#[test]
fn an_output_file_holds_the_document() {
    let project = Project::green();
    let path = project.beside("report.json");
    let limbeck = Limbeck::new(&project, &["check", "--output-format", "json", "--output-file"]).arg(&path);
    let run = limbeck.run().exits(0);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""));
    let document: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(&path).expect("the file")).expect("a document");
    assert_eq!(document["verdict"], "pass");
}
