//! The configuration and the revision files: what is wrong before anything is run.

use std::os::unix::fs::symlink;

use limbeck_tests::document::rules;
use limbeck_tests::limbeck::Limbeck;
use limbeck_tests::project::{ADDED_REVISION, Project};
use limbeck_tests::python;

use crate::check;

const VERSIONS: &str = "migrations/versions";

// -- the configuration

#[test]
fn no_configuration() {
    let project = Project::empty();
    let run = Limbeck::new(&project, &["check"]).run();
    check("no-configuration", &project, &run, 2, "no-alembic-config", None);
    for command in ["heads", "dry-run"] {
        let other = Limbeck::new(&project, &[command]).run().exits(2);
        assert_eq!(other.stderr, run.stderr, "{command} says the same");
    }
}

#[test]
fn a_configuration_that_is_named_but_not_there() {
    let project = Project::green();
    let run = Limbeck::new(&project, &["check", "--config", "alembick.ini"]).run();
    check("config-not-there", &project, &run, 2, "no-alembic-config", None);
}

#[test]
fn an_unknown_section() {
    let project = Project::green();
    let run = Limbeck::new(&project, &["check", "--name", "alembik"]).run();
    check("unknown-section", &project, &run, 2, "unknown-section", None);
}

#[test]
fn a_script_location_that_does_not_exist() {
    let project = Project::green();
    project.replace("alembic.ini", "%(here)s/migrations", "%(here)s/migration");
    let run = Limbeck::new(&project, &["check"]).run();
    check(
        "script-location-not-there",
        &project,
        &run,
        2,
        "script-location-missing",
        Some("alembic.ini:2:19"),
    );
}

#[test]
fn an_ini_that_is_none() {
    let project = Project::green();
    project.write("alembic.ini", "script_location = migrations\n[alembic]\n");
    let run = Limbeck::new(&project, &["check"]).run();
    check("ini-without-section-header", &project, &run, 2, "config-unreadable", Some("alembic.ini:1:1"));
}

#[test]
fn an_unescaped_percent_sign() {
    let project = Project::green();
    project.replace("alembic.ini", "%(here)s/migrations", "%(her)s/migrations");
    let run = Limbeck::new(&project, &["check"]).run();
    check("interpolation", &project, &run, 2, "bad-config-value", Some("alembic.ini:2:19"));
}

#[test]
fn an_unknown_setting() {
    let project = Project::green();
    let text = project.read("pyproject.toml");
    project.write("pyproject.toml", format!("{text}\n[tool.limbeck]\ndatabase-ulr = \"postgresql://x\"\n"));
    let run = Limbeck::new(&project, &["check"]).run();
    check("unknown-setting", &project, &run, 2, "bad-settings", Some("pyproject.toml:28:1"));
}

#[test]
fn a_setting_of_another_type() {
    let project = Project::green();
    project.write("limbeck.toml", "wait = \"long\"\n");
    let run = Limbeck::new(&project, &["check"]).run();
    check("setting-of-another-type", &project, &run, 2, "bad-settings", Some("limbeck.toml:1:8"));
}

#[test]
fn a_directory_that_is_not_there() {
    let project = Project::green();
    let run = Limbeck::new(&project, &["check", "--project", "nowhere"]).run();
    check("directory-not-there", &project, &run, 2, "no-directory", None);
}

#[test]
fn bad_usage() {
    let project = Project::green();
    for arguments in [&["dryrun"][..], &["check", "--quite"], &["dry-run", "--wait", "soon"], &[]] {
        let run = Limbeck::new(&project, arguments).run().exits(2);
        assert_eq!(run.stdout, "");
        assert!(run.stderr.contains("--help"), "{run}");
    }
}

#[test]
fn an_output_file_that_cannot_be_written() {
    let project = Project::green();
    let run = Limbeck::new(&project, &["check", "--output-file", "nowhere/report.txt"]).run().exits(2);
    assert!(run.stderr.contains("nowhere/report.txt"), "it names the file: {run}");
}

// -- the tree

#[test]
fn a_versions_folder_with_nothing_in_it() {
    let project = Project::green();
    project.remove(VERSIONS);
    std::fs::create_dir(project.path(VERSIONS)).expect("an empty folder");
    let run = Limbeck::new(&project, &["check"]).run();
    check("versions-empty", &project, &run, 2, "no-revisions", None);
    let run = Limbeck::dry_run(&project, &[]).run();
    check("versions-empty", &project, &run, 2, "no-revisions", None);
}

#[test]
fn a_versions_folder_that_is_not_there() {
    let project = Project::green();
    project.remove(VERSIONS);
    let run = Limbeck::new(&project, &["check"]).run();
    check("versions-not-there", &project, &run, 2, "no-revisions", None);
}

