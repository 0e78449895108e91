//! What `target_metadata` is worth to alembic: a naming convention, and a schema.
//!
//! It follows names through assignments, classes and imports of the project's own modules to the `MetaData(…)` that they
//! lead to. It owns which spellings it knows; everything else is not known, and says why.

use std::sync::atomic::{AtomicU32, Ordering};

use ruff_python_ast::{Expr, ExprCall, Stmt, StmtClassDef};

use crate::Modules;
use crate::bindings::{Binding, binding, stars};
use crate::module;
use crate::span::dotted;
use crate::value;

/// Names may lead through so many modules.
const DEPTH: u32 = 16;
/// How many modules are parsed for one env.py, the same one counted each time: they may import from one another.
pub(crate) const PARSES: u32 = 200;

/// A `MetaData`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Metadata {
    /// `naming_convention`; none is SQLAlchemy's own.
    pub(crate) convention: Option<Vec<(String, String)>>,
    /// `schema`.
    pub(crate) schema: Option<String>,
}

/// What an expression leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Found {
    /// `None`.
    Nothing,
    /// A `MetaData`.
    Metadata(Metadata),
    /// Something whose `metadata` it is: a declarative base, a registry.
    Base(Metadata),
    /// A dictionary of texts.
    Pairs(Vec<(String, String)>),
    /// A module.
    Module(String),
    /// Several of them, which have no convention together.
    Several,
    /// Why it is not known.
    Unknown(String),
}

/// A module that is being read.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'r> {
    pub(crate) body: &'r [Stmt],
    pub(crate) text: &'r str,
    /// Its dotted name, and whether it is a package; env.py has none.
    pub(crate) name: &'r str,
    pub(crate) is_package: bool,
    pub(crate) modules: &'r Modules<'r>,
    pub(crate) depth: u32,
    /// How many more modules may be parsed.
    pub(crate) parses: &'r AtomicU32,
}

fn unknown(reason: impl Into<String>) -> Found {
    Found::Unknown(reason.into())
}

