//! What is executed: text, DDL, `insert`, `update`, `delete`, `select` with what is chained to them (SQLAlchemy sql/dml.py,
//! sql/crud.py).

use limbeck_types::{
    BulkInsert, Delete, Expression, ExpressionKind, FromItem, Insert, Name, OnConflict, Opaque, Select,
    SqlStatement, SqlType, SqlTypeKind, TableName, Update,
};

use super::element::{Element, Reading, Role, merged, processed};
use super::operator::Op;
use super::read::{condition, element, scalar, symbol};
use super::source::{Source, shown, source};
use super::typing::{raises, unknown};
use super::whole::{self, Whole};
use super::{python, select, sql_text};
use crate::constructs;
use crate::follow::value::{Call, Kind, Value};

/// What is executed.
pub(super) fn statement(value: &Value) -> Result<SqlStatement, Opaque> {
    if let Some(text) = sql_text(value) {
        return Ok(SqlStatement::Text(text));
    }
    let Kind::Call(call) = &value.kind else { return Err(constructs::unknown(value)) };
    if let Some(made) = ddl(call)? {
        return Ok(made);
    }
    if let Some(changed) = Change::read(value)? {
        return changed.finish(value);
    }
    if let Some(selected) = select::read(value)? {
        return Ok(SqlStatement::Select(Box::new(selected.select)));
    }
    let found = element(value)?;
    match (&found.expression.kind, &found.role) {
        (ExpressionKind::Text(text), _) => Ok(SqlStatement::Text(text.clone())),
        _ => Ok(SqlStatement::Expression(found.expression)),
    }
}

/// Constructs of DDL that are executed by themselves.
fn ddl(call: &Call) -> Result<Option<SqlStatement>, Opaque> {
    let path = constructs::dotted(&call.callee);
    let Some(construct) = path.as_deref().and_then(constructs::construct) else { return Ok(None) };
    Ok(Some(match construct.name {
        "DDL" => {
            let bound = constructs::bind(call, "DDL(statement, context=)")?;
            let literal = constructs::literal(bound.need("statement")?)?;
            match (bound.get("context"), literal.value.contains('%')) {
                (None, false) => SqlStatement::Ddl(literal),
                _ => return Err(unknown(call.span, "it is DDL with `%`, which Python formats")),
            }
        }
        "CreateSequence" | "DropSequence" => {
            let bound = constructs::bind(call, "CreateSequence(element, if_not_exists=, if_exists=)")?;
            let Kind::Call(inner) = &bound.need("element")?.kind else {
                return Err(unknown(call.span, "it is of a sequence that is not known"));
            };
            let sequence = constructs::sequence(inner)?;
            match construct.name {
                "CreateSequence" => SqlStatement::CreateSequence(
                    sequence,
                    constructs::flag(bound.get("if_not_exists"), false)?,
                ),
                _ => SqlStatement::DropSequence(sequence, constructs::flag(bound.get("if_exists"), false)?),
            }
        }
        "CreateSchema" => {
            let bound = constructs::bind(call, "CreateSchema(name, if_not_exists=)")?;
            let name = constructs::name(bound.need("name")?)?;
            SqlStatement::CreateSchema(name, constructs::flag(bound.get("if_not_exists"), false)?)
        }
        "DropSchema" => {
            let bound = constructs::bind(call, "DropSchema(name, cascade=, if_exists=)")?;
            let name = constructs::name(bound.need("name")?)?;
            let cascade = constructs::flag(bound.get("cascade"), false)?;
            SqlStatement::DropSchema(name, constructs::flag(bound.get("if_exists"), false)?, cascade)
        }
        _ => return Ok(None),
    }))
}

/// What columns are given, and what that reads from.
type Row = Vec<(Name, Expression, Vec<Reading>)>;

/// An insert, update or delete in the making.
struct Change<'v> {
    kind: ChangeKind,
    table: Source,
    whole: Option<Whole>,
    /// `postgresql.insert`.
    postgresql: bool,
    values: Vec<&'v Value>,
    keywords: Vec<(&'v str, &'v Value)>,
    where_: Vec<Element>,
    returning: Vec<Element>,
    from_select: Option<(Vec<Name>, Box<Select>)>,
    on_conflict: Option<OnConflict>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum ChangeKind {
    Insert,
    Update,
    Delete,
}

