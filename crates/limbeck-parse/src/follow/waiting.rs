//! Names of other modules that are bound when somebody asks for them: most of what a module defines and imports is not
//! what a revision needs of it.
//!
//! It owns which statements may wait: definitions and imports that do nothing by themselves, of names that nothing else in
//! the module binds, so that nobody can tell when they were run.

use std::rc::Rc;

use hashbrown::HashMap;
use limbeck_types::Span;
use ruff_python_ast::name::Name;
use ruff_python_ast::visitor::source_order::SourceOrderVisitor;
use ruff_python_ast::{Expr, Stmt, StmtFunctionDef};

use super::follower::{Follower, Result};
use super::scope::{Definition, Names, Scope};
use super::value::Value;
use crate::cut::followed;

/// What may wait of a module.
#[derive(Debug, Default)]
pub(crate) struct Waiting {
    /// The statement that binds a name, and which of its names that is.
    names: HashMap<Name, (usize, usize)>,
    /// By statement of the module.
    waits: Vec<bool>,
}

/// A scope of which names wait: a module's.
#[derive(Debug, Clone, Copy)]
pub(super) struct Waits {
    /// Which of the follower's books it is.
    pub(super) book: usize,
    /// The statements before this one have been come by.
    pub(super) reached: usize,
}

/// What may bind names, or delete them, without naming them.
const REACHES_NAMES: [&str; 5] = ["globals", "locals", "vars", "__dict__", "modules"];

impl Waiting {
    /// Finds it in the statements of a module of this text, of which functions set these names.
    pub(crate) fn find(body: &[Stmt], text: &str, set: &[Name]) -> Self {
        let is_star = |statement: &Stmt| matches!(statement, Stmt::ImportFrom(import) if import.names.iter().any(|alias| alias.name.as_str() == "*"));
        if body.iter().any(is_star) {
            return Self::default();
        }
        let has = |word: &str| memchr::memmem::find(text.as_bytes(), word.as_bytes()).is_some();
        // Nearly every module says `op.execute`.
        if REACHES_NAMES.into_iter().any(has) || followed(text, "exec", |after| !after.starts_with("ut")) {
            return Self::default();
        }
        let mut others = Names::default();
        body.iter().filter(|statement| !may_wait(statement)).for_each(|other| others.visit_stmt(other));
        let mut bound: HashMap<&Name, usize> = HashMap::new();
        for statement in body.iter().filter(|statement| may_wait(statement)) {
            names_of(statement).for_each(|name| *bound.entry(name).or_default() += 1);
        }
        let is_alone =
            |name: &Name| bound.get(name) == Some(&1) && !others.locals.contains(name) && !set.contains(name);
        let waits: Vec<bool> =
            body.iter().map(|statement| may_wait(statement) && names_of(statement).all(is_alone)).collect();
        let mut names = HashMap::new();
        for (at, statement) in body.iter().enumerate().filter(|(at, _)| waits[*at]) {
            names.extend(names_of(statement).enumerate().map(|(which, name)| (name.clone(), (at, which))));
        }
        Self { names, waits }
    }

    /// Whether the statement that stands at `at` is run when somebody asks for its names.
    pub(super) fn waits(&self, at: usize) -> bool {
        self.waits.get(at).is_some_and(|waits| *waits)
    }
}

/// Whether a statement only binds names, and gives the same whenever it is run.
fn may_wait(statement: &Stmt) -> bool {
    match statement {
        Stmt::FunctionDef(function) => function.decorator_list.is_empty() && has_plain_defaults(function),
        Stmt::ImportFrom(import) => import.names.iter().all(|alias| alias.name.as_str() != "*"),
        _ => false,
    }
}

fn has_plain_defaults(function: &StmtFunctionDef) -> bool {
    let mut defaults =
        function.parameters.iter_non_variadic_params().filter_map(|one| one.default.as_deref());
    defaults.all(|default| {
        matches!(
            default,
            Expr::NoneLiteral(_)
                | Expr::BooleanLiteral(_)
                | Expr::NumberLiteral(_)
                | Expr::StringLiteral(_)
                | Expr::EllipsisLiteral(_)
        )
    })
}

fn names_of(statement: &Stmt) -> impl Iterator<Item = &Name> {
    let (function, aliases) = match statement {
        Stmt::FunctionDef(function) => (Some(&function.name.id), &[][..]),
        Stmt::ImportFrom(import) => (None, &import.names[..]),
        _ => (None, &[][..]),
    };
    function.into_iter().chain(aliases.iter().map(|alias| &alias.asname.as_ref().unwrap_or(&alias.name).id))
}

impl Follower<'_> {
    /// What a module binds a name to that nobody has asked for yet.
    pub(super) fn waiting(&mut self, scope: &Rc<Scope>, name: &Name, span: Span) -> Result<Option<Value>> {
        let Some(Waits { book, reached }) = scope.waits.get() else { return Ok(None) };
        let module = self.books[book].module();
        let (waiting, body) = (module.waiting(), module.body().unwrap_or_default());
        let Some((at, which)) = waiting.names.get(name).copied().filter(|(at, _)| *at < reached) else {
            return Ok(None);
        };
        let value = self.at(Some(book), span, |follower| {
            let before = std::mem::replace(&mut follower.scope, Rc::clone(scope));
            let value = match &body[at] {
                Stmt::FunctionDef(function) => {
                    follower.function_value(Definition::Function(function), span).map(Some)
                }
                Stmt::ImportFrom(import) => {
                    Ok(import.names.get(which).map(|alias| follower.imported(import, alias)))
                }
                _ => Ok(None),
            };
            follower.scope = before;
            value
        })?;
        // It has been so since the module was opened: no way that is taken back takes it back.
        if let Some(value) = &value {
            scope.names.borrow_mut().insert(name.clone(), value.clone());
        }
        Ok(value)
    }
}
