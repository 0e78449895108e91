//! What is made and written while a run goes on, so that it can be taken back and emptied.

use std::cell::RefCell;
use std::rc::Rc;

use hashbrown::HashSet;
use limbeck_types::{Opaque, Span};
use ruff_python_ast::name::Name;

use super::follower::{Follower, Result};
use super::journal::{Cell, Contents, Items, Pairs, hide};
use super::scope::{Scope, ScopeKind};
use super::value::{Kind, Value};

impl Follower<'_> {
    /// Notes what a cell holds before it is written.
    pub(super) fn note(&mut self, cell: &Cell) -> Result<()> {
        self.lazy.write(cell);
        let Some(level) = self.levels.last_mut() else { return Ok(()) };
        if level.made.contains(&cell.address()) {
            return Ok(());
        }
        let hashbrown::hash_map::Entry::Vacant(before) = level.before.entry(cell.key()) else {
            return Ok(());
        };
        before.insert((cell.clone(), cell.contents()));
        self.spend(cell.weight() / 4, Span::default())
    }

    fn made(&mut self, cell: Cell) {
        if let Some(level) = self.levels.last_mut() {
            level.made.insert(cell.address());
        }
        self.heap.push(cell);
    }

    /// What was made behind the first `made` was there before any choice that may be taken back: a module is imported once,
    /// and what is written of it later is written on one way only.
    pub(super) fn made_before(&mut self, made: usize) {
        for cell in &self.heap[made..] {
            for level in &mut self.levels {
                level.made.remove(&cell.address());
            }
        }
    }

    pub(super) fn items(&mut self, items: Vec<Value>) -> Items {
        let items = Rc::new(RefCell::new(items));
        self.made(Cell::Items(Rc::clone(&items)));
        items
    }

    pub(super) fn list(&mut self, items: Vec<Value>, span: Span) -> Value {
        let items = self.items(items);
        Value::new(Kind::List(items), span)
    }

    pub(super) fn dict(&mut self, pairs: Vec<(Value, Value)>, span: Span) -> Value {
        let pairs: Pairs = Rc::new(RefCell::new(pairs));
        self.made(Cell::Pairs(Rc::clone(&pairs)));
        Value::new(Kind::Dict(pairs), span)
    }

    pub(super) fn new_scope(&mut self, kind: ScopeKind, outer: Option<Rc<Scope>>) -> Rc<Scope> {
        let room = match &kind {
            ScopeKind::Function(names) => names.locals.len(),
            _ => 0,
        };
        self.new_scope_with_room(kind, outer, room)
    }

    /// The same, for a known number of names.
    pub(super) fn new_scope_with_room(
        &mut self,
        kind: ScopeKind,
        outer: Option<Rc<Scope>>,
        room: usize,
    ) -> Rc<Scope> {
        let scope = Rc::new(Scope::with_room(kind, outer, room));
        self.made(Cell::Name(Rc::clone(&scope), Name::empty()));
        scope
    }

    /// Binds a name in a scope.
    pub(super) fn write(&mut self, scope: &Rc<Scope>, name: &Name, value: Option<Value>) -> Result<()> {
        // Nobody asks what stood here before where there is no choice that may be taken back.
        if !self.levels.is_empty() || self.lazy.watches() {
            self.note(&Cell::Name(Rc::clone(scope), name.clone()))?;
        }
        match value {
            Some(value) => scope.names.borrow_mut().insert(name.clone(), value),
            None => scope.names.borrow_mut().remove(name),
        };
        Ok(())
    }

    /// Makes it unknown what a cell holds.
    pub(super) fn unknown_cell(&mut self, cell: &Cell, opaque: &Rc<Opaque>) -> Result<()> {
        self.note(cell)?;
        match cell.contents() {
            Contents::Name(value) => value.iter().for_each(|value| hide(value, &mut self.hidden)),
            Contents::Items(items) => items.iter().for_each(|item| hide(item, &mut self.hidden)),
            Contents::Pairs(pairs) => pairs.iter().for_each(|(_, value)| hide(value, &mut self.hidden)),
        }
        cell.set(cell.unknown(opaque));
        Ok(())
    }

    /// Something that is not known is changed: so may be all that it may be.
    pub(super) fn change_hidden(&mut self, reason: &str, span: Span) -> Result<()> {
        if self.hidden.values.is_empty() {
            return Ok(());
        }
        self.hidden.forget_dead();
        let opaque = Rc::new(Opaque { span, reason: reason.to_owned(), import: None });
        let mut waiting: Vec<Value> =
            self.hidden.values.iter().filter(|value| !is_unknown(value)).cloned().collect();
        let mut seen = HashSet::new();
        self.spend(1 + self.hidden.values.len() / 8, span)?;
        while let Some(value) = waiting.pop() {
            self.spend(1, span)?;
            let cell = match &value.kind {
                Kind::List(items) | Kind::Set(items) | Kind::Iterator(items) => Cell::Items(Rc::clone(items)),
                Kind::Dict(pairs) => Cell::Pairs(Rc::clone(pairs)),
                Kind::Tuple(items) => {
                    waiting.extend(items.iter().cloned());
                    continue;
                }
                Kind::Object(object) => {
                    let names: Vec<Name> = object.attributes.names.borrow().keys().cloned().collect();
                    for name in names {
                        let cell = Cell::Name(Rc::clone(&object.attributes), name);
                        if !cell.is_unknown() && seen.insert(cell.key()) {
                            self.unknown_cell(&cell, &opaque)?;
                        }
                    }
                    continue;
                }
                _ => continue,
            };
            if cell.is_unknown() || !seen.insert(cell.key()) {
                continue;
            }
            match cell.contents() {
                Contents::Items(items) => waiting.extend(items),
                Contents::Pairs(pairs) => waiting.extend(pairs.into_iter().map(|(_, value)| value)),
                Contents::Name(_) => {}
            }
            self.unknown_cell(&cell, &opaque)?;
        }
        Ok(())
    }

    pub(super) fn write_items(&mut self, items: &Items, span: Span) -> Result<()> {
        self.spend(1, span)?;
        self.note(&Cell::Items(Rc::clone(items)))
    }

    pub(super) fn write_pairs(&mut self, pairs: &Pairs, span: Span) -> Result<()> {
        self.spend(1, span)?;
        self.change_views(pairs, span)?;
        self.note(&Cell::Pairs(Rc::clone(pairs)))
    }
}

/// Whether a list or dictionary is one of whose items nothing is known.
fn is_unknown(value: &Value) -> bool {
    match &value.kind {
        Kind::List(items) | Kind::Set(items) | Kind::Iterator(items) => {
            Cell::Items(Rc::clone(items)).is_unknown()
        }
        Kind::Dict(pairs) => Cell::Pairs(Rc::clone(pairs)).is_unknown(),
        _ => false,
    }
}
