//! What participation adds to counters. Pure.

use super::model::{Participation, RoundKey};
use crate::kpis::counters::model::{Counter, Entry, Stated};
use crate::organizations::{OrganizationCode, OrganizationId};

/// What an organization's statement of a round adds.
pub fn stated(
    organization: OrganizationId,
    code: &OrganizationCode,
    key: &RoundKey,
    participation: Participation,
) -> Stated {
    let day = key.counted_on();
    let entry = |counter, n| Entry { organization, counter, day, n };
    let entries = [
        entry(Counter::MovementMembers, participation.members),
        entry(Counter::MovementMembersTakingPart, participation.taking_part),
    ];
    let entries = entries.into_iter().filter(|entry| entry.n != 0).collect();
    Stated { kind: "participation", code: key.of(code), entries }
}
