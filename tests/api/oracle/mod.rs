//! The figures worked out a second time, from the records alone: day by day, without counters or sums kept.
//! Nothing of the service's own reckoning is used here.

pub mod calendar;
pub mod checks;
pub mod counts;
pub mod dossier;
pub mod example;
pub mod figures;
pub mod organizations;
pub mod periods;
pub mod plans;
pub mod records;
pub mod script;
mod trials;
pub mod wire;
