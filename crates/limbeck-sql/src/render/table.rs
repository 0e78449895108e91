//! `CREATE TABLE` and what comes with it (alembic ddl/impl.py, `create_table`; SQLAlchemy sql/compiler.py,
//! `visit_create_table`; dialects/postgresql/base.py, `post_create_table`).

use limbeck_types::{Column, Constraint, ConstraintKind, CreateTable, ForeignKey, Index, Name, Opaque, Span};

use super::column::{self, Place, autoincrement_column};
use super::constraint::{Owner, constraint, own_columns};
use super::context::{Context, is_raised, raises};
use super::naming::Convention;
use super::output::Output;
use super::sql::Sql;
use super::type_check::type_checks;
use super::{comment, index, named_type, options, quote, sequence};

/// Everything that creating a table prints.
pub(crate) fn create(
    output: &mut Output,
    create: &CreateTable,
    memo: &mut named_type::Memo,
    convention: &Convention,
    context: Context,
) {
    let create = &with_schemas(create);
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

/// Whether it is an error that comes up while the table is put together, before anything is compiled.
pub(crate) fn is_early(opaque: &Opaque) -> bool {
    let late = [
        "Can't generate DDL",
        "Identifier '",
        "Unexpected SQL phrase",
        "PostgreSQL ENUM type",
        "the type's name",
    ];
    is_raised(opaque) && !late.iter().any(|late| opaque.reason.contains(late))
}

/// The operation with its enums in the schema that they take from the table.
fn with_schemas(create: &CreateTable) -> CreateTable {
    let mut create = create.clone();
    for column in &mut create.columns {
        column.type_ = named_type::in_schema(&column.type_, create.table.schema.as_ref());
    }
    create
}

/// What SQLAlchemy refuses while the table is put together.
fn check(create: &CreateTable) -> Result<(), Opaque> {
    let table = &create.table.name.text;
    let has = |name: &str| create.columns.iter().any(|column| column.name.text == name);
    for (index, column) in create.columns.iter().enumerate() {
        if create.columns[..index].iter().any(|before| before.name.text == column.name.text) {
            let error =
                format!("A column with name '{}' is already present in table '{table}'.", column.name.text);
            return Err(raises(column.span, error));
        }
    }
    let absent = |kind: &str, name: &Name, span: Span| {
        raises(
            span,
            format_args!(
                "Can't create {kind} on table '{table}': no column named '{}' is present.",
                name.text
            ),
        )
    };
    for constraint in &create.constraints {
        let kind = match constraint.kind {
            ConstraintKind::PrimaryKey { .. } => "PrimaryKeyConstraint",
            ConstraintKind::Unique { .. } => "UniqueConstraint",
            ConstraintKind::ForeignKey(_) => "ForeignKeyConstraint",
            ConstraintKind::Check { .. } | ConstraintKind::Exclude { .. } => continue,
        };
        let columns = own_columns(constraint, None).unwrap_or_default();
        if let Some(name) = columns.into_iter().find(|name| !has(&name.text)) {
            return Err(absent(kind, name, constraint.span));
        }
    }
    for index in &create.indexes {
        for element in &index.elements {
            if let limbeck_types::ExpressionKind::Column { name, .. } = &element.kind
                && !has(&name.text)
            {
                return Err(absent("Index", name, index.span));
            }
        }
    }
    foreign_keys(create).try_for_each(|(key, span)| check_own_reference(create, key, span))
}

/// A foreign key to a column that the table itself does not have gets that column, which has no type.
fn check_own_reference(create: &CreateTable, key: &ForeignKey, span: Span) -> Result<(), Opaque> {
    let schema = |name: &Option<Name>| name.as_ref().map(|name| name.text.clone());
    let is_own = key.referred.name.text == create.table.name.text
        && schema(&key.referred.schema) == schema(&create.table.schema);
    let has = |name: &Name| create.columns.iter().any(|column| column.name.text == name.text);
    match key.referred_columns.iter().find(|name| is_own && !has(name)) {
        Some(name) => Err(raises(
            span,
            format_args!(
                "(in table '{}', column '{}'): Can't generate DDL for NullType()",
                create.table.name.text, name.text
            ),
        )),
        None => Ok(()),
    }
}

fn foreign_keys(create: &CreateTable) -> impl Iterator<Item = (&ForeignKey, Span)> {
    let inner = create.columns.iter().flat_map(|column| &column.constraints);
    inner.chain(&create.constraints).filter_map(|constraint| match &constraint.kind {
        ConstraintKind::ForeignKey(key) => Some((key, constraint.span)),
        _ => None,
    })
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

    let mut sql = Sql::new(context.call);
    sql.word("\nCREATE ");
    for prefix in &create.prefixes {
        sql.word(prefix).word(" ");
    }
    sql.word("TABLE ");
    if create.if_not_exists {
        sql.word("IF NOT EXISTS ");
    }
    sql.sourced(&quote::table(table, context), table.name.span).word(" (");
    let mut separator = "\n";
    for column in create.columns.iter().filter(|column| !column.system) {
        let in_primary_key =
            column.primary_key || key.columns.iter().any(|name| name.text == column.name.text);
        let autoincrements = counted == Some(column.name.text.as_str());
        let specified = column::specification(column, Place { in_primary_key, autoincrements }, context)
            .map_err(|opaque| in_column(opaque, table.name.text.as_str(), column))?;
        let checks = column::checks(column, table, convention, context)?;
        sql.word(separator).word("\t").append(specified).append(checks);
        separator = ", \n";
    }
    let mut beside = Sql::new(context.call);
    beside.join(constraints, ", \n\t");
    if !beside.is_empty() {
        sql.word(separator).word("\t").append(beside);
    }
    sql.word("\n)").append(suffix(create, context)?).word("\n\n");
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

/// The primary key of a table.
struct PrimaryKey<'a> {
    /// Its columns, in the key's order.
    columns: Vec<&'a Name>,
    /// The constraint, where one is written.
    constraint: Option<&'a Constraint>,
}

/// The last constraint wins over the flags of columns; an empty one takes them on.
fn primary_key(create: &CreateTable) -> PrimaryKey<'_> {
    let flagged: Vec<&Name> =
        create.columns.iter().filter(|column| column.primary_key).map(|column| &column.name).collect();
    let written = create.constraints.iter().rev().find_map(|constraint| match &constraint.kind {
        ConstraintKind::PrimaryKey { columns } => Some((constraint, columns)),
        _ => None,
    });
    match written {
        Some((constraint, columns)) if !columns.is_empty() => {
            PrimaryKey { columns: columns.iter().collect(), constraint: Some(constraint) }
        }
        Some((constraint, _)) => PrimaryKey { columns: flagged, constraint: Some(constraint) },
        None => PrimaryKey { columns: flagged, constraint: None },
    }
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
        rendered.push(constraint(&key_constraint(create, key)?, beside, convention, context)?);
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

/// The primary key as a constraint; one that is made of flags has the column that counts up first.
fn key_constraint(create: &CreateTable, key: &PrimaryKey<'_>) -> Result<Constraint, Opaque> {
    let mut columns: Vec<Name> = key.columns.iter().map(|name| (*name).clone()).collect();
    if let Some(written) = key.constraint {
        return Ok(Constraint { kind: ConstraintKind::PrimaryKey { columns }, ..written.clone() });
    }
    let flagged: Vec<&Column> = create.columns.iter().filter(|column| column.primary_key).collect();
    if let Some(counted) = autoincrement_column(&flagged, |column| refers(create, column))? {
        let counted = columns.remove(counted);
        columns.insert(0, counted);
    }
    Ok(Constraint {
        name: None,
        kind: ConstraintKind::PrimaryKey { columns },
        span: flagged.first().map(|column| column.span).unwrap_or_default(),
        deferrable: None,
        initially: None,
        comment: None,
        options: Vec::new(),
    })
}

/// Whether a foreign key of the table starts at the column.
fn refers(create: &CreateTable, column: &Column) -> bool {
    let inside = column.constraints.iter().any(|inner| matches!(inner.kind, ConstraintKind::ForeignKey(_)));
    let beside = create.constraints.iter().any(|constraint| match &constraint.kind {
        ConstraintKind::ForeignKey(key) => key.columns.iter().any(|name| name.text == column.name.text),
        _ => false,
    });
    inside || beside
}

/// What stands behind the closing parenthesis.
fn suffix(create: &CreateTable, context: Context) -> Result<Sql, Opaque> {
    let given = &create.options;
    let mut sql = Sql::new(context.call);
    if options::value(given, "inherits")?.is_some() {
        let parents: Vec<String> = options::texts(given, "inherits")?
            .iter()
            .map(|parent| quote::text(&parent.value, context))
            .collect();
        sql.word("\n INHERITS (").word(&parents.join(", ")).word(")");
    }
    if let Some(text) = options::text(given, "partition_by")? {
        sql.word("\n PARTITION BY ").literal(text);
    }
    if let Some(text) = options::text(given, "using")? {
        sql.word("\n USING ").literal(text);
    }
    if let Some(parameters) = options::with_clause(given)? {
        sql.word("\n WITH (").word(&parameters).word(")");
    }
    match options::flag(given, "with_oids")? {
        Some(true) => sql.word("\n WITH OIDS"),
        Some(false) => sql.word("\n WITHOUT OIDS"),
        None => &mut sql,
    };
    if let Some(text) = options::text(given, "on_commit")? {
        sql.word("\n ON COMMIT ").sourced(&text.value.replace('_', " ").to_uppercase(), text.span);
    }
    if let Some(text) = options::text(given, "tablespace")? {
        sql.word("\n TABLESPACE ").sourced(&quote::text(&text.value, context), text.span);
    }
    Ok(sql)
}
