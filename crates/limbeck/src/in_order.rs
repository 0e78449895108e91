//! Work on many things at once, whose results are taken in order.
//!
//! It owns who does what and when; what the work is does not depend on it.

use std::collections::HashMap;
use std::num::NonZero;
use std::ops::Range;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

/// Fewer things than these are not worth another thread.
const FEW: usize = 24;
/// From so many on it is worth asking how many threads there may be.
const MANY: usize = 1000;
/// Bytes of stack of each thread, of which only those that are used are taken: whoever reads a value or an expression may
/// recurse two hundred levels deep.
const STACK: usize = 32 << 20;
/// So many are done at a time.
const PIECE: usize = 8;
/// Of so many at the end fewer are done at a time, so that the threads end together.
const END: usize = 48;
const LAST_PIECE: usize = 2;
/// So many pieces may wait until those before them are taken.
const AHEAD: usize = 64;

/// Makes something of each piece of `0..count`, on as many threads as it is worth, and hands it on in order, until nobody
/// wants more. This thread works as well while there is nothing to hand on.
pub(crate) fn each<T: Send>(
    count: usize,
    make: &(dyn Fn(Range<usize>) -> T + Sync),
    take: &mut dyn FnMut(T) -> Option<()>,
) -> Option<()> {
    let queue = Queue { count, make, state: Mutex::default(), changed: Condvar::new() };
    if count < FEW {
        return (0..queue.pieces()).try_for_each(|piece| take(queue.piece(piece)));
    }
    thread::scope(|scope| {
        for _ in 1..threads(count) {
            // Where there is no other thread to be had, this one does it all.
            let _ = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, || queue.work());
        }
        let _end = End(&queue);
        queue.hand_on(take)
    })
}

/// How many threads so many things are worth. To ask how many there may be takes longer than a second one costs where
/// there is one processor.
fn threads(count: usize) -> usize {
    if count < MANY { 2 } else { thread::available_parallelism().map_or(2, NonZero::get).min(count / FEW) }
}

struct Queue<'m, T> {
    count: usize,
    make: &'m (dyn Fn(Range<usize>) -> T + Sync),
    state: Mutex<State<T>>,
    changed: Condvar,
}

struct State<T> {
    /// The first piece that nobody has begun.
    next: usize,
    /// How many were handed on.
    taken: usize,
    /// Done, but not their turn.
    ready: HashMap<usize, T>,
    /// How many threads wait for a change.
    waiting: usize,
    /// Nobody wants more, or somebody has failed.
    is_over: bool,
}

impl<T> Default for State<T> {
    fn default() -> Self {
        Self { next: 0, taken: 0, ready: HashMap::new(), waiting: 0, is_over: false }
    }
}

impl<T: Send> Queue<'_, T> {
    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn pieces(&self) -> usize {
        self.long_pieces() + (self.count - self.long_pieces() * PIECE).div_ceil(LAST_PIECE)
    }

    /// How many pieces are not of the end.
    fn long_pieces(&self) -> usize {
        self.count.saturating_sub(END) / PIECE
    }

    fn piece(&self, piece: usize) -> T {
        let long = self.long_pieces();
        let (start, size) = match piece.checked_sub(long) {
            None => (piece * PIECE, PIECE),
            Some(last) => (long * PIECE + last * LAST_PIECE, LAST_PIECE),
        };
        (self.make)(start..self.count.min(start + size))
    }

    /// The next piece to be done, where there is one.
    fn begin(&self, state: &mut State<T>) -> Option<usize> {
        let piece = state.next;
        (piece < self.pieces() && piece < state.taken + AHEAD).then(|| {
            state.next += 1;
            piece
        })
    }

    fn wait<'s>(&self, mut state: MutexGuard<'s, State<T>>) -> MutexGuard<'s, State<T>> {
        state.waiting += 1;
        let mut state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        state.waiting -= 1;
        state
    }

    /// Lets those look who wait.
    fn tell(&self, state: &State<T>) {
        if state.waiting > 0 {
            self.changed.notify_all();
        }
    }

    /// Does piece after piece.
    fn work(&self) {
        let _failed = Failed(self);
        let mut state = self.state();
        while !state.is_over && state.next < self.pieces() {
            let Some(piece) = self.begin(&mut state) else {
                state = self.wait(state);
                continue;
            };
            drop(state);
            let done = self.piece(piece);
            state = self.state();
            // Whoever hands on waits for one that is its turn.
            let is_turn = piece == state.taken;
            state.ready.insert(piece, done);
            if is_turn {
                self.tell(&state);
            }
        }
    }

    /// Hands on what is done, and does something where nothing is.
    fn hand_on(&self, take: &mut dyn FnMut(T) -> Option<()>) -> Option<()> {
        let mut state = self.state();
        while state.taken < self.pieces() {
            let turn = state.taken;
            let mut done = state.ready.remove(&turn);
            if done.is_none() {
                match self.begin(&mut state) {
                    Some(piece) => {
                        drop(state);
                        let made = self.piece(piece);
                        state = self.state();
                        if piece == turn {
                            done = Some(made);
                        } else {
                            state.ready.insert(piece, made);
                        }
                    }
                    None if state.is_over => return None,
                    None => state = self.wait(state),
                }
            }
            if let Some(done) = done {
                state.taken += 1;
                self.tell(&state);
                drop(state);
                take(done)?;
                state = self.state();
            }
        }
        Some(())
    }

    fn end(&self) {
        let mut state = self.state();
        state.is_over = true;
        self.tell(&state);
    }
}

/// Tells the others that nobody wants more, however this thread ends.
struct End<'q, 'm, T: Send>(&'q Queue<'m, T>);

impl<T: Send> Drop for End<'_, '_, T> {
    fn drop(&mut self) {
        self.0.end();
    }
}

/// Tells the others that a piece will never be done, where this thread panics.
struct Failed<'q, 'm, T: Send>(&'q Queue<'m, T>);

impl<T: Send> Drop for Failed<'_, '_, T> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.end();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn taken(count: usize, most: usize) -> (Vec<usize>, usize) {
        let made = AtomicUsize::new(0);
        let mut taken = Vec::new();
        let make = |range: Range<usize>| {
            made.fetch_add(range.len(), Ordering::Relaxed);
            // Some take longer.
            if range.start.is_multiple_of(3) {
                thread::yield_now();
            }
            range.map(|index| index * 2).collect::<Vec<_>>()
        };
        each(count, &make, &mut |values| {
            taken.extend(values);
            (taken.len() < most).then_some(())
        });
        (taken, made.into_inner())
    }

    #[test]
    fn everything_is_taken_once_and_in_order() {
        for count in [0, 1, PIECE, FEW - 1, FEW, FEW + 1, END - 1, END, END + PIECE + 1, 500, 5000] {
            let all: Vec<usize> = (0..count).map(|index| index * 2).collect();
            assert_eq!(taken(count, usize::MAX), (all, count));
        }
    }

    #[test]
    fn nothing_more_is_taken_than_is_wanted() {
        let (all, made) = taken(5000, 100);
        assert_eq!(all, (0..all.len()).map(|index| index * 2).collect::<Vec<_>>());
        assert_eq!(all.len(), 100_usize.next_multiple_of(PIECE));
        assert!(made <= 100 + (AHEAD + 8) * PIECE, "{made}");
    }

    #[test]
    fn a_panic_ends_it() {
        let make = |range: Range<usize>| assert!(!range.contains(&300), "the three hundredth");
        let run = || each(500, &make, &mut |()| Some(()));
        assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)).is_err());
    }
}
