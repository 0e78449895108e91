//! `try`: where something in its body raises and is caught, the rest of the body does not happen, and the revision goes on.
//!
//! What raises is known to alembic and SQLAlchemy, not to Python's own rules, so that the follower takes all of the body for
//! done. Here what follows something that may raise becomes conditional.

use limbeck_types::{
    Action, ActionKind, Column, Condition, Operation, ServerDefault, ServerDefaultChange, Span, SqlType,
    SqlTypeKind,
};
use ruff_python_ast::{ExceptHandler, Expr, Stmt, WithItem};
use ruff_text_size::Ranged;

use crate::span::{dotted, span_of};

/// Statements of a module that matter where something raises.
#[derive(Debug, Default)]
pub(crate) struct Statements {
    /// The bodies of all `try` statements that catch something.
    tries: Vec<Span>,
    /// Those of them that catch whatever a database that is not there raises.
    all: Vec<Span>,
}

impl Statements {
    /// Whether what is raised at one of these places for want of a database is caught.
    pub(super) fn catch_all<'s>(&self, mut places: impl Iterator<Item = &'s Span>) -> bool {
        places.any(|place| self.all.iter().any(|body| body.contains(*place)))
    }

    /// Whether something that is raised at one of these places may be caught.
    pub(super) fn catch_any<'s>(&self, mut places: impl Iterator<Item = &'s Span>) -> bool {
        places.any(|place| self.tries.iter().any(|body| body.contains(*place)))
    }
}

/// All of a module's.
pub(crate) fn statements(body: &[Stmt]) -> Statements {
    let mut found = Statements::default();
    // Functions and classes that may catch what is raised in a `with` block of theirs, and such blocks.
    let (mut guards, mut managers) = (Vec::new(), Vec::new());
    let mut pending: Vec<&[Stmt]> = vec![body];
    while let Some(body) = pending.pop() {
        for statement in body {
            match statement {
                Stmt::FunctionDef(function) => {
                    guards.extend(has_handlers(&function.body).then_some(function.name.as_str()));
                    pending.push(&function.body);
                }
                Stmt::ClassDef(class) => {
                    let is_exit = |statement: &Stmt| matches!(statement, Stmt::FunctionDef(own) if own.name.as_str() == "__exit__");
                    guards.extend(class.body.iter().any(is_exit).then_some(class.name.as_str()));
                    pending.push(&class.body);
                }
                Stmt::With(with) => {
                    managers.extend(with.items.iter().filter_map(called).map(|name| (name, span_of(with))));
                    if let Some(classes) = with.items.iter().find_map(suppressed) {
                        let span = span_of(with);
                        found.tries.push(span);
                        if classes.iter().any(is_of_all) {
                            found.all.push(span);
                        }
                    }
                    pending.push(&with.body);
                }
                Stmt::For(loop_) => pending.extend([loop_.body.as_slice(), &loop_.orelse]),
                Stmt::While(loop_) => pending.extend([loop_.body.as_slice(), &loop_.orelse]),
                Stmt::If(if_) => {
                    pending.push(&if_.body);
                    pending.extend(if_.elif_else_clauses.iter().map(|clause| clause.body.as_slice()));
                }
                Stmt::Match(match_) => pending.extend(match_.cases.iter().map(|case| case.body.as_slice())),
                Stmt::Try(try_) => {
                    if let (Some(first), Some(last), false) =
                        (try_.body.first(), try_.body.last(), try_.handlers.is_empty())
                    {
                        let span = Span { start: span_of(first).start, end: last.range().end().to_u32() };
                        found.tries.push(span);
                        if try_.handlers.iter().any(catches_all) {
                            found.all.push(span);
                        }
                    }
                    pending.extend([try_.body.as_slice(), &try_.orelse, &try_.finalbody]);
                    pending.extend(
                        try_.handlers
                            .iter()
                            .map(|ExceptHandler::ExceptHandler(handler)| handler.body.as_slice()),
                    );
                }
                _ => {}
            }
        }
    }
    for (name, span) in managers {
        if guards.contains(&name) {
            found.tries.push(span);
        }
    }
    found
}

/// The name of what a `with` statement calls.
fn called(item: &WithItem) -> Option<&str> {
    match &item.context_expr {
        Expr::Call(call) => match &*call.func {
            Expr::Name(name) => Some(name.id.as_str()),
            _ => None,
        },
        _ => None,
    }
}

