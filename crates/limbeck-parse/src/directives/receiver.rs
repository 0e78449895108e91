//! What a value is that something is called on: alembic's `op`, a batch block, the bind, a session.

use crate::constructs::{construct, dotted};
use crate::follow::value::{Call, Kind, Value};

/// What a symbol stands for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Receiver<'v> {
    /// `alembic.op`.
    Operations,
    /// What `with op.batch_alter_table(…) as b` binds: the call that made it.
    Batch(&'v Call),
    /// alembic's `MigrationContext`.
    Context,
    /// The connection.
    Bind,
    /// `bind.begin()`, `bind.begin_nested()` and their kin.
    Transaction,
    /// A session of SQLAlchemy's ORM.
    Session,
    /// `session.query(…)` and what is chained to it.
    Query,
    /// `inspect(bind)`.
    Inspector,
}

/// What a value stands for, as far as it can send SQL.
pub(super) fn receiver(value: &Value) -> Option<Receiver<'_>> {
    match &value.kind {
        Kind::Path(path) => (&**path == "alembic.op").then_some(Receiver::Operations),
        Kind::Call(call) => of_call(call),
        Kind::Attribute(attribute) => match (receiver(&attribute.0)?, attribute.1.as_str()) {
            (Receiver::Context, "connection" | "bind") => Some(Receiver::Bind),
            (Receiver::Bind, "engine") => Some(Receiver::Bind),
            (Receiver::Session, "bind") => Some(Receiver::Bind),
            _ => None,
        },
        _ => None,
    }
}

/// What a call gives.
fn of_call(call: &Call) -> Option<Receiver<'_>> {
    if let Some(path) = dotted(&call.callee) {
        return match &*path {
            "alembic.op.get_bind" | "alembic.context.get_bind" => Some(Receiver::Bind),
            "alembic.op.get_context" | "alembic.context.get_context" => Some(Receiver::Context),
            "alembic.op.batch_alter_table" => Some(Receiver::Batch(call)),
            _ if is_session(&path) => Some(Receiver::Session),
            _ if is_inspector(&path) => Some(Receiver::Inspector),
            _ => None,
        };
    }
    match &call.callee.kind {
        // `sessionmaker(bind=…)()`.
        Kind::Call(maker) => {
            let path = dotted(&maker.callee)?;
            matches!(crate::path::last(&path), "sessionmaker" | "scoped_session").then_some(Receiver::Session)
        }
        Kind::Attribute(attribute) => match (receiver(&attribute.0)?, attribute.1.as_str()) {
            (Receiver::Batch(_), "get_bind") => Some(Receiver::Bind),
            (Receiver::Batch(_), "get_context") => Some(Receiver::Context),
            (Receiver::Bind, "connect" | "execution_options") => Some(Receiver::Bind),
            (Receiver::Bind | Receiver::Session, "begin" | "begin_nested") => Some(Receiver::Transaction),
            (Receiver::Session, "connection" | "get_bind") => Some(Receiver::Bind),
            (Receiver::Session, "query") | (Receiver::Query, _) => Some(Receiver::Query),
            _ => None,
        },
        _ => None,
    }
}

/// Whether a path is one of SQLAlchemy's sessions.
fn is_session(path: &str) -> bool {
    path.ends_with(".Session") && (path.starts_with("sqlalchemy.orm") || path.starts_with("sqlmodel"))
}

/// Whether a path is one that makes an inspector.
pub(super) fn is_inspector(path: &str) -> bool {
    construct(path).is_some_and(|construct| construct.name == "inspect")
        || matches!(
            path,
            "sqlalchemy.inspection.inspect"
                | "sqlalchemy.engine.reflection.Inspector"
                | "sqlalchemy.engine.reflection.Inspector.from_engine"
        )
}
