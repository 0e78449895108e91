//! `if`, loops, `with` and `match`: statements that hold statements.

use std::rc::Rc;

use limbeck_types::{Condition, Span};
use ruff_python_ast::{
    ElifElseClause, Expr, MatchCase, Pattern, Singleton, StmtFor, StmtIf, StmtMatch, StmtWhile, StmtWith,
};

use super::calls::Arguments;
use super::equal::{equal, same, truth};
use super::follower::{Follower, Result, Stop};
use super::given_up::Parts;
use super::journal::{Cell, Items, Pairs, State};
use super::symbols::reason_of;
use super::value::{EventKind, Kind, Value};
use super::ways::{Flow, TargetKind, Way, blame};

/// What a file gives is not known, and reading it does nothing.
pub(super) const FILE: &str = "it is read from a file";

/// Rounds in which the names that a loop changes are looked for.
const ROUNDS: usize = 6;

impl<'a> Follower<'a> {
    pub(super) fn choice(&mut self, choice: &'a StmtIf) -> Result<Flow> {
        self.clauses(&choice.test, &choice.body, &choice.elif_else_clauses)
    }

    fn clauses(
        &mut self,
        test: &'a Expr,
        body: &'a [ruff_python_ast::Stmt],
        rest: &'a [ElifElseClause],
    ) -> Result<Flow> {
        let value = self.evaluate(test)?;
        match truth(&value) {
            Some(true) => self.block(body),
            Some(false) => self.otherwise(rest),
            None => {
                let condition = self.depends_on(&value, self.place_of(test));
                let taken = self.way(&condition, |follower| follower.block(body))?;
                let other =
                    self.way(&condition, |follower| follower.nested(condition.span, |f| f.otherwise(rest)))?;
                self.meet(vec![taken, other], &condition)
            }
        }
    }

    fn otherwise(&mut self, rest: &'a [ElifElseClause]) -> Result<Flow> {
        // Clauses whose tests are known are stepped over one by one, however many there are.
        for (index, clause) in rest.iter().enumerate() {
            let Some(test) = &clause.test else { return self.block(&clause.body) };
            let value = self.evaluate(test)?;
            match truth(&value) {
                Some(true) => return self.block(&clause.body),
                Some(false) => {}
                None => {
                    let condition = self.depends_on(&value, self.place_of(test));
                    let taken = self.way(&condition, |follower| follower.block(&clause.body))?;
                    let other = self.way(&condition, |follower| {
                        follower.nested(condition.span, |f| f.otherwise(&rest[index + 1..]))
                    })?;
                    return self.meet(vec![taken, other], &condition);
                }
            }
        }
        Ok(Flow::Normal)
    }

    pub(super) fn for_loop(&mut self, repeat: &'a StmtFor, place: Span) -> Result<Flow> {
        let iterable = self.evaluate(&repeat.iter)?;
        let iterable = self.iterated(iterable, self.place_of(&*repeat.iter))?;
        self.lazy.look_at(&iterable);
        let viewed = match &iterable.kind {
            Kind::List(items) => self.lazy.viewed(items),
            _ => None,
        };
        if let Some(pairs) = viewed {
            let items = self.items_of(&iterable, self.place_of(&*repeat.iter))?;
            drop(iterable);
            let done = self.target_and_exits(TargetKind::Loop, place, |inner| {
                inner.over_view(items, &pairs, repeat, place)
            })?;
            return self.after_loop(done, &repeat.orelse);
        }
        let done = match &iterable.kind {
            Kind::List(items) if self.is_known_to_others(items) => {
                let items = Rc::clone(items);
                self.target_and_exits(TargetKind::Loop, place, |inner| {
                    inner.over_list(&items, repeat, place)
                })?
            }
            Kind::Iterator(items) => {
                let items = Rc::clone(items);
                self.target_and_exits(TargetKind::Loop, place, |inner| {
                    inner.over_iterator(&items, repeat, place)
                })?
            }
            Kind::Dict(pairs) => {
                let pairs = Rc::clone(pairs);
                let keys = self.items_of(&iterable, self.place_of(&*repeat.iter))?;
                self.target_and_exits(TargetKind::Loop, place, |inner| {
                    inner.over_keys(keys, &pairs, repeat, place)
                })?
            }
            _ => {
                let items = self.items_of(&iterable, self.place_of(&*repeat.iter))?;
                self.target_and_exits(TargetKind::Loop, place, |inner| {
                    inner.over_items(items, repeat, place)
                })?
            }
        };
        self.after_loop(done, &repeat.orelse)
    }

