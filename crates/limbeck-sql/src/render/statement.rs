//! What is executed: text, insert, update, delete, select (SQLAlchemy sql/compiler.py, `SQLCompiler`; sql/crud.py; alembic
//! ddl/impl.py, `_exec`).

use limbeck_types::{
    BulkInsert, Delete, Execute, Expression, ExpressionKind, FromItem, Insert, Literal, Name, OnConflict,
    Opaque, Placeholder, PythonValue, Span, SqlStatement, SqlType, SqlTypeKind, Update,
};

use super::context::{Context, raises, unknown};
use super::expression::Pen;
use super::statement_select::{all_of, columns, from_item, render, table_item};
use super::{placeholder, statement_text};

/// The statements that executing it prints.
pub(crate) fn statement(execute: &Execute, context: Context) -> Result<Vec<Literal>, Opaque> {
    // Parameters that are passed beside it are lost offline (runtime/migration.py, `_stdout_connection`).
    let mut pen = Pen::new(context);
    match &execute.statement {
        SqlStatement::Text(text) => statement_text::text(&mut pen, text)?,
        SqlStatement::Ddl(literal) => statement_text::plain(&mut pen, literal, 0..literal.value.len()),
        SqlStatement::Insert(statement) => insert(&mut pen, statement)?,
        SqlStatement::Update(statement) => update(&mut pen, statement)?,
        SqlStatement::Delete(statement) => delete(&mut pen, statement)?,
        SqlStatement::Select(select) => render(&mut pen, select, context.call)?,
        SqlStatement::Expression(expression) => match &expression.kind {
            // What is no statement is compiled by itself.
            ExpressionKind::Function { .. } | ExpressionKind::NextValue(_) => pen.expression(expression)?,
            ExpressionKind::Opaque(opaque) => return Err(opaque.clone()),
            _ => return Err(unknown(expression.span, "it is no statement")),
        },
        SqlStatement::Opaque(opaque) => return Err(opaque.clone()),
        SqlStatement::CreateSequence(..)
        | SqlStatement::DropSequence(..)
        | SqlStatement::CreateSchema(..)
        | SqlStatement::DropSchema(..)
        | SqlStatement::CreateIndex(..)
        | SqlStatement::CreateTable(..)
        | SqlStatement::DropTable(..)
        | SqlStatement::Enum(..) => return Err(unknown(context.call, "it is DDL that is not rendered here")),
    }
    Ok(vec![pen.writer.statement(context.call)])
}

/// `op.bulk_insert` offline: one statement for each row, its values always literals (alembic ddl/impl.py, `bulk_insert`).
pub(crate) fn bulk_insert(bulk: &BulkInsert, context: Context) -> Result<Vec<Literal>, Opaque> {
    let rows = bulk.rows.iter().map(|row| {
        let mut pen = Pen::new(context);
        let row = row.iter().map(|(name, value)| (name.clone(), as_literal(name, value, bulk))).collect();
        let insert = Insert {
            table: bulk.table.clone(),
            columns: bulk.columns.clone(),
            rows: vec![row],
            from_select: None,
            on_conflict: None,
            returning: Vec::new(),
        };
        self::insert(&mut pen, &insert)?;
        Ok(pen.writer.statement(context.call))
    });
    rows.collect()
}

/// A value that is a literal whatever env.py says; what Python would make stays a bind.
fn as_literal(name: &Name, value: &Expression, bulk: &BulkInsert) -> Expression {
    let type_ = bulk.columns.iter().find(|(column, _)| column.text == name.text).map(|(_, type_)| type_);
    match (&value.kind, type_) {
        (ExpressionKind::Value(python), Some(type_)) => {
            let kind = ExpressionKind::Typed(python.clone(), type_.clone(), Placeholder::Never);
            Expression { kind, span: value.span }
        }
        _ => value.clone(),
    }
}

