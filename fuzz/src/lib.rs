//! What no text may do to limbeck: panic, hang, overflow the stack.
//!
//! It owns the targets that are fuzzed, and the ways in which real files are made hostile. `cargo xtask fuzz` runs them under
//! libFuzzer, which follows coverage; what it finds is kept in `fixtures/fuzz` and run with all other tests.

mod mutate;
mod random;
mod target;

pub use mutate::mutate;
pub use random::Random;
pub use target::Target;
