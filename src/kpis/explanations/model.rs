//! What a record added to a figure. Pure.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::kpis::counters::model::{Counter, Entry, Reading};
use crate::kpis::periods::spans::Span;

/// What one record added to one counter of a figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The counter.
    pub counter: Counter,
    /// How much.
    pub n: i64,
    /// On which day; of a stock, since which.
    pub day: NaiveDate,
}

/// What a record's entries add to counters over a period; nothing is left out and nothing that cancels out is kept.
pub fn parts(entries: &[Entry], counters: &[Counter], span: &Span, known: NaiveDate) -> Vec<Part> {
    let mut sums: BTreeMap<Counter, (i64, NaiveDate)> = BTreeMap::new();
    let mut ordered: Vec<&Entry> = entries.iter().filter(|entry| counters.contains(&entry.counter)).collect();
    ordered.sort_by_key(|entry| entry.day);
    for entry in ordered {
        let counts = match entry.counter.reading() {
            Reading::Stock => entry.day <= span.last.min(known),
            Reading::Flow | Reading::Distinct => (span.first..=span.last).contains(&entry.day),
        };
        if counts {
            let sum = sums.entry(entry.counter).or_insert((0, entry.day));
            *sum = (sum.0 + i64::from(entry.n), entry.day);
        }
    }
    let kept = sums.into_iter().filter(|(_, (n, _))| *n != 0);
    kept.map(|(counter, (n, day))| Part { counter, n, day }).collect()
}
