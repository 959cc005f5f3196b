//! What a procedure adds to counters. Pure.

use super::model::{OnlineLevel, Procedure};
use crate::kpis::counters::model::{Counter, Entry, difference};
use crate::organizations::OrganizationId;
use crate::platform::OPEN_END;

/// What a procedure adds for the organizations that handle it, one for each span: one to a stock from the first day on, one
/// less from the day after the last.
///
/// It is there as long as somebody handles it, whatever is known of its state. Published is what is standardised as well.
pub fn adds(procedure: &Procedure, owners: &[OrganizationId]) -> Vec<Entry> {
    let mut entries = Vec::new();
    for (organization, span) in owners.iter().zip(&procedure.organizations) {
        let mut add = |counter, from, to| {
            for (day, n) in [(from, 1), (to, -1)] {
                if from < to && day < OPEN_END {
                    entries.push(Entry { organization: *organization, counter, day, n });
                }
            }
        };
        add(Counter::Procedures, span.from, span.end());
        for (state, until) in procedure.spans() {
            let (from, to) = (span.from.max(state.from), span.end().min(until));
            if state.published && state.standardised {
                add(Counter::ProceduresPublished, from, to);
            }
            if let Some(counter) = counter_of(state.level) {
                add(counter, from, to);
            }
        }
    }
    // What ends and goes on on the same day is no change.
    difference(&[], &entries)
}

fn counter_of(level: OnlineLevel) -> Option<Counter> {
    match level {
        OnlineLevel::Three => Some(Counter::ProceduresLevel3),
        OnlineLevel::Four => Some(Counter::ProceduresLevel4),
        OnlineLevel::Full => Some(Counter::ProceduresFull),
        OnlineLevel::Partial => Some(Counter::ProceduresPartial),
        OnlineLevel::One | OnlineLevel::Two | OnlineLevel::NotOnline => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use chrono::{Days, NaiveDate};
    use proptest::prelude::*;

    use super::*;
    use crate::kpis::procedures::model::{AfterSupplement, Handling, ProcedureName, ProcedureState};

    const LEVELS: [OnlineLevel; 7] = [
        OnlineLevel::One,
        OnlineLevel::Two,
        OnlineLevel::Three,
        OnlineLevel::Four,
        OnlineLevel::Full,
        OnlineLevel::Partial,
        OnlineLevel::NotOnline,
    ];

    fn day(number: u64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2020, 1, 1).unwrap() + Days::new(number)
    }

    /// What there is of each counter of an organization on a day, read from the procedure alone.
    fn there(
        procedure: &Procedure,
        owners: &[OrganizationId],
        day: NaiveDate,
    ) -> BTreeMap<(OrganizationId, Counter), i32> {
        let mut there = BTreeMap::new();
        for (owner, span) in owners.iter().zip(&procedure.organizations) {
            if day < span.from || span.to.is_some_and(|to| day >= to) {
                continue;
            }
            let mut one = |counter| *there.entry((*owner, counter)).or_insert(0) += 1;
            one(Counter::Procedures);
            let Some(state) = procedure.states.iter().rev().find(|state| state.from <= day) else { continue };
            if state.published && state.standardised {
                one(Counter::ProceduresPublished);
            }
            match state.level.as_str() {
                "3" => one(Counter::ProceduresLevel3),
                "4" => one(Counter::ProceduresLevel4),
                "full" => one(Counter::ProceduresFull),
                "partial" => one(Counter::ProceduresPartial),
                _ => {}
            }
        }
        there
    }

    proptest! {
        #[test]
        fn the_sums_of_every_day_are_what_there_is_on_it(
            spans in prop::collection::vec((0..3_i64, 0..60_u64, prop::option::of(1..60_u64)), 1..5),
            states in prop::collection::btree_map(0..70_u64, (0..7_usize, any::<bool>(), any::<bool>()), 0..6),
        ) {
            let handling = |(_, from, length): &(i64, u64, Option<u64>)| Handling {
                organization: "H19.06".parse().unwrap(),
                from: day(*from),
                to: length.map(|length| day(from + length)),
            };
            let state = |(from, (level, published, standardised)): (u64, (usize, bool, bool))| ProcedureState {
                from: day(from),
                level: LEVELS[level],
                published,
                standardised,
            };
            let procedure = Procedure {
                code: "1.001612".parse().unwrap(),
                name: ProcedureName { vi: "Cấp giấy".into(), en: None },
                field: "Lĩnh vực".into(),
                term: None,
                cutoff: None,
                after_supplement: AfterSupplement::Resume,
                fee: None,
                organizations: spans.iter().map(handling).collect(),
                states: states.into_iter().map(state).collect(),
                updated_at: None,
            };
            let owners: Vec<OrganizationId> = spans.iter().map(|(id, _, _)| OrganizationId(*id)).collect();
            let entries = adds(&procedure, &owners);
            for number in 0..130 {
                let mut sums = BTreeMap::new();
                for entry in entries.iter().filter(|entry| entry.day <= day(number)) {
                    *sums.entry((entry.organization, entry.counter)).or_insert(0) += entry.n;
                }
                sums.retain(|_, n| *n != 0);
                prop_assert_eq!(sums, there(&procedure, &owners, day(number)), "day {}", number);
            }
        }
    }
}
