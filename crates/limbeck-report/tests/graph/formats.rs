//! The formats for other programs, with everything that could break them.

use insta::assert_snapshot;
use limbeck_report::graph::PictureFormat;
use limbeck_types::RevisionId;

use crate::sketch::{Sketch, Sketched, drawn, file, spanned};

const KINDS: &str = "
    b2 <- b1 (a2)
    b1 [lib]
    m5 <- a4, a3
    a4 <- a2
    a3 <- a2
    a2 <- a1 create users
    a1
    x2 <- x1
    y2 <- x1 (x2)
    x1
";

/// Ids and messages with all that means something to some format.
fn nasty() -> Sketch {
    let texts = [
        ("a\"b", "say \"hello\" [now] {x} (y)"),
        ("c\\", "back\\slash \\n \\N and `tick` %%{init: x}%%"),
        ("<d>", "a < b && c > d &lt; &amp; <script>alert('x')</script>"),
        ("é ü", "für 日本語 🎉 #35; ;--> end %% style:#x;"),
        ("end", "  several\n\nlines\tand \u{1b}[31mcontrols\u{7}\u{ffff}"),
        ("1. x", "]]> --> <!-- -->"),
    ];
    let mut revisions: Vec<Sketched> = Vec::new();
    for (id, message) in texts {
        let down = revisions.last().map(|below: &Sketched| spanned(below.id.clone()));
        revisions.push(Sketched {
            id: RevisionId::from(id),
            down: down.into_iter().collect(),
            depends_on: Vec::new(),
            labels: vec![format!("l\"{id}")],
            message: message.to_owned(),
            applied: None,
            source: file(format!("versions/{id} & more.py")),
        });
    }
    revisions.reverse();
    Sketch::of(revisions)
}

#[test]
fn dot() {
    assert_snapshot!(drawn(Sketch::new(KINDS).picture(), PictureFormat::Dot));
}

#[test]
fn dot_escapes() {
    assert_snapshot!(drawn(nasty().picture(), PictureFormat::Dot));
}

#[test]
fn mermaid() {
    assert_snapshot!(drawn(Sketch::new(KINDS).picture(), PictureFormat::Mermaid));
}

#[test]
fn mermaid_escapes() {
    assert_snapshot!(drawn(nasty().picture(), PictureFormat::Mermaid));
}

#[test]
fn svg() {
    assert_snapshot!(drawn(Sketch::new(KINDS).picture(), PictureFormat::Svg));
}

#[test]
fn svg_escapes() {
    let text = drawn(nasty().picture(), PictureFormat::Svg);
    assert_snapshot!(text.split_once("</style>").expect("a style").1);
}

#[test]
fn tree_escapes() {
    assert_snapshot!(nasty().tree());
}
