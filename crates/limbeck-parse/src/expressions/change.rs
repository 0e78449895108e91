//! `insert`, `update` and `delete` with what is chained to them (SQLAlchemy sql/dml.py).

use limbeck_types::{
    Delete, Expression, ExpressionKind, FromItem, Insert, Name, OnConflict, Opaque, Placeholder, PythonValue,
    Select, Span, SqlStatement, SqlType, TableName, Update,
};

use super::combine::{merged, processed};
use super::element::{Element, Reading};
use super::operator::Op;
use super::read::{condition, element};
use super::select;
use super::source::{Source, shown, source};
use super::typing::{raises, unknown};
use super::whole::{self, Whole};
use crate::constructs;
use crate::follow::value::{Call, Kind, Value};

/// An insert, update or delete in the making.
pub(super) struct Change<'v> {
    pub(super) kind: ChangeKind,
    pub(super) table: Source,
    pub(super) whole: Option<Whole>,
    /// `postgresql.insert`.
    pub(super) postgresql: bool,
    pub(super) values: Vec<&'v Value>,
    pub(super) keywords: Vec<(&'v str, &'v Value)>,
    pub(super) where_: Vec<Element>,
    pub(super) returning: Vec<Element>,
    pub(super) from_select: Option<(Vec<Name>, Box<Select>)>,
    pub(super) on_conflict: Option<OnConflict>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ChangeKind {
    Insert,
    Update,
    Delete,
}

impl<'v> Change<'v> {
    /// The statement that a value is; nothing where it is something else.
    pub(super) fn read(value: &'v Value) -> Result<Option<Self>, Opaque> {
        let Kind::Call(call) = &value.kind else { return Ok(None) };
        let kind_of = |name: &str| match name {
            "insert" => Some(ChangeKind::Insert),
            "update" => Some(ChangeKind::Update),
            "delete" => Some(ChangeKind::Delete),
            _ => None,
        };
        if let Some(path) = constructs::dotted(&call.callee) {
            let Some(construct) = constructs::construct(&path) else { return Ok(None) };
            let Some(kind) = kind_of(construct.name) else { return Ok(None) };
            let [table] = call.positional.as_slice() else {
                return Err(unknown(call.span, "its table is not known"));
            };
            if construct.dialect.is_some_and(|dialect| dialect != "postgresql") {
                return Err(unknown(call.span, "it is a statement of another database"));
            }
            let Some(found) = source(table)? else { return Err(constructs::unknown(table)) };
            return Ok(Some(Self::new(kind, found, whole::read(table)?, construct.dialect.is_some())));
        }
        let Kind::Attribute(parts) = &call.callee.kind else { return Ok(None) };
        let (object, method) = (&parts.0, parts.1.as_str());
        if let Some(kind) = kind_of(method)
            && let Some(found) = source(object)?
        {
            let mut change = Self::new(kind, found, whole::read(object)?, false);
            if !call.positional.is_empty() || !call.keywords.is_empty() {
                let error = format!("TypeError: {method}() takes 1 positional argument but more were given");
                return Err(raises(call.span, error));
            }
            change.values.clear();
            return Ok(Some(change));
        }
        match Self::read(object)? {
            Some(mut change) => {
                change.chained(method, call)?;
                Ok(Some(change))
            }
            None => Ok(None),
        }
    }

    pub(super) fn new(kind: ChangeKind, table: Source, whole: Option<Whole>, postgresql: bool) -> Self {
        Self {
            kind,
            table,
            whole,
            postgresql,
            values: Vec::new(),
            keywords: Vec::new(),
            where_: Vec::new(),
            returning: Vec::new(),
            from_select: None,
            on_conflict: None,
        }
    }

    fn chained(&mut self, method: &str, call: &'v Call) -> Result<(), Opaque> {
        let span = call.span;
        match method {
            "values" if self.kind != ChangeKind::Delete => {
                self.values.extend(&call.positional);
                self.keywords.extend(call.keywords.iter().map(|(name, value)| (name.as_str(), value)));
                if self.values.len() > 1 || (!self.values.is_empty() && !self.keywords.is_empty()) {
                    return Err(unknown(span, "its values are given twice"));
                }
            }
            "where" | "filter" if self.kind != ChangeKind::Insert && call.keywords.is_empty() => {
                for given in &call.positional {
                    self.where_.push(condition(given)?);
                }
            }
            "returning" if call.keywords.is_empty() => {
                for given in &call.positional {
                    match source(given)? {
                        Some(source) => self.returning.extend(source.all(given.span)),
                        None => self.returning.push(element(given)?),
                    }
                }
            }
            "from_select" if self.kind == ChangeKind::Insert => {
                let bound = constructs::bind(call, "from_select(names, select, include_defaults=)")?;
                let names = constructs::items(bound.need("names")?)?;
                let names = names.iter().map(|name| self.key(name)).collect::<Result<Vec<_>, _>>()?;
                let names: Vec<Name> =
                    names.iter().map(|(key, span)| Name::new(key.clone(), *span)).collect();
                let query = bound.need("select")?;
                let Some(selected) = select::read(query)? else { return Err(constructs::unknown(query)) };
                self.from_select = Some((names, Box::new(selected.select)));
            }
            "on_conflict_do_nothing" | "on_conflict_do_update" if self.postgresql => {
                self.conflict(method, call)?
            }
            // It changes nothing that is rendered for a table without defaults, and keeps `RETURNING` away.
            "inline" if call.positional.is_empty() && self.whole.is_none() => {}
            "execution_options" => {}
            _ => return Err(unknown(span, format!("it is a statement with `{method}`"))),
        }
        Ok(())
    }

