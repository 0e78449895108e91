//! What env.py tells alembic about its version table: `version_table` and `version_table_schema` of
//! `context.configure(…)`.
//!
//! It owns finding the calls. What they are given is known if it is a literal, or a name that the module binds to one.

use limbeck_types::{Field, Opaque, Spanned};
use ruff_python_ast::visitor::source_order::{SourceOrderVisitor, walk_expr};
use ruff_python_ast::{Expr, ExprCall, Stmt};

use crate::module;
use crate::span::dotted;
use crate::value::{Kind, Value};

/// Where a project's version table is, as far as env.py says so by a literal.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct VersionTable {
    /// `version_table`; absent is alembic's own, `alembic_version`.
    pub name: Field<String>,
    /// `version_table_schema`; absent is the connection's own schema.
    pub schema: Field<String>,
}

/// What the calls of `configure` in `body` say, all together.
pub(crate) fn version_table(body: &[Stmt], text: &str) -> VersionTable {
    let mut calls = Calls { names: Vec::new(), schemas: Vec::new() };
    calls.visit_body(body);
    if calls.names.is_empty() && calls.schemas.is_empty() {
        return VersionTable::default();
    }
    let reader = module::run(body, text);
    let values = |exprs: &[&Expr]| exprs.iter().map(|expr| reader.evaluate(expr)).collect();
    VersionTable { name: one(values(&calls.names)), schema: one(values(&calls.schemas)) }
}

/// The values of one keyword.
struct Calls<'a> {
    names: Vec<&'a Expr>,
    schemas: Vec<&'a Expr>,
}

impl<'a> SourceOrderVisitor<'a> for Calls<'a> {
    fn visit_expr(&mut self, expr: &'a Expr) {
        if let Expr::Call(call) = expr
            && is_configure(call)
        {
            for keyword in &call.arguments.keywords {
                match keyword.arg.as_ref().map(|name| name.as_str()) {
                    Some("version_table") => self.names.push(&keyword.value),
                    Some("version_table_schema") => self.schemas.push(&keyword.value),
                    _ => {}
                }
            }
        }
        walk_expr(self, expr);
    }
}

fn is_configure(call: &ExprCall) -> bool {
    dotted(&call.func).is_some_and(|name| name == "configure" || name.ends_with(".configure"))
}

/// The text that all calls agree on.
fn one(values: Vec<Value>) -> Field<String> {
    let mut found = Field::Absent;
    for value in values {
        let field = match &value.kind {
            Kind::None => Field::Absent,
            Kind::Text(text) => Field::Known(Spanned { value: text.clone(), span: value.span }),
            _ => return Field::opaque(value.not_text()),
        };
        match (&found, &field) {
            (Field::Known(one), Field::Known(other)) if one.value != other.value => {
                let reason = "env.py configures several".to_owned();
                return Field::opaque(Opaque { span: value.span, reason, import: None });
            }
            (Field::Absent, _) => found = field,
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use limbeck_types::Field;

    fn check(text: &str, name: &str, schema: &str) {
        let show = |field: Field<String>| match field {
            Field::Known(known) => known.value,
            Field::Absent => "-".to_owned(),
            Field::Opaque(_) => "?".to_owned(),
        };
        let found = crate::version_table(text);
        assert_eq!((show(found.name).as_str(), show(found.schema).as_str()), (name, schema), "{text}");
    }

    #[test]
    fn literals_are_known() {
        check("context.configure(connection=c, version_table='v', version_table_schema=\"s\")", "v", "s");
        check("def f():\n    with x:\n        configure(url, version_table='v' 'w')", "vw", "-");
        check("TABLE = 'v'\ndef f():\n    context.configure(version_table=TABLE)", "v", "-");
        check("context.configure(url=u)\ncontext.configure(connection=c, version_table='v')", "v", "-");
    }

    #[test]
    fn the_rest_is_stock_or_said_to_be_unknown() {
        check("context.configure(connection=c, version_table_schema=None)", "-", "-");
        check("Table('v', version_table='v')", "-", "-");
        check("context.configure(version_table=settings.table, version_table_schema='s')", "?", "s");
        check("context.configure(version_table='a')\ncontext.configure(version_table='b')", "?", "-");
        check("def (", "-", "-");
    }
}
