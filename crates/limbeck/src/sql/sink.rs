//! Where the lines of a script go: standard output or a file, through a buffer, until whoever reads has read enough.

use std::fs::File;
use std::io::{BufWriter, ErrorKind, Result, Write};

use limbeck_report::SqlLine;
use limbeck_report::script::Script;
use limbeck_types::Sources;

use crate::args::Format;
use crate::output::Printer;

/// So many bytes are written at once.
const BUFFER: usize = 64 * 1024;

/// A script that is being written.
pub(crate) struct Sink<'a> {
    out: Result<Box<dyn Write>>,
    script: Script<'a>,
    format: Format,
}

impl<'a> Sink<'a> {
    pub(crate) fn new(printer: &Printer, sources: &'a Sources) -> Self {
        let out: Result<Box<dyn Write>> = match printer.file() {
            Some(path) => {
                File::create(path).map(|file| Box::new(BufWriter::with_capacity(BUFFER, file)) as _)
            }
            None => Ok(Box::new(BufWriter::with_capacity(BUFFER, std::io::stdout().lock()))),
        };
        Self { out, script: Script::new(sources, printer.style), format: printer.format }
    }

    /// Writes a line; false once nothing can be written any more.
    pub(crate) fn write(&mut self, line: &SqlLine<'a>) -> bool {
        let Ok(out) = &mut self.out else { return false };
        let written = match self.format {
            Format::Concise => self.script.write_concise(out, line),
            Format::Full | Format::Json => self.script.write(out, line),
        };
        if let Err(error) = written {
            self.out = Err(error);
        }
        self.out.is_ok()
    }

    /// Writes what is still in the buffer. That nobody reads on is no error.
    pub(crate) fn finish(self) -> Result<()> {
        match self.out.and_then(|mut out| out.flush()) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
            result => result,
        }
    }
}
