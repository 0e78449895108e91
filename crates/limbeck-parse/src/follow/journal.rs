//! What was written since a point, so that it can be taken back.
//!
//! It owns the state of a run: names, lists, dictionaries. Where two ways meet, what they left different is unknown.

use std::cell::RefCell;
use std::rc::Rc;

use hashbrown::{HashMap, HashSet};
use limbeck_types::{Opaque, Span};
use ruff_python_ast::name::Name;

use super::equal::same;
use super::scope::Scope;
use super::value::{Kind, Value};

pub(super) type Items = Rc<RefCell<Vec<Value>>>;
pub(super) type Pairs = Rc<RefCell<Vec<(Value, Value)>>>;

/// Something that can be written.
#[derive(Clone)]
pub(super) enum Cell {
    Name(Rc<Scope>, Name),
    Items(Items),
    Pairs(Pairs),
}

/// What it holds.
#[derive(Clone)]
pub(super) enum Contents {
    Name(Option<Value>),
    Items(Vec<Value>),
    Pairs(Vec<(Value, Value)>),
}

pub(super) type Key = (usize, Option<Name>);
pub(super) type State = HashMap<Key, (Cell, Contents)>;

/// What was written since a point, and what stood there before.
#[derive(Default)]
pub(super) struct Level {
    pub(super) before: State,
    /// What was made since: nobody knew it before.
    pub(super) made: HashSet<usize>,
}

impl Cell {
    pub(super) fn address(&self) -> usize {
        match self {
            Self::Name(scope, _) => Rc::as_ptr(scope) as usize,
            Self::Items(items) => Rc::as_ptr(items) as usize,
            Self::Pairs(pairs) => Rc::as_ptr(pairs) as usize,
        }
    }

    /// How often it is held, names aside, which are held by their scopes.
    pub(super) fn holders(&self) -> usize {
        match self {
            Self::Name(..) => usize::MAX,
            Self::Items(items) => Rc::strong_count(items),
            Self::Pairs(pairs) => Rc::strong_count(pairs),
        }
    }

    pub(super) fn key(&self) -> Key {
        match self {
            Self::Name(_, name) => (self.address(), Some(name.clone())),
            _ => (self.address(), None),
        }
    }

    pub(super) fn contents(&self) -> Contents {
        match self {
            Self::Name(scope, name) => Contents::Name(scope.names.borrow().get(name).cloned()),
            Self::Items(items) => Contents::Items(items.borrow().clone()),
            Self::Pairs(pairs) => Contents::Pairs(pairs.borrow().clone()),
        }
    }

    /// How much [`Self::contents`] copies.
    pub(super) fn weight(&self) -> usize {
        match self {
            Self::Name(..) => 1,
            Self::Items(items) => items.borrow().len(),
            Self::Pairs(pairs) => pairs.borrow().len(),
        }
    }

    pub(super) fn set(&self, contents: Contents) {
        match (self, contents) {
            (Self::Name(scope, name), Contents::Name(Some(value))) => {
                scope.names.borrow_mut().insert(name.clone(), value);
            }
            (Self::Name(scope, name), _) => {
                scope.names.borrow_mut().remove(name);
            }
            (Self::Items(items), Contents::Items(new)) => *items.borrow_mut() = new,
            (Self::Pairs(pairs), Contents::Pairs(new)) => *pairs.borrow_mut() = new,
            _ => {}
        }
    }

    /// Whether nothing is known of its contents.
    pub(super) fn is_unknown(&self) -> bool {
        match self {
            Self::Name(scope, name) => {
                scope.names.borrow().get(name).is_some_and(|value| matches!(value.kind, Kind::Opaque(_)))
            }
            Self::Items(items) => {
                matches!(&items.borrow()[..], [only] if matches!(only.kind, Kind::Several(_)))
            }
            Self::Pairs(pairs) => {
                matches!(&pairs.borrow()[..], [(key, value)] if [key, value].iter().all(|one| matches!(one.kind, Kind::Several(_))))
            }
        }
    }

    /// Contents of which nothing is known.
    pub(super) fn unknown(&self, opaque: &Rc<Opaque>) -> Contents {
        let several = several(opaque);
        match self {
            Self::Name(..) => Contents::Name(Some(unknown(opaque, opaque.span))),
            Self::Items(_) => Contents::Items(vec![several]),
            Self::Pairs(_) => Contents::Pairs(vec![(several.clone(), several)]),
        }
    }
}

pub(super) fn several(opaque: &Rc<Opaque>) -> Value {
    Value::new(Kind::Several(Rc::clone(opaque)), opaque.span)
}

pub(super) fn unknown(opaque: &Rc<Opaque>, span: Span) -> Value {
    Value::new(Kind::Opaque(Rc::clone(opaque)), span)
}

