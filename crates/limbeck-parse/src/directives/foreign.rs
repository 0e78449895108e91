//! Calls of other modules: which of them may send SQL.
//!
//! Python's own modules and SQLAlchemy's constructs send none, unless they are handed what does. What a function of the app
//! does is not known; where its result is only a value for something else, it is taken for one that sends nothing, unless it
//! was handed a connection or what sends through one.

use super::receiver::{Receiver, receiver};
use crate::constructs::dotted;
use crate::follow::value::{Call, Kind, Value};

/// Modules whose functions send no SQL through alembic's connection, sorted.
const HARMLESS: [&str; 66] = [
    "__future__",
    "abc",
    "argparse",
    "ast",
    "base64",
    "bisect",
    "builtins",
    "calendar",
    "click",
    "codecs",
    "collections",
    "configparser",
    "contextlib",
    "copy",
    "cryptography",
    "csv",
    "dataclasses",
    "datetime",
    "dateutil",
    "decimal",
    "difflib",
    "enum",
    "fractions",
    "functools",
    "getpass",
    "glob",
    "hashlib",
    "hmac",
    "html",
    "importlib",
    "inspect",
    "io",
    "itertools",
    "json",
    "locale",
    "logging",
    "loguru",
    "math",
    "numbers",
    "operator",
    "os",
    "packaging",
    "pathlib",
    "pickle",
    "platform",
    "pprint",
    "pytz",
    "random",
    "re",
    "secrets",
    "shutil",
    "statistics",
    "string",
    "structlog",
    "sys",
    "tempfile",
    "textwrap",
    "threading",
    "time",
    "traceback",
    "typing",
    "typing_extensions",
    "unicodedata",
    "urllib",
    "uuid",
    "warnings",
];

/// The path at the root of what is called: of `a.b(…).c[0].d(…)` it is `a.b`.
fn root(value: &Value) -> Option<&Value> {
    let mut value = value;
    loop {
        value = match &value.kind {
            Kind::Path(_) => return Some(value),
            Kind::Call(call) => &call.callee,
            Kind::Attribute(attribute) => &attribute.0,
            Kind::Item(item) => &item.0,
            Kind::Operator(operator) => &operator.0,
            Kind::Unary(_, operand) => operand,
            _ => return None,
        };
    }
}

/// Whether a method may act that is called on a class of the file which inherits from what is not followed, or on an object
/// of it: a method of the file's own, or one of what it inherits from.
fn inherited_acts(callee: &Value) -> bool {
    let (mut value, mut name) = (callee, None);
    let class = loop {
        value = match &value.kind {
            Kind::Class(class) => break class,
            Kind::Call(call) => &call.callee,
            Kind::Attribute(attribute) => {
                name = Some(attribute.1.as_str());
                &attribute.0
            }
            Kind::Item(item) => &item.0,
            _ => return false,
        };
    };
    let Some(name) = name else { return false };
    let is_own = class.attribute(name).is_some_and(|value| matches!(value.kind, Kind::Function(_)));
    let sends_nothing = |base: &Value| match &base.kind {
        Kind::Class(_) => true,
        _ => root(base).and_then(Value::as_path).is_some_and(|path| {
            let module = crate::path::package(path);
            matches!(module, "sqlalchemy" | "sqlmodel") || HARMLESS.binary_search(&module).is_ok()
        }),
    };
    is_own || !class.all().flat_map(|class| &class.bases).all(sends_nothing)
}

/// Whether a call may send SQL in a way that only the other module tells; `is_value` says that its result goes into
/// something else.
pub(super) fn may_act(call: &Call, is_value: bool) -> bool {
    let Some(root) = root(&call.callee) else {
        return inherited_acts(&call.callee) && (!is_value || is_handed_a_sender(call));
    };
    let Some(path) = dotted(root) else { return false };
    let module = crate::path::package(&path);
    if module == "alembic" {
        return alembics_acts(&call.callee, &path);
    }
    // Nearly every call is one of these.
    if matches!(module, "sqlalchemy" | "sqlmodel") {
        // Listeners act when something else is sent.
        return path.starts_with("sqlalchemy.event.");
    }
    // What these give may be anything, and so may what is called on it.
    let is_reached = matches!(call.callee.kind, Kind::Path(_));
    let gives_anything = matches!(
        &*path,
        "importlib.import_module"
            | "builtins.__import__"
            | "builtins.getattr"
            | "builtins.eval"
            | "builtins.globals"
            | "functools.partial"
    );
    if gives_anything && !is_reached {
        return true;
    }
    if matches!(&*path, "builtins.exec" | "builtins.eval") {
        return true;
    }
    // What `importlib.import_module("…")` gives is not importlib's own.
    let is_imported = path.ends_with("import_module") && !matches!(call.callee.kind, Kind::Path(_));
    // So may what is taken out of what they hold: `sys.modules["alembic.op"]`.
    if is_taken_out(&call.callee) {
        return true;
    }
    if HARMLESS.binary_search(&module).is_ok() && !is_imported {
        return is_handed_a_sender(call) && !leaves_alone(module, &path);
    }
    if path.ends_with("json.dumps") || path.ends_with("json.loads") {
        return false;
    }
    !is_value || is_handed_a_sender(call)
}

