//! Names of a module that are set as items or attributes: `globals()["x"] = 1`, `sys.modules[__name__].x = 1`,
//! `app.settings.X = 1`.

use std::rc::Rc;

use limbeck_types::{Opaque, Span};
use ruff_python_ast::name::Name;

use super::elsewhere::NAMES;
use super::follower::{Follower, Result};
use super::journal::Cell;
use super::scope::ScopeKind;
use super::value::{Kind, Value};

/// Why the names of the module that is being followed, taken as a value, are not known.
const NAMESPACE: &str = "it is made of the names of the module";

/// The names of the module that is being followed.
pub(super) fn namespace(span: Span) -> Value {
    Value::opaque(NAMESPACE, span)
}

/// Whether a value is that.
pub(super) fn is_namespace(value: &Value) -> bool {
    matches!(&value.kind, Kind::Opaque(opaque) if opaque.reason == NAMESPACE)
}

/// What is looked up in `sys.modules`, or imported by name.
pub(super) fn module_of(name: &Value, span: Span) -> Option<Value> {
    match &name.kind {
        Kind::Text(text) if !text.value.starts_with('.') => {
            Some(Value::new(Kind::Path(text.value.as_str().into()), span))
        }
        Kind::Path(path) if &**path == "__name__" => Some(namespace(span)),
        _ => None,
    }
}

impl Follower<'_> {
    /// Whether the statements of a module or of a class's body are being followed.
    pub(super) fn is_at_top(&self) -> bool {
        matches!(self.scope.kind, ScopeKind::Module | ScopeKind::Class)
    }

    /// Sets a name of the module, or deletes it; any of them where it is not known which.
    pub(super) fn set_in_namespace(&mut self, name: &Value, value: Option<Value>, span: Span) -> Result<()> {
        let globals = self.globals();
        match name.as_text() {
            Some(name) => {
                let name = Name::new(&name.value);
                self.write(&globals, &name, value)
            }
            None => self.forget_namespace(span),
        }
    }

    /// Any name of the module may be bound to anything.
    pub(super) fn forget_namespace(&mut self, span: Span) -> Result<()> {
        let globals = self.globals();
        let reason = "names of the module are set in a way that is not followed".to_owned();
        let opaque = Rc::new(Opaque { span, reason, import: None });
        let names: Vec<Name> = globals.names.borrow().keys().cloned().collect();
        names
            .into_iter()
            .try_for_each(|name| self.unknown_cell(&Cell::Name(Rc::clone(&globals), name), &opaque))
    }

    /// A name of another module, or of a class of it, is set. Whether what it is then is followed.
    pub(super) fn set_elsewhere(
        &mut self,
        path: &str,
        name: &Name,
        value: &Value,
        span: Span,
    ) -> Result<bool> {
        self.set_paths.insert(format!("{path}.{name}"));
        if matches!(path.split('.').next(), Some("alembic" | "sqlalchemy")) {
            return Err(self.exhausted("a name of SQLAlchemy or alembic is set", span));
        }
        if let Some(Value { kind: Kind::Class(class), .. }) = self.name_elsewhere(path, span, NAMES)? {
            self.assign_to_class(&class, name, Some(value.clone()), span)?;
            return Ok(true);
        }
        let Some(scope) = self.open(path, span)? else { return Ok(false) };
        self.write(&scope, name, Some(value.clone()))?;
        Ok(true)
    }
}
