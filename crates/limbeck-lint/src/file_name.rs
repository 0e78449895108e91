//! File names that hold another revision's id: what is left when a file was copied, or its id changed by hand.
//!
//! alembic never reads an id from such a name, people do. Where the id stands in a name is what `file_template` says
//! (alembic script/base.py, `_rev_path`). It refuses to guess: a name that holds no id at all says nothing.

use std::ops::Range;

use limbeck_types::{Diagnostic, Field, Migration, Place, Related, Sources};

use crate::revision_of;

/// Names made before a project had a `file_template` (alembic's `_default_file_template`).
const DEFAULT_TEMPLATE: &str = "%(rev)s_%(slug)s";
/// alembic makes ids of twelve hex digits (alembic util/langhelpers.py, `rev_id`); early releases left out zeros in front.
const ID_LENGTHS: Range<usize> = 10..13;

/// The files whose name holds an id that is not their revision's. `template` is the project's `file_template`.
pub fn file_names(migrations: &[Migration], sources: &Sources, template: &str) -> Vec<Diagnostic> {
    let pieces = pieces(template);
    if !pieces.contains(&Piece::Id) {
        return Vec::new();
    }
    let templates = [pieces, self::pieces(DEFAULT_TEMPLATE)];
    let found = migrations.iter().filter_map(|migration| {
        let stem = sources[migration.file].path.file_stem()?.to_str()?;
        let said = other_id(migration, stem, &templates, migrations)?;
        diagnose(migration, said, migrations)
    });
    found.collect()
}

/// The id in a file's name, where it is surely one and surely not the file's.
fn other_id<'a>(
    migration: &Migration,
    stem: &'a str,
    templates: &[Vec<Piece>],
    migrations: &[Migration],
) -> Option<&'a str> {
    let id = migration.header.revision.known()?.as_str();
    if id.is_empty() || stem.to_lowercase().contains(&id.to_lowercase()) {
        return None;
    }
    let found = templates.iter().find_map(|pieces| id_in(pieces, stem))?;
    let is_known = || owner(found, migrations).is_some();
    // An id may have been written shorter than it is.
    (!id.starts_with(found) && (looks_made(found) || is_known())).then_some(found)
}

/// Whether alembic made this id: hex digits, and neither a number such as a date nor a word.
fn looks_made(text: &str) -> bool {
    let is_hex = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let has = |is: fn(&u8) -> bool| text.as_bytes().iter().any(is);
    is_hex && ID_LENGTHS.contains(&text.len()) && has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic)
}

fn owner<'m>(id: &str, migrations: &'m [Migration]) -> Option<&'m Migration> {
    let is_its =
        |migration: &&Migration| migration.header.revision.known().is_some_and(|own| own.as_str() == id);
    migrations.iter().find(is_its)
}

fn diagnose(migration: &Migration, said: &str, migrations: &[Migration]) -> Option<Diagnostic> {
    let Field::Known(id) = &migration.header.revision else { return None };
    let message =
        format!("the file's name says that this is revision `{said}`, `revision` says `{}`", id.value);
    let place = Place { file: migration.file, span: id.span };
    let mut found = Diagnostic::warning("file-name-mismatch", message).at(place);
    if let Some(owner) = owner(said, migrations)
        && let Some(span) = owner.header.revision.span()
    {
        let place = Place { file: owner.file, span };
        found.related.push(Related { place, message: format!("this is revision `{said}`") });
    }
    found.revision = revision_of(migration);
    Some(
        found
            .help("rename the file, or give the revision the id of its name; alembic reads `revision` alone"),
    )
}

/// A part of a file name.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Number,
    Slug,
    Id,
}

/// The parts of a template's last name, as Python's `%` reads it; a key that alembic does not know makes it none.
fn pieces(template: &str) -> Vec<Piece> {
    let mut rest = template.rsplit('/').next().unwrap_or_default();
    let mut pieces = Vec::new();
    while let Some((text, after)) = rest.split_once('%') {
        push_text(&mut pieces, text);
        if let Some(after) = after.strip_prefix('%') {
            push_text(&mut pieces, "%");
            rest = after;
            continue;
        }
        let Some((key, after)) = after.strip_prefix('(').and_then(|after| after.split_once(')')) else {
            return Vec::new();
        };
        pieces.push(match key {
            "rev" => Piece::Id,
            "slug" => Piece::Slug,
            "epoch" | "year" | "month" | "day" | "hour" | "minute" | "second" => Piece::Number,
            _ => return Vec::new(),
        });
        // Flags, width and precision, then one letter.
        let width = after.trim_start_matches(|character: char| !character.is_ascii_alphabetic());
        rest = width.get(1..).unwrap_or_default();
    }
    push_text(&mut pieces, rest);
    pieces
}

fn push_text(pieces: &mut Vec<Piece>, text: &str) {
    if !text.is_empty() {
        pieces.push(Piece::Text(text.to_owned()));
    }
}