fn insert(pen: &mut Pen, insert: &Insert) -> Result<(), Opaque> {
    let call = pen.context.call;
    pen.made("INSERT INTO ", call);
    pen.table(&insert.table);
    if let Some((names, select)) = &insert.from_select {
        pen.made(" (", call);
        separated_names(pen, names);
        pen.made(") ", call);
        render(pen, select, call)?;
    } else {
        values(pen, insert)?;
    }
    if let Some(conflict) = &insert.on_conflict {
        pen.made(" ", call);
        on_conflict(pen, conflict, insert)?;
    }
    returning(pen, &insert.returning)
}

/// `(columns) VALUES (row), (row)`.
fn values(pen: &mut Pen, insert: &Insert) -> Result<(), Opaque> {
    let call = pen.context.call;
    let [first, others @ ..] = insert.rows.as_slice() else {
        return Err(unknown(call, "its values are given later"));
    };
    if first.is_empty() && others.is_empty() {
        pen.made(" DEFAULT VALUES", call);
        return Ok(());
    }
    let rows =
        insert.rows.iter().map(|row| in_order(row, &insert.columns, call)).collect::<Result<Vec<_>, _>>()?;
    pen.made(" (", call);
    let names: Vec<Name> = rows[0].iter().map(|(column, _)| column.0.clone()).collect();
    separated_names(pen, &names);
    pen.made(") VALUES ", call);
    for (row_number, row) in rows.iter().enumerate() {
        let other_columns =
            row.iter().map(|(column, _)| &column.0.text).ne(names.iter().map(|name| &name.text));
        if other_columns {
            return Err(unknown(call, "its rows do not have the same columns"));
        }
        pen.made(if row_number == 0 { "(" } else { ", (" }, call);
        for (index, (column, value)) in row.iter().enumerate() {
            if index > 0 {
                pen.made(", ", call);
            }
            // Values of several rows are told apart.
            let name = match rows.len() {
                1 => column.0.text.clone(),
                _ => format!("{}_m{row_number}", column.0.text),
            };
            assigned(pen, value, &column.1, Some(&name))?;
        }
        pen.made(")", call);
    }
    Ok(())
}

type Assigned<'s> = (&'s (Name, SqlType), &'s Expression);

/// A row in the order of the table's columns (crud.py, `_get_crud_params`).
fn in_order<'s>(
    row: &'s [(Name, Expression)],
    columns: &'s [(Name, SqlType)],
    call: Span,
) -> Result<Vec<Assigned<'s>>, Opaque> {
    let lost: Vec<&str> = row
        .iter()
        .map(|(name, _)| name.text.as_str())
        .filter(|name| !columns.iter().any(|(known, _)| known.text == *name))
        .collect();
    if !lost.is_empty() {
        return Err(raises(call, format!("Unconsumed column names: {}", lost.join(", "))));
    }
    let value =
        |column: &Name| row.iter().rev().find(|(name, _)| name.text == column.text).map(|(_, value)| value);
    Ok(columns.iter().filter_map(|column| Some((column, value(&column.0)?))).collect())
}

/// What a column gets: a Python value takes the column's type, and its name if there is one.
fn assigned(pen: &mut Pen, value: &Expression, type_: &SqlType, name: Option<&str>) -> Result<(), Opaque> {
    match (&value.kind, name) {
        (ExpressionKind::Value(_), Some(name)) if !pen.context.literal_binds() => {
            return placeholder::column(pen, name, type_, value.span);
        }
        // A bind without a name is given the column's (sql/crud.py, `_handle_values_anonymous_param`).
        (ExpressionKind::Typed(_, type_, Placeholder::Anonymous(_)), Some(name))
            if !pen.context.literal_binds() =>
        {
            return placeholder::column(pen, name, type_, value.span);
        }
        _ => {}
    }
    match &value.kind {
        ExpressionKind::Value(PythonValue::None) if pen.context.literal_binds() => {
            // A type decorator may make something else of it.
            match &type_.kind {
                SqlTypeKind::Opaque(opaque) => Err(opaque.clone()),
                _ => {
                    pen.made("NULL", value.span);
                    Ok(())
                }
            }
        }
        ExpressionKind::Value(python) => {
            let placeholder = Placeholder::Anonymous("param".to_owned());
            let kind = ExpressionKind::Typed(python.clone(), type_.clone(), placeholder);
            pen.expression(&Expression { kind, span: value.span })
        }
        // A bind without a type takes the column's.
        ExpressionKind::Typed(python, known, placeholder) if known.kind == SqlTypeKind::Null => {
            let kind = ExpressionKind::Typed(python.clone(), type_.clone(), placeholder.clone());
            pen.expression(&Expression { kind, span: value.span })
        }
        _ => pen.expression(value),
    }
}