impl Reader<'_> {
    /// What an expression leads to.
    pub(crate) fn follow(&self, expr: &Expr) -> Found {
        if self.depth > DEPTH {
            return unknown("it leads through too many names");
        }
        match expr {
            Expr::NoneLiteral(_) => Found::Nothing,
            Expr::Name(name) => self.deeper().name(name.id.as_str()),
            Expr::Attribute(attribute) => self.attribute(&attribute.value, attribute.attr.as_str()),
            Expr::List(_) | Expr::Tuple(_) => Found::Several,
            Expr::Dict(dict) => {
                let items = dict.items.iter().map(|item| (item.key.as_ref(), &item.value));
                self.pairs(
                    items.map(|(key, value)| Some((self.text_of(key?)?, self.text_of(value)?))).collect(),
                )
            }
            Expr::Call(call) => self.call(call),
            _ => unknown("it is computed when env.py is run"),
        }
    }

    /// Takes one module off the budget.
    fn may_parse(&self) -> bool {
        let less = |left: u32| left.checked_sub(1);
        self.parses.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less).is_ok()
    }

    fn deeper(&self) -> Self {
        Self { depth: self.depth + 1, ..*self }
    }

    /// What a name of the module's top level leads to.
    fn name(&self, name: &str) -> Found {
        match binding(self.body, name) {
            Binding::Value(value) => self.follow(value),
            Binding::Class(class) => self.class(class),
            Binding::Module(module) => Found::Module(module.to_owned()),
            Binding::Import { module, level, name } => match self.absolute(module, level) {
                Some(module) => self.import(&module, name),
                None => unknown("it is imported from above its package"),
            },
            Binding::Other => unknown(format!("`{name}` is bound in a way that only Python can tell")),
            Binding::None => self.star(name),
        }
    }

    /// A name that may come with a star.
    fn star(&self, name: &str) -> Found {
        for (module, level) in stars(self.body) {
            if let Some(module) = self.absolute(module, level)
                && self.may_parse()
                && let Some(found) = (self.modules)(&module)
                && found.body().is_some_and(|body| !matches!(binding(body, name), Binding::None))
            {
                return self.import(&module, name);
            }
        }
        unknown(format!("`{name}` is not bound in a way that can be seen"))
    }

    /// The full name of a module that is imported here.
    fn absolute(&self, module: &str, level: u32) -> Option<String> {
        if level == 0 {
            return Some(module.to_owned());
        }
        let up = if self.is_package { level - 1 } else { level };
        let mut parts: Vec<&str> = self.name.split('.').filter(|part| !part.is_empty()).collect();
        parts.truncate(parts.len().checked_sub(up as usize)?);
        parts.extend(module.split('.').filter(|part| !part.is_empty()));
        (!parts.is_empty()).then(|| parts.join("."))
    }

    /// A name of another module, or a module in a package.
    fn import(&self, module: &str, name: &str) -> Found {
        match (module.split('.').next(), name) {
            (Some("sqlmodel"), "SQLModel")
            | (Some("sqlalchemy"), "DeclarativeBase" | "DeclarativeBaseNoMeta") => {
                return Found::Base(Metadata::default());
            }
            _ => {}
        }
        let inner = format!("{module}.{name}");
        let Some(found) = (self.modules)(module) else {
            return unknown(format!(
                "it is imported from `{module}`, which is not among the project's files"
            ));
        };
        if !self.may_parse() {
            return unknown("it leads through too many modules");
        }
        let Some(body) = found.body() else { return unknown(format!("`{module}` is not Python")) };
        let (text, is_package) = (found.text(), found.is_package());
        if is_package && matches!(binding(body, name), Binding::None) && (self.modules)(&inner).is_some() {
            return Found::Module(inner);
        }
        let reader = Reader { body, text, name: module, is_package, depth: self.depth + 1, ..*self };
        if reader.depth > DEPTH {
            return unknown("it leads through too many modules");
        }
        reader.name(name)
    }

    fn attribute(&self, base: &Expr, name: &str) -> Found {
        match (self.follow(base), name) {
            (Found::Base(metadata), "metadata") => Found::Metadata(metadata),
            // flask_sqlalchemy's own base.
            (Found::Base(metadata), "Model") => Found::Base(metadata),
            (Found::Module(module), name) => self.import(&module, name),
            (Found::Unknown(reason), _) => Found::Unknown(reason),
            _ => unknown(format!("what the attribute `{name}` is cannot be told")),
        }
    }

    /// A declarative base says its metadata itself, or inherits it.
    fn class(&self, class: &StmtClassDef) -> Found {
        match binding(&class.body, "metadata") {
            Binding::Value(value) => {
                return match self.follow(value) {
                    Found::Metadata(metadata) => Found::Base(metadata),
                    Found::Unknown(reason) => Found::Unknown(reason),
                    _ => unknown("its `metadata` is none"),
                };
            }
            Binding::None => {}
            _ => return unknown("its `metadata` is bound in a way that only Python can tell"),
        }
        if let Binding::Value(value) = binding(&class.body, "registry") {
            return self.follow(value);
        }
        for decorator in &class.decorator_list {
            if let Expr::Call(call) = &decorator.expression
                && self.path(&call.func).is_some_and(|path| path.ends_with(".as_declarative"))
            {
                return self.base(call);
            }
        }
        let bases = class.arguments.as_ref().map_or(&[][..], |arguments| &arguments.args);
        let followed: Vec<Found> = bases.iter().map(|base| self.deeper().follow(base)).collect();
        let base = followed.iter().find(|found| matches!(found, Found::Base(_)));
        base.cloned().unwrap_or_else(|| {
            let why = followed.into_iter().find(|found| matches!(found, Found::Unknown(_)));
            why.unwrap_or_else(|| unknown(format!("the class `{}` has no metadata", class.name.as_str())))
        })
    }

    fn call(&self, call: &ExprCall) -> Found {
        if let Expr::Attribute(attribute) = &*call.func
            && attribute.attr.as_str() == "generate_base"
        {
            return self.follow(&attribute.value);
        }
        if let Expr::Name(name) = &*call.func
            && name.id.as_str() == "dict"
            && call.arguments.args.is_empty()
        {
            let items = call.arguments.keywords.iter();
            let pair = |keyword: &ruff_python_ast::Keyword| {
                Some((keyword.arg.as_ref()?.as_str().to_owned(), self.text_of(&keyword.value)?))
            };
            return self.pairs(items.map(pair).collect());
        }
        let Some(path) = self.path(&call.func) else {
            return unknown("it is what a call returns");
        };
        match (path.split('.').next(), path.rsplit('.').next()) {
            (Some("sqlalchemy"), Some("MetaData")) => self.metadata(call),
            (
                Some("sqlalchemy" | "flask_sqlalchemy"),
                Some("declarative_base" | "registry" | "SQLAlchemy"),
            ) => self.base(call),
            (Some("sqlalchemy"), Some("immutabledict")) if call.arguments.args.len() == 1 => {
                self.follow(&call.arguments.args[0])
            }
            _ => unknown(format!("it is what `{path}` returns")),
        }
    }

    /// `declarative_base(metadata=…)` and its like.
    fn base(&self, call: &ExprCall) -> Found {
        if call.arguments.keywords.iter().any(|keyword| keyword.arg.is_none()) {
            return unknown("its arguments are unpacked");
        }
        match call.arguments.find_keyword("metadata") {
            Some(keyword) => match self.follow(&keyword.value) {
                Found::Metadata(metadata) => Found::Base(metadata),
                Found::Nothing => Found::Base(Metadata::default()),
                Found::Unknown(reason) => Found::Unknown(reason),
                _ => unknown("its `metadata` is none"),
            },
            None => Found::Base(Metadata::default()),
        }
    }

    fn metadata(&self, call: &ExprCall) -> Found {
        let mut metadata = Metadata::default();
        if let [schema] = &*call.arguments.args {
            metadata.schema = self.text_of(schema);
        }
        let mut is_known = call.arguments.args.len() <= 1;
        for keyword in &call.arguments.keywords {
            match keyword.arg.as_ref().map(|name| name.as_str()) {
                Some("naming_convention") => match self.follow(&keyword.value) {
                    Found::Pairs(pairs) => metadata.convention = Some(pairs),
                    Found::Nothing => {}
                    Found::Unknown(reason) => return Found::Unknown(reason),
                    _ => return unknown("the naming convention is no dictionary of texts"),
                },
                Some("schema") => metadata.schema = self.text_of(&keyword.value),
                Some(_) => {}
                None => is_known = false,
            }
        }
        if is_known { Found::Metadata(metadata) } else { unknown("its arguments are unpacked") }
    }

    fn pairs(&self, pairs: Option<Vec<(String, String)>>) -> Found {
        pairs.map_or_else(|| unknown("the dictionary holds what is no text"), Found::Pairs)
    }

    fn text_of(&self, expr: &Expr) -> Option<String> {
        match module::run(self.body, self.text).evaluate(expr).kind {
            value::Kind::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The full name of what is called: `sa.MetaData` is `sqlalchemy.MetaData`.
    fn path(&self, callee: &Expr) -> Option<String> {
        let name = dotted(callee)?;
        let (first, rest) = name.split_at(name.find('.').unwrap_or(name.len()));
        match binding(self.body, first) {
            Binding::Module(module) => Some(format!("{module}{rest}")),
            Binding::Import { module, level: 0, name } => Some(format!("{module}.{name}{rest}")),
            _ => None,
        }
    }
}
