//! Types: the constructs of SQLAlchemy that say what a column holds, as they compile on Postgres (sqltypes.py,
//! dialects/postgresql/types.py, and what the other dialects' types inherit from them).

mod custom;
mod dialects;
mod enumerated;
mod generic;

use limbeck_types::{Opaque, SqlType, SqlTypeKind};

pub(crate) use enumerated::enum_type;

use super::scalar::{blame, items, text, unknown};
use super::symbol;
use crate::follow::value::{Call, Kind, Value};

/// The type that a value is, [`SqlTypeKind::Opaque`] where it is not known.
pub(crate) fn sql_type(value: &Value) -> SqlType {
    let kind = type_kind(value).unwrap_or_else(SqlTypeKind::Opaque);
    SqlType { kind, span: value.span }
}

/// The type of a column as its values meet it. A class of the file may change them on their way, which only Python can tell.
pub(crate) fn value_type(value: &Value) -> SqlType {
    let class = match &value.kind {
        Kind::Class(class) => Some(class),
        Kind::Call(call) => match &call.callee.kind {
            Kind::Class(class) => Some(class),
            _ if symbol::is_call_of(value, &["PickleType"]) => {
                let opaque = blame(value.span, "its values are pickled");
                return SqlType { kind: SqlTypeKind::Opaque(opaque), span: value.span };
            }
            _ => None,
        },
        _ => None,
    };
    match class.and_then(|class| custom::changes_values(class).map(|method| (class, method))) {
        Some((class, method)) => {
            let opaque = blame(value.span, format!("its values go through `{}.{method}`", class.name));
            SqlType { kind: SqlTypeKind::Opaque(opaque), span: value.span }
        }
        None => sql_type(value),
    }
}

/// No type, as where none is written.
pub(crate) fn no_type(span: limbeck_types::Span) -> SqlType {
    SqlType { kind: SqlTypeKind::Null, span }
}

/// Whether a value can be the type of a column: what SQLAlchemy asks before it takes one for a constraint.
pub(crate) fn is_type(value: &Value) -> bool {
    match &value.kind {
        Kind::Class(class) => custom::is_type_class(class),
        Kind::Path(path) => !is_item_path(path),
        Kind::Call(call) => match &call.callee.kind {
            Kind::Class(class) => custom::is_type_class(class),
            Kind::Attribute(attribute) if attribute.1 == "with_variant" => true,
            _ => symbol::dotted(&call.callee).is_some_and(|path| !is_item_path(&path)),
        },
        _ => false,
    }
}

/// Whether a path of SQLAlchemy names something that belongs into a column or table and is no type.
fn is_item_path(path: &str) -> bool {
    const ITEMS: [&str; 14] = [
        "Column",
        "ForeignKey",
        "ForeignKeyConstraint",
        "PrimaryKeyConstraint",
        "UniqueConstraint",
        "CheckConstraint",
        "ExcludeConstraint",
        "Index",
        "Computed",
        "Identity",
        "Sequence",
        "DefaultClause",
        "FetchedValue",
        "ColumnDefault",
    ];
    symbol::construct(path).is_some_and(|construct| ITEMS.contains(&construct.name))
}

/// What a value is as a type.
fn type_kind(value: &Value) -> Result<SqlTypeKind, Opaque> {
    match &value.kind {
        Kind::None => Ok(SqlTypeKind::Null),
        // A class stands for its instance without arguments.
        Kind::Path(_) | Kind::Class(_) => {
            let call = Call {
                callee: value.clone(),
                positional: Vec::new(),
                keywords: Vec::new(),
                span: value.span,
                arguments: Vec::new(),
                number: u32::MAX,
            };
            of_call(value, &call)
        }
        Kind::Attribute(_) if symbol::dotted(value).is_some() => Err(unknown(value)),
        Kind::Call(call) => of_call(value, call),
        _ => Err(unknown(value)),
    }
}

/// What a call makes as a type.
fn of_call(value: &Value, call: &Call) -> Result<SqlTypeKind, Opaque> {
    if let Kind::Class(class) = &call.callee.kind {
        return custom::class(class, call);
    }
    if let Kind::Attribute(attribute) = &call.callee.kind
        && attribute.1 == "with_variant"
    {
        return variant(&attribute.0, call);
    }
    let Some(path) = symbol::dotted(&call.callee) else { return Err(unknown(value)) };
    let Some(construct) = symbol::construct(&path) else { return custom::well_known(&path, value, call) };
    let known = match construct.dialect {
        None => generic::kind(construct.name, call)?,
        Some("postgresql") => dialects::postgresql(construct.name, call)?,
        Some("mysql" | "mariadb") => dialects::mysql(construct.name, call)?,
        Some("sqlite") => dialects::sqlite(construct.name, call)?,
        Some("oracle") => dialects::oracle(construct.name, call)?,
        Some("mssql") => dialects::mssql(construct.name, call)?,
        Some(_) => None,
    };
    known.ok_or_else(|| blame(value.span, format!("`{path}` is no type that Postgres's dialect can write")))
}

/// `type.with_variant(other, "postgresql", …)`: the other type where Postgres is meant.
fn variant(base: &Value, call: &Call) -> Result<SqlTypeKind, Opaque> {
    let mut given = call.positional.iter().chain(call.keywords.iter().map(|(_, value)| value));
    let Some(other) = given.next() else { return Err(blame(call.span, "`with_variant` needs a type")) };
    let mut for_postgres = false;
    for name in given {
        let names = match &name.kind {
            Kind::Text(_) => vec![text(name)?],
            _ => items(name)?.iter().map(text).collect::<Result<_, _>>()?,
        };
        for_postgres |= names.iter().any(|name| name == "postgresql");
    }
    type_kind(if for_postgres { other } else { base })
}
