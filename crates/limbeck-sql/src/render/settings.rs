//! What env.py's settings mean for rendering; where one is not known, all that it may mean.

use std::sync::LazyLock;

use limbeck_types::{Environment, Field, Opaque, Span};

use super::context::{Driver, Paramstyle, Settings, unknown};
use super::naming::Convention;

/// The naming convention of env.py's metadata.
pub(crate) fn convention(environment: &Environment) -> Convention {
    match &environment.naming_convention {
        Field::Known(pairs) if !pairs.value.is_empty() => Convention::Known(pairs.value.clone()),
        Field::Known(_) | Field::Absent => usual_convention().clone(),
        Field::Opaque(opaque) => Convention::Opaque((**opaque).clone()),
    }
}

/// The convention of a metadata that has none of its own (SQLAlchemy sql/schema.py, `DEFAULT_NAMING_CONVENTION`).
pub(crate) fn usual_convention() -> &'static Convention {
    static USUAL: LazyLock<Convention> =
        LazyLock::new(|| Convention::Known(vec![("ix".to_owned(), "ix_%(column_0_label)s".to_owned())]));
    &USUAL
}

/// All settings that env.py may mean, and what of it is not known where there are several.
pub(crate) fn settings(environment: &Environment) -> (Vec<Settings>, Option<Opaque>) {
    // It says nothing where no placeholder is printed and the style of binds is given.
    let matters = !matches!(&environment.literal_binds, Field::Known(binds) if binds.value)
        || matches!(environment.paramstyle, Field::Absent);
    let drivers = match &environment.driver {
        Field::Absent => vec![None],
        Field::Known(driver) => vec![Some(driver.value.as_str())],
        // What is printed as a placeholder all the same is then not known.
        Field::Opaque(_) if !matters => vec![Some("")],
        Field::Opaque(_) => vec![None, Some("psycopg2"), Some("asyncpg")],
    };
    let paramstyles = |driver: Option<&str>| match &environment.paramstyle {
        Field::Opaque(_) => vec![Paramstyle::Pyformat, Paramstyle::Named],
        Field::Known(name) => vec![paramstyle(&name.value)],
        Field::Absent => vec![usual_paramstyle(driver)],
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
        match &environment.driver {
            Field::Opaque(opaque) if matters => Some(opaque),
            _ => None,
        },
        match &environment.literal_binds {
            Field::Opaque(opaque) => Some(opaque),
            _ => None,
        },
    ];
    let mut settings = Vec::new();
    for driver in drivers {
        for paramstyle in paramstyles(driver) {
            for literal_binds in &literal_binds {
                settings.push(Settings {
                    paramstyle,
                    driver: casting(driver),
                    literal_binds: *literal_binds,
                });
            }
        }
    }
    (settings, unknown.into_iter().flatten().next().map(|opaque| (**opaque).clone()))
}

/// The settings of an env.py that is wholly known.
pub(crate) fn settings_of(environment: &Environment) -> Result<Settings, Opaque> {
    let (settings, opaque) = settings(environment);
    match (settings.first(), opaque) {
        (_, Some(opaque)) => Err(opaque),
        (Some(settings), None) => Ok(*settings),
        (None, None) => Err(unknown(Span::default(), "env.py says nothing")),
    }
}

fn paramstyle(name: &str) -> Paramstyle {
    match name {
        "named" => Paramstyle::Named,
        "format" => Paramstyle::Format,
        "qmark" => Paramstyle::Qmark,
        "numeric" => Paramstyle::Numeric,
        "numeric_dollar" => Paramstyle::NumericDollar,
        _ => Paramstyle::Pyformat,
    }
}

/// The `default_paramstyle` of a driver's dialect.
fn usual_paramstyle(driver: Option<&str>) -> Paramstyle {
    match driver {
        Some("asyncpg") => Paramstyle::NumericDollar,
        Some("pg8000") => Paramstyle::Format,
        _ => Paramstyle::Pyformat,
    }
}

fn casting(driver: Option<&str>) -> Driver {
    match driver {
        None | Some("psycopg" | "psycopg_async") => Driver::Psycopg,
        Some("psycopg2") => Driver::Psycopg2,
        Some(_) => Driver::Other,
    }
}
