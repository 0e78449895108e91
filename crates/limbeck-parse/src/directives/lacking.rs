//! What alembic's offline mode does not have: results, and most of what a connection can do (SQLAlchemy engine/mock.py).
//! alembic ends there with an error; limbeck says so, and goes on.

use super::executed;
use super::receiver::{Receiver, is_inspector, receiver};
use crate::constructs::{construct, dotted};
use crate::follow::value::{Call, Kind, Value};

/// Why offline mode ends at the use of what executing something gave.
pub(super) const RESULT: &str = "alembic's offline mode has no result here";
const DATABASE: &str = "alembic's offline mode has no database to look at here";

/// Why offline mode ends at a call; nothing where it does not.
pub(super) fn reason(call: &Call) -> Option<String> {
    if let Some(path) = dotted(&call.callee) {
        let given = match construct(&path) {
            Some(construct) if construct.name == "Table" => call.keyword("autoload_with"),
            _ if is_inspector(&path) => call.positional.first(),
            _ => None,
        };
        return given.is_some_and(is_connection).then(|| DATABASE.to_owned());
    }
    let Kind::Attribute(attribute) = &call.callee.kind else { return None };
    let (owner, method) = (&attribute.0, attribute.1.as_str());
    if method == "reflect" && call.positional.iter().chain(call.keyword("bind")).any(is_connection) {
        return Some(DATABASE.to_owned());
    }
    match receiver(owner) {
        Some(Receiver::Bind) => match method {
            "execute" | "connect" | "execution_options" | "schema_for_object" | "_run_ddl_visitor" => None,
            _ => Some(format!("alembic's offline mode has no connection with `{method}`")),
        },
        Some(Receiver::Session) if executed::needs_a_connection(method) => {
            Some("alembic's offline mode has no connection for a session".to_owned())
        }
        None => {
            let asks =
                matches!(&owner.kind, Kind::Attribute(of) if of.1 == "dialect" && is_owner_of_dialect(&of.0));
            (asks && call.positional.iter().any(is_connection)).then(|| DATABASE.to_owned())
        }
        _ => None,
    }
}

/// Whether what a call gives is `None` in offline mode.
pub(super) fn gives_nothing(call: &Call) -> bool {
    let Kind::Attribute(attribute) = &call.callee.kind else { return false };
    attribute.1 == "execute" && matches!(receiver(&attribute.0), Some(Receiver::Bind))
}

fn is_connection(value: &Value) -> bool {
    matches!(receiver(value), Some(Receiver::Bind))
}

fn is_owner_of_dialect(value: &Value) -> bool {
    matches!(receiver(value), Some(Receiver::Bind | Receiver::Context))
}
