//! `CREATE TABLE` and what comes with it (alembic ddl/impl.py, `create_table`; SQLAlchemy sql/compiler.py,
//! `visit_create_table`).

use std::borrow::Cow;

use limbeck_types::{Column, Constraint, ConstraintKind, CreateTable, Index, Name, Opaque};

use super::column::{self, Place, autoincrement_column};
use super::constraint::{self, Owner, constraint};
use super::context::Context;
use super::naming::Convention;
use super::output::Output;
use super::primary_key::{PrimaryKey, counted_first, key_constraint, primary_key, refers};
use super::settings::usual_convention;
use super::sql::Sql;
use super::table_check::{check, is_early};
use super::table_options::suffix;
use super::type_check::type_checks;
use super::{comment, index, named_type, quote, sequence};

/// Everything that creating a table prints.
pub(crate) fn create(
    output: &mut Output,
    create: &CreateTable,
    memo: &mut named_type::Memo,
    convention: &Convention,
    context: Context,
) {
    let create: &CreateTable = &with_schemas(create);
    // A table that is created by itself has a metadata of its own.
    let convention = if create.through_op { convention } else { usual_convention() };
    if let Err(opaque) = check(create) {
        return output.opaque(opaque);
    }
    // The naming convention is applied while the table is put together, before anything is printed.
    let body = body(create, convention, context);
    if let Err(opaque) = &body
        && is_early(opaque)
    {
        return output.opaque(opaque.clone());
    }
    let mut own_memo = named_type::Memo::new();
    let memo = if create.through_op { memo } else { &mut own_memo };
    for column in &create.columns {
        named_type::with_table(output, &column.type_, create.table.schema.as_ref(), memo, context);
    }
    if !create.through_op {
        for sequence in create.columns.iter().filter_map(|column| column.sequence.as_ref()) {
            output.add(sequence::create(sequence, false, context));
        }
    }
    output.add(body);
    for index in column_indexes(create).iter().chain(&create.indexes) {
        output.add(index::create(&create.table, index, index::Of::Table, false, convention, context));
    }
    if let Some(text) = &create.comment {
        output.add(Ok(comment::on_table(&create.table, Some(text), context)));
    }
    for column in &create.columns {
        if let Some(text) = &column.comment {
            output.add(Ok(comment::on_column(&create.table, &column.name, text, context)));
        }
    }
}

/// `CREATE TABLE` by itself, of a table with a metadata of its own.
pub(crate) fn alone(create: &CreateTable, context: Context) -> Result<Sql, Opaque> {
    let create = with_schemas(create);
    check(&create)?;
    body(&create, usual_convention(), context)
}

/// The operation with its enums in the schema that they take from the table.
fn with_schemas(create: &CreateTable) -> Cow<'_, CreateTable> {
    if !create.columns.iter().any(|column| named_type::inherits_schema(&column.type_)) {
        return Cow::Borrowed(create);
    }
    let mut create = create.clone();
    for column in &mut create.columns {
        column.type_ = named_type::in_schema(&column.type_, create.table.schema.as_ref());
    }
    Cow::Owned(create)
}

/// Indexes of columns with `index=True`, which have no name yet.
fn column_indexes(create: &CreateTable) -> Vec<Index> {
    create.columns.iter().filter(|column| column.index).map(column_index).collect()
}

/// The index of a column with `index=True`.
pub(crate) fn column_index(column: &Column) -> Index {
    let kind = limbeck_types::ExpressionKind::Column {
        table: None,
        name: column.name.clone(),
        type_: column.type_.clone(),
    };
    let element = limbeck_types::Expression { kind, span: column.name.span };
    Index {
        name: None,
        span: column.span,
        elements: vec![element],
        unique: column.unique,
        options: Vec::new(),
    }
}

/// The constraint of a column with `unique=True`.
pub(crate) fn column_unique(column: &Column) -> Constraint {
    Constraint {
        name: None,
        kind: ConstraintKind::Unique { columns: vec![column.name.clone()] },
        span: column.span,
        deferrable: None,
        initially: None,
        comment: None,
        options: Vec::new(),
    }
}

