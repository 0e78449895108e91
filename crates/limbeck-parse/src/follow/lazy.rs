//! What gives its items only when it is asked for them: generators, `map(…)`, `zip(…)`.
//!
//! It is followed to its end at once. That is the same as long as nothing that it reads is written before it is asked: what
//! it read is watched from then on, and where that was written, what it gives is not known.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use hashbrown::HashMap;
use limbeck_types::{Opaque, Span};

use super::follower::{Follower, Result};
use super::journal::{Cell, Items, Key, Pairs};
use super::value::{Kind, Value};

/// A dictionary that is not kept alive for what stands for it.
type WeakPairs = Weak<RefCell<Vec<(Value, Value)>>>;

/// What is watched.
#[derive(Default)]
pub(super) struct Lazy {
    /// What was read since somebody asked for that.
    reads: Option<Vec<Cell>>,
    /// When what is watched was last written.
    written: HashMap<Key, u64>,
    /// What iterators depend on, and since when.
    sources: HashMap<usize, (u64, Vec<Key>)>,
    clock: u64,
    /// Lists that stand for `keys()`, `values()` or `items()` of a dictionary.
    views: Vec<(WeakPairs, Items)>,
}

impl Lazy {
    /// A cell is written.
    pub(super) fn write(&mut self, cell: &Cell) {
        if !self.written.is_empty()
            && let Some(written) = self.written.get_mut(&cell.key())
        {
            self.clock += 1;
            *written = self.clock;
        }
    }

    /// Whether any cell is watched.
    pub(super) fn watches(&self) -> bool {
        !self.written.is_empty()
    }

    /// Watches a cell from now on.
    pub(super) fn watch(&mut self, cell: &Cell) -> (Key, u64) {
        let key = cell.key();
        self.written.entry(key.clone()).or_default();
        (key, self.clock)
    }

    /// Whether a watched cell was written since.
    pub(super) fn is_written(&self, key: &Key, since: u64) -> bool {
        self.written.get(key).is_some_and(|written| *written > since)
    }

    /// Whether anybody asks what is read.
    pub(super) fn reads(&self) -> bool {
        self.reads.is_some()
    }

    /// A cell is read.
    pub(super) fn read(&mut self, cell: Cell) {
        if let Some(reads) = &mut self.reads {
            reads.push(cell);
        }
    }

    /// What is in a value is read.
    pub(super) fn look_at(&mut self, value: &Value) {
        if let Some(reads) = &mut self.reads {
            reads.extend(cell_of(value));
        }
    }

    /// Whether a list stands for a dictionary.
    pub(super) fn is_view(&self, items: &Items) -> bool {
        self.views.iter().any(|(_, view)| Rc::ptr_eq(view, items))
    }

    /// The dictionary that a list stands for, if somebody still knows it.
    pub(super) fn viewed(&self, items: &Items) -> Option<Pairs> {
        self.views.iter().find(|(_, view)| Rc::ptr_eq(view, items))?.0.upgrade()
    }
}

/// What can be written of a value.
pub(super) fn cell_of(value: &Value) -> Option<Cell> {
    match &value.kind {
        Kind::List(items) | Kind::Set(items) | Kind::Iterator(items) => Some(Cell::Items(Rc::clone(items))),
        Kind::Dict(pairs) => Some(Cell::Pairs(Rc::clone(pairs))),
        _ => None,
    }
}

