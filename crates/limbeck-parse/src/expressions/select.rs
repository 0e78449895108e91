//! `select(…)` and what is chained to it (SQLAlchemy sql/selectable.py).

use limbeck_types::{Expression, ExpressionKind, Name, Opaque, PythonValue, Select, Span, SqlType};

use super::element::{Element, Reading, Role, merged, prefixed, processed};
use super::operator::Op;
use super::read::{condition, element, scalar};
use super::source::{from_item, joined, reading, shown, source};
use super::typing::{self, raises, unknown};
use super::{methods, python};
use crate::constructs;
use crate::follow::value::{Call, Kind, Value};

/// A select with what is known of its columns.
#[derive(Debug, Clone)]
pub(super) struct Selected {
    pub(super) select: Select,
    columns: Vec<Element>,
    explicit: Vec<Reading>,
    where_: Vec<Element>,
}

/// The select that a value is; nothing where it is something else.
pub(super) fn read(value: &Value) -> Result<Option<Selected>, Opaque> {
    let Some(mut selected) = build(value)? else { return Ok(None) };
    let mut items = selected.explicit.clone();
    for element in selected.columns.iter().chain(&selected.where_) {
        items = merged(items, &element.froms);
    }
    selected.select.from = shown(items, value.span)?;
    let conditions = processed(&Op::And, selected.where_.clone());
    selected.select.where_ = conditions.into_iter().map(|condition| condition.expression).collect();
    Ok(Some(selected))
}

fn build(value: &Value) -> Result<Option<Selected>, Opaque> {
    let Kind::Call(call) = &value.kind else { return Ok(None) };
    if constructs::is_call_of(value, &["select"]) {
        if let Some((name, _)) = call.keywords.first() {
            return Err(raises(
                call.span,
                format!("TypeError: select() got an unexpected keyword argument '{name}'"),
            ));
        }
        return start(&call.positional).map(Some);
    }
    let Kind::Attribute(parts) = &call.callee.kind else { return Ok(None) };
    let (object, method) = (&parts.0, parts.1.as_str());
    if method == "select" && call.positional.is_empty() && source(object)?.is_some() {
        return start(std::slice::from_ref(object)).map(Some);
    }
    match build(object)? {
        Some(selected) => chained(selected, method, call),
        None => Ok(None),
    }
}

fn start(columns: &[Value]) -> Result<Selected, Opaque> {
    let mut elements = Vec::new();
    for column in columns {
        match &column.kind {
            Kind::List(_) | Kind::Tuple(_) => {
                let error =
                    "ArgumentError: Column expression, FROM clause, or other columns clause element expected";
                return Err(raises(column.span, error));
            }
            Kind::Text(literal) if literal.value == "*" => {
                elements.push(Element::new(
                    ExpressionKind::Verbatim((**literal).clone()),
                    column.span,
                    typing::null(),
                ));
            }
            Kind::Text(_) => {
                return Err(raises(
                    column.span,
                    "ArgumentError: Textual column expression should be explicitly declared",
                ));
            }
            Kind::Int(number) => {
                elements.push(Element::verbatim(&number.to_string(), column.span, typing::integer()))
            }
            Kind::Bool(truth) => elements.push(Element::constant(Some(*truth), column.span)),
            _ => match source(column)? {
                Some(source) => elements.extend(source.all(column.span)),
                None if python::is_python(column) && !matches!(column.kind, Kind::None) => {
                    return Err(unknown(column.span, "it selects a value"));
                }
                None => elements.push(scalar(element(column)?)),
            },
        }
    }
    let select = Select {
        columns: elements.iter().map(|element| element.expression.clone()).collect(),
        from: Vec::new(),
        where_: Vec::new(),
        group_by: Vec::new(),
        having: Vec::new(),
        order_by: Vec::new(),
        limit: None,
        offset: None,
        distinct: false,
    };
    let labelled = |element: &Element| match &element.expression.kind {
        ExpressionKind::Suffix(inner, _) | ExpressionKind::Prefix(_, inner) => {
            matches!(inner.kind, ExpressionKind::Label(..))
        }
        _ => false,
    };
    if let Some(odd) = elements.iter().find(|element| labelled(element)) {
        return Err(unknown(odd.span(), "it is an operation on a label among the columns"));
    }
    if elements.iter().any(|element| matches!(element.expression.kind, ExpressionKind::Tuple(_))) {
        return Err(unknown(elements[0].span(), "it selects a tuple"));
    }
    Ok(Selected { select, columns: elements, explicit: Vec::new(), where_: Vec::new() })
}

