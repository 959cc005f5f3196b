//! How records of every kind are taken: many at once, each for itself, with what they add to the ledger.

pub mod actions;
pub mod batch;
pub mod model;
