//! Constraints that stand beside or inside columns (SQLAlchemy sql/schema.py, dialects/postgresql/ext.py).

use limbeck_types::{Constraint, ConstraintKind, Expression, ForeignKey, Name, Opaque, Span, SqlType};

use super::foreign_key::target;
use super::options::{self, Target};
use super::scalar::{entries, flag, items, name, raises, text, truth, unknown};
use super::signature::{Bound, bind};
use super::table::column_name;
use super::{sql_expression, symbol};
use crate::follow::value::{Call, Kind, Value};

/// The constraint that a value is; nothing where it is another construct.
pub(crate) fn constraint(value: &Value) -> Option<Result<Constraint, Opaque>> {
    let Kind::Call(call) = &value.kind else { return None };
    let (_, construct) = symbol::of_value(value)?;
    Some(match construct.as_str() {
        "PrimaryKeyConstraint" => primary_key(call),
        "UniqueConstraint" => unique(call),
        "CheckConstraint" => check(call),
        "ForeignKeyConstraint" => foreign_key(call),
        "ExcludeConstraint" => exclude(call),
        _ => return None,
    })
}

fn primary_key(call: &Call) -> Result<Constraint, Opaque> {
    let bound = bind(
        call,
        "PrimaryKeyConstraint.__init__(self, *columns, name=, deferrable=, initially=, info=, \
         _implicit_generated=, comment=, **kw)",
    )?;
    let columns = bound.rest.iter().map(|column| column_name(column)).collect::<Result<_, _>>()?;
    common(&bound, ConstraintKind::PrimaryKey { columns }, Target::PrimaryKey)
}

fn unique(call: &Call) -> Result<Constraint, Opaque> {
    let bound = bind(
        call,
        "UniqueConstraint.__init__(self, *columns, name=, deferrable=, initially=, info=, _autoattach=, \
         _column_flag=, comment=, **kw)",
    )?;
    let columns = bound.rest.iter().map(|column| column_name(column)).collect::<Result<_, _>>()?;
    common(&bound, ConstraintKind::Unique { columns }, Target::Unique)
}

fn check(call: &Call) -> Result<Constraint, Opaque> {
    let bound = bind(
        call,
        "CheckConstraint.__init__(self, sqltext, name=, deferrable=, initially=, table=, info=, _create_rule=, \
         _autoattach=, _type_bound=, comment=, **kw)",
    )?;
    let condition = sql_expression(bound.need("sqltext")?);
    common(&bound, ConstraintKind::Check { condition }, Target::Check)
}

fn foreign_key(call: &Call) -> Result<Constraint, Opaque> {
    let bound = bind(
        call,
        "ForeignKeyConstraint.__init__(self, columns, refcolumns, name=, onupdate=, ondelete=, deferrable=, \
         initially=, use_alter=, link_to_name=, match=, table=, info=, comment=, **kw)",
    )?;
    let columns: Vec<_> = items(bound.need("columns")?)?.iter().map(column_name).collect::<Result<_, _>>()?;
    let targets: Vec<_> = items(bound.need("refcolumns")?)?.iter().map(target).collect::<Result<_, _>>()?;
    let Some(first) = targets.first().filter(|_| columns.len() == targets.len()) else {
        return Err(raises(
            call.span,
            "ArgumentError: ForeignKeyConstraint number of constrained columns must match the number of referenced \
             columns.",
        ));
    };
    let referred = first.table.clone();
    let key = |table: &limbeck_types::TableName| {
        (table.schema.as_ref().map(|schema| schema.text.clone()), table.name.text.clone())
    };
    if targets.iter().any(|target| key(&target.table) != key(&referred)) {
        return Err(raises(
            call.span,
            "ArgumentError: ForeignKeyConstraint refers to multiple remote tables",
        ));
    }
    let referred_columns = targets.into_iter().map(|target| target.column).collect();
    let foreign_key = references(&bound, columns, referred, referred_columns)?;
    common(&bound, ConstraintKind::ForeignKey(foreign_key), Target::ForeignKey)
}

/// `ForeignKey("t.c")` inside a column, and the type of the column that it refers to, where that is known.
pub(crate) fn column_foreign_key(call: &Call) -> Result<(Constraint, Option<SqlType>), Opaque> {
    let bound = bind(
        call,
        "ForeignKey.__init__(self, column, _constraint=, use_alter=, name=, onupdate=, ondelete=, deferrable=, \
         initially=, link_to_name=, match=, info=, comment=, _unresolvable=, **kw)",
    )?;
    let target = target(bound.need("column")?)?;
    let foreign_key = references(&bound, Vec::new(), target.table, vec![target.column])?;
    let constraint = common(&bound, ConstraintKind::ForeignKey(foreign_key), Target::ForeignKey)?;
    Ok((constraint, target.type_))
}

/// The foreign key of a directive or construct, with what is said of its actions.
pub(crate) fn references(
    bound: &Bound<'_>,
    columns: Vec<Name>,
    referred: limbeck_types::TableName,
    referred_columns: Vec<Name>,
) -> Result<ForeignKey, Opaque> {
    Ok(ForeignKey {
        columns,
        referred,
        referred_columns,
        ondelete: bound.optional("ondelete", text)?,
        onupdate: bound.optional("onupdate", text)?,
        match_: bound.optional("match", text)?,
        use_alter: flag(bound.get("use_alter"), false)?,
    })
}

fn exclude(call: &Call) -> Result<Constraint, Opaque> {
    let bound = bind(
        call,
        "ExcludeConstraint.__init__(self, *elements, name=, deferrable=, initially=, using=, where=, ops=, info=, \
         comment=, **kw)",
    )?;
    let elements = exclude_elements(&bound.rest)?;
    let kind = exclude_kind(&bound, elements)?;
    common(&bound, kind, Target::Other)
}

/// The columns and operators of an exclude constraint.
pub(crate) fn exclude_elements(elements: &[&Value]) -> Result<Vec<(Expression, String)>, Opaque> {
    let element = |value: &&Value| {
        let pair = items(value)?;
        let [column, operator] = pair.as_slice() else { return Err(unknown(value)) };
        Ok((super::index::element(column), text(operator)?))
    };
    elements.iter().map(element).collect()
}

/// An exclude constraint of the elements given.
pub(crate) fn exclude_kind(
    bound: &Bound<'_>,
    elements: Vec<(Expression, String)>,
) -> Result<ConstraintKind, Opaque> {
    let ops = bound.optional("ops", entries)?.unwrap_or_default();
    Ok(ConstraintKind::Exclude {
        elements,
        using: bound.optional("using", text)?,
        where_: bound.optional("where", |value| Ok(sql_expression(value)))?,
        ops: ops
            .iter()
            .map(|(column, class)| Ok((column.clone(), text(class)?)))
            .collect::<Result<_, _>>()?,
    })
}

/// What all constraints take.
pub(crate) fn common(bound: &Bound<'_>, kind: ConstraintKind, target: Target) -> Result<Constraint, Opaque> {
    let name = bound.optional("name", name)?;
    made(bound, name, kind, target, bound.call.span)
}

/// A constraint of the name given, with what `bound` says of the rest.
pub(crate) fn made(
    bound: &Bound<'_>,
    name: Option<Name>,
    kind: ConstraintKind,
    target: Target,
    span: Span,
) -> Result<Constraint, Opaque> {
    Ok(Constraint {
        name,
        kind,
        span,
        deferrable: bound.optional("deferrable", truth)?,
        initially: bound.optional("initially", text)?,
        comment: bound.optional("comment", text)?,
        options: options::postgresql(&bound.others, target)?,
    })
}
