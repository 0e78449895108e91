//! What names stand for, and paths of other modules.
//!
//! It owns which modules are no more to the follower than their names: not those of the project, and not those of which it
//! knows what their functions give. Names of such modules may be bound, but not read.

use std::rc::Rc;

use limbeck_types::Span;

use super::Reader;
use crate::follow::value::{Kind, Value};
use crate::foreign::is_foreign;
use crate::plain::is_keyword;

/// What a name is bound to.
#[derive(Clone)]
pub(super) enum Bound<'t> {
    /// What an import gives, and where it stands: `name` of `module`, or the module itself.
    Import {
        module: &'t str,
        name: Option<&'t str>,
        span: Span,
    },
    /// An import that was read.
    Path(usize, Span),
    Value(Value),
    /// What is not followed here.
    Other,
}

/// A path that was asked for.
pub(super) struct Node<'t> {
    /// The path that it is a member of.
    parent: Option<usize>,
    name: &'t str,
    path: Rc<str>,
}

impl<'t> Reader<'t> {
    /// Binds a name of the module.
    pub(super) fn bind(&mut self, name: &'t str, bound: Bound<'t>) -> Option<()> {
        // The function reads the names as they are in the end.
        let is_late = self.is_found && self.names.iter().any(|(known, _)| *known == name);
        (!is_late && !begins_statements(name)).then_some(())?;
        self.names.push((name, bound));
        Some(())
    }

    /// Binds a name of the function, of which the module's names begin the list.
    pub(super) fn bind_local(&mut self, name: &'t str, value: Value, globals: usize) -> Option<()> {
        let is_global = self.names[..globals].iter().any(|(known, _)| *known == name);
        (!is_global && !is_keyword(name) && !begins_statements(name)).then_some(())?;
        self.names.push((name, Bound::Value(value)));
        Some(())
    }

    /// What a name is bound to.
    pub(super) fn look_up(&mut self, name: &str) -> Option<Bound<'t>> {
        let at = self.names.iter().rposition(|(known, _)| *known == name)?;
        let bound = self.names[at].1.clone();
        let Bound::Import { module, name, span } = bound else { return Some(bound) };
        let path = match name {
            Some(name) => [module, ".", name].concat(),
            None => module.to_owned(),
        };
        self.is_only_a_name(&path).then_some(())?;
        self.paths.push(Node { parent: None, name: "", path: path.into() });
        let bound = Bound::Path(self.paths.len() - 1, span);
        self.names[at].1 = bound.clone();
        Some(bound)
    }

    /// The path of a member.
    pub(super) fn member(&mut self, parent: usize, name: &'t str) -> Option<usize> {
        let known = self.paths.iter().position(|node| node.name == name && node.parent == Some(parent));
        if known.is_some() {
            return known;
        }
        is_plain_attribute(name).then_some(())?;
        let path = [&*self.paths[parent].path, ".", name].concat();
        self.is_only_a_name(&path).then_some(())?;
        self.paths.push(Node { parent: Some(parent), name, path: path.into() });
        Some(self.paths.len() - 1)
    }

    /// Whether the follower knows of a path no more than its name.
    fn is_only_a_name(&self, path: &str) -> bool {
        if is_of(path, "sqlalchemy") {
            return true;
        }
        if is_of(path, "alembic") {
            return !path.starts_with("alembic.context");
        }
        let (module, name) = crate::path::member(path).unwrap_or(("", path));
        !KNOWN.iter().any(|known| is_of(path, known))
            && (is_foreign(module) || self.is_no_module(module, name))
    }

    /// Whether nothing is known of a name of another module, nor of the module.
    fn is_no_module(&self, module: &str, name: &str) -> bool {
        (self.around.constants)(module, name).is_none() && (self.around.modules)(module).is_none()
    }

    /// A path as a value.
    pub(super) fn path(&self, node: usize, span: Span) -> Value {
        Value::new(Kind::Path(Rc::clone(&self.paths[node].path)), span)
    }
}

/// Modules of which the follower knows what some functions give, or what they do with their arguments.
const KNOWN: [&str; 14] = [
    "builtins",
    "collections",
    "contextlib",
    "copy",
    "functools",
    "importlib",
    "inspect",
    "itertools",
    "operator",
    "os",
    "sys",
    "textwrap",
    "typing",
    "typing_extensions",
];

/// Whether a name is a word that begins a statement in some places.
fn begins_statements(name: &str) -> bool {
    matches!(name, "match" | "case" | "type")
}

/// Whether a path is a package or something of it.
fn is_of(path: &str, package: &str) -> bool {
    path.strip_prefix(package).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// Whether what is called leaves lists that it is given as they are, to the follower.
pub(super) fn leaves_arguments_alone(callee: &Value) -> bool {
    let mut callee = callee;
    loop {
        callee = match &callee.kind {
            Kind::Path(path) => return is_of(path, "alembic") || is_of(path, "sqlalchemy"),
            Kind::Call(call) => &call.callee,
            Kind::Attribute(parts) => &parts.0,
            _ => return false,
        };
    }
}

/// Whether an attribute of a symbol is only that: some are known, and some change what they are called on.
pub(super) fn is_plain_attribute(name: &str) -> bool {
    !matches!(name, "name" | "as_sql" | "append_column" | "append_constraint" | "append_foreign_key")
}
