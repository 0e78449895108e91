//! Names and where Python looks them up.
//!
//! It owns which names a function binds by itself, as the compiler decides it before the function runs.

use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;

use hashbrown::{HashMap, HashSet};
use limbeck_types::Opaque;
use ruff_python_ast::name::Name;
use ruff_python_ast::visitor::source_order::{SourceOrderVisitor, walk_expr, walk_pattern, walk_stmt};
use ruff_python_ast::{ExceptHandler, Expr, ExprLambda, Parameters, Pattern, Stmt, StmtFunctionDef};

use super::value::Value;
use super::waiting::Waits;

/// Names for which there is room before they come.
const MOST_ROOM: usize = 112;

/// The names of a module, of one call of a function, of a class's body, of a comprehension, or an object's attributes.
#[derive(Default)]
pub(crate) struct Scope {
    pub(super) names: RefCell<HashMap<Name, Value>>,
    /// Where names are looked up that are not here.
    pub(super) outer: Option<Rc<Scope>>,
    pub(super) kind: ScopeKind,
    /// Module of a `from … import *`, which may bind any name.
    pub(super) star: RefCell<Option<Rc<str>>>,
    /// Why any name of it may be bound to anything, also one that is not here: an object's attributes after a loop that was
    /// given up.
    pub(super) unknown: RefCell<Option<Rc<Opaque>>>,
    /// Where the names stand that are bound when somebody asks for them.
    pub(super) waits: Cell<Option<Waits>>,
    /// Whether it was emptied because the run is over.
    pub(super) over: Cell<bool>,
}

impl Scope {
    /// An empty one, with room for so many names.
    pub(super) fn with_room(kind: ScopeKind, outer: Option<Rc<Self>>, room: usize) -> Self {
        // A file may be long for other reasons than that it binds names.
        let names = RefCell::new(HashMap::with_capacity(room.min(MOST_ROOM)));
        Self { names, outer, kind, ..Self::default() }
    }
}

#[derive(Default, Clone)]
pub(super) enum ScopeKind {
    #[default]
    Module,
    Function(Rc<Names>),
    Class,
    /// What was set on a class after it was made.
    Changes,
    Comprehension,
}

impl std::fmt::Debug for Scope {
    /// Its values may lead back to it.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Scope")
    }
}

/// The names that a function binds.
#[derive(Default)]
pub(super) struct Names {
    pub(super) locals: HashSet<Name>,
    pub(super) globals: HashSet<Name>,
    pub(super) nonlocals: HashSet<Name>,
    /// The first parameter: the object of a method.
    pub(super) first: Option<Name>,
    pub(super) yields: bool,
    /// Whether something is called in it, so that a call of it may act.
    pub(super) calls: bool,
}

/// What a function is made of.
#[derive(Clone, Copy)]
pub(super) enum Definition<'a> {
    Function(&'a StmtFunctionDef),
    Lambda(&'a ExprLambda),
}

impl<'a> Definition<'a> {
    /// Tells it from all others of a run.
    pub(super) fn address(self) -> usize {
        match self {
            Self::Function(function) => std::ptr::from_ref(function).addr(),
            Self::Lambda(lambda) => std::ptr::from_ref(lambda).addr(),
        }
    }

    pub(super) fn parameters(self) -> Option<&'a Parameters> {
        match self {
            Self::Function(function) => Some(&function.parameters),
            Self::Lambda(lambda) => lambda.parameters.as_deref(),
        }
    }
}

/// A definition, and what it binds: looked at once, when somebody calls it or asks whether a call may act.
pub(super) struct Defined<'a> {
    pub(super) definition: Definition<'a>,
    names: OnceCell<Rc<Names>>,
}

impl<'a> Defined<'a> {
    pub(super) fn new(definition: Definition<'a>) -> Self {
        Self { definition, names: OnceCell::new() }
    }

    pub(super) fn names(&self) -> &Rc<Names> {
        self.names.get_or_init(|| Rc::new(names(self.definition)))
    }
}

