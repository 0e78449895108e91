//! Functions, classes and objects of the file as values.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use limbeck_types::Span;
use ruff_python_ast::name::Name;

use crate::follow::memo::Memo;
use crate::follow::scope::Scope;
use crate::follow::value::{Kind, Value};

/// A function or lambda of the file.
pub(crate) struct Function {
    /// Its name; `<lambda>` for a lambda.
    pub(crate) name: Name,
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
    /// What it gave before, where it remembers that.
    pub(super) memo: Option<Memo>,
    /// What the method gives whatever its object is, where that was asked: `get_col_spec` of a type of the file.
    pub(crate) result: RefCell<Option<Value>>,
}

impl Function {
    /// The same, bound in another way.
    pub(super) fn bound(&self, binding: Binding) -> Self {
        Self {
            name: self.name.clone(),
            span: self.span,
            definition: self.definition,
            home: self.home,
            closure: Rc::clone(&self.closure),
            defaults: self.defaults.clone(),
            binding,
            memo: None,
            result: None.into(),
        }
    }

    /// The same, remembering what it gives.
    pub(super) fn with_memo(&self, memo: Memo) -> Self {
        Self { memo: Some(memo), ..self.bound(self.binding) }
    }
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
    /// The same, once for each object.
    Cached,
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
    pub(crate) attributes: Vec<(Name, Value)>,
    /// The classes of the file that it inherits from, in the order in which Python looks into them.
    line: Vec<Rc<Class>>,
    is_whole: bool,
    /// What was set on it later, where it is whole.
    pub(super) changes: Rc<Scope>,
    /// Whether something was set on it that is not followed.
    pub(super) is_changed: Cell<bool>,
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

/// Classes in the line of a class; where there are more, what is inherited is not known.
const LINE: usize = 60;

impl Class {
    pub(super) fn new(
        name: &str,
        mut bases: Vec<Value>,
        attributes: Vec<(Name, Value)>,
        changes: Rc<Scope>,
    ) -> Self {
        let line = line(&bases);
        if line.is_none() {
            bases.push(Value::opaque("in which order it inherits is not known", Span::default()));
        }
        let is_whole = bases.iter().all(|base| match &base.kind {
            Kind::Class(class) => class.is_whole,
            Kind::Path(path) => matches!(&**path, "builtins.object" | "abc.ABC"),
            _ => false,
        });
        let (name, line, is_changed) = (name.to_owned(), line.unwrap_or_default(), Cell::new(false));
        Self { name, bases, attributes, line, is_whole, changes, is_changed }
    }

    /// It, and what it inherits from, in the order in which Python looks into them.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Self> {
        std::iter::once(self).chain(self.line.iter().map(|class| &**class))
    }

    /// What the class's own body binds a name to, or else the body of a base of this file.
    pub(crate) fn attribute(&self, name: &str) -> Option<&Value> {
        self.all().find_map(|class| class.own(name))
    }

    /// What a name is bound to now.
    pub(super) fn attribute_now(&self, name: &str) -> Option<Value> {
        self.all().find_map(|class| {
            let names = class.changes.names.borrow();
            let changed = if names.is_empty() { None } else { names.get(&Name::new(name)) };
            changed.or_else(|| class.own(name)).cloned()
        })
    }

    /// What the class's own body binds a name to.
    pub(super) fn own(&self, name: &str) -> Option<&Value> {
        self.attributes.iter().rev().find(|(bound, _)| bound == name).map(|(_, value)| value)
    }

    /// Whether a base, or a base of one, is a name of another module that `is_it` picks.
    pub(crate) fn has_base(&self, is_it: &dyn Fn(&str) -> bool) -> bool {
        self.all().flat_map(|class| &class.bases).any(|base| base.as_path().is_some_and(is_it))
    }

    /// Whether all that it inherits is written in this file.
    pub(crate) fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// Whether something was set on it, or on what it inherits from, that is not followed.
    pub(crate) fn is_changed(&self) -> bool {
        self.all().any(|class| class.is_changed.get())
    }

    /// Whether it is an enumeration: its members are its attributes.
    pub(crate) fn is_enum(&self) -> bool {
        self.has_base(&|path| {
            matches!(path, "enum.Enum" | "enum.IntEnum" | "enum.StrEnum" | "enum.Flag" | "enum.IntFlag")
        })
    }

    /// The members of an enumeration: name and value.
    pub(crate) fn members(&self) -> impl Iterator<Item = &(Name, Value)> {
        self.attributes.iter().filter(|(name, value)| {
            !name.starts_with('_') && !matches!(value.kind, crate::follow::value::Kind::Function(_))
        })
    }
}

/// The classes of the file that a class of these bases inherits from, in Python's order (its C3 linearization).
fn line(bases: &[Value]) -> Option<Vec<Rc<Class>>> {
    let classes = bases.iter().filter_map(|base| match &base.kind {
        Kind::Class(class) => Some(class),
        _ => None,
    });
    let direct: Vec<Rc<Class>> = classes.cloned().collect();
    let mut lists: Vec<std::collections::VecDeque<Rc<Class>>> =
        direct.iter().map(|class| std::iter::once(class).chain(&class.line).cloned().collect()).collect();
    lists.push(direct.into());
    let mut line = Vec::new();
    loop {
        lists.retain(|list| !list.is_empty());
        if lists.is_empty() {
            return Some(line);
        }
        let is_later = |class: &Rc<Class>| {
            lists.iter().any(|list| list.iter().skip(1).any(|other| Rc::ptr_eq(class, other)))
        };
        let next = lists.iter().filter_map(|list| list.front()).find(|class| !is_later(class))?;
        let next = Rc::clone(next);
        lists.iter_mut().filter(|list| list.front().is_some_and(|first| Rc::ptr_eq(first, &next))).for_each(
            |list| {
                list.pop_front();
            },
        );
        line.push(next);
        if line.len() > LINE {
            return None;
        }
    }
}
