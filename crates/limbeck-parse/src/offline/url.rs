//! Whether env.py takes its URL from `sqlalchemy.url` of the ini file.
//!
//! It owns which spellings do, those of alembic's templates: `config.get_main_option("sqlalchemy.url")`, and
//! `engine_from_config(config.get_section(…))` with the connection of it. A name counts where all that env.py ever binds to
//! it does, and the configuration is `context.config` alone: wherever that goes otherwise, the option may be set.

use std::collections::HashMap;

use ruff_python_ast::visitor::source_order::{
    SourceOrderVisitor, walk_alias, walk_expr, walk_parameter, walk_stmt, walk_with_item,
};
use ruff_python_ast::{Alias, Expr, ExprCall, ExprContext, Parameter, Stmt, WithItem};

use crate::span::dotted;

/// The option.
const URL: &str = "sqlalchemy.url";
/// What sets options of the configuration while env.py runs.
const SETTERS: [&str; 3] = ["set_main_option", "set_section_option", "remove_main_option"];
/// What asks the configuration.
const GETTERS: [&str; 7] = [
    "get_main_option",
    "get_section",
    "get_section_option",
    "get_alembic_option",
    "get_alembic_boolean_option",
    "get_template_directory",
    "print_stdout",
];
/// What of the configuration may be read, and holds none of its options.
const FIELDS: [&str; 4] = ["config_ini_section", "config_file_name", "attributes", "cmd_opts"];
/// What makes an engine.
const MAKERS: [&str; 4] =
    ["engine_from_config", "async_engine_from_config", "create_engine", "create_async_engine"];
/// Names may lead to names; nobody means more of them.
const DEEPEST: u32 = 8;

/// What a name is bound to.
enum Binding<'a> {
    /// `name = value`.
    Value(&'a Expr),
    /// `with value as name`.
    Entered(&'a Expr),
    /// A parameter of a function.
    Parameter,
    /// `import alembic`.
    Alembic,
    /// `from alembic import context`.
    Context,
    /// By an import, a loop, or in some other way.
    Other,
}

/// What matters of an env.py.
#[derive(Default)]
pub(super) struct Origins<'a> {
    bindings: HashMap<&'a str, Vec<Binding<'a>>>,
    makers: Vec<&'a ExprCall>,
    /// Whether the option may be another one when it is asked for.
    is_changed: bool,
}

impl<'a> Origins<'a> {
    /// Looks through the whole of env.py.
    pub(super) fn of(body: &'a [Stmt]) -> Self {
        let mut origins = Self::default();
        origins.visit_body(body);
        let mut uses = Uses { origins: &origins, is_changed: false };
        uses.visit_body(body);
        origins.is_changed |= uses.is_changed;
        origins
    }

    /// Whether what is given as `url=` is surely the option.
    pub(super) fn is_option(&self, url: &Expr) -> bool {
        !self.is_changed && self.reads_option(url, 0)
    }

