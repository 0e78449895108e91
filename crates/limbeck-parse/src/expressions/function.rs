//! `func.name(…)`: its name as SQLAlchemy knows it and the type of what it returns (sql/functions.py).

use limbeck_types::{ExpressionKind, Opaque, Placeholder, SqlType, SqlTypeKind};

use super::element::Element;
use super::operator::Op;
use super::read::{element, froms_of, scalar};
use super::typing::{self, raises, unknown};
use crate::constructs;
use crate::follow::value::{Call, Kind};

/// The name of a function behind the path of `func`, packages first.
pub(super) fn names(path: &str) -> Option<Vec<String>> {
    const FUNC: [&str; 5] = [
        "sqlalchemy.func.",
        "sqlalchemy.sql.func.",
        "sqlalchemy.sql.expression.func.",
        "sqlalchemy.sql.functions.func.",
        "sqlmodel.func.",
    ];
    let rest = FUNC.iter().find_map(|prefix| path.strip_prefix(prefix))?;
    Some(rest.split('.').map(|name| name.strip_suffix('_').unwrap_or(name).to_owned()).collect())
}

/// Functions that SQLAlchemy has a class for, whatever the case they are written in.
const GENERIC: [&str; 21] = [
    "char_length",
    "coalesce",
    "concat",
    "count",
    "current_date",
    "current_time",
    "current_timestamp",
    "current_user",
    "dense_rank",
    "localtime",
    "localtimestamp",
    "max",
    "min",
    "now",
    "percent_rank",
    "random",
    "rank",
    "session_user",
    "sum",
    "sysdate",
    "user",
];

/// Those that render in a way of their own, or return a type that is not worked out here.
const ODD: [&str; 30] = [
    "_regconfig_fn",
    "aggregate_strings",
    "akeys",
    "all",
    "any",
    "array_agg",
    "avals",
    "cast",
    "cube",
    "cume_dist",
    "defined",
    "delete",
    "extract",
    "grouping_sets",
    "hstore",
    "hstore_to_array",
    "hstore_to_matrix",
    "mode",
    "next_value",
    "percentile_cont",
    "percentile_disc",
    "phraseto_tsquery",
    "plainto_tsquery",
    "pow",
    "rollup",
    "slice",
    "some",
    "to_tsquery",
    "to_tsvector",
    "ts_headline",
];

/// Whether SQLAlchemy has a class for the function.
pub(super) fn is_generic(name: &[String]) -> bool {
    matches!(name, [only] if GENERIC.contains(&only.as_str()))
}

/// A call of a function.
pub(super) fn called(mut names: Vec<String>, call: &Call) -> Result<Element, Opaque> {
    let span = call.span;
    let type_ = match call.keywords.as_slice() {
        [] => None,
        [(name, type_)] if name == "type_" => Some(constructs::sql_type(type_)),
        [(name, _), ..] => return Err(unknown(span, format!("it is a function with `{name}`"))),
    };
    let single = names.len() == 1;
    let lower = names.last().map(|name| name.to_ascii_lowercase()).unwrap_or_default();
    let odd = ODD.contains(&lower.as_str()) || lower == "websearch_to_tsquery";
    if single && odd {
        return Err(unknown(span, format!("it is `{lower}`, which SQLAlchemy renders in a way of its own")));
    }
    let generic = single && GENERIC.contains(&lower.as_str());
    if generic {
        names = vec![lower.clone()];
    }
    let mut arguments = Vec::new();
    for argument in &call.positional {
        if matches!(argument.kind, Kind::List(_) | Kind::Dict(_) | Kind::Set(_) | Kind::Tuple(_)) {
            let error = "CompileError: No literal value renderer is available for datatype NULL";
            return Err(raises(argument.span, error));
        }
        let found = scalar(element(argument)?);
        // A Python value is named after the function.
        arguments.push(match (super::python::is_python(argument), names.last()) {
            (true, Some(name)) => found.placed(Placeholder::Anonymous(name.clone())),
            _ => found,
        });
    }
    let known = if generic { returned(&lower, &arguments) } else { typing::null() };
    let type_ = type_.unwrap_or(known);
    if generic && lower == "count" && arguments.is_empty() {
        arguments.push(Element::verbatim("*", span, typing::null()));
    }
    let froms = froms_of(&arguments);
    let arguments =
        arguments.into_iter().map(|argument| argument.self_group(Some(&Op::Comma)).expression).collect();
    let kind = ExpressionKind::Function { name: names, arguments, type_: Some(type_.clone()) };
    Ok(Element::new(kind, span, type_).reading(froms))
}

/// The type that a function of SQLAlchemy's own returns.
fn returned(name: &str, arguments: &[Element]) -> SqlType {
    match name {
        "count" | "char_length" | "rank" | "dense_rank" => typing::integer(),
        "concat" | "current_user" | "session_user" | "user" => typing::string(),
        "now" | "current_timestamp" | "localtime" | "localtimestamp" | "sysdate" => typing::timestamp(),
        "current_date" => typing::of(SqlTypeKind::Date),
        "current_time" => typing::of(SqlTypeKind::Time { timezone: false, precision: None }),
        "percent_rank" => typing::numeric(),
        "coalesce" | "max" | "min" | "sum" => {
            let found = arguments.iter().find(|argument| argument.type_.kind != SqlTypeKind::Null);
            found.map_or_else(typing::null, |argument| argument.type_.clone())
        }
        _ => typing::null(),
    }
}