fn body(create: &CreateTable, convention: &Convention, context: Context) -> Result<Sql, Opaque> {
    let table = &create.table;
    let key = primary_key(create);
    let constraints = constraints(create, &key, convention, context)?;
    let in_key: Vec<&Column> = key
        .columns
        .iter()
        .filter_map(|name| create.columns.iter().find(|column| column.name.text == name.text))
        .collect();
    let refers = |column: &Column| refers(create, column);
    let counted = autoincrement_column(&in_key, refers)?.map(|index| in_key[index].name.text.as_str());

    let mut sql = Sql::statement(context.call);
    sql.word("CREATE ");
    for prefix in &create.prefixes {
        sql.word(prefix).word(" ");
    }
    sql.word("TABLE ");
    if create.if_not_exists {
        sql.word("IF NOT EXISTS ");
    }
    sql.sourced(&quote::table(table, context), table.name.span).word(" (");
    let mut separator = "\n    ";
    for column in create.columns.iter().filter(|column| !column.system) {
        let in_primary_key =
            column.primary_key || key.columns.iter().any(|name| name.text == column.name.text);
        let autoincrements = counted == Some(column.name.text.as_str());
        sql.word(separator);
        column::specification(&mut sql, column, Place { in_primary_key, autoincrements }, context)
            .map_err(|opaque| in_column(opaque, table.name.text.as_str(), column))?;
        column::checks(&mut sql, column, table, convention, context)?;
        separator = ", \n    ";
    }
    let mut beside = Sql::new(context.call);
    beside.join(constraints, ", \n    ");
    if !beside.is_empty() {
        sql.word(separator).append(beside);
    }
    sql.word("\n)").append(suffix(create, context)?);
    Ok(sql)
}

/// An error of a column as `visit_create_table` words it.
fn in_column(mut opaque: Opaque, table: &str, column: &Column) -> Opaque {
    if let Some(error) = opaque.reason.strip_prefix("alembic raises: Can't") {
        opaque.reason =
            format!("alembic raises: (in table '{table}', column '{}'): Can't{error}", column.name.text);
        opaque.span = if opaque.span.is_empty() { column.span } else { opaque.span };
    }
    opaque
}

/// The table's constraints as SQLAlchemy orders them: the primary key, those that are written beside the columns, then those
/// of the columns; foreign keys that are to be added later are left out.
fn constraints(
    create: &CreateTable,
    key: &PrimaryKey<'_>,
    convention: &Convention,
    context: Context,
) -> Result<Vec<Sql>, Opaque> {
    let table = &create.table;
    let mut rendered = Vec::new();
    let beside = Owner { table, column: None, sees_referred: false };
    if !key.columns.is_empty() {
        let unordered = key_constraint(create, key);
        let name = constraint::name(&unordered, beside, convention)?;
        let ordered = counted_first(create, key, unordered)?;
        rendered.push(constraint::body(&ordered, name.as_ref(), None, context)?);
    }
    let mut add = |written: &Constraint, column: Option<&Name>| {
        let sql = constraint(written, Owner { column, ..beside }, convention, context)?;
        let is_later = matches!(&written.kind, ConstraintKind::ForeignKey(key) if key.use_alter);
        if !is_later {
            rendered.push(sql);
        }
        Ok(())
    };
    for written in &create.constraints {
        if !matches!(written.kind, ConstraintKind::PrimaryKey { .. }) {
            add(written, None)?;
        }
    }
    for column in &create.columns {
        if column.unique && !column.index {
            add(&column_unique(column), None)?;
        }
        for check in type_checks(column, context)? {
            add(&check, None)?;
        }
        for inner in &column.constraints {
            if matches!(inner.kind, ConstraintKind::ForeignKey(_)) {
                add(inner, Some(&column.name))?;
            }
        }
    }
    // An empty `UNIQUE` renders nothing, but keeps its place between the commas.
    Ok(rendered)
}
