//! What a value is as an expression: the constructs of SQLAlchemy by name, Python's operators on them.

use limbeck_types::{
    Expression, ExpressionKind, FromItem, Literal, Opaque, PythonValue, Span, SqlType, SqlTypeKind,
};

use super::element::{Element, Reading, Role, binary, conjunction, merged, prefixed};
use super::operator::Op;
use super::typing::{self, raises, unknown};
use super::{function, methods, python, select};
use crate::constructs;
use crate::follow::value::{Call, Kind, Value};

/// The value as an expression. A Python value stands for a bind of its own type.
pub(super) fn element(value: &Value) -> Result<Element, Opaque> {
    match symbol(value)? {
        Some(element) => Ok(element),
        None => literal(value),
    }
}

/// A Python value as a bind by itself (`roles.ExpressionElementRole`).
fn literal(value: &Value) -> Result<Element, Opaque> {
    match python::python_value(value)? {
        PythonValue::None => Ok(Element::constant(None, value.span)),
        python => {
            let type_ = typing::of_value(&python);
            Ok(Element::bind(python, type_, value.span))
        }
    }
}

/// A Python value as a bind of a given type, anything else as it is.
pub(super) fn typed(value: &Value, type_: &SqlType) -> Result<Element, Opaque> {
    match symbol(value)? {
        Some(element) => Ok(element),
        None => match python::python_value(value)? {
            PythonValue::None => Ok(Element::constant(None, value.span)),
            python => Ok(Element::bind(python, type_.clone(), value.span)),
        },
    }
}

/// The other operand of an operator: a Python value takes the type that it meets (`roles.BinaryElementRole`).
pub(super) fn operand(value: &Value, other: &Element) -> Result<Element, Opaque> {
    match symbol(value)? {
        Some(element) if element.role == Role::Select => Ok(element.grouped()),
        // A bind without a type takes that of the other side.
        Some(Element { role: Role::Bind, type_, expression, .. })
            if type_.kind == SqlTypeKind::Null && other.type_.kind != SqlTypeKind::Null =>
        {
            match expression.kind {
                ExpressionKind::Typed(python, _) => {
                    Ok(Element::bind(python, other.type_.clone(), value.span))
                }
                _ => Err(unknown(value.span, "it is a bind that is not known")),
            }
        }
        Some(element) => Ok(element),
        None => {
            let python = python::python_value(value)?;
            let met = met_type(other);
            let type_ = typing::beside(&python, &met, value.span)?;
            Ok(Element::bind(python, type_, value.span))
        }
    }
}

/// The type that a Python value meets: `any_(array)` is met as an item of the array.
fn met_type(other: &Element) -> SqlType {
    match (&other.role, &other.type_.kind) {
        (Role::Aggregate, SqlTypeKind::Array { item, .. }) => SqlType::clone(item),
        _ => other.type_.clone(),
    }
}

/// A condition (`roles.WhereHavingRole`).
pub(super) fn condition(value: &Value) -> Result<Element, Opaque> {
    match &value.kind {
        Kind::None => Ok(Element::constant(None, value.span)),
        Kind::Bool(truth) => Ok(Element::constant(Some(*truth), value.span)),
        _ => match symbol(value)? {
            Some(element) if element.role == Role::Select => {
                Err(unknown(value.span, "it is a select as a condition"))
            }
            Some(element) => Ok(element),
            None => Err(raises(value.span, "ArgumentError: SQL expression for WHERE/HAVING role expected")),
        },
    }
}

/// A construct of SQLAlchemy; nothing where it is a Python value.
pub(super) fn symbol(value: &Value) -> Result<Option<Element>, Opaque> {
    if python::is_python(value) {
        return Ok(None);
    }
    if let Some(column) = column(value)? {
        return Ok(Some(column));
    }
    let found = match &value.kind {
        Kind::Call(call) => called(value, call)?,
        Kind::Operator(parts) => operator(&parts.0, parts.1, &parts.2, value.span)?,
        Kind::Unary(operator, operand) => unary(operator, operand, value.span)?,
        Kind::Item(parts) => methods::item(&element(&parts.0)?, &parts.1, value.span)?,
        Kind::Attribute(parts) => methods::attribute(&parts.0, &parts.1, value.span)?,
        _ => return Err(constructs::unknown(value)),
    };
    Ok(Some(found))
}

