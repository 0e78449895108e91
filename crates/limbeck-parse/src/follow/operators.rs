//! Operators on known values; on symbols they make symbols.

use std::cmp::Ordering;
use std::rc::Rc;

use limbeck_types::Span;
use ruff_python_ast::{CmpOp, ExprCompare, Operator};

use super::equal::{Number, contains, equal, is_plain, number, order, truth};
use super::follower::{Follower, Result};
use super::journal::Cell;
use super::keys;
use super::text::Builder;
use super::value::{Kind, Value};
use super::ways::{Flow, Way};

/// Longest text or list that `*` makes.
const LONGEST: usize = 1 << 20;

impl<'a> Follower<'a> {
    /// `left op right`.
    pub(super) fn binary(&mut self, left: Value, op: Operator, right: Value, span: Span) -> Result {
        if left.is_symbol() || right.is_symbol() {
            // Text with a symbol in it is known by nobody; what SQLAlchemy makes of both is its own.
            let formats = matches!(op, Operator::Mod) && matches!(left.kind, Kind::Text(_));
            if formats {
                return self.percent(&left, &right, span);
            }
            if let Some(unknown) = [&left, &right].into_iter().find(|value| value.as_opaque().is_some()) {
                return Ok(self.because_of(unknown, span));
            }
            let (left, right) = (self.snapshot(&left)?, self.snapshot(&right)?);
            return Ok(Value::new(Kind::Operator(Rc::new((left, op.as_str(), right))), span));
        }
        match (&left.kind, op, &right.kind) {
            (Kind::Text(_), Operator::Mod, _) => return self.percent(&left, &right, span),
            (Kind::Opaque(_), ..) => return Ok(left.at(span)),
            (_, _, Kind::Opaque(_)) => return Ok(right.at(span)),
            (Kind::Text(one), Operator::Add, Kind::Text(other)) => {
                self.spend_text(one, span)?;
                self.spend_text(other, span)?;
                let mut builder = Builder::default();
                builder.whole(one);
                builder.whole(other);
                return Ok(Value::text(builder.finish(span)));
            }
            (Kind::Text(text), Operator::Mult, Kind::Int(times))
            | (Kind::Int(times), Operator::Mult, Kind::Text(text)) => {
                let times = usize::try_from(*times).unwrap_or_default();
                if (text.value.len() + 16 * text.pieces.len()).saturating_mul(times) > LONGEST {
                    return Ok(Value::opaque("it is too long to be followed", span));
                }
                self.spend_bytes(text.value.len() * times, span)?;
                let mut builder = Builder::default();
                (0..times).for_each(|_| builder.whole(text));
                return Ok(Value::text(builder.finish(span)));
            }
            (Kind::List(one), Operator::Add, Kind::List(other)) => {
                let mut items = one.borrow().clone();
                items.extend(other.borrow().iter().cloned());
                self.spend(items.len(), span)?;
                return Ok(self.list(items, span));
            }
            (Kind::Tuple(one), Operator::Add, Kind::Tuple(other)) => {
                let items: Vec<_> = one.iter().chain(other.iter()).cloned().collect();
                self.spend(items.len(), span)?;
                return Ok(Value::new(Kind::Tuple(items.into()), span));
            }
            (Kind::List(items), Operator::Mult, Kind::Int(times))
            | (Kind::Int(times), Operator::Mult, Kind::List(items)) => {
                let items = items.borrow().clone();
                let items = self.repeated_items(&items, *times, span)?;
                return Ok(match items {
                    Some(items) => self.list(items, span),
                    None => Value::opaque("it is too long to be followed", span),
                });
            }
            (Kind::Tuple(items), Operator::Mult, Kind::Int(times))
            | (Kind::Int(times), Operator::Mult, Kind::Tuple(items)) => {
                let items = self.repeated_items(items, *times, span)?;
                return Ok(match items {
                    Some(items) => Value::new(Kind::Tuple(items.into()), span),
                    None => Value::opaque("it is too long to be followed", span),
                });
            }
            (Kind::Set(one), _, Kind::Set(other)) => {
                let (one, other) = (one.borrow().clone(), other.borrow().clone());
                return self.sets(&one, op, &other, span);
            }
            (Kind::Dict(one), Operator::BitOr, Kind::Dict(other)) => {
                let mut pairs = one.borrow().clone();
                pairs.extend(other.borrow().iter().cloned());
                return self.dict_of(pairs, span);
            }
            _ => {}
        }
        match (number(&left), number(&right)) {
            (Some(one), Some(other)) => self.arithmetic(one, op, other, span),
            _ if is_simple(&left) && is_simple(&right) => {
                let reason = format!("`{}` cannot take these", op.as_str());
                Err(self.raise("TypeError", reason, span))
            }
            _ => Ok(Value::opaque("it is computed when the file is run", span)),
        }
    }

