//! Header values that only Python can tell.

use std::collections::BTreeMap;

use limbeck_types::{Diagnostic, Field, Migration, Opaque, Place, Related, Severity};

use crate::revision_of;

/// How many further files are shown.
const SHOWN: usize = 4;

/// One diagnostic for each header name and reason: a project whose files all compute a value has one habit, not a
/// hundred faults.
pub fn opaque_headers<'m>(migrations: impl Iterator<Item = &'m Migration>) -> Vec<Diagnostic> {
    let mut alike: BTreeMap<(usize, &str), Vec<(&Migration, &Opaque)>> = BTreeMap::new();
    for migration in migrations {
        for (field, (_, opaque)) in fields(migration).into_iter().enumerate() {
            if let Some(opaque) = opaque {
                alike.entry((field, &opaque.reason)).or_default().push((migration, opaque));
            }
        }
    }
    alike.into_iter().map(|((field, _), files)| diagnose(field, &files)).collect()
}

fn fields(migration: &Migration) -> [(&'static str, Option<&Opaque>); 4] {
    let header = &migration.header;
    [
        ("revision", opaque_of(&header.revision)),
        ("down_revision", opaque_of(&header.down_revision)),
        ("branch_labels", opaque_of(&header.branch_labels)),
        ("depends_on", opaque_of(&header.depends_on)),
    ]
}

fn opaque_of<T>(field: &Field<T>) -> Option<&Opaque> {
    match field {
        Field::Opaque(opaque) => Some(opaque),
        Field::Absent | Field::Known(_) => None,
    }
}

fn diagnose(field: usize, files: &[(&Migration, &Opaque)]) -> Diagnostic {
    let ((first, opaque), others) = files.split_first().expect("a group has at least one file");
    let place = |migration: &Migration, opaque: &Opaque| Place { file: migration.file, span: opaque.span };
    let (name, _) = fields(first)[field];
    let message = match files.len() {
        1 => format!("`{name}` cannot be known without running the file"),
        files => format!("`{name}` cannot be known without running the file, in {files} files"),
    };
    let found = Diagnostic::error("opaque-header", message);
    let mut found = found.at(place(first, opaque)).label(&*opaque.reason);
    for (migration, opaque) in others.iter().take(SHOWN) {
        let place = place(migration, opaque);
        found.related.push(Related { place, message: "the same".to_owned() });
    }
    // Labels name branches; the graph is whole without them.
    if name == "branch_labels" {
        found.severity = Severity::Note;
    }
    if others.is_empty() {
        found.revision = revision_of(first);
    } else {
        found = found.fact("files", files.len().to_string());
    }
    found.help("write the value as a literal, or let the project's own alembic tell it with `--with-alembic`")
}