/// One method of the chain; nothing where it makes something else of the select.
fn chained(mut selected: Selected, method: &str, call: &Call) -> Result<Option<Selected>, Opaque> {
    let span = call.span;
    let alone = call.keywords.is_empty();
    let one = || match call.positional.as_slice() {
        [only] if alone => Ok(only),
        _ => Err(unknown(span, format!("it is `{method}` of something"))),
    };
    match method {
        "where" | "filter" if alone => {
            for given in &call.positional {
                selected.where_.push(condition(given)?);
            }
        }
        "having" if alone => {
            if !selected.select.having.is_empty() {
                return Err(unknown(span, "it has two `having`"));
            }
            let given = call.positional.iter().map(condition).collect::<Result<Vec<_>, _>>()?;
            selected.select.having =
                processed(&Op::And, given).into_iter().map(|given| given.expression).collect();
        }
        "select_from" if alone => {
            for given in &call.positional {
                let item = reading(given)?;
                selected.explicit = merged(std::mem::take(&mut selected.explicit), &[item]);
            }
        }
        "join" | "outerjoin" | "join_from" => {
            let (left, bound) = match method {
                "join_from" => {
                    let bound =
                        constructs::bind(call, "join_from(from_, target, onclause=, isouter=, full=)")?;
                    (Some(from_item(bound.need("from_")?)?), bound)
                }
                _ => (None, constructs::bind(call, "join(target, onclause=, isouter=, full=)")?),
            };
            let right = from_item(bound.need("target")?)?;
            let left = match (left, selected.explicit.as_slice()) {
                (Some(left), []) => left,
                (None, [only]) => only.item.clone(),
                _ => return Err(unknown(span, "it is a join whose left side SQLAlchemy finds by itself")),
            };
            let item = joined(left, right, &bound, method == "outerjoin")?;
            selected.explicit = vec![Reading { item, object: call.number }];
        }
        "order_by" if alone => {
            for given in &call.positional {
                selected.select.order_by.push(ordering(given)?);
            }
        }
        "group_by" if alone => {
            for given in &call.positional {
                let by = ordering(given)?;
                selected.select.group_by.push(by);
            }
        }
        "limit" | "offset" => {
            let given = one()?;
            let Kind::Int(number) = given.kind else {
                return Err(unknown(given.span, format!("it is a `{method}` that is not known")));
            };
            let bind = Element::bind(PythonValue::Int(number), typing::integer(), given.span);
            let bind = Some(Box::new(bind.expression));
            if method == "limit" { selected.select.limit = bind } else { selected.select.offset = bind }
        }
        "distinct" if call.positional.is_empty() && alone => selected.select.distinct = true,
        "scalar_subquery" | "label" | "alias" | "subquery" | "cte" | "exists" | "as_scalar" => {
            return Ok(None);
        }
        _ => return Err(unknown(span, format!("it is a select with `{method}`"))),
    }
    Ok(Some(selected))
}

/// What `order_by` and `group_by` take; text would be looked for among the columns.
fn ordering(value: &Value) -> Result<Expression, Opaque> {
    match value.kind {
        Kind::Text(_) | Kind::None => Err(unknown(value.span, "it is ordered or grouped by text")),
        _ => {
            let found = scalar(element(value)?);
            match found.role {
                Role::Bind => Err(unknown(value.span, "it is ordered or grouped by a value")),
                _ => Ok(found.expression),
            }
        }
    }
}

/// The columns of a select as a subquery has them.
pub(super) fn named_columns(selected: &Selected, span: Span) -> Result<Vec<(String, Name, SqlType)>, Opaque> {
    let name = |element: &Element| match &element.expression.kind {
        ExpressionKind::Column { name, .. } | ExpressionKind::Label(_, name) => {
            Some((name.text.clone(), name.clone(), element.type_.clone()))
        }
        _ => None,
    };
    // What has no name of its own cannot be asked for by one that is written.
    let named: Vec<_> = selected.columns.iter().filter_map(name).collect();
    match named
        .iter()
        .enumerate()
        .any(|(index, (key, ..))| named[..index].iter().any(|(other, ..)| other == key))
    {
        true => Err(unknown(span, "two of its columns have the same name")),
        false => Ok(named),
    }
}

/// `alias.c.x` and `alias.c["x"]` of what `constructs` knows no table behind.
pub(super) fn column_of(value: &Value) -> Result<Option<Element>, Opaque> {
    let (collection, key) = match &value.kind {
        Kind::Attribute(parts) => (&parts.0, parts.1.clone()),
        Kind::Item(parts) if matches!(parts.1.kind, Kind::Text(_)) => (&parts.0, constructs::text(&parts.1)?),
        _ => return Ok(None),
    };
    let Kind::Attribute(of) = &collection.kind else { return Ok(None) };
    if !matches!(of.1.as_str(), "c" | "columns") {
        return Ok(None);
    }
    match source(&of.0)? {
        Some(source) => match source.column(&key, value.span) {
            Some(column) => Ok(Some(column)),
            None => Err(unknown(value.span, format!("`{key}` is no column of it"))),
        },
        None => Ok(None),
    }
}

