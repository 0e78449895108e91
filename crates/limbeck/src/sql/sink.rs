//! Where the lines of a script go: standard output or a file, through a buffer, until whoever reads has read enough.

use std::fs::File;
use std::io::{BufWriter, ErrorKind, Result, Write};

use crate::output::Printer;

/// So many bytes are written at once.
const BUFFER: usize = 64 * 1024;

/// A script that is being written.
pub(crate) struct Sink {
    out: Result<Box<dyn Write>>,
}

impl Sink {
    /// Where this run writes to.
    pub(crate) fn new(printer: &Printer) -> Self {
        let out: Result<Box<dyn Write>> = match printer.file() {
            Some(path) => {
                File::create(path).map(|file| Box::new(BufWriter::with_capacity(BUFFER, file)) as _)
            }
            None => Ok(Box::new(BufWriter::with_capacity(BUFFER, std::io::stdout().lock()))),
        };
        Self { out }
    }

    /// Writes a part of it; false once nothing can be written any more.
    pub(crate) fn write(&mut self, text: &str) -> bool {
        let Ok(out) = &mut self.out else { return false };
        if let Err(error) = out.write_all(text.as_bytes()) {
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