    fn over_items(&mut self, items: Vec<Value>, repeat: &'a StmtFor, place: Span) -> Result<Flow> {
        for item in items {
            if matches!(item.kind, Kind::Several(_)) {
                return self.unknown_loop(&item, repeat, place);
            }
            match self.round(repeat, item, place)? {
                Flow::Normal => {}
                flow => return Ok(flow),
            }
        }
        Ok(Flow::Normal)
    }

    /// Python refuses to go on where keys came or went.
    fn over_keys(
        &mut self,
        keys: Vec<Value>,
        pairs: &Pairs,
        repeat: &'a StmtFor,
        place: Span,
    ) -> Result<Flow> {
        let size = keys.len();
        for key in keys {
            if matches!(key.kind, Kind::Several(_)) {
                return self.unknown_loop(&key, repeat, place);
            }
            match self.round(repeat, key, place)? {
                Flow::Normal => {}
                flow => return Ok(flow),
            }
            self.still_has(size, pairs, place)?;
        }
        Ok(Flow::Normal)
    }

    /// After a round of a loop over a dictionary: it must have as many keys as before.
    fn still_has(&mut self, size: usize, pairs: &Pairs, place: Span) -> Result<()> {
        if pairs.borrow().iter().any(|(key, _)| matches!(key.kind, Kind::Several(_))) {
            return self.lose("whether it goes on where its keys may be others is not known", place);
        }
        if pairs.borrow().len() != size {
            return Err(self.raise("RuntimeError", "the dictionary changes its size in the loop", place));
        }
        Ok(())
    }

    /// `keys()`, `values()` or `items()`: a round gets what stands there by then, and Python refuses to go on where keys
    /// came or went. Where that is another one than before, nothing is known of it and of what follows.
    fn over_view(
        &mut self,
        items: Vec<Value>,
        pairs: &Pairs,
        repeat: &'a StmtFor,
        place: Span,
    ) -> Result<Flow> {
        let before: Vec<(Value, Value)> = pairs.borrow().clone();
        let (key, since) = self.lazy.watch(&Cell::Pairs(Rc::clone(pairs)));
        for (at, item) in items.into_iter().enumerate() {
            if matches!(item.kind, Kind::Several(_)) {
                return self.unknown_loop(&item, repeat, place);
            }
            let now = pairs.borrow();
            let is_as_before = !self.lazy.is_written(&key, since)
                || now
                    .get(at)
                    .zip(before.get(at))
                    .is_some_and(|(now, before)| same(&now.0, &before.0) && same(&now.1, &before.1));
            drop(now);
            if !is_as_before {
                let item = Value::opaque("the dictionary is changed in the loop", item.span);
                return self.unknown_loop(&item, repeat, place);
            }
            match self.round(repeat, item, place)? {
                Flow::Normal => {}
                flow => return Ok(flow),
            }
            self.still_has(before.len(), pairs, place)?;
        }
        Ok(Flow::Normal)
    }

    /// Whether somebody else may change a list that is iterated over.
    fn is_known_to_others(&self, items: &Items) -> bool {
        // One is held by the follower, and one by the caller.
        Rc::strong_count(items) > 2 + usize::from(self.lazy.is_view(items))
    }

    /// What is appended in a round is met in a later one.
    fn over_list(&mut self, items: &Items, repeat: &'a StmtFor, place: Span) -> Result<Flow> {
        for at in 0.. {
            let is_several = |item: &&Value| matches!(item.kind, Kind::Several(_));
            let now = items.borrow();
            // What is not known any more stands in front, or behind what is.
            let item = now.first().filter(is_several).or(now.get(at)).or(now.last().filter(is_several));
            let Some(item) = item.cloned() else { break };
            drop(now);
            if matches!(item.kind, Kind::Several(_)) {
                return self.unknown_loop(&item, repeat, place);
            }
            match self.round(repeat, item, place)? {
                Flow::Normal => {}
                flow => return Ok(flow),
            }
        }
        Ok(Flow::Normal)
    }