/// `select(…)`, `exists(…)` as an expression.
pub(super) fn element_of(value: &Value, call: &Call, name: &str) -> Result<Element, Opaque> {
    if name == "select" {
        return match read(value)? {
            Some(selected) => Ok(selection(selected, call.span)),
            None => Err(constructs::unknown(value)),
        };
    }
    match call.positional.as_slice() {
        [] => exists(start_everything(call.span), call.span),
        [only] => match read(only)? {
            Some(selected) => exists(selected, call.span),
            None => Err(unknown(call.span, "it is an `exists` of something")),
        },
        _ => Err(unknown(call.span, "it is an `exists` of several things")),
    }
}

/// `exists()` selects everything.
fn start_everything(span: Span) -> Selected {
    let star = Element::verbatim("*", span, typing::null());
    let select = Select {
        columns: vec![star.expression.clone()],
        from: Vec::new(),
        where_: Vec::new(),
        group_by: Vec::new(),
        having: Vec::new(),
        order_by: Vec::new(),
        limit: None,
        offset: None,
        distinct: false,
    };
    Selected { select, columns: vec![star], explicit: Vec::new(), where_: Vec::new() }
}

fn exists(selected: Selected, span: Span) -> Result<Element, Opaque> {
    let inner = selection(selected, span).grouped();
    Ok(prefixed(inner, Op::Exists, "EXISTS ", typing::boolean()).reading(Vec::new()))
}

/// A select as an element: one of its first column's type, which reads from nothing outside.
fn selection(selected: Selected, span: Span) -> Element {
    let type_ = selected.columns.first().map_or_else(typing::null, |column| column.type_.clone());
    Element::new(ExpressionKind::Select(Box::new(selected.select)), span, type_).with(Role::Select)
}

/// A method of a select, or of an `exists`, as an expression; nothing where the object is neither.
pub(super) fn method(object: &Value, name: &str, call: &Call) -> Result<Option<Element>, Opaque> {
    if let Some(found) = chained_exists(object, name, call)? {
        return Ok(Some(found));
    }
    let Some(selected) = read(object)? else { return Ok(None) };
    if let Some(chained) = chained(selected.clone(), name, call)? {
        // The chain goes on: its froms are worked out anew.
        let chained = finished(chained, call.span)?;
        return Ok(Some(selection(chained, call.span)));
    }
    match name {
        "scalar_subquery" => Ok(Some(selection(selected, call.span).grouped())),
        "label" => {
            let [label] = call.positional.as_slice() else {
                return Err(unknown(call.span, "it is a label of something"));
            };
            methods::labelled(selection(selected, call.span), constructs::name(label)?, call.span).map(Some)
        }
        "exists" => exists(selected, call.span).map(Some),
        "as_scalar" => Err(raises(call.span, "AttributeError: 'Select' object has no attribute 'as_scalar'")),
        _ => Err(unknown(call.span, format!("it is `{name}` of a select"))),
    }
}

fn finished(mut selected: Selected, span: Span) -> Result<Selected, Opaque> {
    let mut items = selected.explicit.clone();
    for element in selected.columns.iter().chain(&selected.where_) {
        items = merged(items, &element.froms);
    }
    selected.select.from = shown(items, span)?;
    let conditions = processed(&Op::And, selected.where_.clone());
    selected.select.where_ = conditions.into_iter().map(|condition| condition.expression).collect();
    Ok(selected)
}

/// `exists(…).where(…)`.
fn chained_exists(object: &Value, name: &str, call: &Call) -> Result<Option<Element>, Opaque> {
    let Kind::Call(inner) = &object.kind else { return Ok(None) };
    if !constructs::is_call_of(object, &["exists"]) {
        return Ok(None);
    }
    let start = match inner.positional.as_slice() {
        [] => start_everything(inner.span),
        [only] => read(only)?.ok_or_else(|| unknown(inner.span, "it is an `exists` of something"))?,
        _ => return Err(unknown(inner.span, "it is an `exists` of several things")),
    };
    match name {
        "where" | "select_from" => match chained(start, name, call)? {
            Some(selected) => exists(finished(selected, call.span)?, call.span).map(Some),
            None => Ok(None),
        },
        _ => Err(unknown(call.span, format!("it is an `exists` with `{name}`"))),
    }
}
