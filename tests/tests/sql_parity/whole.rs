//! The whole script: what `alembic upgrade RANGE --sql` writes is, byte by byte, what `limbeck sql RANGE` writes, limbeck's own
//! comments aside.

use std::fmt::Write;

use limbeck_tests::dev_tree::{ARGILLA, DevTree};
use limbeck_tests::limbeck::Limbeck;
use limbeck_tests::parity::scripts;
use limbeck_tests::project::Project;
use limbeck_tests::setup;

const UP: (&str, &str) = ("upgrade", "base:heads");
const DOWN: (&str, &str) = ("downgrade", "head:base");

#[test]
fn a_fixture() {
    let project = Project::green();
    // As offline mode needs it, and as limbeck takes every project.
    project.replace("migrations/env.py", "\"sqlite:///paldocs.db\"", "\"postgresql:///paldocs\"");
    let between = ("upgrade", "c04e8813fd6a:58fcb1097e3d");
    check(&project, &[], &[UP, DOWN, between, ("downgrade", "8e4a07f5c12d:d7e24c6a910b")]);
}

#[test]
fn argilla() {
    // Between the two, a revision sends what limbeck does not know.
    check_tree(&ARGILLA, &[("upgrade", "base:d00f819ccc67"), ("upgrade", "45a12f74448b:heads"), DOWN]);
}

/// Ways to configure, in a line of revisions, a merge, and an autocommit block.
#[test]
fn a_generated_line() {
    let options = [
        "",
        "literal_binds=True, dialect_opts={\"paramstyle\": \"named\"}",
        "transaction_per_migration=True",
        "transactional_ddl=False",
        "transaction_per_migration=True, transactional_ddl=False",
        "version_table=\"Versions\", version_table_schema=\"app\"",
        "version_table_pk=False",
        "literal_binds=True, transaction_per_migration=True, version_table=\"it's 100%\"",
    ];
    for options in options {
        let project = Project::empty();
        project.write("alembic.ini", "[alembic]\nscript_location = scripts\n");
        project.write("scripts/env.py", env(options));
        write_line(&project);
        check(
            &project,
            &[],
            &[
                UP,
                ("downgrade", "r9:base"),
                ("upgrade", "r3:r7"),
                ("upgrade", "base:m"),
                ("downgrade", "m:r2"),
            ],
        );
    }
}

/// r0 to r9 in a line, s beside it from r2, both merged by m.
fn write_line(project: &Project) {
    for number in 0..10 {
        let mut body = format!(
            "op.create_table(\"t{number}\", sa.Column(\"per%cent\", sa.Enum(\"a\", \"it's\", name=\"e{}\")))",
            number / 2
        );
        if number % 3 == 2 {
            write!(body, "\n    with op.get_context().autocommit_block():\n        op.execute(\"SELECT '%', '\\\\:x'\")\n    op.execute(\"SELECT\\t2;\")").expect("a String");
        }
        let down = if number == 0 { "None".to_owned() } else { format!("\"r{}\"", number - 1) };
        write_revision(project, &format!("r{number}"), &down, &body);
    }
    write_revision(project, "s", "\"r2\"", "op.drop_table(\"t1\")");
    write_revision(project, "m", "(\"r9\", \"s\")", "pass");
}

fn write_revision(project: &Project, id: &str, down: &str, body: &str) {
    let text = format!(
        "\"\"\"message of {id}\"\"\"\n\nimport sqlalchemy as sa\nfrom alembic import op\n\nrevision = \"{id}\"\ndown_revision = {down}\n\n\n\
         def upgrade():\n    {body}\n\n\ndef downgrade():\n    {body}\n"
    );
    project.write(&format!("scripts/versions/{id}.py"), text);
}

/// With an env.py that needs no application: what its own takes from there is not known to limbeck.
fn check_tree(tree: &DevTree, ranges: &[(&str, &str)]) {
    let Some(trees) = setup::dev_trees() else { return };
    let folder = trees.join(tree.package);
    let options = "literal_binds=True, dialect_opts={\"paramstyle\": \"named\"}";
    check(&tree.project_with_env(&folder, &env(options)), &[&folder], ranges);
}

fn env(options: &str) -> String {
    format!(
        "from alembic import context\n\ncontext.configure(dialect_name=\"postgresql\", {options})\n\n\
         with context.begin_transaction():\n    context.run_migrations()\n"
    )
}

fn check(project: &Project, path: &[&std::path::Path], ranges: &[(&str, &str)]) {
    let theirs = scripts(project, path, ranges);
    for ((direction, range), theirs) in ranges.iter().zip(theirs) {
        let theirs = theirs.unwrap_or_else(|| panic!("alembic cannot render {direction} {range}"));
        let mut limbeck = Limbeck::new(project, &["sql", range]);
        if *direction == "downgrade" {
            limbeck = limbeck.arg("--downgrade");
        }
        let run = limbeck.run().exits(0);
        // Ours, which no line of alembic's begins with.
        let ours: String = run.stdout.split_inclusive('\n').filter(|line| !line.starts_with("-->")).collect();
        assert_eq!(ours, theirs, "{direction} {range}\n{}", project.read("alembic.ini"));
    }
}
