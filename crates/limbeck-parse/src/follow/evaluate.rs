//! Expressions, in the order in which Python evaluates their parts.

use std::rc::Rc;

use limbeck_types::Span;
use ruff_python_ast::name::Name;
use ruff_python_ast::{BoolOp, Expr, ExprBoolOp, ExprDict, ExprIf, ExprSubscript, Number, Operator, UnaryOp};

use super::equal::{is_plain, truth};
use super::follower::{Follower, Result};
use super::journal::{Cell, either_value, several};
use super::lazy::cell_of;
use super::managers::Frame;
use super::scope::{Definition, Scope, ScopeKind};
use super::value::{Kind, Value};
use super::ways::{Flow, Way, blame};
use crate::literal;

/// Python's own functions and classes that a file may name.
const BUILTINS: [&str; 61] = [
    "ArithmeticError",
    "AssertionError",
    "AttributeError",
    "BaseException",
    "Ellipsis",
    "Exception",
    "ImportError",
    "IndexError",
    "KeyError",
    "LookupError",
    "ModuleNotFoundError",
    "NameError",
    "NotImplemented",
    "NotImplementedError",
    "OSError",
    "RuntimeError",
    "StopIteration",
    "TypeError",
    "UnicodeDecodeError",
    "ValueError",
    "ZeroDivisionError",
    "abs",
    "all",
    "any",
    "bool",
    "bytes",
    "callable",
    "chr",
    "classmethod",
    "dict",
    "enumerate",
    "eval",
    "exec",
    "filter",
    "float",
    "frozenset",
    "getattr",
    "globals",
    "hasattr",
    "int",
    "isinstance",
    "issubclass",
    "iter",
    "len",
    "list",
    "map",
    "max",
    "min",
    "next",
    "object",
    "open",
    "ord",
    "print",
    "property",
    "range",
    "repr",
    "reversed",
    "round",
    "set",
    "sorted",
    "str",
];
const MORE_BUILTINS: [&str; 17] = [
    "__import__",
    "delattr",
    "dir",
    "divmod",
    "format",
    "hash",
    "id",
    "locals",
    "pow",
    "setattr",
    "staticmethod",
    "sum",
    "super",
    "tuple",
    "type",
    "vars",
    "zip",
];

impl<'a> Follower<'a> {
    /// The value of an expression.
    pub(super) fn evaluate(&mut self, expr: &'a Expr) -> Result {
        let span = self.place_of(expr);
        match expr {
            Expr::Name(name) => self.name(&name.id, span),
            Expr::StringLiteral(string) => {
                if self.abroad.is_some() {
                    let decoded = literal::string(string, self.source());
                    self.spend(decoded.value.len() / 64, span)?;
                    return Ok(Value::text(super::text::made(&decoded.value, span)));
                }
                if let Some(known) = self.literals.get(&span) {
                    return Ok(Value::new(Kind::Text(Rc::clone(known)), span));
                }
                let decoded = Rc::new(literal::string(string, self.text));
                self.spend(decoded.value.len() / 64, span)?;
                self.literals.insert(span, Rc::clone(&decoded));
                Ok(Value::new(Kind::Text(decoded), span))
            }
            _ => self.nested(span, |follower| follower.expression(expr, span)),
        }
    }

