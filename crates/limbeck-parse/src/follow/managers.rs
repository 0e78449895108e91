//! Generators under `contextlib.contextmanager`: a `with` block runs where the function that it enters gives its value.
//!
//! It owns what is between the two. Where it is not known whether the function comes to its `yield`, that is told as lost.

use std::rc::Rc;

use limbeck_types::{Condition, Span};
use ruff_python_ast::visitor::source_order::{SourceOrderVisitor, walk_expr, walk_stmt};
use ruff_python_ast::{Expr, Stmt, StmtWith};

use super::calls::Arguments;
use super::elsewhere::Abroad;
use super::follower::{Follower, Result};
use super::function::Function;
use super::scope::{Scope, ScopeKind};
use super::value::{Kind, Value};
use super::ways::Flow;

/// What a `yield` gives its value to.
pub(super) enum Frame<'a> {
    /// Whoever iterates over it.
    Items(Vec<Value>),
    /// The block of a `with` statement.
    Block(Block<'a>),
}

/// The rest of a `with` statement, and what is around it.
pub(super) struct Block<'a> {
    with: &'a StmtWith,
    /// Which of its items enters the function.
    index: usize,
    place: Span,
    scope: Rc<Scope>,
    abroad: Option<Abroad>,
    callers: Rc<[Span]>,
    condition: Option<Rc<Condition>>,
    is_done: bool,
}

impl Frame<'_> {
    pub(super) fn items(self) -> Vec<Value> {
        match self {
            Self::Items(items) => items,
            Self::Block(_) => Vec::new(),
        }
    }
}

impl<'a> Follower<'a> {
    /// A call that a `with` statement enters.
    pub(super) fn enter(&mut self, callee: Value, arguments: Arguments) -> Result {
        let span = arguments.span;
        let elsewhere = match callee.as_path() {
            Some(path) => {
                let path = path.to_owned();
                self.function_elsewhere(&path, span)?
            }
            None => None,
        };
        if let Kind::Call(call) = &elsewhere.as_ref().unwrap_or(&callee).kind
            && call.callee.as_path() == Some("contextlib.contextmanager")
            && let [Value { kind: Kind::Function(function), .. }] = &*call.positional
            && self.names_of(function).yields
        {
            self.entered = Some((Rc::clone(function), arguments));
            return Ok(Value::none(span));
        }
        self.apply(callee, arguments)
    }

    /// Follows a generator, the block in the middle of it.
    pub(super) fn managed(
        &mut self,
        function: &Rc<Function>,
        arguments: Arguments,
        with: &'a StmtWith,
        index: usize,
        place: Span,
    ) -> Result<Flow> {
        let span = arguments.span;
        let defined = &self.definitions[function.definition];
        let (definition, names) = (defined.definition, Rc::clone(defined.names()));
        let scope = self.new_scope(ScopeKind::Function(names), Some(Rc::clone(&function.closure)));
        self.bind_parameters(function, definition, &scope, arguments)?;
        self.yielded.push(Frame::Block(Block {
            with,
            index,
            place,
            scope: Rc::clone(&self.scope),
            abroad: self.abroad,
            callers: Rc::clone(&self.callers),
            condition: self.condition.clone(),
            is_done: false,
        }));
        let done = self.at(function.home, span, |follower| {
            let before = std::mem::replace(&mut follower.scope, scope);
            let done = follower.inside_call(span, |inner| inner.body(definition, span));
            follower.scope = before;
            done
        });
        let frame = self.yielded.pop();
        done?;
        match frame {
            Some(Frame::Block(block)) if !block.is_done => {
                self.lose(format!("where `{}` gives way to the block is not known", function.name), span)?;
                let given = Value::opaque(format!("it is what `{}` gives", function.name), span);
                self.block_of(&block, given)?;
            }
            _ => {}
        }
        Ok(Flow::Normal)
    }

    /// What `yield` does with its value.
    pub(super) fn give(&mut self, value: Value, span: Span) -> Result {
        let sent = Value::opaque("it is what is sent to a generator", span);
        match self.yielded.pop() {
            None => {}
            Some(Frame::Items(mut items)) => {
                items.push(value);
                self.yielded.push(Frame::Items(items));
            }
            Some(Frame::Block(mut block)) => {
                let is_sure = match (&block.condition, &self.condition) {
                    (None, None) => true,
                    (Some(before), Some(now)) => Rc::ptr_eq(before, now),
                    _ => false,
                };
                let done = match is_sure && !block.is_done {
                    true => {
                        block.is_done = true;
                        self.block_of(&block, value)
                    }
                    false => self.lose("whether it gives way to the block here is not known", span),
                };
                self.yielded.push(Frame::Block(block));
                done?;
                return Ok(Value::none(span));
            }
        }
        Ok(sent)
    }

    fn block_of(&mut self, block: &Block<'a>, given: Value) -> Result<()> {
        let scope = std::mem::replace(&mut self.scope, Rc::clone(&block.scope));
        let abroad = std::mem::replace(&mut self.abroad, block.abroad);
        let callers = std::mem::replace(&mut self.callers, Rc::clone(&block.callers));
        let done = self.nested(block.place, |follower| {
            if let Some(target) = &block.with.items[block.index].optional_vars {
                follower.assign(target, given)?;
            }
            follower.with_items(block.with, block.index + 1, block.place)
        });
        (self.scope, self.abroad, self.callers) = (scope, abroad, callers);
        done.map(drop)
    }
}

/// Whether a block may be left by a `return`, `break`, `continue` or `yield`.
pub(super) fn leads_away(body: &[Stmt]) -> bool {
    let mut leads = Leads { leads: false, loops: 0 };
    leads.visit_body(body);
    leads.leads
}

struct Leads {
    leads: bool,
    /// How many loops of the block are around.
    loops: u32,
}

impl Leads {
    fn in_loop(&mut self, stmt: &Stmt) {
        self.loops += 1;
        walk_stmt(self, stmt);
        self.loops -= 1;
    }
}

impl<'a> SourceOrderVisitor<'a> for Leads {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::FunctionDef(_) | Stmt::ClassDef(_) => return,
            Stmt::Return(_) => self.leads = true,
            Stmt::Break(_) | Stmt::Continue(_) => self.leads |= self.loops == 0,
            // What stands in an `else` leaves the loop around.
            Stmt::For(repeat) if repeat.orelse.is_empty() => return self.in_loop(stmt),
            Stmt::While(repeat) if repeat.orelse.is_empty() => return self.in_loop(stmt),
            _ => {}
        }
        walk_stmt(self, stmt);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        self.leads |= matches!(expr, Expr::Yield(_) | Expr::YieldFrom(_));
        walk_expr(self, expr);
    }
}
