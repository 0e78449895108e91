//! The names of a module while its statements are read in order.
//!
//! It owns what happens to a name where two ways through the module meet: a value is known only if it is the same on both.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::value::{Kind, Value};

/// The names that alembic reads from a module.
pub(crate) const HEADER: [&str; 4] = ["revision", "down_revision", "branch_labels", "depends_on"];

/// Longer values of other names are not kept, or a hostile file would multiply them.
const LONGEST: usize = 4096;

/// So much of them altogether is kept, or one of many lines would make them again and again.
const ALL: usize = 1 << 18;

/// What the module's names are bound to.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scope<'a> {
    names: BTreeMap<&'a str, Binding>,
    /// The last `from … import *`, which may bind any name.
    pub(crate) star: Option<String>,
    /// Counts the writes of this scope and of all that were cloned from it.
    writes: Rc<Cell<u64>>,
    /// Roughly the bytes of all values that names other than the header's were ever bound to.
    made: Rc<Cell<usize>>,
}

#[derive(Debug, Clone)]
struct Binding {
    value: Value,
    /// The number of the write that made it, by which a binding that no branch touched is recognised.
    write: u64,
}

impl<'a> Scope<'a> {
    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.names.get(name).map(|binding| &binding.value)
    }

    pub(crate) fn bind(&mut self, name: &'a str, value: Value) {
        let kept = HEADER.contains(&name) || name == "__doc__" || {
            let size = value.size();
            self.made.set(self.made.get().saturating_add(size));
            size <= LONGEST && self.made.get() <= ALL
        };
        let value = if kept { value } else { Value::unknown("it is too long to be followed", value.span) };
        let write = self.next_write();
        self.names.insert(name, Binding { value, write });
    }

    pub(crate) fn remove(&mut self, name: &str) {
        self.names.remove(name);
    }

    /// Whether code that names no header name can still change one: through another name of the same list, or by calling
    /// a function that was defined before.
    pub(crate) fn reaches_header(&self) -> bool {
        let acts = |value: &Value| matches!(&value.kind, Kind::Function(touches) if !touches.is_empty());
        HEADER.iter().any(|name| self.get(name).is_some_and(Value::is_shared))
            || self.names.values().any(|binding| acts(&binding.value))
    }

    /// Marks the bound names that `is_changed` picks as changed in a way that is not followed.
    pub(crate) fn forget(&mut self, reason: &str, is_changed: impl Fn(&str, &Value) -> bool) {
        let write = self.next_write();
        for (name, binding) in &mut self.names {
            if is_changed(name, &binding.value) {
                *binding = Binding { value: Value::unknown(reason, binding.value.span), write };
            }
        }
    }

    /// A list was changed in place through `name`: all that may be the same list change with it.
    pub(crate) fn change_in_place(&mut self, name: &str, reason: &str) {
        let Some(value) = self.get(name).filter(|value| value.is_mutable()) else { return };
        // The name that a shared list was copied from is not marked itself, so any list may be it.
        let through_copy = value.is_shared();
        self.forget(reason, |other, value| {
            other == name || value.is_shared() || (through_copy && value.is_mutable())
        });
    }

    /// Takes the names of `other`, which left the same scope as this one by another way.
    pub(crate) fn join(&mut self, other: Scope<'a>, reason: &str) {
        let write = self.next_write();
        let unknown =
            |binding: &Binding| Binding { value: Value::unknown(reason, binding.value.span), write };
        let mut ours = std::mem::take(&mut self.names);
        for (name, theirs) in other.names {
            let met = match ours.remove(name) {
                None => unknown(&theirs),
                Some(ours) if ours.write == theirs.write || ours.value.same(&theirs.value) => ours,
                // The later written gives the place.
                Some(ours) => unknown(if theirs.write > ours.write { &theirs } else { &ours }),
            };
            self.names.insert(name, met);
        }
        self.names.extend(ours.iter().map(|(name, binding)| (*name, unknown(binding))));
        self.star = other.star.or(self.star.take());
    }

    /// Marks all that `after`, this scope after one round of a loop, has written.
    pub(crate) fn join_loop(&mut self, after: Scope<'a>, reason: &str) {
        self.forget(reason, |name, _| !after.names.contains_key(name));
        let write = self.next_write();
        for (name, binding) in after.names {
            if self.names.get(name).is_none_or(|before| before.write != binding.write) {
                let value = Value::unknown(reason, binding.value.span);
                self.names.insert(name, Binding { value, write });
            }
        }
        self.star = after.star.or(self.star.take());
    }

    fn next_write(&self) -> u64 {
        self.writes.set(self.writes.get() + 1);
        self.writes.get()
    }
}