    fn expression(&mut self, expr: &'a Expr, span: Span) -> Result {
        match expr {
            Expr::NoneLiteral(_) => Ok(Value::none(span)),
            Expr::BooleanLiteral(boolean) => Ok(Value::bool(boolean.value, span)),
            Expr::NumberLiteral(number) => Ok(self.number(&number.value, span)),
            Expr::BytesLiteral(bytes) => {
                let bytes: Vec<u8> = bytes.value.iter().flat_map(|part| part.value.iter().copied()).collect();
                Ok(Value::new(Kind::Bytes(bytes.into()), span))
            }
            Expr::FString(string) => self.f_string(string, span),
            Expr::Tuple(tuple) => {
                let items = self.elements(&tuple.elts)?;
                Ok(Value::new(Kind::Tuple(items.into()), span))
            }
            Expr::List(list) => {
                let items = self.elements(&list.elts)?;
                Ok(self.list(items, span))
            }
            Expr::Set(set) => {
                let items = self.elements(&set.elts)?;
                self.set_of(items, span)
            }
            Expr::Dict(dict) => self.dictionary(dict, span),
            Expr::Attribute(attribute) => {
                let base = self.evaluate(&attribute.value)?;
                self.attribute(base, attribute.attr.as_str(), span)
            }
            Expr::Subscript(subscript) => self.subscript(subscript, span),
            Expr::Call(call) => self.call(call, span),
            Expr::BinOp(_) => self.chain(expr, span),
            Expr::UnaryOp(operation) => {
                let operand = self.evaluate(&operation.operand)?;
                self.unary(operation.op, operand, span)
            }
            Expr::BoolOp(operation) => self.boolean(operation, 0, span),
            Expr::Compare(comparison) => self.comparison(comparison, span),
            Expr::If(choice) => self.conditional(choice, span),
            Expr::Named(named) => {
                let value = self.evaluate(&named.value)?;
                if let Expr::Name(name) = &*named.target {
                    self.bind_walrus(&name.id, value.clone())?;
                }
                Ok(value)
            }
            Expr::Lambda(lambda) => self.function_value(Definition::Lambda(lambda), span),
            Expr::ListComp(_) | Expr::SetComp(_) | Expr::DictComp(_) | Expr::Generator(_) => {
                self.comprehension(expr, span)
            }
            Expr::Starred(starred) => self.evaluate(&starred.value),
            Expr::Yield(given) => {
                let value = match &given.value {
                    Some(value) => self.evaluate(value)?,
                    None => Value::none(span),
                };
                self.give(value, span)
            }
            Expr::YieldFrom(given) => {
                let value = self.evaluate(&given.value)?;
                let items = self.items_of(&value, span)?;
                match self.yielded.last_mut() {
                    Some(Frame::Items(given)) => given.extend(items),
                    Some(Frame::Block(_)) => {
                        self.lose("whether it gives way to the block here is not known", span)?
                    }
                    None => {}
                }
                Ok(Value::opaque("it is what a generator returns", span))
            }
            Expr::Await(awaited) => {
                self.evaluate(&awaited.value)?;
                Ok(Value::opaque("it is awaited", span))
            }
            Expr::EllipsisLiteral(_) => Ok(Value::new(Kind::Path("builtins.Ellipsis".into()), span)),
            Expr::Slice(_) | Expr::TString(_) | Expr::IpyEscapeCommand(_) => {
                Ok(Value::opaque("it is computed when the file is run", span))
            }
            _ => Ok(Value::opaque("it is computed when the file is run", span)),
        }
    }

    fn number(&self, number: &Number, span: Span) -> Value {
        match number {
            Number::Int(int) => match int.as_i64().map(i128::from).or_else(|| int.to_string().parse().ok()) {
                Some(int) => Value::new(Kind::Int(int), span),
                None => Value::opaque("it is a very large number", span),
            },
            Number::Float(float) => Value::new(Kind::Float(*float), span),
            Number::Complex { .. } => Value::opaque("it is a complex number", span),
        }
    }

    /// Elements of a display or positional arguments, `*` unpacked.
    pub(super) fn elements(&mut self, elements: &'a [Expr]) -> Result<Vec<Value>> {
        let mut items = Vec::with_capacity(elements.len());
        for element in elements {
            match element {
                Expr::Starred(starred) => {
                    let value = self.evaluate(&starred.value)?;
                    items.extend(self.items_of(&value, self.place_of(starred))?);
                }
                _ => items.push(self.evaluate(element)?),
            }
        }
        Ok(items)
    }

    fn dictionary(&mut self, dict: &'a ExprDict, span: Span) -> Result {
        let mut pairs = Vec::with_capacity(dict.items.len());
        for item in &dict.items {
            match &item.key {
                Some(key) => pairs.push((self.evaluate(key)?, self.evaluate(&item.value)?)),
                None => {
                    let value = self.evaluate(&item.value)?;
                    pairs.extend(self.pairs_of(&value, self.place_of(&item.value))?);
                }
            }
        }
        self.dict_of(pairs, span)
    }

