//! The ledger (sổ đếm): organization × counter × half month; of stocks that are still moving, × day.
//!
//! Records add to it in the transaction that stores them; figures are read from it. Nobody writes it in another way.

pub mod entries;
pub mod ledger;
pub mod members;
pub mod model;
pub mod series;
pub mod sightings;
pub mod sums;
