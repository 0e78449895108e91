//! Names that alembic has a meaning of its own for (alembic script/revision.py, `_resolve_revision_number`; command.py,
//! `show` and `history`). What each of them does was seen with alembic 1.20.1.

use limbeck_types::{Diagnostic, Field, Migration, Place, Severity};

use crate::revision_of;

/// Each symbol, and what becomes of a revision of that name.
const SYMBOLS: [(&str, &str); 4] = [
    (
        "head",
        "alembic takes it for the head: as soon as a revision follows this one, `alembic upgrade` dies of it",
    ),
    (
        "heads",
        "alembic takes it for all heads: as soon as a revision follows this one, `alembic upgrade` dies of it",
    ),
    (
        "base",
        "alembic takes it for what is before the first revision: `alembic history` and `alembic upgrade` die of it",
    ),
    (
        "current",
        "`alembic show` and `alembic history` take it for the database's revision and never find this one",
    ),
];

/// Whether alembic has a meaning of its own for this name.
pub(crate) fn is_reserved(name: &str) -> bool {
    SYMBOLS.iter().any(|(symbol, _)| *symbol == name)
}

/// A revision id and branch labels that are symbols of alembic's.
pub(crate) fn reserved(migration: &Migration) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = id(migration).into_iter().collect();
    found.extend(labels(migration));
    found
}

fn id(migration: &Migration) -> Option<Diagnostic> {
    let Field::Known(id) = &migration.header.revision else { return None };
    let text = id.value.as_str();
    let &(symbol, meaning) = SYMBOLS.iter().find(|(symbol, _)| *symbol == text)?;
    let message = format!("revision id `{symbol}` is a symbol of alembic's own");
    let place = Place { file: migration.file, span: id.span };
    let mut found = Diagnostic::error("reserved-revision-id", message).at(place).help(meaning);
    if symbol == "current" {
        found.severity = Severity::Warning;
    }
    found.revision = revision_of(migration);
    Some(found.help("give the revision another id, here and in the `down_revision` of what follows it"))
}

fn labels(migration: &Migration) -> impl Iterator<Item = Diagnostic> {
    let labels = migration.header.branch_labels.known().into_iter().flatten();
    let reserved = labels.filter(|label| is_reserved(&label.value));
    reserved.map(|label| {
        let message = format!("branch label `{}` is a symbol of alembic's own", label.value);
        let place = Place { file: migration.file, span: label.span };
        let mut found = Diagnostic::warning("reserved-branch-label", message).at(place);
        found.revision = revision_of(migration);
        found.help("alembic takes it for its symbol, so the label does not name the branch: give it another")
    })
}