    /// Whether a connection is surely one of an engine that the option makes.
    pub(super) fn is_connection(&self, connection: &Expr) -> bool {
        let Expr::Name(name) = connection else { return false };
        let bindings = self.bindings.get(name.id.as_str()).map_or(&[][..], Vec::as_slice);
        let is_one = |binding: &Binding<'_>| match binding {
            Binding::Entered(entered) => self.connects(entered),
            // That of `connection.run_sync(function)`, as there is no other engine.
            Binding::Parameter => true,
            Binding::Value(_) | Binding::Alembic | Binding::Context | Binding::Other => false,
        };
        !self.is_changed
            && self.makers.iter().all(|call| self.makes_engine(call))
            && bindings.iter().any(|binding| matches!(binding, Binding::Entered(_)))
            && bindings.iter().all(is_one)
    }

    fn reads_option(&self, expr: &Expr, depth: u32) -> bool {
        match expr {
            Expr::Call(call) => {
                let texts = call.arguments.args.iter().filter_map(text);
                let is_url = call.arguments.keywords.is_empty() && texts.last() == Some(URL);
                match (self.asked(call), &call.arguments.args[..]) {
                    (Some("get_main_option" | "get_alembic_option"), [_]) => is_url,
                    (Some("get_section_option"), [section, _]) => is_url && self.is_own_section(section),
                    _ => false,
                }
            }
            Expr::Name(name) if depth < DEEPEST => {
                self.all_values(&name.id, |value| self.reads_option(value, depth + 1))
            }
            _ => false,
        }
    }

    /// `connectable.connect()`.
    fn connects(&self, expr: &Expr) -> bool {
        let Expr::Call(call) = expr else { return false };
        let Expr::Attribute(attribute) = &*call.func else { return false };
        matches!(attribute.attr.as_str(), "connect" | "begin") && self.is_engine(&attribute.value)
    }

    fn is_engine(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Call(call) => self.makes_engine(call),
            Expr::Name(name) => self
                .all_values(&name.id, |value| matches!(value, Expr::Call(call) if self.makes_engine(call))),
            _ => false,
        }
    }

    /// `engine_from_config(config.get_section(config.config_ini_section, {}), prefix="sqlalchemy.", poolclass=…)`.
    fn makes_engine(&self, call: &ExprCall) -> bool {
        let is_maker = matches!(method(call), Some("engine_from_config" | "async_engine_from_config"));
        let section = match &call.arguments.args[..] {
            [Expr::Call(section)] => section,
            _ => return false,
        };
        let of_section = self.asked(section) == Some("get_section")
            && section.arguments.keywords.is_empty()
            && section.arguments.args.first().is_some_and(|section| self.is_own_section(section));
        let keywords = call.arguments.keywords.iter();
        let mut plain = keywords.map(|keyword| match keyword.arg.as_ref().map(|name| name.as_str()) {
            Some("prefix") => text(&keyword.value) == Some("sqlalchemy."),
            Some(name) => !matches!(name, "url" | "configuration" | "creator" | "module" | "strategy"),
            None => false,
        });
        is_maker && of_section && plain.all(|is_plain| is_plain)
    }

    /// `config.config_ini_section`.
    fn is_own_section(&self, expr: &Expr) -> bool {
        matches!(expr, Expr::Attribute(attribute)
            if attribute.attr.as_str() == "config_ini_section" && self.is_config(&attribute.value, 0))
    }

    /// The method of the configuration that is called.
    fn asked<'e>(&self, call: &'e ExprCall) -> Option<&'e str> {
        match &*call.func {
            Expr::Attribute(attribute) if self.is_config(&attribute.value, 0) => {
                Some(attribute.attr.as_str())
            }
            _ => None,
        }
    }

    /// Whether a value is surely `context.config`.
    fn is_config(&self, expr: &Expr, depth: u32) -> bool {
        match expr {
            Expr::Attribute(attribute) => {
                attribute.attr.as_str() == "config" && self.is_context(&attribute.value)
            }
            Expr::Name(name) if depth < DEEPEST => {
                self.all_values(&name.id, |value| self.is_config(value, depth + 1))
            }
            _ => false,
        }
    }

    /// Whether a value is surely `alembic.context`.
    fn is_context(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Name(name) => self.all(&name.id, |binding| matches!(binding, Binding::Context)),
            Expr::Attribute(attribute) => match &*attribute.value {
                Expr::Name(name) if attribute.attr.as_str() == "context" => {
                    self.all(&name.id, |binding| matches!(binding, Binding::Alembic))
                }
                _ => false,
            },
            _ => false,
        }
    }

    /// Whether a name is bound, and to such values alone.
    fn all_values(&self, name: &str, is_such: impl Fn(&Expr) -> bool) -> bool {
        self.all(name, |binding| matches!(binding, Binding::Value(value) if is_such(value)))
    }

    /// Whether a name is bound, and in such ways alone.
    fn all(&self, name: &str, is_such: impl Fn(&Binding<'_>) -> bool) -> bool {
        self.bindings.get(name).is_some_and(|bindings| bindings.iter().all(is_such))
    }

    /// `import alembic`, `import alembic.context`.
    fn import(&mut self, alias: &'a Alias) {
        let path = alias.name.as_str();
        let (package, _) = path.split_once('.').unwrap_or((path, ""));
        match &alias.asname {
            Some(name) if path == "alembic" => self.bind(name, Binding::Alembic),
            Some(name) if path == "alembic.context" => self.bind(name, Binding::Context),
            Some(name) => self.bind(name, Binding::Other),
            None if package == "alembic" => self.bind(package, Binding::Alembic),
            None => self.bind(package, Binding::Other),
        }
    }

    fn bind(&mut self, name: &'a str, binding: Binding<'a>) {
        self.bindings.entry(name).or_default().push(binding);
    }
}

