//! `select(…)` (SQLAlchemy sql/compiler.py, `visit_select`, `_label_select_column`; sql/selectable.py, `_correlate_froms`).

use limbeck_types::{Expression, ExpressionKind, FromItem, Opaque, Select, Span, TableName};

use super::context::{raises, unknown};
use super::expression::Pen;

/// A select inside another statement: what that one reads from already is left out, unless nothing else is there.
pub(crate) fn nested(pen: &mut Pen, select: &Select, span: Span) -> Result<(), Opaque> {
    render(pen, select, span)
}

/// The select and its `FROM`.
pub(crate) fn render(pen: &mut Pen, select: &Select, span: Span) -> Result<(), Opaque> {
    let froms: Vec<&FromItem> = match select.from.len() {
        0 | 1 => select.from.iter().collect(),
        _ => select.from.iter().filter(|from| !pen.enclosing.contains(from)).collect(),
    };
    if froms.is_empty() && !select.from.is_empty() {
        return Err(raises(span, "Select statement returned no FROM clauses due to auto-correlation"));
    }
    let mut inside = Vec::new();
    froms.iter().for_each(|from| collect(from, &mut inside));
    let enclosing = std::mem::replace(&mut pen.enclosing, inside);
    let result = clauses(pen, select, &froms, span);
    pen.enclosing = enclosing;
    result
}

fn clauses(pen: &mut Pen, select: &Select, froms: &[&FromItem], span: Span) -> Result<(), Opaque> {
    let include_table = std::mem::replace(&mut pen.context.include_table, true);
    pen.made("SELECT ", span);
    if select.distinct {
        pen.made("DISTINCT ", span);
    }
    columns(pen, &select.columns, span)?;
    let as_from = std::mem::replace(&mut pen.as_from, false);
    for (index, from) in froms.iter().enumerate() {
        pen.made(if index == 0 { " \nFROM " } else { ", " }, span);
        from_item(pen, from, span)?;
    }
    all_of(pen, &select.where_, " \nWHERE ", span)?;
    if !select.group_by.is_empty() {
        pen.made(" GROUP BY ", span);
        pen.separated(&select.group_by, ", ")?;
    }
    all_of(pen, &select.having, " \nHAVING ", span)?;
    if !select.order_by.is_empty() {
        pen.made(" ORDER BY ", span);
        for (index, order) in select.order_by.iter().enumerate() {
            if index > 0 {
                pen.made(", ", order.span);
            }
            ordered(pen, order, &select.columns)?;
        }
    }
    if let Some(limit) = &select.limit {
        pen.made("\n LIMIT ", span);
        pen.expression(limit)?;
    }
    if let Some(offset) = &select.offset {
        pen.made(if select.limit.is_none() { "\n LIMIT ALL OFFSET " } else { " OFFSET " }, span);
        pen.expression(offset)?;
    }
    pen.context.include_table = include_table;
    pen.as_from = as_from;
    Ok(())
}

/// Conditions joined by `AND`, if there are any.
pub(crate) fn all_of(
    pen: &mut Pen,
    conditions: &[Expression],
    keyword: &str,
    span: Span,
) -> Result<(), Opaque> {
    if conditions.is_empty() {
        return Ok(());
    }
    pen.made(keyword, span);
    pen.separated(conditions, " AND ")
}

/// What a `SELECT` or `RETURNING` lists, each with the name that SQLAlchemy gives it.
pub(crate) fn columns(pen: &mut Pen, columns: &[Expression], span: Span) -> Result<(), Opaque> {
    let names: Vec<&str> = columns.iter().filter_map(plain_name).collect();
    if names.iter().enumerate().any(|(index, name)| names[..index].contains(name)) {
        return Err(unknown(span, "two of its columns have the same name, which SQLAlchemy changes"));
    }
    for (index, column) in columns.iter().enumerate() {
        if index > 0 {
            pen.made(", ", span);
        }
        let label = match label(column, pen.as_from) {
            Label::None => None,
            Label::Given(name) => Some(super::quote::name(name, pen.context)),
            Label::Base(base) => {
                let name = pen.anonymous(base, column.span)?;
                Some(super::quote::text(&name, pen.context).into_owned().into())
            }
            Label::Column(name) => Some(super::quote::text(name, pen.context)),
        };
        pen.expression(column)?;
        if let Some(label) = label {
            pen.made(&format!(" AS {label}"), column.span);
        }
    }
    Ok(())
}

/// The name that a column is known by without any counting.
fn plain_name(column: &Expression) -> Option<&str> {
    match &column.kind {
        ExpressionKind::Column { name, .. } | ExpressionKind::Label(_, name) => Some(&name.text),
        ExpressionKind::Cast(operand, _) => plain_name(operand),
        _ => None,
    }
}

