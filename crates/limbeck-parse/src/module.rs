//! A module's statements in the order Python would run them: what its names are worth at the end, and which functions
//! alembic finds in it.
//!
//! It owns what each simple statement binds and changes. It looks into a function only for what a call of it may change.

use limbeck_types::{Field, Function, Header, Span, Spanned};
use ruff_python_ast::{Alias, Expr, Identifier, Operator, Stmt};
use ruff_python_ast::{StmtAugAssign, StmtFunctionDef, StmtImport, StmtImportFrom};
use ruff_text_size::Ranged;

use crate::Imports;
use crate::effects::{self, Effect};
use crate::evaluate::{self, Context, evaluate};
use crate::field;
use crate::scope::{HEADER, Scope};
use crate::span::{root, span, span_of};
use crate::value::{Collection, Kind, Value};

const CHANGED: &str = "it is changed after it is set, in a way that only Python can follow";

/// What a module's top level says.
pub(crate) struct Module {
    pub(crate) header: Header,
    pub(crate) upgrade: Option<Function>,
    pub(crate) downgrade: Option<Function>,
    /// Whether statements after these could change the header without naming one of its names.
    pub(crate) changeable_later: bool,
}

/// Reads the top level of a module.
pub(crate) fn read(body: &[Stmt], text: &str) -> Module {
    read_with_imports(body, text, &|_, _| None)
}

/// The same, with what is known of other modules.
pub(crate) fn read_with_imports(body: &[Stmt], text: &str, imports: &Imports<'_>) -> Module {
    let reader = run(body, text);
    let changeable_later = reader.scope.reaches_header();
    Module {
        header: reader.header(imports),
        upgrade: reader.upgrade,
        downgrade: reader.downgrade,
        changeable_later,
    }
}

/// What a module's top level binds a name to, where it is text.
pub(crate) fn constant(body: &[Stmt], text: &str, name: &str) -> Option<String> {
    match run(body, text).scope.get(name)?.kind.clone() {
        Kind::Text(text) => Some(text),
        _ => None,
    }
}

/// Whether a name may be bound to text, found without parsing: nobody binds text by a name that is only defined, called,
/// imported or asked for something.
pub(crate) fn may_bind_text(text: &str, name: &str) -> bool {
    if !name.is_ascii() || name.is_empty() || name.starts_with("__") {
        return true;
    }
    let is_word = |byte: u8| byte == b'_' || byte.is_ascii_alphanumeric() || !byte.is_ascii();
    memchr::memmem::find_iter(text.as_bytes(), name).any(|start| {
        let (before, after) = (&text.as_bytes()[..start], &text.as_bytes()[start + name.len()..]);
        if before.last().is_some_and(|byte| is_word(*byte))
            || after.first().is_some_and(|byte| is_word(*byte))
        {
            return false;
        }
        match after.trim_ascii_start() {
            [b'=', b'=', ..] => false,
            // What assigns, a target among others, `in` of a `for`, a key of `globals()`, and a line that goes on.
            [first, ..] => b"=:,)]}i\"'\\#".contains(first),
            [] => false,
        }
    })
}

/// Follows the top level of a module to its end.
pub(crate) fn run<'a>(body: &'a [Stmt], text: &'a str) -> Reader<'a> {
    let mut reader = Reader { text, scope: Scope::default(), branches: 0, upgrade: None, downgrade: None };
    let docstring = match body.first() {
        Some(Stmt::Expr(first)) if first.value.is_string_literal_expr() => reader.evaluate(&first.value),
        _ => Value::new(Kind::None, Span::default()),
    };
    reader.scope.bind("__doc__", docstring);
    reader.block(body);
    reader
}

/// Reads statement by statement; [`crate::ways`] adds those that hold statements.
pub(crate) struct Reader<'a> {
    text: &'a str,
    pub(crate) scope: Scope<'a>,
    /// How many statements around the current one decide whether it runs.
    pub(crate) branches: u32,
    upgrade: Option<Function>,
    downgrade: Option<Function>,
}

impl<'a> Reader<'a> {
    fn header(&self, imports: &Imports<'_>) -> Header {
        let docstring = self.scope.get("__doc__").and_then(|value| match &value.kind {
            Kind::Text(text) => Some(Spanned { value: text.clone(), span: value.span }),
            _ => None,
        });
        let value = |name| self.value(name).map(|value| value.with_imports(imports));
        let many = |name| value(name).map_or(Field::Absent, |value| field::many(&value, str::to_owned));
        Header {
            revision: value("revision").map_or(Field::Absent, |value| field::one(&value)),
            down_revision: value("down_revision")
                .map_or(Field::Absent, |value| field::many(&value, |id| id.into())),
            branch_labels: many("branch_labels"),
            depends_on: many("depends_on"),
            docstring,
        }
    }

