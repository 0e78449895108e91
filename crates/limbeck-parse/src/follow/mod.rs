//! What `upgrade()` or `downgrade()` does, in order, as far as its text tells.
//!
//! It owns Python: names, values, statements, calls of the file's own functions. What a call of alembic or SQLAlchemy means
//! is not its business: it tells that such a symbol was called, with which values. What only Python can tell is opaque.
#![allow(dead_code)]

pub(crate) mod function;
pub(crate) mod value;

use std::collections::BTreeMap;
use std::rc::Rc;

use limbeck_types::{Argument, Direction};
use ruff_python_ast::{Alias, Expr, ExprCall, Number, Stmt};

use crate::Imports;
use crate::literal;
use crate::span::span_of;
use value::{Call, Event, EventKind, Kind, Value};

/// What the function of this direction does.
pub(crate) fn follow(body: &[Stmt], text: &str, direction: Direction, imports: &Imports<'_>) -> Vec<Event> {
    let mut follower =
        Follower { text, imports, names: BTreeMap::new(), events: Vec::new(), functions: BTreeMap::new() };
    follower.block(body);
    let name = match direction {
        Direction::Upgrade => "upgrade",
        Direction::Downgrade => "downgrade",
    };
    follower.events.clear();
    if let Some(body) = follower.functions.get(name).copied() {
        follower.block(body);
    }
    follower.events
}

struct Follower<'a> {
    text: &'a str,
    imports: &'a Imports<'a>,
    names: BTreeMap<&'a str, Value>,
    functions: BTreeMap<&'a str, &'a [Stmt]>,
    events: Vec<Event>,
}

impl<'a> Follower<'a> {
    fn block(&mut self, body: &'a [Stmt]) {
        for statement in body {
            self.statement(statement);
        }
    }

    fn statement(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::Import(import) => {
                for alias in &import.names {
                    let full = alias.name.as_str();
                    match &alias.asname {
                        Some(name) => self.bind(name.as_str(), self.path(full, alias)),
                        None => {
                            let first = full.split('.').next().unwrap_or(full);
                            self.bind(first, self.path(first, alias));
                        }
                    }
                }
            }
            Stmt::ImportFrom(import) => {
                let module = import.module.as_ref().map_or("", |module| module.as_str());
                let module = format!("{}{module}", ".".repeat(import.level as usize));
                for alias in &import.names {
                    let name = alias.asname.as_ref().unwrap_or(&alias.name);
                    let dot = if module.ends_with('.') { "" } else { "." };
                    let path = format!("{module}{dot}{}", alias.name.as_str());
                    self.bind(name.as_str(), self.path(&path, alias));
                }
            }
            Stmt::Assign(assign) => {
                let value = self.evaluate(&assign.value);
                for target in &assign.targets {
                    if let Expr::Name(name) = target {
                        self.bind(name.id.as_str(), value.clone());
                    }
                }
            }
            Stmt::AnnAssign(assign) => {
                if let (Expr::Name(name), Some(value)) = (&*assign.target, &assign.value) {
                    let value = self.evaluate(value);
                    self.bind(name.id.as_str(), value);
                }
            }
            Stmt::FunctionDef(function) => {
                self.functions.insert(function.name.as_str(), &function.body);
            }
            Stmt::Expr(expression) => {
                self.evaluate(&expression.value);
            }
            _ => {}
        }
    }

    fn path(&self, path: &str, alias: &Alias) -> Value {
        Value::new(Kind::Path(path.into()), span_of(alias))
    }

    fn bind(&mut self, name: &'a str, value: Value) {
        self.names.insert(name, value);
    }

    fn evaluate(&mut self, expr: &'a Expr) -> Value {
        let span = span_of(expr);
        match expr {
            Expr::NoneLiteral(_) => Value::new(Kind::None, span),
            Expr::BooleanLiteral(boolean) => Value::new(Kind::Bool(boolean.value), span),
            Expr::NumberLiteral(number) => match &number.value {
                Number::Int(int) => int.as_i64().map_or_else(
                    || Value::opaque("it is a large number", span),
                    |int| Value::new(Kind::Int(int.into()), span),
                ),
                Number::Float(float) => Value::new(Kind::Float(*float), span),
                Number::Complex { .. } => Value::opaque("it is a complex number", span),
            },
            Expr::StringLiteral(string) => Value::text(literal::string(string, self.text)),
            Expr::Tuple(tuple) => Value::new(Kind::Tuple(self.all(&tuple.elts).into()), span),
            Expr::List(list) => {
                Value::new(Kind::List(Rc::new(std::cell::RefCell::new(self.all(&list.elts)))), span)
            }
            Expr::Dict(dict) => {
                let mut items = Vec::new();
                for item in &dict.items {
                    if let Some(key) = &item.key {
                        items.push((self.evaluate(key), self.evaluate(&item.value)));
                    }
                }
                Value::new(Kind::Dict(Rc::new(std::cell::RefCell::new(items))), span)
            }
            Expr::Name(name) => self.names.get(name.id.as_str()).cloned().unwrap_or_else(|| {
                Value::opaque(format!("`{}` is not assigned before", name.id.as_str()), span)
            }),
            Expr::Attribute(attribute) => {
                let base = self.evaluate(&attribute.value);
                match &base.kind {
                    Kind::Path(path) => {
                        Value::new(Kind::Path(format!("{path}.{}", attribute.attr.as_str()).into()), span)
                    }
                    _ if base.is_symbol() => {
                        Value::new(Kind::Attribute(Rc::new((base, attribute.attr.as_str().to_owned()))), span)
                    }
                    _ => Value::opaque("it is computed when the file is run", span),
                }
            }
            Expr::Call(call) => self.call(call),
            _ => Value::opaque("it is computed when the file is run", span),
        }
    }

    fn all(&mut self, elements: &'a [Expr]) -> Vec<Value> {
        elements.iter().map(|element| self.evaluate(element)).collect()
    }

    fn call(&mut self, call: &'a ExprCall) -> Value {
        let span = span_of(call);
        let callee = self.evaluate(&call.func);
        let positional = self.all(&call.arguments.args);
        let mut keywords = Vec::new();
        for keyword in &call.arguments.keywords {
            let value = self.evaluate(&keyword.value);
            let name = keyword.arg.as_ref().map_or("**", |name| name.as_str());
            keywords.push((name.to_owned(), value));
        }
        if !callee.is_symbol() {
            return Value::opaque("it is what a call returns", span);
        }
        let mut arguments: Vec<Argument> =
            call.arguments.args.iter().map(|arg| Argument { name: None, span: span_of(arg) }).collect();
        arguments.extend(call.arguments.keywords.iter().map(|keyword| Argument {
            name: keyword.arg.as_ref().map(|name| name.as_str().to_owned()),
            span: span_of(&keyword.value),
        }));
        let number = self.events.len() as u32;
        let call = Rc::new(Call { callee, positional, keywords, span, arguments, number });
        self.events.push(Event {
            kind: EventKind::Called(Rc::clone(&call)),
            span,
            callers: Rc::new([]),
            condition: None,
        });
        Value::new(Kind::Call(call), span)
    }
}
