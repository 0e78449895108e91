//! Other modules of the project: opened when one of their functions is called or one of their constants read.
//!
//! It owns where what they hold is placed: at the call in the file that led there. A module's top level is followed once
//! for each run, and what it would do by itself is not told, as alembic is not there when it is imported. What it binds by
//! something that others may change later is not known.

use std::cell::OnceCell;
use std::rc::Rc;

use hashbrown::HashSet;
use limbeck_types::{Literal, Span};
use ruff_python_ast::Stmt;
use ruff_python_ast::name::Name;
use ruff_python_ast::visitor::source_order::{SourceOrderVisitor, walk_stmt};
use ruff_text_size::Ranged;

use super::follower::{Follower, Result, Stop};
use super::function::Function;
use super::scope::{Scope, ScopeKind, declared};
use super::text;
use super::value::{Kind, Value};
use super::waiting::Waits;
use super::ways::Flow;
use crate::Module;
use crate::foreign::is_foreign;
use crate::path::{last, member};
use crate::span::span_of;

/// Modules opened by one file.
const MODULES: usize = 40;
/// Modules opened by each other's top level.
const DEPTH: usize = 8;
/// Names that lead to a name of another module.
pub(super) const NAMES: usize = 8;

/// Another module and its name.
pub(super) struct Book {
    name: String,
    module: Module,
    next: Library,
}

/// Books that live as long as a run, one behind the other.
#[derive(Default)]
pub(super) struct Library(OnceCell<Box<Book>>);

impl Book {
    pub(super) fn module(&self) -> &Module {
        &self.module
    }

    /// Names that its functions declare as `global` or `nonlocal`.
    pub(super) fn declared(&self) -> HashSet<Name> {
        declared(self.module.body().unwrap_or_default())
    }

    /// Names of attributes that it sets.
    pub(super) fn set_attributes(&self) -> HashSet<Name> {
        super::attributes::set_in(self.module.body().unwrap_or_default())
    }
}

impl Library {
    fn put(&self, book: Book) -> &Book {
        let mut shelf = self;
        while let Some(taken) = shelf.0.get() {
            shelf = &taken.next;
        }
        shelf.0.get_or_init(|| Box::new(book))
    }
}

/// What is followed in another module.
#[derive(Debug, Clone, Copy)]
pub(super) struct Abroad {
    /// The call in the file that led there.
    pub(super) place: Span,
    /// Which of the follower's books it is.
    pub(super) book: usize,
}

impl<'a> Follower<'a> {
    /// Where a node is, or the call that led to its module.
    pub(super) fn place_of(&self, node: &impl Ranged) -> Span {
        self.abroad.map_or_else(|| span_of(node), |abroad| abroad.place)
    }

