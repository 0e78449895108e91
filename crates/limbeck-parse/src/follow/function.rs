//! Functions and classes of the file as values.

use limbeck_types::Span;

use crate::follow::value::Value;

/// A function or lambda of the file.
#[derive(Debug)]
pub(crate) struct Function {
    /// Its name; `<lambda>` for a lambda.
    pub(crate) name: String,
    /// The whole definition.
    pub(crate) span: Span,
}

/// A class of the file.
#[derive(Debug)]
pub(crate) struct Class {
    /// Its name.
    pub(crate) name: String,
    /// Its bases, in order.
    pub(crate) bases: Vec<Value>,
    /// What its body binds, in order.
    pub(crate) attributes: Vec<(String, Value)>,
    /// The whole definition.
    pub(crate) span: Span,
}

impl Class {
    /// What the class's own body binds a name to.
    pub(crate) fn attribute(&self, name: &str) -> Option<&Value> {
        self.attributes.iter().rev().find(|(bound, _)| bound == name).map(|(_, value)| value)
    }
}
