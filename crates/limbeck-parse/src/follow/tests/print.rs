//! Events and values as lines. `?` is what is not known; a line that begins with `?` happens under a condition.

use super::super::show;
use super::super::value::{Event, EventKind, Kind, Value};

/// One event; calls of constructs, which do nothing by themselves, and uses are left out.
pub(super) fn event(event: &Event, text: &str) -> Option<String> {
    let line = match &event.kind {
        EventKind::Called(call) => {
            let callee = value(&call.callee);
            if callee.starts_with("sqlalchemy.") {
                return None;
            }
            let positional = call.positional.iter().map(value);
            let keywords = call.keywords.iter().map(|(name, given)| format!("{name}={}", value(given)));
            let arguments: Vec<_> = positional.chain(keywords).collect();
            format!("{callee}({})", arguments.join(", "))
        }
        EventKind::Used(_) => return None,
        EventKind::Entered(entered) => format!("enter {}", value(entered)),
        EventKind::Left(left) => format!("leave {}", value(left)),
        EventKind::Broken(left) => format!("break {}", value(left)),
        EventKind::Raised(opaque) | EventKind::NoFunction(opaque) => format!("raise: {}", opaque.reason),
        EventKind::Lost(opaque) => format!("lost: {}", opaque.reason),
    };
    let callers: Vec<_> = event.callers.iter().map(|span| format!(" < {}", &text[span.range()])).collect();
    let condition = event.condition.as_ref().map_or(String::new(), |_| "? ".to_owned());
    Some(format!("{condition}{line}{}", callers.concat()))
}

pub(super) fn value(shown: &Value) -> String {
    let all = |items: &[Value]| items.iter().map(value).collect::<Vec<_>>().join(", ");
    match &shown.kind {
        Kind::Path(path) => path.strip_prefix("alembic.").unwrap_or(path).to_owned(),
        Kind::Call(call) => format!("{}()", value(&call.callee)),
        Kind::Attribute(parts) => format!("{}.{}", value(&parts.0), parts.1),
        Kind::Item(parts) => format!("{}[{}]", value(&parts.0), value(&parts.1)),
        Kind::Operator(parts) => format!("({} {} {})", value(&parts.0), parts.1, value(&parts.2)),
        Kind::Unary(operator, operand) => format!("({operator} {})", value(operand)),
        Kind::Function(function) => format!("<{}>", function.name),
        Kind::Class(class) => class.name.clone(),
        Kind::Several(_) => "*?".to_owned(),
        Kind::Tuple(items) if items.len() == 1 => format!("({},)", all(items)),
        Kind::Tuple(items) => format!("({})", all(items)),
        Kind::List(items) => format!("[{}]", all(&items.borrow())),
        Kind::Set(items) if !items.borrow().is_empty() => format!("{{{}}}", all(&items.borrow())),
        Kind::Dict(pairs) => {
            let pairs = pairs.borrow();
            let pairs: Vec<_> =
                pairs.iter().map(|(key, item)| format!("{}: {}", value(key), value(item))).collect();
            format!("{{{}}}", pairs.join(", "))
        }
        _ => show::repr(shown, 50).unwrap_or_else(|| "?".to_owned()),
    }
}