    /// What a `break` leaves stays in the iterator.
    fn over_iterator(&mut self, items: &Items, repeat: &'a StmtFor, place: Span) -> Result<Flow> {
        loop {
            self.settle(items, place)?;
            self.write_items(items, place)?;
            let Some(item) = items.borrow_mut().pop() else { return Ok(Flow::Normal) };
            if matches!(item.kind, Kind::Several(_)) {
                return self.unknown_loop(&item, repeat, place);
            }
            match self.round(repeat, item, place)? {
                Flow::Normal => {}
                flow => return Ok(flow),
            }
        }
    }

    /// The `else` of a loop, which a `break` skips. It stands outside of the loop: a `break` in it is of the loop around.
    fn after_loop(
        &mut self,
        (flow, left): (Flow, Option<Rc<Condition>>),
        otherwise: &'a [ruff_python_ast::Stmt],
    ) -> Result<Flow> {
        match (flow, left) {
            (Flow::Return(value), _) => Ok(Flow::Return(value)),
            (Flow::Break, _) => Ok(Flow::Normal),
            (_, None) => self.block(otherwise),
            (_, Some(_)) if otherwise.is_empty() => Ok(Flow::Normal),
            (_, Some(condition)) => {
                let way = self.way(&condition, |follower| follower.block(otherwise))?;
                self.meet(vec![way, Way::nothing()], &condition)
            }
        }
    }

    /// One round of a loop; `Normal` where another may follow.
    fn round(&mut self, repeat: &'a StmtFor, item: Value, place: Span) -> Result<Flow> {
        self.spend(1, place)?;
        let flow = self.target(TargetKind::Iteration, place, |follower| {
            follower.assign(&repeat.target, item)?;
            follower.block(&repeat.body)
        })?;
        Ok(match flow {
            Flow::Continue => Flow::Normal,
            flow => flow,
        })
    }

    fn unknown_loop(&mut self, item: &Value, repeat: &'a StmtFor, place: Span) -> Result<Flow> {
        let opaque = self.blame_value(item);
        let condition =
            Rc::new(Condition { span: self.place_of(&*repeat.iter), reason: opaque.reason.clone() });
        let item = super::journal::unknown(&opaque, self.place_of(&*repeat.target));
        let parts = Parts { target: Some(&repeat.target), body: &repeat.body };
        self.repeated(std::ptr::from_ref(repeat).addr(), parts, &condition, &|follower| {
            follower.round(repeat, item.clone(), place)
        })?;
        Ok(Flow::Normal)
    }

    /// Follows a round that happens any number of times: once, with all that it changes unknown.
    ///
    /// What it changes is found by following it, again with that unknown, until nothing new is found; the last time counts.
    /// Loops around follow this one again and again: it begins with what was found before, or loops inside of each other
    /// would take a power of the time. `statement` is the address of the loop, as loops of other modules have no place here.
    fn repeated(
        &mut self,
        statement: usize,
        parts: Parts<'a>,
        condition: &Rc<Condition>,
        round: &dyn Fn(&mut Self) -> Result<Flow>,
    ) -> Result<()> {
        let start = self.position();
        if !self.given_up.contains(&statement)
            && self.within_loop(|follower| follower.settled(statement, parts, condition, round))?
        {
            return Ok(());
        }
        self.given_up.insert(statement);
        self.give_up(start, parts, condition)
    }

    fn settled(
        &mut self,
        statement: usize,
        parts: Parts<'a>,
        condition: &Rc<Condition>,
        round: &dyn Fn(&mut Self) -> Result<Flow>,
    ) -> Result<()> {
        let opaque = blame(condition);
        let place = (statement, Rc::clone(&self.callers));
        let mut changed = self.known_changes(&place);
        if changed.is_empty() {
            // Names that the loop itself binds need no round to be found.
            changed = self.bound_in(parts);
        }
        let mut left = ROUNDS;
        let way = loop {
            let mark = self.mark();
            let way = self.way(condition, |follower| {
                follower.unknown_state(&changed, &opaque)?;
                round(follower)
            })?;
            let known = changed.len();
            changed.extend(way.goes_on_with());
            if changed.len() == known || left == 0 {
                break way;
            }
            left -= 1;
            self.rewind(mark);
        };
        let cells = changed.into_values().map(|(cell, _)| cell).collect();
        self.loops.insert(place, (Rc::clone(&self.scope), cells));
        // `break` after any round, or after the last.
        match self.meet(vec![way, Way::nothing()], condition)? {
            Flow::Normal | Flow::Break | Flow::Continue => Ok(()),
            // Only a function that has nothing but this way could end in it, and there is the way without a round.
            Flow::Return(_) => Ok(()),
        }
    }

