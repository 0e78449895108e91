//! Every file of `fixtures/revisions`, and all that is read of it.

use std::fmt::Write;
use std::path::Path;

use limbeck_types::{Few, Field, FileId, Function, Migration, ParseError, Span, Spanned};

/// Reads one fixture, also if it is Latin-1, and renders what is in it. What holds for every file is asserted here.
fn check(path: &Path) -> String {
    let bytes = std::fs::read(path).expect("a fixture can be read");
    let text = String::from_utf8(bytes)
        .unwrap_or_else(|error| error.as_bytes().iter().map(|&b| char::from(b)).collect());
    let (migration, errors) = limbeck_parse::migration(FileId(0), &text);
    let (header, header_errors) = limbeck_parse::header(&text);
    if errors.is_empty() {
        assert_eq!((&header, &header_errors), (&migration.header, &errors), "{}", path.display());
    }
    render(&text, &migration, &errors)
}

fn render(text: &str, migration: &Migration, errors: &[ParseError]) -> String {
    let header = &migration.header;
    let many =
        |items: &[Spanned<String>]| items.iter().map(|item| at(text, &item.value, item.span)).collect();
    let ids = |items: &Few<Spanned<_>>| {
        items
            .iter()
            .map(|item: &Spanned<limbeck_types::RevisionId>| at(text, item.value.as_str(), item.span))
            .collect()
    };
    let mut out = String::new();
    field(&mut out, text, "revision", &header.revision, |id| vec![format!("{:?}", id.as_str())]);
    field(&mut out, text, "down_revision", &header.down_revision, ids);
    field(&mut out, text, "branch_labels", &header.branch_labels, |items| many(items));
    field(&mut out, text, "depends_on", &header.depends_on, |items| many(items));
    let docstring = header.docstring.as_ref().map(|docstring| format!("{:?}", docstring.value));
    let _ = writeln!(out, "docstring: {}", docstring.unwrap_or("none".to_owned()));
    let _ = writeln!(out, "upgrade: {}", function(text, migration.upgrade()));
    let _ = writeln!(out, "downgrade: {}", function(text, migration.downgrade()));
    for call in migration.calls() {
        let _ = writeln!(out, "call {:?} {}", call.callee, source(text, call.span));
    }
    for literal in migration.literals() {
        let pieces = literal.pieces.iter().map(|piece| {
            let replaced = if piece.verbatim { "" } else { "~" };
            format!(" {replaced}{}", source(text, piece.span))
        });
        let _ = writeln!(out, "literal {:?} ={}", literal.value, pieces.collect::<String>());
    }
    for error in errors {
        let _ = writeln!(
            out,
            "error {} {}: {}",
            place(text, error.span),
            source(text, error.span),
            error.message
        );
    }
    out
}

fn field<T>(out: &mut String, text: &str, name: &str, field: &Field<T>, known: impl Fn(&T) -> Vec<String>) {
    let _ = match field {
        Field::Absent => writeln!(out, "{name}: absent"),
        Field::Known(value) => {
            writeln!(out, "{name}: [{}] from {}", known(&value.value).join(", "), source(text, value.span))
        }
        Field::Opaque(opaque) => {
            let import = opaque.import.as_deref().map(|(module, name)| format!(" ({module} : {name})"));
            writeln!(
                out,
                "{name}: ? {}: {}{}",
                source(text, opaque.span),
                opaque.reason,
                import.unwrap_or_default()
            )
        }
    };
}

fn function(text: &str, function: Option<Function>) -> String {
    function.map_or("none".to_owned(), |function| {
        let conditional = if function.conditional { "perhaps " } else { "" };
        format!("{conditional}{} in {}", source(text, function.name), source(text, function.span))
    })
}

fn at(text: &str, value: &str, span: Span) -> String {
    format!("{value:?} at {}", source(text, span))
}

fn source(text: &str, span: Span) -> String {
    format!("`{}`", text.get(span.range()).expect("a span is a range of the text").escape_debug())
}

fn place(text: &str, span: Span) -> String {
    let before = &text[..span.start as usize];
    let line = before.matches('\n').count() + 1;
    format!("{line}:{}", before.len() - before.rfind('\n').map_or(0, |newline| newline + 1) + 1)
}

#[test]
fn fixtures() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/revisions");
    let entries = std::fs::read_dir(folder).expect("the fixtures are there");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("the folder can be listed").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "py"));
    paths.sort();
    assert!(!paths.is_empty());
    for path in paths {
        let name = path.file_stem().expect("a `.py` file has a stem").to_string_lossy();
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(name.as_ref(), check(&path));
        });
    }
}
