//! What env.py tells alembic's offline mode about how SQL is made: the arguments of `context.configure(…)`.
//!
//! It owns finding the call that counts without a connection. What it is given is known if it is a literal, or a name that
//! leads to one; the naming convention is followed by `metadata`.

mod url;

use limbeck_types::{Environment, Field, Opaque, Span, Spanned};
use ruff_python_ast::visitor::source_order::{SourceOrderVisitor, walk_expr, walk_stmt};
use ruff_python_ast::{Expr, ExprCall, Stmt};

use crate::Modules;
use crate::metadata::{Found, PARSES, Reader};
use crate::module;
use crate::span::{dotted, span_of};
use crate::value::{Kind, Value};
use url::Origins;

/// What the calls of `configure` in `body` say that count without a connection, all together. `ini_url` is
/// `sqlalchemy.url` of the ini file.
pub(crate) fn environment(
    body: &[Stmt],
    text: &str,
    modules: &Modules<'_>,
    ini_url: Option<&str>,
) -> Environment {
    let mut seen = Seen::default();
    seen.visit_body(body);
    // A call with a connection is for the database, unless there is no other.
    let (online, offline): (Vec<_>, Vec<_>) =
        seen.configured.into_iter().partition(|call| call.arguments.find_keyword("connection").is_some());
    let calls = if offline.is_empty() { online } else { offline };
    let begins_transaction = seen.begins_transaction || calls.is_empty();
    let reader = module::run(body, text);
    let ini = ini_url.map(|url| (url, Origins::of(body)));
    let asked = Asked { calls: &calls, evaluate: &|expr| reader.evaluate(expr), ini };
    let parses = std::sync::atomic::AtomicU32::new(PARSES);
    let metadata = Reader { body, text, name: "", is_package: false, modules, depth: 0, parses: &parses };
    let (naming_convention, metadata_schema) = asked.metadata(&metadata, seen.sets_convention);
    Environment {
        transaction_per_migration: asked.field("transaction_per_migration", flag),
        transactional_ddl: asked.field("transactional_ddl", flag),
        literal_binds: asked.field("literal_binds", flag),
        paramstyle: asked.paramstyle(),
        driver: asked.driver(),
        version_table: asked.field("version_table", words),
        version_table_schema: asked.field("version_table_schema", words),
        version_table_pk: asked.field("version_table_pk", flag),
        naming_convention,
        metadata_schema,
        begins_transaction,
    }
}

/// What matters of env.py.
#[derive(Default)]
struct Seen<'a> {
    configured: Vec<&'a ExprCall>,
    begins_transaction: bool,
    /// Where something is given another `naming_convention`.
    sets_convention: Option<&'a Expr>,
}

impl<'a> SourceOrderVisitor<'a> for Seen<'a> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        if let Stmt::Assign(assign) = statement {
            let is_convention = |target: &&Expr| matches!(target, Expr::Attribute(attribute) if attribute.attr.as_str() == "naming_convention");
            self.sets_convention = assign.targets.iter().find(is_convention).or(self.sets_convention);
        }
        walk_stmt(self, statement);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        if let Expr::Call(call) = expr
            && let Some(name) = dotted(&call.func)
        {
            match name.rsplit('.').next() {
                Some("configure") => self.configured.push(call),
                Some("begin_transaction") => self.begins_transaction = true,
                _ => {}
            }
        }
        walk_expr(self, expr);
    }
}

/// The calls that count.
struct Asked<'a, 'e> {
    calls: &'e [&'a ExprCall],
    evaluate: &'e dyn Fn(&Expr) -> Value,
    /// The URL of the ini file, and where env.py takes it.
    ini: Option<(&'e str, Origins<'a>)>,
}

