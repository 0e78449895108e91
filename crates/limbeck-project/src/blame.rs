//! The line of a configuration file that is to blame for an error.

use limbeck_types::{Source, Span};

/// A place in a configuration file, with the file's text, so that it can be shown without reading it again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blame {
    /// The configuration file. Its path is absolute, but symbolic links in it are not resolved.
    pub file: Source,
    /// Where in its text.
    pub span: Span,
}

impl Blame {
    /// The place `span` of `file`, boxed, since errors carry it.
    pub(crate) fn new(file: &Source, span: Span) -> Box<Self> {
        Box::new(Self { file: file.clone(), span })
    }
}