/// `table.c.x`, `alias.c.x`.
fn column(value: &Value) -> Result<Option<Element>, Opaque> {
    if let Some(found) = constructs::column_of(value) {
        let (table, name, type_) = found?;
        let from = Reading { item: FromItem::Table(table.clone(), None), object: object(value) };
        let kind = ExpressionKind::Column { table: Some(table), name, type_: type_.clone() };
        let column = Element::new(kind, value.span, type_).reading(vec![from]);
        return Ok(Some(Element { is_whole: is_whole(value), ..column }));
    }
    select::column_of(value)
}

/// The number of the call that made the table of `table.c.x`.
fn object(column: &Value) -> u32 {
    let collection = match &column.kind {
        Kind::Attribute(parts) => &parts.0,
        Kind::Item(parts) => &parts.0,
        _ => return 0,
    };
    match &collection.kind {
        Kind::Attribute(of) => super::source::number(&of.0),
        _ => 0,
    }
}

/// Whether a column is a `sa.Column`, and no `sa.column`.
fn is_whole(column: &Value) -> bool {
    let collection = match &column.kind {
        Kind::Attribute(parts) => &parts.0,
        Kind::Item(parts) => &parts.0,
        _ => return false,
    };
    let Kind::Attribute(of) = &collection.kind else { return false };
    match &of.0.kind {
        Kind::Call(call) => {
            let whole = |argument: &Value| constructs::is_call_of(argument, &["Column"]);
            constructs::is_call_of(&of.0, &["Table"]) || call.positional.iter().any(whole)
        }
        _ => false,
    }
}

/// A call of a construct, of `func.…`, or of a method of an expression.
fn called(value: &Value, call: &Call) -> Result<Element, Opaque> {
    if let Some(text) = super::text(value) {
        return Ok(Element::new(ExpressionKind::Text(text?), call.span, typing::null()).with(Role::Text));
    }
    if let Some(path) = constructs::dotted(&call.callee) {
        if let Some(names) = function::names(&path) {
            return function::called(names, call);
        }
        if path == "alembic.op.inline_literal" {
            return typed_literal(call, "inline_literal(value, type_=)");
        }
        if let Some(construct) = constructs::construct(&path) {
            return constructed(value, call, construct.name);
        }
        return Err(constructs::unknown(value));
    }
    match &call.callee.kind {
        Kind::Attribute(parts) => methods::called(&parts.0, &parts.1, call),
        // `x.op("…")(y)`.
        Kind::Call(inner) => match &inner.callee.kind {
            Kind::Attribute(parts) if matches!(parts.1.as_str(), "op" | "bool_op") => {
                methods::custom(inner, &parts.0, call)
            }
            _ => Err(constructs::unknown(value)),
        },
        _ => Err(constructs::unknown(value)),
    }
}

