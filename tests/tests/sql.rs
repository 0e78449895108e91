//! `limbeck sql`: what a person sees, and that it is alembic's script but for limbeck's own comments.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use limbeck_tests::document::{rules, text};
use limbeck_tests::limbeck::{Limbeck, Run};
use limbeck_tests::project::{Project, revision};
use limbeck_tests::text::settings;
use limbeck_tests::{python, setup};
use serde_json::Value;

const ENV: &str = "
from alembic import context

context.configure(dialect_name='postgresql', literal_binds=True, dialect_opts={'paramstyle': 'named'})
with context.begin_transaction():
    context.run_migrations()
";

/// Every kind of thing that a script holds.
const ALL_KINDS: &str = "\
def touch(name):
    op.execute(f\"ANALYZE {name}\")


def upgrade() -> None:
    op.add_column(\"users\", sa.Column(\"note\", sa.Text(), nullable=False, server_default=\"\"))
    touch(\"users\")
    with op.get_context().autocommit_block():
        op.execute(\"VACUUM users\")
    bind = op.get_bind()
    if sa.inspect(bind).has_table(\"old\"):
        op.drop_table(\"old\")
    for name in bind.execute(sa.text(\"SELECT name FROM old_names\")).fetchall():
        op.execute(name)


def downgrade() -> None:
    op.drop_column(\"users\", \"note\")
";

const LOST_VALUES: &str = "\
users = sa.table(\"users\", sa.column(\"id\", sa.Integer), sa.column(\"note\", sa.Text))


def upgrade() -> None:
    bind = op.get_bind()
    bind.execute(sa.text(\"UPDATE users SET id = :id, note = :note\").bindparams(id=1), {\"note\": \"x\"})
    op.execute(\"UPDATE users SET note = '{\\\"a\\\":1}'\")
    for number in (1, 2):
        bind.execute(users.update().values(id=number), {\"note\": \"x\"})
    bind.execute(sa.text(\"DELETE FROM users WHERE id = :id\"), [{\"id\": 1}])
    bind.execute(sa.text(\"DELETE FROM users\"), {})


def downgrade() -> None:
    pass
";

#[test]
fn a_whole_small_script() {
    snapshot("whole", &small(ALL_KINDS), &[], 0);
}

/// No line of a statement is taken for one of limbeck's.
#[test]
fn a_plain_script_has_every_line_of_a_statement() {
    let project = small("def upgrade():\n    op.execute('SELECT 2\\n--> not limbeck\\n')\n");
    let theirs = python::alembic(&project, "", &["upgrade", "head", "--sql"]);
    assert!(theirs.status.success());
    assert_eq!(sql(&project, &["--plain"]).stdout, String::from_utf8_lossy(&theirs.stdout));
    assert!(sql(&project, &["--plain"]).stdout.contains("\n--> not limbeck;\n"));
}

#[test]
fn one_line_each() {
    snapshot("concise", &small(ALL_KINDS), &["--output-format", "concise"], 0);
}

#[test]
fn one_revision_alone() {
    snapshot("revision", &small(ALL_KINDS), &["--revision", "bb22"], 0);
}

#[test]
fn strict_fails_on_what_is_unknown() {
    snapshot("strict", &small(ALL_KINDS), &["--revision", "bb22", "--strict"], 1);
    let known = small("def upgrade():\n    op.drop_table('old')\n");
    let run = sql(&known, &["--strict"]).exits(0);
    assert_eq!(run.stderr, "5 statements of 2 revisions; none unknown\n");
}

/// alembic renders nothing without it, and what is printed then is a guess.
#[test]
fn strict_wants_an_env_py() {
    let project = small("def upgrade():\n    op.drop_table('old')\n");
    project.remove("scripts/env.py");
    let run = sql(&project, &[]).exits(0);
    assert!(run.stderr.starts_with("there is no `scripts/env.py`, without which alembic"), "{run}");
    let run = sql(&project, &["--strict"]).exits(1);
    assert!(run.stderr.starts_with("error[no-env]: there is no `scripts/env.py`, without which"), "{run}");
    let (_, document) = Limbeck::new(&project, &["sql", "--strict"]).document();
    assert_eq!(rules(&document), ["no-env"], "{document:#}");
}

/// The text is alembic's, and that it is not what an online run sends is said once for each place.
#[test]
fn values_that_the_script_lacks_are_said() {
    let project = small(LOST_VALUES);
    snapshot("lost", &project, &["--revision", "bb22"], 0);
    snapshot("lost_concise", &project, &["--revision", "bb22", "--output-format", "concise"], 0);
    let (run, document) = Limbeck::new(&project, &["sql", "--strict"]).document();
    let run = run.exits(1);
    assert_eq!(rules(&document), ["lost-value"; 4], "{run}");
    assert_eq!(document["sql"]["lost"], 5, "{run}");
    let entries = document["sql"]["statements"].as_array().expect("a list").iter();
    let lines: Vec<_> = entries.filter_map(|entry| entry["lost"]["span"]["start"]["line"].as_u64()).collect();
    assert_eq!(lines, [17, 18, 20, 20, 21]);
    same(&project, "base:heads", "upgrade");
}

#[test]
fn a_downgrade_goes_down() {
    snapshot("downgrade", &small(ALL_KINDS), &["--downgrade"], 0);
    let project = small(ALL_KINDS);
    let all = sql(&project, &["--downgrade"]).stdout;
    assert_eq!(sql(&project, &["--downgrade", "heads:base"]).stdout, all);
    assert_eq!(
        sql(&project, &["--downgrade", "head:-1"]).stdout,
        sql(&project, &["--downgrade", "bb22:aa11"]).stdout
    );
    assert_eq!(
        sql(&project, &["--downgrade", "aa11"]).stdout,
        sql(&project, &["--downgrade", "bb22:aa11"]).stdout
    );
}

/// alembic's offline mode dies of the first revision that reads a result; all the rest is rendered here.
#[test]
fn one_revision_that_cannot_be_rendered_hides_no_other() {
    let project = small(
        "def upgrade():\n    rows = op.get_bind().execute('SELECT 1').fetchall()\n    op.execute(rows[0][0])\n",
    );
    project.write("scripts/versions/cc33.py", revision("cc33", Some("bb22"), "op.execute(\"SELECT 3\")"));
    assert!(!python::alembic(&project, "", &["upgrade", "head", "--sql"]).status.success());
    let run = sql(&project, &[]).exits(0);
    assert!(run.stdout.contains(", unknown: "), "{run}");
    assert!(run.stdout.contains("versions/cc33.py:11\nSELECT 3;\n"), "{run}");
    assert!(
        run.stdout.ends_with("'cc33' WHERE alembic_version.version_num = 'bb22';\n\nCOMMIT;\n\n"),
        "{run}"
    );
}

#[test]
fn json_has_places_kinds_and_transactions() {
    let (run, document) = Limbeck::new(&small(ALL_KINDS), &["sql"]).document();
    let run = run.exits(0);
    let sql = &document["sql"];
    assert_eq!((text(&sql["direction"]), &sql["revisions"]), ("upgrade", &Value::from(2)), "{run}");
    let statements = sql["statements"].as_array().expect("a list");
    let told = |entry: &Value| {
        let lines: Vec<String> = ["span", "literal", "condition", "unknown"]
            .iter()
            .filter_map(|name| {
                let place = if *name == "span" { &entry[name] } else { &entry[name]["span"] };
                Some(format!("{name} {}", place["start"]["line"].as_u64()?))
            })
            .collect();
        let objects = entry["objects"].as_array().into_iter().flatten();
        let objects: Vec<&str> = objects.map(|object| text(&object["name"])).collect();
        let transaction = entry["transaction"].as_u64().map_or("-".to_owned(), |number| number.to_string());
        let (revision, kind) = (text(&entry["revision"]), text(&entry["kind"]));
        format!("{transaction} {revision} {kind} [{}] {}\n", objects.join(" "), lines.join(", "))
    };
    let told: String = statements.iter().map(told).collect();
    settings(&Project::empty()).bind(|| insta::assert_snapshot!("json", told));
}

#[test]
fn what_is_wrong_is_said() {
    let project = small(ALL_KINDS);
    let refused = |arguments: &[&str], with: &str| {
        let run = sql(&project, arguments).exits(2);
        assert!(run.stderr.contains(with) && run.stdout.is_empty(), "{arguments:?}: {run}");
    };
    refused(&["aa11:bb22:cc33"], "error[bad-range]: `aa11:bb22:cc33` names no range of revisions");
    refused(&["base:nope"], "error[bad-symbol]: no revision or branch label is `nope`");
    for current in ["current:head", "current", "aa11:current+1"] {
        refused(&[current], "error[bad-symbol]: `current` is where a database stands, and no database is");
    }
    refused(&["--revision", "base"], "error[bad-symbol]: `base` stands for no revision");
    refused(&["--downgrade", "aa11:bb22"], "error[bad-range]: ");
    refused(&["--revision", "aa11", "base:heads"], "cannot be used with");

    let empty = Project::empty();
    empty.write("alembic.ini", "[alembic]\nscript_location = scripts\n");
    empty.write("scripts/env.py", ENV);
    // alembic says nothing of it.
    let run = sql(&empty, &[]).exits(0);
    assert_eq!(run.stdout, "BEGIN;\n\nCOMMIT;\n\n");
    assert!(run.stderr.starts_with("there is no revision file in scripts/versions\n"), "{run}");
    let run = sql(&Project::variant("orphan-down-revision"), &[]).exits(1);
    assert!(run.stdout.contains("error[missing-down-revision]"), "{run}");
}

/// What can be known of a broken file must not be taken for what it does.
#[test]
fn a_file_that_is_not_python_fails_and_hides_no_other() {
    let project = small("def upgrade():\n    op.execute('SELECT 2')\n    op.execute('SELECT 3'\n");
    let run = sql(&project, &[]).exits(1);
    assert!(run.stdout.contains("CREATE TABLE users") && !run.stdout.contains("SELECT 2"), "{run}");
    assert!(run.stdout.contains("unknown: the file is not Python"), "{run}");
    assert!(run.stderr.contains("error[syntax-error]"), "{run}");
    let (run, document) = Limbeck::new(&project, &["sql"]).document();
    assert_eq!(rules(&document), ["syntax-error"], "{run}");
}

#[test]
fn a_script_ends_where_a_revision_raises() {
    let functions = "def upgrade():\n    pass\n\n\ndef downgrade():\n    op.execute(\"SELECT 2\")\n    raise NotImplementedError\n";
    let project = small(functions);
    snapshot("raises", &project, &["--downgrade"], 1);
    snapshot("raises_concise", &project, &["--downgrade", "--output-format", "concise"], 1);
    let theirs = python::alembic(&project, "", &["downgrade", "head:base", "--sql"]);
    assert!(!theirs.status.success());
    let run = sql(&project, &["--downgrade"]);
    let lines = run.stdout.split_inclusive('\n').filter(|line| !line.starts_with("-->"));
    assert_eq!(lines.collect::<String>(), String::from_utf8_lossy(&theirs.stdout), "{run}");
    let (_, document) = Limbeck::new(&project, &["sql", "--downgrade"]).document();
    let entries = document["sql"]["statements"].as_array().expect("a list");
    let ends = entries.iter().filter(|entry| entry["ends"]["reason"] == "it raises `NotImplementedError`");
    assert_eq!((ends.count(), &document["sql"]["unknown"]), (1, &Value::from(0)), "{document:#}");
    let rows = |entry: &&Value| text(&entry["sql"]).starts_with("UPDATE alembic_version");
    assert_eq!(entries.iter().filter(rows).count(), 0, "{document:#}");
}

#[test]
fn an_upgrade_that_raises_offline_hides_no_other() {
    let project = small(
        "def upgrade():\n    op.execute('SELECT 2')\n    if op.get_context().as_sql:\n        raise RuntimeError('online only')\n",
    );
    project.write(
        "scripts/versions/cc33.py",
        "from alembic import op\nrevision = 'cc33'\ndown_revision = 'bb22'\ndef upgrade():\n    op.execute('SELECT 3')\n",
    );
    let run = sql(&project, &[]).exits(0);
    assert!(run.stdout.contains("unknown: it raises `RuntimeError`"), "{run}");
    let moved = "UPDATE alembic_version SET version_num='cc33' WHERE alembic_version.version_num = 'bb22'";
    assert!(run.stdout.contains("SELECT 3;") && run.stdout.contains(moved), "{run}");
    let strict = sql(&project, &["--strict"]).exits(1);
    assert!(strict.stderr.contains("unknown-statement"), "{strict}");

    let tenant = "def upgrade():\n    op.execute(context.get_x_argument(as_dictionary=True)['tenant'])\n";
    project.write(
        "scripts/versions/bb22.py",
        project.read("scripts/versions/bb22.py").split("def upgrade").next().unwrap_or_default().to_owned()
            + "from alembic import context\n"
            + tenant,
    );
    let run = sql(&project, &[]).exits(0);
    assert!(run.stdout.contains("unknown: it has no such key") && run.stdout.contains("SELECT 3;"), "{run}");
}

#[test]
fn a_revision_without_the_function_raises() {
    let project = small("def upgrade():\n    pass\n");
    let run = sql(&project, &["--downgrade"]).exits(1);
    assert!(run.stdout.contains("ends: the file has no `downgrade()`"), "{run}");
    assert!(run.stderr.contains("the file has no `downgrade()`, and alembic raises"), "{run}");
}

#[test]
fn env_py_is_read_and_what_it_does_not_tell_is_said() {
    let project = small("def upgrade():\n    op.execute('SELECT 2')\n");
    project.remove("scripts/env.py");
    let run = sql(&project, &[]).exits(0);
    assert!(
        run.stderr.starts_with("there is no `scripts/env.py`, without which alembic renders nothing"),
        "{run}"
    );
    assert!(run.stdout.starts_with("BEGIN;\n\nCREATE TABLE alembic_version"), "{run}");

    project.write("scripts/env.py", "from alembic import context\ncontext.configure(url=u, version_table=name(), target_metadata=find())\n");
    let run = sql(&project, &[]).exits(0);
    assert!(run.stderr.contains("scripts/env.py:2: `version_table` is not known: it is what `name` returns; limbeck assumes alembic's defaults"), "{run}");
    assert!(run.stderr.contains("the naming convention of `target_metadata` is not known"), "{run}");
    assert!(!run.stdout.contains("BEGIN"), "{run}");
    assert_eq!(sql(&project, &["-q"]).exits(0).stderr, "");
}

/// As `limbeck sql | head -1` does.
#[test]
fn who_has_read_enough_makes_no_error() {
    let project = Project::empty();
    project.write("alembic.ini", "[alembic]\nscript_location = scripts\n");
    project.write("scripts/env.py", ENV);
    let body = format!("op.execute(\"SELECT '{}'\")", "x".repeat(4_000));
    for number in 0..100 {
        let down = (number > 0).then(|| format!("rev{}", number - 1));
        let text = revision(&format!("rev{number}"), down.as_deref(), &body);
        project.write(&format!("scripts/versions/{number:03}.py"), text);
    }
    let mut child = Command::new(setup::binary())
        .arg("sql")
        .current_dir(project.directory())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("LIMBECK_TEST_BINARY can be run");
    let mut line = String::new();
    let mut out = BufReader::new(child.stdout.take().expect("it is piped"));
    out.read_line(&mut line).expect("it writes");
    drop(out);
    let output = child.wait_with_output().expect("it ends");
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!((line.as_str(), output.status.code()), ("BEGIN;\n", Some(0)), "{told}");
    assert!(!told.contains("cannot write"), "{told}");
}

#[test]
fn a_file_takes_the_script() {
    let project = small(ALL_KINDS);
    let path = project.beside("upgrade.sql");
    let run = Limbeck::new(&project, &["sql", "--output-file"]).arg(&path).run().exits(0);
    assert_eq!(run.stdout, "");
    assert_eq!(std::fs::read_to_string(&path).expect("it is written"), sql(&project, &[]).stdout);
    let run = Limbeck::new(&project, &["sql", "--output-file", "nowhere/x.sql"]).run().exits(2);
    assert!(run.stderr.contains("limbeck cannot write its output: `nowhere/x.sql`: "), "{run}");
}

#[test]
fn pal_e_docs_is_alembics_script() {
    let project = Project::green();
    same(&project, "base:heads", "upgrade");
    same(&project, "9b27:head", "upgrade");
    // Which row of a merge comes back by an update is a hash's choice in alembic; random trees with that choice made are
    // compared in `drop_in`.
    same(&project, "head:58fc", "downgrade");
    same(&project, "f306:base", "downgrade");
    let run = sql(&project, &["--strict"]).exits(0);
    assert!(run.stderr.ends_with("; none unknown\n"), "{run}");
}

#[test]
fn transactions_are_env_pys() {
    for options in [
        "transaction_per_migration=True",
        "transactional_ddl=False",
        "version_table='Versions', version_table_schema='app'",
        "version_table_pk=False",
        "literal_binds=False",
    ] {
        let project = small(
            "def upgrade():\n    with op.get_context().autocommit_block():\n        op.execute('VACUUM')\n\n\ndef downgrade():\n    op.execute('SELECT 1')\n",
        );
        let env = ENV.replace("literal_binds=True", options);
        project.write("scripts/env.py", env);
        same(&project, "base:heads", "upgrade");
        same(&project, "heads:base", "downgrade");
    }
}

/// Whether `%` is doubled is a matter of the driver, which stands in the ini file.
#[test]
fn the_driver_is_that_of_the_ini_files_url() {
    let project = small("def upgrade():\n    op.execute(\"SELECT 'a%b'\")\n");
    project.write(
        "scripts/env.py",
        "from alembic import context\n\nconfig = context.config\nurl = config.get_main_option('sqlalchemy.url')\n\
         context.configure(url=url, literal_binds=True)\n\
         with context.begin_transaction():\n    context.run_migrations()\n",
    );
    for (url, shown) in [
        ("postgresql+asyncpg://u:p%%40@h/d?x=%(here)s", "'a%b'"),
        ("postgresql+psycopg2://h/d", "'a%%b'"),
        ("postgresql://h/d", "'a%%b'"),
        ("%(scheme)s+asyncpg://h/d", "'a%b'"),
    ] {
        let ini = format!(
            "[DEFAULT]\nscheme = postgresql\n[alembic]\nscript_location = scripts\nsqlalchemy.url = {url}\n"
        );
        project.write("alembic.ini", ini);
        same(&project, "base:heads", "upgrade");
        assert!(sql(&project, &["--strict"]).exits(0).stdout.contains(shown), "{url}");
    }
    project.write("alembic.ini", "[alembic]\nscript_location = scripts\nsqlalchemy.url = %(gone)s\n");
    assert!(sql(&project, &[]).exits(0).stdout.contains("unknown: it depends on a setting of env.py"));
}

#[test]
fn helpers_of_the_project_are_followed() {
    let project = small(
        "from app.helpers import add_note, quietly\n\n\ndef upgrade():\n    with quietly('users') as name:\n        add_note(name)\n\n\ndef downgrade():\n    op.drop_column('users', 'note')\n",
    );
    project.write("alembic.ini", "[alembic]\nscript_location = scripts\nprepend_sys_path = .\n");
    project.write("app/__init__.py", "");
    project.write("app/names.py", "NOTE = 'note'\n");
    project.write(
        "app/helpers.py",
        "from contextlib import contextmanager\nimport sqlalchemy as sa\nfrom alembic import context, op\nfrom .names import NOTE\n\n\n\
         @contextmanager\ndef quietly(table):\n    op.execute(f'ALTER TABLE {table} DISABLE TRIGGER ALL')\n    try:\n        yield table\n    finally:\n        op.execute(f'ALTER TABLE {table} ENABLE TRIGGER ALL')\n\n\n\
         def add_note(table, name=NOTE):\n    if context.is_offline_mode() and not context.config.get_main_option('repair'):\n        op.add_column(table, sa.Column(name, sa.Text()))\n",
    );
    same(&project, "base:heads", "upgrade");
    same(&project, "heads:base", "downgrade");
    let lines = sql(&project, &["--revision", "bb22", "--output-format", "concise", "--strict"]).exits(0);
    let places: Vec<_> =
        lines.stdout.lines().filter_map(|line| line.split_once(".py:")?.1.split_once(':')).collect();
    assert_eq!(places.iter().map(|(line, _)| *line).collect::<Vec<_>>(), ["16", "17", "16"], "{lines}");
}

/// alembic's script, byte for byte, without the lines that begin with our mark.
fn same(project: &Project, range: &str, direction: &str) {
    let theirs =
        python::alembic(project, "postgresql+psycopg://nobody@nowhere/none", &[direction, range, "--sql"]);
    assert!(theirs.status.success(), "{}", String::from_utf8_lossy(&theirs.stderr));
    let theirs = String::from_utf8(theirs.stdout).expect("alembic writes UTF-8");
    let flags: &[&str] = if direction == "downgrade" { &["--downgrade"] } else { &[] };
    let ours = sql(project, &[flags, &[range]].concat()).exits(0);
    let lines = ours.stdout.split_inclusive('\n').filter(|line| !line.starts_with("-->"));
    assert_eq!(lines.collect::<String>(), theirs, "{range}\n{ours}");
    assert_eq!(sql(project, &[flags, &[range, "--plain"]].concat()).stdout, theirs);
}

fn snapshot(name: &str, project: &Project, arguments: &[&str], code: i32) {
    let run = sql(project, arguments).exits(code);
    settings(project).bind(|| insta::assert_snapshot!(name, run.to_string()));
}

fn sql(project: &Project, arguments: &[&str]) -> Run {
    Limbeck::new(project, &["sql"]).args(arguments).run()
}

/// Two revisions, the second with these functions.
fn small(functions: &str) -> Project {
    let project = Project::empty();
    project.write("alembic.ini", "[alembic]\nscript_location = scripts\n");
    project.write("scripts/env.py", ENV);
    project.write(
        "scripts/versions/aa11.py",
        "\"\"\"create users\"\"\"\nfrom alembic import op\nimport sqlalchemy as sa\n\nrevision = \"aa11\"\ndown_revision = None\n\n\n\
         def upgrade() -> None:\n    op.create_table(\"users\", sa.Column(\"id\", sa.Integer(), primary_key=True))\n\n\n\
         def downgrade() -> None:\n    op.drop_table(\"users\")\n",
    );
    let header = "\"\"\"add a note\n\nRevision ID: bb22\n\"\"\"\nfrom alembic import op\nimport sqlalchemy as sa\n\nrevision = \"bb22\"\ndown_revision = \"aa11\"\n\n\n";
    project.write("scripts/versions/bb22.py", format!("{header}{functions}"));
    project
}
