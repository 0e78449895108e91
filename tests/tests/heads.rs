//! `limbeck heads` writes the bytes that `alembic heads` writes.

use limbeck_tests::limbeck::Limbeck;
use limbeck_tests::project::{Project, revision};
use limbeck_tests::python;

#[test]
fn one_head() {
    check(&Project::green(), &[]);
}

#[test]
fn two_heads() {
    check(&Project::variant("two-heads"), &[]);
}

#[test]
fn labels_and_an_effective_head() {
    check(&branches(), &[]);
}

#[test]
fn labels_and_heads_with_dependencies_resolved() {
    check(&branches(), &["--resolve-dependencies"]);
}

#[test]
fn a_section_of_its_own() {
    let project = branches();
    project.write("alembic.ini", "[DEFAULT]\nplace = tree\n[alembic]\nscript_location = gone\n[other]\nscript_location = %(here)s/%(place)s\n");
    check(&project, &["-n", "other"]);
}

#[test]
fn a_tree_without_revisions_has_no_heads() {
    let project = Project::empty();
    project.write("alembic.ini", "[alembic]\nscript_location = tree\n");
    project.write("tree/env.py", "");
    std::fs::create_dir(project.path("tree/versions")).expect("an empty folder");
    check(&project, &[]);
}

/// Headers alone are read, as `docs/cli.md` says.
#[test]
fn what_stands_below_a_header_is_for_check() {
    let project = Project::green();
    project.add_revision("this is not python (");
    assert_eq!(limbeck_heads(&project, &[]), "aa11bb22cc33 (head)\n");
    let run = Limbeck::new(&project, &["check"]).run().exits(1);
    assert!(run.stdout.contains("error[syntax-error]"), "{run}");
}

/// alembic cannot so much as list such a tree's heads; no line of it is run here.
#[test]
fn a_tree_that_alembic_cannot_import_is_read_all_the_same() {
    let project = branches();
    let expected = alembic_heads(&project, &[]);
    let text = project.read("tree/versions/cc33_posts.py");
    project.write("tree/versions/cc33_posts.py", format!("import not_installed_here\n{text}"));
    let alembic = python::alembic(&project, "sqlite://", &["heads"]);
    assert!(!alembic.status.success());
    assert_eq!(limbeck_heads(&project, &[]), expected);
}

/// Two branches with a label each (alembic writes several in the order of a hash, another one each time), one of which depends on the other's head: that head is effective only.
fn branches() -> Project {
    let project = Project::empty();
    project.write("alembic.ini", "[alembic]\nscript_location = %(here)s/tree\n");
    project.write("tree/env.py", "");
    let write = |name: &str, text: String| project.write(&format!("tree/versions/{name}.py"), text);
    let labelled = |text: String, label: &str| format!("{text}\nbranch_labels = ({label},)\n");
    write("aa11_base", revision("aa11", None, "pass"));
    write("bb22_users", labelled(revision("bb22", Some("aa11"), "pass"), "\"users\""));
    write("bb23_more_users", revision("bb23", Some("bb22"), "pass"));
    write("cc33_posts", labelled(revision("cc33", Some("aa11"), "pass"), "\"posts\""));
    write("cc34_more_posts", revision("cc34", Some("cc33"), "pass") + "depends_on = \"bb23\"\n");
    write("dd44_apart", revision("dd44", None, "pass"));
    project
}

fn check(project: &Project, arguments: &[&str]) {
    assert_eq!(limbeck_heads(project, arguments), alembic_heads(project, arguments));
}

fn limbeck_heads(project: &Project, arguments: &[&str]) -> String {
    let run = Limbeck::new(project, &["heads"]).args(arguments).run().exits(0);
    assert_eq!(run.stderr, "");
    run.stdout
}

/// `-n` stands before alembic's command, other flags after it.
fn alembic_heads(project: &Project, arguments: &[&str]) -> String {
    let (before, after) =
        if arguments.first() == Some(&"-n") { (arguments, &[][..]) } else { (&[][..], arguments) };
    let output = python::alembic(project, "sqlite://", &[before, &["heads"], after].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("alembic writes UTF-8")
}
