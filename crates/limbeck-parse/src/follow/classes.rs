//! Classes of the file: what their bodies bind, objects of them, their methods and members.

use std::rc::Rc;

use limbeck_types::Span;
use ruff_python_ast::name::Name;
use ruff_python_ast::{Expr, ExprAttribute, StmtClassDef};
use ruff_text_size::Ranged;

use super::calls::Arguments;
use super::equal::equal;
use super::follower::{Follower, Result, Stop};
use super::function::{Binding, Class, Function, Method, Object};
use super::journal::Cell;
use super::scope::ScopeKind;
use super::value::{Kind, Value};
use super::ways::Flow;

impl<'a> Follower<'a> {
    /// A `class` statement; gives the class.
    pub(super) fn class(&mut self, class: &'a StmtClassDef) -> Result {
        let span = self.place_of(class);
        let mut bases = Vec::new();
        if let Some(arguments) = &class.arguments {
            bases = self.elements(&arguments.args)?;
            for keyword in &arguments.keywords {
                let value = self.evaluate(&keyword.value)?;
                let is_plain = keyword.arg.as_ref().is_some_and(|name| name.as_str() == "metaclass")
                    && matches!(value.as_path(), Some("abc.ABCMeta" | "builtins.type" | "enum.EnumMeta"));
                if !is_plain {
                    bases.push(Value::opaque("how its class is made is not followed", span));
                }
            }
        }
        let scope = self.new_scope(ScopeKind::Class, Some(Rc::clone(&self.scope)));
        let before = std::mem::replace(&mut self.scope, Rc::clone(&scope));
        let done = self.block(&class.body);
        self.scope = before;
        match done? {
            Flow::Normal => {}
            _ => return Ok(Value::opaque("its class is left early", span)),
        }
        let mut attributes: Vec<(Name, Value)> =
            scope.names.borrow().iter().map(|(name, value)| (name.clone(), value.clone())).collect();
        // In the order written, which is that of an enumeration's members.
        let place = |name: &str, value: &Value| match &value.kind {
            Kind::Function(function) => self.start_of(function),
            _ => place_of_binding(class, name).unwrap_or(value.span.start),
        };
        attributes.sort_by(|(one, value), (other, than)| {
            (place(one, value), one).cmp(&(place(other, than), other))
        });
        if self.has_compilers() && is_compiled(self.source(), class.name.as_str()) {
            // As SQLAlchemy's decorator names what it sets.
            let dispatch = Value::opaque("a function of the file compiles it", span);
            attributes.push((Name::new_static("_compiler_dispatch"), dispatch));
        }
        let changes = self.new_scope(ScopeKind::Changes, None);
        let mut made = Class::new(class.name.as_str(), bases, attributes, changes);
        if made.all().skip(1).any(|base| base.own("__init_subclass__").is_some()) {
            self.lose("what is done for the subclasses of a class is not followed", span)?;
            made.bases.push(Value::opaque("how its class is made is not followed", span));
            made = Class::new(&made.name, made.bases, made.attributes, made.changes);
        }
        let made = Rc::new(made);
        let value = Value::new(Kind::Class(Rc::clone(&made)), span);
        if !made.is_whole() {
            self.ask_methods(&made, span)?;
        }
        Ok(value)
    }

    /// Whether the text that is being followed may decorate functions with `@compiles(…)`.
    fn has_compilers(&mut self) -> bool {
        let home = self.abroad.map(|abroad| abroad.book);
        if let Some((_, has)) = self.compilers.iter().find(|(other, _)| *other == home) {
            return *has;
        }
        let has = memchr::memmem::find(self.source().as_bytes(), DECORATOR.as_bytes()).is_some();
        self.compilers.push((home, has));
        has
    }

    /// What a type of the file is called in SQL, if its method says so whatever its object is.
    fn ask_methods(&mut self, class: &Rc<Class>, span: Span) -> Result<()> {
        let Some(Kind::Function(method)) = class.attribute("get_col_spec").map(|value| value.kind.clone())
        else {
            return Ok(());
        };
        let object = Value::opaque("it is what the type was made with", span);
        let (done, _, told) =
            self.trial(|follower| follower.call_function(&method, Arguments::of(vec![object], span)))?;
        if let (Ok(value), false) = (done, told) {
            *method.result.borrow_mut() = Some(self.snapshot(&value)?);
        }
        Ok(())
    }

