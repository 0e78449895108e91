//! `try`, and which handler an exception meets.
//!
//! Offline nothing of the database raises: what is tried is sure to happen, and handlers happen under a condition, unless
//! the file itself raises.

use std::rc::Rc;

use limbeck_types::{Condition, Span};
use ruff_python_ast::{ExceptHandler, ExceptHandlerExceptHandler, Stmt, StmtTry};

use super::follower::{Follower, Raise, Result, Stop};
use super::function::Class;
use super::value::{Kind, Value};
use super::ways::{Flow, blame};

/// Builtin exceptions and what they inherit from, each after its base.
const EXCEPTIONS: [(&str, &str); 23] = [
    ("BaseException", ""),
    ("Exception", "BaseException"),
    ("ArithmeticError", "Exception"),
    ("ZeroDivisionError", "ArithmeticError"),
    ("AssertionError", "Exception"),
    ("AttributeError", "Exception"),
    ("ImportError", "Exception"),
    ("ModuleNotFoundError", "ImportError"),
    ("LookupError", "Exception"),
    ("IndexError", "LookupError"),
    ("KeyError", "LookupError"),
    ("NameError", "Exception"),
    ("UnboundLocalError", "NameError"),
    ("OSError", "Exception"),
    ("RuntimeError", "Exception"),
    ("NotImplementedError", "RuntimeError"),
    ("StopIteration", "Exception"),
    ("TypeError", "Exception"),
    ("ValueError", "Exception"),
    ("UnicodeError", "ValueError"),
    ("UnicodeDecodeError", "UnicodeError"),
    ("OverflowError", "ArithmeticError"),
    ("SystemExit", "BaseException"),
];

/// The builtin class of an exception, or of a class of them.
pub(super) fn builtin_exception(value: &Value) -> Option<&'static str> {
    let path = match &value.kind {
        Kind::Path(path) => path,
        Kind::Call(call) => return builtin_exception(&call.callee),
        _ => return None,
    };
    builtin_exception_named(path.strip_prefix("builtins.")?)
}

/// The builtin class of exceptions that is called so.
pub(super) fn builtin_exception_named(name: &str) -> Option<&'static str> {
    EXCEPTIONS.iter().map(|(known, _)| *known).find(|known| *known == name)
}

fn class_of(value: &Value) -> Option<Rc<Class>> {
    match &value.kind {
        Kind::Class(class) => Some(Rc::clone(class)),
        Kind::Object(object) => Some(Rc::clone(&object.class)),
        Kind::Call(call) => class_of(&call.callee),
        _ => None,
    }
}

/// Whether an exception is caught by `except handler`.
pub(super) fn catches(raise: &Raise, handler: &Value) -> Option<bool> {
    if let Kind::Tuple(handlers) = &handler.kind {
        let mut any = Some(false);
        for handler in handlers.iter() {
            match catches(raise, handler) {
                Some(true) => return Some(true),
                Some(false) => {}
                None => any = None,
            }
        }
        return any;
    }
    // These catch all that a file raises.
    let is_exit = raise.class.is_some_and(|class| class == "SystemExit");
    if matches!(builtin_exception(handler), Some("BaseException" | "Exception")) && !is_exit {
        return Some(true);
    }
    match (raise.class, raise.value.as_ref().and_then(class_of)) {
        (Some(class), _) => builtin_inherits(class, handler),
        (None, Some(class)) => class_inherits(&class, handler, 20),
        (None, None) => None,
    }
}

fn builtin_inherits(mut class: &str, handler: &Value) -> Option<bool> {
    if class_of(handler).is_some() {
        return Some(false);
    }
    let handler = builtin_exception(handler)?;
    while !class.is_empty() {
        if class == handler {
            return Some(true);
        }
        class = EXCEPTIONS.iter().find(|(known, _)| *known == class).map_or("", |(_, base)| base);
    }
    Some(false)
}

fn class_inherits(class: &Rc<Class>, handler: &Value, depth: u32) -> Option<bool> {
    let depth = depth.checked_sub(1)?;
    if let Kind::Class(handler) = &handler.kind
        && Rc::ptr_eq(class, handler)
    {
        return Some(true);
    }
    let mut any = Some(false);
    for base in &class.bases {
        let inherits = match (&base.kind, builtin_exception(base)) {
            (Kind::Class(base), _) => class_inherits(base, handler, depth),
            (_, Some(base)) => builtin_inherits(base, handler),
            _ => None,
        };
        match inherits {
            Some(true) => return Some(true),
            Some(false) => {}
            None => any = None,
        }
    }
    any
}

