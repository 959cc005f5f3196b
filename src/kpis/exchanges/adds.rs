//! What a document adds to counters, or a day's counts. Pure.

use super::held::Exchange;
use super::model::{ExchangeScope, Medium};
use crate::kpis::counters::model::{Counter, Entry};
use crate::organizations::OrganizationId;

/// What it adds on the day of issue: one in each scope of a document.
pub fn adds(organization: OrganizationId, exchange: &Exchange) -> Vec<Entry> {
    let entry = |(counter, count): (Counter, u32)| Entry {
        organization,
        counter,
        day: exchange.issued_on,
        n: i32::try_from(count).unwrap_or(i32::MAX),
    };
    let counted = exchange.counted();
    let counts = counted.iter().map(|line| (counter_of(line.scope, line.medium), line.count));
    counts.filter(|(_, count)| *count > 0).map(entry).collect()
}

fn counter_of(scope: ExchangeScope, medium: Medium) -> Counter {
    match (scope, medium) {
        (ExchangeScope::Internal, Medium::ElectronicSigned) => Counter::InternalSigned,
        (ExchangeScope::Internal, Medium::ElectronicUnsigned) => Counter::InternalUnsigned,
        (ExchangeScope::Internal, Medium::Parallel) => Counter::InternalParallel,
        (ExchangeScope::Internal, Medium::Mixed) => Counter::InternalMixed,
        (ExchangeScope::Internal, Medium::Paper) => Counter::InternalPaper,
        (ExchangeScope::InterAgency, Medium::ElectronicSigned) => Counter::InteragencySigned,
        (ExchangeScope::InterAgency, Medium::ElectronicUnsigned) => Counter::InteragencyUnsigned,
        (ExchangeScope::InterAgency, Medium::Parallel) => Counter::InteragencyParallel,
        (ExchangeScope::InterAgency, Medium::Mixed) => Counter::InteragencyMixed,
        (ExchangeScope::InterAgency, Medium::Paper) => Counter::InteragencyPaper,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::kpis::counters::model::difference;
    use crate::kpis::exchanges::model::Pushed;

    const SCOPES: [&str; 2] = ["internal", "inter_agency"];
    const MEDIA: [&str; 5] = ["electronic_signed", "electronic_unsigned", "parallel", "mixed", "paper"];

    /// A record as it is pushed, and how many documents it tells of in the place of each counter.
    fn record(
        of_day: bool,
        scope: usize,
        medium: usize,
        marks: (bool, bool),
        counts: &[u32],
    ) -> (Exchange, Vec<u32>) {
        let mut expected = vec![0; 10];
        let mut body = json!({"id": "1", "organization": "H19.06", "issued_on": "2020-06-04"});
        if of_day {
            let line = |(at, count): (usize, &u32)| json!({"scope": SCOPES[at / 5], "medium": MEDIA[at % 5], "count": count});
            body["counts"] = counts.iter().enumerate().map(line).collect();
            expected[..counts.len()].copy_from_slice(counts);
        } else {
            let scopes: &[usize] = [&[0][..], &[1], &[1, 0]][scope];
            body["scope"] = scopes.iter().map(|at| SCOPES[*at]).collect();
            body["medium"] = json!(MEDIA[medium]);
            (body["secret"], body["recalled"]) = (json!(marks.0), json!(marks.1));
            if marks == (false, false) {
                for at in scopes {
                    expected[at * 5 + medium] = 1;
                }
            }
        }
        let pushed: Pushed = serde_json::from_value(body).unwrap();
        (pushed.into(), expected)
    }

    proptest! {
        #[test]
        fn what_a_correction_leaves_is_what_the_last_state_tells(
            states in prop::collection::vec(
                (any::<bool>(), 0..3_usize, 0..5_usize, any::<(bool, bool)>(), prop::collection::vec(0..9_u32, 1..10)), 1..5
            ),
        ) {
            let mut sums: BTreeMap<String, i32> = BTreeMap::new();
            let mut before = Vec::new();
            let mut told = Vec::new();
            for (of_day, scope, medium, marks, counts) in states {
                let (exchange, expected) = record(of_day, scope, medium, marks, &counts);
                let now = adds(OrganizationId(1), &exchange);
                for entry in difference(&before, &now) {
                    prop_assert_eq!(entry.day.to_string(), "2020-06-04");
                    *sums.entry(entry.counter.to_string()).or_default() += entry.n;
                }
                (before, told) = (now, expected);
            }
            for (at, count) in told.into_iter().enumerate() {
                let scope = ["internal", "interagency"][at / 5];
                let counter = format!("documents-{scope}-{}", MEDIA[at % 5].replace('_', "-"));
                prop_assert_eq!(sums.get(&counter).copied().unwrap_or(0), i32::try_from(count).unwrap(), "{}", counter);
            }
        }
    }
}
