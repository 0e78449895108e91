//! Every rule that `check` can find, and at which level.
//!
//! It owns the catalogue and what settings make of it. docs/cli.md shows the same table, and a test compares the two.

use limbeck_types::{Diagnostic, Severity};

/// A rule of `check`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// Its name in kebab case: it names the bad pattern.
    pub name: &'static str,
    /// How bad a finding is, unless the rule itself says that this one is less.
    pub level: Severity,
    /// What it finds, as docs/cli.md says it.
    pub meaning: &'static str,
}

const fn error(name: &'static str, meaning: &'static str) -> Rule {
    Rule { name, level: Severity::Error, meaning }
}

const fn warning(name: &'static str, meaning: &'static str) -> Rule {
    Rule { name, level: Severity::Warning, meaning }
}

/// All of them, the worst first.
pub const RULES: [Rule; 23] = [
    error(
        "duplicate-revision",
        "several files have one revision id; alembic only warns and forgets all but one",
    ),
    error("missing-down-revision", "a `down_revision` that no file has"),
    error("missing-dependency", "a `depends_on` that is no revision and no branch label of the tree"),
    error("revision-cycle", "revisions follow each other in a cycle"),
    error("dependency-cycle", "revisions depend on each other in a cycle"),
    error("multiple-heads", "more than one head; a note where each has a branch label of its own"),
    error("label-clash", "a branch label that is taken already"),
    error("illegal-revision-id", "an id with `@`, `-`, `+` or `:`, which alembic refuses"),
    error(
        "reserved-revision-id",
        "an id that is a symbol of alembic's: `head`, `heads`, `base`; a warning for `current`",
    ),
    error(
        "revision-id-too-long",
        "an id of more than 32 characters, for which alembic's version table has no room",
    ),
    error("no-revision-id", "a file among the revisions without `revision`"),
    error("no-down-revision", "a revision without `down_revision`"),
    error(
        "opaque-header",
        "a header value that only Python can tell, once for all files that have it for one reason; a note for `branch_labels`; `--with-alembic` and `dry-run` ask alembic instead",
    ),
    error(
        "revision-not-loadable",
        "a revision file raises when alembic imports it, with `--with-alembic` or in a dry-run",
    ),
    error("syntax-error", "a file that is not Python"),
    error("not-utf8", "a file that is not UTF-8, or not what its coding cookie says"),
    error("unreadable-file", "a file or folder that cannot be read, or a null byte in it"),
    warning(
        "multiple-bases",
        "several revisions of one version location follow nothing, and neither a branch label nor a dependency says why",
    ),
    warning(
        "redundant-down-revision",
        "a merge that follows a revision and also its ancestor, or one revision twice",
    ),
    warning(
        "reserved-branch-label",
        "a branch label that is a symbol of alembic's: `head`, `heads`, `base`, `current`",
    ),
    warning(
        "docstring-mismatch",
        "`Revises:` or `Revision ID:` in the docstring is not what `down_revision` or `revision` says",
    ),
    warning("file-name-mismatch", "a file name that holds the id of another revision"),
    warning("file-reached-twice", "a file that several version locations reach"),
];

/// Whether a finding is one of the catalogue, and no worse than it says.
pub fn is_catalogued(found: &Diagnostic) -> bool {
    RULES.iter().any(|rule| rule.name == found.rule && found.severity <= rule.level)
}

/// What settings say about rules: a level for some of them, `None` being off.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Levels(Vec<(&'static str, Option<Severity>)>);

impl Levels {
    /// Says it of the rule of this name; what is said last counts. The error is the name that was probably meant.
    pub fn set(&mut self, name: &str, level: Option<Severity>) -> Result<(), Option<&'static str>> {
        match RULES.iter().find(|rule| rule.name == name) {
            Some(rule) => {
                self.0.push((rule.name, level));
                Ok(())
            }
            None => Err(similar(name)),
        }
    }

    /// What is said of a rule, if anything is.
    pub fn of(&self, name: &str) -> Option<Option<Severity>> {
        self.0.iter().rev().find(|(rule, _)| *rule == name).map(|(_, level)| *level)
    }

    /// The findings at the levels that are said, without those that are off. A level that is said holds for every finding
    /// of its rule, also for one that the rule itself takes less seriously.
    pub fn apply(&self, found: Vec<Diagnostic>) -> Vec<Diagnostic> {
        let at_level = |found: Diagnostic| match self.of(found.rule) {
            None => Some(found),
            Some(level) => level.map(|severity| Diagnostic { severity, ..found }),
        };
        found.into_iter().filter_map(at_level).collect()
    }
}

/// The rule whose name is most like what was written.
fn similar(written: &str) -> Option<&'static str> {
    let written = written.replace('_', "-");
    let distance = |rule: &&Rule| strsim::damerau_levenshtein(rule.name, &written);
    let nearest = RULES.iter().min_by_key(distance)?;
    (distance(&nearest) <= 1 + written.len() / 3).then_some(nearest.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rows of the table in docs/cli.md that lists what `check` finds.
    fn documented() -> Vec<&'static str> {
        let (_, after) = include_str!("../../../docs/cli.md")
            .split_once("| rule | level | meaning |\n|---|---|---|\n")
            .expect("docs/cli.md has a table of rules with their levels");
        after.lines().take_while(|line| line.starts_with('|')).collect()
    }

    #[test]
    fn the_documented_rules_are_the_rules() {
        let level = |rule: &Rule| if rule.level == Severity::Error { "error" } else { "warning" };
        let rows: Vec<String> = RULES
            .iter()
            .map(|rule| format!("| `{}` | {} | {} |", rule.name, level(rule), rule.meaning))
            .collect();
        assert_eq!(documented(), rows);
    }

    #[test]
    fn what_is_said_last_counts_and_unknown_names_are_refused() {
        let mut levels = Levels::default();
        levels.set("multiple-heads", None).unwrap();
        levels.set("multiple-heads", Some(Severity::Note)).unwrap();
        levels.set("label-clash", None).unwrap();
        let found =
            ["multiple-heads", "label-clash", "no-revision-id"].map(|rule| Diagnostic::error(rule, ""));
        let left = levels.apply(found.into());
        let left: Vec<_> = left.iter().map(|found| (found.rule, found.severity)).collect();
        assert_eq!(left, [("multiple-heads", Severity::Note), ("no-revision-id", Severity::Error)]);
        assert_eq!(levels.set("docstring_mismach", None), Err(Some("docstring-mismatch")));
        assert_eq!(levels.set("E501", None), Err(None));
    }
}
