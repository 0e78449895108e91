//! What the docstring says about the revision against what the header says: people read the one, alembic the other.
//!
//! The lines are those of alembic's template (templates/generic/script.py.mako): `Revision ID: x` and `Revises: x, y`,
//! the latter empty for a base. It refuses to judge prose: a line that is no list of ids says nothing.

use std::ops::Range;

use limbeck_types::{Diagnostic, Field, Literal, Migration, Place, Related, Span, Spanned};

use crate::revision_of;

const RULE: &str = "docstring-mismatch";

/// Shorter than this, a part of an id is no id (alembic script/revision.py, `_revision_for_ident`).
const SHORTEST: usize = 4;

/// The lines of a file's docstring that its header contradicts. The file must have been read whole.
pub fn docstring(migration: &Migration) -> Vec<Diagnostic> {
    let Some(docstring) = literal(migration) else { return Vec::new() };
    let found = [revision_id(migration, docstring), revises(migration, docstring)];
    found.into_iter().flatten().collect()
}

/// The docstring as a literal, which knows where each of its bytes stands.
fn literal(migration: &Migration) -> Option<&Literal> {
    let docstring = migration.header.docstring.as_ref()?;
    migration
        .literals()
        .iter()
        .find(|literal| literal.span == docstring.span && literal.value == docstring.value)
}

fn revision_id(migration: &Migration, docstring: &Literal) -> Option<Diagnostic> {
    let Field::Known(Spanned { value: id, span }) = &migration.header.revision else { return None };
    let line = Line::of(docstring, "Revision ID:")?;
    let [said] = line.ids.as_slice() else { return None };
    if agrees(line.text(said), id.as_str()) {
        return None;
    }
    let said_id = line.text(said);
    let message = format!("the docstring says that this is revision `{said_id}`, `revision` says `{id}`");
    let help = format!("alembic reads `revision` alone: write `Revision ID: {id}`, or correct `revision`");
    Some(diagnostic(migration, line.span(said)?, message, *span, "what counts").help(help))
}

fn revises(migration: &Migration, docstring: &Literal) -> Option<Diagnostic> {
    let Field::Known(Spanned { value: down, span }) = &migration.header.down_revision else { return None };
    let line = Line::of(docstring, "Revises:")?;
    let down: Vec<&str> = down.iter().map(|id| id.value.as_str()).collect();
    let is_told = |id: &str| line.ids.iter().any(|said| agrees(line.text(said), id));
    let is_wrong = |said: &&Range<usize>| !down.iter().any(|id| agrees(line.text(said), id));
    let wrong: Vec<&Range<usize>> = line.ids.iter().filter(is_wrong).collect();
    if wrong.is_empty() && down.iter().all(|id| is_told(id)) {
        return None;
    }
    let place = match wrong.as_slice() {
        [wrong] => line.span(wrong)?,
        _ => line.span(&line.whole)?,
    };
    let said: Vec<&str> = line.ids.iter().map(|said| line.text(said)).collect();
    let message = format!(
        "the docstring says that this revision follows {}, `down_revision` says {}",
        list(&said),
        list(&down)
    );
    let right = match down.as_slice() {
        [] => "leave `Revises:` empty".to_owned(),
        down => format!("write `Revises: {}`", down.join(", ")),
    };
    let help = format!("alembic reads `down_revision` alone: {right}, or correct `down_revision`");
    Some(diagnostic(migration, place, message, *span, "what counts").help(help))
}

fn diagnostic(migration: &Migration, at: Span, message: String, header: Span, label: &str) -> Diagnostic {
    let file = migration.file;
    let mut found = Diagnostic::warning(RULE, message).at(Place { file, span: at }).label("not so");
    found.related.push(Related { place: Place { file, span: header }, message: label.to_owned() });
    found.revision = revision_of(migration);
    found
}

fn list(ids: &[&str]) -> String {
    let ids: Vec<String> = ids.iter().map(|id| format!("`{id}`")).collect();
    if ids.is_empty() { "nothing".to_owned() } else { ids.join(", ") }
}

/// Whether the docstring means this id: it may shorten it, and it may write the name of its file.
fn agrees(said: &str, id: &str) -> bool {
    said.eq_ignore_ascii_case(id)
        || (said.len() >= SHORTEST && id.starts_with(said))
        || (id.len() >= SHORTEST && said.to_lowercase().contains(&id.to_lowercase()))
}

/// A line of the docstring that names ids.
struct Line<'a> {
    docstring: &'a Literal,
    /// Where each id stands in the value.
    ids: Vec<Range<usize>>,
    /// All that follows the key; the key where nothing does.
    whole: Range<usize>,
}

impl<'a> Line<'a> {
    /// The first line with this key, unless what follows is no list of ids.
    fn of(docstring: &'a Literal, key: &str) -> Option<Self> {
        let value = &docstring.value;
        let begins_line = |at: &usize| {
            let before = &value[..*at];
            before[before.rfind('\n').map_or(0, |newline| newline + 1)..].trim_start().is_empty()
        };
        let at = value.match_indices(key).map(|(at, _)| at).find(begins_line)?;
        let after = at + key.len();
        let end = value[after..].find('\n').map_or(value.len(), |newline| after + newline);
        let rest = &value[after..end];
        let ids = ids(rest, after)?;
        let trimmed = rest.trim();
        let first = after + (rest.len() - rest.trim_start().len());
        let whole = if trimmed.is_empty() { at..after } else { first..first + trimmed.len() };
        Some(Self { docstring, ids, whole })
    }