impl<'a> SourceOrderVisitor<'a> for Origins<'a> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        let (target, value) = match statement {
            Stmt::Assign(assign) => match &assign.targets[..] {
                [target] => (Some(target), Some(&*assign.value)),
                _ => (None, None),
            },
            Stmt::AnnAssign(assign) => (Some(&*assign.target), assign.value.as_deref()),
            Stmt::FunctionDef(function) => {
                self.bind(function.name.as_str(), Binding::Other);
                (None, None)
            }
            Stmt::ClassDef(class) => {
                self.bind(class.name.as_str(), Binding::Other);
                (None, None)
            }
            Stmt::Import(import) => {
                for alias in &import.names {
                    self.import(alias);
                }
                return;
            }
            Stmt::ImportFrom(import) if import.module.as_ref().is_some_and(|from| from == "alembic") => {
                for alias in &import.names {
                    let is_context = import.level == 0 && alias.name.as_str() == "context";
                    let binding = if is_context { Binding::Context } else { Binding::Other };
                    self.bind(alias.asname.as_ref().unwrap_or(&alias.name), binding);
                }
                return;
            }
            _ => (None, None),
        };
        match (target, value) {
            (Some(Expr::Name(name)), Some(value)) => {
                self.bind(name.id.as_str(), Binding::Value(value));
                self.visit_expr(value);
            }
            _ => walk_stmt(self, statement),
        }
    }

    fn visit_with_item(&mut self, item: &'a WithItem) {
        match item.optional_vars.as_deref() {
            Some(Expr::Name(name)) => {
                self.bind(name.id.as_str(), Binding::Entered(&item.context_expr));
                self.visit_expr(&item.context_expr);
            }
            _ => walk_with_item(self, item),
        }
    }

    fn visit_parameter(&mut self, parameter: &'a Parameter) {
        self.bind(parameter.name.as_str(), Binding::Parameter);
        walk_parameter(self, parameter);
    }

    fn visit_alias(&mut self, alias: &'a Alias) {
        let name = alias.asname.as_ref().unwrap_or(&alias.name);
        self.bind(name.as_str(), Binding::Other);
        walk_alias(self, alias);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Name(name) if name.ctx != ExprContext::Load => {
                self.bind(name.id.as_str(), Binding::Other);
            }
            Expr::Call(call) => {
                let name = method(call).unwrap_or_default();
                if MAKERS.contains(&name) {
                    self.makers.push(call);
                }
                // Whoever is given the configuration may set its options.
                let given = call.arguments.args.iter();
                let mut given = given.chain(call.arguments.keywords.iter().map(|keyword| &keyword.value));
                self.is_changed |= SETTERS.contains(&name) || given.any(is_configuration);
            }
            // `section["sqlalchemy.url"] = …`.
            Expr::Subscript(subscript) if subscript.ctx == ExprContext::Store => {
                self.is_changed |= text(&subscript.slice) == Some(URL);
            }
            _ => {}
        }
        walk_expr(self, expr);
    }
}

/// What env.py does with the configuration beside asking it.
struct Uses<'o, 'a> {
    origins: &'o Origins<'a>,
    is_changed: bool,
}

impl<'a> SourceOrderVisitor<'a> for Uses<'_, 'a> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        let value = match statement {
            Stmt::Assign(assign) => match &assign.targets[..] {
                [target] => Some((target, &*assign.value)),
                _ => None,
            },
            Stmt::AnnAssign(assign) => assign.value.as_deref().map(|value| (&*assign.target, value)),
            _ => None,
        };
        // Another name of it, of which every use is looked at too.
        let is_name = matches!(value, Some((target @ Expr::Name(_), value))
            if self.origins.is_config(target, 0) && self.origins.is_config(value, 0));
        if !is_name {
            walk_stmt(self, statement);
        }
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Call(call) if self.origins.asked(call).is_some_and(|name| GETTERS.contains(&name)) => {
                self.visit_arguments(&call.arguments);
            }
            Expr::Attribute(attribute) if self.origins.is_config(&attribute.value, 0) => {
                let is_read = attribute.ctx.is_load() && FIELDS.contains(&attribute.attr.as_str());
                self.is_changed |= !is_read;
            }
            Expr::Attribute(attribute) if attribute.attr.as_str() == "file_config" => self.is_changed = true,
            _ if self.origins.is_config(expr, 0) => self.is_changed |= is_loaded(expr),
            Expr::Attribute(attribute) if self.origins.is_context(&attribute.value) => {}
            // Whoever is given the context has the configuration too.
            _ if self.origins.is_context(expr) => self.is_changed |= is_loaded(expr),
            _ => walk_expr(self, expr),
        }
    }
}

/// Whether a value is read where it stands; `context.config = …` counts too.
fn is_loaded(expr: &Expr) -> bool {
    !matches!(expr, Expr::Name(name) if name.ctx.is_store())
}

fn is_configuration(expr: &Expr) -> bool {
    dotted(expr).is_some_and(|name| name == "config" || name.ends_with(".config"))
}

/// The last name of what is called.
fn method(call: &ExprCall) -> Option<&str> {
    match &*call.func {
        Expr::Attribute(attribute) => Some(attribute.attr.as_str()),
        Expr::Name(name) => Some(name.id.as_str()),
        _ => None,
    }
}

fn text(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::StringLiteral(string) => Some(string.value.to_str()),
        _ => None,
    }
}
