//! The map from ids and labels to what they name.
//!
//! It owns the look-up, and keeps no text of its own: what a key says stands in the revision or label that it leads to.

use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashTable};

use crate::Revision;
use crate::graph::Label;

/// Ids and labels. For look-ups only: its order is never seen.
#[derive(Debug, Clone, Default)]
pub(crate) struct Keys {
    table: HashTable<Key>,
    hasher: DefaultHashBuilder,
}

/// An index into the graph's revisions or labels. No tree has 2^32 files.
#[derive(Debug, Clone, Copy)]
enum Key {
    Id(u32),
    Label(u32),
}

impl Key {
    fn text<'g>(self, revisions: &'g [Revision], labels: &'g [Label]) -> &'g str {
        match self {
            Self::Id(position) => revisions[position as usize].id().as_str(),
            Self::Label(label) => &labels[label as usize].0,
        }
    }

    fn position(self, labels: &[Label]) -> usize {
        match self {
            Self::Id(position) => position as usize,
            Self::Label(label) => labels[label as usize].1,
        }
    }
}

impl Keys {
    /// Room for so many.
    pub(crate) fn with_capacity(count: usize) -> Self {
        Self { table: HashTable::with_capacity(count), hasher: DefaultHashBuilder::default() }
    }

    /// The position of the revision that has this id or declares this label.
    pub(crate) fn get(&self, text: &str, revisions: &[Revision], labels: &[Label]) -> Option<usize> {
        let is_it = |key: &Key| key.text(revisions, labels) == text;
        Some(self.table.find(self.hasher.hash_one(text), is_it)?.position(labels))
    }

    /// Enters the id of the revision at this position, which is not entered yet.
    pub(crate) fn insert_id(&mut self, position: usize, revisions: &[Revision], labels: &[Label]) {
        self.insert(Key::Id(index(position)), revisions, labels);
    }

    /// Enters the label of this index, which is not entered yet.
    pub(crate) fn insert_label(&mut self, label: usize, revisions: &[Revision], labels: &[Label]) {
        self.insert(Key::Label(index(label)), revisions, labels);
    }

    fn insert(&mut self, key: Key, revisions: &[Revision], labels: &[Label]) {
        let hash = |key: &Key| self.hasher.hash_one(key.text(revisions, labels));
        self.table.insert_unique(hash(&key), key, hash);
    }
}

fn index(index: usize) -> u32 {
    u32::try_from(index).expect("files are numbered by 32 bits")
}
