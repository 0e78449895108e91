//! What is wrong with a revision file's own header, without its neighbours.

use std::borrow::Cow;

use limbeck_types::{Diagnostic, Field, Header, Migration, Place};

use crate::reserved::{is_reserved, reserved};
use crate::revision_of;

/// How many characters alembic's `version_num varchar(32)` holds (ddl/impl.py, `version_table_impl`).
pub const VERSION_NUM_LENGTH: usize = 32;

/// What is known about the column that holds revision ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VersionColumn {
    /// alembic's own.
    Stock,
    /// env.py speaks of it, so it may be wider.
    Custom,
}

/// The faults of one file's header. `file_name` gives the last part of its path.
pub fn headers<'n>(
    migration: &Migration,
    file_name: impl FnOnce() -> Cow<'n, str>,
    column: VersionColumn,
) -> Vec<Diagnostic> {
    if is_plain(&migration.header) {
        return Vec::new();
    }
    let mut found = reserved(migration);
    found.extend(without_id(migration, file_name));
    found.extend(without_down_revision(migration));
    if column == VersionColumn::Stock {
        found.extend(long_id(migration));
    }
    found
}

/// Whether a header surely has no fault, as nearly all headers of nearly all trees: not even an empty list is made for it.
fn is_plain(header: &Header) -> bool {
    let Field::Known(id) = &header.revision else { return false };
    let has_labels = header.branch_labels.known().is_some_and(|labels| !labels.is_empty());
    id.value.as_str().len() <= VERSION_NUM_LENGTH
        && !is_reserved(id.value.as_str())
        && !has_labels
        && !matches!(header.down_revision, Field::Absent)
}

fn without_id<'n>(migration: &Migration, file_name: impl FnOnce() -> Cow<'n, str>) -> Option<Diagnostic> {
    let is_absent = matches!(migration.header.revision, Field::Absent);
    if !is_absent || file_name().strip_suffix(".py").is_some_and(is_hex) {
        return None;
    }
    let place = Place { file: migration.file, span: limbeck_types::Span::new(0, 0) };
    let message = "this file among the revisions has no `revision`";
    Some(
        Diagnostic::error("no-revision-id", message)
            .at(place)
            .help("alembic refuses the whole tree because of it: move the file out of the versions folder"),
    )
}

/// What alembic takes an id from a file name for (script/base.py, `_legacy_rev`: `[a-f0-9]+.py`).
fn is_hex(stem: &str) -> bool {
    !stem.is_empty() && stem.bytes().all(|byte| matches!(byte, b'a'..=b'f' | b'0'..=b'9'))
}

fn without_down_revision(migration: &Migration) -> Option<Diagnostic> {
    let header = &migration.header;
    if !matches!(header.down_revision, Field::Absent) || matches!(header.revision, Field::Absent) {
        return None;
    }
    let place = Place { file: migration.file, span: header.revision.span()? };
    let mut found = Diagnostic::error("no-down-revision", "this revision has no `down_revision`").at(place);
    found.revision = revision_of(migration);
    Some(found.help("alembic dies with an AttributeError: write `down_revision = None` for a base"))
}

fn long_id(migration: &Migration) -> Option<Diagnostic> {
    // No text has more characters than bytes.
    let id = migration.header.revision.known().filter(|id| id.as_str().len() > VERSION_NUM_LENGTH)?;
    let length = id.as_str().chars().count();
    if length <= VERSION_NUM_LENGTH {
        return None;
    }
    let place = Place { file: migration.file, span: migration.header.revision.span()? };
    let message = format!(
        "the revision id has {length} characters, alembic's version table has room for {VERSION_NUM_LENGTH}"
    );
    let mut found = Diagnostic::error("revision-id-too-long", message)
        .at(place)
        .label(format!("{length} characters"))
        .help("shorten the id; SQLite does not mind, Postgres refuses its row (22001) after the revision's work is done");
    found.revision = revision_of(migration);
    Some(found)
}