    /// The text that is being followed.
    pub(super) fn source(&self) -> &'a str {
        self.abroad.map_or(self.text, |abroad| self.books[abroad.book].module.text())
    }

    /// A text, placed in the file.
    pub(super) fn at_home(&self, literal: Literal) -> Literal {
        match self.abroad {
            None => literal,
            Some(abroad) => text::made(&literal.value, abroad.place),
        }
    }

    /// A reason, with the module that it is one of.
    pub(super) fn of_module(&self, reason: String) -> String {
        match self.abroad {
            None => reason,
            Some(abroad) => format!("in `{}`, {reason}", self.books[abroad.book].name),
        }
    }

    /// Where a function stands in its own module.
    pub(super) fn start_of(&self, function: &Function) -> u32 {
        match self.definitions[function.definition].definition {
            super::scope::Definition::Function(function) => span_of(function).start,
            super::scope::Definition::Lambda(lambda) => span_of(lambda).start,
        }
    }

    /// Follows something of a module, called at `span`.
    pub(super) fn at<T>(
        &mut self,
        home: Option<usize>,
        span: Span,
        run: impl FnOnce(&mut Self) -> Result<T>,
    ) -> Result<T> {
        let abroad = home.map(|book| Abroad { place: span, book });
        let before = std::mem::replace(&mut self.abroad, abroad);
        let done = run(self);
        self.abroad = before;
        done
    }

    /// The names of the module that is being followed.
    pub(super) fn globals(&self) -> Rc<Scope> {
        let mut scope = &self.scope;
        while let Some(outer) = &scope.outer {
            scope = outer;
        }
        Rc::clone(scope)
    }

    /// The value that a module's own name has here.
    pub(super) fn global(&mut self, value: Value, span: Span) -> Result {
        match (&value.kind, self.abroad) {
            (Kind::Path(_), _) => self.constant_elsewhere(value, span),
            (Kind::Text(known), Some(_)) => Ok(Value::text(text::made(&known.value, span))),
            (_, Some(_)) => Ok(value.at(span)),
            (_, None) => Ok(value),
        }
    }

    /// The full name of a module that another one imports; nothing in the file itself, which alembic runs alone.
    pub(super) fn absolute(&self, level: u32, module: &str) -> Option<String> {
        let book = self.books[self.abroad?.book];
        if level == 0 {
            return None;
        }
        let mut parts: Vec<&str> = book.name.split('.').collect();
        let up = level as usize - usize::from(book.module.is_package());
        parts.truncate(parts.len().checked_sub(up)?);
        parts.extend(module.split('.').filter(|part| !part.is_empty()));
        Some(parts.join("."))
    }

    /// A constant of a module of the project in place of its name.
    pub(super) fn constant_elsewhere(&mut self, value: Value, span: Span) -> Result {
        let Some(path) = value.as_path() else { return Ok(value) };
        // Most names end with a small letter.
        if path.ends_with(|end: char| end.is_ascii_lowercase()) {
            return Ok(value);
        }
        let name = last(path);
        let is_constant = name.bytes().any(|byte| byte.is_ascii_uppercase())
            && name.bytes().all(|byte| matches!(byte, b'A'..=b'Z' | b'0'..=b'9' | b'_'));
        if !is_constant {
            return Ok(value);
        }
        let path = path.to_owned();
        Ok(match self.name_elsewhere(&path, span, NAMES)? {
            Some(Value { kind: Kind::Text(known), .. }) => Value::text(text::made(&known.value, span)),
            Some(found) if is_constant_kind(&found.kind) => found.at(span),
            _ => value,
        })
    }

    /// What is called by a path, where that is a function of the project.
    pub(super) fn function_elsewhere(&mut self, path: &str, span: Span) -> Result<Option<Value>> {
        if self.set_paths.contains(path) {
            return Ok(Some(Value::opaque(
                format!("`{path}` is set, maybe after its name was imported"),
                span,
            )));
        }
        let found = self.name_elsewhere(path, span, NAMES)?;
        Ok(found.filter(|found| match &found.kind {
            Kind::Function(_) => true,
            Kind::Class(class) => class.is_whole(),
            Kind::Call(call) => {
                call.positional.iter().any(|value| matches!(value.kind, Kind::Function(_)))
                    && call.callee.as_path() == Some("contextlib.contextmanager")
            }
            _ => false,
        }))
    }

    pub(super) fn name_elsewhere(&mut self, path: &str, span: Span, names: usize) -> Result<Option<Value>> {
        let (Some((module, name)), Some(names)) = (member(path), names.checked_sub(1)) else {
            return Ok(None);
        };
        // A name that was imported before is still what it was.
        if self.set_paths.contains(path) {
            return Ok(None);
        }
        let Some(scope) = self.open(module, span)? else { return Ok(None) };
        let name = Name::new(name);
        let found = scope.names.borrow().get(&name).cloned();
        let found = match found {
            Some(found) => Some(found),
            None => self.waiting(&scope, &name, span)?,
        };
        let found = found.or_else(|| {
            let star = scope.star.borrow().clone()?;
            Some(Value::new(Kind::Path(format!("{star}.{name}").into()), span))
        });
        match &found {
            Some(Value { kind: Kind::Path(other), .. }) if **other != *path => {
                let other = Rc::clone(other);
                self.name_elsewhere(&other, span, names)
            }
            _ => Ok(found),
        }
    }

    /// What a module of the project binds at its top level, followed once.
    pub(super) fn open(&mut self, module: &str, span: Span) -> Result<Option<Rc<Scope>>> {
        if is_foreign(module) {
            return Ok(None);
        }
        if let Some(known) = self.opened.get(module) {
            return Ok(known.clone());
        }
        if self.opened.len() >= MODULES || self.opening >= DEPTH {
            return Ok(None);
        }
        // Until it is done, it has no names: modules may import each other.
        self.opened.insert(module.to_owned(), None);
        let Some(found) = (self.around.modules)(module) else { return Ok(None) };
        let book = Book { name: module.to_owned(), module: found, next: Library::default() };
        let book = self.library.put(book);
        let Some(body) = book.module.body() else { return Ok(None) };
        let made_before = self.all_made().len();
        if let Err(stop) = self.spend(book.module.text().len() / 64, span) {
            self.opened.remove(module);
            return Err(stop);
        }
        let scope = self.new_scope_with_room(ScopeKind::Module, None, body.len());
        self.books.push(book);
        let home = Some(self.books.len() - 1);
        let events = std::mem::take(&mut self.events);
        let targets = std::mem::take(&mut self.targets);
        let yielded = std::mem::take(&mut self.yielded);
        let entering = (self.entering.take(), self.entered.take());
        let (condition, tries) = (self.condition.take(), std::mem::take(&mut self.tries));
        let before = std::mem::replace(&mut self.scope, Rc::clone(&scope));
        self.opening += 1;
        let done = self.at(home, span, |follower| follower.nested(span, |inner| inner.module(book, body)));
        self.opening -= 1;
        self.scope = before;
        (self.condition, self.tries) = (condition, tries);
        (self.entering, self.entered) = entering;
        (self.targets, self.yielded) = (targets, yielded);
        let told = std::mem::replace(&mut self.events, events);
        match done {
            Err(Stop::Exhausted) => {
                // Only the loop may be over that led here.
                self.opened.remove(module);
                self.events.extend(told.into_iter().next_back());
                return Err(Stop::Exhausted);
            }
            Ok(Flow::Normal) => {}
            // It cannot be imported.
            _ => return Ok(None),
        }
        forget_changing(&scope, book, module, span);
        if let Err(stop) = self.forget_opened(&scope, made_before, body) {
            self.opened.remove(module);
            return Err(stop);
        }
        self.opened.insert(module.to_owned(), Some(Rc::clone(&scope)));
        self.made_before(made_before);
        Ok(Some(scope))
    }

    /// Follows the statements of a module, of which some wait until somebody asks for what they bind.
    fn module(&mut self, book: &'a Book, body: &'a [Stmt]) -> Result<Flow> {
        let (waiting, scope) = (book.module.waiting(), Rc::clone(&self.scope));
        let book = self.books.len() - 1;
        for (at, statement) in body.iter().enumerate() {
            scope.waits.set(Some(Waits { book, reached: at }));
            if waiting.waits(at) {
                continue;
            }
            match self.block(std::slice::from_ref(statement))? {
                Flow::Normal => {}
                flow => return Ok(flow),
            }
        }
        scope.waits.set(Some(Waits { book, reached: body.len() }));
        Ok(Flow::Normal)
    }
}

