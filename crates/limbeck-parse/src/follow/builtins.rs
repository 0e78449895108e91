//! Python's own functions on known values.

use std::rc::Rc;

use limbeck_types::Span;

use super::branches::FILE;
use super::calls::Arguments;
use super::equal::{is_plain, order, truth};
use super::follower::{Follower, Result, Stop};
use super::function::Class;
use super::journal::Cell;
use super::lazy::cell_of;
use super::namespace::namespace;
use super::show::{repr, str_of};
use super::symbols::name_of;
use super::text;
use super::value::{Call, Kind, Value};

/// Longest `range` that is made.
const LONGEST: i128 = 100_000;

impl Follower<'_> {
    /// A call of `builtins.name`.
    pub(super) fn builtin(&mut self, name: &str, arguments: Arguments) -> Result {
        let span = arguments.span;
        if let Some(method) = name.strip_prefix("str.").or_else(|| name.strip_prefix("dict.")) {
            return self.unbound(method, arguments);
        }
        if super::attempt::builtin_exception_named(name).is_some() {
            return Ok(self.quiet_call(name, arguments));
        }
        match name {
            "print" | "object.__init__" => return Ok(Value::none(span)),
            "super" => return self.super_of(&arguments),
            "open" => return Ok(Value::opaque(FILE, span)),
            "exec" | "eval" | "__import__" => {
                if name == "exec" {
                    self.forget_namespace(span)?;
                }
                self.lose(format!("it runs what `{name}` is given"), span)?;
                return Ok(Value::opaque(format!("it is what `{name}` gives"), span));
            }
            "globals" => return Ok(namespace(span)),
            "locals" | "vars" if arguments.positional.is_empty() && self.is_at_top() => {
                return Ok(namespace(span));
            }
            "vars" => {
                if let Some(of) = arguments.positional.first() {
                    self.forget_attributes(of, "it may be set through `vars`", span)?;
                }
                return Ok(Value::opaque("it is what `vars` gives", span));
            }
            "delattr" => return self.delete_attribute(&arguments),
            "locals" | "dir" | "id" | "hash" => {
                return Ok(Value::opaque(format!("it is what `{name}` gives"), span));
            }
            "isinstance" => return self.is_instance(&arguments),
            "type" if let Some(class) = class_of(&arguments) => {
                return Ok(Value::new(Kind::Class(class), span));
            }
            "callable" | "issubclass" | "type" | "object" | "property" => {
                return Ok(Value::opaque(format!("it is what `{name}` gives"), span));
            }
            "getattr" | "hasattr" => return self.get_attribute(name, &arguments),
            "setattr" => return self.set_attribute(&arguments),
            _ => {}
        }
        if arguments.is_open() {
            self.share(&arguments.positional, span)?;
            return Ok(Value::opaque("it is unpacked from what only Python can tell", span));
        }
        if let Some(unknown) = arguments.positional.iter().find(|value| value.as_opaque().is_some()) {
            let unknown = self.because_of(unknown, span);
            if name == "next" {
                self.change_hidden("it may be used up", span)?;
            }
            self.share(&arguments.positional, span)?;
            return Ok(unknown);
        }
        let [first, rest @ ..] = arguments.positional.as_slice() else {
            return self.of_nothing(name, &arguments);
        };
        let plain = arguments.keywords.is_empty();
        match (name, rest) {
            ("len", []) if plain => self.length(first, span),
            ("str" | "repr", []) if self.stands_in(first) => Ok(self.unknown_of(first, span)),
            ("str", []) if plain => Ok(match str_of(first) {
                Some(text) => Value::text(Literal { span, ..text }),
                None => self.unknown_of(first, span),
            }),
            ("repr", []) if plain => Ok(match repr(first, 50) {
                Some(shown) => Value::text(text::made(&shown, first.span)),
                None => self.unknown_of(first, span),
            }),
            ("int", []) if plain => self.int(first, span),
            ("float", []) if plain => Ok(match first.kind {
                Kind::Int(int) if int.abs() < 1 << 53 => Value::new(Kind::Float(int as f64), span),
                Kind::Float(_) => first.clone(),
                Kind::Text(ref text) => match text.value.trim_matches(text::is_space).parse() {
                    Ok(float) => Value::new(Kind::Float(float), span),
                    Err(_) => self.unknown_of(first, span),
                },
                _ => self.unknown_of(first, span),
            }),
            ("bool", []) if plain => Ok(match truth(first) {
                Some(truth) => Value::bool(truth, span),
                None => self.unknown_of(first, span),
            }),
            ("abs", []) if plain => Ok(match first.kind {
                Kind::Int(int) => Value::new(Kind::Int(int.abs()), span),
                Kind::Float(float) => Value::new(Kind::Float(float.abs()), span),
                _ => self.unknown_of(first, span),
            }),
            ("chr", []) if plain => Ok(match first.kind {
                Kind::Int(code) => match u32::try_from(code).ok().and_then(char::from_u32) {
                    Some(char) => Value::text(text::made(&char.to_string(), span)),
                    None => Value::opaque("it is no character", span),
                },
                _ => self.unknown_of(first, span),
            }),
            ("ord", []) if plain => {
                Ok(match first.as_text().map(|text| text.value.chars().collect::<Vec<_>>()) {
                    Some(chars) if chars.len() == 1 => {
                        Value::new(Kind::Int(u32::from(chars[0]).into()), span)
                    }
                    _ => self.unknown_of(first, span),
                })
            }
            ("list" | "tuple" | "set" | "frozenset" | "sorted" | "reversed" | "iter", []) => {
                self.collected(name, first, &arguments)
            }
            ("dict", []) => self.dict_from(first, &arguments),
            ("any" | "all", []) if plain => self.any_or_all(name, first, span),
            ("sum", _) if plain => self.sum(first, rest.first(), span),
            ("min" | "max", _) => self.extreme(name, &arguments),
            ("range", _) if plain => self.range(&arguments.positional, span),
            ("enumerate", _) => self.enumerate(first, &arguments),
            ("zip", _) if plain || arguments.is_alone("strict", Some(false)) => {
                self.zip(&arguments.positional, span)
            }
            ("map" | "filter", [items]) if plain => self.map(name, first, items, span),
            ("next", _) if plain => self.next(first, rest.first(), span),
            ("round" | "divmod" | "pow" | "format" | "bytes", _) => Ok(self.unknown_of(first, span)),
            _ => {
                self.share(&arguments.positional, span)?;
                Ok(Value::opaque(format!("it is what `{name}` gives"), span))
            }
        }
    }

    /// A call that is no event: an exception that is made.
    fn quiet_call(&mut self, name: &str, arguments: Arguments) -> Value {
        let callee = Value::new(Kind::Path(format!("builtins.{name}").into()), arguments.span);
        let number = self.next_call();
        let call = Call {
            callee,
            positional: arguments.positional,
            keywords: arguments.keywords,
            span: arguments.span,
            arguments: arguments.written,
            number,
        };
        Value::new(Kind::Call(Rc::new(call)), arguments.span)
    }

    /// `str.upper(text)`, `dict.fromkeys(keys, value)`.
    fn unbound(&mut self, method: &str, mut arguments: Arguments) -> Result {
        let span = arguments.span;
        if arguments.positional.is_empty() {
            return Ok(Value::opaque("it is what a call returns", span));
        }
        let receiver = arguments.positional.remove(0);
        match (method, &receiver.kind) {
            ("fromkeys", _) => {
                let value = arguments.positional.first().cloned().unwrap_or_else(|| Value::none(span));
                let keys = self.items_of(&receiver, span)?;
                self.dict_of(keys.into_iter().map(|key| (key, value.clone())).collect(), span)
            }
            (_, Kind::Text(_) | Kind::Dict(_)) => self.method(receiver, method, arguments),
            _ => Ok(self.unknown_of(&receiver, span)),
        }
    }

    /// Why what a builtin gives for this value is not known.
    fn unknown_of(&self, value: &Value, span: Span) -> Value {
        match value.is_symbol() || value.as_opaque().is_some() {
            true => self.because_of(value, span),
            false => Value::opaque("it is computed when the file is run", span),
        }
    }

    fn of_nothing(&mut self, name: &str, arguments: &Arguments) -> Result {
        let span = arguments.span;
        if name == "dict" {
            let pairs = arguments
                .keywords
                .iter()
                .map(|(name, value)| (Value::text(text::made(name, value.span)), value.clone()));
            let pairs = pairs.collect();
            return self.dict_of(pairs, span);
        }
        Ok(match name {
            "str" => Value::text(text::made("", span)),
            "list" => self.list(Vec::new(), span),
            "tuple" => Value::new(Kind::Tuple(Vec::new().into()), span),
            "set" | "frozenset" => return self.set_of(Vec::new(), span),
            "int" => Value::new(Kind::Int(0), span),
            "float" => Value::new(Kind::Float(0.0), span),
            "bool" => Value::bool(false, span),
            _ => Value::opaque(format!("it is what `{name}` gives"), span),
        })
    }

    fn length(&mut self, value: &Value, span: Span) -> Result {
        let count = |items: &[Value]| {
            items.iter().all(|item| !matches!(item.kind, Kind::Several(_))).then_some(items.len())
        };
        let length = match &value.kind {
            Kind::Text(text) => {
                let text = Rc::clone(text);
                self.spend(text.value.len() / 64, span)?;
                Some(text.value.chars().count())
            }
            Kind::Bytes(bytes) => Some(bytes.len()),
            Kind::Tuple(items) => count(items),
            Kind::List(items) | Kind::Set(items) => count(&items.borrow()),
            Kind::Dict(pairs) => {
                let keys: Vec<Value> = pairs.borrow().iter().map(|(key, _)| key.clone()).collect();
                count(&keys)
            }
            Kind::Class(class) if class.is_enum() => super::enums::unaliased(class).map(|names| names.len()),
            Kind::None | Kind::Int(_) | Kind::Bool(_) | Kind::Float(_) => {
                return Err(self.raise("TypeError", "it has no length", span));
            }
            _ => {
                self.used(value)?;
                None
            }
        };
        Ok(match length.and_then(|length| i128::try_from(length).ok()) {
            Some(length) => Value::new(Kind::Int(length), span),
            None => self.unknown_of(value, span),
        })
    }

    fn int(&mut self, value: &Value, span: Span) -> Result {
        Ok(match &value.kind {
            Kind::Int(_) => value.clone(),
            Kind::Bool(bool) => Value::new(Kind::Int(i128::from(*bool)), span),
            Kind::Float(float) if float.abs() < 1e15 => Value::new(Kind::Int(*float as i128), span),
            Kind::Text(text) => {
                let trimmed = text.value.trim();
                if trimmed.len() > 30 || !trimmed.is_ascii() || trimmed.contains('_') {
                    return Ok(Value::opaque("it is computed when the file is run", span));
                }
                match trimmed.parse::<i128>() {
                    Ok(int) => Value::new(Kind::Int(int), span),
                    Err(_) => return Err(self.raise("ValueError", "it is no number", span)),
                }
            }
            _ => self.unknown_of(value, span),
        })
    }

    fn collected(&mut self, name: &str, value: &Value, arguments: &Arguments) -> Result {
        let span = arguments.span;
        if matches!(value.kind, Kind::Set(_)) && matches!(name, "sorted" | "set" | "frozenset") {
            let Kind::Set(items) = &value.kind else { return Ok(self.unknown_of(value, span)) };
            let items = items.borrow().clone();
            return match name {
                "sorted" => self.sorted(items, arguments),
                _ => self.set_of(items, span),
            };
        }
        if name == "iter" && matches!(value.kind, Kind::Iterator(_)) {
            return Ok(value.clone());
        }
        let mut items = self.items_of(value, span)?;
        match name {
            "list" => Ok(self.list(items, span)),
            "tuple" => Ok(Value::new(Kind::Tuple(items.into()), span)),
            "set" | "frozenset" => self.set_of(items, span),
            "sorted" => self.sorted(items, arguments),
            _ => {
                if name == "reversed" {
                    items.reverse();
                }
                let iterator = self.iterator(items, span);
                self.depend(&iterator, cell_of(value))?;
                Ok(iterator)
            }
        }
    }

    fn sorted(&mut self, items: Vec<Value>, arguments: &Arguments) -> Result {
        let span = arguments.span;
        let key = arguments.keywords.iter().find(|(name, _)| name == "key").map(|(_, value)| value);
        let reverse = arguments.keywords.iter().find(|(name, _)| name == "reverse").map(|(_, value)| value);
        let items = self.sort(items, key, reverse, span)?;
        Ok(match items {
            Ok(items) => self.list(items, span),
            Err(unknown) => {
                let several = super::journal::several(&self.blame_value(&unknown));
                self.list(vec![several], span)
            }
        })
    }

    /// Items in order; the value that is to blame where the order is not known.
    pub(super) fn sort(
        &mut self,
        items: Vec<Value>,
        key: Option<&Value>,
        reverse: Option<&Value>,
        span: Span,
    ) -> Result<std::result::Result<Vec<Value>, Value>> {
        let unknown = || Value::opaque("its order is only known when the file is run", span);
        let reverse = match reverse.map(truth) {
            None => false,
            Some(Some(reverse)) => reverse,
            Some(None) => return Ok(Err(unknown())),
        };
        let mut keyed = Vec::with_capacity(items.len());
        let told = self.events.len();
        for item in items {
            if item.as_opaque().is_some() {
                return Ok(Err(item));
            }
            let key = match key {
                Some(key) if !matches!(key.kind, Kind::None) => {
                    self.apply(key.clone(), Arguments::of(vec![item.clone()], span))?
                }
                _ => item.clone(),
            };
            keyed.push((key, item));
        }
        if self.events.len() > told && keyed.iter().any(|(key, _)| key.is_symbol()) {
            return Ok(Err(unknown()));
        }
        self.spend(keyed.len() * 4, span)?;
        let sortable = keyed.windows(2).all(|pair| order(&pair[0].0, &pair[1].0).is_some())
            && keyed.iter().all(|(key, _)| order(&keyed[0].0, key).is_some());
        if !sortable {
            return Ok(Err(unknown()));
        }
        let mut is_known = true;
        let mut compare = |one: &(Value, Value), other: &(Value, Value)| {
            order(&one.0, &other.0).unwrap_or_else(|| {
                is_known = false;
                std::cmp::Ordering::Equal
            })
        };
        // Equal items stay in order, in a reversed sort too.
        match reverse {
            true => keyed.sort_by(|one, other| compare(other, one)),
            false => keyed.sort_by(&mut compare),
        }
        if !is_known {
            return Ok(Err(unknown()));
        }
        Ok(Ok(keyed.into_iter().map(|(_, item)| item).collect()))
    }

    fn dict_from(&mut self, value: &Value, arguments: &Arguments) -> Result {
        let span = arguments.span;
        let mut pairs = match &value.kind {
            Kind::Dict(pairs) => pairs.borrow().clone(),
            _ => {
                let mut pairs = Vec::new();
                for item in self.items_of(value, span)? {
                    let unknown = matches!(item.kind, Kind::Several(_) | Kind::Opaque(_)) || item.is_symbol();
                    let parts = if unknown { Vec::new() } else { self.items_of(&item, span)? };
                    match parts.as_slice() {
                        [key, value] => pairs.push((key.clone(), value.clone())),
                        _ => {
                            let several = super::journal::several(&self.blame_value(&item));
                            pairs.push((several.clone(), several));
                        }
                    }
                }
                pairs
            }
        };
        for (name, value) in &arguments.keywords {
            pairs.push((Value::text(text::made(name, value.span)), value.clone()));
        }
        self.dict_of(pairs, span)
    }

    fn any_or_all(&mut self, name: &str, value: &Value, span: Span) -> Result {
        let decides = name == "any";
        let items = match &value.kind {
            Kind::Set(items) => items.borrow().clone(),
            _ => self.items_of(value, span)?,
        };
        let mut unknown = None;
        for item in items {
            match truth(&item) {
                Some(truth) if truth == decides => return Ok(Value::bool(decides, span)),
                Some(_) => {}
                None => unknown = Some(item),
            }
        }
        Ok(match unknown {
            Some(item) => self.because_of(&item, span),
            None => Value::bool(!decides, span),
        })
    }

    fn sum(&mut self, value: &Value, start: Option<&Value>, span: Span) -> Result {
        let items = match &value.kind {
            Kind::Set(items) => items.borrow().clone(),
            _ => self.items_of(value, span)?,
        };
        let mut sum = start.cloned().unwrap_or_else(|| Value::new(Kind::Int(0), span));
        for item in items {
            if matches!(item.kind, Kind::Several(_)) {
                return Ok(self.because_of(&item, span));
            }
            // Python adds floats with a correction since 3.12.
            if matches!(item.kind, Kind::Float(_)) {
                return Ok(Value::opaque("it is a sum of floats", span));
            }
            sum = self.binary(sum, ruff_python_ast::Operator::Add, item, span)?;
        }
        Ok(sum)
    }

    fn extreme(&mut self, name: &str, arguments: &Arguments) -> Result {
        let span = arguments.span;
        let unknown = || Value::opaque("it is computed when the file is run", span);
        if arguments.keywords.iter().any(|(name, _)| name != "default") {
            return Ok(unknown());
        }
        let items = match arguments.positional.as_slice() {
            [Value { kind: Kind::Set(items), .. }] => items.borrow().clone(),
            [one] => self.items_of(one, span)?,
            many => many.to_vec(),
        };
        if let Some(item) = items.iter().find(|item| item.as_opaque().is_some() || item.is_symbol()) {
            return Ok(self.because_of(item, span));
        }
        let Some((first, rest)) = items.split_first() else {
            return match arguments.keywords.first() {
                Some((_, default)) => Ok(default.clone()),
                None => Err(self.raise("ValueError", "it is the extreme of nothing", span)),
            };
        };
        let mut best = first;
        for item in rest {
            let Some(order) = order(item, best) else { return Ok(unknown()) };
            if (name == "max" && order.is_gt()) || (name == "min" && order.is_lt()) {
                best = item;
            }
        }
        Ok(best.clone())
    }

    fn range(&mut self, bounds: &[Value], span: Span) -> Result {
        let mut numbers = Vec::new();
        for bound in bounds {
            match bound.kind {
                Kind::Int(int) => numbers.push(int),
                Kind::Bool(value) => numbers.push(i128::from(value)),
                _ => return Ok(self.unknown_of(bound, span)),
            }
        }
        let (start, stop, step) = match numbers.as_slice() {
            [stop] => (0, *stop, 1),
            [start, stop] => (*start, *stop, 1),
            [start, stop, step] if *step != 0 => (*start, *stop, *step),
            _ => return Err(self.raise("ValueError", "it is no range", span)),
        };
        let length =
            if step > 0 { (stop - start + step - 1) / step } else { (start - stop - step - 1) / -step };
        if length > LONGEST {
            return Ok(Value::opaque("it is too long to be followed", span));
        }
        self.spend(usize::try_from(length).unwrap_or_default() / 4, span)?;
        let items: Vec<Value> =
            (0..length.max(0)).map(|index| Value::new(Kind::Int(start + index * step), span)).collect();
        let items: Rc<[Value]> = items.into();
        if self.ranges.len() > 8 {
            self.ranges.retain(|range| Rc::strong_count(range) > 1);
        }
        self.ranges.push(Rc::clone(&items));
        Ok(Value::new(Kind::Tuple(items), span))
    }

    fn enumerate(&mut self, value: &Value, arguments: &Arguments) -> Result {
        let span = arguments.span;
        let start = match arguments.get(1, "start").map(|start| &start.kind) {
            None => 0,
            Some(Kind::Int(start)) => *start,
            Some(_) => return Ok(Value::opaque("it is computed when the file is run", span)),
        };
        let mut number = start;
        let mut items = Vec::new();
        for item in self.items_of(value, span)? {
            if matches!(item.kind, Kind::Several(_)) {
                items.push(item);
                continue;
            }
            let count = Value::new(Kind::Int(number), span);
            items.push(Value::new(Kind::Tuple([count, item].into()), span));
            number += 1;
        }
        self.share([value], span)?;
        let iterator = self.iterator(items, span);
        self.depend(&iterator, cell_of(value))?;
        Ok(iterator)
    }

    fn zip(&mut self, values: &[Value], span: Span) -> Result {
        let is_same = |one: &Value, other: &Value| match (&one.kind, &other.kind) {
            (Kind::Iterator(one), Kind::Iterator(other)) => Rc::ptr_eq(one, other),
            _ => false,
        };
        if values.iter().enumerate().any(|(at, one)| values[..at].iter().any(|other| is_same(one, other))) {
            self.share(values, span)?;
            return Ok(Value::opaque("it takes from one iterator in turns", span));
        }
        let mut columns = Vec::with_capacity(values.len());
        for value in values {
            let items = self.items_of(value, span)?;
            if let Some(unknown) = items.iter().find(|item| matches!(item.kind, Kind::Several(_))) {
                self.share(values, span)?;
                return Ok(self.because_of(unknown, span));
            }
            columns.push(items);
        }
        let length = columns.iter().map(Vec::len).min().unwrap_or_default();
        self.spend(length, span)?;
        self.share(values, span)?;
        let row =
            |index: usize| -> Vec<Value> { columns.iter().map(|column| column[index].clone()).collect() };
        let items = (0..length).map(|index| Value::new(Kind::Tuple(row(index).into()), span)).collect();
        let iterator = self.iterator(items, span);
        self.depend(&iterator, values.iter().filter_map(cell_of))?;
        Ok(iterator)
    }

    fn map(&mut self, name: &str, function: &Value, items: &Value, span: Span) -> Result {
        let given = items;
        let items = self.items_of(given, span)?;
        self.share([given], span)?;
        let source = cell_of(given);
        let mut out = Vec::new();
        let (done, reads) = self.reading(|follower| {
            follower.trial(|follower| {
                for item in items {
                    if item.as_opaque().is_some() {
                        out.push(item);
                        continue;
                    }
                    let given = match (name, &function.kind) {
                        ("filter", Kind::None) => item.clone(),
                        _ => follower.apply(function.clone(), Arguments::of(vec![item.clone()], span))?,
                    };
                    match (name, truth(&given)) {
                        ("map", _) => out.push(given),
                        (_, Some(true)) => out.push(item),
                        (_, Some(false)) => {}
                        (_, None) => out.push(super::journal::several(&follower.blame_value(&given))),
                    }
                }
                Ok(())
            })
        });
        let (done, written, told) = done?;
        // What it raises is raised where it is asked for.
        if told || !written.is_empty() || matches!(done, Err(Stop::Raised(_))) {
            return self.unfollowed_steps(&written, span);
        }
        done?;
        let iterator = self.iterator(out, span);
        self.depend(&iterator, reads.into_iter().chain(source))?;
        Ok(iterator)
    }

    fn next(&mut self, value: &Value, default: Option<&Value>, span: Span) -> Result {
        let Kind::Iterator(items) = &value.kind else { return Ok(self.unknown_of(value, span)) };
        let items = Rc::clone(items);
        self.settle(&items, span)?;
        self.write_items(&items, span)?;
        let item = items.borrow_mut().pop();
        match (item, default) {
            (Some(item), _) if matches!(item.kind, Kind::Several(_)) => {
                let cell = Cell::Items(items);
                let opaque = self.blame_value(&item);
                self.unknown_cell(&cell, &opaque)?;
                Ok(self.because_of(&item, span))
            }
            (Some(item), _) => Ok(item),
            (None, Some(default)) => Ok(default.clone()),
            (None, None) => Err(self.raise("StopIteration", "it has nothing more to give", span)),
        }
    }

    fn is_instance(&mut self, arguments: &Arguments) -> Result {
        let span = arguments.span;
        let [value, class] = arguments.positional.as_slice() else {
            return Ok(Value::opaque("it is what `isinstance` gives", span));
        };
        Ok(match is_instance(value, class) {
            Some(_) if self.stands_in(value) => self.unknown_of(value, span),
            Some(known) => Value::bool(known, span),
            None => self.unknown_of(if value.is_symbol() { value } else { class }, span),
        })
    }

    fn get_attribute(&mut self, name: &str, arguments: &Arguments) -> Result {
        let span = arguments.span;
        let (Some(base), Some(attribute)) = (arguments.positional.first(), arguments.positional.get(1))
        else {
            return Ok(Value::opaque(format!("it is what `{name}` gives"), span));
        };
        let Some(text) = attribute.as_text() else { return Ok(self.because_of(attribute, span)) };
        let text = text.value.clone();
        let sure = matches!(base.as_path(), Some("alembic.op"));
        if name == "hasattr" || (arguments.positional.len() > 2 && !sure) {
            self.used(base)?;
            return Ok(self.because_of(base, span));
        }
        self.attribute(base.clone(), &text, span)
    }

    fn set_attribute(&mut self, arguments: &Arguments) -> Result {
        let span = arguments.span;
        let [base, name, value] = arguments.positional.as_slice() else {
            return Ok(Value::none(span));
        };
        match name.as_text() {
            Some(name) => {
                let name = ruff_python_ast::name::Name::new(&name.value);
                self.assign_attribute(base, &name, value.clone(), span)?;
            }
            None => {
                self.forget_attributes(base, "an attribute of it is set", span)?;
                self.lose(format!("an attribute of `{}` is set", name_of(base)), span)?;
            }
        }
        Ok(Value::none(span))
    }
}