/// A construct by its name.
fn constructed(value: &Value, call: &Call, name: &str) -> Result<Element, Opaque> {
    let span = call.span;
    let all = || call.positional.iter().map(element).collect::<Result<Vec<_>, _>>();
    let alone = call.keywords.is_empty();
    match name {
        "column" | "literal_column" => {
            let signature = if name == "column" {
                "column(text, type_=, is_literal=)"
            } else {
                "literal_column(text, type_=)"
            };
            let bound = constructs::bind(call, signature)?;
            let type_ = bound.get("type_").map_or_else(typing::null, constructs::sql_type);
            if name == "literal_column" {
                let text = constructs::literal(bound.need("text")?)?;
                return Ok(Element::new(ExpressionKind::Verbatim(text), span, type_));
            }
            if bound.get("is_literal").is_some() {
                return Err(unknown(span, "it is a column with `is_literal`"));
            }
            let name = constructs::name(bound.need("text")?)?;
            let kind = ExpressionKind::Column { table: None, name, type_: type_.clone() };
            Ok(Element::new(kind, span, type_))
        }
        "null" | "true" | "false" if call.positional.is_empty() && alone => {
            let truth = match name {
                "true" => Some(true),
                "false" => Some(false),
                _ => None,
            };
            Ok(Element::constant(truth, span))
        }
        "literal" => typed_literal(call, "literal(value, type_=, literal_execute=)"),
        "bindparam" => bindparam(call).map(|(_, element)| element),
        "and_" | "or_" if alone && !call.positional.is_empty() => {
            let conditions = call.positional.iter().map(condition).collect::<Result<_, _>>()?;
            let op = if name == "and_" { Op::And } else { Op::Or };
            Ok(conjunction(&op, conditions, span))
        }
        "not_" => match call.positional.as_slice() {
            [only] if alone => element(only)?.negated(),
            _ => Err(unknown(span, "it is negated")),
        },
        "cast" | "type_coerce" => {
            let bound = constructs::bind(call, "cast(expression, type_)")?;
            let type_ = constructs::sql_type(bound.need("type_")?);
            let operand = typed(bound.need("expression")?, &type_)?;
            if name == "cast" { Ok(cast(operand, type_, span)) } else { coerced(operand, type_) }
        }
        "case" => case(call),
        "extract" => match call.positional.as_slice() {
            [field, operand] if alone => extract(&constructs::text(field)?, element(operand)?, span),
            _ => Err(unknown(span, "it is an extract of something")),
        },
        "tuple_" if alone => {
            let operands = all()?;
            let froms = froms_of(&operands);
            let list =
                operands.into_iter().map(|operand| operand.self_group(Some(&Op::Comma)).expression).collect();
            let type_ = SqlTypeKind::Opaque(unknown(span, "it is a tuple"));
            Ok(Element::new(ExpressionKind::Tuple(list), span, typing::of(type_))
                .with(Role::Closed)
                .reading(froms))
        }
        "distinct" | "desc" | "asc" | "nulls_first" | "nulls_last" | "nullsfirst" | "nullslast" => {
            match call.positional.as_slice() {
                [only] if alone && !matches!(only.kind, Kind::Text(_)) => {
                    methods::modified(element(only)?, name, span)
                }
                _ => Err(unknown(span, format!("it is `{name}` of something"))),
            }
        }
        "collate" => match call.positional.as_slice() {
            [operand, collation] if alone => collate(element(operand)?, &constructs::text(collation)?, span),
            _ => Err(unknown(span, "it is a collation of something")),
        },
        "between" => match call.positional.as_slice() {
            [operand, lower, upper] if alone => methods::between(element(operand)?, lower, upper, span),
            _ => Err(unknown(span, "it is `between` of something")),
        },
        "any_" | "all_" => match call.positional.as_slice() {
            [only] if alone => aggregate(element(only)?, name, span),
            _ => Err(unknown(span, format!("it is `{name}` of something"))),
        },
        "select" | "exists" => select::element_of(value, call, name),
        "array" if alone => match call.positional.as_slice() {
            [items] => array(items, span),
            _ => Err(unknown(span, "it is an array of something")),
        },
        _ => Err(constructs::unknown(value)),
    }
}

/// `literal(value, type)`.
fn typed_literal(call: &Call, signature: &'static str) -> Result<Element, Opaque> {
    let bound = constructs::bind(call, signature)?;
    if bound.get("literal_execute").is_some() {
        return Err(unknown(call.span, "it is a literal with `literal_execute`"));
    }
    let given = bound.need("value")?;
    let python = python::python_value(given)?;
    let type_ = bound.get("type_").filter(|type_| !matches!(type_.kind, Kind::None));
    let type_ = type_.map_or_else(|| typing::of_value(&python), constructs::sql_type);
    Ok(Element::bind(python, type_, given.span))
}

/// `bindparam(name, value, type_)`: its name and what it stands for.
pub(super) fn bindparam(call: &Call) -> Result<(String, Element), Opaque> {
    let signature = "bindparam(key, value=, type_=, unique=, required=, quote=, callable_=, expanding=, isoutparam=, literal_execute=)";
    let bound = constructs::bind(call, signature)?;
    let key = constructs::text(bound.need("key")?)?;
    for odd in ["callable_", "isoutparam", "literal_execute"] {
        if bound.get(odd).is_some() {
            return Err(unknown(call.span, format!("it is a bind with `{odd}`")));
        }
    }
    let type_ =
        bound.get("type_").filter(|type_| !matches!(type_.kind, Kind::None)).map(constructs::sql_type);
    let expanding = constructs::flag(bound.get("expanding"), false)?;
    let Some(given) = bound.get("value") else {
        if expanding {
            return Err(unknown(call.span, "it is a list that is given later"));
        }
        return Ok((key, Element::bind(PythonValue::None, type_.unwrap_or_else(typing::null), call.span)));
    };
    if expanding {
        return Ok((key, expanding_list(given, type_)?));
    }
    let python = python::python_value(given)?;
    let type_ = type_.unwrap_or_else(|| typing::of_value(&python));
    Ok((key, Element::bind(python, type_, given.span)))
}