    /// A dictionary of pairs: of equal keys the first stays, with the last value.
    pub(super) fn dict_of(&mut self, pairs: Vec<(Value, Value)>, span: Span) -> Result {
        self.spend(pairs.len(), span)?;
        if let Some((key, _)) = pairs.iter().find(|(key, _)| !is_key(key)) {
            let opaque = self.blame_value(key);
            let several = several(&opaque);
            return Ok(self.dict(vec![(several.clone(), several)], span));
        }
        let mut index = super::keys::Index::default();
        let mut unique: Vec<(Value, Value)> = Vec::with_capacity(pairs.len());
        for (key, value) in pairs {
            match index.find_or_insert(&key, unique.len()) {
                Some(at) => unique[at].1 = value,
                None => unique.push((key, value)),
            }
        }
        Ok(self.dict(unique, span))
    }

    pub(super) fn set_of(&mut self, items: Vec<Value>, span: Span) -> Result {
        self.spend(items.len(), span)?;
        if let Some(item) = items.iter().find(|item| !is_key(item)) {
            let several = several(&self.blame_value(item));
            let items = self.items(vec![several]);
            return Ok(Value::new(Kind::Set(items), span));
        }
        let mut index = super::keys::Index::default();
        let mut unique = Vec::with_capacity(items.len());
        for item in items {
            if index.find_or_insert(&item, unique.len()).is_none() {
                unique.push(item);
            }
        }
        let items = self.items(unique);
        Ok(Value::new(Kind::Set(items), span))
    }

    /// Looks a name up.
    pub(super) fn name(&mut self, name: &Name, span: Span) -> Result {
        self.spend(1, span)?;
        let mut scope = Rc::clone(&self.scope);
        let mut is_own = true;
        loop {
            let passes = matches!(scope.kind, ScopeKind::Class) && !is_own;
            if !passes {
                let mut found = scope.names.borrow().get(name).cloned();
                if found.is_none() && scope.waits.get().is_some() {
                    found = self.waiting(&scope, name, span)?;
                }
                if let Some(value) = found {
                    if self.lazy.reads() {
                        self.lazy.read(Cell::Name(Rc::clone(&scope), name.clone()));
                        cell_of(&value).into_iter().for_each(|cell| self.lazy.read(cell));
                    }
                    let is_global = matches!(scope.kind, ScopeKind::Module);
                    return if is_global { self.global(value, span) } else { Ok(value) };
                }
                if let ScopeKind::Function(names) = &scope.kind {
                    if names.locals.contains(name) {
                        let reason = format!("`{name}` is read before it is set");
                        return Err(self.raise("UnboundLocalError", reason, span));
                    }
                    if names.globals.contains(name) {
                        scope = self.globals();
                        continue;
                    }
                }
            }
            is_own &= matches!(scope.kind, ScopeKind::Comprehension);
            match &scope.outer {
                Some(outer) => scope = Rc::clone(outer),
                None => break,
            }
        }
        let text = name.as_str();
        if matches!(text, "__name__" | "__file__" | "__doc__") {
            return Ok(Value::new(Kind::Path(text.into()), span));
        }
        if let Some(module) = scope.star.borrow().as_deref()
            && !BUILTINS.contains(&text)
            && !MORE_BUILTINS.contains(&text)
        {
            return Ok(self.member(module, text, span));
        }
        if BUILTINS.contains(&text) || MORE_BUILTINS.contains(&text) {
            return Ok(self.path(["builtins.", text, ""], span));
        }
        if self.is_a_builtin_unlisted(text) {
            return Ok(Value::opaque(format!("`{text}` is not followed"), span));
        }
        Err(self.raise("NameError", format!("`{text}` is not defined"), span))
    }