impl<'a> Follower<'a> {
    pub(super) fn attempt(&mut self, attempt: &'a StmtTry, place: Span) -> Result<Flow> {
        let flow = match attempt.handlers.is_empty() || attempt.body.iter().all(is_sure) {
            true => self.body_and_else(attempt),
            // Whether alembic raises is asked of places, which those of another module are not.
            false if self.abroad.is_some() && self.opening == 0 => self.tried_elsewhere(attempt, place),
            false => self.with_handlers(attempt, place),
        };
        if attempt.finalbody.is_empty() || matches!(flow, Err(Stop::Exhausted)) {
            return flow;
        }
        match self.block(&attempt.finalbody)? {
            Flow::Normal => flow,
            last => Ok(last),
        }
    }

    /// Any of the ways through a `try` of another module.
    fn tried_elsewhere(&mut self, attempt: &'a StmtTry, place: Span) -> Result<Flow> {
        let reason = self.of_module("it depends on whether what is tried raises".to_owned());
        let condition = Rc::new(Condition { span: place, reason });
        self.tries += 1;
        let tried = self.way(&condition, |follower| follower.body_and_else(attempt));
        self.tries -= 1;
        let mut ways = vec![tried?];
        for ExceptHandler::ExceptHandler(handler) in &attempt.handlers {
            ways.push(self.way(&condition, |follower| follower.handler(handler, None, place))?);
        }
        self.meet(ways, &condition)
    }

    fn body_and_else(&mut self, attempt: &'a StmtTry) -> Result<Flow> {
        match self.block(&attempt.body)? {
            Flow::Normal => self.block(&attempt.orelse),
            flow => Ok(flow),
        }
    }

    fn with_handlers(&mut self, attempt: &'a StmtTry, place: Span) -> Result<Flow> {
        let reason = "it depends on whether what is tried raises".to_owned();
        let condition = Rc::new(Condition { span: place, reason });
        let opaque = blame(&condition);
        self.tries += 1;
        let tried = self.open_way(|follower| follower.block(&attempt.body));
        self.tries -= 1;
        let mut tried = tried?;
        let written = tried.written();
        if let Some(raise) = tried.raised() {
            // What the file itself raises, it raises for sure: the handler that catches it follows.
            let mut unsure = false;
            for ExceptHandler::ExceptHandler(handler) in &attempt.handlers {
                let caught = match &handler.type_ {
                    None => Some(true),
                    Some(expr) => {
                        let class = self.evaluate(expr)?;
                        catches(&raise, &class)
                    }
                };
                match caught {
                    Some(true) if !unsure => {
                        self.keep(tried)?;
                        return self.handler(handler, raise.value.clone(), place);
                    }
                    Some(false) => {}
                    _ => unsure = true,
                }
            }
            if !unsure {
                self.keep(tried)?;
                return Err(Stop::Raised(raise));
            }
        } else if !attempt.orelse.is_empty() && tried.ends_normally() {
            self.keep(tried)?;
            tried = self.open_way(|follower| follower.block(&attempt.orelse))?;
        }
        let mut ways = vec![tried];
        for ExceptHandler::ExceptHandler(handler) in &attempt.handlers {
            let way = self.way(&condition, |follower| {
                for (cell, _) in written.values() {
                    follower.unknown_cell(cell, &opaque)?;
                }
                if let Some(expr) = &handler.type_ {
                    follower.evaluate(expr)?;
                }
                follower.handler(handler, None, place)
            })?;
            ways.push(way);
        }
        self.meet(ways, &condition)
    }

    fn handler(
        &mut self,
        handler: &'a ExceptHandlerExceptHandler,
        exception: Option<Value>,
        place: Span,
    ) -> Result<Flow> {
        if let Some(name) = &handler.name {
            let value =
                exception.unwrap_or_else(|| Value::opaque("it is the exception that was raised", place));
            self.bind(&name.id, value)?;
        }
        let flow = self.block(&handler.body)?;
        if let Some(name) = &handler.name {
            // Python unbinds it at the end of the handler.
            let scope = Rc::clone(&self.scope);
            self.bind_in(
                &scope,
                &name.id,
                Value::opaque("it is not bound after its handler", self.place_of(name)),
            )?;
        }
        Ok(flow)
    }
}

/// Imports that succeed wherever alembic runs.
fn is_sure(statement: &Stmt) -> bool {
    let always = |module: &str| {
        matches!(
            module.split('.').next(),
            Some("alembic" | "sqlalchemy" | "typing" | "datetime" | "json" | "os" | "uuid")
        )
    };
    match statement {
        Stmt::Import(import) => import.names.iter().all(|alias| always(alias.name.as_str())),
        Stmt::ImportFrom(import) => {
            import.level == 0 && import.module.as_ref().is_some_and(|module| always(module.as_str()))
        }
        Stmt::Pass(_) => true,
        _ => false,
    }
}
