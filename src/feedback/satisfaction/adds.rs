//! What a rating adds to the ledger: one rating, and one that is satisfied if its overall answer is 1 or 2. Pure.

use super::model::Pushed;
use crate::kpis::counters::model::{Counter, Entry};
use crate::organizations::OrganizationId;

/// What it adds.
pub fn adds(organization: OrganizationId, rating: &Pushed) -> Vec<Entry> {
    let satisfied = (rating.overall >= 1).then_some(Counter::RatingsSatisfied);
    let counters = std::iter::once(Counter::RatingsAll).chain(satisfied);
    counters.map(|counter| Entry { organization, counter, day: rating.rated_on, n: 1 }).collect()
}
