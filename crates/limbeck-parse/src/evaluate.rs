//! Expressions that can be evaluated without running the file.
//!
//! It owns what an expression is worth, given the names before it. It binds nothing and follows no call but those that only
//! make a collection or format text; all else is unknown, with its reason.

use limbeck_types::Span;
use ruff_python_ast::{
    BoolOp, CmpOp, Expr, ExprBinOp, ExprBoolOp, ExprCall, ExprCompare, ExprSubscript, ExprUnaryOp,
};
use ruff_python_ast::{Number, Operator, UnaryOp};

use crate::format;
use crate::literal;
use crate::scope::Scope;
use crate::span::{dotted, span_of};
use crate::value::{Collection, Kind, Value};

/// What an expression is evaluated against.
#[derive(Clone, Copy)]
pub(crate) struct Context<'c, 'a> {
    pub(crate) scope: &'c Scope<'a>,
    pub(crate) text: &'c str,
}

/// The value of `expr`. Each part carries the span of its own literal; what came through a name, that of the name's use.
pub(crate) fn evaluate(expr: &Expr, ctx: Context<'_, '_>) -> Value {
    let span = span_of(expr);
    let unknown = |reason: &str| Value::unknown(reason, span);
    match expr {
        Expr::NoneLiteral(_) => Value::new(Kind::None, span),
        Expr::BooleanLiteral(boolean) => Value::new(Kind::Bool(boolean.value), span),
        Expr::NumberLiteral(number) if matches!(number.value, Number::Complex { .. }) => {
            unknown("it is a complex number")
        }
        Expr::NumberLiteral(_) => Value::new(Kind::Number(source(ctx.text, span).to_owned()), span),
        Expr::StringLiteral(string) => Value::new(Kind::Text(literal::string(string, ctx.text).value), span),
        Expr::FString(string) => format::f_string(string, ctx),
        Expr::Tuple(tuple) => collection(Collection::Tuple, &tuple.elts, span, ctx),
        Expr::List(list) => collection(Collection::List, &list.elts, span, ctx),
        Expr::Set(set) => collection(Collection::Set, &set.elts, span, ctx),
        Expr::Dict(dict) => {
            let keys: Option<Vec<_>> =
                dict.items.iter().map(|item| Some(evaluate(item.key.as_ref()?, ctx))).collect();
            keys.map_or_else(
                || unknown("it is a dictionary that unpacks another"),
                |keys| Value::collection(Collection::Dict, keys, span),
            )
        }
        Expr::Name(name) => variable(name.id.as_str(), span, ctx),
        Expr::Attribute(attribute) => member(&attribute.value, attribute.attr.as_str(), span, ctx),
        Expr::Subscript(subscript) => item(subscript, span, ctx),
        Expr::Named(named) => evaluate(&named.value, ctx),
        Expr::BinOp(operation) => binary(operation, span, ctx),
        Expr::UnaryOp(operation) => unary(operation, span, ctx),
        Expr::BoolOp(operation) => boolean(operation, span, ctx),
        Expr::Compare(comparison) => compare(comparison, span, ctx),
        Expr::If(choice) => match evaluate(&choice.test, ctx).truth() {
            Some(true) => evaluate(&choice.body, ctx),
            Some(false) => evaluate(&choice.orelse, ctx),
            None => either(evaluate(&choice.body, ctx), &evaluate(&choice.orelse, ctx), span),
        },
        Expr::Call(call) => called(call, span, ctx),
        Expr::BytesLiteral(_) => unknown("it is bytes, not a string"),
        Expr::Generator(_) => unknown("it is a generator, which alembic can read only once"),
        Expr::ListComp(_) | Expr::SetComp(_) | Expr::DictComp(_) => unknown("it is a comprehension"),
        Expr::TString(_) => unknown("it is a template, not a string"),
        Expr::Lambda(_) => unknown("it is a function, not a string"),
        _ => unknown("it is computed when the file is run"),
    }
}

/// The source of a span. Empty where it is no text, which only a broken file can bring about.
pub(crate) fn source(text: &str, span: Span) -> &str {
    text.get(span.range()).unwrap_or_default()
}