    pub(super) fn finish(self, value: &Value) -> Result<SqlStatement, Opaque> {
        let span = value.span;
        let FromItem::Table(table, None) = self.table.from.clone() else {
            return Err(unknown(span, "it changes something that is no table"));
        };
        let returning: Vec<Expression> =
            self.returning.iter().map(|element| element.expression.clone()).collect();
        match self.kind {
            ChangeKind::Insert => self.insert(table, returning, span),
            ChangeKind::Update => self.update(table, returning, span),
            ChangeKind::Delete => {
                let using = self.others(&table, &[], span)?;
                let where_ = self.conditions();
                Ok(SqlStatement::Delete(Box::new(Delete { table, where_, using, returning })))
            }
        }
    }

    fn insert(
        self,
        table: TableName,
        returning: Vec<Expression>,
        span: Span,
    ) -> Result<SqlStatement, Opaque> {
        let rows = self.rows()?;
        let mut rows: Vec<Vec<(Name, Expression)>> = rows
            .into_iter()
            .map(|row| row.into_iter().map(|(name, expression, _)| (name, expression)).collect())
            .collect();
        let mut returning = returning;
        if rows.is_empty() && self.from_select.is_none() {
            rows.push(self.all_later(span));
        } else if let Some(whole) = &self.whole {
            let returned = whole.returned(&rows, self.from_select.is_some(), &table, span)?;
            if returning.is_empty() {
                returning.extend(returned);
            }
        }
        let insert = Insert {
            table,
            columns: self.columns(),
            rows,
            from_select: self.from_select,
            on_conflict: self.on_conflict,
            returning,
        };
        Ok(SqlStatement::Insert(Box::new(insert)))
    }

    fn update(
        self,
        table: TableName,
        returning: Vec<Expression>,
        span: Span,
    ) -> Result<SqlStatement, Opaque> {
        let mut rows = self.rows()?;
        if rows.is_empty() {
            let row = self.all_later(span);
            rows.push(row.into_iter().map(|(name, expression)| (name, expression, Vec::new())).collect());
        } else if let Some(whole) = &self.whole {
            whole.updated(span)?;
        }
        if rows.len() != 1 || rows[0].is_empty() {
            return Err(unknown(span, "it is an update of several rows, or of none"));
        }
        let row = rows.remove(0);
        let more: Vec<Reading> = row.iter().flat_map(|(.., froms)| froms.clone()).collect();
        let from = self.others(&table, &more, span)?;
        let where_ = self.conditions();
        let columns = self.columns();
        let set = row.into_iter().map(|(name, expression, _)| (name, expression)).collect();
        Ok(SqlStatement::Update(Box::new(Update { table, columns, set, where_, from, returning })))
    }

    /// Without values, each column has one that is given later (sql/crud.py, `_get_crud_params`).
    fn all_later(&self, span: Span) -> Vec<(Name, Expression)> {
        let later = |(key, name, type_): &(String, Name, SqlType)| {
            let placeholder = Placeholder::Required(key.clone());
            let kind = ExpressionKind::Typed(PythonValue::None, type_.clone(), placeholder);
            (Name { span, ..name.clone() }, Expression { kind, span })
        };
        self.table.columns.iter().map(later).collect()
    }

    fn conditions(&self) -> Vec<Expression> {
        let conditions = processed(&Op::And, self.where_.clone());
        conditions.into_iter().map(|condition| condition.expression).collect()
    }

    /// Other tables that the conditions, then the values, bring in (sql/dml.py, `_make_extra_froms`).
    fn others(&self, table: &TableName, more: &[Reading], span: Span) -> Result<Vec<FromItem>, Opaque> {
        let mut items = vec![self.table.reading()];
        for condition in &self.where_ {
            items = merged(items, &condition.froms);
        }
        items = merged(items, more);
        let mut shown = shown(items, span)?;
        shown.retain(|item| *item != FromItem::Table(table.clone(), None));
        Ok(shown)
    }
}
