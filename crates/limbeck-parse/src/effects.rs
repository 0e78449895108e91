//! What an expression does beside having a value: names that it binds, lists that it changes, calls that may do anything.

use ruff_python_ast::visitor::source_order::{SourceOrderVisitor, walk_expr, walk_pattern, walk_stmt};
use ruff_python_ast::{Expr, ExprCall, ExprName, Identifier, Pattern, Stmt, StmtFunctionDef};

use crate::scope::Scope;
use crate::span::{dotted, root};
use crate::value::{Kind, Touch};

/// One effect.
pub(crate) enum Effect<'a> {
    /// `(name := value)`.
    Bind(&'a ExprName, Walrus<'a>),
    /// A list of this name may be changed in place.
    Change(&'a str),
    /// A function of this file is called that may change the name.
    Touch(Touch),
    /// Any name of the module may be bound anew.
    Anything,
}

/// A named expression.
pub(crate) struct Walrus<'a> {
    /// The named expression itself.
    pub(crate) outer: &'a Expr,
    /// What it binds the name to.
    pub(crate) value: &'a Expr,
}

/// Functions that reach the module's names without naming them. `cut` looks for all of them.
const REACHES_ALL: [&str; 6] = ["exec", "globals", "locals", "vars", "setattr", "builtins.exec"];

/// Functions that only look at what they are given.
const ONLY_LOOKS: [&str; 16] = [
    "all",
    "any",
    "bool",
    "dict",
    "frozenset",
    "isinstance",
    "len",
    "list",
    "max",
    "min",
    "print",
    "repr",
    "set",
    "sorted",
    "str",
    "tuple",
];

/// The effects of evaluating `expr` at the top level of a module, in order.
pub(crate) fn of<'a>(expr: &'a Expr, scope: &Scope<'_>) -> Vec<Effect<'a>> {
    let mut finder = Finder { scope, effects: Vec::new() };
    finder.visit_expr(expr);
    finder.effects
}

struct Finder<'s, 'b, 'a> {
    scope: &'s Scope<'b>,
    effects: Vec<Effect<'a>>,
}

impl<'a> Finder<'_, '_, 'a> {
    fn call(&mut self, call: &'a ExprCall) {
        let callee = dotted(&call.func).unwrap_or_default();
        if REACHES_ALL.contains(&callee.as_str()) {
            self.effects.push(Effect::Anything);
        }
        if ONLY_LOOKS.contains(&callee.as_str()) {
            return;
        }
        let arguments =
            call.arguments.args.iter().chain(call.arguments.keywords.iter().map(|keyword| &keyword.value));
        let inner = |expr: &'a Expr| if let Expr::Starred(starred) = expr { &*starred.value } else { expr };
        let receiver = call.func.as_attribute_expr().map(|attribute| &*attribute.value);
        self.effects
            .extend(receiver.into_iter().chain(arguments.map(inner)).filter_map(root).map(Effect::Change));
        if let Some(Kind::Function(touches)) = self.scope.get(&callee).map(|value| &value.kind) {
            self.effects.extend(touches.iter().cloned().map(Effect::Touch));
        }
    }
}

impl<'a> SourceOrderVisitor<'a> for Finder<'_, '_, 'a> {
    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            // What a lambda does, it does when it is called.
            Expr::Lambda(_) => return,
            Expr::Call(call) => self.call(call),
            Expr::Named(named) => {
                if let Expr::Name(name) = &*named.target {
                    self.effects.push(Effect::Bind(name, Walrus { outer: expr, value: &named.value }));
                }
            }
            _ => {}
        }
        walk_expr(self, expr);
    }
}

/// `name.append(item)`, taken apart.
pub(crate) fn append(expr: &Expr) -> Option<(&str, &Expr)> {
    let Expr::Call(call) = expr else { return None };
    let Expr::Attribute(method) = &*call.func else { return None };
    let Expr::Name(name) = &*method.value else { return None };
    match &*call.arguments.args {
        [item] if method.attr.as_str() == "append" && call.arguments.keywords.is_empty() => {
            Some((name.id.as_str(), item))
        }
        _ => None,
    }
}

/// Whether evaluating `expr`, whose value is known, cannot raise: it calls nothing.
pub(crate) fn is_plain(expr: &Expr) -> bool {
    struct Plain(bool);
    impl<'a> SourceOrderVisitor<'a> for Plain {
        fn visit_expr(&mut self, expr: &'a Expr) {
            self.0 &=
                !matches!(expr, Expr::Call(_) | Expr::Await(_) | Expr::Attribute(_) | Expr::Subscript(_));
            walk_expr(self, expr);
        }
    }
    let mut plain = Plain(true);
    plain.visit_expr(expr);
    plain.0
}

/// The names outside of `function` that a call of it may change: those it declares `global`, and those it calls a method of
/// or assigns an item of.
pub(crate) fn of_call(function: &StmtFunctionDef) -> Vec<Touch> {
    let mut finder = Touches(Vec::new());
    finder.visit_body(&function.body);
    finder.0
}

struct Touches(Vec<Touch>);

impl Touches {
    fn push(&mut self, name: &str, rebinds: bool) {
        self.0.push(Touch { name: name.to_owned(), rebinds });
    }
}

impl<'a> SourceOrderVisitor<'a> for Touches {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        if let Stmt::Global(global) = stmt {
            global.names.iter().for_each(|name| self.push(name.as_str(), true));
        }
        walk_stmt(self, stmt);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        let changed = match expr {
            Expr::Call(call) => call.func.as_attribute_expr().map(|method| &*method.value),
            Expr::Subscript(subscript) if !subscript.ctx.is_load() => Some(&*subscript.value),
            _ => None,
        };
        if let Some(name) = changed.and_then(root) {
            self.push(name, false);
        }
        walk_expr(self, expr);
    }
}

/// The names that a pattern of `match` binds.
pub(crate) fn captures(pattern: &Pattern) -> Vec<&Identifier> {
    struct Captures<'a>(Vec<&'a Identifier>);
    impl<'a> SourceOrderVisitor<'a> for Captures<'a> {
        fn visit_pattern(&mut self, pattern: &'a Pattern) {
            let name = match pattern {
                Pattern::MatchAs(pattern) => pattern.name.as_ref(),
                Pattern::MatchStar(pattern) => pattern.name.as_ref(),
                Pattern::MatchMapping(pattern) => pattern.rest.as_ref(),
                _ => None,
            };
            self.0.extend(name);
            walk_pattern(self, pattern);
        }
    }
    let mut captures = Captures(Vec::new());
    captures.visit_pattern(pattern);
    captures.0
}
