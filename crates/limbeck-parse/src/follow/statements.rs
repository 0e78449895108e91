//! Statements that hold no others, and what they bind.

use std::borrow::Cow;
use std::rc::Rc;

use limbeck_types::Span;
use ruff_python_ast::name::Name;
use ruff_python_ast::{
    Alias, Expr, Stmt, StmtAugAssign, StmtFunctionDef, StmtImport, StmtImportFrom, StmtRaise,
};

use super::calls::Arguments;
use super::elsewhere::NAMES;
use super::equal::truth;
use super::follower::{Follower, Raise, Result, Stop};
use super::function::Binding;
use super::journal::Cell;
use super::scope::{Definition, Scope, ScopeKind};
use super::symbols::root_path;
use super::value::{EventKind, Kind, Value};
use super::ways::Flow;

impl<'a> Follower<'a> {
    /// Follows statements in order, up to one that leads away.
    pub(super) fn block(&mut self, body: &'a [Stmt]) -> Result<Flow> {
        for statement in body {
            let place = self.place_of(statement);
            match self.nested(place, |follower| follower.statement(statement, place))? {
                Flow::Normal => {}
                flow => return Ok(flow),
            }
        }
        Ok(Flow::Normal)
    }

    fn statement(&mut self, statement: &'a Stmt, place: Span) -> Result<Flow> {
        match statement {
            Stmt::Expr(expression) => {
                self.evaluate(&expression.value)?;
            }
            Stmt::Assign(assign) => {
                let value = self.evaluate(&assign.value)?;
                for target in &assign.targets {
                    self.assign(target, value.clone())?;
                }
            }
            Stmt::AnnAssign(assign) => {
                if let Some(value) = &assign.value {
                    let value = self.evaluate(value)?;
                    self.assign(&assign.target, value)?;
                }
            }
            Stmt::AugAssign(assign) => self.augmented(assign, place)?,
            Stmt::If(choice) => return self.choice(choice),
            Stmt::For(repeat) => return self.for_loop(repeat, place),
            Stmt::While(repeat) => return self.while_loop(repeat, place),
            Stmt::With(with) => return self.with(with, place),
            Stmt::Try(attempt) => return self.attempt(attempt, place),
            Stmt::Match(choice) => return self.matching(choice, place),
            Stmt::FunctionDef(function) => self.function(function)?,
            Stmt::ClassDef(class) => {
                let mut value = self.class(class)?;
                for decorator in class.decorator_list.iter().rev() {
                    let decorator = self.evaluate(&decorator.expression)?;
                    if !is_dataclass(&decorator) {
                        value = self.apply(decorator, Arguments::of(vec![value], place))?;
                    } else {
                        value = Value::opaque("it is a dataclass, which is not followed", place);
                    }
                }
                self.bind(&class.name.id, value)?;
            }
            Stmt::Import(import) => self.import(import)?,
            Stmt::ImportFrom(import) => self.import_from(import)?,
            Stmt::Return(returned) => {
                let value = match &returned.value {
                    Some(value) => self.evaluate(value)?,
                    None => Value::none(place),
                };
                return Ok(Flow::Return(value));
            }
            Stmt::Break(_) => return Ok(Flow::Break),
            Stmt::Continue(_) => return Ok(Flow::Continue),
            Stmt::Raise(raise) => return self.raise_statement(raise, place),
            Stmt::Assert(assert) => {
                let test = self.evaluate(&assert.test)?;
                if truth(&test) == Some(false) {
                    return Err(self.raise("AssertionError", "its assertion does not hold", place));
                }
            }
            Stmt::Delete(delete) => {
                for target in &delete.targets {
                    self.delete(target)?;
                }
            }
            Stmt::Global(_) | Stmt::Nonlocal(_) | Stmt::Pass(_) => {}
            Stmt::TypeAlias(alias) => {
                if let Expr::Name(name) = &*alias.name {
                    self.bind(&name.id, Value::opaque("it is a type alias", place))?;
                }
            }
            Stmt::IpyEscapeCommand(_) => self.lose("it is not Python", place)?,
        }
        Ok(Flow::Normal)
    }

