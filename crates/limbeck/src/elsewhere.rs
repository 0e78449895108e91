//! Whether another git branch has the file that a tree lacks: the commonest reason why it lacks it.
//!
//! It owns the one question to git, asked only where a `down_revision` is missing, and its bounds: so many branches, so
//! many ids, so much time. Where there is no git, no checkout or no answer in time, it says nothing.

use std::collections::HashSet;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use limbeck_project::Project;
use limbeck_types::{Diagnostic, Problem, ProblemKind};

/// For all questions together.
const DEADLINE: Duration = Duration::from_secs(2);
/// Ids that are looked for.
const IDS: usize = 3;
/// The branches looked at, those with the newest commits.
const BRANCHES: &str = "--count=40";

/// Tells of each missing `down_revision` which branch has it, as the first way out.
pub(crate) fn look(found: &mut [Diagnostic], problems: &[Problem], project: &Project) {
    let missing = problems.iter().filter_map(|problem| match &problem.kind {
        ProblemKind::MissingDownRevision { missing, place } => Some((missing.as_str(), *place)),
        _ => None,
    });
    let missing: Vec<_> = missing.take(IDS).collect();
    if missing.is_empty() {
        return;
    }
    let git = Git { until: Instant::now() + DEADLINE };
    for location in project.version_locations.iter().filter(|location| location.is_dir()) {
        let branches = git.branches(location);
        for (id, place) in &missing {
            let Some((branch, file)) = git.branch_with(id, &branches, location) else { continue };
            let help =
                format!("git branch `{branch}` has it, in {file}: merge that branch, or rebase onto it");
            let is_it = |found: &&mut Diagnostic| {
                found.rule == "missing-down-revision" && found.place == Some(*place)
            };
            if let Some(found) = found.iter_mut().find(is_it) {
                found.help.insert(0, help);
            }
        }
    }
}

struct Git {
    until: Instant,
}

impl Git {
    /// The branches here and of remotes, newest first, in full; of those that have the same files in the folder, one.
    fn branches(&self, folder: &Path) -> Vec<String> {
        // `origin/HEAD` is another name of a branch, no other branch.
        let format = "--format=%(if)%(symref)%(then)%(else)%(refname)%(end)";
        let arguments =
            ["for-each-ref", "--sort=-committerdate", BRANCHES, format, "refs/heads", "refs/remotes"];
        let text = self.ask(folder, &arguments, "").unwrap_or_default();
        let branches: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
        let inside = self.ask(folder, &["rev-parse", "--show-prefix"], "").unwrap_or_default();
        let inside = inside.trim_end_matches(['\n', '/']);
        let folders: String = branches.iter().map(|branch| format!("{branch}:{inside}\n")).collect();
        let trees = self.ask(folder, &["cat-file", "--batch-check"], &folders).unwrap_or_default();
        let mut seen = HashSet::new();
        // A branch without the folder is a line that ends in `missing`.
        let is_new = |tree: &str| tree.contains(" tree ") && seen.insert(tree.to_owned());
        let new: Vec<bool> = trees.lines().map(is_new).collect();
        let new = branches.into_iter().zip(new).filter(|(_, is_new)| *is_new);
        new.map(|(branch, _)| branch.to_owned()).collect()
    }

    /// The first branch with a file here that says that it is this revision, and the file's path in the repository.
    fn branch_with(&self, id: &str, branches: &[String], folder: &Path) -> Option<(String, String)> {
        if branches.is_empty() || id.is_empty() {
            return None;
        }
        let pattern = format!("^revision[ :=].*[\"']{}[\"']", literally(id));
        let mut arguments =
            vec!["grep", "--files-with-matches", "--full-name", "-z", "-I", "-E", "-e", &pattern];
        arguments.extend(branches.iter().map(String::as_str));
        arguments.extend(["--", "*.py"]);
        let text = self.ask(folder, &arguments, "")?;
        // A colon may stand in a path, but in no branch's name.
        let (branch, file) = text.split('\0').next()?.split_once(':')?;
        let name = branch.strip_prefix("refs/heads/").or_else(|| branch.strip_prefix("refs/remotes/"))?;
        Some((name.to_owned(), file.to_owned()))
    }

    /// What git answers to these few lines of input, if it does so in time and without a complaint.
    fn ask(&self, folder: &Path, arguments: &[&str], input: &str) -> Option<String> {
        let mut git = Command::new("git");
        git.args(["-c", "core.fsmonitor=false", "-c", "grep.fullName=true"])
            .args(arguments)
            .current_dir(folder);
        // It changes nothing, asks nobody and fetches nothing.
        git.env("GIT_OPTIONAL_LOCKS", "0").env("GIT_TERMINAL_PROMPT", "0").env("GIT_NO_LAZY_FETCH", "1");
        git.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = git.spawn().ok()?;
        let mut out = child.stdout.take()?;
        // It is far shorter than a pipe is wide. Who ends without reading it says so by its status.
        let _ = child.stdin.take()?.write_all(input.as_bytes());
        let reader = std::thread::spawn(move || {
            let mut bytes = Vec::new();
            out.read_to_end(&mut bytes).map(|_| bytes)
        });
        loop {
            match child.try_wait() {
                Ok(Some(status)) if status.success() => break,
                Ok(None) if Instant::now() < self.until => std::thread::sleep(Duration::from_millis(2)),
                _ => {
                    // Gone already, or to be gone: either way there is no answer.
                    let _ = child.kill();
                    let _ = child.wait();
                    return None;
                }
            }
        }
        String::from_utf8(reader.join().ok()?.ok()?).ok()
    }
}

/// A regular expression, as POSIX extends them, for this very text.
fn literally(text: &str) -> String {
    let escape = |character: char| match character {
        '.' | '[' | ']' | '\\' | '(' | ')' | '*' | '+' | '?' | '{' | '}' | '|' | '^' | '$' => {
            format!("\\{character}")
        }
        character => character.to_string(),
    };
    text.chars().map(escape).collect()
}
