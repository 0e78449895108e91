//! Random trees, and the many ways to spell a revision file.

use limbeck_tests::project::Project;

use crate::random::Random;

/// A tree as it is written to disk.
#[derive(Debug, Clone)]
pub(crate) struct Tree {
    pub(crate) files: Vec<File>,
    pub(crate) layout: Layout,
    /// The kind of the fault that was put in.
    pub(crate) fault: Option<&'static str>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct File {
    pub(crate) id: String,
    pub(crate) down: Vec<String>,
    pub(crate) depends_on: Vec<String>,
    pub(crate) labels: Vec<String>,
    /// Which of the layout's folders it lies in.
    pub(crate) folder: usize,
    pub(crate) name: String,
    /// The seed of its spelling; `None` is the plainest there is.
    pub(crate) spelling: Option<u64>,
}

/// Where versions lie, in load order, and the lines of the configuration that say so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Layout {
    pub(crate) options: &'static str,
    pub(crate) folders: &'static [&'static str],
}

/// Beginnings that collide, ids too short for a partial id, ids that are numbers, one that is not ASCII.
const BEGINNINGS: [&str; 7] = ["ab", "abcd", "abce", "0", "z", "rev_", "éé"];

/// What makes alembic write SQL, and reads none of an application.
pub(crate) const ENV: &str = "\
from alembic import context

context.configure(dialect_name=\"postgresql\", literal_binds=True)
with context.begin_transaction():
    context.run_migrations()
";

/// The usual layout, several locations, and nested ones.
pub(crate) const LAYOUTS: [Layout; 3] = [
    Layout { options: "", folders: &["tree/versions"] },
    Layout {
        options: "version_locations = %(here)s/tree/b:%(here)s/tree/a\npath_separator = os\n",
        folders: &["tree/b", "tree/a"],
    },
    Layout {
        options: "recursive_version_locations = true\n",
        folders: &["tree/versions", "tree/versions/2023", "tree/versions/2024", "tree/versions/2024/old"],
    },
];

impl Tree {
    /// One tree in ten is one that alembic refuses.
    pub(crate) fn random(random: &mut Random) -> Self {
        let mut files = sound(random);
        let is_broken = random.chance(10) && !files.is_empty();
        let fault = is_broken.then(|| break_one(random, &mut files));
        let layout = *random.pick(&LAYOUTS);
        for (number, file) in files.iter_mut().enumerate() {
            let order = random.below(1_000);
            let name = *random.pick(&["_a", ".b c", "-ü", ""]);
            file.name = format!("{order:03}_{number}{name}.py");
            file.folder = random.below(layout.folders.len());
            file.spelling = Some(random.next());
        }
        Self { files, layout, fault }
    }

    /// Writes it as a project whose env.py is this.
    pub(crate) fn write(&self, project: &Project, env: &str) {
        self.write_config(project, "");
        project.write("tree/env.py", env);
        for folder in self.layout.folders {
            project.write(&format!("{folder}/README"), "Not a revision.\n");
        }
        for file in &self.files {
            let folder = self.layout.folders[file.folder];
            project.write(&format!("{folder}/{}", file.name), text(file));
        }
    }

    /// Writes the configuration with more lines in it.
    pub(crate) fn write_config(&self, project: &Project, more: &str) {
        let options = self.layout.options;
        project.write("alembic.ini", format!("[alembic]\nscript_location = %(here)s/tree\n{options}{more}"));
    }
}

fn sound(random: &mut Random) -> Vec<File> {
    let mut files: Vec<File> = Vec::new();
    let largest = if random.chance(5) { 60 } else { 14 };
    let count = random.below(largest) + usize::from(random.chance(80));
    let bases = if random.chance(40) { 25 } else { 5 };
    let merges = random.below(30);
    let dependencies = if random.chance(50) { random.below(40) } else { 0 };
    let labels = random.below(30);
    for number in 0..count {
        let mut file = File { id: format!("{}{number}", random.pick(&BEGINNINGS)), ..File::default() };
        if number > 0 && !random.chance(bases) {
            file.down.push(recent(random, &files));
            while random.chance(merges) && file.down.len() < 3 {
                let down = recent(random, &files);
                // An id twice is legal, if rare.
                if !file.down.contains(&down) || random.chance(5) {
                    file.down.push(down);
                }
            }
        }
        while number > 0 && random.chance(dependencies) && file.depends_on.len() < 3 {
            let other = random.pick(&files);
            let name = other.labels.first().filter(|_| random.chance(50)).unwrap_or(&other.id);
            file.depends_on.push(name.clone());
        }
        if random.chance(labels) {
            file.labels.push(format!("label{number}"));
        }
        if file.labels.len() == 1 && random.chance(20) {
            file.labels.push(format!("ein Etikett-{number}"));
        }
        files.push(file);
    }
    files
}

/// One of the last files more often than an old one, so that lines grow long.
fn recent(random: &mut Random, files: &[File]) -> String {
    let reach = if random.chance(70) { files.len().min(2) } else { files.len() };
    files[files.len() - 1 - random.below(reach)].id.clone()
}

/// A fault that alembic refuses in any tree; gives the kind of its error.
fn break_one(random: &mut Random, files: &mut Vec<File>) -> &'static str {
    let index = random.below(files.len());
    let first = files[0].id.clone();
    let file = &mut files[index];
    let own = file.id.clone();
    match random.below(8) {
        0 => file.down.push("missing1".to_owned()),
        1 => file.depends_on.push("missing2".to_owned()),
        2 => {
            file.down.push(own);
            return "cycle";
        }
        3 => {
            file.depends_on.push(own);
            return "dependency cycle";
        }
        4 => {
            // No base leads into it.
            files.push(File { id: "round1".to_owned(), down: vec!["round2".to_owned()], ..File::default() });
            files.push(File { id: "round2".to_owned(), down: vec!["round1".to_owned()], ..File::default() });
            return "cycle";
        }
        5 => {
            let needs = vec!["round2".to_owned()];
            files.push(File { id: "round1".to_owned(), depends_on: needs, ..File::default() });
            files.push(File { id: "round2".to_owned(), down: vec!["round1".to_owned()], ..File::default() });
            return "dependency cycle";
        }
        6 => {
            file.labels.push(first);
            return "label clash";
        }
        _ => {
            file.id.push('-');
            return "illegal id";
        }
    }
    "KeyError"
}