    /// Binds a name where the function's own names are.
    pub(super) fn bind(&mut self, name: &Name, value: Value) -> Result<()> {
        let scope = Rc::clone(&self.scope);
        self.bind_in(&scope, name, value)
    }

    pub(super) fn bind_in(&mut self, scope: &Rc<Scope>, name: &Name, value: Value) -> Result<()> {
        let scope = self.home(scope, name);
        self.write(&scope, name, Some(value))
    }

    /// The scope that a name is bound in.
    pub(super) fn home(&self, scope: &Rc<Scope>, name: &Name) -> Rc<Scope> {
        let ScopeKind::Function(names) = &scope.kind else { return Rc::clone(scope) };
        if names.globals.contains(name) {
            return self.globals();
        }
        if names.nonlocals.contains(name) {
            let mut outer = scope.outer.clone();
            while let Some(candidate) = outer {
                if matches!(&candidate.kind, ScopeKind::Function(names) if names.locals.contains(name)) {
                    return candidate;
                }
                outer = candidate.outer.clone();
            }
        }
        Rc::clone(scope)
    }

    /// Assigns to a target of any form.
    pub(super) fn assign(&mut self, target: &'a Expr, value: Value) -> Result<()> {
        match target {
            Expr::Name(name) => self.bind(&name.id, value),
            Expr::Starred(starred) => self.assign(&starred.value, value),
            Expr::Tuple(targets) => self.unpack(&targets.elts, &value, self.place_of(target)),
            Expr::List(targets) => self.unpack(&targets.elts, &value, self.place_of(target)),
            Expr::Attribute(attribute) => {
                let base = self.evaluate(&attribute.value)?;
                self.assign_attribute(&base, &attribute.attr.id, value, self.place_of(target))
            }
            Expr::Subscript(subscript) => {
                let base = self.evaluate(&subscript.value)?;
                if let Expr::Slice(_) = &*subscript.slice {
                    return self.forget(&base, "a part of it is set", self.place_of(target));
                }
                let index = self.evaluate(&subscript.slice)?;
                self.assign_item(&base, index, value, self.place_of(target))
            }
            _ => Ok(()),
        }
    }

    fn unpack(&mut self, targets: &'a [Expr], value: &Value, place: Span) -> Result<()> {
        let items = self.items_of(value, place)?;
        let unknown = items.iter().find(|item| matches!(item.kind, Kind::Several(_))).cloned();
        if let Some(unknown) = unknown {
            for target in targets {
                let mut part = self.because_of(&unknown, value.span);
                if target.is_starred_expr() {
                    part = self.list(vec![unknown.clone()], value.span);
                }
                self.assign(target, part)?;
            }
            return Ok(());
        }
        let star = targets.iter().position(Expr::is_starred_expr);
        let fits = match star {
            Some(_) => items.len() + 1 >= targets.len(),
            None => items.len() == targets.len(),
        };
        if !fits {
            return Err(self.raise("ValueError", "it has not as many items as are unpacked", place));
        }
        let star = star.unwrap_or(targets.len());
        let behind = targets.len().saturating_sub(star + 1);
        let (before, rest) = items.split_at(star.min(items.len()));
        let (middle, after) = rest.split_at(rest.len() - behind);
        for (target, item) in targets.iter().zip(before) {
            self.assign(target, item.clone())?;
        }
        if let Some(target) = targets.get(star) {
            let middle = self.list(middle.to_vec(), value.span);
            self.assign(target, middle)?;
        }
        for (target, item) in targets.iter().skip(star + 1).zip(after) {
            self.assign(target, item.clone())?;
        }
        Ok(())
    }

    /// What can be changed in place is not known any more.
    pub(super) fn forget(&mut self, value: &Value, reason: &str, place: Span) -> Result<()> {
        let opaque = Rc::new(limbeck_types::Opaque { span: place, reason: reason.to_owned(), import: None });
        let cell = match &value.kind {
            Kind::List(items) | Kind::Set(items) | Kind::Iterator(items) => Cell::Items(Rc::clone(items)),
            Kind::Dict(pairs) => Cell::Pairs(Rc::clone(pairs)),
            Kind::Opaque(_) => return self.change_hidden(reason, place),
            _ => return Ok(()),
        };
        self.unknown_cell(&cell, &opaque)
    }

