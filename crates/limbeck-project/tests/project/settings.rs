//! limbeck's settings, read from real files.

use std::path::PathBuf;
use std::time::Duration;

use limbeck_project::{Request, Settings, settings};
use limbeck_types::Severity;

/// Reads the settings of a folder with these files; the folder's path is `{root}` in the error.
fn read(files: &[(&str, &str)], config: &[&str]) -> Result<Settings, String> {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().to_path_buf();
    for (path, text) in files {
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let config = config.iter().map(PathBuf::from).collect();
    let request = Request { directory: root.clone(), shown_from: root.clone(), config, ..Request::default() };
    let relative = |path: &mut PathBuf| *path = path.strip_prefix(&root).unwrap_or(path).to_path_buf();
    settings(&request)
        .map(|mut settings| {
            settings.file.iter_mut().for_each(relative);
            settings.config.iter_mut().for_each(relative);
            settings.python.iter_mut().for_each(relative);
            settings.postgres_bin.iter_mut().for_each(relative);
            settings
        })
        .map_err(|error| {
            let place = error.place().map(|place| format!(" [{}]", &place.file.text[place.span.range()]));
            let help: String = error.help().iter().map(|help| format!("; {help}")).collect();
            format!("{}: {error}{}{help}", error.rule(), place.unwrap_or_default())
        })
}

#[track_caller]
fn check_error(text: &str, expected: &str) {
    assert_eq!(read(&[("limbeck.toml", text)], &[]).unwrap_err(), expected);
}

#[test]
fn every_key_is_read() {
    let text = r#"
        database-url = "postgresql+psycopg://u@h/d"
        postgres = 17
        postgres-bin = "pg/bin"
        python = ".venv/bin/python"
        requirements = ["alembic==1.20.1", "psycopg"]
        url-env = ["DB_URL", "OTHER"]
        revision-timeout = 60
        statement-timeout = 2.5
        lock-timeout = 0
        startup-timeout = 30
        wait = 0x10
        config = ["db/alembic.ini", "/abs/pyproject.toml"]
        name = "one"
        fail-on = "warning"
    "#;
    let expected = Settings {
        file: Some("conf/limbeck.toml".into()),
        database_url: Some("postgresql+psycopg://u@h/d".into()),
        postgres: Some(17),
        postgres_bin: Some("conf/pg/bin".into()),
        python: Some("conf/.venv/bin/python".into()),
        requirements: vec!["alembic==1.20.1".into(), "psycopg".into()],
        url_env: vec!["DB_URL".into(), "OTHER".into()],
        revision_timeout: Some(Duration::from_secs(60)),
        statement_timeout: Some(Duration::from_millis(2500)),
        lock_timeout: Some(Duration::ZERO),
        startup_timeout: Some(Duration::from_secs(30)),
        wait: Some(Duration::from_secs(16)),
        config: vec!["conf/db/alembic.ini".into(), "/abs/pyproject.toml".into()],
        name: Some("one".into()),
        fail_on: Some(Severity::Warning),
        rules: Vec::new(),
    };
    assert_eq!(read(&[("conf/limbeck.toml", text)], &["conf/alembic.ini"]), Ok(expected));
}

#[test]
fn rules_have_levels_and_places() {
    let text = "[tool.limbeck.rules]\nmultiple-heads = 'off'\nlabel-clash = 'note'\nno-such-rule = 'error'\n";
    let settings = read(&[("pyproject.toml", text)], &[]).unwrap();
    let rules: Vec<_> = settings
        .rules
        .iter()
        .map(|rule| (rule.rule.as_str(), rule.level, &rule.place.file.text[rule.place.span.range()]))
        .collect();
    let expected = [
        ("multiple-heads", None, "multiple-heads"),
        ("label-clash", Some(Severity::Note), "label-clash"),
        ("no-such-rule", Some(Severity::Error), "no-such-rule"),
    ];
    assert_eq!(rules, expected);
}

#[test]
fn short_forms_are_read() {
    let text = "postgres = '16'\npython = 'python3.12'\nurl-env = 'DB_URL'\nconfig = 'a.ini'\n";
    let expected = Settings {
        file: Some("limbeck.toml".into()),
        postgres: Some(16),
        python: Some("python3.12".into()),
        url_env: vec!["DB_URL".into()],
        config: vec!["a.ini".into()],
        ..Settings::default()
    };
    assert_eq!(read(&[("limbeck.toml", text)], &[]), Ok(expected));
}

#[test]
fn the_own_file_wins_as_a_whole() {
    let toml = ("pyproject.toml", "[tool.limbeck]\nname = 'toml'\npostgres = 15\n");
    let named = |file: &str, name: &str, postgres| Settings {
        file: Some(file.into()),
        name: Some(name.into()),
        postgres,
        ..Settings::default()
    };
    assert_eq!(read(&[toml], &[]), Ok(named("pyproject.toml", "toml", Some(15))));
    assert_eq!(read(&[toml, ("limbeck.toml", "name = 'own'")], &[]), Ok(named("limbeck.toml", "own", None)));
    assert_eq!(read(&[("pyproject.toml", "[tool.ruff]\n")], &[]), Ok(Settings::default()));
    assert_eq!(read(&[], &[]), Ok(Settings::default()));
}

#[test]
fn unknown_keys_are_refused() {
    check_error(
        "wait = 1\npostgres_bin = 'x'\n",
        "bad-settings: unknown key `postgres_bin` in the settings of `limbeck.toml` [postgres_bin]; did you mean `postgres-bin`?",
    );
    check_error(
        "statment-timeout = 1",
        "bad-settings: unknown key `statment-timeout` in the settings of `limbeck.toml` [statment-timeout]; did you mean `statement-timeout`?",
    );
    check_error(
        "zzz = 1",
        "bad-settings: unknown key `zzz` in the settings of `limbeck.toml` [zzz]; known keys: `config`, `database-url`, \
         `fail-on`, `lock-timeout`, `name`, `postgres`, `postgres-bin`, `python`, `requirements`, \
         `revision-timeout`, `rules`, `startup-timeout`, `statement-timeout`, `url-env`, `wait`",
    );
}

#[test]
fn wrong_values_are_refused() {
    for (text, at, wanted, found) in [
        ("wait = 'long'", "'long'", "a number of seconds, not negative", "`long`"),
        ("wait = -1", "-1", "a number of seconds, not negative", "`-1`"),
        ("wait = nan", "nan", "a number of seconds, not negative", "`nan`"),
        ("wait = inf", "inf", "a number of seconds, not negative", "`inf`"),
        ("postgres = 'new'", "'new'", "a major version such as `17`", "`new`"),
        ("postgres = 0", "0", "a major version such as `17`", "`0`"),
        ("postgres = 16.2", "16.2", "a major version such as `17`", "`16.2`"),
        ("url-env = ['A', 1]", "['A', 1]", "a string or a list of strings", "an array"),
        ("requirements = 'x'", "'x'", "a list of strings", "`x`"),
        ("database-url = true", "true", "a string", "a boolean"),
        ("name = {}", "{}", "a string", "a table"),
        ("fail-on = 'note'", "'note'", "`error` or `warning`", "`note`"),
        ("rules = 'off'", "'off'", "a table of rules", "`off`"),
        (
            "rules = { multiple-heads = 'warn' }",
            "'warn'",
            "a table of rules, each `error`, `warning`, `note` or `off`",
            "`warn`",
        ),
    ] {
        let key = text.split(' ').next().unwrap();
        let message = format!("`{key}` in the settings of `limbeck.toml` must be {wanted}, but is {found}");
        let help = format!("make `{key}` {wanted}, or take it out");
        check_error(text, &format!("bad-settings: {message} [{at}]; {help}"));
    }
    check_error(
        "wait = 1\nwait = 2\n",
        "config-unreadable: `limbeck.toml` cannot be read: duplicate key [wait]; mend the line: nothing of the file is read until then",
    );
    assert_eq!(
        read(&[("pyproject.toml", "tool.limbeck = 1\n")], &[]).unwrap_err(),
        "config-unreadable: `pyproject.toml` cannot be read: `tool.limbeck` is not a table [1]; mend the line: nothing of the file is read until then",
    );
}
