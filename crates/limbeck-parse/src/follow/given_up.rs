//! Loops that take longer than is worth it: nothing is known of what they may have changed.
//!
//! It owns that what follows such a loop is still right: everything that Python could have written in it is unknown.

use std::rc::Rc;

use hashbrown::HashSet;
use limbeck_types::{Condition, Opaque, Span};
use ruff_python_ast::name::Name;
use ruff_python_ast::visitor::source_order::{SourceOrderVisitor, walk_stmt};
use ruff_python_ast::{Expr, Stmt};

use super::attributes::set_in;
use super::elsewhere::Abroad;
use super::follower::{Follower, Result};
use super::journal::{Cell, State};
use super::scope::{Names, Scope, ScopeKind, declared};
use super::ways::{Flow, TargetKind};

const REASON: &str = "the loop does more than is followed";

/// What a loop is made of.
#[derive(Clone, Copy)]
pub(super) struct Parts<'a> {
    /// What a `for` binds.
    pub(super) target: Option<&'a Expr>,
    pub(super) body: &'a [Stmt],
}

/// Where a run stood before a loop.
pub(super) struct Position {
    scope: Rc<Scope>,
    callers: Rc<[Span]>,
    abroad: Option<Abroad>,
    condition: Option<Rc<Condition>>,
    depth: usize,
    nesting: u32,
    tries: u32,
    yielded: usize,
    levels: usize,
    targets: usize,
    events: usize,
}

impl<'a> Follower<'a> {
    /// Where the run stands.
    pub(super) fn position(&mut self) -> Position {
        // What is around must not begin its journal inside of the loop.
        self.open_targets();
        Position {
            scope: Rc::clone(&self.scope),
            callers: Rc::clone(&self.callers),
            abroad: self.abroad,
            condition: self.condition.clone(),
            depth: self.depth,
            nesting: self.nesting,
            tries: self.tries,
            yielded: self.yielded.len(),
            levels: self.levels.len(),
            targets: self.targets.len(),
            events: self.events.len(),
        }
    }

    /// Goes on behind a loop that was left somewhere in the middle, or not entered at all.
    pub(super) fn give_up(
        &mut self,
        start: Position,
        parts: Parts<'a>,
        condition: &Rc<Condition>,
    ) -> Result<()> {
        let span = condition.span;
        if self.yielded.len() < start.yielded {
            return Err(self.exhausted("there is more to do than is followed", span));
        }
        self.scope = start.scope;
        self.callers = start.callers;
        self.abroad = start.abroad;
        self.depth = start.depth;
        self.nesting = start.nesting;
        self.tries = start.tries;
        (self.entering, self.entered) = (None, None);
        self.yielded.truncate(start.yielded);
        self.targets.truncate(start.targets);
        self.events.truncate(start.events);
        // What was written in the loop stays as it is until it is made unknown; what stood there before is still known.
        while self.levels.len() > start.levels {
            let level = self.levels.pop().unwrap_or_default();
            self.commit(level);
        }
        let opaque = Rc::new(Opaque { span, reason: self.of_module(REASON.to_owned()), import: None });
        self.forget_all(parts, &opaque)?;
        self.condition = Some(Rc::clone(condition));
        self.lose(REASON, span)?;
        self.condition = start.condition;
        let mut ends = Ends::default();
        ends.visit_body(parts.body);
        if ends.returns {
            let state = self.state_since(TargetKind::Function);
            let value = super::journal::unknown(&opaque, span);
            self.leave(Flow::Return(value), state, condition);
        }
        if ends.breaks {
            let state = self.state_since(TargetKind::Loop);
            self.leave(Flow::Break, state, condition);
        }
        self.condition_again();
        Ok(())
    }

    /// The names that a loop itself binds, with what they hold before it.
    pub(super) fn bound_in(&self, parts: Parts<'a>) -> State {
        let cells = own_names(parts).into_iter().map(|name| Cell::Name(self.home(&self.scope, &name), name));
        cells.map(|cell| (cell.key(), (cell.clone(), cell.contents()))).collect()
    }

