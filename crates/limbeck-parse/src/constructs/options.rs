//! `postgresql_*` and the other dialects' options: which are accepted, and what is said where one is not
//! (SQLAlchemy sql/base.py, `DialectKWArgs`; `construct_arguments` of each dialect).

use limbeck_types::{Expression, ExpressionKind, Opaque};

use super::scalar::raises;
use crate::follow::value::Value;

/// What the options belong to, by the name of its class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    Table,
    Column,
    Index,
    Check,
    ForeignKey,
    PrimaryKey,
    Unique,
    /// What no dialect knows options for.
    Other,
}

impl Target {
    fn class(self) -> &'static str {
        match self {
            Self::Table => "Table",
            Self::Column => "Column",
            Self::Index => "Index",
            Self::Check => "CheckConstraint",
            Self::ForeignKey => "ForeignKeyConstraint",
            Self::PrimaryKey => "PrimaryKeyConstraint",
            Self::Unique => "UniqueConstraint",
            Self::Other => "Constraint",
        }
    }

    /// Whether the class is a `Constraint`.
    fn is_constraint(self) -> bool {
        !matches!(self, Self::Table | Self::Column | Self::Index)
    }
}

/// The Postgres options among the keywords that a construct took, by the name without the prefix, in the order written.
pub(crate) fn postgresql(
    others: &[(&str, &Value)],
    target: Target,
) -> Result<Vec<(String, Expression)>, Opaque> {
    let mut options = Vec::new();
    for (keyword, value) in others {
        let Some((dialect, option)) = keyword
            .char_indices()
            .skip(1)
            .find(|(index, character)| *character == '_' && index + 1 < keyword.len())
            .map(|(index, _)| (&keyword[..index], &keyword[index + 1..]))
        else {
            let error = format!(
                "TypeError: Additional arguments should be named <dialectname>_<argument>, got '{keyword}'"
            );
            return Err(raises(value.span, error));
        };
        if !accepts(dialect, target, option) {
            let error = format!(
                "ArgumentError: Argument '{keyword}' is not accepted by dialect '{dialect}' on behalf of <class \
                 'sqlalchemy.sql.schema.{}'>",
                target.class()
            );
            return Err(raises(value.span, error));
        }
        if dialect == "postgresql" {
            options.push((option.to_owned(), option_value(value)));
        }
    }
    Ok(options)
}

/// The value of an option: most are Python's own, whatever an expression would make of them.
fn option_value(value: &Value) -> Expression {
    match crate::expressions::python_value(value) {
        Ok(plain) => Expression { kind: ExpressionKind::Value(plain), span: value.span },
        Err(_) => crate::expressions::expression(value),
    }
}

/// Whether a dialect accepts an option. A dialect that nobody knows accepts all.
fn accepts(dialect: &str, target: Target, option: &str) -> bool {
    let accepted: &[&str] = match (dialect, target) {
        ("postgresql", Target::Index) => {
            &["using", "include", "where", "ops", "concurrently", "with", "tablespace", "nulls_not_distinct"]
        }
        ("postgresql", Target::Table) => &[
            "ignore_search_path",
            "tablespace",
            "partition_by",
            "with_oids",
            "with",
            "on_commit",
            "inherits",
            "using",
        ],
        ("postgresql", Target::Check | Target::ForeignKey) => &["not_valid"],
        ("postgresql", Target::PrimaryKey) => &["include"],
        ("postgresql", Target::Unique) => &["include", "nulls_not_distinct"],
        ("mysql" | "mariadb", Target::Table) => return true,
        ("mysql" | "mariadb", Target::PrimaryKey) => &["using"],
        ("mysql" | "mariadb", Target::Index) => &["using", "length", "prefix", "with_parser"],
        ("sqlite", Target::Table) => &["autoincrement", "with_rowid", "strict"],
        ("sqlite", Target::Index) => &["where"],
        ("sqlite", Target::Column) => {
            &["on_conflict_primary_key", "on_conflict_not_null", "on_conflict_unique"]
        }
        ("sqlite", _) if target.is_constraint() => &["on_conflict"],
        ("oracle", Target::Table) => &["resolve_synonyms", "on_commit", "compress", "tablespace"],
        ("oracle", Target::Index) => &["bitmap", "compress", "vector"],
        ("mssql", Target::PrimaryKey | Target::Unique) => &["clustered"],
        ("mssql", Target::Index) => &["clustered", "include", "where", "columnstore"],
        ("mssql", Target::Column) => &["identity_start", "identity_increment"],
        ("postgresql" | "mysql" | "mariadb" | "sqlite" | "oracle" | "mssql", _) => &[],
        _ => return true,
    };
    accepted.contains(&option)
}