fn collection(shape: Collection, elements: &[Expr], span: Span, ctx: Context<'_, '_>) -> Value {
    let mut items = Vec::with_capacity(elements.len());
    for element in elements {
        let Expr::Starred(starred) = element else {
            items.push(evaluate(element, ctx));
            continue;
        };
        let value = evaluate(&starred.value, ctx);
        match value.kind {
            Kind::Many(many) => items.extend(many.items),
            Kind::Unknown(_) => items.push(value),
            _ => items.push(Value::unknown("it is unpacked from no collection", value.span)),
        }
    }
    bounded(Value::collection(shape, items, span))
}

/// A value that did not grow out of proportion, as in a hundred lines of `x = x + x`.
pub(crate) fn bounded(value: Value) -> Value {
    if value.size() > 1 << 20 { Value::unknown("it is too long to be followed", value.span) } else { value }
}

fn variable(name: &str, span: Span, ctx: Context<'_, '_>) -> Value {
    match (ctx.scope.get(name), &ctx.scope.star) {
        (Some(value), _) => value.clone().used_at(span),
        (None, Some(module)) => Value::imported(module, name, span),
        (None, None) => Value::unknown(format!("`{name}` is not assigned before"), span),
    }
}

fn member(base: &Expr, name: &str, span: Span, ctx: Context<'_, '_>) -> Value {
    match evaluate(base, ctx).kind {
        Kind::Module(module) => imported(&module, name, span),
        Kind::Unknown(unknown) => match unknown.import {
            Some((module, inner)) => imported(&join(&module, &inner), name, span),
            None => Value::unknown(unknown.reason, span),
        },
        _ => Value::unknown(format!("it is the attribute `{name}` of a value"), span),
    }
}

/// A name of another module. One is known: type checkers alone see the branches of `TYPE_CHECKING`.
pub(crate) fn imported(module: &str, name: &str, span: Span) -> Value {
    match (module, name) {
        ("typing" | "typing_extensions", "TYPE_CHECKING") => Value::new(Kind::Bool(false), span),
        _ => Value::imported(module, name, span),
    }
}

/// `pkg` and `cli` are `pkg.cli`; `.` and `cli` are `.cli`.
fn join(module: &str, name: &str) -> String {
    if module.ends_with('.') { format!("{module}{name}") } else { format!("{module}.{name}") }
}

fn item(subscript: &ExprSubscript, span: Span, ctx: Context<'_, '_>) -> Value {
    let (base, index) = (evaluate(&subscript.value, ctx), evaluate(&subscript.slice, ctx));
    match (base.kind, index.kind) {
        (Kind::Many(many), Kind::Number(index))
            if matches!(many.shape, Collection::Tuple | Collection::List) =>
        {
            let found = index.parse().ok().and_then(|index: usize| many.items.into_iter().nth(index));
            found.map_or_else(
                || Value::unknown("it is an element that is not there", span),
                |item| item.used_at(span),
            )
        }
        (Kind::Unknown(unknown), _) if is_environment(unknown.import.as_ref()) => {
            Value::unknown("it is read from the environment", span)
        }
        (Kind::Unknown(unknown), _) => Value::unknown(unknown.reason, span),
        _ => Value::unknown("it is an element that only Python can look up", span),
    }
}

fn is_environment(import: Option<&(String, String)>) -> bool {
    let import = import.map(|(module, name)| (module.as_str(), name.as_str()));
    matches!(import, Some(("os", "environ" | "getenv") | ("os.environ", _)))
}

fn binary(operation: &ExprBinOp, span: Span, ctx: Context<'_, '_>) -> Value {
    let left = evaluate(&operation.left, ctx);
    match operation.op {
        Operator::Add => add(left, evaluate(&operation.right, ctx), span),
        Operator::Mod => format::percent(left, evaluate(&operation.right, ctx), span),
        _ => Value::unknown("it is computed when the file is run", span),
    }
}

/// `left + right`: text or collections of one kind.
pub(crate) fn add(left: Value, right: Value, span: Span) -> Value {
    match (left.kind, right.kind) {
        (Kind::Text(mut left), Kind::Text(right)) => {
            left.push_str(&right);
            bounded(Value::new(Kind::Text(left), span))
        }
        (Kind::Many(mut left), Kind::Many(right)) if left.shape == right.shape => {
            left.items.extend(right.items);
            left.shared = false;
            bounded(Value::new(Kind::Many(left), span))
        }
        (unknown @ Kind::Unknown(_), _) => Value::new(unknown, left.span),
        (_, unknown @ Kind::Unknown(_)) => Value::new(unknown, right.span),
        _ => Value::unknown("it is a sum that only Python can tell", span),
    }
}

