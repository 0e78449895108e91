//! alembic's own table (alembic ddl/impl.py, `version_table_impl`; runtime/migration.py, `HeadMaintainer`).

use std::cell::Cell;

use limbeck_types::{Environment, Field, Name, Opaque, Span, TableName};

use super::context::{Context, Settings};
use super::naming;
use super::quote;
use super::settings::settings_of;

/// The statements about the version table of one env.py.
#[derive(Debug, Clone)]
pub struct VersionTable {
    name: String,
    shown: String,
    has_key: Result<bool, Opaque>,
    settings: Settings,
}

impl VersionTable {
    /// The table that env.py names.
    ///
    /// # Errors
    ///
    /// Where its name or schema is not known, or how text is rendered.
    pub fn new(environment: &Environment) -> Result<Self, Opaque> {
        let settings = settings_of(environment)?;
        let asked = Cell::new(false);
        let context = Context::new(settings, Span::default(), &asked);
        let name = match &environment.version_table {
            Field::Absent => "alembic_version".to_owned(),
            Field::Known(name) => name.value.clone(),
            Field::Opaque(opaque) => return Err((**opaque).clone()),
        };
        let schema = match &environment.version_table_schema {
            Field::Absent => None,
            Field::Known(schema) => Some(Name::new(schema.value.clone(), schema.span)),
            Field::Opaque(opaque) => return Err((**opaque).clone()),
        };
        let table = TableName { schema, name: Name::new(name.clone(), Span::default()) };
        let shown = quote::table(&table, context).into_owned();
        Ok(Self { name, shown, has_key: flag(&environment.version_table_pk, true), settings })
    }

    /// `CREATE TABLE alembic_version (…)`, which comes before the first revision of a run that starts at base.
    ///
    /// # Errors
    ///
    /// Where it is not known whether the table has a key.
    pub fn create(&self) -> Result<String, Opaque> {
        let key = if self.has_key.clone()? {
            let name = Name::new(format!("{}_pkc", self.name), Span::default());
            let name = naming::given(&name)
                .render(Context::new(self.settings, Span::default(), &Cell::new(false)))?
                .0;
            format!(", \n    CONSTRAINT {name} PRIMARY KEY (version_num)")
        } else {
            String::new()
        };
        Ok(format!("CREATE TABLE {} (\n    version_num VARCHAR(32) NOT NULL{key}\n)", self.shown))
    }

    /// `INSERT INTO alembic_version …`: the row of a revision that had none to take over.
    ///
    /// # Errors
    ///
    /// Where it is not known whether the table has a key.
    pub fn insert(&self, id: &str) -> Result<String, Opaque> {
        let (shown, id) = (&self.shown, value(id, self.settings));
        // SQLAlchemy asks for the key of what it inserts (sql/crud.py, `_get_returning_modifiers`).
        let returning =
            if self.has_key.clone()? { format!(" RETURNING {shown}.version_num") } else { String::new() };
        Ok(format!("INSERT INTO {shown} (version_num) VALUES ({id}){returning}"))
    }

    /// `UPDATE alembic_version …`: a row that goes from one revision to the next.
    pub fn update(&self, from: &str, to: &str) -> String {
        let (shown, from, to) = (&self.shown, value(from, self.settings), value(to, self.settings));
        // Once for nearly every revision: put together without the machinery of formatting.
        ["UPDATE ", shown, " SET version_num=", &to, " WHERE ", shown, ".version_num = ", &from].concat()
    }

    /// `DELETE FROM alembic_version …`: a row that a merge or a downgrade takes away.
    pub fn delete(&self, id: &str) -> String {
        let (shown, id) = (&self.shown, value(id, self.settings));
        format!("DELETE FROM {shown} WHERE {shown}.version_num = {id}")
    }
}

/// An id as alembic puts it into the statement, which does not mind quotes in it.
fn value(id: &str, settings: Settings) -> String {
    Context::new(settings, Span::default(), &Cell::new(false)).percents(&["'", id, "'"].concat())
}

fn flag(field: &Field<bool>, default: bool) -> Result<bool, Opaque> {
    match field {
        Field::Absent => Ok(default),
        Field::Known(flag) => Ok(flag.value),
        Field::Opaque(opaque) => Err((**opaque).clone()),
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
        let table = VersionTable::new(&Environment::default()).unwrap();
        let created = "CREATE TABLE alembic_version (\n    version_num VARCHAR(32) NOT NULL, \n    CONSTRAINT \
                       alembic_version_pkc PRIMARY KEY (version_num)\n)";
        assert_eq!(table.create().as_deref(), Ok(created));
        assert_eq!(
            table.insert("a").as_deref(),
            Ok(
                "INSERT INTO alembic_version (version_num) VALUES ('a') RETURNING alembic_version.version_num"
            )
        );
        assert_eq!(
            table.update("b", "a"),
            "UPDATE alembic_version SET version_num='a' WHERE alembic_version.version_num = 'b'"
        );
        assert_eq!(table.delete("b"), "DELETE FROM alembic_version WHERE alembic_version.version_num = 'b'");
    }

    #[test]
    fn a_table_of_other_settings() {
        let environment = Environment {
            version_table: known("v".to_owned()),
            version_table_schema: known("S".to_owned()),
            version_table_pk: known(false),
            ..Environment::default()
        };
        let table = VersionTable::new(&environment).unwrap();
        let created = "CREATE TABLE \"S\".v (\n    version_num VARCHAR(32) NOT NULL\n)";
        assert_eq!(table.create().as_deref(), Ok(created));
        assert_eq!(table.insert("a").as_deref(), Ok("INSERT INTO \"S\".v (version_num) VALUES ('a')"));
        assert_eq!(
            table.update("b", "a"),
            "UPDATE \"S\".v SET version_num='a' WHERE \"S\".v.version_num = 'b'"
        );
    }

    #[test]
    fn a_setting_that_is_not_known_makes_none() {
        let opaque =
            Opaque { span: Span::default(), reason: "it is read from a file".to_owned(), import: None };
        let environment =
            Environment { version_table: Field::opaque(opaque.clone()), ..Environment::default() };
        assert_eq!(VersionTable::new(&environment).err(), Some(opaque));
    }
}