fn names(definition: Definition<'_>) -> Names {
    let mut names = Names::default();
    if let Some(parameters) = definition.parameters() {
        names.locals.extend(parameters.iter().map(|parameter| parameter.name().id.clone()));
    }
    names.first = definition
        .parameters()
        .and_then(|parameters| parameters.posonlyargs.first().or(parameters.args.first()))
        .map(|first| first.parameter.name.id.clone());
    match definition {
        Definition::Function(function) => names.visit_body(&function.body),
        Definition::Lambda(lambda) => names.visit_expr(&lambda.body),
    }
    let (globals, nonlocals) = (&names.globals, &names.nonlocals);
    names.locals.retain(|name| !globals.contains(name) && !nonlocals.contains(name));
    names
}

/// Whether running this may call something.
pub(super) fn calls_something(body: &[Stmt]) -> bool {
    let mut names = Names::default();
    names.visit_body(body);
    names.calls
}

impl Names {
    fn local(&mut self, name: &Name) {
        self.locals.insert(name.clone());
    }
}

impl<'a> SourceOrderVisitor<'a> for Names {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::FunctionDef(function) => {
                self.calls |= !function.decorator_list.is_empty();
                return self.local(&function.name.id);
            }
            Stmt::ClassDef(class) => {
                self.calls |= calls_something(&class.body);
                return self.local(&class.name.id);
            }
            Stmt::Global(global) => self.globals.extend(global.names.iter().map(|name| name.id.clone())),
            Stmt::Nonlocal(nonlocal) => {
                self.nonlocals.extend(nonlocal.names.iter().map(|name| name.id.clone()));
            }
            Stmt::Import(import) => {
                for alias in &import.names {
                    let first = alias.name.as_str().split('.').next().unwrap_or_default();
                    let name = alias.asname.as_ref().map_or_else(|| Name::new(first), |name| name.id.clone());
                    self.local(&name);
                }
            }
            Stmt::ImportFrom(import) => {
                for alias in &import.names {
                    self.local(&alias.asname.as_ref().unwrap_or(&alias.name).id);
                }
            }
            _ => {}
        }
        walk_stmt(self, stmt);
    }

    fn visit_except_handler(&mut self, handler: &'a ExceptHandler) {
        let ExceptHandler::ExceptHandler(inner) = handler;
        if let Some(name) = &inner.name {
            self.local(&name.id);
        }
        ruff_python_ast::visitor::source_order::walk_except_handler(self, handler);
    }

    fn visit_pattern(&mut self, pattern: &'a Pattern) {
        let name = match pattern {
            Pattern::MatchAs(pattern) => pattern.name.as_ref(),
            Pattern::MatchStar(pattern) => pattern.name.as_ref(),
            Pattern::MatchMapping(pattern) => pattern.rest.as_ref(),
            _ => None,
        };
        if let Some(name) = name {
            self.local(&name.id);
        }
        walk_pattern(self, pattern);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Name(name) if !name.ctx.is_load() => self.local(&name.id),
            Expr::Lambda(_) => return,
            Expr::Yield(_) | Expr::YieldFrom(_) => self.yields = true,
            Expr::Call(_) | Expr::Await(_) => self.calls = true,
            // Its targets are its own; a walrus in it is not.
            Expr::ListComp(_) | Expr::SetComp(_) | Expr::DictComp(_) | Expr::Generator(_) => {
                let mut inner = Comprehension(self);
                walk_expr(&mut inner, expr);
                return;
            }
            _ => {}
        }
        walk_expr(self, expr);
    }
}

struct Comprehension<'n>(&'n mut Names);

impl<'a> SourceOrderVisitor<'a> for Comprehension<'_> {
    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Named(named) => self.0.visit_expr(&named.target),
            Expr::Lambda(_) => return,
            Expr::Call(_) | Expr::Await(_) => self.0.calls = true,
            _ => {}
        }
        walk_expr(self, expr);
    }
}

/// Names that any function in these statements, at any depth, declares as `global` or `nonlocal`.
pub(super) fn declared(body: &[Stmt]) -> HashSet<Name> {
    let mut declared = Declared::default();
    declared.visit_body(body);
    declared.0
}

#[derive(Default)]
struct Declared(HashSet<Name>);

impl<'a> SourceOrderVisitor<'a> for Declared {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::Global(global) => self.0.extend(global.names.iter().map(|name| name.id.clone())),
            Stmt::Nonlocal(nonlocal) => self.0.extend(nonlocal.names.iter().map(|name| name.id.clone())),
            _ => {}
        }
        walk_stmt(self, stmt);
    }
}