    /// An attribute of a class or an object of the file.
    pub(super) fn own_attribute(&mut self, base: &Value, name: &str, span: Span) -> Result {
        let (class, object) = match &base.kind {
            Kind::Class(class) => (Rc::clone(class), None),
            Kind::Object(object) => (Rc::clone(&object.class), Some(Rc::clone(object))),
            _ => return Ok(self.because_of(base, span)),
        };
        if object.is_some() && class.attribute("__getattribute__").is_some() {
            self.lose(format!("what gives `{name}` is not followed"), span)?;
            return Ok(Value::opaque(format!("`{name}` is what `__getattribute__` gives"), span));
        }
        if self.lazy.reads() {
            self.note_read(&class, object.as_ref(), name);
        }
        if let Some(object) = &object
            && let Some(value) = object.attributes.names.borrow().get(&Name::new(name))
        {
            return Ok(value.clone());
        }
        if let Some(opaque) = object.as_ref().and_then(|object| object.attributes.unknown.borrow().clone()) {
            return Ok(super::journal::unknown(&opaque, span));
        }
        if name == "__name__" && object.is_none() {
            return Ok(Value::text(super::text::made(&class.name, span)));
        }
        // What is done with the names may change any of them.
        if name == "__dict__" {
            self.forget_attributes(base, "it may be set through `__dict__`", span)?;
            return Ok(Value::opaque("it is a `__dict__`", span));
        }
        match class.attribute_now(name) {
            Some(Value { kind: Kind::Function(function), .. }) => {
                self.method_of(base, &class, function, object.is_some(), span)
            }
            Some(_) if class.is_enum() => {
                let name = super::enums::member_name(&class, name);
                Ok(Value::new(Kind::Attribute(Rc::new((base.clone(), Name::new(name)))), span))
            }
            Some(Value { kind: Kind::Object(value), .. }) if value.class.attribute("__get__").is_some() => {
                self.lose(format!("what gives `{name}` is not followed"), span)?;
                Ok(Value::opaque(format!("`{name}` is what `__get__` gives"), span))
            }
            Some(value) => Ok(value),
            None if class.is_whole() && !name.starts_with("__") && !(name == "mro" && object.is_none()) => {
                if class.attribute("__getattr__").is_some() {
                    return Ok(Value::opaque(format!("`{name}` is what `__getattr__` gives"), span));
                }
                if class.is_changed() {
                    return Ok(Value::opaque(format!("`{name}` of it may be set"), span));
                }
                Err(self.raise("AttributeError", format!("it has no attribute `{name}`"), span))
            }
            None => Ok(Value::new(Kind::Attribute(Rc::new((base.clone(), Name::new(name)))), span)),
        }
    }

    /// An attribute is read: where it is, and where one that hides it may be set.
    fn note_read(&mut self, class: &Rc<Class>, object: Option<&Rc<Object>>, name: &str) {
        let name = Name::new(name);
        let own = object.map(|object| &object.attributes);
        let mut held = None;
        for scope in own.into_iter().chain(class.all().map(|class| &class.changes)) {
            held = scope.names.borrow().get(&name).cloned();
            self.lazy.read(Cell::Name(Rc::clone(scope), name.clone()));
            if held.is_some() {
                break;
            }
        }
        if let Some(value) = held.as_ref().or_else(|| class.attribute(name.as_str())) {
            self.lazy.look_at(value);
        }
    }

    /// A method that `super().name` finds, for the object that the function around is called on.
    pub(super) fn inherited(&mut self, attribute: &'a ExprAttribute) -> Result<Option<Value>> {
        let Expr::Call(call) = &*attribute.value else { return Ok(None) };
        let is_super = matches!(&*call.func, Expr::Name(name) if name.id.as_str() == "super");
        if !is_super || !call.arguments.is_empty() {
            return Ok(None);
        }
        let ScopeKind::Function(names) = &self.scope.kind else { return Ok(None) };
        let Some(first) = &names.first else { return Ok(None) };
        let Some(object) = self.scope.names.borrow().get(first).cloned() else { return Ok(None) };
        let Kind::Object(of) = &object.kind else { return Ok(None) };
        // Behind the class that the function stands in, in the line of the object's class.
        let mut is_above = false;
        for class in of.class.all() {
            if is_above && let Some(value) = class.own(attribute.attr.as_str()) {
                let Kind::Function(function) = &value.kind else { return Ok(None) };
                if !class.changes.names.borrow().is_empty() {
                    return Ok(None);
                }
                let (function, span) = (Rc::clone(function), self.place_of(attribute));
                return Ok(Some(self.method_of(&object, &of.class, function, true, span)?));
            }
            is_above |= class.attributes.iter().any(|(_, value)| {
                matches!(&value.kind, Kind::Function(own) if Rc::ptr_eq(self.definitions[own.definition].names(), names))
            });
        }
        if is_above && of.class.is_whole() && attribute.attr.as_str() == "__init__" {
            let path = Kind::Path("builtins.object.__init__".into());
            return Ok(Some(Value::new(path, self.place_of(attribute))));
        }
        Ok(None)
    }