/// What functions set later, and collections that are there to be filled, are not known.
fn forget_changing(scope: &Scope, book: &Book, module: &str, span: Span) {
    let set = book.module.globals();
    for (name, value) in scope.names.borrow_mut().iter_mut() {
        let is_empty = match &value.kind {
            Kind::List(items) | Kind::Set(items) => items.borrow().is_empty(),
            Kind::Dict(pairs) => pairs.borrow().is_empty(),
            _ => false,
        };
        if is_empty || set.contains(name) {
            *value = Value::opaque(format!("`{name}` of `{module}` is set when the project runs"), span);
        }
    }
}

fn is_constant_kind(kind: &Kind) -> bool {
    match kind {
        Kind::Int(_) | Kind::Bool(_) | Kind::Float(_) | Kind::Text(_) => true,
        Kind::Tuple(items) => items.iter().all(|item| is_constant_kind(&item.kind)),
        Kind::List(items) | Kind::Set(items) => {
            items.borrow().iter().all(|item| is_constant_kind(&item.kind))
        }
        Kind::Dict(pairs) => pairs
            .borrow()
            .iter()
            .all(|(key, value)| is_constant_kind(&key.kind) && is_constant_kind(&value.kind)),
        _ => false,
    }
}

/// Names that functions of a module set.
pub(crate) fn set_by_functions(body: &[Stmt]) -> Vec<Name> {
    let mut set = Globals::default();
    set.visit_body(body);
    set.0
}

#[derive(Default)]
struct Globals(Vec<Name>);

impl<'a> SourceOrderVisitor<'a> for Globals {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        if let Stmt::Global(global) = stmt {
            self.0.extend(global.names.iter().map(|name| name.id.clone()));
        }
        walk_stmt(self, stmt);
    }
}