    /// Python has more of its own than is followed.
    fn is_a_builtin_unlisted(&self, name: &str) -> bool {
        name.ends_with("Error")
            || name.ends_with("Warning")
            || name.ends_with("Exit")
            || name.ends_with("Interrupt")
            || name.ends_with("Group")
            || name.starts_with("__")
            || [
                "aiter",
                "anext",
                "ascii",
                "bin",
                "breakpoint",
                "bytearray",
                "compile",
                "complex",
                "copyright",
            ]
            .contains(&name)
            || ["credits", "exit", "help", "hex", "input", "license", "memoryview", "oct", "quit"]
                .contains(&name)
            || ["slice", "StopAsyncIteration"].contains(&name)
    }

    /// `a + b + c`, of any length, without a level of the stack for each.
    fn chain(&mut self, expr: &'a Expr, span: Span) -> Result {
        let mut operations = Vec::new();
        let mut left = expr;
        while let Expr::BinOp(operation) = left {
            operations.push(operation);
            left = &operation.left;
        }
        let mut value = self.evaluate(left)?;
        // A long sum of texts is put together once.
        let all_sums = operations.iter().all(|operation| operation.op == Operator::Add);
        if all_sums && operations.len() > 2 && value.as_text().is_some() {
            return self.sum_of_texts(value, &operations, span);
        }
        for operation in operations.into_iter().rev() {
            let right = self.evaluate(&operation.right)?;
            self.spend(1, span)?;
            value = self.binary(value, operation.op, right, self.place_of(operation))?;
        }
        Ok(value)
    }

