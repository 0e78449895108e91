//! Attributes that are set and deleted: of objects and classes of the file, of symbols, of modules.

use std::rc::Rc;

use hashbrown::HashSet;
use limbeck_types::{Opaque, Span};
use ruff_python_ast::name::Name;
use ruff_python_ast::visitor::source_order::{SourceOrderVisitor, walk_expr};
use ruff_python_ast::{Expr, Stmt};

use super::calls::Arguments;
use super::follower::{Follower, Result};
use super::function::{Binding, Class};
use super::journal::Cell;
use super::namespace::is_namespace;
use super::scope::ScopeKind;
use super::symbols::{name_of, root_path};
use super::text;
use super::value::{Kind, Value};

impl Follower<'_> {
    pub(super) fn assign_attribute(
        &mut self,
        base: &Value,
        name: &Name,
        value: Value,
        place: Span,
    ) -> Result<()> {
        match &base.kind {
            Kind::Object(object) => {
                let bound = object.class.attribute_now(name.as_str());
                let is_own = match bound.as_ref().map(|bound| &bound.kind) {
                    None | Some(Kind::None | Kind::Bool(_) | Kind::Int(_) | Kind::Text(_)) => true,
                    Some(Kind::Function(function)) => function.binding != Binding::Property,
                    // It may say what is done when it is set.
                    Some(Kind::Opaque(_) | Kind::Object(_)) => false,
                    Some(_) => true,
                };
                let is_own = is_own && name != "__class__";
                let attributes = Rc::clone(&object.attributes);
                if is_own && object.class.attribute("__setattr__").is_none() {
                    return self.write(&attributes, name, Some(value));
                }
                let reason = format!("what is done when `{name}` is set is not followed");
                self.lose(reason.clone(), place)?;
                self.forget_attributes(base, &reason, place)
            }
            Kind::Class(class) => self.assign_to_class(class, name, Some(value), place),
            // What is changed here is of the process, not of the database: `sys.path`, a logger's level.
            Kind::Function(_) => Ok(()),
            _ if is_namespace(base) => {
                let name = Value::text(text::made(name.as_str(), place));
                self.set_in_namespace(&name, Some(value), place)
            }
            Kind::Opaque(_) => {
                let reason = format!("`{name}` of it is set");
                self.change_hidden(&reason, place)?;
                let is_class = |value: &&Value| matches!(value.kind, Kind::Class(_));
                let classes: Vec<Value> = self.hidden.values.iter().filter(is_class).cloned().collect();
                for class in classes {
                    self.forget_attributes(&class, &reason, place)?;
                }
                self.lose(format!("`{name}` of `{}` is set", name_of(base)), place)
            }
            _ => {
                if let Kind::Attribute(parts) = &base.kind
                    && let (Kind::Object(object), "__class__") = (&parts.0.kind, parts.1.as_str())
                {
                    return self.assign_to_class(&object.class, name, Some(value), place);
                }
                let mut owner = base;
                while let Kind::Attribute(parts) = &owner.kind {
                    owner = &parts.0;
                }
                if let Kind::Path(path) = &base.kind
                    && self.set_elsewhere(path, name, &value, place)?
                {
                    return Ok(());
                }
                if let Kind::Call(call) = &owner.kind {
                    self.changed.push(call.number);
                    if root_path(owner).is_some_and(|path| path.starts_with("sqlalchemy.")) {
                        return Ok(());
                    }
                }
                self.lose(format!("`{name}` of `{}` is set", name_of(base)), place)
            }
        }
    }

    /// Sets or deletes an attribute of a class of the file.
    pub(super) fn assign_to_class(
        &mut self,
        class: &Rc<Class>,
        name: &Name,
        value: Option<Value>,
        place: Span,
    ) -> Result<()> {
        let changes = Rc::clone(&class.changes);
        let text = name.as_str();
        if let Some(value) = value
            && class.is_whole()
            && !(text.starts_with("__") && text.ends_with("__"))
        {
            return self.write(&changes, name, Some(value));
        }
        class.is_changed.set(true);
        let reason = format!("`{name}` of `{}` is set", class.name);
        let opaque = Rc::new(Opaque { span: place, reason: reason.clone(), import: None });
        self.unknown_cell(&Cell::Name(changes, name.clone()), &opaque)?;
        self.lose(reason, place)
    }

    /// `super()` where it is not followed: what is called on it may set anything.
    pub(super) fn super_of(&mut self, arguments: &Arguments) -> Result {
        let span = arguments.span;
        let first = match &self.scope.kind {
            ScopeKind::Function(names) => {
                names.first.as_ref().and_then(|first| self.scope.names.borrow().get(first).cloned())
            }
            _ => None,
        };
        if let Some(of) = arguments.positional.get(1).cloned().or(first) {
            self.forget_attributes(&of, "it may be set by what it inherits", span)?;
        }
        Ok(Value::opaque("it is what `super` gives", span))
    }

    /// `delattr(object, name)`.
    pub(super) fn delete_attribute(&mut self, arguments: &Arguments) -> Result {
        let span = arguments.span;
        if let Some(of) = arguments.positional.first() {
            self.forget_attributes(of, "an attribute of it is deleted", span)?;
            self.lose(format!("an attribute of `{}` is deleted", name_of(of)), span)?;
        }
        Ok(Value::none(span))
    }

    /// Any attribute of an object or a class of the file may be another one now.
    pub(super) fn forget_attributes(&mut self, base: &Value, reason: &str, place: Span) -> Result<()> {
        let opaque = Rc::new(Opaque { span: place, reason: reason.to_owned(), import: None });
        match &base.kind {
            Kind::Object(object) => {
                *object.attributes.unknown.borrow_mut() = Some(Rc::clone(&opaque));
                let names: Vec<Name> = object.attributes.names.borrow().keys().cloned().collect();
                for name in names {
                    self.unknown_cell(&Cell::Name(Rc::clone(&object.attributes), name), &opaque)?;
                }
                Ok(())
            }
            Kind::Class(class) => {
                class.is_changed.set(true);
                let names: HashSet<Name> = class
                    .all()
                    .flat_map(|class| &class.attributes)
                    .map(|(name, _)| Name::new(name))
                    .collect();
                for name in names {
                    self.unknown_cell(&Cell::Name(Rc::clone(&class.changes), name), &opaque)?;
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

/// The names of attributes that statements, at any depth, set.
pub(super) fn set_in(body: &[Stmt]) -> HashSet<Name> {
    let mut set = Set::default();
    set.visit_body(body);
    set.0
}

#[derive(Default)]
struct Set(HashSet<Name>);

impl<'a> SourceOrderVisitor<'a> for Set {
    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Attribute(attribute) if !attribute.ctx.is_load() => {
                self.0.insert(attribute.attr.id.clone());
            }
            Expr::Call(call) => {
                // `setattr(x, "name", …)`.
                if let (Expr::Name(name), Some(Expr::StringLiteral(text))) =
                    (&*call.func, call.arguments.args.get(1))
                    && name.id.as_str().ends_with("attr")
                {
                    self.0.insert(Name::new(text.value.to_str()));
                }
            }
            _ => {}
        }
        walk_expr(self, expr);
    }
}
