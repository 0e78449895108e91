//! Starts small.
fn main() {}