    /// What the loop at this place was found to change before, its own names as those of this call.
    fn known_changes(&self, place: &(usize, Rc<[Span]>)) -> State {
        let Some((scope, cells)) = self.loops.get(place) else { return State::new() };
        let cells = cells.iter().map(|cell| match cell {
            Cell::Name(own, name) if Rc::ptr_eq(own, scope) => {
                Cell::Name(Rc::clone(&self.scope), name.clone())
            }
            cell => cell.clone(),
        });
        // What nobody but this list, the follower and what is hidden knows any more, is not changed again.
        let cells = cells.filter(|cell| cell.holders() > 4);
        cells.map(|cell| (cell.key(), (cell.clone(), cell.contents()))).collect()
    }

    /// Makes everything unknown that `cells` names, where it is bound at all.
    fn unknown_state(&mut self, cells: &State, opaque: &Rc<limbeck_types::Opaque>) -> Result<()> {
        for (cell, _) in cells.values() {
            self.unknown_cell(cell, opaque)?;
        }
        Ok(())
    }

    pub(super) fn while_loop(&mut self, repeat: &'a StmtWhile, place: Span) -> Result<Flow> {
        let round = |inner: &mut Self| {
            let flow = inner.target(TargetKind::Iteration, place, |body| body.block(&repeat.body))?;
            inner.evaluate(&repeat.test)?;
            Ok(if matches!(flow, Flow::Continue) { Flow::Normal } else { flow })
        };
        let (before, _) = self.ways_left();
        let done = self.target_and_exits(TargetKind::Loop, place, |follower| {
            loop {
                follower.spend(1, place)?;
                let test = follower.evaluate(&repeat.test)?;
                let condition = match truth(&test) {
                    Some(false) => return Ok(Flow::Normal),
                    None => Some(follower.depends_on(&test, follower.place_of(&*repeat.test))),
                    // `while True` with a `break` or `return` of which nothing is known: after a round there may be any number.
                    Some(true) => {
                        Some(follower.ways_left()).filter(|(ways, _)| *ways > before).and_then(|(_, why)| why)
                    }
                };
                if let Some(condition) = condition {
                    let parts = Parts { target: None, body: &repeat.body };
                    follower.repeated(std::ptr::from_ref(repeat).addr(), parts, &condition, &round)?;
                    return Ok(Flow::Normal);
                }
                let flow = follower.target(TargetKind::Iteration, place, |body| body.block(&repeat.body))?;
                match flow {
                    Flow::Normal | Flow::Continue => {}
                    flow => return Ok(flow),
                }
            }
        })?;
        self.after_loop(done, &repeat.orelse)
    }

    pub(super) fn with(&mut self, with: &'a StmtWith, place: Span) -> Result<Flow> {
        self.with_items(with, 0, place)
    }

    pub(super) fn with_items(&mut self, with: &'a StmtWith, index: usize, place: Span) -> Result<Flow> {
        let Some(item) = with.items.get(index) else { return self.block(&with.body) };
        if let Expr::Call(call) = &item.context_expr
            && !super::managers::leads_away(&with.body)
        {
            self.entering = Some(call);
        }
        let value = self.evaluate(&item.context_expr);
        self.entering = None;
        let value = value?;
        let span = self.place_of(&item.context_expr);
        if let Some((function, arguments)) = self.entered.take() {
            return self.managed(&function, arguments, with, index, place);
        }
        if let Kind::Call(call) = &value.kind
            && let Some(flow) = self.contextlib(call, with, index, place)?
        {
            return Ok(flow);
        }
        let given = match &value.kind {
            Kind::Opaque(opaque) => {
                if opaque.reason != FILE {
                    let reason = format!("it enters something that is not known: {}", opaque.reason);
                    self.lose(reason, span)?;
                }
                value.clone()
            }
            Kind::Object(_) => self.own_method(&value, "__enter__", Vec::new(), span)?,
            _ if value.is_symbol() => {
                self.tell(EventKind::Entered(value.clone()), span)?;
                value.clone()
            }
            _ => return Err(self.raise("TypeError", "it is no context manager", span)),
        };
        if let Some(target) = &item.optional_vars {
            self.assign(target, given)?;
        }
        let flow = self.nested(place, |follower| follower.with_items(with, index + 1, place));
        if matches!(flow, Err(Stop::Exhausted)) {
            return flow;
        }
        match &value.kind {
            Kind::Object(_) => {
                let raised = match &flow {
                    Err(Stop::Raised(raise)) => raise.told(span),
                    _ => [(); 3].map(|()| Value::none(span)),
                };
                let given = self.own_method(&value, "__exit__", raised.to_vec(), span)?;
                match (&flow, truth(&given)) {
                    (Ok(_), _) | (Err(_), Some(false)) => {}
                    (Err(_), Some(true)) => return Ok(Flow::Normal),
                    (Err(_), None) => return self.may_swallow(flow, &value, span),
                }
            }
            _ if value.is_symbol() => {
                let ends = if flow.is_err() { EventKind::Broken } else { EventKind::Left };
                self.tell(ends(value.clone()), span)?;
                if flow.is_err() && super::standard::may_swallow(&value) {
                    return self.may_swallow(flow, &value, span);
                }
            }
            Kind::Opaque(opaque) if flow.is_err() && opaque.reason != FILE => {
                return self.may_swallow(flow, &value, span);
            }
            _ => {}
        }
        flow
    }