enum Label<'e> {
    /// It stands alone.
    None,
    Given(&'e limbeck_types::Name),
    /// Its own name again.
    Column(&'e str),
    /// A made-up one with a number behind it.
    Base(&'e str),
}

fn label(column: &Expression, as_from: bool) -> Label<'_> {
    use ExpressionKind as K;
    match &column.kind {
        K::Label(_, name) => Label::Given(name),
        K::Column { table: Some(_), name, .. } if as_from => Label::Column(&name.text),
        K::Column { .. } | K::Verbatim(_) | K::Text(_) => Label::None,
        K::Prefix(..) | K::Suffix(..) if !as_from && names_column(column) => Label::None,
        K::Cast(operand, _) => match base(operand) {
            Base::Column(name) => Label::Column(name),
            Base::Made(name) => Label::Base(name),
        },
        _ => match base(column) {
            Base::Column(_) => Label::Base("anon"),
            Base::Made(name) => Label::Base(name),
        },
    }
}

enum Base<'e> {
    Column(&'e str),
    Made(&'e str),
}

/// What a made-up name is made of (`_anon_name_label`).
fn base(column: &Expression) -> Base<'_> {
    match &column.kind {
        ExpressionKind::Function { name, .. } => Base::Made(name.last().map_or("anon", String::as_str)),
        ExpressionKind::Column { name, .. } => Base::Column(&name.text),
        ExpressionKind::Cast(operand, _) => base(operand),
        _ => Base::Made("anon"),
    }
}

/// Whether only a prefix or suffix keeps it from being a column.
fn names_column(column: &Expression) -> bool {
    match &column.kind {
        ExpressionKind::Prefix(_, operand) | ExpressionKind::Suffix(operand, _) => {
            matches!(operand.kind, ExpressionKind::Column { .. } | ExpressionKind::Verbatim(_))
        }
        _ => false,
    }
}

/// `ORDER BY` names a label of the select instead of repeating what it stands for.
fn ordered(pen: &mut Pen, order: &Expression, columns: &[Expression]) -> Result<(), Opaque> {
    match &order.kind {
        ExpressionKind::Suffix(operand, suffix) if matches!(operand.kind, ExpressionKind::Label(..)) => {
            ordered(pen, operand, columns)?;
            pen.made(suffix, order.span);
            Ok(())
        }
        ExpressionKind::Label(operand, name) => {
            let same = |column: &Expression| matches!(&column.kind, ExpressionKind::Label(_, known) if known.text == name.text);
            match columns.iter().find(|column| same(column)) {
                Some(column) if matches!(&column.kind, ExpressionKind::Label(known, _) if known == operand) =>
                {
                    pen.name(name);
                    Ok(())
                }
                Some(_) => Err(unknown(order.span, "it is ordered by a label of another expression")),
                None => pen.expression(operand),
            }
        }
        _ => pen.expression(order),
    }
}

/// A table, a join or a subquery of a `FROM`.
pub(crate) fn from_item(pen: &mut Pen, from: &FromItem, span: Span) -> Result<(), Opaque> {
    match from {
        FromItem::Table(table, alias) => {
            pen.table(table);
            if let Some(alias) = alias {
                pen.made(" AS ", span);
                pen.name(alias);
            }
        }
        FromItem::Join { left, right, on, outer } => {
            from_item(pen, left, span)?;
            pen.made(if *outer { " LEFT OUTER JOIN " } else { " JOIN " }, span);
            from_item(pen, right, span)?;
            pen.made(" ON ", span);
            pen.expression(on)?;
        }
        FromItem::Subquery(select, alias) => {
            let alias = alias.as_ref().ok_or_else(|| unknown(span, "it is a subquery without a name"))?;
            pen.made("(", span);
            // A subquery in a FROM sees nothing of what stands beside it.
            let enclosing = std::mem::take(&mut pen.enclosing);
            let as_from = std::mem::replace(&mut pen.as_from, true);
            let rendered = render(pen, select, span);
            pen.enclosing = enclosing;
            pen.as_from = as_from;
            rendered?;
            pen.made(") AS ", span);
            pen.name(alias);
        }
        FromItem::Text(text) => super::statement_text::text(pen, text)?,
    }
    Ok(())
}

/// The item and, for a join, what it joins.
fn collect(from: &FromItem, into: &mut Vec<FromItem>) {
    if let FromItem::Join { left, right, .. } = from {
        collect(left, into);
        collect(right, into);
    }
    into.push(from.clone());
}

/// The table as an item of a `FROM`.
pub(crate) fn table_item(table: &TableName) -> FromItem {
    FromItem::Table(table.clone(), None)
}
