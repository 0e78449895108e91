//! Types that have a name: enums and domains, and when alembic makes them (SQLAlchemy dialects/postgresql/named_types.py).

use std::collections::HashSet;

use limbeck_types::{DomainType, EnumType, Opaque, SqlType, SqlTypeKind};

use super::context::Context;
use super::expression::expression;
use super::naming;
use super::output::Output;
use super::sql::Sql;
use super::sql_type::{named, sql_type};
use super::{literal_value, quote};

/// The types that a run has made, so that none is made twice (alembic's `impl.memo`): kind, schema, name.
pub(crate) type Memo = HashSet<(&'static str, Option<String>, String)>;

/// Makes the types of a column that are made with its table, unless the run made them before.
pub(crate) fn with_table(
    output: &mut Output,
    type_: &SqlType,
    schema: Option<&limbeck_types::Name>,
    memo: &mut Memo,
    context: Context,
) {
    match &type_.kind {
        SqlTypeKind::Array { item, .. } => with_table(output, item, schema, memo, context),
        SqlTypeKind::Enum(enum_) if enum_.native && enum_.create_type => {
            let enum_ = inherited(enum_, schema);
            let name = enum_.name.as_ref().map(|name| name.text.clone()).unwrap_or_default();
            let schema = enum_.schema.as_ref().map(|schema| schema.text.clone());
            if memo.insert(("enum", schema, name)) {
                output.add(create_enum(&enum_, context));
            }
        }
        SqlTypeKind::Domain(domain) if domain.create_type => {
            let schema = domain.schema.as_ref().map(|schema| schema.text.clone());
            if memo.insert(("DOMAIN", schema, domain.name.text.clone())) {
                output.add(create_domain(domain, context));
            }
        }
        _ => {}
    }
}

/// An enum with the schema that it takes from its table.
pub(crate) fn inherited(enum_: &EnumType, schema: Option<&limbeck_types::Name>) -> EnumType {
    let mut enum_ = enum_.clone();
    if enum_.inherit_schema {
        enum_.schema = schema.cloned();
    }
    enum_
}

/// Whether a type, or what it is an array of, is an enum that takes its schema from the table.
pub(crate) fn inherits_schema(type_: &SqlType) -> bool {
    match &type_.kind {
        SqlTypeKind::Enum(enum_) => enum_.inherit_schema,
        SqlTypeKind::Array { item, .. } => inherits_schema(item),
        _ => false,
    }
}

/// A type in which enums have the schema that they take from the table.
pub(crate) fn in_schema(type_: &SqlType, schema: Option<&limbeck_types::Name>) -> SqlType {
    let kind = match &type_.kind {
        SqlTypeKind::Enum(enum_) => SqlTypeKind::Enum(inherited(enum_, schema)),
        SqlTypeKind::Array { item, dimensions } => {
            SqlTypeKind::Array { item: Box::new(in_schema(item, schema)), dimensions: *dimensions }
        }
        kind => kind.clone(),
    };
    SqlType { kind, span: type_.span }
}

/// `CREATE TYPE e AS ENUM ('a', 'b')`.
pub(crate) fn create_enum(enum_: &EnumType, context: Context) -> Result<Sql, Opaque> {
    let mut sql = Sql::new(context.call);
    let name = named(enum_.name.as_ref(), enum_.schema.as_ref(), enum_.span, context)?;
    let labels: Vec<String> = enum_.labels.iter().map(|label| literal_value::text(label, context)).collect();
    sql.sourced(&format!("CREATE TYPE {name} AS ENUM ({})", labels.join(", ")), enum_.span);
    Ok(sql)
}

/// `DROP TYPE e`.
pub(crate) fn drop_enum(enum_: &EnumType, context: Context) -> Result<Sql, Opaque> {
    let mut sql = Sql::new(context.call);
    let name = named(enum_.name.as_ref(), enum_.schema.as_ref(), enum_.span, context)?;
    sql.word("DROP TYPE ").sourced(&name, enum_.span);
    Ok(sql)
}

/// `CREATE DOMAIN d AS INTEGER CHECK (VALUE > 0)` (dialects/postgresql/base.py, `visit_create_domain_type`).
fn create_domain(domain: &DomainType, context: Context) -> Result<Sql, Opaque> {
    let mut sql = Sql::new(context.call);
    let span = domain.name.span;
    sql.word("CREATE DOMAIN ")
        .sourced(&named(Some(&domain.name), domain.schema.as_ref(), span, context)?, span);
    sql.word(" AS ").word(&sql_type(&domain.data_type, context)?).word(" ");
    let mut parts = Vec::new();
    if let Some(collation) = &domain.collation {
        parts.push(format!("COLLATE {}", quote::text(collation, context)));
    }
    if let Some(default) = &domain.default {
        let context = context.with_literals();
        parts.push(format!("DEFAULT {}", expression(default, context)?));
    }
    if let Some(name) = &domain.constraint_name {
        parts.push(format!("CONSTRAINT {}", naming::given(name).render(context)?.0));
    }
    if domain.not_null {
        parts.push("NOT NULL".to_owned());
    }
    if let Some(check) = &domain.check {
        parts.push(format!("CHECK ({})", expression(check, context.in_ddl())?));
    }
    sql.word(&parts.join(" "));
    Ok(sql)
}
