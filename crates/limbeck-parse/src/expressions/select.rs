//! `select(…)` and what is chained to it (SQLAlchemy sql/selectable.py).

use limbeck_types::{Expression, ExpressionKind, Opaque, Placeholder, PythonValue, Select, Span};

use super::combine::{merged, processed};
use super::element::{Element, Reading, Role};
use super::operator::Op;
use super::python;
use super::read::{condition, element, scalar};
use super::source::{from_item, joined, reading, shown, source};
use super::typing;
use super::typing::{raises, unknown};
use crate::constructs;
use crate::follow::value::{Call, Kind, Value};

/// A select with what is known of its columns.
#[derive(Debug, Clone)]
pub(super) struct Selected {
    pub(super) select: Select,
    pub(super) columns: Vec<Element>,
    pub(super) explicit: Vec<Reading>,
    pub(super) where_: Vec<Element>,
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

pub(super) fn start(columns: &[Value]) -> Result<Selected, Opaque> {
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
pub(super) fn chained(mut selected: Selected, method: &str, call: &Call) -> Result<Option<Selected>, Opaque> {
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
                // What the columns read from, if that is one thing.
                (None, []) if bound.get("onclause").is_some() => {
                    let columns = selected.columns.iter();
                    let items = columns.fold(Vec::new(), |items, column| merged(items, &column.froms));
                    match items.as_slice() {
                        [only] => only.item.clone(),
                        _ => {
                            return Err(unknown(
                                span,
                                "it is a join whose left side SQLAlchemy finds by itself",
                            ));
                        }
                    }
                }
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
            let bind = Element::bind(PythonValue::Int(number), typing::integer(), given.span)
                .placed(Placeholder::Anonymous("param".to_owned()));
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

fn is_of_text(expression: &Expression) -> bool {
    match &expression.kind {
        ExpressionKind::Suffix(operand, _) => {
            matches!(operand.kind, ExpressionKind::Verbatim(_)) || is_of_text(operand)
        }
        _ => false,
    }
}

/// What `order_by` and `group_by` take; text would be looked for among the columns.
fn ordering(value: &Value) -> Result<Expression, Opaque> {
    match value.kind {
        Kind::Text(_) | Kind::None => Err(unknown(value.span, "it is ordered or grouped by text")),
        _ => {
            let found = scalar(element(value)?);
            match found.role {
                Role::Bind => Err(unknown(value.span, "it is ordered or grouped by a value")),
                // Text of `desc("a")` would be looked for among the columns.
                _ if is_of_text(&found.expression) => {
                    Err(unknown(value.span, "it is ordered or grouped by text"))
                }
                _ => Ok(found.expression),
            }
        }
    }
}

pub(super) fn finished(mut selected: Selected, span: Span) -> Result<Selected, Opaque> {
    let mut items = selected.explicit.clone();
    for element in selected.columns.iter().chain(&selected.where_) {
        items = merged(items, &element.froms);
    }
    selected.select.from = shown(items, span)?;
    let conditions = processed(&Op::And, selected.where_.clone());
    selected.select.where_ = conditions.into_iter().map(|condition| condition.expression).collect();
    Ok(selected)
}
