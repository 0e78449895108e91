//! Comprehensions and generator expressions.

use std::rc::Rc;

use limbeck_types::{Condition, Span};
use ruff_python_ast::{Comprehension, Expr};

use super::equal::truth;
use super::follower::{Follower, Result, Stop};
use super::journal::several;
use super::scope::{Scope, ScopeKind};
use super::value::{Kind, Value};
use super::ways::{Flow, Way};

/// What a comprehension gives for each round.
#[derive(Clone, Copy)]
enum Given<'a> {
    One(&'a Expr),
    Pair(&'a Expr, &'a Expr),
}

impl<'a> Follower<'a> {
    pub(super) fn comprehension(&mut self, expr: &'a Expr, span: Span) -> Result {
        match expr {
            Expr::ListComp(list) => {
                let items = self.rounds(&list.generators, Given::One(&list.elt))?;
                let items = items.into_iter().map(|(item, _)| item).collect();
                Ok(self.list(items, span))
            }
            Expr::SetComp(set) => {
                let items = self.rounds(&set.generators, Given::One(&set.elt))?;
                self.set_of(items.into_iter().map(|(item, _)| item).collect(), span)
            }
            Expr::DictComp(dict) => {
                let Some(key) = &dict.key else {
                    return Ok(Value::opaque("it is computed when the file is run", span));
                };
                let pairs = self.rounds(&dict.generators, Given::Pair(key, &dict.value))?;
                self.dict_of(pairs, span)
            }
            Expr::Generator(generator) => {
                // It is followed to its end at once: that is the same as long as its rounds do nothing.
                let mut items = Vec::new();
                let (done, reads) = self.reading(|follower| {
                    follower.trial(|inner| {
                        items = inner.rounds(&generator.generators, Given::One(&generator.elt))?;
                        Ok(())
                    })
                });
                let (done, written, told) = done?;
                // What it raises is raised where it is asked for.
                if told || !written.is_empty() || matches!(done, Err(Stop::Raised(_))) {
                    return self.unfollowed_steps(&written, span);
                }
                done?;
                let items = items.into_iter().map(|(item, _)| item).collect();
                let iterator = self.iterator(items, span);
                self.depend(&iterator, reads)?;
                Ok(iterator)
            }
            _ => Ok(Value::opaque("it is computed when the file is run", span)),
        }
    }

    fn rounds(&mut self, generators: &'a [Comprehension], given: Given<'a>) -> Result<Vec<(Value, Value)>> {
        let Some((first, rest)) = generators.split_first() else { return Ok(Vec::new()) };
        // The first iterable is evaluated outside.
        let iterable = self.evaluate(&first.iter)?;
        let items = self.items_of(&iterable, self.place_of(&first.iter))?;
        let scope = self.new_scope(ScopeKind::Comprehension, Some(Rc::clone(&self.scope)));
        let before: Rc<Scope> = std::mem::replace(&mut self.scope, scope);
        let mut out = Vec::new();
        let done = self.rounds_over(items, first, rest, given, &mut out);
        self.scope = before;
        done?;
        Ok(out)
    }

    fn rounds_over(
        &mut self,
        items: Vec<Value>,
        generator: &'a Comprehension,
        rest: &'a [Comprehension],
        given: Given<'a>,
        out: &mut Vec<(Value, Value)>,
    ) -> Result<()> {
        for item in items {
            self.spend(1, self.place_of(&generator.iter))?;
            let Kind::Several(opaque) = &item.kind else {
                self.assign(&generator.target, item)?;
                self.tests(&generator.ifs, rest, given, out)?;
                continue;
            };
            // Any number of rounds, of which nothing is known.
            let reason = opaque.reason.clone();
            let condition = Rc::new(Condition { span: self.place_of(&generator.iter), reason });
            let target = super::journal::unknown(opaque, self.place_of(&generator.target));
            let way = self.way(&condition, |follower| {
                follower.assign(&generator.target, target)?;
                follower.tests(&generator.ifs, rest, given, &mut Vec::new())?;
                Ok(Flow::Normal)
            })?;
            self.meet(vec![way, Way::nothing()], &condition)?;
            out.push((several(opaque), several(opaque)));
        }
        Ok(())
    }

    fn tests(
        &mut self,
        tests: &'a [Expr],
        rest: &'a [Comprehension],
        given: Given<'a>,
        out: &mut Vec<(Value, Value)>,
    ) -> Result<()> {
        for (index, test) in tests.iter().enumerate() {
            let value = self.evaluate(test)?;
            match truth(&value) {
                Some(true) => {}
                Some(false) => return Ok(()),
                None => {
                    let condition = self.depends_on(&value, self.place_of(test));
                    let way = self.way(&condition, |follower| {
                        follower.tests(&tests[index + 1..], rest, given, &mut Vec::new())?;
                        Ok(Flow::Normal)
                    })?;
                    self.meet(vec![way, Way::nothing()], &condition)?;
                    let opaque = super::ways::blame(&condition);
                    out.push((several(&opaque), several(&opaque)));
                    return Ok(());
                }
            }
        }
        if let Some((next, rest)) = rest.split_first() {
            let iterable = self.evaluate(&next.iter)?;
            let items = self.items_of(&iterable, self.place_of(&next.iter))?;
            let place = self.place_of(&next.iter);
            return self.nested(place, |follower| follower.rounds_over(items, next, rest, given, out));
        }
        match given {
            Given::One(expr) => {
                let value = self.evaluate(expr)?;
                out.push((value.clone(), value));
            }
            Given::Pair(key, value) => {
                let pair = (self.evaluate(key)?, self.evaluate(value)?);
                out.push(pair);
            }
        }
        Ok(())
    }
}