impl<'a> Asked<'a, '_> {
    /// What each call gives for a keyword: a value, nothing, or why that cannot be told.
    fn given(&self, keyword: &str) -> Vec<Result<Option<&'a Expr>, Opaque>> {
        let given = |call: &&'a ExprCall| match call.arguments.find_keyword(keyword) {
            Some(given) => Ok(Some(&given.value)),
            None => match call.arguments.keywords.iter().find(|keyword| keyword.arg.is_none()) {
                Some(unpacked) => {
                    Err(opaque(&unpacked.value, "`configure` may get it from what is unpacked here"))
                }
                None => Ok(None),
            },
        };
        self.calls.iter().map(given).collect()
    }

    fn field<T: PartialEq>(&self, keyword: &str, read: fn(Value) -> Field<T>) -> Field<T> {
        let read = |given: Result<Option<&Expr>, Opaque>| match given {
            Ok(Some(expr)) => read((self.evaluate)(expr)),
            Ok(None) => Field::Absent,
            Err(opaque) => Field::opaque(opaque),
        };
        self.agreed(self.given(keyword).into_iter().map(read).collect())
    }

    /// What all calls say alike.
    fn agreed<T: PartialEq>(&self, fields: Vec<Field<T>>) -> Field<T> {
        let mut fields = fields.into_iter();
        let Some(first) = fields.next() else {
            let reason = "env.py calls no `context.configure`".to_owned();
            return Field::opaque(Opaque { span: Span::default(), reason, import: None });
        };
        let differs = fields.any(|other| match (&first, &other) {
            (Field::Known(one), Field::Known(other)) => one.value != other.value,
            (Field::Absent, Field::Absent) => false,
            _ => true,
        });
        match (differs, self.calls.last()) {
            (true, Some(call)) => Field::opaque(opaque(&call.func, "env.py configures several")),
            _ => first,
        }
    }

    /// `dialect_opts={"paramstyle": …}`.
    fn paramstyle(&self) -> Field<String> {
        let read = |given: Result<Option<&Expr>, Opaque>| match given {
            Ok(None | Some(Expr::NoneLiteral(_))) => Field::Absent,
            Ok(Some(Expr::Dict(options))) => {
                let is_style = |key: Option<&Expr>| {
                    let key = key.map(|key| (self.evaluate)(key).kind);
                    matches!(key, Some(Kind::Text(key)) if key == "paramstyle")
                };
                let style = options.items.iter().rev().find(|item| is_style(item.key.as_ref()));
                match (style, options.items.iter().find(|item| item.key.is_none())) {
                    (Some(style), None) => words((self.evaluate)(&style.value)),
                    (None, None) => Field::Absent,
                    (_, Some(unpacked)) => {
                        Field::opaque(opaque(&unpacked.value, "the dictionary unpacks another"))
                    }
                }
            }
            Ok(Some(expr)) => Field::opaque(opaque(expr, "`dialect_opts` is no dictionary written here")),
            Err(opaque) => Field::opaque(opaque),
        };
        self.agreed(self.given("dialect_opts").into_iter().map(read).collect())
    }

    /// What the URL says behind `+`; `dialect_name` alone says nothing. A connection's URL is not known here.
    fn driver(&self) -> Field<String> {
        let read = |call: &&ExprCall| match (connection(call), call.arguments.find_keyword("url")) {
            (_, Some(given)) => {
                let is_option = |origins: &Origins<'_>| origins.is_option(&given.value);
                let known = || driver_of((self.evaluate)(&given.value));
                self.ini_driver(&given.value, is_option).unwrap_or_else(known)
            }
            (Some(given), None) => self
                .ini_driver(given, |origins| origins.is_connection(given))
                .unwrap_or_else(|| Field::opaque(opaque(&call.func, "its URL is that of a connection"))),
            (None, None) => match call.arguments.keywords.iter().find(|keyword| keyword.arg.is_none()) {
                Some(unpacked) => Field::opaque(opaque(
                    &unpacked.value,
                    "`configure` may get it from what is unpacked here",
                )),
                None => Field::Absent,
            },
        };
        self.agreed(self.calls.iter().map(read).collect())
    }

    /// The driver of the ini file's URL, where env.py surely takes that. One for another database says nothing of Postgres.
    fn ini_driver(&self, expr: &Expr, takes: impl Fn(&Origins<'_>) -> bool) -> Option<Field<String>> {
        let (url, origins) = self.ini.as_ref()?;
        let scheme = url.split(':').next().unwrap_or_default();
        let is_ours = matches!(scheme.split('+').next(), Some("postgresql"));
        (is_ours && takes(origins)).then(|| driver_in(url, span_of(expr)))
    }

    /// The naming convention and the schema of `target_metadata`.
    fn metadata(
        &self,
        reader: &Reader<'_>,
        sets_convention: Option<&Expr>,
    ) -> (Field<Vec<(String, String)>>, Field<String>) {
        let (mut conventions, mut schemas) = (Vec::new(), Vec::new());
        for given in self.given("target_metadata") {
            let (convention, schema) = match given {
                Ok(None) => (Field::Absent, Field::Absent),
                Ok(Some(expr)) => of_metadata(expr, reader.follow(expr)),
                Err(opaque) => (Field::opaque(opaque.clone()), Field::opaque(opaque)),
            };
            conventions.push(match sets_convention {
                Some(target) => Field::opaque(opaque(target, "it is set here")),
                None => convention,
            });
            schemas.push(schema);
        }
        (self.agreed(conventions), self.agreed(schemas))
    }
}