use limbeck_types::Literal;

fn is_instance(value: &Value, class: &Value) -> Option<bool> {
    if let Kind::Tuple(classes) = &class.kind {
        let all: Option<Vec<bool>> = classes.iter().map(|class| is_instance(value, class)).collect();
        return Some(all?.contains(&true));
    }
    if let (Kind::Object(object), Kind::Class(class)) = (&value.kind, &class.kind) {
        return Some(inherits(&object.class, class, 20));
    }
    if let (Kind::Attribute(attribute), Some(path)) = (&value.kind, class.as_path())
        && attribute.1 == "dialect"
    {
        return is_dialect(path);
    }
    let name = class.as_path()?.strip_prefix("builtins.")?;
    let matches = match &value.kind {
        Kind::Bool(_) => matches!(name, "bool" | "int"),
        Kind::Int(_) => name == "int",
        Kind::Float(_) => name == "float",
        Kind::Text(_) => name == "str",
        Kind::Bytes(_) => name == "bytes",
        Kind::Tuple(items) if items.iter().all(is_plain) => name == "tuple",
        Kind::List(_) => name == "list",
        Kind::Dict(_) => name == "dict",
        Kind::Function(_) | Kind::Method(_) | Kind::None => false,
        Kind::Class(_) => name == "type",
        Kind::Object(object) if object.class.is_whole() => false,
        _ => return None,
    };
    Some(matches || name == "object")
}

/// Whether the dialect of the bind, which is Postgres's, is of a class of SQLAlchemy's.
fn is_dialect(path: &str) -> Option<bool> {
    let (dialect, rest) = path.strip_prefix("sqlalchemy.dialects.")?.split_once('.')?;
    match dialect {
        "postgresql" => matches!(rest, "PGDialect" | "base.PGDialect").then_some(true),
        "mysql" | "mariadb" | "sqlite" | "oracle" | "mssql" => Some(false),
        _ => None,
    }
}

fn inherits(class: &Rc<Class>, wanted: &Rc<Class>, depth: u32) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return false };
    Rc::ptr_eq(class, wanted)
        || class.bases.iter().any(|base| match &base.kind {
            Kind::Class(base) => inherits(base, wanted, depth),
            _ => false,
        })
}

/// `type(object)` of an object of the file, where nothing may have given it another class.
fn class_of(arguments: &Arguments) -> Option<Rc<Class>> {
    let [Value { kind: Kind::Object(object), .. }] = arguments.positional.as_slice() else { return None };
    let is_known = object.class.is_whole()
        && object.attributes.unknown.borrow().is_none()
        && arguments.keywords.is_empty()
        && !arguments.is_open();
    is_known.then(|| Rc::clone(&object.class))
}