impl Follower<'_> {
    /// Runs something, and gives what it reads.
    pub(super) fn reading<T>(&mut self, run: impl FnOnce(&mut Self) -> T) -> (T, Vec<Cell>) {
        let outer = self.lazy.reads.replace(Vec::new());
        let done = run(self);
        let reads = std::mem::replace(&mut self.lazy.reads, outer).unwrap_or_default();
        if let Some(outer) = &mut self.lazy.reads {
            outer.extend(reads.iter().cloned());
        }
        (done, reads)
    }

    /// An iterator depends on these cells.
    pub(super) fn depend(&mut self, iterator: &Value, cells: impl IntoIterator<Item = Cell>) -> Result<()> {
        let Kind::Iterator(items) = &iterator.kind else { return Ok(()) };
        let mut keys = Vec::new();
        for cell in cells {
            let (key, _) = self.lazy.watch(&cell);
            if let Cell::Items(items) = &cell {
                // What it goes through may depend on more, or stand for a dictionary.
                if let Some((_, more)) = self.lazy.sources.get(&key.0) {
                    keys.extend(more.iter().cloned());
                }
                if let Some(pairs) = self.lazy.viewed(items) {
                    keys.push(self.lazy.watch(&Cell::Pairs(pairs)).0);
                }
            }
            keys.push(key);
        }
        self.spend(keys.len() / 8, iterator.span)?;
        if !keys.is_empty() {
            self.lazy.sources.insert(Rc::as_ptr(items) as usize, (self.lazy.clock, keys));
        }
        Ok(())
    }

    /// What is made of these is followed to its end at once, while in truth they are used up step by step: where somebody
    /// else holds one, how much is left in it is not known from then on.
    pub(super) fn share<'v>(
        &mut self,
        values: impl IntoIterator<Item = &'v Value>,
        span: Span,
    ) -> Result<()> {
        for value in values {
            // One is held by the follower, and one by the arguments.
            if let Kind::Iterator(items) = &value.kind
                && Rc::strong_count(items) > 2
            {
                let reason = "what else goes through it may have used it up".to_owned();
                let opaque = Rc::new(Opaque { span, reason, import: None });
                self.unknown_cell(&Cell::Items(Rc::clone(items)), &opaque)?;
            }
        }
        Ok(())
    }

    /// Before an iterator is asked: nothing is known of it any more where what it depends on was written.
    pub(super) fn settle(&mut self, items: &Items, span: Span) -> Result<()> {
        if self.lazy.sources.is_empty() {
            return Ok(());
        }
        let address = Rc::as_ptr(items) as usize;
        let Some((since, keys)) = self.lazy.sources.get(&address) else { return Ok(()) };
        let is_written = keys.iter().any(|key| self.lazy.is_written(key, *since));
        let weight = keys.len();
        self.spend(weight / 8, span)?;
        if is_written {
            self.lazy.sources.remove(&address);
            let reason = "what it depends on is changed before it is asked for".to_owned();
            let opaque = Rc::new(Opaque { span, reason, import: None });
            self.unknown_cell(&Cell::Items(Rc::clone(items)), &opaque)?;
        }
        Ok(())
    }

    /// A list that stands for a dictionary as it is now.
    pub(super) fn view(&mut self, pairs: &Pairs, list: Value) -> Value {
        if let Kind::List(items) = &list.kind {
            if self.lazy.views.len() > 8 {
                self.lazy.views.retain(|(_, items)| Rc::strong_count(items) > 2);
            }
            self.lazy.views.push((Rc::downgrade(pairs), Rc::clone(items)));
        }
        list
    }

    /// A dictionary is written: what stands for it, and is still known to somebody, is another one then.
    pub(super) fn change_views(&mut self, pairs: &Pairs, span: Span) -> Result<()> {
        if self.lazy.views.is_empty() {
            return Ok(());
        }
        // One is held here, and one by the follower.
        self.lazy.views.retain(|(_, items)| Rc::strong_count(items) > 2);
        let address = Rc::as_ptr(pairs);
        let (changed, kept): (Vec<_>, _) =
            std::mem::take(&mut self.lazy.views).into_iter().partition(|(of, _)| of.as_ptr() == address);
        self.lazy.views = kept;
        let reason = || "the dictionary is changed behind it".to_owned();
        for (_, items) in changed {
            let opaque = Rc::new(Opaque { span, reason: reason(), import: None });
            self.unknown_cell(&Cell::Items(items), &opaque)?;
        }
        Ok(())
    }
}