fn of_metadata(expr: &Expr, found: Found) -> (Field<Vec<(String, String)>>, Field<String>) {
    let unknown = |reason: &str| {
        let opaque = opaque(expr, reason);
        (Field::opaque(opaque.clone()), Field::opaque(opaque))
    };
    let span = span_of(expr);
    match found {
        // alembic asks for the convention of what has one (alembic operations/schemaobj.py, `SchemaObjects.metadata`).
        Found::Nothing | Found::Several => (Field::Absent, Field::Absent),
        Found::Metadata(metadata) => (
            metadata.convention.map_or(Field::Absent, |value| Field::Known(Spanned { value, span })),
            metadata.schema.map_or(Field::Absent, |value| Field::Known(Spanned { value, span })),
        ),
        Found::Unknown(reason) => unknown(&reason),
        Found::Base(_) | Found::Pairs(_) | Found::Module(_) => unknown("`target_metadata` is no `MetaData`"),
    }
}

fn flag(value: Value) -> Field<bool> {
    match value.kind {
        Kind::None => Field::Absent,
        Kind::Bool(flag) => Field::Known(Spanned { value: flag, span: value.span }),
        Kind::Unknown(unknown) => Field::opaque(Opaque {
            span: value.span,
            reason: unknown.reason,
            import: unknown.import.map(Box::new),
        }),
        _ => Field::opaque(Opaque {
            span: value.span,
            reason: "it is neither `True` nor `False`".to_owned(),
            import: None,
        }),
    }
}

/// The driver of a URL that is written out.
fn driver_of(value: Value) -> Field<String> {
    match &value.kind {
        Kind::Text(url) => driver_in(url, value.span),
        _ => Field::opaque(value.not_text()),
    }
}

fn driver_in(url: &str, span: Span) -> Field<String> {
    let scheme = url.split(':').next().unwrap_or_default();
    match scheme.split_once('+') {
        Some((_, driver)) => Field::Known(Spanned { value: driver.to_owned(), span }),
        None => Field::Absent,
    }
}

/// The connection that a call of `configure` is given.
fn connection(call: &ExprCall) -> Option<&Expr> {
    let keyword = || call.arguments.find_keyword("connection").map(|keyword| &keyword.value);
    call.arguments.args.first().or_else(keyword)
}

fn words(value: Value) -> Field<String> {
    match &value.kind {
        Kind::None => Field::Absent,
        Kind::Text(text) => Field::Known(Spanned { value: text.clone(), span: value.span }),
        _ => Field::opaque(value.not_text()),
    }
}

fn opaque(expr: &Expr, reason: &str) -> Opaque {
    Opaque { span: span_of(expr), reason: reason.to_owned(), import: None }
}

#[cfg(test)]
mod tests;