/// The values of an expanding bind, all of the type of the first.
pub(super) fn expanding_list(given: &Value, type_: Option<SqlType>) -> Result<Element, Opaque> {
    let values = constructs::items(given)?;
    let python = values.iter().map(python::python_value).collect::<Result<Vec<_>, _>>()?;
    if python.is_empty() || python.iter().any(|value| matches!(value, PythonValue::List(_))) {
        return Err(unknown(given.span, "it is an empty list, or a list of lists"));
    }
    let type_ = type_.unwrap_or_else(|| typing::of_value(&python[0]));
    let binds = python
        .into_iter()
        .zip(&values)
        .map(|(python, value)| Element::bind(python, type_.clone(), value.span).expression);
    Ok(Element::new(ExpressionKind::Tuple(binds.collect()), given.span, type_).with(Role::Closed))
}

/// `CAST(… AS …)`.
pub(super) fn cast(operand: Element, type_: SqlType, span: Span) -> Element {
    let operand = if operand.role == Role::Select { operand.grouped() } else { operand };
    let froms = operand.froms.clone();
    let kind = ExpressionKind::Cast(Box::new(operand.expression), type_.clone());
    Element::new(kind, span, type_).reading(froms)
}

/// `type_coerce(…)`: only the type changes.
pub(super) fn coerced(operand: Element, type_: SqlType) -> Result<Element, Opaque> {
    match (&operand.expression.kind, &operand.role) {
        (ExpressionKind::Typed(python, _), _) => Ok(Element::bind(python.clone(), type_, operand.span())),
        (_, Role::Plain | Role::Closed) => Ok(Element { type_, ..operand }),
        _ => Err(unknown(operand.span(), "it is another type given to an operation")),
    }
}

/// `case((condition, result), …, value=, else_=)`.
fn case(call: &Call) -> Result<Element, Opaque> {
    let bound = constructs::bind(call, "case(*whens, value=, else_=)")?;
    let pairs: Vec<(Value, Value)> = match bound.rest.as_slice() {
        [only] if matches!(only.kind, Kind::Dict(_)) => match &only.kind {
            Kind::Dict(entries) => entries.borrow().clone(),
            _ => Vec::new(),
        },
        [only] if matches!(only.kind, Kind::List(_)) => {
            return Err(raises(
                only.span,
                "ArgumentError: The \"whens\" argument to case() is now passed as a series of positional elements, rather than as a list",
            ));
        }
        whens => {
            let pair = |when: &&Value| match constructs::items(when)?.as_slice() {
                [condition, result] if matches!(when.kind, Kind::Tuple(_)) => {
                    Ok((condition.clone(), result.clone()))
                }
                _ => Err(unknown(when.span, "it is no pair of condition and result")),
            };
            whens.iter().map(pair).collect::<Result<_, Opaque>>()?
        }
    };
    let mut froms = Vec::new();
    let value = match bound.get("value").filter(|value| !matches!(value.kind, Kind::None)) {
        Some(value) => Some(element(value)?),
        None => None,
    };
    if let Some(value) = &value {
        froms = merged(froms, &value.froms);
    }
    let mut whens = Vec::new();
    let mut types = Vec::new();
    for (condition, result) in &pairs {
        let condition = element(condition)?.self_group(None);
        let result = scalar(element(result)?);
        froms = merged(merged(froms, &condition.froms), &result.froms);
        types.push(result.type_.clone());
        whens.push((condition.expression, result.expression));
    }
    if whens.is_empty() {
        return Err(unknown(call.span, "it is a case without any"));
    }
    let otherwise = match bound.get("else_").filter(|value| !matches!(value.kind, Kind::None)) {
        Some(value) => Some(scalar(element(value)?)),
        None => None,
    };
    if let Some(otherwise) = &otherwise {
        froms = merged(froms, &otherwise.froms);
    }
    let type_ = types.into_iter().rev().find(|type_| type_.kind != SqlTypeKind::Null);
    let type_ = type_
        .unwrap_or_else(|| otherwise.as_ref().map_or_else(typing::null, |element| element.type_.clone()));
    let kind = ExpressionKind::Case {
        value: value.map(|value| Box::new(value.expression)),
        whens,
        otherwise: otherwise.map(|otherwise| Box::new(otherwise.expression)),
    };
    Ok(Element::new(kind, call.span, type_).reading(froms))
}

/// A select where one value is wanted has parentheses.
pub(super) fn scalar(element: Element) -> Element {
    if element.role == Role::Select { element.grouped() } else { element }
}

fn extract(field: &str, operand: Element, span: Span) -> Result<Element, Opaque> {
    if !field.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        return Err(unknown(span, "it is an extract of a field that is no word"));
    }
    let froms = operand.froms.clone();
    let kind = ExpressionKind::Extract(field.to_owned(), Box::new(operand.expression));
    Ok(Element::new(kind, span, typing::integer()).reading(froms))
}