    fn repeated_items(&mut self, items: &[Value], times: i128, span: Span) -> Result<Option<Vec<Value>>> {
        let times = usize::try_from(times).unwrap_or_default();
        let length = items.len().saturating_mul(times);
        if length > LONGEST {
            return Ok(None);
        }
        self.spend(length, span)?;
        Ok(Some(items.iter().cycle().take(length).cloned().collect()))
    }

    fn sets(&mut self, one: &[Value], op: Operator, other: &[Value], span: Span) -> Result {
        self.spend(one.len() + other.len(), span)?;
        if one.iter().chain(other).any(|item| !is_plain(item)) {
            return Ok(Value::opaque("it is computed when the file is run", span));
        }
        let mut index = keys::Index::default();
        for item in other {
            index.find_or_insert(item, 0);
        }
        let within = |item: &&Value| contains(other, item) == Some(true);
        self.spend(one.len().saturating_mul(other.len()) / 16, span)?;
        let items: Vec<Value> = match op {
            Operator::BitOr => one.iter().chain(other).cloned().collect(),
            Operator::BitAnd => one.iter().filter(within).cloned().collect(),
            Operator::Sub => one.iter().filter(|item| !within(item)).cloned().collect(),
            Operator::BitXor => {
                let back = other.iter().filter(|item| contains(one, item) != Some(true));
                one.iter().filter(|item| !within(item)).chain(back).cloned().collect()
            }
            _ => return Err(self.raise("TypeError", "sets cannot be computed like this", span)),
        };
        self.set_of(items, span)
    }

    fn arithmetic(&mut self, one: Number, op: Operator, other: Number, span: Span) -> Result {
        let unknown = || Value::opaque("it is computed when the file is run", span);
        let value = match (one, other) {
            (Number::Int(one), Number::Int(other)) => match op {
                Operator::Add => one.checked_add(other).map(Kind::Int),
                Operator::Sub => one.checked_sub(other).map(Kind::Int),
                Operator::Mult => one.checked_mul(other).map(Kind::Int),
                Operator::Div | Operator::FloorDiv | Operator::Mod if other == 0 => {
                    return Err(self.raise("ZeroDivisionError", "it divides by zero", span));
                }
                Operator::Div if one.abs() < 1 << 53 && other.abs() < 1 << 53 => {
                    Some(Kind::Float(one as f64 / other as f64))
                }
                Operator::FloorDiv => {
                    let quotient = one.checked_div(other);
                    let inexact = one.checked_rem(other).is_some_and(|rest| rest != 0);
                    quotient
                        .map(|quotient| Kind::Int(quotient - i128::from(inexact && (one < 0) != (other < 0))))
                }
                Operator::Mod => one.checked_rem(other).map(|rest| {
                    Kind::Int(if rest != 0 && (rest < 0) != (other < 0) { rest + other } else { rest })
                }),
                Operator::Pow => {
                    u32::try_from(other).ok().and_then(|power| one.checked_pow(power)).map(Kind::Int)
                }
                Operator::BitAnd => Some(Kind::Int(one & other)),
                Operator::BitOr => Some(Kind::Int(one | other)),
                Operator::BitXor => Some(Kind::Int(one ^ other)),
                Operator::LShift => u32::try_from(other)
                    .ok()
                    .filter(|by| *by < 64 && one.abs() < 1 << 60)
                    .map(|by| Kind::Int(one << by)),
                Operator::RShift => {
                    u32::try_from(other).ok().filter(|by| *by < 127).map(|by| Kind::Int(one >> by))
                }
                _ => None,
            },
            (one, other) => {
                let (one, other) = (one.as_float(), other.as_float());
                match op {
                    Operator::Add => Some(Kind::Float(one + other)),
                    Operator::Sub => Some(Kind::Float(one - other)),
                    Operator::Mult => Some(Kind::Float(one * other)),
                    Operator::Div | Operator::Mod | Operator::FloorDiv if other == 0.0 => {
                        return Err(self.raise("ZeroDivisionError", "it divides by zero", span));
                    }
                    Operator::Div => Some(Kind::Float(one / other)),
                    _ => None,
                }
            }
        };
        // `True & False` stays a bool in Python, which arithmetic on numbers does not see.
        Ok(value.map_or_else(unknown, |kind| Value::new(kind, span)))
    }

    /// `a < b < c`: each operand once, up to the first that is false.
    pub(super) fn comparison(&mut self, comparison: &'a ExprCompare, span: Span) -> Result {
        let left = self.evaluate(&comparison.left)?;
        self.comparison_from(comparison, 0, left, span)
    }

