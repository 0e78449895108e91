//! What is executed: text, DDL, `insert`, `update`, `delete`, `select` with what is chained to them (SQLAlchemy sql/dml.py,
//! sql/crud.py).

use limbeck_types::{ExpressionKind, Opaque, SqlStatement};

use super::change::Change;
use super::read::element;
use super::typing::unknown;
use super::{select, sql_text};
use crate::constructs;
use crate::follow::text::formatted;
use crate::follow::value::{Call, Kind, Value};

/// What is executed.
pub(super) fn statement(value: &Value) -> Result<SqlStatement, Opaque> {
    if let Some(text) = sql_text(value) {
        return Ok(SqlStatement::Text(text));
    }
    let Kind::Call(call) = &value.kind else { return Err(constructs::unknown(value)) };
    if let Some(made) = ddl(call)? {
        return Ok(made);
    }
    if let Some(changed) = Change::read(value)? {
        return changed.finish(value);
    }
    if let Some(selected) = select::read(value)? {
        return Ok(SqlStatement::Select(Box::new(selected.select)));
    }
    let found = element(value)?;
    match (&found.expression.kind, &found.role) {
        (ExpressionKind::Text(text), _) => Ok(SqlStatement::Text(text.clone())),
        _ => Ok(SqlStatement::Expression(found.expression)),
    }
}

/// Constructs of DDL that are executed by themselves.
fn ddl(call: &Call) -> Result<Option<SqlStatement>, Opaque> {
    let path = constructs::dotted(&call.callee);
    let Some(construct) = path.as_deref().and_then(constructs::construct) else { return Ok(None) };
    Ok(Some(match construct.name {
        "DDL" => {
            let bound = constructs::bind(call, "DDL(statement, context=)")?;
            let literal = constructs::literal(bound.need("statement")?)?;
            let values = bound.optional("context", constructs::entries)?.unwrap_or_default();
            match formatted(&literal, &values) {
                Some(formatted) => SqlStatement::Ddl(formatted),
                None => return Err(unknown(call.span, "it is DDL with `%`, which Python formats")),
            }
        }
        "CreateSequence" | "DropSequence" => {
            let bound = constructs::bind(call, "CreateSequence(element, if_not_exists=, if_exists=)")?;
            let Kind::Call(inner) = &bound.need("element")?.kind else {
                return Err(unknown(call.span, "it is of a sequence that is not known"));
            };
            let sequence = constructs::sequence(inner)?;
            match construct.name {
                "CreateSequence" => SqlStatement::CreateSequence(
                    sequence,
                    constructs::flag(bound.get("if_not_exists"), false)?,
                ),
                _ => SqlStatement::DropSequence(sequence, constructs::flag(bound.get("if_exists"), false)?),
            }
        }
        "CreateSchema" => {
            let bound = constructs::bind(call, "CreateSchema(name, if_not_exists=)")?;
            let name = constructs::name(bound.need("name")?)?;
            SqlStatement::CreateSchema(name, constructs::flag(bound.get("if_not_exists"), false)?)
        }
        "DropSchema" => {
            let bound = constructs::bind(call, "DropSchema(name, cascade=, if_exists=)")?;
            let name = constructs::name(bound.need("name")?)?;
            let cascade = constructs::flag(bound.get("cascade"), false)?;
            SqlStatement::DropSchema(name, constructs::flag(bound.get("if_exists"), false)?, cascade)
        }
        "CreateTable" | "DropTable" => {
            let signature =
                "CreateTable(element, include_foreign_key_constraints=, if_not_exists=, if_exists=)";
            let bound = constructs::bind(call, signature)?;
            let element = bound.need("element")?;
            let (Kind::Call(table), None) = (&element.kind, bound.get("include_foreign_key_constraints"))
            else {
                return Err(unknown(call.span, "it is of a table that is not known"));
            };
            if !constructs::is_call_of(element, &["Table"]) {
                return Err(unknown(call.span, "it is of a table that is not known"));
            }
            if construct.name == "DropTable" {
                let if_exists = constructs::flag(bound.get("if_exists"), false)?;
                SqlStatement::DropTable(constructs::table_name(table)?, if_exists)
            } else {
                let mut create = constructs::table_create(table)?;
                create.if_not_exists = constructs::flag(bound.get("if_not_exists"), false)?;
                SqlStatement::CreateTable(Box::new(create))
            }
        }
        "CreateEnumType" | "DropEnumType" if construct.dialect == Some("postgresql") => {
            let [type_] = call.positional.as_slice() else {
                return Err(unknown(call.span, "it is of a type that is not known"));
            };
            match constructs::enum_type(type_).transpose()? {
                Some(type_) if type_.is_postgresql && call.keywords.is_empty() => {
                    SqlStatement::Enum(type_, construct.name == "CreateEnumType")
                }
                _ => return Err(unknown(call.span, "it is of a type that is not known")),
            }
        }
        _ => return Ok(None),
    }))
}