impl<'v> Change<'v> {
    /// The statement that a value is; nothing where it is something else.
    fn read(value: &'v Value) -> Result<Option<Self>, Opaque> {
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

    fn new(kind: ChangeKind, table: Source, whole: Option<Whole>, postgresql: bool) -> Self {
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

    /// What Python calls a column: its key, or the column itself.
    fn key(&self, value: &Value) -> Result<(String, limbeck_types::Span), Opaque> {
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
                        Ok((self.name(&key, span), expression, froms))
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
                        Ok((self.name(key, value.span), expression, froms))
                    })
                    .collect()
            }
            _ => Err(constructs::unknown(value)),
        }
    }

    /// The database's name of the column that Python calls `key`; what is no column keeps its name, and raises later.
    fn name(&self, key: &str, span: limbeck_types::Span) -> Name {
        match self.table.columns.iter().find(|(known, ..)| known == key) {
            Some((_, name, _)) => Name { span, ..name.clone() },
            None => Name::new(key, span),
        }
    }

    /// The rows in the order of `values(…)`.
    fn rows(&self) -> Result<Vec<Row>, Opaque> {
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
            Ok((self.name(key, value.span), expression, froms))
        });
        Ok(vec![row.collect::<Result<_, Opaque>>()?])
    }

    fn conflict(&mut self, method: &str, call: &'v Call) -> Result<(), Opaque> {
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

    fn columns(&self) -> Vec<(Name, SqlType)> {
        self.table.columns.iter().map(|(_, name, type_)| (name.clone(), type_.clone())).collect()
    }

    fn finish(self, value: &Value) -> Result<SqlStatement, Opaque> {
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
        span: limbeck_types::Span,
    ) -> Result<SqlStatement, Opaque> {
        let rows = self.rows()?;
        let rows: Vec<Vec<(Name, Expression)>> = rows
            .into_iter()
            .map(|row| row.into_iter().map(|(name, expression, _)| (name, expression)).collect())
            .collect();
        let mut returning = returning;
        if let Some(whole) = &self.whole {
            let returned = whole.returned(&rows, self.from_select.is_some(), &table, span)?;
            if returning.is_empty() {
                returning.extend(returned);
            }
        }
        if rows.is_empty() && self.from_select.is_none() {
            return Err(unknown(
                span,
                "its values are given later, and the driver says how they are printed",
            ));
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
        span: limbeck_types::Span,
    ) -> Result<SqlStatement, Opaque> {
        if let Some(whole) = &self.whole {
            whole.updated(span)?;
        }
        let mut rows = self.rows()?;
        if rows.len() != 1 || rows[0].is_empty() {
            return Err(unknown(
                span,
                "its values are given later, and the driver says how they are printed",
            ));
        }
        let row = rows.remove(0);
        let more: Vec<Reading> = row.iter().flat_map(|(.., froms)| froms.clone()).collect();
        let from = self.others(&table, &more, span)?;
        let where_ = self.conditions();
        let columns = self.columns();
        let set = row.into_iter().map(|(name, expression, _)| (name, expression)).collect();
        Ok(SqlStatement::Update(Box::new(Update { table, columns, set, where_, from, returning })))
    }

    fn conditions(&self) -> Vec<Expression> {
        let conditions = processed(&Op::And, self.where_.clone());
        conditions.into_iter().map(|condition| condition.expression).collect()
    }

    /// Other tables that the conditions, then the values, bring in (sql/dml.py, `_make_extra_froms`).
    fn others(
        &self,
        table: &TableName,
        more: &[Reading],
        span: limbeck_types::Span,
    ) -> Result<Vec<FromItem>, Opaque> {
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

/// What a column is given: a Python value stays one and takes the column's type; a construct is an expression.
fn given(value: &Value) -> Result<(Expression, Vec<Reading>), Opaque> {
    let span = value.span;
    if python::is_python(value) {
        return Ok((
            Expression { kind: ExpressionKind::Value(python::python_value(value)?), span },
            Vec::new(),
        ));
    }
    let found = scalar(element(value)?);
    match found.expression.kind {
        ExpressionKind::Typed(python, type_) if type_.kind == SqlTypeKind::Null => {
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

/// `op.bulk_insert(table, rows)`.
pub(super) fn bulk_insert(table: &Value, rows: &Value) -> Result<BulkInsert, Opaque> {
    let Some(found) = source(table)? else { return Err(constructs::unknown(table)) };
    let FromItem::Table(name, None) = &found.from else { return Err(constructs::unknown(table)) };
    let Kind::List(_) = &rows.kind else {
        return Err(match rows.kind {
            Kind::Tuple(_) | Kind::Dict(_) | Kind::Set(_) => raises(rows.span, "TypeError: List expected"),
            _ => constructs::unknown(rows),
        });
    };
    let name = name.clone();
    let columns = found.columns.iter().map(|(_, name, type_)| (name.clone(), type_.clone())).collect();
    let whole = whole::read(table)?;
    let change = Change::new(ChangeKind::Insert, found, whole, false);
    let mut read = Vec::new();
    for row in constructs::items(rows)? {
        let Kind::Dict(_) = row.kind else { return Err(constructs::unknown(&row)) };
        let mut values = Vec::new();
        for (key, value) in constructs::entries(&row)? {
            let expression = match (python::is_python(&value), inlined(&value)) {
                (true, _) => Expression {
                    kind: ExpressionKind::Value(python::python_value(&value)?),
                    span: value.span,
                },
                // `inline_literal` has a type of its own.
                (false, true) => element(&value)?.expression,
                (false, false) => {
                    let known = element(&value)?;
                    let uuid = matches!(type_of(&change, &key), Some(SqlTypeKind::Uuid { .. }));
                    return Err(match uuid || known.role == Role::Bind {
                        true => unknown(value.span, "it is a construct that alembic takes for a value"),
                        false => raises(
                            value.span,
                            "CompileError: Could not render literal value: it is no plain value",
                        ),
                    });
                }
            };
            values.push((change.name(&key, value.span), expression));
        }
        if let Some(whole) = &change.whole {
            whole.bulk(&values, row.span)?;
        }
        read.push(values);
    }
    Ok(BulkInsert { table: name, columns, rows: read, multiinsert: true })
}

fn type_of<'c>(change: &'c Change<'_>, key: &str) -> Option<&'c SqlTypeKind> {
    change.table.columns.iter().find(|(known, ..)| known == key).map(|(.., type_)| &type_.kind)
}

fn inlined(value: &Value) -> bool {
    let Kind::Call(call) = &value.kind else { return false };
    constructs::dotted(&call.callee).is_some_and(|path| path == "alembic.op.inline_literal")
}