fn update(pen: &mut Pen, update: &Update) -> Result<(), Opaque> {
    let call = pen.context.call;
    if update.set.is_empty() {
        return Err(unknown(call, "its values are given later"));
    }
    pen.enclosing = enclosing(table_item(&update.table), &update.from);
    pen.made("UPDATE ", call);
    pen.table(&update.table);
    pen.made(" SET ", call);
    for (index, ((name, type_), value)) in
        in_order(&update.set, &update.columns, call)?.into_iter().enumerate()
    {
        if index > 0 {
            pen.made(", ", call);
        }
        pen.name(name);
        pen.made("=", call);
        assigned(pen, value, type_, Some(&name.text))?;
    }
    others(pen, &update.from, " FROM ")?;
    all_of(pen, &update.where_, " WHERE ", call)?;
    returning(pen, &update.returning)
}

fn delete(pen: &mut Pen, delete: &Delete) -> Result<(), Opaque> {
    let call = pen.context.call;
    pen.enclosing = enclosing(table_item(&delete.table), &delete.using);
    pen.made("DELETE FROM ", call);
    pen.table(&delete.table);
    others(pen, &delete.using, " USING ")?;
    all_of(pen, &delete.where_, " WHERE ", call)?;
    returning(pen, &delete.returning)
}

fn enclosing(table: FromItem, others: &[FromItem]) -> Vec<FromItem> {
    std::iter::once(table).chain(others.iter().cloned()).collect()
}

/// The other tables that an update or delete brings in.
fn others(pen: &mut Pen, items: &[FromItem], keyword: &str) -> Result<(), Opaque> {
    let call = pen.context.call;
    for (index, item) in items.iter().enumerate() {
        pen.made(if index == 0 { keyword } else { ", " }, call);
        from_item(pen, item, call)?;
    }
    Ok(())
}

/// `ON CONFLICT` (dialects/postgresql/base.py, `visit_on_conflict_do_update`).
fn on_conflict(pen: &mut Pen, conflict: &OnConflict, insert: &Insert) -> Result<(), Opaque> {
    let call = pen.context.call;
    pen.made("ON CONFLICT", call);
    let outer = pen.context;
    if let Some(constraint) = &conflict.constraint {
        pen.made(" ON CONSTRAINT ", call);
        pen.name(constraint);
    } else if !conflict.elements.is_empty() {
        pen.context.include_table = false;
        pen.made(" (", call);
        pen.separated(&conflict.elements, ", ")?;
        pen.made(")", call);
        if let Some(condition) = &conflict.index_where {
            pen.made(" WHERE ", call);
            pen.expression(condition)?;
        }
        pen.context = outer;
    }
    if conflict.set.is_empty() {
        pen.made(" DO NOTHING", call);
        return Ok(());
    }
    pen.made(" DO UPDATE SET ", call);
    for (index, ((name, type_), value)) in
        in_order(&conflict.set, &insert.columns, call)?.into_iter().enumerate()
    {
        if index > 0 {
            pen.made(", ", call);
        }
        pen.name(name);
        pen.made(" = ", call);
        assigned(pen, value, type_, None)?;
    }
    if let Some(condition) = &conflict.where_ {
        pen.made(" WHERE ", call);
        pen.expression(condition)?;
    }
    Ok(())
}

fn returning(pen: &mut Pen, returned: &[Expression]) -> Result<(), Opaque> {
    if returned.is_empty() {
        return Ok(());
    }
    let call = pen.context.call;
    pen.made(" RETURNING ", call);
    columns(pen, returned, call)
}

fn separated_names(pen: &mut Pen, names: &[Name]) {
    for (index, name) in names.iter().enumerate() {
        if index > 0 {
            pen.made(", ", pen.context.call);
        }
        pen.name(name);
    }
}
