//! Everything that is printed: results to standard output or a file, everything else to standard error.

use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use limbeck_report::{Body, Document, Style, Verdict, answer, concise, full, json, summary};
use limbeck_types::{Diagnostic, Severity, Sources};

use crate::args::{Color, Common, Format};
use crate::environment;

/// Bytes for the history of some thousand revisions. What is written into a room that grows is moved again and again;
/// memory that nobody has touched costs nothing.
const ROOM: usize = 1 << 20;

/// Where and how to print.
#[derive(Debug, Clone)]
pub(crate) struct Printer {
    pub(crate) format: Format,
    pub(crate) quiet: bool,
    pub(crate) verbose: bool,
    pub(crate) style: Style,
    /// The same for standard error.
    aside: Style,
    file: Option<std::path::PathBuf>,
}

impl Printer {
    pub(crate) fn new(common: &Common) -> Self {
        let color = |is_terminal: &dyn Fn() -> bool| match common.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => is_terminal() && !environment::no_color(),
        };
        let is_terminal = || common.output_file.is_none() && std::io::stdout().is_terminal();
        Self {
            format: common.output_format,
            quiet: common.quiet,
            verbose: common.verbose,
            style: Style { color: color(&is_terminal) },
            aside: Style { color: color(&|| std::io::stderr().is_terminal()) },
            file: common.output_file.clone(),
        }
    }

    /// The same with another format.
    pub(crate) fn with_format(&self, format: Format) -> Self {
        Self { format, ..self.clone() }
    }

    /// How many columns the terminal has that results are written to, if they are written to one.
    pub(crate) fn width(&self) -> Option<usize> {
        let is_terminal = self.file.is_none() && std::io::stdout().is_terminal();
        let (width, _) = terminal_size::terminal_size_of(std::io::stdout()).filter(|_| is_terminal)?;
        Some(usize::from(width.0))
    }

    /// The file that results go to, if it is not standard output.
    pub(crate) fn file(&self) -> Option<&std::path::Path> {
        self.file.as_deref()
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

    /// An empty line between what came as it came and what is said at the end.
    pub(crate) fn gap(&self) {
        if !self.quiet && self.format == Format::Full && self.file.is_none() {
            let _ = writeln!(std::io::stdout());
        }
    }

    /// Writes a whole document and gives the exit code that says the same. `outputs` is what the project printed, each
    /// with a title.
    pub(crate) fn finish(&self, document: &Document<'_>, outputs: &[(String, String)]) -> ExitCode {
        match self.write(document, outputs) {
            Ok(()) => code(document.verdict),
            // Whoever reads us has read enough.
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => code(document.verdict),
            Err(error) => self.cannot_write(&error),
        }
    }

    /// Writes what was found beside a result that is written already: to standard error.
    pub(crate) fn aside(&self, document: &Document<'_>) -> ExitCode {
        // Nothing can be done about a closed terminal.
        let printer = Self { style: self.aside, ..self.clone() };
        let _ = printer.render_text(&mut std::io::stderr().lock(), document, &[]);
        code(document.verdict)
    }

    /// Says that a result cannot be written.
    pub(crate) fn cannot_write(&self, error: &std::io::Error) -> ExitCode {
        let file = self.file.as_ref().map(|path| format!("`{}`: ", path.display())).unwrap_or_default();
        eprint_line(&format!("limbeck cannot write its output: {file}{error}"));
        ExitCode::from(2)
    }

    fn write(&self, document: &Document<'_>, outputs: &[(String, String)]) -> std::io::Result<()> {
        let mut bytes = Vec::with_capacity(ROOM);
        self.render(&mut bytes, document, outputs)?;
        match &self.file {
            Some(path) => {
                if document.verdict == Verdict::Unable {
                    // Who watches the terminal learns of it there as well.
                    let mut text = Vec::new();
                    self.render_text(&mut text, document, outputs)?;
                    std::io::stderr().lock().write_all(&text)?;
                }
                std::fs::write(path, bytes)
            }
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
            Format::Json => json::write(out, document),
            Format::Full | Format::Concise => self.render_text(out, document, outputs),
        }
    }

    fn render_text(
        &self,
        out: &mut dyn Write,
        document: &Document<'_>,
        outputs: &[(String, String)],
    ) -> std::io::Result<()> {
        match self.format {
            Format::Concise => {
                for diagnostic in document.diagnostics {
                    concise::write(out, diagnostic, document.sources)?;
                }
            }
            Format::Full | Format::Json => {
                for diagnostic in document.diagnostics {
                    full::write(out, diagnostic, document.sources, self.style)?;
                }
                for (title, output) in outputs {
                    full::write_output(out, title, output)?;
                }
            }
        }
        if document.verdict == Verdict::Pass {
            answer::write(out, &document.body)?;
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
        self.unable_after(command, diagnostic, sources, "")
    }

    /// The same, with what the project printed before.
    pub(crate) fn unable_after(
        &self,
        command: &'static str,
        diagnostic: Diagnostic,
        sources: &Sources,
        printed: &str,
    ) -> ExitCode {
        let diagnostics = [diagnostic];
        let document = Document {
            command,
            verdict: Verdict::Unable,
            sources,
            diagnostics: &diagnostics,
            body: Body::Unable { printed },
        };
        let outputs = [("the project printed:".to_owned(), printed.to_owned())];
        self.finish(&document, &outputs)
    }
}

fn code(verdict: Verdict) -> ExitCode {
    ExitCode::from(match verdict {
        Verdict::Pass => 0,
        Verdict::Fail => 1,
        Verdict::Unable => 2,
    })
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