    /// What alembic gets when it asks the module for `name`.
    fn value(&self, name: &str) -> Option<Value> {
        if let Some(value) = self.scope.get(name) {
            return Some(value.clone());
        }
        if let Some(function) = self.scope.get("__getattr__") {
            return Some(Value::unknown("it is what the module's `__getattr__` gives", function.span));
        }
        // A file needs these two, so they come with the star if they come from nowhere else.
        let star = self.scope.star.as_ref().filter(|_| matches!(name, "revision" | "down_revision"))?;
        Some(Value::imported(star, name, Span::default()))
    }

    pub(crate) fn evaluate(&self, expr: &Expr) -> Value {
        evaluate(expr, Context { scope: &self.scope, text: self.text })
    }

    pub(crate) fn block(&mut self, body: &'a [Stmt]) {
        for statement in body {
            self.statement(statement);
        }
    }

    fn statement(&mut self, statement: &'a Stmt) {
        let whole = span_of(statement);
        match statement {
            Stmt::Assign(assign) => {
                self.effects(&assign.value);
                let value = self.evaluate(&assign.value);
                let value = if assign.targets.len() > 1 { value.held_twice() } else { value };
                for target in &assign.targets {
                    self.assign(target, value.clone(), whole);
                }
            }
            Stmt::AnnAssign(assign) => {
                if let Some(value) = &assign.value {
                    self.effects(value);
                    self.assign(&assign.target, self.evaluate(value), whole);
                }
            }
            Stmt::AugAssign(assign) => self.augmented(assign, whole),
            Stmt::Expr(expression) => self.expression(&expression.value),
            Stmt::FunctionDef(function) => self.function(function),
            Stmt::ClassDef(class) => {
                self.bind(&class.name, Value::unknown("it is a class, not a string", whole), whole)
            }
            Stmt::Import(import) => self.import(import),
            Stmt::ImportFrom(import) => self.import_from(import),
            Stmt::If(choice) => self.choice(choice),
            Stmt::For(repeat) => self.for_loop(repeat),
            Stmt::While(repeat) => self.while_loop(repeat),
            Stmt::Try(attempt) => self.attempt(attempt),
            Stmt::With(with) => self.with(with),
            Stmt::Match(choice) => self.matching(choice),
            Stmt::Delete(delete) => delete.targets.iter().for_each(|target| self.delete(target)),
            Stmt::Assert(assert) => self.effects(&assert.test),
            _ => {}
        }
    }

    pub(crate) fn bind(&mut self, name: &'a Identifier, value: Value, statement: Span) {
        self.bind_name(name.as_str(), span(name.range()), value, statement);
    }

    fn bind_name(&mut self, name: &'a str, name_span: Span, value: Value, statement: Span) {
        let slot = match name {
            "upgrade" => Some(&mut self.upgrade),
            "downgrade" => Some(&mut self.downgrade),
            _ => None,
        };
        if let Some(slot) = slot {
            let certain = self.branches == 0 || slot.is_some_and(|before| !before.conditional);
            *slot = Some(Function { name: name_span, span: statement, conditional: !certain });
        }
        self.scope.bind(name, value);
    }

    pub(crate) fn assign(&mut self, target: &'a Expr, value: Value, statement: Span) {
        match target {
            Expr::Name(name) => self.bind_name(name.id.as_str(), span_of(name), value, statement),
            Expr::Starred(starred) => {
                self.assign(
                    &starred.value,
                    Value::unknown("it is the rest of a collection", value.span),
                    statement,
                );
            }
            Expr::Tuple(targets) => self.unpack(&targets.elts, value, statement),
            Expr::List(targets) => self.unpack(&targets.elts, value, statement),
            _ => {
                self.effects(target);
                if let Some(name) = root(target) {
                    self.scope.change_in_place(name, CHANGED);
                }
            }
        }
    }

    fn unpack(&mut self, targets: &'a [Expr], value: Value, statement: Span) {
        let place = value.span;
        let items = match value.kind {
            Kind::Many(many) if matches!(many.shape, Collection::Tuple | Collection::List) => many.items,
            _ => Vec::new(),
        };
        if items.len() == targets.len() && !targets.iter().any(Expr::is_starred_expr) {
            for (target, item) in targets.iter().zip(items) {
                self.assign(target, item, statement);
            }
            return;
        }
        for target in targets {
            self.assign(
                target,
                Value::unknown("it is unpacked from what only Python can tell", place),
                statement,
            );
        }
    }

