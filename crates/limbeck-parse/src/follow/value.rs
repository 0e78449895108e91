//! Values as the follower of a function sees them.
//!
//! What Python's own types can tell is a Python value. What belongs to alembic, SQLAlchemy or another module stays a
//! symbol: a path, a call of it, an attribute of that. The rooms beside this one say what such a symbol means.

use std::cell::RefCell;
use std::rc::Rc;

use limbeck_types::{Argument, Condition, Literal, Opaque, Span};
use ruff_python_ast::name::Name;

use crate::follow::function::{Class, Function, Method, Object};
use crate::path::last;

/// Values nested deeper than this are not followed, so that whoever walks one may recurse.
const DEEPEST: u16 = 200;
/// Values of more parts than this are not followed: parts that are shared count each time they are met.
const LARGEST: u32 = 1 << 20;

/// A value and the expression that gave it.
#[derive(Debug, Clone)]
pub(crate) struct Value {
    pub(crate) kind: Kind,
    /// The bytes of the expression: the literal's own, where the value came through a name.
    pub(crate) span: Span,
    /// How deep it is nested and of how many parts it is, lists that change later aside.
    depth: u16,
    size: u32,
}

/// What is known of a value. Collections that Python can change in place are shared while a function is followed; the
/// arguments of a [`Call`] are as they were when it was called.
#[derive(Debug, Clone)]
pub(crate) enum Kind {
    None,
    Bool(bool),
    Int(i128),
    Float(f64),
    /// Text with the source behind it.
    Text(Rc<Literal>),
    Bytes(Rc<[u8]>),
    Tuple(Rc<[Value]>),
    List(Rc<RefCell<Vec<Value>>>),
    Set(Rc<RefCell<Vec<Value>>>),
    /// In the order of insertion.
    Dict(Rc<RefCell<Vec<(Value, Value)>>>),
    /// A function or lambda of this file.
    Function(Rc<Function>),
    /// A class of this file.
    Class(Rc<Class>),
    /// An object of such a class, where the class has no bases of other modules; else it is a [`Kind::Call`].
    Object(Rc<Object>),
    /// A method of a class of this file, with its object.
    Method(Rc<Method>),
    /// A generator, `zip(…)`, `map(…)`: what it still has to give, the next one last.
    Iterator(Rc<RefCell<Vec<Value>>>),
    /// A name of another module, by its full path: `sqlalchemy.Column`, `alembic.op`, `app.models.User`. Python's own
    /// functions are `builtins.print`.
    Path(Rc<str>),
    /// What a call of a symbol gives.
    Call(Rc<Call>),
    /// An attribute of a symbol: `table.c`.
    Attribute(Rc<(Value, Name)>),
    /// An item of a symbol: `table.c["id"]`.
    Item(Rc<(Value, Value)>),
    /// An operator of which one operand is a symbol: `table.c.id == 5`, spelled as in Python: `==`, `&`, `in`, `and`.
    Operator(Rc<(Value, &'static str, Value)>),
    /// `-`, `~`, `not` before a symbol.
    Unary(&'static str, Rc<Value>),
    /// What only Python can tell. The span is the place that is to blame.
    Opaque(Rc<Opaque>),
    /// Inside of a collection: any number of items that only Python can tell. In a dictionary it is a key.
    Several(Rc<Opaque>),
}

/// A call of a symbol, with its arguments evaluated.
#[derive(Debug)]
pub(crate) struct Call {
    /// What is called: a path, an attribute of a symbol, or a class of this file.
    pub(crate) callee: Value,
    /// Positional arguments, `*` unpacked. What is unpacked from something unknown is one `Opaque`.
    pub(crate) positional: Vec<Value>,
    /// Keyword arguments, `**` unpacked. What is unpacked from something unknown is one `Opaque` with the name `**`.
    pub(crate) keywords: Vec<(Name, Value)>,
    /// The whole call expression.
    pub(crate) span: Span,
    /// Arguments in the order written, for [`limbeck_types::Action::arguments`]; none where [`has_places`] says so.
    pub(crate) arguments: Vec<Argument>,
    /// Tells this call from all others of the run: two calls of the same expression are two objects.
    pub(crate) number: u32,
}

/// One thing that happened while a function was followed, in order.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    pub(crate) kind: EventKind,
    /// The innermost call or statement in the file.
    pub(crate) span: Span,
    /// Calls of the file's own helpers around it, outermost first.
    pub(crate) callers: Rc<[Span]>,
    /// The innermost condition that is not known.
    pub(crate) condition: Option<Rc<Condition>>,
}

/// What happened. Every call of a symbol is told but those that [`Call::is_silent`] names: who reads the events picks those
/// that act.
#[derive(Debug, Clone)]
pub(crate) enum EventKind {
    /// A symbol was called.
    Called(Rc<Call>),
    /// The result of the call with this number was used: iterated over, indexed, or asked for an attribute.
    Used(u32),
    /// A `with` block of this value begins.
    Entered(Value),
    /// It ends.
    Left(Value),
    /// It ends with an error that leads out of it.
    Broken(Value),
    /// `raise`.
    Raised(Opaque),
    /// There is no function to run.
    NoFunction(Opaque),
    /// Something that was not followed and may act.
    Lost(Opaque),
}

impl Value {
    /// A value; an unknown one where it is nested too deeply or too large to be walked.
    pub(crate) fn new(kind: Kind, span: Span) -> Self {
        let (depth, size) = measure(&kind);
        if depth > DEEPEST || size > LARGEST {
            return Self::opaque("it is too large to be followed", span);
        }
        Self { kind, span, depth, size }
    }

    pub(crate) fn none(span: Span) -> Self {
        Self::new(Kind::None, span)
    }

    pub(crate) fn bool(value: bool, span: Span) -> Self {
        Self::new(Kind::Bool(value), span)
    }

    /// The value of another expression that gives the same.
    pub(crate) fn at(self, span: Span) -> Self {
        Self { span, ..self }
    }

    pub(crate) fn opaque(reason: impl Into<String>, span: Span) -> Self {
        Self::unknown(Opaque { span, reason: reason.into(), import: None }, span)
    }

    pub(crate) fn unknown(opaque: Opaque, span: Span) -> Self {
        Self { kind: Kind::Opaque(Rc::new(opaque)), span, depth: 0, size: 1 }
    }

    pub(crate) fn text(literal: Literal) -> Self {
        let span = literal.span;
        Self::new(Kind::Text(Rc::new(literal)), span)
    }

    /// The text, where it is text.
    pub(crate) fn as_text(&self) -> Option<&Literal> {
        match &self.kind {
            Kind::Text(literal) => Some(literal),
            _ => None,
        }
    }

    /// The full path of a name of another module.
    pub(crate) fn as_path(&self) -> Option<&str> {
        match &self.kind {
            Kind::Path(path) => Some(path),
            _ => None,
        }
    }

    /// The name of something of SQLAlchemy's.
    fn name_in_sqlalchemy(&self) -> Option<&str> {
        self.as_path()?.strip_prefix("sqlalchemy.").map(last)
    }

    /// Why it is not known, where it is not.
    pub(crate) fn as_opaque(&self) -> Option<&Rc<Opaque>> {
        match &self.kind {
            Kind::Opaque(opaque) | Kind::Several(opaque) => Some(opaque),
            _ => None,
        }
    }

    /// Whether it belongs to another module, so that only that module says what it means.
    pub(crate) fn is_symbol(&self) -> bool {
        matches!(
            self.kind,
            Kind::Path(_)
                | Kind::Call(_)
                | Kind::Attribute(_)
                | Kind::Item(_)
                | Kind::Operator(_)
                | Kind::Unary(..)
        )
    }
}

impl Call {
    /// The keyword argument of this name.
    pub(crate) fn keyword(&self, name: &str) -> Option<&Value> {
        self.keywords.iter().find(|(keyword, _)| keyword == name).map(|(_, value)| value)
    }

    /// The argument that stands at `index` or has this name.
    pub(crate) fn argument(&self, index: usize, name: &str) -> Option<&Value> {
        self.positional.get(index).or_else(|| self.keyword(name))
    }

    /// Whether nobody learns from it what the call does not tell that this one is an argument of: a class of SQLAlchemy's is
    /// called that looks at nothing, with what is plain or made by such a call.
    pub(crate) fn is_silent(&self) -> bool {
        let is_class = |name: &str| name.starts_with(|first: char| first.is_ascii_uppercase());
        // These may be given a connection, and look at the database.
        let looks = |name: &str| matches!(name, "Inspector" | "MetaData" | "Session" | "Table");
        if !self.callee.name_in_sqlalchemy().is_some_and(|name| is_class(name) && !looks(name)) {
            return false;
        }
        let mut values = self.positional.iter().chain(self.keywords.iter().map(|(_, value)| value));
        values.all(|value| match &value.kind {
            Kind::None | Kind::Bool(_) | Kind::Int(_) | Kind::Float(_) | Kind::Text(_) | Kind::Path(_) => {
                true
            }
            Kind::Call(call) => call.callee.name_in_sqlalchemy().is_some(),
            _ => false,
        })
    }
}

/// Whether anybody asks where the arguments of a call of this stand. SQLAlchemy's constructs do nothing by themselves.
pub(crate) fn has_places(callee: &Value) -> bool {
    callee.as_path().is_none_or(|path| !path.starts_with("sqlalchemy."))
}

/// Depth and size of what a kind holds.
fn measure(kind: &Kind) -> (u16, u32) {
    let mut all = (0u16, 1u32);
    let mut add = |value: &Value| {
        all = (all.0.max(value.depth.saturating_add(1)), all.1.saturating_add(value.size));
    };
    match kind {
        Kind::Tuple(items) => items.iter().for_each(add),
        Kind::List(items) | Kind::Set(items) | Kind::Iterator(items) => items.borrow().iter().for_each(add),
        Kind::Dict(items) => items.borrow().iter().for_each(|(key, value)| {
            add(key);
            add(value);
        }),
        Kind::Call(call) => {
            add(&call.callee);
            call.positional.iter().for_each(&mut add);
            call.keywords.iter().for_each(|(_, value)| add(value));
        }
        Kind::Attribute(parts) => add(&parts.0),
        Kind::Item(parts) => [&parts.0, &parts.1].into_iter().for_each(add),
        Kind::Operator(parts) => [&parts.0, &parts.2].into_iter().for_each(add),
        Kind::Unary(_, operand) => add(operand),
        _ => {}
    }
    all
}

impl Kind {
    /// Whether it is a value of Python's own types, which differs from those of all other types. Objects may define `__eq__`.
    pub(crate) fn is_pythons_own(&self) -> bool {
        matches!(
            self,
            Kind::None
                | Kind::Bool(_)
                | Kind::Int(_)
                | Kind::Float(_)
                | Kind::Text(_)
                | Kind::Bytes(_)
                | Kind::Tuple(_)
                | Kind::List(_)
                | Kind::Set(_)
                | Kind::Dict(_)
        )
    }
}