    fn comparison_from(
        &mut self,
        comparison: &'a ExprCompare,
        start: usize,
        left: Value,
        span: Span,
    ) -> Result {
        let (Some(op), Some(right)) = (comparison.ops.get(start), comparison.comparators.get(start)) else {
            return Ok(Value::opaque("it is computed when the file is run", span));
        };
        let right = self.evaluate(right)?;
        let value = self.compare(left, *op, right.clone(), span)?;
        if start + 1 == comparison.ops.len() {
            return Ok(value);
        }
        match truth(&value) {
            Some(false) => Ok(value),
            Some(true) => {
                self.nested(span, |inner| inner.comparison_from(comparison, start + 1, right, span))
            }
            None => {
                let condition = self.depends_on(&value, self.place_of(comparison));
                let way = self.way(&condition, |inner| {
                    inner.nested(span, |inner| inner.comparison_from(comparison, start + 1, right, span))?;
                    Ok(Flow::Normal)
                })?;
                self.meet(vec![way, Way::nothing()], &condition)?;
                Ok(self.because_of(&value, span))
            }
        }
    }

    fn compare(&mut self, left: Value, op: CmpOp, right: Value, span: Span) -> Result {
        if !matches!(op, CmpOp::Is | CmpOp::IsNot) {
            self.spend(weight(&left) / 16 + weight(&right) / 16, span)?;
        }
        let negate = matches!(op, CmpOp::NotEq | CmpOp::IsNot | CmpOp::NotIn);
        let known = match op {
            CmpOp::Eq | CmpOp::NotEq => {
                if self.stands_in(&left) || self.stands_in(&right) {
                    None
                } else if is_main(&left, &right) || is_main(&right, &left) {
                    Some(false)
                } else {
                    self.enum_equal(&left, &right).or_else(|| equal(&left, &right))
                }
            }
            CmpOp::Is | CmpOp::IsNot => is_same(&left, &right),
            CmpOp::In | CmpOp::NotIn => self.within(&left, &right, span)?,
            CmpOp::Lt | CmpOp::LtE | CmpOp::Gt | CmpOp::GtE => {
                let order = order(&left, &right);
                if order.is_none() && is_simple(&left) && is_simple(&right) && !both_sequences(&left, &right)
                {
                    let nan = number(&left).is_some() && number(&right).is_some();
                    if !nan {
                        return Err(self.raise("TypeError", "these cannot be compared", span));
                    }
                    return Ok(Value::bool(false, span));
                }
                order.map(|order| match op {
                    CmpOp::Lt => order == Ordering::Less,
                    CmpOp::LtE => order != Ordering::Greater,
                    CmpOp::Gt => order == Ordering::Greater,
                    _ => order != Ordering::Less,
                })
            }
        };
        if let Some(known) = known {
            return Ok(Value::bool(known != negate, span));
        }
        let in_items = matches!(op, CmpOp::In | CmpOp::NotIn);
        if left.as_opaque().is_some() || (right.as_opaque().is_some() && !left.is_symbol()) {
            let unknown = if left.as_opaque().is_some() { &left } else { &right };
            return Ok(self.because_of(unknown, span));
        }
        if left.is_symbol() || right.is_symbol() || in_items {
            if in_items {
                self.used(&right)?;
            }
            let (left, right) = (self.snapshot(&left)?, self.snapshot(&right)?);
            if left.is_symbol() || right.is_symbol() {
                return Ok(Value::new(Kind::Operator(Rc::new((left, op.as_str(), right))), span));
            }
        }
        Ok(Value::opaque("it is compared when the file is run", span))
    }

    /// Members of an enumeration of the file: each is itself and no other, but for those that are text or numbers too.
    fn enum_equal(&self, left: &Value, right: &Value) -> Option<bool> {
        let member = |value: &Value| match &value.kind {
            Kind::Attribute(parts) => match &parts.0.kind {
                Kind::Class(class) if class.is_enum() => Some((Rc::clone(class), parts.1.clone())),
                _ => None,
            },
            _ => None,
        };
        let (one, other) = (member(left)?, member(right)?);
        (Rc::ptr_eq(&one.0, &other.0)).then(|| one.1 == other.1)
    }

