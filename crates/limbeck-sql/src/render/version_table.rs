//! alembic's own table (alembic ddl/impl.py, `version_table_impl`; runtime/migration.py, `HeadMaintainer`).

use limbeck_types::{Environment, Field, Name, Opaque, Span, TableName};

use super::context::Context;
use super::naming;
use super::quote;
use super::settings::context_of;

/// `CREATE TABLE alembic_version (…)`, which comes before the first revision of a run that starts at base.
///
/// # Errors
///
/// Where a setting of the version table is not known.
pub fn create_version_table(environment: &Environment) -> Result<String, Opaque> {
    let (table, context) = table(environment)?;
    let shown = quote::table(&table, context);
    let key = if flag(&environment.version_table_pk, true)? {
        let name = Name::new(format!("{}_pkc", table.name.text), Span::default());
        format!(", \n    CONSTRAINT {} PRIMARY KEY (version_num)", naming::given(&name).render(context)?.0)
    } else {
        String::new()
    };
    Ok(format!("CREATE TABLE {shown} (\n    version_num VARCHAR(32) NOT NULL{key}\n)"))
}

/// `INSERT INTO alembic_version …`: the row of a revision that had none to take over.
///
/// # Errors
///
/// Where a setting of the version table is not known.
pub fn insert_row(environment: &Environment, id: &str) -> Result<String, Opaque> {
    let (table, context) = table(environment)?;
    let shown = quote::table(&table, context);
    // SQLAlchemy asks for the key of what it inserts (sql/crud.py, `_get_returning_modifiers`).
    let returning = if flag(&environment.version_table_pk, true)? {
        format!(" RETURNING {shown}.version_num")
    } else {
        String::new()
    };
    Ok(format!("INSERT INTO {shown} (version_num) VALUES ({}){returning}", value(id, context)))
}

/// `UPDATE alembic_version …`: a row that goes from one revision to the next.
///
/// # Errors
///
/// Where a setting of the version table is not known.
pub fn update_row(environment: &Environment, from: &str, to: &str) -> Result<String, Opaque> {
    let (table, context) = table(environment)?;
    let shown = quote::table(&table, context);
    let (from, to) = (value(from, context), value(to, context));
    Ok(format!("UPDATE {shown} SET version_num={to} WHERE {shown}.version_num = {from}"))
}

/// `DELETE FROM alembic_version …`: a row that a merge or a downgrade takes away.
///
/// # Errors
///
/// Where a setting of the version table is not known.
pub fn delete_row(environment: &Environment, id: &str) -> Result<String, Opaque> {
    let (table, context) = table(environment)?;
    let shown = quote::table(&table, context);
    Ok(format!("DELETE FROM {shown} WHERE {shown}.version_num = {}", value(id, context)))
}

/// An id as alembic puts it into the statement, which does not mind quotes in it.
fn value(id: &str, context: Context) -> String {
    context.percents(&format!("'{id}'"))
}

fn table(environment: &Environment) -> Result<(TableName, Context), Opaque> {
    let context = context_of(environment, Span::default())?;
    let name = match &environment.version_table {
        Field::Absent => "alembic_version".to_owned(),
        Field::Known(name) => name.value.clone(),
        Field::Opaque(opaque) => return Err(opaque.clone()),
    };
    let schema = match &environment.version_table_schema {
        Field::Absent => None,
        Field::Known(schema) => Some(Name::new(schema.value.clone(), schema.span)),
        Field::Opaque(opaque) => return Err(opaque.clone()),
    };
    Ok((TableName { schema, name: Name::new(name, Span::default()) }, context))
}

fn flag(field: &Field<bool>, default: bool) -> Result<bool, Opaque> {
    match field {
        Field::Absent => Ok(default),
        Field::Known(flag) => Ok(flag.value),
        Field::Opaque(opaque) => Err(opaque.clone()),
    }
}

#[cfg(test)]
mod tests {
    use limbeck_types::Spanned;

    use super::*;

    fn known<T>(value: T) -> Field<T> {
        Field::Known(Spanned { value, span: Span::default() })
    }

    #[test]
    fn the_usual_table() {
        let environment = Environment::default();
        let created = "CREATE TABLE alembic_version (\n    version_num VARCHAR(32) NOT NULL, \n    CONSTRAINT \
                       alembic_version_pkc PRIMARY KEY (version_num)\n)";
        assert_eq!(create_version_table(&environment).as_deref(), Ok(created));
        assert_eq!(
            insert_row(&environment, "a").as_deref(),
            Ok(
                "INSERT INTO alembic_version (version_num) VALUES ('a') RETURNING alembic_version.version_num"
            )
        );
        assert_eq!(
            update_row(&environment, "b", "a").as_deref(),
            Ok("UPDATE alembic_version SET version_num='a' WHERE alembic_version.version_num = 'b'")
        );
        assert_eq!(
            delete_row(&environment, "b").as_deref(),
            Ok("DELETE FROM alembic_version WHERE alembic_version.version_num = 'b'")
        );
    }

    #[test]
    fn a_table_of_other_settings() {
        let environment = Environment {
            version_table: known("v".to_owned()),
            version_table_schema: known("S".to_owned()),
            version_table_pk: known(false),
            ..Environment::default()
        };
        let created = "CREATE TABLE \"S\".v (\n    version_num VARCHAR(32) NOT NULL\n)";
        assert_eq!(create_version_table(&environment).as_deref(), Ok(created));
        assert_eq!(
            insert_row(&environment, "a").as_deref(),
            Ok("INSERT INTO \"S\".v (version_num) VALUES ('a')")
        );
        assert_eq!(
            update_row(&environment, "b", "a").as_deref(),
            Ok("UPDATE \"S\".v SET version_num='a' WHERE \"S\".v.version_num = 'b'")
        );
    }

    #[test]
    fn a_setting_that_is_not_known_makes_none() {
        let opaque =
            Opaque { span: Span::default(), reason: "it is read from a file".to_owned(), import: None };
        let environment =
            Environment { version_table: Field::Opaque(opaque.clone()), ..Environment::default() };
        assert_eq!(create_version_table(&environment), Err(opaque));
    }
}
