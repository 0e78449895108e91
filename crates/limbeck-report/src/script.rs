//! The SQL of a range as a script: what alembic's offline mode prints, byte for byte, and between it comments that say which
//! revision and which line each statement comes from.
//!
//! It owns the comment mark, `-->`. A plain script has no such comments and is alembic's own.

use std::fmt::Write as _;

use limbeck_types::{Condition, FileId, Opaque, Sources, Span};

use crate::Style;
use crate::lines::LineNumbers;
use crate::sql::{SqlLine, SqlLineKind, SqlOrigin, SqlRevision};
use crate::text::{one_line, printable};

/// What our comments begin with, and no line of alembic's; one of a statement may.
pub const MARK: &str = "-->";
/// The longest message and the longest reason in characters.
const MESSAGE: usize = 60;
const REASON: usize = 200;

/// Bytes that a part of a script takes, mostly.
const ROOM: usize = 8 << 10;

const DIM: &str = "2";
const BOLD: &str = "1";
const YELLOW: &str = "33";

/// Writes lines of a script.
#[derive(Debug, Clone, Copy)]
pub struct Script<'a> {
    sources: &'a Sources,
    style: Style,
    is_plain: bool,
}

/// A part of a script: best that of one revision, whose lines are counted once.
#[derive(Debug, Default)]
pub struct Page<'a> {
    /// What was written.
    pub text: String,
    numbers: LineNumbers<'a>,
    /// What the comments of the revision in this file begin with: `--> REVISION "MESSAGE" FILE:`.
    heading: Option<(FileId, String)>,
}

impl<'a> Script<'a> {
    /// A script over these sources.
    pub fn new(sources: &'a Sources, style: Style) -> Self {
        Self { sources, style, is_plain: false }
    }

    /// The script without our comments.
    pub fn plain(self) -> Self {
        Self { is_plain: true, ..self }
    }

    /// Writes one line, or the several that a statement takes, with the empty line that alembic puts behind each
    /// (alembic ddl/impl.py, `static_output`).
    pub fn write(&self, page: &mut Page<'a>, line: &SqlLine<'_>) {
        if page.text.capacity() == 0 {
            page.text.reserve(ROOM);
        }
        match &line.kind {
            SqlLineKind::Begin => page.text.push_str("BEGIN;\n\n"),
            SqlLineKind::Commit => page.text.push_str("COMMIT;\n\n"),
            SqlLineKind::Running(text) => {
                self.painted(&mut page.text, BOLD, |out| {
                    out.push_str("-- ");
                    out.push_str(text);
                });
                page.text.push_str("\n\n");
            }
            SqlLineKind::Own { sql, .. } => statement(&mut page.text, sql),
            SqlLineKind::Sent { sql, origin, lost, .. } => {
                self.comment(page, line.revision, origin, lost.as_ref().map(|lost| ("lost", lost)));
                statement(&mut page.text, &sql.value);
            }
            SqlLineKind::Ends { opaque, origin } => {
                self.comment(page, line.revision, origin, Some(("ends", opaque)));
            }
            SqlLineKind::Unknown { opaque, origin } => {
                self.comment(page, line.revision, origin, Some(("unknown", opaque)));
            }
        }
    }

    /// Writes what a revision sends, or may send, on one line: `path:line: SQL`. alembic's own is left out.
    pub fn write_concise(&self, page: &mut Page<'a>, line: &SqlLine<'_>) {
        let Some(revision) = line.revision else { return };
        let (origin, lost, text) = match &line.kind {
            SqlLineKind::Begin | SqlLineKind::Commit | SqlLineKind::Running(_) | SqlLineKind::Own { .. } => {
                return;
            }
            SqlLineKind::Sent { sql, origin, lost, .. } => {
                (origin, lost.as_ref(), one_line(&sql.value, usize::MAX))
            }
            SqlLineKind::Ends { opaque, origin } => {
                (origin, None, format!("{MARK} ends: {}", one_line(&opaque.reason, REASON)).into())
            }
            SqlLineKind::Unknown { opaque, origin } => {
                (origin, None, format!("{MARK} unknown: {}", one_line(&opaque.reason, REASON)).into())
            }
        };
        let source = &self.sources[revision.file];
        let number = page.numbers.line(&source.text, origin.call.start as usize);
        let conditional = origin.condition.as_ref().map(|condition| ("conditional", &condition.reason));
        let marks = conditional.into_iter().chain(lost.map(|lost| ("lost", &lost.reason)));
        let marks: String =
            marks.map(|(mark, reason)| format!(" {MARK} {mark}: {}", one_line(reason, REASON))).collect();
        page.text.push_str(&printable(&format!("{}:{number}: {text}{marks}", source.shown)));
        page.text.push('\n');
    }

    fn comment(
        &self,
        page: &mut Page<'a>,
        revision: Option<SqlRevision<'_>>,
        origin: &SqlOrigin,
        opaque: Option<(&str, &Opaque)>,
    ) {
        let Some(revision) = revision.filter(|_| !self.is_plain) else { return };
        let source = &self.sources[revision.file];
        let Page { text: out, numbers, heading } = page;
        if heading.as_ref().is_none_or(|(file, _)| *file != revision.file) {
            *heading = Some((revision.file, begin(revision, &source.shown)));
        }
        let heading = heading.as_ref().map_or("", |(_, heading)| heading);
        let mut line = |span: Span| numbers.line(&source.text, span.start as usize);
        let code = if opaque.is_some() || origin.condition.is_some() { YELLOW } else { DIM };
        self.painted(out, code, |out| {
            out.push_str(heading);
            let sent = line(origin.call);
            let _ = write!(out, "{sent}");
            if let Some(caller) = origin.callers.first() {
                let _ = write!(out, ", called at line {}", line(*caller));
            }
            if let Some(Condition { span, reason }) = &origin.condition {
                out.push_str(", conditional: ");
                push(out, &one_line(reason, REASON));
                let _ = write!(out, " (line {})", line(*span));
            }
            if let Some((mark, opaque)) = opaque {
                let _ = write!(out, ", {mark}: ");
                push(out, &one_line(&opaque.reason, REASON));
                let blamed = line(opaque.span);
                if blamed != sent {
                    let _ = write!(out, " (line {blamed})");
                }
            }
        });
        out.push('\n');
    }

    fn painted(&self, out: &mut String, code: &str, write: impl FnOnce(&mut String)) {
        if !self.style.color {
            return write(out);
        }
        let _ = write!(out, "\u{1b}[{code}m");
        write(out);
        out.push_str("\u{1b}[0m");
    }
}

/// What every comment of a revision begins with.
fn begin(revision: SqlRevision<'_>, shown: &str) -> String {
    let mut out = String::with_capacity(
        MARK.len() + revision.id.as_str().len() + revision.message.len() + shown.len() + 8,
    );
    out.push_str(MARK);
    out.push(' ');
    push(&mut out, revision.id.as_str());
    if !revision.message.is_empty() {
        out.push_str(" \"");
        push(&mut out, &one_line(revision.message, MESSAGE));
        out.push('"');
    }
    out.push(' ');
    push(&mut out, shown);
    out.push(':');
    out
}

/// Adds text that a terminal must not take for orders.
fn push(out: &mut String, text: &str) {
    out.push_str(&printable(text));
}

/// alembic writes tabs as four spaces and takes the white space around a statement away.
fn statement(out: &mut String, sql: &str) {
    let sql = sql.trim_matches(crate::text::is_python_space);
    for (index, part) in sql.split('\t').enumerate() {
        if index > 0 {
            out.push_str("    ");
        }
        out.push_str(part);
    }
    out.push_str(";\n\n");
}
