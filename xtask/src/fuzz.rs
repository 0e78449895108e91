//! Fuzzing under libFuzzer, which follows coverage: the compiler of the stable toolchain counts edges when it is told to.
//!
//! What is found is made small and written to `fixtures/fuzz`, which `limbeck-fuzz`'s own tests run.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::machine::{self, root, run, say};

/// Seconds unless told.
const SECONDS: u64 = 3600;
const TARGETS: [&str; 2] = ["python", "sql"];
/// Seconds after which an input is looked at more closely.
const SLOW: &str = "-timeout=4";
/// What an input may take, in seconds of the processor: a machine that is busy makes slow what is not.
const LIMIT: &str = "ulimit -t 3 && ";
/// What the compiler is told, as cargo-fuzz tells it: to count edges and to report comparisons.
const FLAGS: [&str; 7] = [
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "--cfg",
    "fuzzing",
];
/// The stack that most threads have, so that what fits in the tests fits there.
const STACK: &str = "ulimit -s 2048 && exec \"$0\" \"$@\"";
/// Inputs that end a target's run.
const MOST_FINDINGS: usize = 5;
/// How long a finding is made smaller.
const MINIMISING: Duration = Duration::from_secs(120);

/// Fuzzes each target for its part of the time; a finding is an error.
pub(crate) fn run_for(seconds: Option<&str>) -> Result<()> {
    let seconds = seconds.map_or(Ok(SECONDS), str::parse).context("how many SECONDS is a whole number")?;
    let fuzzer = Fuzzer::build()?;
    let mut findings = 0;
    for target in TARGETS {
        findings += fuzzer.target(target, Duration::from_secs(seconds / TARGETS.len() as u64))?;
    }
    if findings > 0 {
        bail!("{findings} findings in fixtures/fuzz: repair them, then commit them with the repair");
    }
    Ok(())
}

/// A built fuzzer and its folders.
struct Fuzzer {
    root: PathBuf,
    program: PathBuf,
    /// Corpora, seeds and logs, kept between runs.
    folder: PathBuf,
}

impl Fuzzer {
    fn build() -> Result<Self> {
        let root = root();
        let version = Command::new("rustc").arg("-vV").output().context("cannot ask rustc for its host")?;
        let version = String::from_utf8_lossy(&version.stdout).into_owned();
        let host =
            version.lines().find_map(|line| line.strip_prefix("host: ")).context("rustc has no host")?;
        let mut build = Command::new(env!("CARGO"));
        // With a target, build scripts and macros are spared the flags.
        build.args([
            "build",
            "--package",
            "limbeck-fuzz",
            "--features",
            "libfuzzer",
            "--profile",
            "fuzz",
            "--target",
            host,
        ]);
        run(build.env("CARGO_ENCODED_RUSTFLAGS", FLAGS.join("\x1f")).current_dir(&root))?;
        let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
        let folder = machine::cache(&root)?.join("fuzz");
        Ok(Self { program: target.join(host).join("fuzz/fuzz"), root, folder })
    }

    /// How many findings there are.
    fn target(&self, target: &str, time: Duration) -> Result<usize> {
        let seeds = self.seeds(target)?;
        let corpus = self.folder.join(target);
        let found = self.folder.join(format!("{target}-found"));
        for folder in [&corpus, &found] {
            std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        }
        let started = Instant::now();
        let (mut inputs, mut findings) = (0, 0);
        while findings < MOST_FINDINGS && started.elapsed() < time {
            let left = (time - started.elapsed()).as_secs().max(1);
            let current = self.folder.join(format!("{target}.current"));
            let mut fuzzer = self.command("", target, &seeds);
            fuzzer.env("LIMBECK_FUZZ_CURRENT", &current);
            fuzzer.args([SLOW, "-rss_limit_mb=4096", "-max_len=65536", "-print_final_stats=1"]);
            fuzzer
                .arg(format!("-max_total_time={left}"))
                .arg(format!("-artifact_prefix={}/", found.display()));
            let output = fuzzer.args([&corpus, &seeds]).output().context("cannot start the fuzzer")?;
            let log = String::from_utf8_lossy(&output.stderr);
            std::fs::write(self.folder.join(format!("{target}.log")), &*log)?;
            inputs += number(&log, "stat::number_of_executed_units:");
            if output.status.success() {
                break;
            }
            // Whoever overflows the stack writes nothing more.
            let written = log.lines().rev().find_map(|line| line.split("Test unit written to ").nth(1));
            let input = std::fs::read(written.map_or(current, PathBuf::from)).with_context(|| {
                format!("the fuzzer of {target} ended with {}; see {target}.log", output.status)
            })?;
            if self.fails(target, &seeds, &input)? {
                findings += 1;
                self.keep(target, &seeds, &input)?;
            } else {
                say(&format!("fuzz {target}: ended with {} at an input that passes alone", output.status));
            }
        }
        let seconds = started.elapsed().as_secs();
        say(&format!("fuzz {target}: {inputs} inputs in {seconds} s, {findings} findings"));
        Ok(findings)
    }