/// A revision file in its spelling.
fn text(file: &File) -> String {
    let Some(seed) = file.spelling else { return plain_text(file) };
    let random = &mut Random(seed);
    let docstring = docstring(random, file);
    let (start, end) = match random.below(4) {
        0 => (": str", ": Union[str, Sequence[str], None]"),
        _ => ("", ""),
    };
    let header = format!(
        "from typing import Sequence, Union\nfrom alembic import op\n\nrevision{start} = {}\ndown_revision{end} = {}\n\
         branch_labels{end} = {}\ndepends_on{end} = {}\n",
        spelled(random, &file.id),
        list(random, &file.down),
        list(random, &file.labels),
        list(random, &file.depends_on),
    );
    let late = if random.chance(3) { "\n\n__doc__ = 'set\\nat the end'\n" } else { "" };
    let text = format!("{docstring}{header}\n\n{FUNCTIONS}{late}");
    match random.below(20) {
        0 => text.replace('\n', "\r\n"),
        1 => format!("\u{feff}{text}"),
        _ => text,
    }
}

/// Without them alembic makes no script.
const FUNCTIONS: &str = "def upgrade():\n    pass\n\n\ndef downgrade():\n    pass\n";

/// Nothing but what the graph is made of, and what a script of it asks for.
fn plain_text(file: &File) -> String {
    let File { id, down, labels, depends_on, .. } = file;
    format!(
        "revision = {id:?}\ndown_revision = {down:?}\nbranch_labels = {labels:?}\ndepends_on = {depends_on:?}\n\n\n{FUNCTIONS}"
    )
}

fn spelled(random: &mut Random, text: &str) -> String {
    match random.below(8) {
        0 => format!("'{text}'"),
        1 => format!("(\"{text}\")"),
        2 => format!("\"\" \"{text}\""),
        3 => format!("f\"{text}\""),
        _ => format!("\"{text}\""),
    }
}

fn list(random: &mut Random, items: &[String]) -> String {
    let spelled: Vec<String> = items.iter().map(|item| spelled(random, item)).collect();
    match (spelled.as_slice(), random.below(3)) {
        ([], 0) => "()".to_owned(),
        ([], _) => "None".to_owned(),
        ([one], 0) => one.clone(),
        (many, 1) => format!("[{}]", many.join(", ")),
        (many, _) => format!("({},)", many.join(", ")),
    }
}

/// A docstring, or what only looks like one.
fn docstring(random: &mut Random, file: &File) -> String {
    let id = &file.id;
    let down = file.down.join(", ");
    match random.below(16) {
        0 => String::new(),
        1 => format!("'{id} in one line'\n"),
        2 => format!("\"\"\"two lines\nof {id}\n\nand more\n\"\"\"\n"),
        3 => format!("\"\"\"\n    indented {id}\n\n      deeper\n    \n    back \n\n\"\"\"\n"),
        4 => format!("\"first \" 'and second of {id}'\n"),
        5 => format!("r'''raw \\n {id}\n\n\\t'''\n"),
        6 => {
            "'tab\\tfeed\\x0cline\\u2028end\\x85next\\x1cunit\\x1fcarriage\\rreturn\\r\\nlast\\n\\n\\nmore'\n"
                .to_owned()
        }
        7 => "\"\"\" \\x1f  \"\"\"\n".to_owned(),
        8 => format!("\"\"\"Überschrift — 日本 {id}\n\n\u{a0} — \u{2003}\n\n🦀\n\"\"\"\n"),
        9 => format!("f\"no docstring {id}\"\n"),
        10 => "b'no docstring'\n".to_owned(),
        11 => format!("# a comment\n\n\"\"\"after a comment: {id}\n \n\npercent %s %(x)s %%\n\"\"\"\n"),
        _ => format!(
            "\"\"\"message of {id}\n\nRevision ID: {id}\nRevises: {down}\nCreate Date: 2024-01-02 03:04:05.678901\n\n\"\"\"\n"
        ),
    }
}
