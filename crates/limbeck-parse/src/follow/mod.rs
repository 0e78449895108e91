//! What `upgrade()` or `downgrade()` does, in order, as far as its text tells.
//!
//! It owns Python: names, values, statements, calls of the file's own functions. What a call of alembic or SQLAlchemy means
//! is not its business: it tells that such a symbol was called, with which values. What only Python can tell is opaque, and
//! what is not followed although it may act is told as lost. A budget bounds it.

mod attempt;
mod attributes;
mod branches;
mod builtins;
mod calls;
mod classes;
mod comprehension;
pub(crate) mod elsewhere;
mod enums;
mod equal;
mod evaluate;
mod follower;
mod formatting;
pub(crate) mod function;
mod given_up;
mod hooks;
mod items;
mod journal;
mod keys;
mod known;
mod lazy;
mod managers;
mod memo;
mod methods;
mod namespace;
mod operators;
mod scope;
mod show;
mod spec;
mod standard;
mod statements;
mod symbols;
pub(crate) mod text;
mod text_methods;
pub(crate) mod value;
pub(crate) mod waiting;
mod ways;
mod written;

use std::rc::Rc;

use limbeck_types::{Direction, Opaque, Span};
use ruff_python_ast::Stmt;
use ruff_python_ast::name::Name;

use crate::Around;
use calls::Arguments;
use elsewhere::Library;
use follower::{Follower, Stop};
use value::{Event, EventKind, Kind};

/// What the function of this direction does. In a module without it alembic raises before it runs anything
/// (alembic runtime/migration.py, `RevisionStep`).
pub(crate) fn follow(body: &[Stmt], text: &str, direction: Direction, around: &Around<'_>) -> Vec<Event> {
    let library = Library::default();
    let name = match direction {
        Direction::Upgrade => "upgrade",
        Direction::Downgrade => "downgrade",
    };
    let mut follower = Follower::new(text, body, around, &library);
    match follower.block(body) {
        Err(Stop::Exhausted) => return follower.finish(),
        // alembic cannot load such a module.
        Err(Stop::Raised(raise)) => follower.events = vec![raise.event.clone()],
        Ok(_) => {
            let told = std::mem::take(&mut follower.events);
            follower.condition = None;
            match hooks::hook(&told) {
                Some(hook) if hook.changes_sql => follower.events.push(hook.event),
                hook => {
                    follower.events.extend(hook.map(|hook| hook.event));
                    run(&mut follower, name);
                }
            }
        }
    }
    follower.finish()
}

fn run(follower: &mut Follower<'_>, name: &str) {
    let function = follower.module.names.borrow().get(&Name::new(name)).cloned();
    let Some(function) = function else {
        let (span, reason) = (Span::default(), format!("the file has no `{name}()`, and alembic raises"));
        let _ = follower.tell(EventKind::NoFunction(Opaque { span, reason, import: None }), span);
        return;
    };
    let span = function.span;
    let done = match &function.kind {
        Kind::Call(call) if call.callee.as_path() == Some("functools.partial") => {
            follower.no_function(name, span)
        }
        Kind::Function(_) | Kind::Call(_) | Kind::Method(_) => {
            follower.apply(function, Arguments::of(Vec::new(), span)).map(drop)
        }
        kind if kind.is_pythons_own() => follower.no_function(name, span),
        _ => {
            let opaque = follower.blame_value(&function);
            follower.tell(EventKind::Lost((*opaque).clone()), span)
        }
    };
    if let Err(Stop::Raised(raise)) = done {
        follower.events.push(raise.event.clone());
    }
    // The call that alembic makes has no place in the file.
    let mut last: (Rc<[Span]>, Rc<[Span]>) = (Rc::new([]), Rc::new([]));
    for event in &mut follower.events {
        // Events in a row share the calls around them.
        if !Rc::ptr_eq(&event.callers, &last.0) {
            last = (Rc::clone(&event.callers), event.callers.get(1..).unwrap_or_default().into());
        }
        event.callers = Rc::clone(&last.1);
    }
}

impl Follower<'_> {
    /// What has no name is nothing that alembic can run: it asks for it when it says what runs (runtime/migration.py,
    /// `MigrationStep.name`).
    fn no_function(&mut self, name: &str, span: Span) -> follower::Result<()> {
        let reason = format!("`{name}` is no function, and alembic raises");
        self.tell(EventKind::NoFunction(Opaque { span, reason, import: None }), span)
    }
}

#[cfg(test)]
mod tests;
