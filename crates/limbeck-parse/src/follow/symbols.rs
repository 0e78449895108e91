//! Symbols: names of other modules, calls of them, and what is asked of those.
//!
//! It owns the few that are known whatever the module does: the dialect is Postgres's, and the mode is offline.

use std::rc::Rc;

use limbeck_types::{Condition, Opaque, Span};
use ruff_python_ast::name::Name;

use super::equal::is_plain;
use super::follower::{Follower, Result};
use super::journal::{Cell, several};
use super::text;
use super::value::{Call, EventKind, Kind, Value};

impl Follower<'_> {
    /// A name of another module, or the text that it is known to be.
    pub(super) fn member(&self, module: &str, name: &str, span: Span) -> Value {
        if matches!((module, name), ("typing" | "typing_extensions", "TYPE_CHECKING")) {
            return Value::bool(false, span);
        }
        if !self.set_paths.is_empty() && self.set_paths.contains(&format!("{module}.{name}")) {
            return Value::opaque(format!("`{name}` of `{module}` is set"), span);
        }
        if !crate::foreign::is_foreign(module)
            && let Some(text) = (self.around.constants)(module, name)
        {
            return Value::text(text::made(&text, span));
        }
        let dot = if module.ends_with('.') { "" } else { "." };
        self.path([module, dot, name], span)
    }

    /// A path that is put together.
    pub(super) fn path(&self, parts: [&str; 3], span: Span) -> Value {
        let mut path = self.path.borrow_mut();
        path.clear();
        path.extend(parts);
        Value::new(Kind::Path(Rc::from(path.as_str())), span)
    }

    /// `base.name`.
    pub(super) fn attribute(&mut self, base: Value, name: &str, span: Span) -> Result {
        self.spend(1, span)?;
        match &base.kind {
            Kind::Path(path) => {
                if let Some(known) = known_attribute(path, name, span) {
                    return Ok(known);
                }
                let path = Rc::clone(path);
                let member = self.member(&path, name, span);
                self.constant_elsewhere(member, span)
            }
            Kind::Opaque(_) => Ok(base.at(span)),
            Kind::None => {
                Err(self.raise("AttributeError", format!("`None` has no attribute `{name}`"), span))
            }
            Kind::Class(_) | Kind::Object(_) => self.own_attribute(&base, name, span),
            Kind::Function(function) if name == "__name__" => {
                Ok(Value::text(text::made(&function.name, span)))
            }
            Kind::Attribute(member) if matches!(name, "value" | "name") => {
                if let Kind::Class(class) = &member.0.kind
                    && class.is_enum()
                {
                    if name == "name" {
                        return Ok(Value::text(text::made(&member.1, member.0.span)));
                    }
                    if let Some(value) = class.attribute(&member.1) {
                        return Ok(value.clone());
                    }
                }
                self.symbol_attribute(base, name, span)
            }
            _ if base.is_symbol() => self.symbol_attribute(base, name, span),
            _ => Ok(Value::opaque(format!("it is the attribute `{name}` of a value"), span)),
        }
    }

    fn symbol_attribute(&mut self, base: Value, name: &str, span: Span) -> Result {
        self.used(&base)?;
        if let Some(opaque) = self.change_of(&base) {
            return Ok(Value::new(Kind::Opaque(opaque), span));
        }
        if is_dialect_name(&base, name) {
            return Ok(Value::text(text::made("postgresql", span)));
        }
        if name == "as_sql" && matches!(base.kind, Kind::Call(_)) {
            return Ok(Value::bool(true, span));
        }
        Ok(Value::new(Kind::Attribute(Rc::new((base, Name::new(name)))), span))
    }

    /// Tells that what a call gives is looked at.
    pub(super) fn used(&mut self, value: &Value) -> Result<()> {
        match &value.kind {
            Kind::Call(call) => self.tell(EventKind::Used(call.number), value.span),
            _ => Ok(()),
        }
    }

    /// Why a symbol is no longer what its call made.
    fn change_of(&self, value: &Value) -> Option<Rc<Opaque>> {
        let Kind::Call(call) = &value.kind else { return None };
        let may_be = call.number <= self.changed_until && can_change(call);
        (may_be || self.changed.contains(&call.number)).then(|| {
            let reason = "it is changed after it is made".to_owned();
            Rc::new(Opaque { span: call.span, reason, import: None })
        })
    }

    /// The value as it is now: lists that may change later are copied.
    pub(super) fn snapshot(&mut self, value: &Value) -> Result {
        self.snapshot_to_depth(value, 40)
    }

    /// Makes an argument what it is now.
    fn take_snapshot(&mut self, value: &mut Value) -> Result<()> {
        match &value.kind {
            Kind::Several(_) => *value = as_one(value),
            Kind::Tuple(_)
            | Kind::List(_)
            | Kind::Set(_)
            | Kind::Iterator(_)
            | Kind::Dict(_)
            | Kind::Call(_) => *value = self.snapshot(value)?,
            _ => self.spend(1, value.span)?,
        }
        Ok(())
    }

    fn snapshot_to_depth(&mut self, value: &Value, depth: u32) -> Result {
        self.spend(1, value.span)?;
        let span = value.span;
        if depth == 0 {
            return Ok(Value::opaque("it is nested too deeply to be followed", span));
        }
        let kind = match &value.kind {
            Kind::Tuple(items) => {
                if items.iter().all(|item| is_plain(item) && !matches!(item.kind, Kind::Tuple(_))) {
                    return Ok(value.clone());
                }
                Kind::Tuple(self.snapshots(items, depth)?.into())
            }
            Kind::List(items) => Kind::List(self.copy(items, depth)?),
            Kind::Set(items) => Kind::Set(self.copy(items, depth)?),
            Kind::Iterator(items) => Kind::Iterator(self.copy(items, depth)?),
            Kind::Dict(pairs) => {
                let pairs = pairs.borrow().clone();
                let mut copy = Vec::with_capacity(pairs.len());
                for (key, value) in &pairs {
                    copy.push((key.clone(), self.snapshot_to_depth(value, depth - 1)?));
                }
                Kind::Dict(Rc::new(copy.into()))
            }
            Kind::Call(_) => {
                return Ok(match self.change_of(value) {
                    Some(opaque) => Value::new(Kind::Opaque(opaque), span),
                    None => value.clone(),
                });
            }
            _ => return Ok(value.clone()),
        };
        Ok(Value::new(kind, span))
    }

    fn snapshots(&mut self, items: &[Value], depth: u32) -> Result<Vec<Value>> {
        items.iter().map(|item| self.snapshot_to_depth(item, depth - 1)).collect()
    }

    fn copy(
        &mut self,
        items: &std::cell::RefCell<Vec<Value>>,
        depth: u32,
    ) -> Result<Rc<std::cell::RefCell<Vec<Value>>>> {
        let items = items.borrow().clone();
        Ok(Rc::new(self.snapshots(&items, depth)?.into()))
    }

    /// A call of a symbol, told and made a symbol.
    pub(super) fn symbol_call(&mut self, callee: Value, mut arguments: super::calls::Arguments) -> Result {
        let span = arguments.span;
        if let Some(known) = self.known_call(&callee, &arguments)? {
            return Ok(known);
        }
        self.may_change_arguments(&callee, &arguments)?;
        // It hands on what it is given, as it is then.
        if callee.as_path() != Some("functools.partial") {
            for value in &mut arguments.positional {
                self.take_snapshot(value)?;
            }
            for (_, value) in &mut arguments.keywords {
                self.take_snapshot(value)?;
            }
        }
        let super::calls::Arguments { positional, keywords, written, .. } = arguments;
        let number = self.next_call();
        let call = Call { callee, positional, keywords, span, arguments: written, number };
        let called = self.called(Rc::new(call))?;
        self.may_call_arguments(&called)?;
        if let Kind::Call(call) = &called.kind
            && let Kind::Attribute(parts) = &call.callee.kind
            // These change the table they are called on.
            && matches!(parts.1.as_str(), "append_column" | "append_constraint" | "append_foreign_key")
            && let Kind::Call(owner) = &parts.0.kind
        {
            self.changed.push(owner.number);
        }
        Ok(called)
    }

    /// Another module's function may change a list that it is given; alembic, SQLAlchemy and Python's own do not.
    fn may_change_arguments(&mut self, callee: &Value, arguments: &super::calls::Arguments) -> Result<()> {
        let values = || arguments.positional.iter().chain(arguments.keywords.iter().map(|(_, value)| value));
        if !values().any(|value| can_be_changed(&value.kind)) || leaves_arguments_alone(callee) {
            return Ok(());
        }
        let reason = format!("it may be changed by `{}`", name_of(callee));
        let opaque = Rc::new(Opaque { span: arguments.span, reason, import: None });
        for value in values() {
            let cell = match &value.kind {
                Kind::List(items) | Kind::Set(items) | Kind::Iterator(items) => Cell::Items(Rc::clone(items)),
                Kind::Dict(pairs) => Cell::Pairs(Rc::clone(pairs)),
                Kind::Opaque(_) => {
                    self.change_hidden(&opaque.reason, arguments.span)?;
                    continue;
                }
                Kind::Object(_) => {
                    self.forget_attributes(value, &opaque.reason, arguments.span)?;
                    continue;
                }
                _ => continue,
            };
            self.unknown_cell(&cell, &opaque)?;
        }
        Ok(())
    }

    /// A function of the file that is given away may be called.
    fn may_call_arguments(&mut self, called: &Value) -> Result<()> {
        let Kind::Call(call) = &called.kind else { return Ok(()) };
        let root = root_path(&call.callee).unwrap_or_default();
        if root.starts_with("sqlalchemy.") || only_wraps(root) {
            return Ok(());
        }
        // What these call of an object is not written here.
        let with_objects = root.starts_with("contextlib.");
        let values = call.positional.iter().chain(call.keywords.iter().map(|(_, value)| value));
        let acting = values.filter_map(|value| self.may_act(value, with_objects, 4)).next();
        match acting {
            Some(name) => self.lose(format!("`{}` may call `{name}`", name_of(&call.callee)), call.span),
            None => Ok(()),
        }
    }

    /// The name of what a value is, or holds, that may act when it is called.
    fn may_act(&self, value: &Value, with_objects: bool, depth: u32) -> Option<String> {
        let depth = depth.checked_sub(1)?;
        let any = |items: &[Value]| items.iter().find_map(|item| self.may_act(item, with_objects, depth));
        let acts = |function: &super::function::Function| {
            self.names_of(function).calls.then(|| function.name.to_string())
        };
        match &value.kind {
            Kind::Function(function) => acts(function),
            Kind::Method(method) => acts(&method.function),
            Kind::Object(object) if with_objects || object.class.attribute("__call__").is_some() => {
                Some(object.class.name.clone())
            }
            Kind::Call(call) if call.callee.as_path().is_some_and(only_wraps) => any(&call.positional),
            Kind::Tuple(items) => any(items),
            Kind::List(items) | Kind::Set(items) | Kind::Iterator(items) => any(&items.borrow()),
            Kind::Dict(pairs) => {
                pairs.borrow().iter().find_map(|(_, item)| self.may_act(item, with_objects, depth))
            }
            _ => None,
        }
    }

    /// The condition that a value which is not known makes.
    pub(super) fn depends_on(&self, value: &Value, span: Span) -> Rc<Condition> {
        Rc::new(Condition { span, reason: reason_of(value) })
    }

    /// Why a value is not known.
    pub(super) fn blame_value(&self, value: &Value) -> Rc<Opaque> {
        if let Some(opaque) = value.as_opaque() {
            return Rc::clone(opaque);
        }
        let import = match &value.kind {
            Kind::Path(path) => {
                path.rsplit_once('.').map(|(module, name)| Box::new((module.to_owned(), name.to_owned())))
            }
            _ => None,
        };
        Rc::new(Opaque { span: value.span, reason: reason_of(value), import })
    }

    /// A value that cannot be known because that one is not.
    pub(super) fn because_of(&self, value: &Value, span: Span) -> Value {
        Value::new(Kind::Opaque(self.blame_value(value)), span)
    }

    /// The items of something that is iterated over; a [`Kind::Several`] stands for those that are not known.
    pub(super) fn items_of(&mut self, value: &Value, span: Span) -> Result<Vec<Value>> {
        self.used(value)?;
        if value.as_opaque().is_some()
            && self.hidden.values.iter().any(|hidden| matches!(hidden.kind, Kind::Iterator(_)))
        {
            self.change_hidden("it may be used up", span)?;
        }
        let unknown = |follower: &Self| vec![several(&follower.blame_value(value))];
        let items = match &value.kind {
            Kind::Tuple(items) => items.to_vec(),
            Kind::List(items) => {
                if self.lazy.reads() {
                    self.lazy.read(Cell::Items(Rc::clone(items)));
                }
                items.borrow().clone()
            }
            Kind::Set(items) => {
                let items = items.borrow().clone();
                if items.len() > 1 {
                    let reason = "the order of a set is not known before the file is run".to_owned();
                    return Ok(vec![several(&Rc::new(Opaque { span, reason, import: None }))]);
                }
                items
            }
            Kind::Iterator(items) => {
                let cell = Rc::clone(items);
                self.settle(&cell, span)?;
                self.write_items(&cell, span)?;
                let mut items = cell.take();
                items.reverse();
                items
            }
            Kind::Dict(pairs) => pairs.borrow().iter().map(|(key, _)| key.clone()).collect(),
            Kind::Text(text) => {
                let text = Rc::clone(text);
                self.spend(text.value.len(), span)?;
                let ends = text.value.char_indices().map(|(at, char)| at..at + char.len_utf8());
                ends.map(|range| Value::text(text::slice(&text, range, value.span))).collect()
            }
            Kind::Class(class) if class.is_enum() => match super::enums::unaliased(class) {
                Some(names) => names
                    .into_iter()
                    .map(|name| {
                        Value::new(Kind::Attribute(Rc::new((value.clone(), Name::new(name)))), value.span)
                    })
                    .collect(),
                None => unknown(self),
            },
            Kind::Object(_) => {
                let given = self.iterated(value.clone(), span)?;
                return self.items_of(&given, span);
            }
            Kind::None | Kind::Int(_) | Kind::Bool(_) | Kind::Float(_) => {
                return Err(self.raise("TypeError", "it is not iterable", span));
            }
            _ => unknown(self),
        };
        self.spend(items.len() / 4, span)?;
        Ok(items)
    }

    /// Keys and values of a mapping that is unpacked.
    pub(super) fn pairs_of(&mut self, value: &Value, span: Span) -> Result<Vec<(Value, Value)>> {
        self.used(value)?;
        self.spend(1, span)?;
        match &value.kind {
            Kind::Dict(pairs) => Ok(pairs.borrow().clone()),
            _ => {
                let several = several(&self.blame_value(value));
                Ok(vec![(several.clone(), several)])
            }
        }
    }
}

