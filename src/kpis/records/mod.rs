//! How records of every kind are taken: many at once, each for itself, with what they add to the ledger; and how those are kept
//! that are kept whole.

pub mod actions;

pub mod held;
pub mod model;
pub mod pushing;
pub mod store;