#[test]
fn a_link_that_leads_nowhere() {
    let project = Project::green();
    symlink("gone.py", project.path(ADDED_REVISION)).expect("a link");
    let place = format!("{ADDED_REVISION}:1:1");
    let run = Limbeck::new(&project, &["check"]).run();
    check("dangling-link", &project, &run, 1, "unreadable-file", Some(&place));
    let run = Limbeck::dry_run(&project, &[]).run();
    check("dangling-link", &project, &run, 1, "unreadable-file", Some(&place));
}

/// alembic passes it over, so nothing is wrong.
#[test]
fn a_folder_that_is_named_like_a_revision_is_none() {
    let project = Project::green();
    std::fs::create_dir(project.path(ADDED_REVISION)).expect("a folder");
    let alembic = python::alembic(&project, "sqlite://", &["heads"]);
    assert_eq!(String::from_utf8_lossy(&alembic.stdout), "8e4a07f5c12d (head)\n");
    let run = Limbeck::new(&project, &["check"]).run().exits(0);
    assert!(run.stdout.contains("checked 13 revision files"), "{run}");
}

#[test]
fn a_file_that_is_not_utf_8() {
    let project = Project::green();
    project.write(
        ADDED_REVISION,
        b"\"\"\"gr\xfc\xdfe\"\"\"\nrevision = \"aa11bb22cc33\"\ndown_revision = \"8e4a07f5c12d\"\n",
    );
    let place = format!("{ADDED_REVISION}:1:6");
    let run = Limbeck::new(&project, &["check"]).run();
    check("not-utf8", &project, &run, 1, "not-utf8", Some(&place));
    let run = Limbeck::dry_run(&project, &[]).run();
    check("not-utf8", &project, &run, 1, "not-utf8", Some(&place));
}

/// One fault is told once: neither what the file's letters make of its Python, nor what that makes of the graph.
#[test]
fn a_file_that_is_not_utf_8_has_no_other_fault() {
    let project = Project::green();
    for text in [
        b"gr\xfc = 1\nrevision = \"aa11bb22cc33\"\ndown_revision = \"7d2f5e9ab103\"\n".as_slice(),
        b"# coding: nonsense\nrevision = gr\xfc(\n",
    ] {
        project.write(ADDED_REVISION, text);
        for command in ["check", "heads", "sql"] {
            let (run, document) = Limbeck::new(&project, &[command]).document();
            assert_eq!(rules(&document), ["not-utf8"], "{run}");
        }
    }
}

#[test]
fn a_file_that_says_what_it_is_in_is_read() {
    let project = Project::green();
    let text = b"# coding: latin-1\n\"\"\"gr\xfc\xdfe\"\"\"\nrevision = \"aa11bb22cc33\"\ndown_revision = \"8e4a07f5c12d\"\n\n\
                 def upgrade():\n    pass\n";
    project.write(ADDED_REVISION, text);
    let run = Limbeck::dry_run(&project, &[]).run().exits(0);
    assert!(run.stdout.contains("✓ aa11bb22cc33  grüße"), "{run}");
}

#[test]
fn a_file_that_is_not_python() {
    let project = Project::green();
    project.add_revision("op.execute(\"SELECT 1\"");
    let place = format!("{ADDED_REVISION}:11:15");
    let run = Limbeck::new(&project, &["check"]).run();
    check("syntax-error", &project, &run, 1, "syntax-error", Some(&place));
    let run = Limbeck::dry_run(&project, &[]).run();
    check("syntax-error", &project, &run, 1, "syntax-error", Some(&place));
}

#[test]
fn a_file_that_cannot_be_imported() {
    let project = Project::green();
    project.add_revision("pass");
    let text = project.read(ADDED_REVISION);
    project.write(ADDED_REVISION, text.replace("\n\ndef upgrade", "\nRATE = 1 / 0\n\n\ndef upgrade"));
    let run = Limbeck::dry_run(&project, &[]).run();
    check(
        "not-importable",
        &project,
        &run,
        1,
        "revision-not-loadable",
        Some(&format!("{ADDED_REVISION}:9:8")),
    );
}

#[test]
fn a_range_that_names_no_revision() {
    let project = Project::green();
    let run = Limbeck::dry_run(&project, &["base:aa77"]).run();
    check("unknown-range-symbol", &project, &run, 2, "bad-range", None);
}

#[test]
fn a_range_that_is_none() {
    let project = Project::green();
    for range in ["base:heads:base", "+1:heads", "nolabel@head", "", "-99"] {
        let run = Limbeck::dry_run(&project, &["--", range]).run();
        assert_eq!(run.code(), Some(2), "{range}: {run}");
        assert!(run.stderr.contains("error[bad-range]"), "{range}: {run}");
    }
}
