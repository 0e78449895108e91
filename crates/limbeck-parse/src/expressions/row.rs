//! What an insert or update gives to columns: its rows, and `ON CONFLICT` (SQLAlchemy sql/crud.py,
//! dialects/postgresql/dml.py).

use limbeck_types::{
    Expression, ExpressionKind, Name, OnConflict, Opaque, Placeholder, Span, SqlType, SqlTypeKind, TableName,
};

use super::change::Change;
use super::element::{Element, Reading};
use super::python;
use super::read::{condition, element, scalar, symbol};
use super::typing::{raises, unknown};
use crate::constructs;
use crate::follow::value::{Call, Kind, Value};

/// What columns are given, and what that reads from.
pub(super) type Row = Vec<(Name, Expression, Vec<Reading>)>;

impl<'v> Change<'v> {
    /// What Python calls a column: its key, or the column itself.
    pub(super) fn key(&self, value: &Value) -> Result<(String, Span), Opaque> {
        if let Kind::Text(literal) = &value.kind {
            return Ok((literal.value.clone(), value.span));
        }
        match symbol(value)? {
            Some(Element {
                expression: Expression { kind: ExpressionKind::Column { name, .. }, .. },
                ..
            }) => {
                let column = self.table.columns.iter().find(|(_, known, _)| known.text == name.text);
                let (key, ..) = column.ok_or_else(|| unknown(value.span, "it is no column of the table"))?;
                Ok((key.clone(), value.span))
            }
            _ => Err(unknown(value.span, "it is no column that is known")),
        }
    }

    /// One row: the columns' names and what they get.
    fn row(&self, value: &Value) -> Result<Row, Opaque> {
        match &value.kind {
            Kind::Dict(entries) => {
                let entries = entries.borrow();
                entries
                    .iter()
                    .map(|(key, value)| {
                        let (key, span) = self.key(key)?;
                        let (expression, froms) = given(value)?;
                        Ok((self.name(&key, span), self.bound(&key, expression), froms))
                    })
                    .collect()
            }
            Kind::Tuple(_) | Kind::List(_) => {
                let items = constructs::items(value)?;
                if items.len() > self.table.columns.len() {
                    return Err(unknown(value.span, "it has more values than the table has columns"));
                }
                let pairs = self.table.columns.iter().zip(&items);
                pairs
                    .map(|((key, ..), value)| {
                        let (expression, froms) = given(value)?;
                        Ok((self.name(key, value.span), self.bound(key, expression), froms))
                    })
                    .collect()
            }
            _ => Err(constructs::unknown(value)),
        }
    }

    /// The database's name of the column that Python calls `key`; what is no column keeps its name, and raises later.
    pub(super) fn name(&self, key: &str, span: Span) -> Name {
        match self.table.columns.iter().find(|(known, ..)| known == key) {
            Some((_, name, _)) => Name { span, ..name.clone() },
            None => Name::new(key, span),
        }
    }

    /// A value for a column that Python calls otherwise: its placeholder has that name, which is not kept.
    fn bound(&self, key: &str, expression: Expression) -> Expression {
        let column = self.table.columns.iter().find(|(known, name, _)| known == key && *known != name.text);
        match (column, &expression.kind) {
            (Some((_, _, type_)), ExpressionKind::Value(value)) => {
                let kind = ExpressionKind::Typed(value.clone(), type_.clone(), Placeholder::Unknown);
                Expression { kind, ..expression }
            }
            _ => expression,
        }
    }

    /// The rows in the order of `values(…)`.
    pub(super) fn rows(&self) -> Result<Vec<Row>, Opaque> {
        if let [only] = self.values.as_slice() {
            if let Kind::List(items) = &only.kind {
                let items = items.borrow();
                let rows = items
                    .iter()
                    .any(|item| matches!(item.kind, Kind::Dict(_) | Kind::Tuple(_) | Kind::List(_)));
                if rows {
                    return constructs::items(only)?.iter().map(|row| self.row(row)).collect();
                }
            }
            return Ok(vec![self.row(only)?]);
        }
        if self.keywords.is_empty() {
            return Ok(Vec::new());
        }
        let row = self.keywords.iter().map(|(key, value)| {
            let (expression, froms) = given(value)?;
            Ok((self.name(key, value.span), self.bound(key, expression), froms))
        });
        Ok(vec![row.collect::<Result<_, Opaque>>()?])
    }