/// Whether a function catches something itself.
fn has_handlers(body: &[Stmt]) -> bool {
    let mut pending = vec![body];
    while let Some(body) = pending.pop() {
        for statement in body {
            match statement {
                Stmt::Try(tried) if !tried.handlers.is_empty() => return true,
                Stmt::Try(tried) => pending.push(&tried.body),
                Stmt::With(with) => pending.push(&with.body),
                Stmt::If(if_) => pending.push(&if_.body),
                Stmt::For(loop_) => pending.push(&loop_.body),
                Stmt::While(loop_) => pending.push(&loop_.body),
                _ => {}
            }
        }
    }
    false
}

/// Whether a handler is for every exception, or for what an inspector raises.
fn catches_all(ExceptHandler::ExceptHandler(handler): &ExceptHandler) -> bool {
    match handler.type_.as_deref() {
        None => true,
        Some(Expr::Tuple(classes)) => classes.iter().any(is_of_all),
        Some(class) => is_of_all(class),
    }
}

fn is_of_all(class: &Expr) -> bool {
    let name = dotted(class);
    let name = name.as_deref().and_then(|name| name.rsplit('.').next());
    matches!(name, Some("Exception" | "BaseException" | "NoInspectionAvailable"))
}

/// The classes that `contextlib.suppress(…)` catches.
fn suppressed(item: &WithItem) -> Option<&[Expr]> {
    let Expr::Call(call) = &item.context_expr else { return None };
    let name = dotted(&call.func)?;
    (name.rsplit('.').next() == Some("suppress")).then_some(&*call.arguments.args)
}

/// Makes conditional what may not happen, because something before it in a `try` raises. `raising` holds how many actions
/// there were before something that is no action and raises, and where that is.
pub(super) fn doubt(actions: &mut [Action], raising: &[(usize, Vec<Span>)], statements: &Statements) {
    for body in &statements.tries {
        let by_action = actions
            .iter()
            .position(|action| lies_in(*body, &action.callers, action.call) && may_raise(action));
        let by_other = raising
            .iter()
            .find(|(_, places)| places.iter().any(|place| body.contains(*place)))
            .map(|(count, _)| *count);
        let from = match (by_action.map(|index| index + 1), by_other) {
            (Some(one), Some(other)) => one.min(other),
            (Some(one), None) | (None, Some(one)) => one,
            (None, None) => continue,
        };
        for action in actions.iter_mut().skip(from) {
            if action.condition.is_none() && lies_in(*body, &action.callers, action.call) {
                let reason = "what comes before it in the `try` may raise".to_owned();
                action.condition = Some(Condition { span: *body, reason });
            }
        }
    }
}

fn lies_in(body: Span, callers: &[Span], call: Span) -> bool {
    body.contains(call) || callers.iter().any(|caller| body.contains(*caller))
}

/// Whether alembic may raise at an action in offline mode.
fn may_raise(action: &Action) -> bool {
    match &action.kind {
        ActionKind::Opaque(_) | ActionKind::Raise(_) | ActionKind::NoFunction(_) => true,
        ActionKind::AutocommitBegin | ActionKind::AutocommitEnd => false,
        // The connection of offline mode has neither.
        ActionKind::EndsTransaction(_) => true,
        ActionKind::Operation(operation) => match &**operation {
            Operation::DropConstraint { name, .. } => name.is_none(),
            Operation::Execute(execute) => execute.reads_result,
            Operation::AddColumn(added) => column_raises(&added.column),
            Operation::CreateTable(created) => created.columns.iter().any(column_raises),
            Operation::AlterColumn(altered) => {
                altered.type_.as_ref().is_some_and(type_raises)
                    || matches!(&altered.server_default, Some(ServerDefaultChange::Set(set)) if matches!(**set, ServerDefault::Computed { .. }))
            }
            _ => false,
        },
    }
}

fn column_raises(column: &Column) -> bool {
    type_raises(&column.type_)
}

fn type_raises(type_: &SqlType) -> bool {
    match &type_.kind {
        SqlTypeKind::Null | SqlTypeKind::Opaque(_) => true,
        SqlTypeKind::Enum(enumerated) => enumerated.name.is_none() && enumerated.native,
        SqlTypeKind::Array { item, .. } => type_raises(item),
        _ => false,
    }
}
