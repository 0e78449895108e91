//! One line a diagnostic: `path:line:column: error[rule]: message`.

use std::io::{Result, Write};

use limbeck_types::{Diagnostic, Sources};

use crate::lines::LineIndex;
use crate::text::{one_line, severity};

/// The longest message in characters; a server's may be long.
const MESSAGE: usize = 300;

/// Writes one diagnostic on one line.
pub fn write(out: &mut dyn Write, diagnostic: &Diagnostic, sources: &Sources) -> Result<()> {
    if let Some(place) = diagnostic.place {
        let source = &sources[place.file];
        let at = LineIndex::new(&source.text).locate(place.span.start as usize);
        write!(out, "{}:{}:{}: ", source.shown, at.line, at.column)?;
    }
    write!(
        out,
        "{}[{}]: {}",
        severity(diagnostic.severity),
        diagnostic.rule,
        one_line(&diagnostic.message, MESSAGE)
    )?;
    if let Some(sqlstate) = &diagnostic.sqlstate {
        write!(out, " ({sqlstate})")?;
    }
    writeln!(out)
}