/// Whether what is called of alembic itself may send SQL. What is called on `op`, a batch block, the bind or alembic's
/// context was looked at before. `path` is that of the root of `callee`.
fn alembics_acts(callee: &Value, path: &str) -> bool {
    let is_reached = matches!(callee.kind, Kind::Path(_));
    let asks = || last_name(callee).is_some_and(only_asks);
    let is_pure = |name: &str| name.starts_with(|first: char| first.is_ascii_uppercase());
    let Some(rest) = path.strip_prefix("alembic.") else { return true };
    match rest.split_once('.') {
        Some(("op", "get_context" | "batch_alter_table")) | Some(("context", "get_context" | "get_impl")) => {
            !is_reached && !asks() && !is_of_dialect(callee)
        }
        // What directives give is SQLAlchemy's.
        Some(("op", _)) => false,
        Some(("context", name)) => !only_asks(crate::path::last(name)) && !asks(),
        // It may load modules.
        Some(("util", name)) => name.contains("load_") || (!is_reached && !asks()),
        // Operations that nobody has invoked yet, types and the like.
        Some((_, name)) => match crate::path::last(name) {
            "EnvironmentContext" | "CommandLine" => true,
            "from_config" => !is_reached && !asks(),
            "register_operation" | "implementation_for" => false,
            "configure" if rest.ends_with("MigrationContext.configure") => !is_reached && !asks(),
            name if is_pure(name) => !is_reached && !rest.starts_with("operations.ops.") && !asks(),
            name => !only_asks(name),
        },
        None => true,
    }
}

/// Whether a method of alembic's `MigrationContext` sends nothing; `autocommit_block` is told where it is entered.
pub(super) fn leaves_context(method: &str) -> bool {
    matches!(method, "autocommit_block" | "get_current_heads" | "get_current_revision")
}

/// Whether a method of alembic's, or of what its configuration holds, only gives something.
fn only_asks(name: &str) -> bool {
    matches!(
        name,
        "as_revision_number"
            | "endswith"
            | "get"
            | "items"
            | "keys"
            | "lower"
            | "print_stdout"
            | "remove_main_option"
            | "replace"
            | "requires_connection"
            | "set_main_option"
            | "set_section_option"
            | "split"
            | "startswith"
            | "strip"
            | "upper"
            | "values"
            | "walk_revisions"
    ) || (name.starts_with("get_") && name != "get_impl")
        || name.starts_with("is_")
}

/// The name that is called.
fn last_name(callee: &Value) -> Option<&str> {
    match &callee.kind {
        Kind::Path(path) => Some(crate::path::last(path)),
        Kind::Attribute(attribute) => Some(&attribute.1),
        _ => None,
    }
}

/// Whether a value is something of a dialect: that makes text, and sends none.
fn is_of_dialect(value: &Value) -> bool {
    match &value.kind {
        Kind::Attribute(attribute) => attribute.1 == "dialect" || is_of_dialect(&attribute.0),
        Kind::Call(call) => is_of_dialect(&call.callee),
        _ => false,
    }
}

/// Whether something that can send SQL is among the arguments.
fn is_handed_a_sender(call: &Call) -> bool {
    let given = call.positional.iter().chain(call.keywords.iter().map(|(_, value)| value));
    given.into_iter().any(|value| is_sender(value, 4))
}

