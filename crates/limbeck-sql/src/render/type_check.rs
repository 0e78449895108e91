//! The check that an enum brings along which is no type of its own (SQLAlchemy sql/sqltypes.py, `Enum._set_table`).

use limbeck_types::{
    Column, Constraint, ConstraintKind, EnumType, Expression, ExpressionKind, Few, Literal, Name, Opaque,
    Placeholder, PythonValue, Span, SqlType, SqlTypeKind,
};

use super::context::{Context, raises};

/// The checks that the type of a column makes on Postgres: at most one.
pub(crate) fn type_checks(column: &Column, context: Context) -> Result<Vec<Constraint>, Opaque> {
    let _ = context;
    checks_of(&column.type_, &column.name, column.span)
}

/// The checks that a type makes for a column of this name.
pub(crate) fn checks_of(type_: &SqlType, column: &Name, span: Span) -> Result<Vec<Constraint>, Opaque> {
    match &type_.kind {
        SqlTypeKind::Enum(enum_) if is_checked(enum_) => Ok(vec![check(enum_, column, span)]),
        SqlTypeKind::Array { item, .. } => match &item.kind {
            SqlTypeKind::Enum(enum_) if is_checked(enum_) => Err(raises(
                span,
                "PostgreSQL dialect cannot produce the CHECK constraint for ARRAY of non-native ENUM; please specify \
                 create_constraint=False on this Enum datatype.",
            )),
            _ => Ok(Vec::new()),
        },
        _ => Ok(Vec::new()),
    }
}

fn is_checked(enum_: &EnumType) -> bool {
    !enum_.native && enum_.create_constraint
}

/// `CHECK (column IN ('a', 'b'))`.
fn check(enum_: &EnumType, column: &Name, span: Span) -> Constraint {
    let expression = |kind| Expression { kind, span: Span::default() };
    let text = SqlType {
        kind: SqlTypeKind::String { kind: limbeck_types::StringKind::Varchar, length: None, collation: None },
        span: Span::default(),
    };
    let labels = enum_.labels.iter().map(|label| {
        let literal = Literal { span, value: label.clone(), pieces: Few::default() };
        expression(ExpressionKind::Typed(PythonValue::Text(literal), text.clone(), Placeholder::Unknown))
    });
    let left = ExpressionKind::Column { table: None, name: column.clone(), type_: text.clone() };
    let condition = ExpressionKind::Binary {
        left: Box::new(expression(left)),
        operator: "IN".to_owned(),
        right: Box::new(expression(ExpressionKind::Tuple(labels.collect()))),
    };
    Constraint {
        name: enum_.name.clone(),
        kind: ConstraintKind::Check { condition: Expression { kind: condition, span } },
        span,
        deferrable: None,
        initially: None,
        comment: None,
        options: Vec::new(),
    }
}
