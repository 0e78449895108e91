//! Methods of lists, dictionaries, sets and other known values; those of text are in `text_methods`.

use std::rc::Rc;

use limbeck_types::Span;

use super::calls::Arguments;
use super::equal::{contains, equal};
use super::follower::{Follower, Result};
use super::items::{position, unknown_cell};
use super::journal::{Items, Pairs};
use super::keys;
use super::value::{Kind, Value};

impl Follower<'_> {
    /// A method of a known value.
    pub(super) fn method(&mut self, base: Value, name: &str, arguments: Arguments) -> Result {
        let span = arguments.span;
        self.spend(1, span)?;
        self.lazy.look_at(&base);
        if arguments.is_open() {
            self.forget(&base, "it is changed in a way that is not followed", span)?;
            return Ok(Value::opaque("it is unpacked from what only Python can tell", span));
        }
        match &base.kind {
            Kind::Text(text) => {
                let text = Rc::clone(text);
                self.text_method(&text, name, &arguments)
            }
            Kind::List(items) => {
                let items = Rc::clone(items);
                self.list_method(&base, &items, name, &arguments)
            }
            Kind::Dict(pairs) => {
                let pairs = Rc::clone(pairs);
                self.dict_method(&base, &pairs, name, &arguments)
            }
            Kind::Set(items) => {
                let items = Rc::clone(items);
                self.set_method(&base, &items, name, &arguments)
            }
            Kind::Tuple(items) => match (name, arguments.positional.as_slice()) {
                ("count" | "index", [wanted]) => self.find(items, name, wanted, span),
                _ => Ok(Value::opaque(format!("it is what `{name}` gives"), span)),
            },
            _ => {
                if let Some(cell) = unknown_cell(&base) {
                    let opaque = Rc::new(limbeck_types::Opaque {
                        span,
                        reason: format!("`{name}` of it is called"),
                        import: None,
                    });
                    self.unknown_cell(&cell, &opaque)?;
                }
                Ok(Value::opaque(format!("it is what `{name}` gives"), span))
            }
        }
    }

    fn list_method(&mut self, base: &Value, items: &Items, name: &str, arguments: &Arguments) -> Result {
        let span = arguments.span;
        let unsure = items.borrow().iter().any(|item| matches!(item.kind, Kind::Several(_)));
        match (name, arguments.positional.as_slice()) {
            ("append", [item]) => {
                self.write_items(items, span)?;
                items.borrow_mut().push(item.clone());
                Ok(Value::none(span))
            }
            ("extend", [more]) => {
                let more = self.items_of(more, span)?;
                self.write_items(items, span)?;
                items.borrow_mut().extend(more);
                Ok(Value::none(span))
            }
            ("copy", []) => {
                let copy = items.borrow().clone();
                self.spend(copy.len(), span)?;
                Ok(self.list(copy, span))
            }
            ("clear", []) => {
                self.write_items(items, span)?;
                items.borrow_mut().clear();
                Ok(Value::none(span))
            }
            ("count" | "index", [wanted]) if !unsure => {
                let items = items.borrow();
                self.find(&items, name, wanted, span)
            }
            ("insert", [Value { kind: Kind::Int(at), .. }, item]) if !unsure => {
                let length = items.borrow().len();
                let at = position(*at, length).unwrap_or(if *at < 0 { 0 } else { length });
                self.write_items(items, span)?;
                self.spend(length / 16, span)?;
                items.borrow_mut().insert(at, item.clone());
                Ok(Value::none(span))
            }
            ("pop", rest) if !unsure && rest.len() < 2 => {
                let at = match rest.first().map(|at| &at.kind) {
                    None => -1,
                    Some(Kind::Int(at)) => *at,
                    Some(_) => return self.unfollowed(base, name, span),
                };
                let length = items.borrow().len();
                let Some(at) = position(at, length) else {
                    return Err(self.raise("IndexError", "it has not so many items", span));
                };
                self.write_items(items, span)?;
                Ok(items.borrow_mut().remove(at))
            }
            ("remove", [item]) if !unsure => {
                self.spend(items.borrow().len() / 16, span)?;
                let mut found = None;
                for (at, candidate) in items.borrow().iter().enumerate() {
                    match equal(candidate, item) {
                        Some(true) => {
                            found = Some(at);
                            break;
                        }
                        Some(false) => {}
                        None => {
                            found = Some(usize::MAX);
                            break;
                        }
                    }
                }
                match found {
                    Some(usize::MAX) => self.unfollowed(base, name, span),
                    Some(at) => {
                        self.write_items(items, span)?;
                        items.borrow_mut().remove(at);
                        Ok(Value::none(span))
                    }
                    None => Err(self.raise("ValueError", "it has no such item", span)),
                }
            }
            ("reverse", []) if !unsure => {
                self.write_items(items, span)?;
                items.borrow_mut().reverse();
                Ok(Value::none(span))
            }
            ("sort", []) if !unsure => {
                let key = arguments.keywords.iter().find(|(name, _)| name == "key").map(|(_, value)| value);
                let reverse =
                    arguments.keywords.iter().find(|(name, _)| name == "reverse").map(|(_, value)| value);
                let all = items.borrow().clone();
                match self.sort(all, key, reverse, span)? {
                    Ok(sorted) => {
                        self.write_items(items, span)?;
                        *items.borrow_mut() = sorted;
                        Ok(Value::none(span))
                    }
                    Err(_) => self.unfollowed(base, name, span),
                }
            }
            _ => self.unfollowed(base, name, span),
        }
    }

    /// A method that is not followed may have changed its value.
    fn unfollowed(&mut self, base: &Value, name: &str, span: Span) -> Result {
        self.forget(base, &format!("`{name}` of it is called"), span)?;
        Ok(Value::opaque(format!("it is what `{name}` gives"), span))
    }

    fn find(&self, items: &[Value], name: &str, wanted: &Value, span: Span) -> Result {
        let mut count = 0;
        for (at, item) in items.iter().enumerate() {
            match equal(item, wanted) {
                None => return Ok(Value::opaque("it is looked for when the file is run", span)),
                Some(true) if name == "index" => {
                    return Ok(Value::new(Kind::Int(i128::try_from(at).unwrap_or_default()), span));
                }
                Some(true) => count += 1,
                Some(false) => {}
            }
        }
        if name == "index" {
            return Err(self.raise("ValueError", "it has no such item", span));
        }
        Ok(Value::new(Kind::Int(count), span))
    }

    fn dict_method(&mut self, base: &Value, pairs: &Pairs, name: &str, arguments: &Arguments) -> Result {
        let span = arguments.span;
        let positional = arguments.positional.as_slice();
        self.spend(pairs.borrow().len() / 32, span)?;
        let find = |key: &Value| keys::find(pairs.borrow().iter().map(|(key, _)| key), key);
        match (name, positional) {
            ("get", [key, rest @ ..]) if rest.len() < 2 => match find(key) {
                Ok(Some(at)) => Ok(pairs.borrow()[at].1.clone()),
                Ok(None) => Ok(rest.first().cloned().unwrap_or_else(|| Value::none(span))),
                Err(()) => Ok(self.unknown_key(key, pairs, span)),
            },
            ("setdefault", [key, rest @ ..]) if rest.len() < 2 => match find(key) {
                Ok(Some(at)) => Ok(pairs.borrow()[at].1.clone()),
                Ok(None) => {
                    let value = rest.first().cloned().unwrap_or_else(|| Value::none(span));
                    self.write_pairs(pairs, span)?;
                    pairs.borrow_mut().push((key.clone(), value.clone()));
                    Ok(value)
                }
                Err(()) => self.unfollowed(base, name, span),
            },
            ("pop", [key, rest @ ..]) if rest.len() < 2 => match find(key) {
                Ok(Some(at)) => {
                    self.write_pairs(pairs, span)?;
                    Ok(pairs.borrow_mut().remove(at).1)
                }
                Ok(None) => match rest.first() {
                    Some(default) => Ok(default.clone()),
                    None => Err(self.raise("KeyError", "it has no such key", span)),
                },
                Err(()) => self.unfollowed(base, name, span),
            },
            ("update", _) => {
                let mut added = Vec::new();
                for value in positional {
                    match &value.kind {
                        Kind::Dict(pairs) => added.extend(pairs.borrow().iter().cloned()),
                        _ => return self.unfollowed(base, name, span),
                    }
                }
                for (name, value) in &arguments.keywords {
                    added.push((Value::text(super::text::made(name, value.span)), value.clone()));
                }
                self.update(pairs, added, span)?;
                Ok(Value::none(span))
            }
            ("keys", []) => {
                let keys = pairs.borrow().iter().map(|(key, _)| key.clone()).collect();
                let list = self.list(keys, span);
                Ok(self.view(pairs, list))
            }
            ("values", []) => {
                let values = pairs.borrow().iter().map(|(_, value)| value.clone()).collect();
                let list = self.list(values, span);
                Ok(self.view(pairs, list))
            }
            ("items", []) => {
                let of = pairs;
                let pairs = pairs.borrow().clone();
                self.spend(pairs.len(), span)?;
                let items = pairs
                    .into_iter()
                    .map(|(key, value)| match key.kind {
                        Kind::Several(_) => key,
                        _ => Value::new(Kind::Tuple([key, value].into()), span),
                    })
                    .collect();
                let list = self.list(items, span);
                Ok(self.view(of, list))
            }
            ("copy", []) => {
                let copy = pairs.borrow().clone();
                self.spend(copy.len(), span)?;
                Ok(self.dict(copy, span))
            }
            ("clear", []) => {
                self.write_pairs(pairs, span)?;
                pairs.borrow_mut().clear();
                Ok(Value::none(span))
            }
            _ => self.unfollowed(base, name, span),
        }
    }

    fn unknown_key(&self, key: &Value, pairs: &Pairs, span: Span) -> Value {
        if key.is_symbol() || key.as_opaque().is_some() {
            return self.because_of(key, span);
        }
        let unknown = pairs.borrow().iter().find_map(|(key, _)| key.as_opaque().cloned());
        match unknown {
            Some(opaque) => Value::new(Kind::Opaque(opaque), span),
            None => Value::opaque("it is looked up when the file is run", span),
        }
    }

    fn set_method(&mut self, base: &Value, items: &Items, name: &str, arguments: &Arguments) -> Result {
        use ruff_python_ast::Operator;
        let span = arguments.span;
        let positional = arguments.positional.as_slice();
        match (name, positional) {
            ("add", [item]) => {
                let found = contains(&items.borrow(), item);
                match found {
                    Some(true) => {}
                    Some(false) => {
                        self.write_items(items, span)?;
                        items.borrow_mut().push(item.clone());
                    }
                    None => return self.unfollowed(base, name, span),
                }
                Ok(Value::none(span))
            }
            ("discard" | "remove", [item]) => {
                let found = contains(&items.borrow(), item);
                match found {
                    Some(true) => {
                        self.write_items(items, span)?;
                        items.borrow_mut().retain(|candidate| equal(candidate, item) != Some(true));
                        Ok(Value::none(span))
                    }
                    Some(false) if name == "discard" => Ok(Value::none(span)),
                    Some(false) => Err(self.raise("KeyError", "it has no such element", span)),
                    None => self.unfollowed(base, name, span),
                }
            }
            ("copy", []) => {
                let copy = items.borrow().clone();
                self.set_of(copy, span)
            }
            ("union" | "intersection" | "difference", [other]) => {
                let op = match name {
                    "union" => Operator::BitOr,
                    "intersection" => Operator::BitAnd,
                    _ => Operator::Sub,
                };
                let other = match &other.kind {
                    Kind::Set(_) => other.clone(),
                    _ => {
                        let items = self.items_of(other, span)?;
                        self.set_of(items, span)?
                    }
                };
                self.binary(base.clone(), op, other, span)
            }
            ("issubset" | "issuperset" | "isdisjoint", [_]) => {
                Ok(Value::opaque("it is computed when the file is run", span))
            }
            _ => self.unfollowed(base, name, span),
        }
    }
}
