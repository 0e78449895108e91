//! A list that nearly always has one item.

use std::ops::Deref;

/// A list of which one item takes no memory of its own.
#[derive(Clone, PartialEq, Eq)]
pub struct Few<T>(Items<T>);

/// Each length has one form, so that equal lists are equal.
#[derive(Clone, PartialEq, Eq)]
enum Items<T> {
    None,
    One(T),
    /// Two or more.
    Many(Vec<T>),
}

impl<T> Default for Few<T> {
    fn default() -> Self {
        Self(Items::None)
    }
}

impl<T> Deref for Few<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        match &self.0 {
            Items::None => &[],
            Items::One(item) => std::slice::from_ref(item),
            Items::Many(items) => items,
        }
    }
}

impl<T> FromIterator<T> for Few<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        let mut items = items.into_iter();
        let Some(first) = items.next() else { return Self::default() };
        let Some(second) = items.next() else { return Self(Items::One(first)) };
        Self(Items::Many([first, second].into_iter().chain(items).collect()))
    }
}

impl<T> From<Vec<T>> for Few<T> {
    fn from(items: Vec<T>) -> Self {
        if items.len() > 1 { Self(Items::Many(items)) } else { items.into_iter().collect() }
    }
}

impl<T> Few<T> {
    /// Puts an item behind the others.
    pub fn push(&mut self, item: T) {
        self.0 = match std::mem::replace(&mut self.0, Items::None) {
            Items::None => Items::One(item),
            Items::One(first) => Items::Many(vec![first, item]),
            Items::Many(mut items) => {
                items.push(item);
                Items::Many(items)
            }
        };
    }

    /// The last item, to be changed.
    pub fn last_mut(&mut self) -> Option<&mut T> {
        match &mut self.0 {
            Items::None => None,
            Items::One(item) => Some(item),
            Items::Many(items) => items.last_mut(),
        }
    }
}

impl<'f, T> IntoIterator for &'f Few<T> {
    type Item = &'f T;
    type IntoIter = std::slice::Iter<'f, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<T: std::fmt::Debug> std::fmt::Debug for Few<T> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_list().entries(self).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_list_it_was_made_of() {
        for length in 0..4 {
            let items: Vec<u8> = (0..length).collect();
            let few: Few<u8> = items.iter().copied().collect();
            assert_eq!(few[..], items[..]);
            assert_eq!(format!("{few:?}"), format!("{items:?}"));
            let mut pushed = Few::default();
            for (before, item) in items.iter().enumerate() {
                assert_eq!(pushed.last_mut().copied(), before.checked_sub(1).map(|last| items[last]));
                pushed.push(*item);
            }
            assert_eq!((&few, few.clone()), (&pushed, Few::from(items)));
        }
        assert_ne!(Few::from(vec![1]), Few::from(vec![1, 1]));
    }

    #[test]
    fn one_item_takes_little_more_room_than_itself() {
        type Item = crate::Spanned<crate::RevisionId>;
        assert_eq!(size_of::<Few<Item>>(), size_of::<Item>());
    }
}