/// `a COLLATE "b"`.
pub(super) fn collate(operand: Element, collation: &str, span: Span) -> Result<Element, Opaque> {
    let (type_, froms) = (operand.type_.clone(), operand.froms.clone());
    let operand = operand.self_group(Some(&Op::Collate));
    let kind = ExpressionKind::Collate(Box::new(operand.expression), collation.to_owned());
    Ok(Element::new(kind, span, type_).with(Role::Binary(Op::Collate, false)).reading(froms))
}

/// `ANY (…)`.
pub(super) fn aggregate(operand: Element, name: &str, span: Span) -> Result<Element, Opaque> {
    let (type_, froms) = (operand.type_.clone(), operand.froms.clone());
    let word = if name.starts_with("any") { "ANY " } else { "ALL " };
    let operand = scalar(operand).self_group(Some(&Op::AnyAll));
    let kind = ExpressionKind::Prefix(word.to_owned(), Box::new(operand.expression));
    // Its type is boolean; what is kept is the type that values beside it meet.
    Ok(Element::new(kind, span, type_).with(Role::Aggregate).reading(froms))
}

/// `postgresql.array([…])`.
fn array(items: &Value, span: Span) -> Result<Element, Opaque> {
    let elements = constructs::items(items)?.iter().map(element).collect::<Result<Vec<_>, _>>()?;
    let Some(first) = elements.first() else { return Err(unknown(span, "it is an array without items")) };
    if matches!(first.type_.kind, SqlTypeKind::Array { .. }) {
        return Err(unknown(span, "it is an array of arrays"));
    }
    let item = Box::new(first.type_.clone());
    let froms = froms_of(&elements);
    let list = elements.into_iter().map(|item| item.self_group(Some(&Op::Comma)).expression).collect();
    let list = Expression { kind: ExpressionKind::List(list), span };
    let array = Element::verbatim("ARRAY", span, typing::null()).expression;
    let kind = ExpressionKind::Subscript(Box::new(array), Box::new(list));
    Ok(Element::new(kind, span, typing::of(SqlTypeKind::Array { item, dimensions: None }))
        .with(Role::Closed)
        .reading(froms))
}

pub(super) fn froms_of(elements: &[Element]) -> Vec<Reading> {
    elements.iter().fold(Vec::new(), |froms, element| merged(froms, &element.froms))
}

/// A Python operator of which one side is a construct.
fn operator(left: &Value, operator: &str, right: &Value, span: Span) -> Result<Element, Opaque> {
    if matches!(operator, "and" | "or" | "in" | "not in" | "is" | "is not") {
        return Err(unknown(
            span,
            format!("it is Python's `{operator}` of something that is no Python value"),
        ));
    }
    let reversed = python::is_python(left);
    if operator == "%" && matches!(left.kind, Kind::Text(_) | Kind::Bytes(_)) {
        return Err(unknown(span, "it is text that Python formats"));
    }
    let (subject, other) = if reversed { (right, left) } else { (left, right) };
    let subject = element(subject)?;
    if subject.role == Role::Text {
        return match operator {
            "&" if !reversed => Ok(conjunction(&Op::And, vec![subject, condition(other)?], span)),
            _ => Err(raises(span, "TypeError: unsupported operand type for TextClause")),
        };
    }
    methods::operated(subject, operator, other, reversed, span)
}

/// `-x`, `~x`, `not x`.
fn unary(operator: &str, operand: &Value, span: Span) -> Result<Element, Opaque> {
    let operand = element(operand)?;
    if operand.role == Role::Text {
        return Err(raises(span, format!("TypeError: bad operand type for unary {operator}: 'TextClause'")));
    }
    if matches!(operand.expression.kind, ExpressionKind::Label(..)) {
        return Err(unknown(span, format!("it is `{operator}` of a label")));
    }
    match operator {
        "~" => operand.negated(),
        "-" => {
            let type_ = operand.type_.clone();
            Ok(prefixed(operand.self_group(Some(&Op::Neg)), Op::Neg, "-", type_))
        }
        _ => Err(unknown(span, format!("it is Python's `{operator}` of something that is no Python value"))),
    }
}

/// The comparison of two elements, the type of the result being boolean.
pub(super) fn compared(left: Element, op: Op, right: Element, span: Span) -> Element {
    binary(left, op, right, typing::boolean(), span)
}

/// A literal that stands nowhere.
pub(super) fn made_literal(text: &str, span: Span) -> Literal {
    Literal {
        span,
        value: text.to_owned(),
        pieces: vec![limbeck_types::Piece { value_start: 0, span, verbatim: false }],
    }
}
