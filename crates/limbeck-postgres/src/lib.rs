//! Starts small.