/// What stands in the id's place of a name that the template could have made.
fn id_in<'a>(pieces: &[Piece], name: &'a str) -> Option<&'a str> {
    let mut id = None;
    matches(pieces, name, &mut id).then_some(id).flatten()
}

/// Whether the pieces make up the name. An id is taken for letters and digits as far as they go.
fn matches<'a>(pieces: &[Piece], name: &'a str, id: &mut Option<&'a str>) -> bool {
    let Some((piece, rest)) = pieces.split_first() else { return name.is_empty() };
    match piece {
        Piece::Text(text) => name.strip_prefix(text.as_str()).is_some_and(|name| matches(rest, name, id)),
        Piece::Id => {
            let length = name.find(|character: char| !character.is_alphanumeric()).unwrap_or(name.len());
            *id = Some(&name[..length]);
            length > 0 && matches(rest, &name[length..], id)
        }
        Piece::Number => {
            let digits = name.bytes().take_while(u8::is_ascii_digit).count();
            (1..=digits).any(|length| matches(rest, &name[length..], id))
        }
        Piece::Slug => {
            // Alone at the end it is all that is left.
            if rest.is_empty() {
                return true;
            }
            let ends = name.char_indices().map(|(index, _)| index).chain([name.len()]);
            ends.into_iter().any(|end| matches(rest, &name[end..], id))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use limbeck_types::{FileId, Source};

    /// Files as `name: id`; those whose name says otherwise, with what it says.
    fn check(template: &str, files: &[(&str, &str)], expected: &[(&str, &str)]) {
        let mut sources = Sources::default();
        let mut migrations = Vec::new();
        for (name, id) in files {
            let text = format!("revision = '{id}'\ndown_revision = None\n");
            let file = sources.push(Source { path: name.into(), shown: (*name).to_owned(), text });
            migrations.push(limbeck_parse::migration(file, &sources[file].text).0);
        }
        let found = file_names(&migrations, &sources, template);
        let said = |found: &Diagnostic| {
            let file = found.place.unwrap().file;
            (files[file.0 as usize].0, found.message.split('`').nth(1).unwrap().to_owned())
        };
        let found: Vec<(&str, String)> = found.iter().map(said).collect();
        let found: Vec<(&str, &str)> = found.iter().map(|(name, said)| (*name, said.as_str())).collect();
        assert_eq!(found, expected, "{template}");
        assert_eq!(migrations.first().map(|first| first.file), Some(FileId(0)));
    }

    const DATED: &str = "%(year)d_%(month).2d_%(day).2d_%(hour).2d%(minute).2d-%(rev)s_%(slug)s";

    #[test]
    fn an_id_that_is_not_the_files_is_found_where_the_template_puts_it() {
        let name = "1a2b3c4d5e6f_add_x.py";
        check(DEFAULT_TEMPLATE, &[(name, "ffff00001111")], &[(name, "1a2b3c4d5e6f")]);
        let name = "2026_01_02_0304-1a2b3c4d5e6f_add_x.py";
        check(DATED, &[(name, "ffff00001111")], &[(name, "1a2b3c4d5e6f")]);
        // It was named before the project had a template.
        let name = "1a2b3c4d5e6f_add_x.py";
        check(DATED, &[(name, "ffff00001111")], &[(name, "1a2b3c4d5e6f")]);
        let name = "add_x_1a2b3c4d5e6f.py";
        check("%(slug)s_%(rev)s", &[(name, "ffff00001111")], &[(name, "1a2b3c4d5e6f")]);
        check(
            "%(year)d/%(rev)s",
            &[("1a2b3c4d5e6f.py", "ffff00001111")],
            &[("1a2b3c4d5e6f.py", "1a2b3c4d5e6f")],
        );
    }

    #[test]
    fn the_id_of_another_file_is_one_whatever_it_looks_like() {
        let files = [("0003_add_x.py", "0003"), ("0004_add_y.py", "0005"), ("0005_add_z.py", "0003")];
        check(DEFAULT_TEMPLATE, &files, &[("0005_add_z.py", "0005")]);
    }

    #[test]
    fn a_name_without_an_id_says_nothing() {
        let files = [
            ("0001_2_7_0_add_index.py", "937cbd173ca1"),
            ("202601020304_add_x.py", "937cbd173ca2"),
            ("decade_facade_x.py", "937cbd173ca3"),
            ("0.21.0_release.py", "0.21.0"),
            ("937cbd17_short.py", "937cbd173ca5"),
            ("ABCDEF012345_upper.py", "abcdef012345"),
            ("add_x.py", "937cbd173ca6"),
        ];
        check(DEFAULT_TEMPLATE, &files, &[]);
        check("%(slug)s", &[("1a2b3c4d5e6f_add_x.py", "ffff00001111")], &[]);
        check("%(year)d_%(nonsense)s_%(rev)s", &[("1a2b3c4d5e6f_add_x.py", "ffff00001111")], &[]);
    }
}
