//! Sums of counters over time, ready to be cut into periods. Pure.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::model::{Counter, Reading};
use crate::kpis::periods::half::{HALVES, Half};
use crate::organizations::OrganizationId;

/// A thing that was seen in a year.
#[derive(Clone, Debug)]
pub struct Seen {
    /// For whom it counts.
    pub unit: OrganizationId,
    /// What.
    pub thing: String,
    /// How much of the unit belongs to the root.
    pub weight: i64,
    /// The year.
    pub year: i32,
    /// It counts for periods whose last day lies in it; the last day excluded.
    pub offered: (NaiveDate, NaiveDate),
    /// A bit for each half month in which it was seen.
    pub halves: i64,
}

impl Seen {
    /// Whether it counts for a period, of which `day` is the last that is known.
    fn counts(&self, (first, last): (Half, Half), day: NaiveDate) -> bool {
        let start = i64::from(self.year) * 24;
        let bit = |half: Half| u32::try_from((half.number() - start).clamp(0, 24)).unwrap_or(0);
        // From the bit of the first half month to that of the last; none where the year is another.
        let after = if last.number() < start { 0 } else { (bit(last) + 1).min(24) };
        let within = ((1_i64 << after) - 1) & !((1_i64 << bit(first)) - 1);
        self.offered.0 <= day && day < self.offered.1 && self.halves & within != 0
    }
}

/// What the organizations of one root add up to, as long as they belong together.
#[derive(Debug)]
pub struct Series {
    since: NaiveDate,
    until: NaiveDate,
    /// Number of the half month of the first sum.
    first: i64,
    /// After the first half month, the second, and so on: the sum of all so far. A sum of many is one subtraction.
    sums: Vec<i64>,
    /// Of the half month that is not over: the sum of the days that are known.
    broken: i64,
    /// Which things were seen.
    seen: Vec<Seen>,
}

/// Sums of one root.
#[derive(Debug)]
pub struct RootSums {
    /// By the place of the counter: it is looked up for every figure.
    counters: Vec<Vec<Series>>,
    known: NaiveDate,
}

impl RootSums {
    /// Nothing yet. `known` is the last day that can be known.
    pub fn new(known: NaiveDate) -> Self {
        Self { counters: Vec::new(), known }
    }

    /// The last day that can be known.
    pub fn known(&self) -> NaiveDate {
        self.known
    }

    /// The series of a counter of those that belong to the root in a span.
    pub fn of(&mut self, counter: Counter, (since, until): (NaiveDate, NaiveDate)) -> &mut Series {
        let place = counter.place();
        if self.counters.len() <= place {
            self.counters.resize_with(place + 1, Vec::new);
        }
        #[expect(clippy::indexing_slicing, reason = "the place was just made")]
        let all = &mut self.counters[place];
        let found = all.iter().position(|series| (series.since, series.until) == (since, until));
        let at = found.unwrap_or_else(|| {
            all.push(Series { since, until, first: 0, sums: Vec::new(), broken: 0, seen: Vec::new() });
            all.len() - 1
        });
        #[expect(clippy::indexing_slicing, reason = "the place was found in this very list")]
        &mut all[at]
    }

    /// A counter over a period: of the organizations that belong to the root on the period's last day.
    pub fn over(&self, counter: Counter, first: NaiveDate, last: NaiveDate) -> i64 {
        let standing = self.standing(counter, last);
        match counter.reading() {
            Reading::Flow => standing.map(|series| series.between(Half::of(first), Half::of(last))).sum(),
            Reading::Stock => standing.map(|series| self.stock(series, last)).sum(),
            Reading::Distinct => {
                let (halves, day) = ((Half::of(first), Half::of(last)), last.min(self.known));
                let seen = standing.flat_map(|series| &series.seen).filter(|seen| seen.counts(halves, day));
                let distinct: HashMap<_, _> =
                    seen.map(|seen| ((seen.unit, seen.thing.as_str()), seen.weight)).collect();
                distinct.into_values().sum()
            }
        }
    }

    /// A stock on the day before a period, of the organizations that belong to the root on the period's last day.
    pub fn carried(&self, counter: Counter, first: NaiveDate, last: NaiveDate) -> i64 {
        let before = first.pred_opt().unwrap_or(first);
        self.standing(counter, last).map(|series| self.stock(series, before)).sum()
    }

    /// The sums of those that belong to the root on a day.
    fn standing(&self, counter: Counter, day: NaiveDate) -> impl Iterator<Item = &Series> {
        let all = self.counters.get(counter.place()).map(Vec::as_slice).unwrap_or_default();
        all.iter().filter(move |series| series.since <= day && day < series.until)
    }

    /// What there was at the end of a day: the last of a half month, or the last that is known.
    fn stock(&self, series: &Series, day: NaiveDate) -> i64 {
        if self.known < day && !Half::ends(self.known) {
            return series.up_to(Half::of(self.known).number() - 1) + series.broken;
        }
        series.up_to(Half::of(day.min(self.known)).number())
    }
}

impl Series {
    /// Adds what the days add that are known of the half month that is not over.
    pub fn add_known_days(&mut self, n: i64) {
        self.broken += n;
    }

    /// Adds that something was seen.
    pub fn see(&mut self, seen: Seen) {
        self.seen.push(seen);
    }

    /// Adds the half months of a year, later than any before.
    pub fn append(&mut self, year: i32, halves: &[i64; HALVES]) {
        let start = i64::from(year) * 24;
        if self.sums.is_empty() {
            self.first = start;
        }
        let mut sum = self.sums.last().copied().unwrap_or(0);
        let gap = usize::try_from(start - self.first).unwrap_or(0);
        self.sums.resize(gap.max(self.sums.len()), sum);
        for n in halves {
            sum += n;
            self.sums.push(sum);
        }
    }

    /// The sum of all half months up to one.
    fn up_to(&self, half: i64) -> i64 {
        let Ok(place) = usize::try_from(half - self.first) else { return 0 };
        self.sums.get(place).or(self.sums.last()).copied().unwrap_or(0)
    }

    /// The sum of half months from one to another.
    fn between(&self, first: Half, last: Half) -> i64 {
        self.up_to(last.number()) - self.up_to(first.number() - 1)
    }
}
