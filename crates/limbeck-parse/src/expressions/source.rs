//! What statements read from: tables, their aliases, named subqueries, joins; and the columns of these.

use limbeck_types::{ExpressionKind, FromItem, Name, Opaque, Span, SqlType, TableName};

use super::element::{Element, Reading};
use super::read::condition;
use super::subquery;
use super::typing::unknown;
use super::{select, sql_text};
use crate::constructs;
use crate::follow::value::{Call, Kind, Value};

/// A table, alias or subquery with its columns.
#[derive(Debug, Clone)]
pub(super) struct Source {
    pub(super) from: FromItem,
    /// The call that made it.
    pub(super) object: u32,
    /// What its columns are qualified with.
    pub(super) name: TableName,
    /// What Python calls each column, its name and type.
    pub(super) columns: Vec<(String, Name, SqlType)>,
}

impl Source {
    /// The column that Python calls `key`.
    pub(super) fn column(&self, key: &str, span: Span) -> Option<Element> {
        let (_, name, type_) = self.columns.iter().find(|(known, ..)| known == key)?;
        let kind = ExpressionKind::Column {
            table: Some(self.name.clone()),
            name: Name { span, ..name.clone() },
            type_: type_.clone(),
        };
        Some(Element::new(kind, span, type_.clone()).reading(vec![self.reading()]))
    }

    /// What its columns read from.
    pub(super) fn reading(&self) -> Reading {
        Reading { item: self.from.clone(), object: self.object }
    }

    /// All columns, in order.
    pub(super) fn all(&self, span: Span) -> Vec<Element> {
        self.columns.iter().filter_map(|(key, ..)| self.column(key, span)).collect()
    }
}

/// The number of the call that a value is.
pub(super) fn number(value: &Value) -> u32 {
    match &value.kind {
        Kind::Call(call) => call.number,
        _ => 0,
    }
}

/// The source that a value is; nothing where it is something else.
pub(super) fn source(value: &Value) -> Result<Option<Source>, Opaque> {
    if let Some(table) = constructs::table(value) {
        let table = table?;
        let columns =
            table.columns.into_iter().map(|column| (column.key, column.name, column.type_)).collect();
        let from = FromItem::Table(table.name.clone(), None);
        return Ok(Some(Source { from, object: number(value), name: table.name, columns }));
    }
    let Kind::Call(call) = &value.kind else { return Ok(None) };
    match &call.callee.kind {
        Kind::Attribute(parts) if matches!(parts.1.as_str(), "alias" | "subquery" | "cte") => {
            named(&parts.0, &parts.1, call)
        }
        _ => match constructs::dotted(&call.callee).as_deref().and_then(constructs::construct) {
            Some(construct) if construct.name == "alias" => {
                let bound = constructs::bind(call, "alias(selectable, name=, flat=)")?;
                let Some(inner) = source(bound.need("selectable")?)? else { return Ok(None) };
                match bound.optional("name", constructs::name)? {
                    Some(name) => aliased(inner, name, call).map(Some),
                    None => Err(unknown(call.span, "it is an alias without a name")),
                }
            }
            _ => Ok(None),
        },
    }
}

fn named(object: &Value, method: &str, call: &Call) -> Result<Option<Source>, Opaque> {
    let bound = constructs::bind(call, "alias(name=, flat=, recursive=, nesting=)")?;
    let name = bound.optional("name", constructs::name)?;
    if let Some(inner) = source(object)? {
        return match name {
            Some(name) if method == "alias" => aliased(inner, name, call).map(Some),
            _ => Err(unknown(call.span, format!("it is `{method}` of a table without a name"))),
        };
    }
    let Some(selected) = select::read(object)? else { return Ok(None) };
    let name = name.ok_or_else(|| unknown(call.span, "it is a subquery without a name"))?;
    if method == "cte" {
        return Err(unknown(call.span, "it is a common table expression"));
    }
    let columns = subquery::named_columns(&selected, call.span)?;
    let from = FromItem::Subquery(Box::new(selected.select), Some(name.clone()));
    Ok(Some(Source { from, object: call.number, name: TableName { schema: None, name }, columns }))
}