    fn text(&self, range: &Range<usize>) -> &'a str {
        &self.docstring.value[range.clone()]
    }

    fn span(&self, range: &Range<usize>) -> Option<Span> {
        self.docstring.source_span(range.clone())
    }
}

/// What people write where a base follows nothing.
const NOTHING: [&str; 5] = ["None", "none", "base", "<base>", "N/A"];

/// The ids of a list, which may be written as a tuple or a list of Python; `None` for prose.
fn ids(text: &str, offset: usize) -> Option<Vec<Range<usize>>> {
    let is_around = |character: char| character.is_whitespace() || matches!(character, '\'' | '"' | '`');
    let mut ids = Vec::new();
    let mut start = 0;
    for item in text.split([',', '(', ')', '[', ']', '{', '}']) {
        let begin = start + (item.len() - item.trim_start_matches(is_around).len());
        start += item.len() + 1;
        let item = item.trim_matches(is_around);
        if item.contains(char::is_whitespace) {
            return None;
        }
        if item.contains(char::is_alphanumeric) && !NOTHING.contains(&item) {
            ids.push(offset + begin..offset + begin + item.len());
        }
    }
    Some(ids)
}

#[cfg(test)]
mod tests {
    use limbeck_types::FileId;

    /// What is found in a file with this docstring and these header lines: the text marked, and the message.
    fn check(docstring: &str, header: &str, expected: &[(&str, &str)]) {
        let python = format!("\"\"\"{docstring}\"\"\"\n{header}\n");
        let (migration, errors) = limbeck_parse::migration(FileId(0), &python);
        assert!(errors.is_empty(), "{python}");
        let found = super::docstring(&migration);
        let found: Vec<(&str, &str)> = found
            .iter()
            .map(|found| (&python[found.place.unwrap().span.range()], found.message.as_str()))
            .collect();
        assert_eq!(found, expected, "{python}");
    }

    const HEADER: &str = "revision = 'aa11bb22'\ndown_revision = 'cc33dd44'";
    const MERGE: &str = "revision = 'aa11bb22'\ndown_revision = ('cc33dd44', 'ee55ff66')";
    const BASE: &str = "revision = 'aa11bb22'\ndown_revision = None";

    #[test]
    fn what_the_template_writes_agrees() {
        check("add x\n\nRevision ID: aa11bb22\nRevises: cc33dd44\nCreate Date: 2026\n", HEADER, &[]);
        check("m\n\nRevision ID: aa11bb22\nRevises: cc33dd44, ee55ff66\n", MERGE, &[]);
        check("m\n\nRevision ID: aa11bb22\nRevises: \nCreate Date: 2026", BASE, &[]);
        check("m\n\nRevises: None\n", BASE, &[]);
        check("Revises: -", BASE, &[]);
        check("Revises: <base>", BASE, &[]);
    }

    #[test]
    fn what_people_write_by_hand_agrees() {
        check("Revises: ('ee55ff66', 'cc33dd44')", MERGE, &[]);
        check("Revises: 'cc33dd44'\\n", HEADER, &[]);
        check("Revises: cc33", HEADER, &[]);
        check("Revises: CC33DD44.", HEADER, &[]);
        check("Revises: migrations/versions/cc33dd44_add_y.py", HEADER, &[]);
        check("Revises: the one before, or so", HEADER, &[]);
        check("Revises nothing at all", HEADER, &[]);
        check("Revises: zzzzzz", "revision = 'a'\ndown_revision = find()", &[]);
    }

    #[test]
    fn a_disagreement_is_pinned_to_its_token() {
        let follows = |said: &str, header: &str| {
            format!("the docstring says that this revision follows {said}, `down_revision` says {header}")
        };
        check("\n  Revises: 0011\n", HEADER, &[("0011", &follows("`0011`", "`cc33dd44`"))]);
        let one = follows("`cc33dd44`, `0011`", "`cc33dd44`, `ee55ff66`");
        check("Revises: cc33dd44, 0011", MERGE, &[("0011", &one)]);
        let half = follows("`cc33dd44`", "`cc33dd44`, `ee55ff66`");
        check("Revises: cc33dd44", MERGE, &[("cc33dd44", &half)]);
        check("Revises: cc33dd44", BASE, &[("cc33dd44", &follows("`cc33dd44`", "nothing"))]);
        check("é\nRevises:\nCreate", HEADER, &[("Revises:", &follows("nothing", "`cc33dd44`"))]);
        let id = "the docstring says that this is revision `aa11bb23`, `revision` says `aa11bb22`";
        check("Revision ID: aa11bb23\nRevises: cc33dd44", HEADER, &[("aa11bb23", id)]);
    }
}
