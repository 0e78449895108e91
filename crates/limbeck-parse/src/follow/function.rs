//! Functions, classes and objects of the file as values.

use std::cell::RefCell;
use std::rc::Rc;

use limbeck_types::Span;
use ruff_python_ast::name::Name;

use crate::follow::scope::Scope;
use crate::follow::value::Value;

/// A function or lambda of the file.
pub(crate) struct Function {
    /// Its name; `<lambda>` for a lambda.
    pub(crate) name: String,
    /// The whole definition.
    pub(crate) span: Span,
    /// Which of the follower's definitions it is made of.
    pub(super) definition: usize,
    /// The module of the project that it stands in, where it is not the file itself.
    pub(super) home: Option<usize>,
    /// Where its free names are looked up.
    pub(super) closure: Rc<Scope>,
    /// Values of its parameters' defaults, evaluated when it was defined.
    pub(super) defaults: Vec<(Name, Value)>,
    /// How it is bound to the class it stands in.
    pub(super) binding: Binding,
    /// What the method gives whatever its object is, where that was asked: `get_col_spec` of a type of the file.
    pub(crate) result: RefCell<Option<Value>>,
}

/// What a function of a class takes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Binding {
    /// The object, or nothing outside of a class.
    Object,
    /// The class.
    Class,
    /// Nothing.
    Static,
    /// The object, without being called.
    Property,
}

impl std::fmt::Debug for Function {
    /// Its closure may lead back to it.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Function({})", self.name)
    }
}

/// A class of the file.
pub(crate) struct Class {
    /// Its name.
    pub(crate) name: String,
    /// Its bases, in order.
    pub(crate) bases: Vec<Value>,
    /// What its body binds, in order.
    pub(crate) attributes: Vec<(String, Value)>,
}

impl std::fmt::Debug for Class {
    /// Its methods may lead back to it.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Class({})", self.name)
    }
}

/// An object of a class of the file that has no bases but such classes.
#[derive(Debug)]
pub(crate) struct Object {
    pub(crate) class: Rc<Class>,
    pub(super) attributes: Rc<Scope>,
}

/// A method taken from its object or class.
#[derive(Debug)]
pub(crate) struct Method {
    pub(crate) receiver: Value,
    pub(crate) function: Rc<Function>,
}

impl Class {
    /// What the class's own body binds a name to, or else the body of a base of this file.
    pub(crate) fn attribute(&self, name: &str) -> Option<&Value> {
        self.own(name).or_else(|| {
            self.bases.iter().find_map(|base| match &base.kind {
                crate::follow::value::Kind::Class(class) => class.attribute(name),
                _ => None,
            })
        })
    }

    /// What the class's own body binds a name to.
    pub(super) fn own(&self, name: &str) -> Option<&Value> {
        self.attributes.iter().rev().find(|(bound, _)| bound == name).map(|(_, value)| value)
    }

    /// Whether a base, or a base of one, is a name of another module that `is_it` picks.
    pub(crate) fn has_base(&self, is_it: &dyn Fn(&str) -> bool) -> bool {
        self.bases.iter().any(|base| match &base.kind {
            crate::follow::value::Kind::Class(class) => class.has_base(is_it),
            crate::follow::value::Kind::Path(path) => is_it(path),
            _ => false,
        })
    }

    /// Whether all that it inherits is written in this file.
    pub(crate) fn is_whole(&self) -> bool {
        self.bases.iter().all(|base| match &base.kind {
            crate::follow::value::Kind::Class(class) => class.is_whole(),
            crate::follow::value::Kind::Path(path) => matches!(&**path, "builtins.object" | "abc.ABC"),
            _ => false,
        })
    }

    /// Whether it is an enumeration: its members are its attributes.
    pub(crate) fn is_enum(&self) -> bool {
        self.has_base(&|path| {
            matches!(path, "enum.Enum" | "enum.IntEnum" | "enum.StrEnum" | "enum.Flag" | "enum.IntFlag")
        })
    }

    /// The members of an enumeration: name and value.
    pub(crate) fn members(&self) -> impl Iterator<Item = &(String, Value)> {
        self.attributes.iter().filter(|(name, value)| {
            !name.starts_with('_') && !matches!(value.kind, crate::follow::value::Kind::Function(_))
        })
    }
}