    fn augmented(&mut self, assign: &'a StmtAugAssign, place: Span) -> Result<()> {
        let (before, target) = match &*assign.target {
            Expr::Subscript(subscript) => {
                let base = self.evaluate(&subscript.value)?;
                let index = self.evaluate(&subscript.slice)?;
                let before = self.item(base.clone(), index.clone(), self.place_of(subscript))?;
                (before, Some((base, index)))
            }
            target => (self.evaluate(target)?, None),
        };
        let right = self.evaluate(&assign.value)?;
        let value = match self.extend_in_place(&before, assign.op, &right, place)? {
            true => before,
            false => self.binary(before, assign.op, right, place)?,
        };
        match target {
            Some((base, index)) => self.assign_item(&base, index, value, place),
            None => self.assign(&assign.target, value),
        }
    }

    fn raise_statement(&mut self, raise: &'a StmtRaise, place: Span) -> Result<Flow> {
        let exception = match &raise.exc {
            Some(exception) => Some(self.evaluate(exception)?),
            None => None,
        };
        if let Some(cause) = &raise.cause {
            self.evaluate(cause)?;
        }
        let what = raise.exc.as_ref().map(|exception| match &**exception {
            Expr::Call(call) => crate::span::dotted(&call.func),
            other => crate::span::dotted(other),
        });
        let reason = match what.flatten() {
            Some(name) => format!("it raises `{name}`"),
            None => "it raises an exception".to_owned(),
        };
        let opaque = limbeck_types::Opaque { span: place, reason, import: None };
        let event = self.event(EventKind::Raised(opaque), place);
        let class = exception.as_ref().and_then(super::attempt::builtin_exception);
        Err(Stop::Raised(Rc::new(Raise { class, value: exception, event })))
    }

    fn delete(&mut self, target: &'a Expr) -> Result<()> {
        match target {
            Expr::Name(name) => {
                let scope = self.home(&Rc::clone(&self.scope), &name.id);
                self.write(&scope, &name.id, None)
            }
            Expr::Subscript(subscript) => {
                let base = self.evaluate(&subscript.value)?;
                if let Expr::Slice(_) = &*subscript.slice {
                    return self.forget(&base, "a part of it is deleted", self.place_of(target));
                }
                let index = self.evaluate(&subscript.slice)?;
                self.delete_item(&base, &index, self.place_of(target))
            }
            Expr::Tuple(targets) => targets.elts.iter().try_for_each(|target| self.delete(target)),
            Expr::Attribute(attribute) => {
                let base = self.evaluate(&attribute.value)?;
                match &base.kind {
                    Kind::Object(object) => {
                        let scope = Rc::clone(&object.attributes);
                        self.write(&scope, &attribute.attr.id, None)
                    }
                    Kind::Class(class) => {
                        let class = Rc::clone(class);
                        self.assign_to_class(&class, &attribute.attr.id, None, self.place_of(target))
                    }
                    _ => self.lose("an attribute is deleted", self.place_of(target)),
                }
            }
            _ => Ok(()),
        }
    }

    fn function(&mut self, function: &'a StmtFunctionDef) -> Result<()> {
        let place = self.place_of(function);
        let mut decorators = Vec::with_capacity(function.decorator_list.len());
        for decorator in &function.decorator_list {
            decorators.push(self.evaluate(&decorator.expression)?);
        }
        let mut value = self.function_value(Definition::Function(function), place)?;
        for decorator in decorators.into_iter().rev() {
            value = self.decorated(decorator, value, place)?;
        }
        self.bind(&function.name.id, value)
    }

