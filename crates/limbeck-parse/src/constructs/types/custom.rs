//! Types that are not SQLAlchemy's: classes of the same file, and the few of libraries that everybody knows.

use limbeck_types::{Opaque, SqlTypeKind};

use super::super::scalar::{blame, flag, integer};
use super::super::signature::bind;
use super::super::symbol;
use super::{generic, type_kind};
use crate::follow::function::Class;
use crate::follow::value::{Call, Kind, Value};

/// A base without the types that it is subscribed with: `TypeDecorator[str]`.
fn unsubscribed(base: &Value) -> &Value {
    match &base.kind {
        Kind::Item(item) => &item.0,
        _ => base,
    }
}

/// Whether a class of the file is a type.
pub(super) fn is_type_class(class: &Class) -> bool {
    class.bases.iter().map(unsubscribed).any(|base| match &base.kind {
        Kind::Class(base) => is_type_class(base),
        _ => symbol::of_value(base).is_some(),
    }) && !super::enumerated::is_enum_class(class)
}

/// What a class of the file is as a type: a `TypeDecorator` is its `impl`, a subclass of a type that type.
pub(super) fn class(class: &Class, call: &Call) -> Result<SqlTypeKind, Opaque> {
    // What these do, only Python can tell.
    const METHODS: [&str; 6] =
        ["__init__", "__new__", "load_dialect_impl", "get_col_spec", "__visit_name__", "dialect_impl"];
    if let Some((name, value)) = class.attributes.iter().find(|(name, _)| METHODS.contains(&name.as_str())) {
        return Err(blame(value.span, format!("what the type is depends on `{}.{name}`", class.name)));
    }
    let base = match class.bases.as_slice() {
        [base] => unsubscribed(base),
        _ => return Err(blame(call.span, format!("`{}` has not one base", class.name))),
    };
    if let Kind::Class(base) = &base.kind {
        let implementation = class.attribute("impl").is_some();
        if implementation && is_decorator(base) {
            return decorated(class, call);
        }
        return self::class(base, call);
    }
    if is_decorator_path(base) {
        return decorated(class, call);
    }
    let base_call = Call {
        callee: base.clone(),
        positional: call.positional.clone(),
        keywords: call.keywords.clone(),
        span: call.span,
        arguments: Vec::new(),
        number: call.number,
    };
    super::of_call(base, &base_call)
}

/// A `TypeDecorator`: its `impl`, made with the arguments of the call where it is a class (sql/type_api.py).
fn decorated(class: &Class, call: &Call) -> Result<SqlTypeKind, Opaque> {
    let Some(implementation) = class.attribute("impl") else {
        return Err(blame(call.span, format!("`{}` has no `impl`", class.name)));
    };
    if matches!(implementation.kind, Kind::Call(_)) {
        return type_kind(implementation);
    }
    let call = Call {
        callee: implementation.clone(),
        positional: call.positional.clone(),
        keywords: call.keywords.clone(),
        span: call.span,
        arguments: Vec::new(),
        number: call.number,
    };
    super::of_call(implementation, &call)
}

fn is_decorator(class: &Class) -> bool {
    class.bases.iter().map(unsubscribed).any(|base| match &base.kind {
        Kind::Class(base) => is_decorator(base),
        _ => is_decorator_path(base),
    })
}

fn is_decorator_path(value: &Value) -> bool {
    symbol::of_value(value).is_some_and(|(_, name)| name == "TypeDecorator")
}

/// Types of libraries that compile on Postgres to one known thing, whatever the app does: measured with sqlmodel 0.0.24,
/// fastapi-users-db-sqlalchemy 7.0.0, pgvector 0.4 and SQLAlchemy-Utils 0.42.
pub(super) fn well_known(path: &str, value: &Value, call: &Call) -> Result<SqlTypeKind, Opaque> {
    let generic = |name: &str| generic::kind(name, call)?.ok_or_else(|| foreign(path, value));
    let (package, name) = (path.split('.').next().unwrap_or(path), path.rsplit('.').next().unwrap_or(path));
    match (package, name) {
        // A `String` that only MySQL gets a length for.
        ("sqlmodel", "AutoString") => generic("String"),
        ("fastapi_users_db_sqlalchemy", "GUID") => Ok(SqlTypeKind::Uuid { as_uuid: true }),
        ("fastapi_users_db_sqlalchemy", "TIMESTAMPAware") => generic("TIMESTAMP"),
        ("pgvector", "Vector" | "VECTOR" | "HALFVEC" | "SPARSEVEC") => {
            let bound = bind(call, "VECTOR.__init__(self, dim=)")?;
            let dimensions = bound.optional("dim", integer)?;
            let suffix = dimensions.map_or_else(String::new, |dimensions| format!("({dimensions})"));
            Ok(SqlTypeKind::Custom(format!("{}{suffix}", name.to_uppercase())))
        }
        ("sqlalchemy_utils", "UUIDType") => {
            let bound = bind(call, "UUIDType.__init__(self, binary=, native=)")?;
            if flag(bound.get("native"), true)? {
                Ok(SqlTypeKind::Uuid { as_uuid: true })
            } else {
                Err(foreign(path, value))
            }
        }
        ("sqlalchemy_utils", "JSONType") => Ok(SqlTypeKind::Json { none_as_null: false }),
        ("sqlalchemy_utils", "LtreeType") => Ok(SqlTypeKind::Plain("LTREE".to_owned())),
        ("sqlalchemy_utils", "TSVectorType") => Ok(SqlTypeKind::Plain("TSVECTOR".to_owned())),
        _ => Err(foreign(path, value)),
    }
}

/// A type of another module.
fn foreign(path: &str, value: &Value) -> Opaque {
    Opaque {
        span: value.span,
        reason: format!("what type `{path}` is is not said in this file"),
        import: path.rsplit_once('.').map(|(module, name)| (module.to_owned(), name.to_owned())),
    }
}