    fn command(&self, limit: &str, target: &str, seeds: &Path) -> Command {
        let mut command = Command::new("sh");
        command
            .arg("-c")
            .arg(format!("{limit}{STACK}"))
            .arg(&self.program)
            .stdin(Stdio::null())
            .current_dir(&self.folder);
        command
            .env("LIMBECK_FUZZ_TARGET", target)
            .env("LIMBECK_FUZZ_SEEDS", seeds)
            .env("RUST_BACKTRACE", "1");
        command
    }

    /// Whether an input fails every time, by itself.
    fn fails(&self, target: &str, seeds: &Path, input: &[u8]) -> Result<bool> {
        let file = self.folder.join(format!("{target}.input"));
        std::fs::write(&file, input)?;
        for _ in 0..3 {
            let prefix = format!("-artifact_prefix={}.", file.display());
            let output =
                self.command(LIMIT, target, seeds).args(["-timeout=120", &prefix]).arg(&file).output()?;
            if output.status.success() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Makes an input smaller while it fails, and writes it to the fixtures.
    fn keep(&self, target: &str, seeds: &Path, input: &[u8]) -> Result<()> {
        let started = Instant::now();
        let mut small = input.to_vec();
        let mut chunk = small.len() / 2;
        while chunk > 0 && started.elapsed() < MINIMISING {
            let mut at = 0;
            while at < small.len() && started.elapsed() < MINIMISING {
                let mut without = small[..at].to_vec();
                without.extend_from_slice(&small[(at + chunk).min(small.len())..]);
                match self.fails(target, seeds, &without)? {
                    true => small = without,
                    false => at += chunk,
                }
            }
            chunk /= 2;
        }
        let mut hasher = DefaultHasher::new();
        small.hash(&mut hasher);
        let folder = self.root.join("fixtures/fuzz");
        std::fs::create_dir_all(&folder)?;
        let name = format!("{target}-{:08x}", hasher.finish() as u32);
        std::fs::write(folder.join(&name), &small)?;
        say(&format!("fuzz {target}: found fixtures/fuzz/{name}, {} bytes", small.len()));
        Ok(())
    }

    /// What the fuzzer starts from: fixtures, and the public trees where they have been fetched.
    fn seeds(&self, target: &str) -> Result<PathBuf> {
        let folder = self.folder.join(format!("{target}-seeds"));
        if folder.exists() {
            std::fs::remove_dir_all(&folder)?;
        }
        std::fs::create_dir_all(&folder)?;
        let mut paths = Vec::new();
        for source in ["fixtures", "crates/limbeck-sql/tests"] {
            list(&self.root.join(source), &mut paths);
        }
        list(&self.folder.with_file_name("trees"), &mut paths);
        paths.sort();
        let mut seeds: Vec<Vec<u8>> = Vec::new();
        for path in paths {
            let Ok(bytes) = std::fs::read(&path) else { continue };
            let extension = path.extension().unwrap_or_default().to_string_lossy().into_owned();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            match (target, &*extension) {
                (target, _) if name.starts_with(&format!("{target}-")) => seeds.push(bytes),
                ("python", "py") => seeds.push(bytes),
                ("sql", "py") => seeds.extend(sql_of(&String::from_utf8_lossy(&bytes))),
                ("sql", "sql") => seeds.extend(bytes.split(|byte| *byte == b'\n').map(<[u8]>::to_vec)),
                _ => {}
            }
        }
        for (index, seed) in seeds.iter().enumerate() {
            std::fs::write(folder.join(format!("{index:05}")), seed)?;
        }
        Ok(folder)
    }
}

/// What stands between the triple quotes of a file and looks like SQL.
fn sql_of(text: &str) -> Vec<Vec<u8>> {
    let words = ["SELECT ", "INSERT ", "UPDATE ", "DELETE ", "ALTER ", "CREATE ", "DROP "];
    let is_sql = |part: &&str| words.iter().any(|word| part.contains(word));
    text.split("\"\"\"").skip(1).step_by(2).filter(is_sql).map(|part| part.as_bytes().to_vec()).collect()
}

fn number(log: &str, label: &str) -> u64 {
    log.lines().find_map(|line| line.strip_prefix(label)?.trim().parse().ok()).unwrap_or_default()
}

fn list(folder: &Path, paths: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.filter_map(Result::ok).map(|entry| entry.path()) {
        match path.is_dir() {
            true => list(&path, paths),
            false => paths.push(path),
        }
    }
}
