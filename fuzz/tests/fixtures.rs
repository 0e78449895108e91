//! What the fuzzer has found stays repaired, and a few seconds of fuzzing without it find nothing.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use limbeck_fuzz::{Random, Target, mutate};
use proptest::prelude::*;

/// The fuzzer's limit is two seconds of an optimised build; tests run an unoptimised one, several at a time.
const LIMIT: Duration = Duration::from_secs(40);

#[test]
fn what_was_found_stays_repaired() {
    for path in files("fixtures/fuzz") {
        let name = path.file_name().expect("a listed file has a name").to_string_lossy().into_owned();
        let target = Target::ALL.into_iter().find(|target| name.starts_with(target.name()));
        let target = target.unwrap_or_else(|| panic!("{name} begins with no target's name"));
        run(target, &name, &std::fs::read(&path).expect("a listed file can be read"));
    }
}

#[test]
fn fixtures_can_be_read() {
    for path in files("fixtures/revisions") {
        run(Target::Python, &path.display().to_string(), &std::fs::read(&path).expect("it can be read"));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, max_shrink_iters: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn hostile_revisions_do_nothing(seed: u64) {
        hostile(Target::Python, &texts("fixtures/revisions"), seed);
    }

    #[test]
    fn hostile_sql_does_nothing(seed: u64) {
        let statements = std::fs::read_to_string(root().join("crates/limbeck-sql/tests/read/statements.sql"));
        let statements = statements.expect("it is there");
        let lines: Vec<String> = statements.lines().map(ToOwned::to_owned).collect();
        hostile(Target::Sql, &lines, seed);
    }
}

fn hostile(target: Target, texts: &[String], seed: u64) {
    let mut random = Random::new(seed);
    let empty = String::new();
    let text = random.pick(texts).unwrap_or(&empty);
    let other = random.pick(texts).unwrap_or(&empty);
    let hostile = mutate(target, text, other, &mut random);
    run(target, &format!("seed {seed}"), hostile.as_bytes());
}

fn run(target: Target, name: &str, bytes: &[u8]) {
    let started = Instant::now();
    target.run(bytes);
    let took = started.elapsed();
    assert!(took < LIMIT, "{name} takes {took:?}");
}

fn texts(folder: &str) -> Vec<String> {
    files(folder).iter().filter_map(|path| std::fs::read_to_string(path).ok()).collect()
}

fn files(folder: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root().join(folder)).into_iter().flatten();
    let mut paths: Vec<PathBuf> = entries.filter_map(Result::ok).map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}
