//! Everything that is printed: results to standard output or a file, everything else to standard error.

use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use limbeck_report::{Body, Document, Style, Verdict, concise, full, json, summary};
use limbeck_types::{Diagnostic, Severity, Sources};

use crate::args::{Color, Common, Format};
use crate::environment;

/// Where and how to print.
#[derive(Debug)]
pub(crate) struct Printer {
    pub(crate) format: Format,
    pub(crate) quiet: bool,
    pub(crate) verbose: bool,
    style: Style,
    file: Option<std::path::PathBuf>,
}

impl Printer {
    pub(crate) fn new(common: &Common) -> Self {
        let color = match common.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => {
                common.output_file.is_none() && std::io::stdout().is_terminal() && !environment::no_color()
            }
        };
        Self {
            format: common.output_format,
            quiet: common.quiet,
            verbose: common.verbose,
            style: Style { color },
            file: common.output_file.clone(),
        }
    }

    /// Says something that is not a result.
    pub(crate) fn note(&self, text: &str) {
        if !self.quiet {
            eprint_line(text);
        }
    }

    /// Says something that is not a result, when asked to say more.
    pub(crate) fn detail(&self, text: &str) {
        if self.verbose {
            eprint_line(text);
        }
    }

    /// Writes a result line as it comes: one revision of a dry-run. With another format than text it is no result.
    pub(crate) fn progress(&self, line: &str) {
        if self.quiet {
            return;
        }
        if self.format == Format::Full && self.file.is_none() {
            let _ = writeln!(std::io::stdout(), "{line}");
        } else {
            eprint_line(line);
        }
    }

    /// Writes a whole document and gives the exit code that says the same. `outputs` is what the project printed, each
    /// with a title.
    pub(crate) fn finish(&self, document: &Document<'_>, outputs: &[(String, String)]) -> ExitCode {
        let code = match document.verdict {
            Verdict::Pass => 0,
            Verdict::Fail => 1,
            Verdict::Unable => 2,
        };
        match self.write(document, outputs) {
            Ok(()) => ExitCode::from(code),
            // Whoever reads us has read enough.
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::from(code),
            Err(error) => {
                eprint_line(&format!("limbeck cannot write its output: {error}"));
                ExitCode::from(2)
            }
        }
    }

    fn write(&self, document: &Document<'_>, outputs: &[(String, String)]) -> std::io::Result<()> {
        let mut bytes = Vec::new();
        self.render(&mut bytes, document, outputs)?;
        match &self.file {
            Some(path) => std::fs::write(path, bytes),
            // Reasons why we could not judge are no results.
            None if document.verdict == Verdict::Unable && self.format != Format::Json => {
                std::io::stderr().lock().write_all(&bytes)
            }
            None => {
                let mut out = std::io::stdout().lock();
                out.write_all(&bytes)?;
                out.flush()
            }
        }
    }

    fn render(
        &self,
        out: &mut dyn Write,
        document: &Document<'_>,
        outputs: &[(String, String)],
    ) -> std::io::Result<()> {
        match self.format {
            Format::Json => return json::write(out, document),
            Format::Concise => {
                for diagnostic in document.diagnostics {
                    concise::write(out, diagnostic, document.sources)?;
                }
            }
            Format::Full => {
                for diagnostic in document.diagnostics {
                    full::write(out, diagnostic, document.sources, self.style)?;
                }
                for (title, output) in outputs {
                    full::write_output(out, title, output)?;
                }
            }
        }
        if let Body::Heads { heads } = &document.body {
            for head in heads {
                writeln!(out, "{}", limbeck_report::heads::line(head))?;
            }
        }
        let summary = summary::line(document);
        if !summary.is_empty() && !self.quiet {
            writeln!(out, "{summary}")?;
        }
        Ok(())
    }

    /// Says why limbeck cannot judge: exit code 2.
    pub(crate) fn unable(
        &self,
        command: &'static str,
        diagnostic: Diagnostic,
        sources: &Sources,
    ) -> ExitCode {
        let diagnostics = [diagnostic];
        let document = Document {
            command,
            verdict: Verdict::Unable,
            sources,
            diagnostics: &diagnostics,
            body: Body::None,
        };
        self.finish(&document, &[])
    }
}

/// The judgement over findings: errors fail.
pub(crate) fn verdict(diagnostics: &[Diagnostic]) -> Verdict {
    let fails = diagnostics.iter().any(|found| found.severity == Severity::Error);
    if fails { Verdict::Fail } else { Verdict::Pass }
}

fn eprint_line(text: &str) {
    // Nothing can be done about a closed terminal.
    let _ = writeln!(std::io::stderr(), "{text}");
}
