//! The SQL of a range as a script: what alembic's offline mode prints, byte for byte, and between it comments that say which
//! revision and which line each statement comes from.
//!
//! It owns the comment mark, `-->`: without the lines that begin with it, the script is alembic's own.

use std::io::{Result, Write};

use limbeck_types::{Condition, Opaque, Sources, Span};

use crate::Style;
use crate::lines::LineNumbers;
use crate::sql::{SqlLine, SqlLineKind, SqlOrigin, SqlRevision};
use crate::text::{one_line, printable};

/// What our comments begin with, and no line of alembic's.
pub const MARK: &str = "-->";
/// The longest message and the longest reason in characters.
const MESSAGE: usize = 60;
const REASON: usize = 200;

const DIM: &str = "2";
const BOLD: &str = "1";
const YELLOW: &str = "33";

/// Writes lines of a script as they come.
#[derive(Debug)]
pub struct Script<'a> {
    sources: &'a Sources,
    style: Style,
    numbers: LineNumbers<'a>,
}

impl<'a> Script<'a> {
    /// A script over these sources.
    pub fn new(sources: &'a Sources, style: Style) -> Self {
        Self { sources, style, numbers: LineNumbers::default() }
    }

    /// Writes one line, or the several that a statement takes, with the empty line that alembic puts behind each
    /// (alembic ddl/impl.py, `static_output`).
    pub fn write(&mut self, out: &mut dyn Write, line: &SqlLine<'a>) -> Result<()> {
        match &line.kind {
            SqlLineKind::Begin => out.write_all(b"BEGIN;\n\n"),
            SqlLineKind::Commit => out.write_all(b"COMMIT;\n\n"),
            SqlLineKind::Running(text) => {
                self.painted(out, format_args!("-- {text}"), BOLD)?;
                out.write_all(b"\n\n")
            }
            SqlLineKind::Own { sql, .. } => statement(out, sql),
            SqlLineKind::Sent { sql, origin, .. } => {
                self.comment(out, line.revision, origin, None)?;
                statement(out, &sql.value)
            }
            SqlLineKind::Unknown { opaque, origin } => self.comment(out, line.revision, origin, Some(opaque)),
        }
    }

    /// Writes what a revision sends, or may send, on one line: `path:line: SQL`. alembic's own is left out.
    pub fn write_concise(&mut self, out: &mut dyn Write, line: &SqlLine<'a>) -> Result<()> {
        let Some(revision) = line.revision else { return Ok(()) };
        let (origin, text) = match &line.kind {
            SqlLineKind::Begin | SqlLineKind::Commit | SqlLineKind::Running(_) | SqlLineKind::Own { .. } => {
                return Ok(());
            }
            SqlLineKind::Sent { sql, origin, .. } => (origin, one_line(&sql.value, usize::MAX)),
            SqlLineKind::Unknown { opaque, origin } => {
                (origin, format!("{MARK} unknown: {}", one_line(&opaque.reason, REASON)))
            }
        };
        let source = &self.sources[revision.file];
        let number = self.numbers.line(&source.text, origin.call.start as usize);
        let conditional = match &origin.condition {
            Some(condition) => format!(" {MARK} conditional: {}", one_line(&condition.reason, REASON)),
            None => String::new(),
        };
        writeln!(out, "{}", printable(&format!("{}:{number}: {text}{conditional}", source.shown)))
    }

    fn comment(
        &mut self,
        out: &mut dyn Write,
        revision: Option<SqlRevision<'a>>,
        origin: &SqlOrigin,
        unknown: Option<&Opaque>,
    ) -> Result<()> {
        let Some(revision) = revision else { return Ok(()) };
        let source = &self.sources[revision.file];
        let mut line = |span: Span| self.numbers.line(&source.text, span.start as usize);
        let mut text = format!("{MARK} {}", revision.id);
        if !revision.message.is_empty() {
            text = format!("{text} \"{}\"", one_line(revision.message, MESSAGE));
        }
        let sent = line(origin.call);
        text = format!("{text} {}:{sent}", source.shown);
        if let Some(caller) = origin.callers.first() {
            text = format!("{text}, called at line {}", line(*caller));
        }
        if let Some(Condition { span, reason }) = &origin.condition {
            let reason = one_line(reason, REASON);
            text = format!("{text}, conditional: {reason} (line {})", line(*span));
        }
        if let Some(opaque) = unknown {
            text = format!("{text}, unknown: {}", one_line(&opaque.reason, REASON));
            let blamed = line(opaque.span);
            if blamed != sent {
                text = format!("{text} (line {blamed})");
            }
        }
        let code = if unknown.is_some() || origin.condition.is_some() { YELLOW } else { DIM };
        self.painted(out, format_args!("{}", printable(&text)), code)?;
        writeln!(out)
    }

    fn painted(&self, out: &mut dyn Write, text: std::fmt::Arguments<'_>, code: &str) -> Result<()> {
        if self.style.color { write!(out, "\u{1b}[{code}m{text}\u{1b}[0m") } else { write!(out, "{text}") }
    }
}

/// alembic writes tabs as four spaces and takes the white space around a statement away.
fn statement(out: &mut dyn Write, sql: &str) -> Result<()> {
    let sql = sql.trim_matches(crate::text::is_python_space);
    let mut parts = sql.split('\t');
    out.write_all(parts.next().unwrap_or_default().as_bytes())?;
    for part in parts {
        out.write_all(b"    ")?;
        out.write_all(part.as_bytes())?;
    }
    out.write_all(b";\n\n")
}