    /// Calls a method of an object of the file.
    pub(super) fn own_method(
        &mut self,
        object: &Value,
        name: &str,
        arguments: Vec<Value>,
        span: Span,
    ) -> Result {
        let method = self.attribute(object.clone(), name, span)?;
        self.apply(method, Arguments::of(arguments, span))
    }

    pub(super) fn matching(&mut self, choice: &'a StmtMatch, place: Span) -> Result<Flow> {
        let subject = self.evaluate(&choice.subject)?;
        self.cases(&subject, &choice.cases, place)
    }

    fn cases(&mut self, subject: &Value, cases: &'a [MatchCase], place: Span) -> Result<Flow> {
        let Some((case, rest)) = cases.split_first() else { return Ok(Flow::Normal) };
        let matched = self.matches(subject, &case.pattern)?;
        let taken = match (matched, &case.guard) {
            (Some(true), Some(guard)) => {
                let guard = self.evaluate(guard)?;
                truth(&guard)
            }
            (matched, None) => matched,
            (Some(false), _) => Some(false),
            (None, Some(_)) => None,
        };
        match taken {
            Some(true) => self.block(&case.body),
            Some(false) => self.nested(place, |follower| follower.cases(subject, rest, place)),
            None => {
                let reason = reason_of(subject);
                let condition = Rc::new(Condition { span: self.place_of(&case.pattern), reason });
                let one = self.way(&condition, |follower| follower.block(&case.body))?;
                let other = self.way(&condition, |follower| {
                    follower.nested(place, |inner| inner.cases(subject, rest, place))
                })?;
                self.meet(vec![one, other], &condition)
            }
        }
    }

    /// Whether a pattern matches; what it captures is bound.
    fn matches(&mut self, subject: &Value, pattern: &'a Pattern) -> Result<Option<bool>> {
        match pattern {
            Pattern::MatchValue(value) => {
                let value = self.evaluate(&value.value)?;
                Ok(equal(subject, &value))
            }
            Pattern::MatchSingleton(singleton) => Ok(match (&singleton.value, &subject.kind) {
                (Singleton::None, Kind::None) => Some(true),
                (Singleton::True, Kind::Bool(value)) => Some(*value),
                (Singleton::False, Kind::Bool(value)) => Some(!*value),
                (_, kind) if subject.is_symbol() || matches!(kind, Kind::Opaque(_)) => None,
                _ => Some(false),
            }),
            Pattern::MatchOr(patterns) => {
                let mut any = Some(false);
                for pattern in &patterns.patterns {
                    match self.matches(subject, pattern)? {
                        Some(true) => return Ok(if any.is_some() { Some(true) } else { None }),
                        Some(false) => {}
                        None => any = None,
                    }
                }
                Ok(any)
            }
            Pattern::MatchAs(named) => {
                let matched = match &named.pattern {
                    Some(pattern) => self.matches(subject, pattern)?,
                    None => Some(true),
                };
                if let Some(name) = &named.name
                    && matched != Some(false)
                {
                    self.bind(&name.id, subject.clone())?;
                }
                Ok(matched)
            }
            _ => {
                let opaque =
                    Value::opaque("it is matched by a pattern that is not followed", self.place_of(pattern));
                for name in crate::effects::captures(pattern) {
                    self.bind(&name.id, opaque.clone())?;
                }
                Ok(None)
            }
        }
    }
}