    fn method_of(
        &mut self,
        base: &Value,
        class: &Rc<Class>,
        function: Rc<Function>,
        of_object: bool,
        span: Span,
    ) -> Result {
        let receiver = match function.binding {
            Binding::Static => None,
            Binding::Class if of_object => Some(Value::new(Kind::Class(Rc::clone(class)), span)),
            Binding::Class => Some(base.clone()),
            Binding::Object => of_object.then(|| base.clone()),
            Binding::Property if of_object => {
                return self.call_function(&function, Arguments::of(vec![base.clone()], span));
            }
            Binding::Cached if of_object => {
                let value = self.call_function(&function, Arguments::of(vec![base.clone()], span))?;
                if let Kind::Object(object) = &base.kind {
                    let attributes = Rc::clone(&object.attributes);
                    self.write(&attributes, &Name::new(&function.name), Some(value.clone()))?;
                }
                return Ok(value);
            }
            Binding::Property | Binding::Cached => return Ok(Value::opaque("it is a property", span)),
        };
        Ok(match receiver {
            Some(receiver) => Value::new(Kind::Method(Rc::new(Method { receiver, function })), span),
            None => Value::new(Kind::Function(function), span),
        })
    }

    /// What is iterated over in place of an object of the file: what its `__iter__` gives, where that is known.
    pub(super) fn iterated(&mut self, value: Value, span: Span) -> Result {
        let Kind::Object(object) = &value.kind else { return Ok(value) };
        let mut unknown = Value::opaque("it is what an object gives when it is iterated over", span);
        if object.class.attribute_now("__iter__").is_some() {
            let given = self.own_method(&value, "__iter__", Vec::new(), span)?;
            match given.kind {
                Kind::Object(_) => {}
                Kind::Opaque(_) => unknown = given,
                _ => return Ok(given),
            }
        }
        self.lose("what an object does when it is iterated over is not followed", span)?;
        Ok(unknown)
    }

    /// A call of a class of the file.
    pub(super) fn instantiate(&mut self, callee: &Value, class: &Rc<Class>, arguments: Arguments) -> Result {
        let span = arguments.span;
        if class.is_enum() {
            let members: Vec<_> = class.members().cloned().collect();
            if let Some(wanted) = arguments.positional.first() {
                for (name, value) in members {
                    match equal(&value, wanted) {
                        Some(true) => {
                            return Ok(Value::new(
                                Kind::Attribute(Rc::new((callee.clone(), Name::new(name)))),
                                span,
                            ));
                        }
                        Some(false) => {}
                        None => return Ok(Value::opaque("it is a member that only Python can tell", span)),
                    }
                }
                return Err(self.raise("ValueError", "it is no member of the enumeration", span));
            }
        }
        if !class.is_whole() || class.attribute("__new__").is_some() {
            return self.symbol_call(callee.clone(), arguments);
        }
        let attributes = self.new_scope(ScopeKind::Class, None);
        let object = Value::new(
            Kind::Object(Rc::new(Object { class: Rc::clone(class), attributes: Rc::clone(&attributes) })),
            span,
        );
        match class.attribute_now("__init__").map(|value| value.kind) {
            Some(Kind::Function(init)) => {
                let mut arguments = arguments;
                arguments.positional.insert(0, object.clone());
                self.call_function(&init, arguments)?;
            }
            Some(_) => return Ok(Value::opaque("it is made in a way that is not followed", span)),
            None if arguments.positional.is_empty() && arguments.keywords.is_empty() => {}
            None => {
                return Err::<Value, Stop>(self.raise("TypeError", "it takes no arguments", span));
            }
        }
        Ok(object)
    }
}

/// Where a class's body first binds a name.
fn place_of_binding(class: &StmtClassDef, name: &str) -> Option<u32> {
    use ruff_python_ast::{Expr, Stmt};
    class.body.iter().find_map(|statement| {
        let targets = match statement {
            Stmt::Assign(assign) => assign.targets.as_slice(),
            Stmt::AnnAssign(assign) => std::slice::from_ref(&*assign.target),
            _ => return None,
        };
        let names =
            targets.iter().any(|target| matches!(target, Expr::Name(bound) if bound.id.as_str() == name));
        names.then(|| statement.range().start().to_u32())
    })
}

/// How SQLAlchemy's decorator is called, which says how something is written in SQL.
const DECORATOR: &str = "compiles(";

/// Whether a file decorates a function with `@compiles(Class)`, for Postgres or for all dialects: then the class is not
/// written as what it inherits from. Read from the text, because the decorator stands behind the class.
fn is_compiled(text: &str, class: &str) -> bool {
    memchr::memmem::find_iter(text.as_bytes(), DECORATOR).any(|at| {
        let arguments = text[at + DECORATOR.len()..].trim_start();
        let Some(rest) = arguments.strip_prefix(class) else { return false };
        let rest = rest.trim_start();
        let Some(dialects) = rest.strip_prefix(',') else { return rest.starts_with(')') };
        dialects.split(')').next().is_some_and(|dialects| dialects.contains("postgresql"))
    })
}