    pub(super) fn conflict(&mut self, method: &str, call: &'v Call) -> Result<(), Opaque> {
        let signature = "on_conflict_do_update(constraint=, index_elements=, index_where=, set_=, where=)";
        let bound = constructs::bind(call, signature)?;
        if self.on_conflict.is_some() {
            return Err(unknown(call.span, "it has two `on_conflict`"));
        }
        let elements = match bound.get("index_elements").filter(|given| !matches!(given.kind, Kind::None)) {
            Some(given) => {
                let elements = constructs::items(given)?;
                elements.iter().map(|element| self.target(element)).collect::<Result<_, _>>()?
            }
            None => Vec::new(),
        };
        let index_where = match bound.get("index_where").filter(|given| !matches!(given.kind, Kind::None)) {
            Some(given) => Some(condition(given)?.expression),
            None => None,
        };
        let where_ = match bound.get("where").filter(|given| !matches!(given.kind, Kind::None)) {
            Some(given) => Some(condition(given)?.expression),
            None => None,
        };
        let set = match bound.get("set_") {
            Some(given) => {
                let row = self.row(given)?;
                row.into_iter().map(|(name, expression, _)| (name, expression)).collect()
            }
            None => Vec::new(),
        };
        if (method == "on_conflict_do_update") == set.is_empty() {
            return Err(unknown(call.span, "what it sets is not known"));
        }
        if method == "on_conflict_do_update" && elements.is_empty() && bound.get("constraint").is_none() {
            return Err(raises(
                call.span,
                "ValueError: Either constraint or index_elements, but not both, must be specified unless DO NOTHING",
            ));
        }
        let constraint = bound.optional("constraint", constructs::name)?;
        self.on_conflict = Some(OnConflict { elements, constraint, index_where, set, where_ });
        Ok(())
    }

    fn target(&self, value: &Value) -> Result<Expression, Opaque> {
        if let Kind::Text(literal) = &value.kind {
            let kind = ExpressionKind::Column {
                table: None,
                name: Name::new(literal.value.clone(), value.span),
                type_: SqlType { kind: SqlTypeKind::Null, span: value.span },
            };
            return Ok(Expression { kind, span: value.span });
        }
        Ok(element(value)?.expression)
    }

    pub(super) fn columns(&self) -> Vec<(Name, SqlType)> {
        self.table.columns.iter().map(|(_, name, type_)| (name.clone(), type_.clone())).collect()
    }
}

/// What a column is given: a Python value stays one and takes the column's type; a construct is an expression.
pub(super) fn given(value: &Value) -> Result<(Expression, Vec<Reading>), Opaque> {
    let span = value.span;
    if python::is_python(value) {
        return Ok((
            Expression { kind: ExpressionKind::Value(python::python_value(value)?), span },
            Vec::new(),
        ));
    }
    let found = scalar(element(value)?);
    match found.expression.kind {
        ExpressionKind::Typed(python, type_, Placeholder::Anonymous(_))
            if type_.kind == SqlTypeKind::Null =>
        {
            Ok((Expression { kind: ExpressionKind::Value(python), span }, Vec::new()))
        }
        kind => {
            let found = Element { expression: Expression { kind, ..found.expression }, ..found };
            let found = found.self_group(None);
            let froms = found.froms.clone();
            Ok((found.expression, froms))
        }
    }
}

/// `insert.excluded.x`: what the row would have been; nothing where the object is no insert.
pub(super) fn excluded(insert: &Value, key: &str, span: Span) -> Result<Option<Element>, Opaque> {
    let Some(change) = Change::read(insert)? else { return Ok(None) };
    let Some(column) = change.table.column(key, span) else {
        return Err(unknown(span, format!("`{key}` is no column of it")));
    };
    let ExpressionKind::Column { name, type_, .. } = column.expression.kind else { return Ok(None) };
    let table = Some(TableName { schema: None, name: Name::new("excluded", span) });
    let kind = ExpressionKind::Column { table, name, type_: type_.clone() };
    Ok(Some(Element::new(kind, span, type_)))
}