    fn within(&mut self, item: &Value, items: &Value, span: Span) -> Result<Option<bool>> {
        Ok(match &items.kind {
            Kind::Text(text) => match &item.kind {
                Kind::Text(part) => Some(text.value.contains(&part.value)),
                _ => None,
            },
            Kind::Tuple(items) => contains(items, item),
            Kind::List(items) => contains(&items.borrow(), item),
            Kind::Set(items) => contains(&items.borrow(), item),
            Kind::Dict(pairs) => {
                let pairs = pairs.borrow();
                match keys::find(pairs.iter().map(|(key, _)| key), item) {
                    Ok(found) => Some(found.is_some()),
                    Err(()) => None,
                }
            }
            Kind::None | Kind::Int(_) => {
                return Err(self.raise("TypeError", "it is looked for in what has no items", span));
            }
            _ => None,
        })
    }

    /// `list += …` changes the list itself. Whether it did.
    pub(super) fn extend_in_place(
        &mut self,
        left: &Value,
        op: Operator,
        right: &Value,
        span: Span,
    ) -> Result<bool> {
        match (&left.kind, op) {
            (Kind::List(items), Operator::Add) => {
                let items = Rc::clone(items);
                let added = self.items_of(right, span)?;
                self.write_items(&items, span)?;
                items.borrow_mut().extend(added);
                Ok(true)
            }
            (Kind::List(_), Operator::Mult) => {
                self.forget(left, "it is repeated in place", span)?;
                Ok(true)
            }
            (Kind::Dict(pairs), Operator::BitOr) => {
                let pairs = Rc::clone(pairs);
                let added = self.pairs_of(right, span)?;
                self.update(&pairs, added, span)?;
                Ok(true)
            }
            (Kind::Set(items), Operator::BitOr | Operator::BitAnd | Operator::Sub | Operator::BitXor) => {
                let items = Rc::clone(items);
                let value = self.binary(left.clone(), op, right.clone(), span)?;
                match &value.kind {
                    Kind::Set(new) => {
                        let new = new.borrow().clone();
                        self.write_items(&items, span)?;
                        *items.borrow_mut() = new;
                    }
                    _ => {
                        let cell = Cell::Items(items);
                        let opaque = self.blame_value(&value);
                        self.unknown_cell(&cell, &opaque)?;
                    }
                }
                Ok(true)
            }
            (Kind::Opaque(_), _) => {
                self.forget(left, "it may be changed in place", span)?;
                Ok(false)
            }
            _ => Ok(false),
        }
    }
}

/// How much comparing a value may take.
fn weight(value: &Value) -> usize {
    match &value.kind {
        Kind::Text(text) => text.value.len() / 8,
        Kind::Tuple(items) => items.len(),
        Kind::List(items) | Kind::Set(items) => items.borrow().len(),
        Kind::Dict(pairs) => pairs.borrow().len(),
        _ => 1,
    }
}

/// alembic never runs a revision file as a program.
fn is_main(name: &Value, text: &Value) -> bool {
    name.as_path() == Some("__name__") && text.as_text().is_some_and(|text| text.value == "__main__")
}

fn is_simple(value: &Value) -> bool {
    matches!(
        value.kind,
        Kind::None
            | Kind::Bool(_)
            | Kind::Int(_)
            | Kind::Float(_)
            | Kind::Text(_)
            | Kind::Tuple(_)
            | Kind::List(_)
            | Kind::Dict(_)
    )
}

fn both_sequences(left: &Value, right: &Value) -> bool {
    matches!((&left.kind, &right.kind), (Kind::Tuple(_), Kind::Tuple(_)) | (Kind::List(_), Kind::List(_)))
}

/// `left is right`.
fn is_same(left: &Value, right: &Value) -> Option<bool> {
    let single = |kind: &Kind| matches!(kind, Kind::None | Kind::Bool(_));
    match (&left.kind, &right.kind) {
        (Kind::Bool(one), Kind::Bool(other)) => Some(one == other),
        (Kind::None, Kind::None) => Some(true),
        (one, other) if single(one) || single(other) => {
            let symbol = |value: &Value| value.is_symbol() || value.as_opaque().is_some();
            match (symbol(left), symbol(right)) {
                (false, false) => Some(false),
                // A module's function or a construct that was called is not `None`; what `bind` is, offline, neither.
                _ => is_something(left).or_else(|| is_something(right)).map(|()| false),
            }
        }
        (Kind::List(one), Kind::List(other)) => Some(Rc::ptr_eq(one, other)),
        (Kind::Dict(one), Kind::Dict(other)) => Some(Rc::ptr_eq(one, other)),
        _ => None,
    }
}

/// A symbol that is certainly an object of its own.
fn is_something(value: &Value) -> Option<()> {
    if value.as_path().is_some_and(|path| path.starts_with("builtins.")) {
        return Some(());
    }
    let Kind::Call(call) = &value.kind else { return None };
    matches!(call.callee.as_path()?, "alembic.op.get_bind" | "alembic.op.get_context").then_some(())
}