    fn decorated(&mut self, decorator: Value, value: Value, place: Span) -> Result {
        let binding = match decorator.as_path() {
            Some("builtins.staticmethod") => Binding::Static,
            Some("builtins.classmethod") => Binding::Class,
            Some("builtins.property") => Binding::Property,
            Some("functools.cached_property") => Binding::Cached,
            Some("functools.cache" | "functools.lru_cache") => {
                return self.remembering(&decorator, value, place);
            }
            Some("typing.no_type_check" | "typing.override") => return Ok(value),
            _ => {
                let arguments = Arguments::of(vec![value], place);
                return match decorator.is_symbol() {
                    // Applied, it calls nothing yet; what a call of the result does is told then.
                    true => self.decorated_by_symbol(decorator, arguments),
                    false => self.apply(decorator, arguments),
                };
            }
        };
        let Kind::Function(function) = &value.kind else { return Ok(value) };
        if function.memo.is_some() {
            return Ok(Value::opaque("what it remembers is not known", place));
        }
        let function = function.bound(binding);
        Ok(Value::new(Kind::Function(Rc::new(function)), place))
    }

    fn decorated_by_symbol(&mut self, decorator: Value, arguments: Arguments) -> Result {
        if let Kind::Call(call) = &decorator.kind
            && matches!(call.callee.as_path(), Some("functools.wraps" | "functools.lru_cache"))
        {
            return self.apply(decorator, arguments);
        }
        let (number, place) = (self.next_call(), arguments.span);
        let call = super::value::Call {
            callee: decorator,
            positional: arguments.positional,
            keywords: Vec::new(),
            span: place,
            arguments: Vec::new(),
            number,
        };
        Ok(Value::new(Kind::Call(Rc::new(call)), place))
    }

    fn import(&mut self, import: &'a StmtImport) -> Result<()> {
        for alias in &import.names {
            let full = alias.name.as_str();
            let (name, path) = match &alias.asname {
                Some(name) => (name.id.clone(), full),
                None => {
                    let first = full.split('.').next().unwrap_or(full);
                    (Name::new(first), first)
                }
            };
            self.bind(&name, Value::new(Kind::Path(path.into()), self.place_of(alias)))?;
        }
        Ok(())
    }

    fn import_from(&mut self, import: &'a StmtImportFrom) -> Result<()> {
        let module = self.module_of(import);
        for alias in &import.names {
            let name = alias.name.as_str();
            if name == "*" {
                self.import_all(&module, self.place_of(alias))?;
                continue;
            }
            let bound = alias.asname.as_ref().unwrap_or(&alias.name);
            let value = self.member(&module, name, self.place_of(alias));
            self.bind(&bound.id, value)?;
        }
        Ok(())
    }

    /// `from module import *`: names that are bound here already, and that the module is known to bind, are its own now.
    fn import_all(&mut self, module: &str, place: Span) -> Result<()> {
        let globals = self.globals();
        *globals.star.borrow_mut() = Some(module.into());
        let names: Vec<Name> = globals.names.borrow().keys().cloned().collect();
        for name in names.iter().filter(|name| !name.starts_with('_')) {
            let path = [module, ".", name.as_str()].concat();
            if self.name_elsewhere(&path, place, NAMES)?.is_none() {
                continue;
            }
            let says_which = self.name_elsewhere(&[module, ".__all__"].concat(), place, NAMES)?.is_some();
            let value = match says_which {
                true => Value::opaque(format!("`{name}` may be that of `{module}`"), place),
                false => Value::new(Kind::Path(path.into()), place),
            };
            self.bind(name, value)?;
        }
        Ok(())
    }

    /// What one name of an import is bound to.
    pub(super) fn imported(&self, import: &StmtImportFrom, alias: &Alias) -> Value {
        self.member(&self.module_of(import), alias.name.as_str(), self.place_of(alias))
    }

    /// The full name of the module that something is imported from.
    fn module_of<'m>(&self, import: &'m StmtImportFrom) -> Cow<'m, str> {
        let module = import.module.as_ref().map_or("", |module| module.as_str());
        match self.absolute(import.level, module) {
            Some(module) => module.into(),
            None if import.level == 0 => module.into(),
            None => format!("{}{module}", ".".repeat(import.level as usize)).into(),
        }
    }
}

fn is_dataclass(decorator: &Value) -> bool {
    root_path(decorator).is_some_and(|path| path.starts_with("dataclasses.") || path.starts_with("attr"))
}