/// Whether a function of Python's own calls what it is given only when its result is called, or where that is followed.
fn only_wraps(path: &str) -> bool {
    matches!(
        path,
        "functools.cache"
            | "functools.lru_cache"
            | "functools.partial"
            | "functools.partialmethod"
            | "functools.update_wrapper"
            | "functools.wraps"
            | "contextlib.asynccontextmanager"
            | "contextlib.closing"
            | "contextlib.contextmanager"
            | "contextlib.nullcontext"
    )
}

/// Unknown items among arguments are one unknown argument.
fn as_one(value: &Value) -> Value {
    match &value.kind {
        Kind::Several(opaque) => Value::new(Kind::Opaque(Rc::clone(opaque)), value.span),
        _ => value.clone(),
    }
}

fn known_attribute(path: &str, name: &str, span: Span) -> Option<Value> {
    // `migration_context.dialect.name` where the context came with an import.
    (name == "name" && path.ends_with(".dialect")).then(|| Value::text(text::made("postgresql", span)))
}

/// `x.dialect.name`, `bind.engine.name`.
fn is_dialect_name(base: &Value, name: &str) -> bool {
    let Kind::Attribute(parts) = &base.kind else { return false };
    let of_symbol = !matches!(parts.0.kind, Kind::Opaque(_));
    of_symbol && name == "name" && matches!(parts.1.as_str(), "dialect" | "engine")
}

