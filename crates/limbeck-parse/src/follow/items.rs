//! Items and slices: read, set and deleted.

use std::rc::Rc;

use limbeck_types::{Opaque, Span};
use ruff_python_ast::name::Name;

use super::follower::{Follower, Result};
use super::journal::{Cell, Pairs};
use super::keys;
use super::namespace::{is_namespace, module_of};
use super::symbols::name_of;
use super::text;
use super::value::{Kind, Value};

impl Follower<'_> {
    /// `base[index]`.
    pub(super) fn item(&mut self, base: Value, index: Value, span: Span) -> Result {
        self.spend(1, span)?;
        match (&base.kind, &index.kind) {
            (Kind::Opaque(_), _) => Ok(base.at(span)),
            (Kind::Class(class), Kind::Text(name)) if class.is_enum() => {
                if class.attribute(&name.value).is_none() {
                    return Err(self.raise("KeyError", "it has no such member", span));
                }
                let name = super::enums::member_name(class, &name.value);
                Ok(Value::new(Kind::Attribute(Rc::new((base.clone(), Name::new(name)))), span))
            }
            _ if base.is_symbol() || matches!(base.kind, Kind::Class(_)) => {
                if base.as_path() == Some("sys.modules") {
                    match module_of(&index, span) {
                        // alembic does not put the files that it runs there (util/pyfiles.py, `load_module_py`).
                        Some(module) if self.abroad.is_none() && is_namespace(&module) => {
                            return Err(self.raise("KeyError", "alembic runs it as no module", span));
                        }
                        Some(module) => return Ok(module),
                        None => {}
                    }
                }
                self.used(&base)?;
                let index = self.snapshot(&index)?;
                Ok(Value::new(Kind::Item(Rc::new((base, index))), span))
            }
            (Kind::Dict(pairs), _) => {
                let pairs = pairs.borrow();
                self.spend(pairs.len() / 32, span)?;
                match keys::find(pairs.iter().map(|(key, _)| key), &index) {
                    Ok(Some(at)) => Ok(pairs[at].1.clone()),
                    Ok(None) => Err(self.raise("KeyError", "it has no such key", span)),
                    Err(()) => Ok(self.unknown_item(&index, pairs.iter().map(|(key, _)| key), span)),
                }
            }
            (_, Kind::Opaque(_)) => Ok(index.at(span)),
            (Kind::Tuple(items), Kind::Int(at)) => self.nth(items, *at, span),
            (Kind::List(items), Kind::Int(at)) => {
                let items = items.borrow();
                self.nth(&items, *at, span)
            }
            (Kind::Text(text), Kind::Int(at)) => {
                let text = Rc::clone(text);
                self.spend(text.value.len() / 64, span)?;
                let length = text.value.chars().count();
                let Some(at) = position(*at, length) else {
                    return Err(self.raise("IndexError", "the text is not so long", span));
                };
                let (start, char) = text.value.char_indices().nth(at).unwrap_or((0, ' '));
                Ok(Value::text(text::slice(&text, start..start + char.len_utf8(), span)))
            }
            (Kind::None, _) => Err(self.raise("TypeError", "`None` has no items", span)),
            (_, _) if index.is_symbol() => Ok(self.because_of(&index, span)),
            _ => Ok(Value::opaque("it is looked up when the file is run", span)),
        }
    }

    fn unknown_item<'v>(
        &self,
        index: &Value,
        mut keys: impl Iterator<Item = &'v Value>,
        span: Span,
    ) -> Value {
        let blamed = if index.is_symbol() || index.as_opaque().is_some() {
            Some(self.blame_value(index))
        } else {
            keys.find_map(|key| key.as_opaque().cloned())
        };
        match blamed {
            Some(opaque) => Value::new(Kind::Opaque(opaque), span),
            None => Value::opaque("it is looked up when the file is run", span),
        }
    }

    fn nth(&self, items: &[Value], at: i128, span: Span) -> Result {
        if let Some(unknown) = items.iter().position(|item| matches!(item.kind, Kind::Several(_))) {
            // What stands before the unknown part is where it is.
            return Ok(match usize::try_from(at) {
                Ok(at) if at < unknown => items[at].clone(),
                _ => self.because_of(&items[unknown], span),
            });
        }
        match position(at, items.len()) {
            Some(at) => Ok(items[at].clone()),
            None => Err(self.raise("IndexError", "it has not so many items", span)),
        }
    }

    /// `base[lower:upper:step]`.
    pub(super) fn slice(&mut self, base: &Value, bounds: [Option<Value>; 3], span: Span) -> Result {
        if let Kind::Opaque(_) = base.kind {
            return Ok(base.clone().at(span));
        }
        if base.is_symbol() {
            self.used(base)?;
            return Ok(self.because_of(base, span));
        }
        let mut numbers = [None; 3];
        for (number, bound) in numbers.iter_mut().zip(&bounds) {
            *number = match bound.as_ref().map(|bound| &bound.kind) {
                None | Some(Kind::None) => None,
                Some(Kind::Int(int)) => Some(*int),
                Some(_) => {
                    let unknown = bound.as_ref().map_or(base, |bound| bound);
                    return Ok(self.because_of(unknown, span));
                }
            };
        }
        match &base.kind {
            Kind::Text(text) => {
                let text = Rc::clone(text);
                self.spend(text.value.len() / 8, span)?;
                self.spend_bytes(text.value.len(), span)?;
                let places: Vec<usize> =
                    text.value.char_indices().map(|(at, _)| at).chain([text.value.len()]).collect();
                let Some(chosen) = chosen(numbers, places.len() - 1) else {
                    return Err(self.raise("ValueError", "a slice cannot have the step 0", span));
                };
                let mut builder = text::Builder::default();
                if numbers[2].unwrap_or(1) == 1 {
                    if let (Some(first), Some(last)) = (chosen.first(), chosen.last()) {
                        builder.slice(&text, places[*first]..places[*last + 1]);
                    }
                } else {
                    chosen.iter().for_each(|at| builder.slice(&text, places[*at]..places[*at + 1]));
                }
                Ok(Value::text(builder.finish(span)))
            }
            Kind::List(_) | Kind::Tuple(_) => {
                let items = self.items_of(base, span)?;
                if let Some(unknown) = items.iter().find(|item| matches!(item.kind, Kind::Several(_))) {
                    return Ok(self.because_of(unknown, span));
                }
                let Some(chosen) = chosen(numbers, items.len()) else {
                    return Err(self.raise("ValueError", "a slice cannot have the step 0", span));
                };
                let chosen: Vec<Value> = chosen.into_iter().map(|at| items[at].clone()).collect();
                Ok(match base.kind {
                    Kind::List(_) => self.list(chosen, span),
                    _ => Value::new(Kind::Tuple(chosen.into()), span),
                })
            }
            _ => Ok(Value::opaque("it is cut when the file is run", span)),
        }
    }

    /// `base[index] = value`.
    pub(super) fn assign_item(&mut self, base: &Value, index: Value, value: Value, span: Span) -> Result<()> {
        match (&base.kind, &index.kind) {
            (Kind::Dict(pairs), _) => {
                let pairs = Rc::clone(pairs);
                self.update(&pairs, vec![(index, value)], span)
            }
            (Kind::List(items), Kind::Int(at)) => {
                let items = Rc::clone(items);
                let length = items.borrow().len();
                if items.borrow().iter().any(|item| matches!(item.kind, Kind::Several(_))) {
                    return self.forget(base, "an item of it is set", span);
                }
                let Some(at) = position(*at, length) else {
                    return Err(self.raise("IndexError", "it has not so many items", span));
                };
                self.write_items(&items, span)?;
                items.borrow_mut()[at] = value;
                Ok(())
            }
            _ if is_namespace(base) => self.set_in_namespace(&index, Some(value), span),
            (Kind::List(_) | Kind::Opaque(_), _) => self.forget(base, "an item of it is set", span),
            (Kind::Call(call), _) => {
                self.changed.push(call.number);
                self.lose(format!("an item of `{}` is set", name_of(base)), span)
            }
            // `os.environ["X"] = …`, `context.opts[…] = …`.
            _ if base.is_symbol() => self.lose(format!("an item of `{}` is set", name_of(base)), span),
            _ => Err(self.raise("TypeError", "its items cannot be set", span)),
        }
    }

    /// Sets keys of a dictionary.
    pub(super) fn update(&mut self, pairs: &Pairs, added: Vec<(Value, Value)>, span: Span) -> Result<()> {
        self.write_pairs(pairs, span)?;
        for (key, value) in added {
            self.spend(1 + pairs.borrow().len() / 32, span)?;
            let found = keys::find(pairs.borrow().iter().map(|(key, _)| key), &key);
            let mut pairs = pairs.borrow_mut();
            match found {
                Ok(Some(at)) => pairs[at].1 = value,
                Ok(None) => pairs.push((key, value)),
                Err(()) => {
                    let opaque = match key.as_opaque() {
                        Some(opaque) => Rc::clone(opaque),
                        None => {
                            pairs.iter().find_map(|(key, _)| key.as_opaque().cloned()).unwrap_or_else(|| {
                                let reason = "a key of it is not known".to_owned();
                                Rc::new(Opaque { span, reason, import: None })
                            })
                        }
                    };
                    let several = super::journal::several(&opaque);
                    *pairs = vec![(several.clone(), several)];
                }
            }
        }
        Ok(())
    }

    /// `del base[index]`.
    pub(super) fn delete_item(&mut self, base: &Value, index: &Value, span: Span) -> Result<()> {
        match (&base.kind, &index.kind) {
            (Kind::Dict(pairs), _) => {
                let pairs = Rc::clone(pairs);
                let found = keys::find(pairs.borrow().iter().map(|(key, _)| key), index);
                match found {
                    Ok(Some(at)) => {
                        self.write_pairs(&pairs, span)?;
                        pairs.borrow_mut().remove(at);
                        Ok(())
                    }
                    Ok(None) => Err(self.raise("KeyError", "it has no such key", span)),
                    Err(()) => self.forget(base, "a key of it is deleted", span),
                }
            }
            (Kind::List(items), Kind::Int(at)) => {
                let items = Rc::clone(items);
                if items.borrow().iter().any(|item| matches!(item.kind, Kind::Several(_))) {
                    return self.forget(base, "an item of it is deleted", span);
                }
                let length = items.borrow().len();
                let Some(at) = position(*at, length) else {
                    return Err(self.raise("IndexError", "it has not so many items", span));
                };
                self.write_items(&items, span)?;
                items.borrow_mut().remove(at);
                Ok(())
            }
            _ if is_namespace(base) => self.set_in_namespace(index, None, span),
            (Kind::List(_) | Kind::Set(_) | Kind::Opaque(_), _) => {
                self.forget(base, "an item of it is deleted", span)
            }
            _ => self.lose("an item is deleted", span),
        }
    }
}

