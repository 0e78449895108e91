//! What env.py tells alembic about how SQL is made (alembic runtime/environment.py, `EnvironmentContext.configure`).

use crate::Field;

/// The arguments of `context.configure(…)` in offline mode that change the SQL, as far as env.py says them by what can be
/// known statically. An absent field is alembic's default.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Environment {
    /// `transaction_per_migration`; alembic's default is `False`.
    pub transaction_per_migration: Field<bool>,
    /// `transactional_ddl`; Postgres's default is `True`.
    pub transactional_ddl: Field<bool>,
    /// `literal_binds`; alembic's default is `False`, its templates say `True`.
    pub literal_binds: Field<bool>,
    /// `dialect_opts["paramstyle"]`: with `named`, a `%` is rendered once, else twice.
    pub paramstyle: Field<String>,
    /// The driver that the URL names behind `+`; without one, or with `dialect_name` alone, it is SQLAlchemy's own choice,
    /// psycopg. It says how binds are spelled and cast, and without `paramstyle` also what becomes of a `%`.
    pub driver: Field<String>,
    /// `version_table`; alembic's default is `alembic_version`.
    pub version_table: Field<String>,
    /// `version_table_schema`.
    pub version_table_schema: Field<String>,
    /// `version_table_pk`; alembic's default is `True`.
    pub version_table_pk: Field<bool>,
    /// `target_metadata.naming_convention`: its keys (`ix`, `uq`, `ck`, `fk`, `pk`) and templates, in order. Absent is
    /// SQLAlchemy's own: `ix_%(column_0_label)s` and nothing else.
    pub naming_convention: Field<Vec<(String, String)>>,
    /// `target_metadata.schema`, which unqualified tables of the metadata get; operations do not.
    pub metadata_schema: Field<String>,
    /// Whether the migrations run inside `context.begin_transaction()`; without it no `BEGIN` and `COMMIT` are rendered.
    pub begins_transaction: bool,
}
