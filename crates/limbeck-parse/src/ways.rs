//! Statements that hold statements: the ways that Python may take through a module, and where they meet again.
//!
//! It owns which way is taken when that is known before the file is run, and that a name is unknown where two ways disagree.

use ruff_python_ast::{ElifElseClause, ExceptHandler, Expr, Stmt};
use ruff_python_ast::{StmtFor, StmtIf, StmtMatch, StmtTry, StmtWhile, StmtWith};

use crate::effects;
use crate::module::Reader;
use crate::scope::Scope;
use crate::span::span_of;
use crate::value::{Kind, Value};

const CONDITION: &str = "it is set under a condition";
const LOOP: &str = "it is set in a loop";
const TRY: &str = "it is set where an exception may be caught";

impl<'a> Reader<'a> {
    /// Runs `body` as a way that may not be taken, and gives the names after it. Ours stay as they are.
    fn way(&mut self, body: &'a [Stmt]) -> Scope<'a> {
        let before = self.scope.clone();
        self.conditional(body);
        std::mem::replace(&mut self.scope, before)
    }

    fn conditional(&mut self, body: &'a [Stmt]) {
        self.branches += 1;
        self.block(body);
        self.branches -= 1;
    }

    /// Goes on with what is known after any of `ways`.
    fn meet(&mut self, ways: Vec<Scope<'a>>, reason: &str) {
        let mut ways = ways.into_iter();
        let Some(first) = ways.next() else { return };
        self.scope = first;
        for way in ways {
            self.scope.join(way, reason);
        }
    }

    pub(crate) fn choice(&mut self, choice: &'a StmtIf) {
        let clause = |clause: &'a ElifElseClause| (clause.test.as_ref(), clause.body.as_slice());
        let first = (Some(&*choice.test), choice.body.as_slice());
        let mut ways = Vec::new();
        for (test, body) in std::iter::once(first).chain(choice.elif_else_clauses.iter().map(clause)) {
            if let Some(test) = test {
                self.effects(test);
            }
            match test.map_or(Some(true), |test| self.evaluate(test).truth()) {
                Some(false) => {}
                Some(true) if ways.is_empty() => return self.block(body),
                Some(true) => {
                    let way = self.way(body);
                    push_unless_raised(&mut ways, way, body);
                    return self.meet(ways, CONDITION);
                }
                None => {
                    let way = self.way(body);
                    push_unless_raised(&mut ways, way, body);
                }
            }
        }
        ways.push(self.scope.clone());
        self.meet(ways, CONDITION);
    }

    pub(crate) fn matching(&mut self, choice: &'a StmtMatch) {
        self.effects(&choice.subject);
        let mut ways = Vec::new();
        for case in &choice.cases {
            let before = self.scope.clone();
            let place = span_of(&case.pattern);
            for name in effects::captures(&case.pattern) {
                self.bind(name, Value::unknown(CONDITION, place), place);
            }
            ways.push(self.way(&case.body));
            self.scope = before;
        }
        ways.push(self.scope.clone());
        self.meet(ways, CONDITION);
    }

    pub(crate) fn for_loop(&mut self, repeat: &'a StmtFor) {
        self.effects(&repeat.iter);
        let before = self.scope.clone();
        self.branches += 1;
        self.assign(&repeat.target, Value::unknown(LOOP, span_of(&*repeat.target)), span_of(repeat));
        self.branches -= 1;
        let after = self.way(&repeat.body);
        self.scope = before;
        self.scope.join_loop(after, LOOP);
        self.otherwise(&repeat.orelse);
    }

    pub(crate) fn while_loop(&mut self, repeat: &'a StmtWhile) {
        self.effects(&repeat.test);
        if self.evaluate(&repeat.test).truth() != Some(false) {
            let after = self.way(&repeat.body);
            self.scope.join_loop(after, LOOP);
        }
        self.otherwise(&repeat.orelse);
    }

    /// The `else` of a loop, which a `break` skips.
    fn otherwise(&mut self, body: &'a [Stmt]) {
        let after = self.way(body);
        self.scope.join(after, LOOP);
    }

    pub(crate) fn attempt(&mut self, attempt: &'a StmtTry) {
        let sure = self.sure_statements(&attempt.body);
        let (sure, rest) = attempt.body.split_at(sure);
        self.conditional(sure);
        let before = self.scope.clone();
        self.conditional(rest);
        // A handler starts anywhere between.
        let mut caught = before;
        caught.join(self.scope.clone(), TRY);
        self.conditional(&attempt.orelse);
        let mut ways = vec![self.scope.clone()];
        if !rest.is_empty() {
            for ExceptHandler::ExceptHandler(handler) in &attempt.handlers {
                self.scope = caught.clone();
                let way = self.way(&handler.body);
                push_unless_raised(&mut ways, way, &handler.body);
            }
        }
        self.meet(ways, TRY);
        self.block(&attempt.finalbody);
    }

    pub(crate) fn with(&mut self, with: &'a StmtWith) {
        for item in &with.items {
            self.effects(&item.context_expr);
            if let Some(target) = &item.optional_vars {
                let value = Value::unknown("it is what a `with` statement gives", span_of(&**target));
                self.assign(target, value, span_of(with));
            }
        }
        let (sure, rest) = with.body.split_at(self.sure_statements(&with.body));
        self.conditional(sure);
        // `with suppress(…)` may leave the rest anywhere.
        let after = self.way(rest);
        self.scope.join(after, TRY);
    }

    /// How many statements at the start of `body` cannot raise: assignments of plain literals to plain names.
    fn sure_statements(&self, body: &[Stmt]) -> usize {
        let is_literal =
            |expr: &Expr| !matches!(self.evaluate(expr).kind, Kind::Unknown(_)) && effects::is_plain(expr);
        let is_sure = |statement: &&Stmt| match statement {
            Stmt::Assign(assign) => {
                assign.targets.iter().all(Expr::is_name_expr) && is_literal(&assign.value)
            }
            Stmt::AnnAssign(assign) => {
                assign.target.is_name_expr() && assign.value.as_ref().is_none_or(|value| is_literal(value))
            }
            Stmt::FunctionDef(function) => function.decorator_list.is_empty(),
            Stmt::Expr(expression) => expression.value.is_literal_expr(),
            Stmt::Pass(_) => true,
            _ => false,
        };
        body.iter().take_while(is_sure).count()
    }
}

/// Nobody comes back from a way that ends in `raise`.
fn push_unless_raised<'a>(ways: &mut Vec<Scope<'a>>, way: Scope<'a>, body: &[Stmt]) {
    if !matches!(body.last(), Some(Stmt::Raise(_))) {
        ways.push(way);
    }
}