/// The place that an index names, counted from the end where it is negative.
pub(super) fn position(at: i128, length: usize) -> Option<usize> {
    let length = i128::try_from(length).ok()?;
    let at = if at < 0 { at + length } else { at };
    (0..length).contains(&at).then(|| usize::try_from(at).ok()).flatten()
}

/// The places that a slice picks (Python's `slice.indices`); `None` for the step 0.
fn chosen(bounds: [Option<i128>; 3], length: usize) -> Option<Vec<usize>> {
    let length = i128::try_from(length).ok()?;
    let step = bounds[2].unwrap_or(1);
    if step == 0 {
        return None;
    }
    let clamp = |bound: i128, low: i128, high: i128| {
        let bound = if bound < 0 { bound.saturating_add(length) } else { bound };
        bound.clamp(low, high)
    };
    let (start, stop) = if step > 0 {
        (clamp(bounds[0].unwrap_or(0), 0, length), clamp(bounds[1].unwrap_or(length), 0, length))
    } else {
        let start = bounds[0].map_or(length - 1, |bound| clamp(bound, -1, length - 1));
        (start, bounds[1].map_or(-1, |bound| clamp(bound, -1, length - 1)))
    };
    let mut at = start;
    let mut places = Vec::new();
    while (step > 0 && at < stop) || (step < 0 && at > stop) {
        places.push(usize::try_from(at).ok()?);
        at = at.saturating_add(step);
    }
    Some(places)
}

/// Makes a cell unknown because a method that is not followed changed it.
pub(super) fn unknown_cell(value: &Value) -> Option<Cell> {
    match &value.kind {
        Kind::List(items) | Kind::Set(items) | Kind::Iterator(items) => Some(Cell::Items(Rc::clone(items))),
        Kind::Dict(pairs) => Some(Cell::Pairs(Rc::clone(pairs))),
        _ => None,
    }
}