/// The path that a chain of attributes, items and calls begins with.
pub(super) fn root_path(value: &Value) -> Option<&str> {
    let mut value = value;
    loop {
        value = match &value.kind {
            Kind::Path(path) => return Some(path),
            Kind::Call(call) => &call.callee,
            Kind::Attribute(parts) => &parts.0,
            Kind::Item(parts) => &parts.0,
            Kind::Operator(parts) => &parts.0,
            Kind::Unary(_, operand) => operand,
            _ => return None,
        };
    }
}

/// Whether whoever is given such a value may change it, or what it may be.
fn can_be_changed(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::List(_) | Kind::Set(_) | Kind::Iterator(_) | Kind::Dict(_) | Kind::Object(_) | Kind::Opaque(_)
    )
}

fn leaves_arguments_alone(callee: &Value) -> bool {
    let Some(root) = root_path(callee) else { return false };
    let top = crate::path::package(root);
    matches!(
        top,
        "alembic"
            | "builtins"
            | "contextlib"
            | "datetime"
            | "decimal"
            | "enum"
            | "functools"
            | "itertools"
            | "json"
            | "logging"
            | "os"
            | "re"
            | "sqlalchemy"
            | "string"
            | "textwrap"
            | "typing"
            | "uuid"
    )
}

/// Why a symbol's value is not known.
pub(super) fn reason_of(value: &Value) -> String {
    match &value.kind {
        Kind::Opaque(opaque) | Kind::Several(opaque) => opaque.reason.clone(),
        Kind::Operator(parts) => {
            let known = |value: &Value| !value.is_symbol() && value.as_opaque().is_none();
            reason_of(if known(&parts.0) { &parts.2 } else { &parts.0 })
        }
        Kind::Unary(_, operand) => reason_of(operand),
        Kind::Call(_) => with_name("it depends on what `", value, "` returns"),
        _ => with_name("it depends on `", value, "`"),
    }
}