    /// Makes everything unknown that a loop, and whatever it calls, can have written.
    fn forget_all(&mut self, parts: Parts<'a>, opaque: &Rc<Opaque>) -> Result<()> {
        for name in own_names(parts) {
            let scope = self.home(&self.scope, &name);
            self.unknown_cell(&Cell::Name(scope, name), opaque)?;
        }
        // Tables and the like are changed by their methods, wherever they are reached.
        self.calls_may_have_changed();
        self.forgotten = Some(Rc::clone(opaque));
        // Any function may have been called, also one that was not defined before.
        let mut declared = declared(self.body);
        let mut set = set_in(self.body);
        for book in &self.books {
            declared.extend(book.declared());
            set.extend(book.set_attributes());
        }
        let mut modules = vec![Rc::clone(&self.module)];
        modules.extend(self.opened.values().flatten().cloned());
        for scope in &modules {
            self.forget_names(scope, |name| declared.contains(name), opaque)?;
        }
        let made = self.all_made().to_vec();
        self.forget_made(&made, &declared, &set, opaque)
    }

    /// Makes everything unknown that can be written and was made; of functions' names those that others declare.
    fn forget_made(
        &mut self,
        made: &[Cell],
        declared: &HashSet<Name>,
        set: &HashSet<Name>,
        opaque: &Rc<Opaque>,
    ) -> Result<()> {
        self.spend(made.len() / 8, opaque.span)?;
        for cell in made {
            match cell {
                Cell::Name(scope, _) => match (&scope.kind, &scope.outer) {
                    // An object's attributes.
                    (ScopeKind::Class, None) => {
                        self.forget_names(scope, |_| true, opaque)?;
                        *scope.unknown.borrow_mut() = Some(Rc::clone(opaque));
                    }
                    (ScopeKind::Changes, _) => {
                        for name in set {
                            self.unknown_cell(&Cell::Name(Rc::clone(scope), name.clone()), opaque)?;
                        }
                    }
                    (ScopeKind::Function(_), _) => {
                        self.forget_names(scope, |name| declared.contains(name), opaque)?;
                    }
                    _ => {}
                },
                Cell::Items(_) | Cell::Pairs(_) if !cell.is_unknown() => self.unknown_cell(cell, opaque)?,
                Cell::Items(_) | Cell::Pairs(_) => {}
            }
        }
        Ok(())
    }

    /// What a module holds that is opened only now may have been changed by a loop that was given up before.
    pub(super) fn forget_opened(
        &mut self,
        scope: &Rc<Scope>,
        made_before: usize,
        body: &[Stmt],
    ) -> Result<()> {
        let Some(opaque) = self.forgotten.clone() else { return Ok(()) };
        self.calls_may_have_changed();
        let declared = declared(body);
        self.forget_names(scope, |name| declared.contains(name), &opaque)?;
        let made = self.all_made()[made_before..].to_vec();
        self.forget_made(&made, &declared, &set_in(body), &opaque)
    }

    fn forget_names(
        &mut self,
        scope: &Rc<Scope>,
        is_written: impl Fn(&Name) -> bool,
        opaque: &Rc<Opaque>,
    ) -> Result<()> {
        let names: Vec<Name> = scope.names.borrow().keys().filter(|name| is_written(name)).cloned().collect();
        names.into_iter().try_for_each(|name| self.unknown_cell(&Cell::Name(Rc::clone(scope), name), opaque))
    }
}

/// The names that a loop binds by itself.
fn own_names(parts: Parts<'_>) -> HashSet<Name> {
    let mut own = Names::default();
    own.visit_body(parts.body);
    if let Some(target) = parts.target {
        own.visit_expr(target);
    }
    own.locals
}

/// How a loop may be left.
#[derive(Default)]
struct Ends {
    returns: bool,
    breaks: bool,
}

impl<'a> SourceOrderVisitor<'a> for Ends {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::FunctionDef(_) | Stmt::ClassDef(_) => return,
            Stmt::Return(_) => self.returns = true,
            Stmt::Break(_) => self.breaks = true,
            _ => {}
        }
        walk_stmt(self, stmt);
    }
}
