//! Pictures from text, and back to text.

use limbeck_report::graph::{Drawing, GraphPicture, Node, PictureFormat, write};
use limbeck_report::{Entry, Style};
use limbeck_types::{FileId, RevisionId, Source, Sources, Span, Spanned};

/// What the revisions of a picture borrow.
pub(crate) struct Sketch(Vec<Sketched>);

/// One revision.
pub(crate) struct Sketched {
    pub(crate) id: RevisionId,
    pub(crate) down: Vec<Spanned<RevisionId>>,
    pub(crate) depends_on: Vec<Spanned<String>>,
    pub(crate) labels: Vec<String>,
    pub(crate) message: String,
    pub(crate) applied: Option<bool>,
    /// Its file, alone.
    pub(crate) source: Sources,
}

impl Sketch {
    /// One revision a line, newest first: `+id <- down, down (dependency) [label] message`. A `+` is applied, a `-` is
    /// not.
    pub(crate) fn new(text: &str) -> Self {
        Self::of(text.lines().map(str::trim).filter(|line| !line.is_empty()).map(revision).collect())
    }

    pub(crate) fn of(revisions: Vec<Sketched>) -> Self {
        Self(revisions)
    }

    /// The picture of all of them.
    pub(crate) fn picture(&self) -> GraphPicture<'_> {
        self.part(|_| true)
    }

    /// The picture of some of them, which knows of the others.
    pub(crate) fn part(&self, keep: impl Fn(&str) -> bool) -> GraphPicture<'_> {
        let kept = self.0.iter().filter(|revision| keep(revision.id.as_str()));
        GraphPicture::new(kept.map(|revision| self.node(revision)).collect())
    }

    /// The lines of the picture in the terminal.
    pub(crate) fn tree(&self) -> String {
        tree(self.picture())
    }

    fn node<'a>(&'a self, revision: &'a Sketched) -> Node<'a> {
        let id = &revision.id;
        let follows = |other: &&Sketched| other.down.iter().any(|down| down.value == *id);
        let depends = |other: &Sketched| other.depends_on.iter().any(|on| on.value == id.as_str());
        let next: Vec<&RevisionId> = self.0.iter().filter(follows).map(|other| &other.id).collect();
        let of_name = |name: &Spanned<String>| self.0.iter().find(|other| other.id.as_str() == name.value);
        Node {
            number: None,
            is_applied: revision.applied,
            down: revision.down.iter().map(|down| &down.value).collect(),
            dependencies: revision.depends_on.iter().filter_map(of_name).map(|other| &other.id).collect(),
            entry: Entry {
                id,
                down: &revision.down,
                depends_on: &revision.depends_on,
                labels: revision.labels.iter().map(String::as_str).collect(),
                is_real_head: next.is_empty() && !self.0.iter().any(depends),
                next: next.into(),
                is_current: None,
                message: &revision.message,
                description: &revision.message,
                file: FileId(0),
                sources: &revision.source,
            },
        }
    }
}

/// A picture in the terminal, uncut and without colour.
pub(crate) fn tree(picture: GraphPicture<'_>) -> String {
    drawn(picture, PictureFormat::Tree { width: None, style: Style { color: false } })
}

/// A picture in a format.
pub(crate) fn drawn(picture: GraphPicture<'_>, format: PictureFormat) -> String {
    let mut out = Vec::new();
    write(&mut out, &Drawing { picture, format }).expect("a vector takes all");
    String::from_utf8(out).expect("pictures are text")
}

fn revision(line: &str) -> Sketched {
    let applied = line.starts_with(['+', '-']).then(|| line.starts_with('+'));
    let line = line.trim_start_matches(['+', '-']);
    let (line, labels) = bracketed(line, '[', ']');
    let (line, depends_on) = bracketed(&line, '(', ')');
    let (id, rest) = line.split_once(' ').unwrap_or((&line, ""));
    let (down, message) = match rest.trim().strip_prefix("<-") {
        Some(rest) => {
            let words = rest.split_whitespace();
            let named = words.clone().take_while(|word| word.ends_with(',')).count() + 1;
            (words.clone().take(named).collect::<String>(), words.skip(named).collect::<Vec<_>>().join(" "))
        }
        None => (String::new(), rest.trim().to_owned()),
    };
    Sketched {
        id: RevisionId::from(id),
        down: list(&down).into_iter().map(|id| spanned(RevisionId::from(id.as_str()))).collect(),
        depends_on: list(&depends_on).into_iter().map(spanned).collect(),
        labels: list(&labels),
        message,
        applied,
        source: file(format!("versions/{id}.py")),
    }
}

/// A file that is shown so.
pub(crate) fn file(shown: String) -> Sources {
    Sources::from_iter([Source { shown, ..Source::default() }])
}

fn bracketed(text: &str, open: char, close: char) -> (String, String) {
    let Some((before, rest)) = text.split_once(open) else { return (text.to_owned(), String::new()) };
    let (inside, after) = rest.split_once(close).expect("a bracket closes");
    (format!("{} {}", before.trim_end(), after.trim_start()).trim_end().to_owned(), inside.to_owned())
}

fn list(text: &str) -> Vec<String> {
    text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect()
}

/// A value of no place in particular.
pub(crate) fn spanned<T>(value: T) -> Spanned<T> {
    Spanned { value, span: Span::default() }
}
