//! Questions, as limbeck's arguments and as a call of alembic's command function.

use std::process::Command;

use limbeck_tests::project::Project;
use limbeck_tests::setup;
use serde_json::{Value, json};

use crate::random::Random;
use crate::trees::{File, Tree};

#[derive(Debug)]
pub(crate) struct Question {
    /// limbeck's.
    pub(crate) arguments: Vec<String>,
    /// Those of alembic's function.
    pub(crate) keywords: Value,
}

impl std::fmt::Display for Question {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.arguments.join(" "))
    }
}

/// What limbeck made of a question.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl std::fmt::Display for Answer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "exit {:?}\n{}\n{}", self.code, self.stdout, self.stderr)
    }
}

impl Question {
    /// A command with limbeck's arguments and alembic's keywords.
    pub(crate) fn new(arguments: &[&str], keywords: Value) -> Self {
        Self { arguments: arguments.iter().map(ToString::to_string).collect(), keywords }
    }

    fn range(range: &str, verbose: bool) -> Self {
        let range_argument = format!("--rev-range={range}");
        let mut arguments = vec!["history", &range_argument];
        if verbose {
            arguments.push("-v");
        }
        Self::new(&arguments, json!({"rev_range": range, "verbose": verbose}))
    }

    /// The range or symbol that is asked for.
    pub(crate) fn asked(&self) -> Option<&str> {
        let keywords = ["rev_range", "rev", "revision"];
        keywords.iter().find_map(|keyword| self.keywords[keyword].as_str())
    }

    /// Whether it is about a range.
    pub(crate) fn is_range(&self) -> bool {
        self.keywords["rev_range"].is_string()
    }

    /// What alembic's offline mode prints.
    fn sql(range: &str, is_downgrade: bool) -> Self {
        let mut arguments = vec!["sql", "--quiet"];
        arguments.extend(is_downgrade.then_some("--downgrade"));
        arguments.extend(["--", range]);
        Self::new(&arguments, json!({"revision": range, "sql": true}))
    }

    pub(crate) fn json(&self) -> Value {
        let command = match self.arguments[0].as_str() {
            "sql" if self.arguments.iter().any(|argument| argument == "--downgrade") => "downgrade",
            "sql" => "upgrade",
            command => command,
        };
        json!({"command": command, "arguments": self.keywords})
    }

    /// Puts it to the built limbeck. The runs are many, so nothing but code and output is looked at.
    pub(crate) fn answer(&self, project: &Project) -> Answer {
        self.answer_with(project, &[])
    }

    /// The same, with these environment variables.
    pub(crate) fn answer_with(&self, project: &Project, variables: &[(&str, &str)]) -> Answer {
        let mut command = Command::new(setup::binary());
        command.args(&self.arguments).current_dir(project.directory()).env_clear();
        command.envs(variables.iter().copied());
        let output = command.output().expect("LIMBECK_TEST_BINARY can be run");
        let text = |bytes| String::from_utf8(bytes).expect("limbeck writes UTF-8");
        let (stdout, stderr) = (text(output.stdout), text(output.stderr));
        assert!(!stderr.contains("panicked at"), "{self}\n{stderr}");
        Answer { code: output.status.code(), stdout, stderr }
    }
}

/// The history, two of the other questions without a symbol, two ranges, two symbols, and the SQL of a range.
pub(crate) fn random(random: &mut Random, tree: &Tree) -> Vec<Question> {
    let mut fixed = vec![
        Question::new(&["heads"], json!({})),
        Question::new(&["heads", "-v"], json!({"verbose": true})),
        Question::new(&["heads", "--resolve-dependencies"], json!({"resolve_dependencies": true})),
        Question::new(&["history", "--verbose"], json!({"verbose": true})),
        Question::new(&["branches"], json!({})),
        Question::new(&["branches", "-v"], json!({"verbose": true})),
    ];
    let mut questions = vec![Question::new(&["history"], json!({}))];
    for _ in 0..2 {
        questions.push(fixed.swap_remove(random.below(fixed.len())));
        let range = range(random, &tree.files);
        questions.push(Question::range(&range, random.chance(30)));
        let symbol = symbol(random, &tree.files);
        questions.push(Question::new(&["show", "--", &symbol], json!({"rev": symbol})));
    }
    questions.push(sql(random, tree));
    questions
}

/// The SQL of a range, up or down.
fn sql(random: &mut Random, tree: &Tree) -> Question {
    let is_downgrade = random.chance(50);
    let (first, last) = if is_downgrade { ("head", "base") } else { ("base", "heads") };
    // alembic's offline mode begins at one revision, ours at several heads too.
    let from = sql_end(random, tree, first).replace("heads", "head");
    let to = sql_end(random, tree, last);
    Question::sql(&format!("{from}:{to}"), is_downgrade)
}

/// One end of all, mostly: a range of random ends is seldom one.
fn sql_end(random: &mut Random, tree: &Tree, all: &str) -> String {
    if tree.files.is_empty() || random.chance(60) { all.to_owned() } else { symbol(random, &tree.files) }
}

fn range(random: &mut Random, files: &[File]) -> String {
    let end = |random: &mut Random| {
        if random.chance(25) { String::new() } else { symbol(random, files) }
    };
    match random.below(30) {
        0 => symbol(random, files),
        1 => format!(" {}:{} ", end(random), end(random)),
        // Where one of the heads depends on another, they overlap.
        2..=5 if !files.is_empty() => format!(":{}@heads", random.pick(files).id),
        _ => format!("{}:{}", end(random), end(random)),
    }
}

fn symbol(random: &mut Random, files: &[File]) -> String {
    let fixed = ["head", "heads", "base", "nope", "-1", "-2", "+1", "-99", "nope@base", "@head"];
    if files.is_empty() || random.chance(20) {
        return (*random.pick(&fixed)).to_owned();
    }
    let name = name(random, files);
    match random.below(14) {
        0..=5 => name,
        6 | 12 => format!("{name}@{}", random.pick(&["head", "heads", "heads", "base", "nope", ""])),
        7 => format!("{name}@{}", self::name(random, files)),
        8 => format!("{name}{}", random.pick(&["+1", "-1", "+2", "-2", "+0", "-9"])),
        9 => format!("{name}@{}", random.pick(&["+1", "-1", "+2", "-2", "-9"])),
        10 => format!("{name}@{}{}", self::name(random, files), random.pick(&["+1", "-1"])),
        _ => format!("{}{}", random.pick(&["head", "base", "heads"]), random.pick(&["-1", "+1", "-2"])),
    }
}

/// An id, a label, or the beginning of one.
fn name(random: &mut Random, files: &[File]) -> String {
    if files.is_empty() {
        return "nope".to_owned();
    }
    let file = random.pick(files);
    match random.below(10) {
        0..=4 => file.id.clone(),
        5 | 6 => file.labels.first().unwrap_or(&file.id).clone(),
        _ => {
            let length = file.id.chars().count();
            let kept = if random.chance(50) { length - 1 } else { random.below(length) };
            file.id.chars().take(kept.max(1)).collect()
        }
    }
}