fn aliased(inner: Source, name: Name, call: &Call) -> Result<Source, Opaque> {
    match inner.from {
        FromItem::Table(table, None) => Ok(Source {
            from: FromItem::Table(table, Some(name.clone())),
            object: call.number,
            name: TableName { schema: None, name },
            columns: inner.columns,
        }),
        _ => Err(unknown(call.span, "it is an alias of an alias")),
    }
}

/// What `select_from` and `join` take.
pub(super) fn reading(value: &Value) -> Result<Reading, Opaque> {
    match source(value)? {
        Some(source) => Ok(source.reading()),
        None => Ok(Reading { item: from_item(value)?, object: number(value) }),
    }
}

/// The same as an item of a `FROM`.
pub(super) fn from_item(value: &Value) -> Result<FromItem, Opaque> {
    if let Some(source) = source(value)? {
        return Ok(source.from);
    }
    let Kind::Call(call) = &value.kind else { return Err(constructs::unknown(value)) };
    if constructs::is_call_of(value, &["text"]) {
        return sql_text(value).map(FromItem::Text).ok_or_else(|| constructs::unknown(value));
    }
    if constructs::is_call_of(value, &["join", "outerjoin"]) {
        let outer = constructs::is_call_of(value, &["outerjoin"]);
        let bound = constructs::bind(call, "join(left, right, onclause=, isouter=, full=)")?;
        return join(bound.need("left")?, &bound, outer);
    }
    match &call.callee.kind {
        Kind::Attribute(parts) if matches!(parts.1.as_str(), "join" | "outerjoin") => {
            let bound = constructs::bind(call, "join(right, onclause=, isouter=, full=)")?;
            join(&parts.0, &bound, parts.1 == "outerjoin")
        }
        _ => Err(constructs::unknown(value)),
    }
}

fn join(left: &Value, bound: &constructs::Bound<'_>, outer: bool) -> Result<FromItem, Opaque> {
    let left = from_item(left)?;
    let right = from_item(bound.need("right")?)?;
    joined(left, right, bound, outer)
}

/// A join with the condition that was given for it.
pub(super) fn joined(
    left: FromItem,
    right: FromItem,
    bound: &constructs::Bound<'_>,
    outer: bool,
) -> Result<FromItem, Opaque> {
    let span = bound.call.span;
    if constructs::flag(bound.get("full"), false)? {
        return Err(unknown(span, "it is a full join"));
    }
    let Some(on) = bound.get("onclause").filter(|on| !matches!(on.kind, Kind::None)) else {
        return Err(unknown(span, "it is a join whose condition SQLAlchemy finds by itself"));
    };
    let on = condition(on)?.self_group(Some(&super::operator::Op::AsBool));
    let outer = outer || constructs::flag(bound.get("isouter"), false)?;
    Ok(FromItem::Join { left: Box::new(left), right: Box::new(right), on: on.expression, outer })
}

/// The items as a `FROM` shows them: what a join reads stands in no other place (`_normalize_froms`).
pub(super) fn shown(items: Vec<Reading>, span: Span) -> Result<Vec<FromItem>, Opaque> {
    let mut hidden = Vec::new();
    for (index, Reading { item, object }) in items.iter().enumerate() {
        if items[..index].iter().any(|other| other.item == *item && other.object != *object) {
            return Err(unknown(span, "it reads from two tables that only Python can tell apart"));
        }
        if let FromItem::Join { left, right, .. } = item {
            hide(left, &mut hidden);
            hide(right, &mut hidden);
        }
    }
    let shown: Vec<FromItem> =
        items.into_iter().map(|reading| reading.item).filter(|item| !hidden.contains(item)).collect();
    let mut names: Vec<(&str, &FromItem)> = Vec::new();
    for item in shown.iter().chain(&hidden) {
        let name = match item {
            FromItem::Table(_, Some(alias)) | FromItem::Subquery(_, Some(alias)) => alias.text.as_str(),
            FromItem::Table(table, None) => table.name.text.as_str(),
            _ => continue,
        };
        if names.iter().any(|(known, other)| *known == name && *other != item) {
            return Err(unknown(span, format!("it reads from two things that are called `{name}`")));
        }
        names.push((name, item));
    }
    Ok(shown)
}

fn hide(item: &FromItem, hidden: &mut Vec<FromItem>) {
    if let FromItem::Join { left, right, .. } = item {
        hide(left, hidden);
        hide(right, hidden);
    }
    hidden.push(item.clone());
}
