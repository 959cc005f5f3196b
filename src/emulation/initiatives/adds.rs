//! What an initiative adds to the ledger: once, on the day on which it was first decided on. Pure.

use super::model::Initiative;
use crate::kpis::counters::model::{Counter, Entry, Stated};
use crate::organizations::OrganizationId;

/// What an initiative adds, under the text by which the ledger keeps it.
pub fn stated(organization: OrganizationId, counted_as: &str, initiative: &Initiative) -> Stated {
    let recognised = initiative.recognitions.iter().map(|one| one.given.on).min();
    let declined = initiative.declined.as_ref().map(|declined| declined.on);
    let decided = match (recognised, declined) {
        (Some(day), _) => Some((Counter::InitiativesRecognised, day)),
        (None, Some(day)) => Some((Counter::InitiativesDeclined, day)),
        (None, None) => None,
    };
    let entry = |(counter, day)| Entry { organization, counter, day, n: 1 };
    Stated {
        kind: "initiative",
        code: counted_as.to_owned(),
        entries: decided.map(entry).into_iter().collect(),
    }
}
