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
    }) && !class.is_enum()
}

/// What a class of the file is as a type: a `TypeDecorator` is its `impl`, a subclass of a type that type, and a
/// `UserDefinedType` what its `get_col_spec` says.
pub(super) fn class(class: &Class, call: &Call) -> Result<SqlTypeKind, Opaque> {
    // What these do, only Python can tell.
    const METHODS: [&str; 7] = [
        "__init__",
        "__new__",
        "__visit_name__",
        "_compiler_dispatch",
        "dialect_impl",
        "load_dialect_impl",
        "compile",
    ];
    if class.is_changed() {
        return Err(blame(call.span, format!("`{}` is changed after it is made", class.name)));
    }
    for name in METHODS {
        if let Some(value) = class.attribute(name) {
            return Err(blame(value.span, format!("what the type is depends on `{}.{name}`", class.name)));
        }
    }
    if let Some(method) = class.attribute("get_col_spec") {
        return match &method.kind {
            Kind::Function(function) if is_of(class, "UserDefinedType") => match &*function.result.borrow() {
                Some(Value { kind: Kind::Text(text), .. }) => Ok(SqlTypeKind::Custom(text.value.clone())),
                _ => Err(blame(call.span, format!("it is what `{}.get_col_spec` returns", class.name))),
            },
            _ => Err(blame(call.span, format!("it is what `{}.get_col_spec` returns", class.name))),
        };
    }
    if is_of(class, "TypeDecorator") {
        return decorated(class, call);
    }
    let [base] = class.bases.as_slice() else {
        return Err(blame(call.span, format!("`{}` has not one base", class.name)));
    };
    let base = unsubscribed(base);
    if let Kind::Class(base) = &base.kind {
        return self::class(base, call);
    }
    super::of_call(base, &with_callee(call, base))
}

/// The same call of another class.
fn with_callee(call: &Call, callee: &Value) -> Call {
    Call {
        callee: callee.clone(),
        positional: call.positional.clone(),
        keywords: call.keywords.clone(),
        span: call.span,
        arguments: Vec::new(),
        number: call.number,
    }
}

/// The method of a class of the file, or of a class that it is made of, by which values change on their way to the
/// database.
pub(super) fn changes_values(class: &Class) -> Option<&'static str> {
    const METHODS: [&str; 6] = [
        "process_bind_param",
        "process_literal_param",
        "bind_processor",
        "literal_processor",
        "bind_expression",
        "coerce_compared_value",
    ];
    METHODS.into_iter().find(|name| class.attribute(name).is_some())
}

/// A `TypeDecorator`: its `impl`, made with the arguments of the call where it is a class (sql/type_api.py).
fn decorated(class: &Class, call: &Call) -> Result<SqlTypeKind, Opaque> {
    let Some(implementation) = class.attribute("impl") else {
        return Err(blame(call.span, format!("`{}` has no `impl`", class.name)));
    };
    if matches!(implementation.kind, Kind::Call(_)) {
        return type_kind(implementation);
    }
    super::of_call(implementation, &with_callee(call, implementation))
}

/// Whether a class of the file inherits from a class of SQLAlchemy's of this name.
fn is_of(class: &Class, name: &str) -> bool {
    class.bases.iter().map(unsubscribed).any(|base| match &base.kind {
        Kind::Class(base) => is_of(base, name),
        _ => symbol::of_value(base).is_some_and(|(_, found)| found == name),
    })
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
        import: path.rsplit_once('.').map(|(module, name)| Box::new((module.to_owned(), name.to_owned()))),
    }
}
