//! What a closing protects. Pure.

use std::collections::HashMap;

use chrono::NaiveDate;

use crate::kpis::counters::model::{Counter, Entry, Reading};
use crate::kpis::periods::model::{Period, Scheme};
use crate::organizations::OrganizationId;
use crate::{closed_set, refusals};

closed_set! {
    /// Whether the records of a period may change.
    ClosingStatus, "not-in-set" {
        /// They may not.
        Closed = "closed",
        /// They may again.
        Reopened = "reopened",
    }
}

refusals! {
    /// Why a record or a closing is refused.
    Refusal {
        /// The record would change figures of a closed period.
        Closed { period: String, scheme: String, day: NaiveDate } = Conflict "period-closed"
            ("The period is closed", "Kỳ báo cáo đã chốt")
            ("This would change figures of {period} ({scheme}), which is closed: {day}.", "Việc này làm thay đổi số liệu của kỳ {period} ({scheme}) đã chốt: {day}."),
        /// The period is not over.
        NotOver { period: String, day: NaiveDate } = Conflict "period-not-over"
            ("The period is not over", "Kỳ báo cáo chưa kết thúc")
            ("{period} ends on {day} and can be closed after that day.", "Kỳ {period} kết thúc ngày {day}, chỉ được chốt sau ngày đó."),
        /// An organization above closed the period, and the caller does not reach it.
        ClosedAbove { code: String } = Conflict "period-closed-above"
            ("The period was closed by an organization above", "Kỳ báo cáo do tổ chức cấp trên chốt")
            ("{code} closed the period; only who reaches {code} can open it or grant an exception.", "{code} đã chốt kỳ này; chỉ người có quyền tới {code} mới được mở lại hoặc cho ngoại lệ."),
    }
}

/// What is said of a period of an organization and all below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closing {
    /// Whether its records may change.
    pub status: ClosingStatus,
    /// Up to this day late records are taken all the same.
    pub late_until: Option<NaiveDate>,
    /// Why.
    pub reason: String,
}

/// Days of which no record may change any more.
#[derive(Clone, Debug)]
pub struct Frozen {
    /// The period.
    pub period: Period,
    /// How it is cut.
    pub scheme: Scheme,
    /// Its first day.
    pub first: NaiveDate,
    /// Its last day.
    pub last: NaiveDate,
}

/// The closed periods of some organizations.
#[derive(Debug, Default)]
pub struct Closings(pub HashMap<OrganizationId, Vec<Frozen>>);

impl Closings {
    /// Whether what one record changes leaves every closed period as it is. Entries must be in order of organization,
    /// counter and day.
    pub fn admit(&self, entries: &[Entry]) -> Result<(), Refusal> {
        if self.0.is_empty() {
            return Ok(());
        }
        let same = |a: &Entry, b: &Entry| (a.organization, a.counter) == (b.organization, b.counter);
        for group in entries.chunk_by(same) {
            let Some(first) = group.first() else { continue };
            let closed = self.0.get(&first.organization).map(Vec::as_slice).unwrap_or_default();
            for frozen in closed {
                if let Some(day) = frozen.changed_by(first.counter, group) {
                    let (period, scheme) = (frozen.period.to_string(), frozen.scheme.to_string());
                    return Err(Refusal::Closed { period, scheme, day });
                }
            }
        }
        Ok(())
    }
}

impl Frozen {
    /// A day of the period on which a counter would not be what it was; of a stock, also the day before, from which it is
    /// carried over.
    fn changed_by(&self, counter: Counter, entries: &[Entry]) -> Option<NaiveDate> {
        if counter.reading() != Reading::Stock {
            return entries.iter().map(|entry| entry.day).find(|day| (self.first..=self.last).contains(day));
        }
        let from = self.first.pred_opt().unwrap_or(self.first);
        let mut sum = 0;
        for (place, entry) in entries.iter().enumerate() {
            sum += entry.n;
            let next = entries.get(place + 1).map(|next| next.day);
            let lasts = next.is_none_or(|next| next > from);
            if sum != 0 && entry.day <= self.last && lasts {
                return Some(entry.day.max(from));
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn admitted(counter: Counter, entries: &[(&str, i32)]) -> bool {
        let period: Period = "2020".parse().unwrap();
        let (first, last) = (day("2020-01-01"), day("2020-12-31"));
        let frozen = Frozen { period, scheme: Scheme::Calendar, first, last };
        let closings = Closings(HashMap::from([(OrganizationId(1), vec![frozen])]));
        let entry = |(text, n): &(&str, i32)| Entry {
            organization: OrganizationId(1),
            counter,
            day: day(text),
            n: *n,
        };
        closings.admit(&entries.iter().map(entry).collect::<Vec<_>>()).is_ok()
    }

    #[test]
    fn what_happened_in_the_period_stays() {
        assert!(!admitted(Counter::EndedLate, &[("2020-12-31", 1)]));
        assert!(!admitted(Counter::EndedLate, &[("2019-12-31", 1), ("2020-01-01", -1)]));
        assert!(admitted(Counter::EndedLate, &[("2019-12-31", 1), ("2021-01-01", -1)]));
    }

    #[test]
    fn what_there_was_stays_on_every_day_and_on_the_day_before() {
        assert!(!admitted(Counter::OpenPast, &[("2019-06-01", 1)]), "carried in and through");
        assert!(!admitted(Counter::OpenPast, &[("2019-06-01", 1), ("2020-01-01", -1)]), "carried in");
        assert!(admitted(Counter::OpenPast, &[("2019-06-01", 1), ("2019-12-31", -1)]));
        assert!(!admitted(Counter::OpenPast, &[("2020-03-01", 1), ("2020-04-01", -1)]), "within");
        assert!(admitted(Counter::OpenPast, &[("2021-01-01", 1)]));
        assert!(!admitted(Counter::OpenPast, &[("2019-06-01", 1), ("2019-07-01", -1), ("2020-12-31", 1)]));
    }
}