    fn sum_of_texts(
        &mut self,
        first: Value,
        operations: &[&'a ruff_python_ast::ExprBinOp],
        span: Span,
    ) -> Result {
        let mut builder = super::text::Builder::default();
        if let Some(text) = first.as_text() {
            builder.whole(text);
        }
        let mut rest = operations.iter().rev();
        for operation in rest.by_ref() {
            let right = self.evaluate(&operation.right)?;
            self.spend(1, span)?;
            if let Some(text) = right.as_text() {
                self.spend_text(text, span)?;
                builder.whole(text);
                continue;
            }
            let left = Value::text(std::mem::take(&mut builder).finish(self.place_of(&*operation.left)));
            let mut value = self.binary(left, operation.op, right, self.place_of(*operation))?;
            for operation in rest {
                let right = self.evaluate(&operation.right)?;
                self.spend(1, span)?;
                value = self.binary(value, operation.op, right, self.place_of(*operation))?;
            }
            return Ok(value);
        }
        Ok(Value::text(builder.finish(span)))
    }

    /// `a and b and c` from the operand at `start` on.
    fn boolean(&mut self, operation: &'a ExprBoolOp, start: usize, span: Span) -> Result {
        let decides = operation.op == BoolOp::Or;
        let Some((first, rest)) = operation.values[start..].split_first() else {
            return Ok(Value::opaque("it is computed when the file is run", span));
        };
        let value = self.evaluate(first)?;
        if rest.is_empty() {
            return Ok(value);
        }
        match truth(&value) {
            Some(truth) if truth == decides => Ok(value),
            Some(_) => self.boolean(operation, start + 1, span),
            None => {
                let condition = self.depends_on(&value, self.place_of(first));
                let mut right = None;
                let way = self.way(&condition, |follower| {
                    right = Some(follower.boolean(operation, start + 1, span)?);
                    Ok(Flow::Normal)
                })?;
                self.meet(vec![way, Way::nothing()], &condition)?;
                let Some(right) = right else { return Ok(value) };
                // `x and False` is false for any `x`.
                if truth(&right) == Some(decides) && !decides {
                    return Ok(self.falsy_or(value, right, span));
                }
                if value.as_opaque().is_some() || !value.is_symbol() {
                    return Ok(Value::new(Kind::Opaque(blame(&condition)), span));
                }
                let (left, right) = (self.snapshot(&value)?, self.snapshot(&right)?);
                let name = operation.op.as_str();
                Ok(Value::new(Kind::Operator(Rc::new((left, name, right))), span))
            }
        }
    }

    /// `left and right`, where `right` is known to be false: its truth is known, its value is not.
    fn falsy_or(&self, _left: Value, right: Value, span: Span) -> Value {
        match right.kind {
            Kind::Bool(false) => right.at(span),
            _ => Value::opaque("it depends on a condition", span),
        }
    }

    fn conditional(&mut self, choice: &'a ExprIf, span: Span) -> Result {
        let test = self.evaluate(&choice.test)?;
        match truth(&test) {
            Some(true) => self.evaluate(&choice.body),
            Some(false) => self.evaluate(&choice.orelse),
            None => {
                let condition = self.depends_on(&test, self.place_of(&*choice.test));
                let (mut one, mut other) = (None, None);
                let first = self.way(&condition, |follower| {
                    one = Some(follower.evaluate(&choice.body)?);
                    Ok(Flow::Normal)
                })?;
                let second = self.way(&condition, |follower| {
                    other = Some(follower.evaluate(&choice.orelse)?);
                    Ok(Flow::Normal)
                })?;
                self.meet(vec![first, second], &condition)?;
                Ok(match (one, other) {
                    (Some(one), Some(other)) => {
                        either_value(one, &other, &blame(&condition), &mut self.hidden).at(span)
                    }
                    (Some(value), None) | (None, Some(value)) => value,
                    (None, None) => Value::new(Kind::Opaque(blame(&condition)), span),
                })
            }
        }
    }

    fn subscript(&mut self, subscript: &'a ExprSubscript, span: Span) -> Result {
        let base = self.evaluate(&subscript.value)?;
        if let Expr::Slice(slice) = &*subscript.slice {
            let mut bound =
                |expr: &'a Option<Box<Expr>>| expr.as_ref().map(|expr| self.evaluate(expr)).transpose();
            let (lower, upper, step) = (bound(&slice.lower)?, bound(&slice.upper)?, bound(&slice.step)?);
            return self.slice(&base, [lower, upper, step], span);
        }
        let index = self.evaluate(&subscript.slice)?;
        self.item(base, index, span)
    }

    fn unary(&mut self, op: UnaryOp, operand: Value, span: Span) -> Result {
        if op == UnaryOp::Not
            && let Some(truth) = truth(&operand)
        {
            return Ok(Value::bool(!truth, span));
        }
        match (op, &operand.kind) {
            (UnaryOp::USub, Kind::Int(int)) => Ok(Value::new(Kind::Int(-int), span)),
            (UnaryOp::USub, Kind::Bool(value)) => Ok(Value::new(Kind::Int(-i128::from(*value)), span)),
            (UnaryOp::USub, Kind::Float(float)) => Ok(Value::new(Kind::Float(-float), span)),
            (UnaryOp::UAdd, Kind::Int(_) | Kind::Float(_)) => Ok(operand.at(span)),
            (UnaryOp::Invert, Kind::Int(int)) => Ok(Value::new(Kind::Int(!int), span)),
            (_, Kind::Opaque(_)) => Ok(operand.at(span)),
            _ if operand.is_symbol() => {
                let operand = self.snapshot(&operand)?;
                Ok(Value::new(Kind::Unary(op.as_str(), Rc::new(operand)), span))
            }
            _ => Ok(Value::opaque("it is computed when the file is run", span)),
        }
    }

    /// A walrus binds in the function around, past comprehensions.
    fn bind_walrus(&mut self, name: &Name, value: Value) -> Result<()> {
        let mut scope = Rc::clone(&self.scope);
        while let (ScopeKind::Comprehension, Some(outer)) = (&scope.kind, &scope.outer) {
            let outer: Rc<Scope> = Rc::clone(outer);
            scope = outer;
        }
        self.bind_in(&scope, name, value)
    }
}

/// A value that can be a key whose equality with others is known. Symbols are keys too: they are what they are.
fn is_key(value: &Value) -> bool {
    is_plain(value)
        || matches!(value.kind, Kind::Path(_) | Kind::Call(_) | Kind::Class(_) | Kind::Function(_))
        || matches!(&value.kind, Kind::Attribute(parts) if matches!(parts.0.kind, Kind::Class(_)))
        || super::keys::is_column(value)
}
