//! Names of files on their way from the thread that lists a folder to one that reads them meanwhile.
//!
//! It owns the count of files that were read ahead: the thread that lists ends it, and from then on both agree on it.

use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// How many files were claimed to be read ahead: the first ones that were met.
#[derive(Debug, Default)]
pub(crate) struct Ahead(AtomicU32);

/// More files than there are.
const ENDED: u32 = 1 << 31;

impl Ahead {
    /// Claims the next file, unless reading ahead has ended. One thread claims, and never again once it was refused.
    pub(crate) fn claim(&self) -> bool {
        self.0.fetch_add(1, Ordering::AcqRel) < ENDED
    }

    /// Ends it; gives how many files were claimed.
    pub(crate) fn end(&self) -> u32 {
        self.0.swap(ENDED, Ordering::AcqRel)
    }
}

/// Names of files in one folder.
#[derive(Debug, Default)]
pub(crate) struct Names {
    pub(crate) folder: PathBuf,
    text: String,
    ends: Vec<usize>,
}

impl Names {
    /// None yet, in this folder, with room for so many.
    pub(crate) fn of(folder: &Path, count: usize) -> Self {
        // Names of revision files are about as long as this.
        const LENGTH: usize = 32;
        let (text, ends) = (String::with_capacity(count * LENGTH), Vec::with_capacity(count));
        Self { folder: folder.to_owned(), text, ends }
    }

    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(crate) fn push(&mut self, name: &str) {
        self.text.push_str(name);
        self.ends.push(self.text.len());
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, end)| &self.text[start..*end])
    }
}

/// Collects names, and says when there are enough of them to be read.
#[derive(Debug)]
pub(crate) struct Collector {
    names: Names,
    enough: usize,
    /// How many names were met, and how many of them were taken.
    met: u32,
    taken: u32,
}

/// Many more files than can be read in the time in which so many are listed: a listed one takes a tenth of the time.
fn readable(met: u32) -> u32 {
    800 + met / 8
}

impl Collector {
    /// So many are enough.
    pub(crate) fn new(enough: usize) -> Self {
        Self { names: Names::default(), enough, met: 0, taken: 0 }
    }

    /// Takes the next name, and gives it a number, from 1 on, unless nobody will come to read it. Names that are to be read
    /// now go to `send`, in order.
    pub(crate) fn add(
        &mut self,
        folder: &Path,
        name: &str,
        mut send: impl FnMut(Names),
    ) -> Option<NonZero<u32>> {
        self.met += 1;
        if self.taken >= readable(self.met) {
            return None;
        }
        if self.names.folder.as_os_str() != folder.as_os_str() {
            let names = std::mem::replace(&mut self.names, Names::of(folder, self.enough));
            if names.len() > 0 {
                send(names);
            }
        }
        self.names.push(name);
        self.taken += 1;
        if self.names.len() == self.enough {
            send(std::mem::take(&mut self.names));
        }
        NonZero::new(self.taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sent_in_the_order_of_their_numbers() {
        let (mut collector, mut sent) = (Collector::new(2), Vec::new());
        let mut numbers = Vec::new();
        for (folder, name) in [("a", "1"), ("a", "22"), ("a", "3"), ("b", "4"), ("b", ""), ("b", "6")] {
            let number = collector.add(Path::new(folder), name, |names| {
                sent.push(
                    names.iter().map(|name| format!("{}/{name}", names.folder.display())).collect::<Vec<_>>(),
                );
            });
            numbers.push(number.expect("it counts from 1").get());
        }
        assert_eq!(numbers, [1, 2, 3, 4, 5, 6]);
        assert_eq!(sent, [vec!["a/1", "a/22"], vec!["a/3"], vec!["b/4", "b/"]]);
    }

    #[test]
    fn what_was_claimed_is_counted() {
        let ahead = Ahead::default();
        assert!(ahead.claim() && ahead.claim());
        assert_eq!(ahead.end(), 2);
        assert!(!ahead.claim());
    }
}
