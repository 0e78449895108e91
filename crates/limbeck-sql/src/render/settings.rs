//! What env.py's settings mean for rendering; where one is not known, all that it may mean.

use limbeck_types::{Environment, Field, Opaque, Span};

use super::context::{Context, Paramstyle, unknown};
use super::naming::Convention;

/// The naming convention of env.py's metadata.
pub(crate) fn convention(environment: &Environment) -> Convention {
    match &environment.naming_convention {
        Field::Known(pairs) if !pairs.value.is_empty() => Convention::Known(pairs.value.clone()),
        Field::Known(_) | Field::Absent => usual_convention(),
        Field::Opaque(opaque) => Convention::Opaque(opaque.clone()),
    }
}

/// The convention of a metadata that has none of its own (SQLAlchemy sql/schema.py, `DEFAULT_NAMING_CONVENTION`).
pub(crate) fn usual_convention() -> Convention {
    Convention::Known(vec![("ix".to_owned(), "ix_%(column_0_label)s".to_owned())])
}

/// All contexts that env.py may mean, and what of it is not known where there are several.
pub(crate) fn contexts(environment: &Environment, call: Span) -> (Vec<Context>, Option<Opaque>) {
    let paramstyles = match &environment.paramstyle {
        Field::Opaque(_) => vec![Paramstyle::Pyformat, Paramstyle::Named],
        field => vec![paramstyle(field.known().map(String::as_str))],
    };
    let literal_binds = match &environment.literal_binds {
        Field::Opaque(_) => vec![true, false],
        field => vec![field.known().copied().unwrap_or(false)],
    };
    let unknown = [
        match &environment.paramstyle {
            Field::Opaque(opaque) => Some(opaque),
            _ => None,
        },
        match &environment.literal_binds {
            Field::Opaque(opaque) => Some(opaque),
            _ => None,
        },
    ];
    let contexts = paramstyles
        .iter()
        .flat_map(|paramstyle| {
            let paramstyle = *paramstyle;
            literal_binds.iter().map(move |binds| Context {
                paramstyle,
                literal_binds: *binds,
                include_table: true,
                call,
            })
        })
        .collect();
    (contexts, unknown.into_iter().flatten().next().cloned())
}

/// The one context of an env.py that is wholly known.
pub(crate) fn context_of(environment: &Environment, call: Span) -> Result<Context, Opaque> {
    let (contexts, opaque) = contexts(environment, call);
    match (contexts.first(), opaque) {
        (_, Some(opaque)) => Err(opaque),
        (Some(context), None) => Ok(*context),
        (None, None) => Err(unknown(call, "env.py says nothing")),
    }
}

fn paramstyle(name: Option<&str>) -> Paramstyle {
    match name {
        Some("named") => Paramstyle::Named,
        Some("format") => Paramstyle::Format,
        Some("qmark") => Paramstyle::Qmark,
        Some("numeric") => Paramstyle::Numeric,
        Some("numeric_dollar") => Paramstyle::NumericDollar,
        _ => Paramstyle::Pyformat,
    }
}