fn unary(operation: &ExprUnaryOp, span: Span, ctx: Context<'_, '_>) -> Value {
    let operand = evaluate(&operation.operand, ctx);
    match (operation.op, &operand.kind) {
        (UnaryOp::USub | UnaryOp::UAdd, Kind::Number(_)) => {
            Value::new(Kind::Number(source(ctx.text, span).to_owned()), span)
        }
        (UnaryOp::Not, _) if operand.truth().is_some() => {
            Value::new(Kind::Bool(operand.truth() == Some(false)), span)
        }
        _ => Value::unknown("it is computed when the file is run", span),
    }
}

/// `a or b or c`: the first that decides.
fn boolean(operation: &ExprBoolOp, span: Span, ctx: Context<'_, '_>) -> Value {
    let decides = operation.op == BoolOp::Or;
    let mut last = None;
    for operand in &operation.values {
        let value = evaluate(operand, ctx);
        match value.truth() {
            None => return Value::unknown("it depends on a value that only Python can tell", span),
            Some(truth) if truth == decides => return value,
            Some(_) => last = Some(value),
        }
    }
    last.unwrap_or_else(|| Value::unknown("it is computed when the file is run", span))
}

fn compare(comparison: &ExprCompare, span: Span, ctx: Context<'_, '_>) -> Value {
    let unknown = || Value::unknown("it is computed when the file is run", span);
    let ([op], [right]) = (&*comparison.ops, &*comparison.comparators) else { return unknown() };
    let is_equality = match op {
        CmpOp::Eq | CmpOp::Is => true,
        CmpOp::NotEq | CmpOp::IsNot => false,
        _ => return unknown(),
    };
    let right = evaluate(right, ctx);
    // alembic never runs a revision file as a program.
    if dotted(&comparison.left).as_deref() == Some("__name__")
        && matches!(&right.kind, Kind::Text(name) if name == "__main__")
    {
        return Value::new(Kind::Bool(!is_equality), span);
    }
    let left = evaluate(&comparison.left, ctx);
    let plain = |value: &Value| matches!(value.kind, Kind::None | Kind::Bool(_) | Kind::Text(_));
    if !plain(&left) || !plain(&right) {
        return unknown();
    }
    Value::new(Kind::Bool(left.same(&right) == is_equality), span)
}

fn either(one: Value, other: &Value, span: Span) -> Value {
    if one.same(other) { one } else { Value::unknown("it depends on a condition", span) }
}

fn called(call: &ExprCall, span: Span, ctx: Context<'_, '_>) -> Value {
    if let Some(value) = format::method(call, span, ctx).or_else(|| made(call, span, ctx)) {
        return value;
    }
    // Only a name is looked at once more: what a long chain of calls stands on was evaluated for each of them.
    let Some(callee) = dotted(&call.func) else { return Value::unknown("it is what a call returns", span) };
    if let Kind::Unknown(unknown) = evaluate(&call.func, ctx).kind
        && is_environment(unknown.import.as_ref())
    {
        return Value::unknown("it is read from the environment", span);
    }
    Value::unknown(format!("it is what `{callee}` returns"), span)
}

/// `tuple(…)`, `list(…)` and their like, of one known collection or of nothing.
fn made(call: &ExprCall, span: Span, ctx: Context<'_, '_>) -> Option<Value> {
    let Expr::Name(name) = &*call.func else { return None };
    let shape = match name.id.as_str() {
        "tuple" => Collection::Tuple,
        "list" => Collection::List,
        "set" | "frozenset" => Collection::Set,
        _ => return None,
    };
    if ctx.scope.get(name.id.as_str()).is_some()
        || ctx.scope.star.is_some()
        || !call.arguments.keywords.is_empty()
    {
        return None;
    }
    match &*call.arguments.args {
        [] => Some(Value::collection(shape, Vec::new(), span)),
        [argument] => match evaluate(argument, ctx).kind {
            Kind::Many(many) => Some(Value::collection(shape, many.items, span)),
            _ => None,
        },
        _ => None,
    }
}