/// Bytes for which there is room before a text is put together.
const ROOM: usize = 64;

/// The longest name of a symbol that is said in whole, in bytes.
const LONGEST_NAME: usize = 80;

/// A symbol's name between two texts.
fn with_name(before: &str, value: &Value, after: &str) -> String {
    let mut text = String::with_capacity(ROOM);
    text.push_str(before);
    write_name(value, &mut text);
    if text.len() > before.len() + LONGEST_NAME {
        return [before, &name_of(value), after].concat();
    }
    text.push_str(after);
    text
}

/// A symbol as people would write it: `op.get_bind().execute(…)`.
pub(super) fn name_of(value: &Value) -> String {
    let mut name = String::with_capacity(ROOM);
    write_name(value, &mut name);
    if name.len() <= LONGEST_NAME {
        return name;
    }
    let is_short = |at: &usize| name.len() - at <= LONGEST_NAME;
    let start = name.char_indices().map(|(at, _)| at).find(is_short).unwrap_or_default();
    format!("…{}", &name[start..])
}

fn write_name(value: &Value, name: &mut String) {
    match &value.kind {
        Kind::Path(path) => {
            let short = path.strip_prefix("alembic.").or_else(|| path.strip_prefix("builtins."));
            name.push_str(short.unwrap_or(path));
        }
        Kind::Call(call) => {
            write_name(&call.callee, name);
            let is_bare = call.positional.is_empty() && call.keywords.is_empty();
            name.push_str(if is_bare { "()" } else { "(…)" });
        }
        Kind::Attribute(parts) => {
            write_name(&parts.0, name);
            name.push('.');
            name.push_str(&parts.1);
        }
        Kind::Item(parts) => {
            write_name(&parts.0, name);
            name.push_str("[…]");
        }
        Kind::Class(class) => name.push_str(&class.name),
        Kind::Function(function) => name.push_str(&function.name),
        _ => name.push('…'),
    }
}

/// Whether a call makes something of SQLAlchemy's that its methods and attributes change.
fn can_change(call: &Call) -> bool {
    const CHANGEABLE: [&str; 8] = ["Table", "table", "Column", "column", "MetaData", "Index", "Enum", "ENUM"];
    root_path(&call.callee)
        .is_some_and(|path| path.starts_with("sqlalchemy.") && CHANGEABLE.contains(&crate::path::last(path)))
}