    fn augmented(&mut self, assign: &'a StmtAugAssign, statement: Span) {
        self.effects(&assign.value);
        let Expr::Name(name) = &*assign.target else {
            return self.assign(&assign.target, Value::unknown(CHANGED, statement), statement);
        };
        // A list is extended in place, under all of its names.
        let before = self.scope.get(name.id.as_str()).cloned();
        if before.as_ref().is_some_and(Value::is_shared) {
            return self.scope.change_in_place(name.id.as_str(), CHANGED);
        }
        let right = self.evaluate(&assign.value);
        let place = right.span;
        let value = match before {
            Some(left) if assign.op == Operator::Add => evaluate::add(left, right, place),
            _ => Value::unknown(CHANGED, place),
        };
        self.scope.change_in_place(name.id.as_str(), CHANGED);
        self.assign(&assign.target, value, statement);
    }

    /// A statement that is only an expression: mostly a call for its effects.
    fn expression(&mut self, expr: &'a Expr) {
        if let Some((name, item)) = effects::append(expr)
            && let Some(value) = self.scope.get(name)
            && value.is_mutable()
            && !value.is_shared()
        {
            let list = value.clone();
            let place = span_of(expr);
            let items = Value::collection(Collection::List, vec![self.evaluate(item)], place);
            self.scope.change_in_place(name, CHANGED);
            return self.scope.bind(name, evaluate::add(list, items, place));
        }
        self.effects(expr);
    }

    /// What an expression changes beside having a value.
    pub(crate) fn effects(&mut self, expr: &'a Expr) {
        for effect in effects::of(expr, &self.scope) {
            match effect {
                Effect::Bind(name, value) => {
                    let value = if std::ptr::eq(value.outer, expr) {
                        self.evaluate(value.value)
                    } else {
                        Value::unknown("it is set inside an expression", span_of(value.value))
                    };
                    self.bind_name(name.id.as_str(), span_of(name), value, span_of(expr));
                }
                Effect::Change(name) => self.scope.change_in_place(name, CHANGED),
                Effect::Touch(touch) if touch.rebinds => {
                    self.scope.forget(CHANGED, |name, _| name == touch.name)
                }
                Effect::Touch(touch) => self.scope.change_in_place(&touch.name, CHANGED),
                Effect::Anything => {
                    for name in HEADER {
                        self.scope.bind(name, Value::unknown(CHANGED, span_of(expr)));
                    }
                }
            }
        }
    }

    fn function(&mut self, function: &'a StmtFunctionDef) {
        let first = function.decorator_list.first().map_or(function.range.start(), Ranged::start);
        let statement =
            Span { start: first.to_u32().min(function.range.start().to_u32()), ..span(function.range) };
        let value = Value::new(Kind::Function(effects::of_call(function)), span(function.name.range()));
        self.bind(&function.name, value, statement);
    }

    fn import(&mut self, import: &'a StmtImport) {
        for alias in &import.names {
            let (name, module) = match (&alias.asname, alias.name.as_str()) {
                (Some(name), module) => (name.as_str(), module),
                (None, module) => {
                    let package = module.split('.').next().unwrap_or(module);
                    (package, package)
                }
            };
            let value = Value::new(Kind::Module(module.to_owned()), span_of(alias));
            self.bind_name(name, self.alias_span(alias), value, span_of(import));
        }
    }

    fn import_from(&mut self, import: &'a StmtImportFrom) {
        let module = import.module.as_ref().map_or("", Identifier::as_str);
        let path = format!("{}{module}", ".".repeat(import.level as usize));
        for alias in &import.names {
            if alias.name.as_str() == "*" {
                self.scope.star = Some(path.clone());
                continue;
            }
            let value = evaluate::imported(&path, alias.name.as_str(), span_of(alias));
            let name = alias.asname.as_ref().unwrap_or(&alias.name);
            self.bind_name(name.as_str(), self.alias_span(alias), value, span_of(import));
        }
    }

    fn alias_span(&self, alias: &Alias) -> Span {
        span(alias.asname.as_ref().unwrap_or(&alias.name).range())
    }

    fn delete(&mut self, target: &'a Expr) {
        let Expr::Name(name) = target else {
            return self.assign(target, Value::unknown(CHANGED, span_of(target)), span_of(target));
        };
        self.scope.remove(name.id.as_str());
        match (name.id.as_str(), self.branches) {
            ("upgrade", 0) => self.upgrade = None,
            ("downgrade", 0) => self.downgrade = None,
            _ => {}
        }
    }
}