/// What is known of a cell that holds the one or the other.
///
/// A list that may be the one meant goes to `hidden`: whoever changes the unknown value may change it.
pub(super) fn either(one: Contents, other: &Contents, opaque: &Rc<Opaque>, hidden: &mut Hidden) -> Contents {
    match (one, other) {
        (Contents::Name(Some(one)), Contents::Name(Some(other))) => {
            Contents::Name(Some(either_value(one, other, opaque, hidden)))
        }
        (Contents::Name(None), Contents::Name(None)) => Contents::Name(None),
        (Contents::Name(Some(value)), Contents::Name(None)) => {
            hide(&value, hidden);
            Contents::Name(Some(unknown(opaque, value.span)))
        }
        (Contents::Name(None), Contents::Name(Some(value))) => {
            hide(value, hidden);
            Contents::Name(Some(unknown(opaque, value.span)))
        }
        (Contents::Items(mut one), Contents::Items(other)) => {
            let agreed = one.iter().zip(other).take_while(|(one, other)| same(one, other)).count();
            if agreed < one.len() || agreed < other.len() {
                one.iter().skip(agreed).chain(other.iter().skip(agreed)).for_each(|item| hide(item, hidden));
                one.truncate(agreed);
                one.push(several(opaque));
            }
            Contents::Items(one)
        }
        (Contents::Pairs(one), Contents::Pairs(other)) => {
            Contents::Pairs(either_pairs(one, other, opaque, hidden))
        }
        (one, _) => one,
    }
}

fn either_pairs(
    one: Vec<(Value, Value)>,
    other: &[(Value, Value)],
    opaque: &Rc<Opaque>,
    hidden: &mut Hidden,
) -> Vec<(Value, Value)> {
    let same_keys = one.iter().zip(other).take_while(|(one, other)| same(&one.0, &other.0)).count();
    let whole = same_keys == one.len() && same_keys == other.len();
    if !whole {
        one.iter().chain(other).for_each(|(_, value)| hide(value, hidden));
    }
    let mut pairs: Vec<_> = one
        .into_iter()
        .zip(other)
        .take(same_keys)
        .map(|((key, one), (_, other))| (key, either_value(one, other, opaque, hidden)))
        .collect();
    if !whole {
        // Any key may come later, also one that is here already.
        pairs.clear();
        pairs.push((several(opaque), several(opaque)));
    }
    pairs
}

pub(super) fn either_value(one: Value, other: &Value, opaque: &Rc<Opaque>, hidden: &mut Hidden) -> Value {
    if same(&one, other) {
        return one;
    }
    hide(&one, hidden);
    hide(other, hidden);
    unknown(opaque, one.span)
}

/// What can be changed through a value that is not known, each once.
#[derive(Default)]
pub(super) struct Hidden {
    pub(super) values: Vec<Value>,
    known: HashSet<usize>,
}

impl Hidden {
    /// Lets go of what nobody can see any more, and keeps what is in it.
    pub(super) fn forget_dead(&mut self) {
        // One is held here, and one by the follower, which empties it in the end.
        const HELD: usize = 2;
        let mut at = 0;
        while let Some(value) = self.values.get(at) {
            let inside: Vec<Value> = match &value.kind {
                Kind::List(items) | Kind::Set(items) | Kind::Iterator(items)
                    if Rc::strong_count(items) <= HELD =>
                {
                    self.known.remove(&(Rc::as_ptr(items) as usize));
                    items.take()
                }
                Kind::Dict(pairs) if Rc::strong_count(pairs) <= HELD => {
                    self.known.remove(&(Rc::as_ptr(pairs) as usize));
                    pairs.take().into_iter().map(|(_, value)| value).collect()
                }
                _ => {
                    at += 1;
                    continue;
                }
            };
            drop(self.values.swap_remove(at));
            inside.iter().for_each(|value| hide(value, self));
        }
    }
}

/// Keeps a value that can be changed although nobody names it any more.
pub(super) fn hide(value: &Value, hidden: &mut Hidden) {
    let address = match &value.kind {
        Kind::List(items) | Kind::Set(items) | Kind::Iterator(items) => Rc::as_ptr(items) as usize,
        Kind::Dict(pairs) => Rc::as_ptr(pairs) as usize,
        Kind::Object(object) => Rc::as_ptr(object) as usize,
        Kind::Class(class) => Rc::as_ptr(class) as usize,
        // It never changes, but what is in it may.
        Kind::Tuple(items) => return items.iter().for_each(|item| hide(item, hidden)),
        _ => return,
    };
    // What is kept keeps its address.
    if hidden.known.insert(address) {
        hidden.values.push(value.clone());
    }
}
