//! Python's own library where it calls what it is given: `functools.partial` and `reduce`, and context managers of
//! `contextlib`.

use std::rc::Rc;

use limbeck_types::{Condition, Span};
use ruff_python_ast::StmtWith;

use super::attempt::catches;
use super::calls::Arguments;
use super::follower::{Follower, Raise, Result, Stop};
use super::symbols::{name_of, root_path};
use super::value::{Call, Kind, Value};
use super::ways::{Flow, Way, blame};
use crate::foreign::is_foreign;

/// What a call of `functools.partial(…)` calls, with all arguments.
pub(super) fn partial(
    call: &Call,
    arguments: Arguments,
) -> std::result::Result<(Value, Arguments), Arguments> {
    let Some((callee, before)) = call.positional.split_first() else { return Err(arguments) };
    if call.callee.as_path() != Some("functools.partial") || matches!(callee.kind, Kind::Several(_)) {
        return Err(arguments);
    }
    let mut positional = before.to_vec();
    positional.extend(arguments.positional);
    let mut keywords = call.keywords.clone();
    for (name, value) in arguments.keywords {
        match keywords.iter_mut().find(|(known, _)| *known == name && name != "**") {
            Some(known) => known.1 = value,
            None => keywords.push((name, value)),
        }
    }
    Ok((callee.clone(), Arguments { positional, keywords, ..arguments }))
}

impl<'a> Follower<'a> {
    /// `functools.reduce(function, items, first)`.
    pub(super) fn reduce(&mut self, arguments: &Arguments) -> Result<Option<Value>> {
        let span = arguments.span;
        let [function, items, rest @ ..] = arguments.positional.as_slice() else { return Ok(None) };
        let items = self.items_of(items, span)?;
        let unknown = items.iter().find(|item| matches!(item.kind, Kind::Several(_)));
        if let Some(unknown) = unknown {
            self.lose("how often it is called is not known", span)?;
            return Ok(Some(self.because_of(unknown, span)));
        }
        let mut items = items.into_iter();
        let Some(mut value) = rest.first().cloned().or_else(|| items.next()) else {
            return Err(self.raise("TypeError", "it reduces nothing", span));
        };
        for item in items {
            self.spend(1, span)?;
            value = self.apply(function.clone(), Arguments::of(vec![value, item], span))?;
        }
        Ok(Some(value))
    }

    /// `itertools.product(…)`, whose sources are read at once; nothing where one of them is not known.
    pub(super) fn product(&mut self, sources: &[Value], span: Span) -> Result<Option<Value>> {
        let mut rows: Vec<Vec<Value>> = vec![Vec::new()];
        for source in sources {
            let items = self.items_of(source, span)?;
            if let Some(unknown) = items.iter().find(|item| matches!(item.kind, Kind::Several(_))) {
                return Ok(Some(self.because_of(unknown, span)));
            }
            self.spend(rows.len() * items.len(), span)?;
            let longer = |row: &Vec<Value>| {
                let row = row.clone();
                items.iter().map(move |item| row.iter().chain([item]).cloned().collect()).collect::<Vec<_>>()
            };
            rows = rows.iter().flat_map(longer).collect();
        }
        let rows = rows.into_iter().map(|row| Value::new(Kind::Tuple(row.into()), span)).collect();
        Ok(Some(self.iterator(rows, span)))
    }

    /// A `with` block of a context manager of `contextlib`; nothing where it does nothing that matters.
    pub(super) fn contextlib(
        &mut self,
        call: &Call,
        with: &'a StmtWith,
        index: usize,
        place: Span,
    ) -> Result<Option<Flow>> {
        let Some(name) = call.callee.as_path().and_then(|path| path.strip_prefix("contextlib.")) else {
            return Ok(None);
        };
        let span = self.place_of(&with.items[index].context_expr);
        match name {
            "suppress" => self.suppressed(&call.positional, with, index, place).map(Some),
            "closing" | "nullcontext" => {
                let given = match (call.positional.first(), name) {
                    (Some(given), _) => given.clone(),
                    (None, "nullcontext") if call.keywords.is_empty() => Value::none(span),
                    _ => return Ok(None),
                };
                if let Some(target) = &with.items[index].optional_vars {
                    self.assign(target, given.clone())?;
                }
                let flow = self.nested(place, |follower| follower.with_items(with, index + 1, place));
                if name == "closing" && !matches!(flow, Err(Stop::Exhausted)) {
                    let close = self.attribute(given, "close", span)?;
                    self.apply(close, Arguments::of(Vec::new(), span))?;
                }
                flow.map(Some)
            }
            _ => Ok(None),
        }
    }

    /// What follows a block that an error leads out of, where its context manager may end that.
    pub(super) fn may_swallow(&mut self, flow: Result<Flow>, manager: &Value, span: Span) -> Result<Flow> {
        let Err(Stop::Raised(raise)) = flow else { return flow };
        let reason = format!("it depends on whether `{}` ends the error", name_of(manager));
        let condition = Rc::new(Condition { span, reason });
        let mut event = raise.event.clone();
        event.condition.get_or_insert_with(|| Rc::clone(&condition));
        let raise = Raise { class: raise.class, value: raise.value.clone(), event };
        let way = self.way(&condition, |_| Err(Stop::Raised(Rc::new(raise))))?;
        self.meet(vec![way, Way::nothing()], &condition)
    }

    /// A block whose errors of these classes end it, and nothing else.
    fn suppressed(
        &mut self,
        classes: &[Value],
        with: &'a StmtWith,
        index: usize,
        place: Span,
    ) -> Result<Flow> {
        let reason = self.of_module("it depends on whether what is tried raises".to_owned());
        let condition = Rc::new(Condition { span: place, reason });
        if let Some(target) = &with.items[index].optional_vars {
            self.assign(target, Value::none(place))?;
        }
        self.tries += 1;
        let tried = self.open_way(|follower| follower.with_items(with, index + 1, place));
        self.tries -= 1;
        let tried = tried?;
        let mut is_caught = None;
        if let Some(raise) = tried.raised() {
            is_caught = caught(&raise, classes);
            match is_caught {
                Some(true) => {
                    self.keep(tried)?;
                    return Ok(Flow::Normal);
                }
                Some(false) => {
                    self.keep(tried)?;
                    return Err(Stop::Raised(raise));
                }
                None => {}
            }
        }
        let written = tried.written();
        let opaque = blame(&condition);
        let caught = self.way(&condition, |follower| {
            for (cell, _) in written.values() {
                follower.unknown_cell(cell, &opaque)?;
            }
            Ok(Flow::Normal)
        })?;
        let ways: Vec<Way> = vec![tried, caught];
        debug_assert!(is_caught.is_none());
        self.meet(ways, &condition)
    }
}

/// Whether a symbol, as a context manager, may end an error that leads out of its block.
pub(super) fn may_swallow(manager: &Value) -> bool {
    let Some(path) = root_path(manager) else { return true };
    matches!(path, "contextlib.ExitStack" | "contextlib.AsyncExitStack") || !is_foreign(path)
}

/// Whether an exception is one of these classes.
fn caught(raise: &Raise, classes: &[Value]) -> Option<bool> {
    let mut any = Some(false);
    for class in classes {
        match catches(raise, class) {
            Some(true) => return Some(true),
            Some(false) => {}
            None => any = None,
        }
    }
    any
}
