//! Functions that remember what they gave: `functools.cache` and `lru_cache`.

use std::rc::Rc;

use limbeck_types::Span;

use super::calls::Arguments;
use super::equal::truth;
use super::follower::{Follower, Result};
use super::function::Function;
use super::journal::{Cell, Pairs};
use super::keys;
use super::text;
use super::value::{Kind, Value};

/// What a function remembers: results by arguments.
pub(super) struct Memo {
    pub(super) results: Pairs,
    /// How many; where there are more, some are forgotten.
    most: usize,
}

/// As `functools.lru_cache` has it.
const MOST: usize = 128;

impl Follower<'_> {
    /// The function that a decorator makes of another one: `decorator` is `cache`, `lru_cache`, or a call of the latter.
    pub(super) fn remembering(&mut self, decorator: &Value, value: Value, span: Span) -> Result {
        let Kind::Function(function) = &value.kind else {
            return Ok(Value::opaque("what it remembers is not known", span));
        };
        // What another module remembers, an earlier revision may have asked for.
        let (mut most, mut is_known) = (Some(MOST), self.abroad.is_none());
        match &decorator.kind {
            Kind::Path(path) if &**path == "functools.cache" => most = None,
            Kind::Call(call) => {
                match call.argument(0, "maxsize").map(|most| &most.kind) {
                    None => {}
                    Some(Kind::None) => most = None,
                    Some(Kind::Int(given)) => most = Some(usize::try_from(*given).unwrap_or_default()),
                    Some(_) => is_known = false,
                }
                is_known &= call.argument(1, "typed").is_none_or(|typed| truth(typed) == Some(false));
            }
            _ => {}
        }
        let several = super::journal::several(
            &self.blame_value(&Value::opaque("what it remembers is not known", span)),
        );
        let before = if is_known { Vec::new() } else { vec![(several.clone(), several)] };
        let Kind::Dict(results) = self.dict(before, span).kind else { return Ok(value) };
        let memo = Memo { results, most: most.unwrap_or(usize::MAX) };
        Ok(Value::new(Kind::Function(Rc::new(function.with_memo(memo))), span))
    }

    /// Calls such a function.
    pub(super) fn call_remembering(
        &mut self,
        function: &Rc<Function>,
        memo: &Memo,
        arguments: Arguments,
    ) -> Result {
        let span = arguments.span;
        let mut key = arguments.positional.clone();
        for (name, value) in &arguments.keywords {
            key.push(Value::new(Kind::Path("=".into()), span));
            key.push(Value::text(text::made(name, span)));
            key.push(value.clone());
        }
        let key = match key.as_slice() {
            // A number or a text alone is the key, anything else a tuple of it: `1` finds neither `1.0` nor `True`
            // (CPython Modules/_functoolsmodule.c, `lru_cache_make_key`).
            [only] if matches!(only.kind, Kind::Int(_) | Kind::Text(_)) => only.clone(),
            _ => Value::new(Kind::Tuple(key.into()), span),
        };
        self.spend(1 + memo.results.borrow().len() / 32, span)?;
        let found = keys::find(memo.results.borrow().iter().map(|(key, _)| key), &key);
        match found {
            Ok(Some(at)) => Ok(memo.results.borrow()[at].1.clone()),
            Ok(None) => {
                let value = self.call_unremembered(function, arguments)?;
                self.write_pairs(&memo.results, span)?;
                memo.results.borrow_mut().push((key, value.clone()));
                if memo.results.borrow().len() > memo.most {
                    let opaque = self.blame_value(&Value::opaque("what it remembers is not known", span));
                    self.unknown_cell(&Cell::Pairs(Rc::clone(&memo.results)), &opaque)?;
                }
                Ok(value)
            }
            Err(()) if !self.names_of(function).calls => self.call_unremembered(function, arguments),
            Err(()) => {
                self.lose(format!("whether `{}` remembers what it gave is not known", function.name), span)?;
                let opaque = self.blame_value(&Value::opaque("what it remembers is not known", span));
                self.unknown_cell(&Cell::Pairs(Rc::clone(&memo.results)), &opaque)?;
                Ok(super::journal::unknown(&opaque, span))
            }
        }
    }
}