/// Whether a value can send SQL, or something that it holds: `op`, `op.execute`, the bind, a `partial` of these. What is
/// called on the bind is not looked at: calls tell what they do themselves.
fn is_sender(value: &Value, depth: u32) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return true };
    if let Some(Receiver::Operations | Receiver::Batch(_) | Receiver::Bind | Receiver::Session) =
        receiver(value)
    {
        return true;
    }
    match &value.kind {
        Kind::Path(path) => {
            path.strip_prefix("alembic.op.").is_some_and(|name| !matches!(name, "f" | "inline_literal"))
                || matches!(&**path, "alembic.context.execute" | "alembic.context.static_output")
        }
        Kind::Attribute(attribute) => {
            let of = receiver(&attribute.0);
            matches!(of, Some(Receiver::Operations | Receiver::Batch(_)))
                || (matches!(of, Some(Receiver::Bind | Receiver::Session | Receiver::Context))
                    && matches!(
                        attribute.1.as_str(),
                        "execute" | "exec" | "scalar" | "scalars" | "run_callable"
                    ))
                || (of.is_none() && is_alembics_sender(value))
        }
        Kind::Call(call) => call.callee.as_path() == Some("functools.partial") && is_handed_a_sender(call),
        Kind::Tuple(items) => items.iter().any(|item| is_sender(item, depth)),
        Kind::List(items) | Kind::Set(items) | Kind::Iterator(items) => {
            items.borrow().iter().any(|item| is_sender(item, depth))
        }
        Kind::Dict(pairs) => pairs.borrow().iter().any(|(_, item)| is_sender(item, depth)),
        _ => false,
    }
}

/// Whether a value is a method of alembic's own that may send SQL.
fn is_alembics_sender(value: &Value) -> bool {
    let path = root(value).and_then(dotted);
    path.is_some_and(|path| path.starts_with("alembic.") && alembics_acts(value, &path))
}

/// Whether a function of Python's own only looks at what it is given, or hands it on to where it is followed.
fn leaves_alone(module: &str, path: &str) -> bool {
    matches!(module, "inspect" | "logging" | "pprint" | "sys" | "typing" | "warnings")
        || matches!(
            path,
            "contextlib.closing"
                | "contextlib.nullcontext"
                | "functools.partial"
                | "functools.reduce"
                | "functools.wraps"
        )
}

/// Whether a value is an item of a symbol of `sys`, or something of that.
fn is_taken_out(value: &Value) -> bool {
    match &value.kind {
        Kind::Attribute(attribute) => is_taken_out(&attribute.0),
        // `.get(…)`, `.pop(…)`, `.values()` of it.
        Kind::Call(call) => is_of_modules(&call.callee) || is_taken_out(&call.callee),
        Kind::Item(item) => is_modules(&item.0),
        _ => false,
    }
}

/// Whether a value is an attribute of `sys.modules`.
fn is_of_modules(value: &Value) -> bool {
    match &value.kind {
        Kind::Path(path) => path.starts_with("sys.modules."),
        Kind::Attribute(attribute) => is_modules(&attribute.0),
        _ => false,
    }
}

fn is_modules(value: &Value) -> bool {
    value.as_path() == Some("sys.modules")
}

/// Numbers of the calls whose results are used in others, or were read. `pending` is room to work in.
pub(super) fn used_in<'e>(call: &'e Call, pending: &mut Vec<&'e Value>, mut tell: impl FnMut(u32)) {
    let values = [&call.callee].into_iter().chain(&call.positional);
    let values = values.chain(call.keywords.iter().map(|(_, value)| value));
    // Of most values there is nothing to look at.
    pending.clear();
    pending
        .extend(values.filter(|value| !matches!(value.kind, Kind::Path(_) | Kind::Text(_) | Kind::Bool(_))));
    // Only what stands in the call itself: what stands deeper was told with the call that it stands in.
    let mut budget = 10_000_u32;
    while let Some(value) = pending.pop() {
        budget = budget.saturating_sub(1);
        if budget == 0 {
            return;
        }
        match &value.kind {
            Kind::Call(call) => tell(call.number),
            Kind::Attribute(attribute) => pending.push(&attribute.0),
            Kind::Item(item) => pending.extend([&item.0, &item.1]),
            Kind::Operator(operator) => pending.extend([&operator.0, &operator.2]),
            Kind::Unary(_, operand) => pending.push(operand),
            Kind::Tuple(items) => pending.extend(items.iter()),
            Kind::List(items) | Kind::Set(items) => {
                for item in items.borrow().iter() {
                    if let Kind::Call(call) = &item.kind {
                        tell(call.number);
                    }
                }
            }
            Kind::Dict(entries) => {
                for (_, value) in entries.borrow().iter() {
                    if let Kind::Call(call) = &value.kind {
                        tell(call.number);
                    }
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn harmless_modules_are_found_by_halves() {
        assert!(super::HARMLESS.is_sorted());
    }
}
