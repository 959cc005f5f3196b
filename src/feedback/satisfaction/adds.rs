//! What a rating adds to the ledger: one rating, and one that is satisfied if its overall answer is 1 or 2. Pure.

use super::model::Kept;
use crate::kpis::counters::model::{Counter, Entry};

/// What it adds.
pub fn adds(kept: &Kept) -> Vec<Entry> {
    let (organization, day) = (kept.organization, kept.rating.rated_on);
    let satisfied = (kept.rating.overall >= 1).then_some(Counter::RatingsSatisfied);
    let counters = std::iter::once(Counter::RatingsAll).chain(satisfied);
    counters.map(|counter| Entry { organization, counter, day, n: 1 }).collect()
}
