//! Which days are worked, and counting in them. Pure.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate};

use crate::{closed_set, refusals};

closed_set! {
    /// What is special about a day.
    DayKind, "not-in-set" {
        /// A public holiday (Bộ luật Lao động 2019 Art. 112).
        Statutory = "statutory",
        /// A day of Tết, as the Prime Minister fixes it for the year.
        Tet = "tet",
        /// Off because a public holiday fell on a weekly rest day (Art. 111.3).
        Compensatory = "compensatory",
        /// Off in exchange for a worked Saturday (hoán đổi ngày làm việc).
        SwapOff = "swap_off",
        /// Worked in exchange for a day off.
        MakeupWorkday = "makeup_workday",
        /// Announced as a day off, but no law was seen yet: counts as its weekday.
        Unconfirmed = "unconfirmed",
        /// Nothing: counts as its weekday.
        Ordinary = "ordinary",
    }
}

impl DayKind {
    /// Whether a day of this kind is worked: for most kinds whatever its weekday is, otherwise from Monday to Friday.
    pub fn is_worked_on(self, day: NaiveDate) -> bool {
        match self {
            Self::Statutory | Self::Tet | Self::Compensatory | Self::SwapOff => false,
            Self::MakeupWorkday => true,
            Self::Unconfirmed | Self::Ordinary => is_weekday(day),
        }
    }
}

refusals! {
    /// Why the calendar does not answer.
    Refusal {
        /// More days than one answer holds.
        Span { days: i64, most: i64 } = Invalid "calendar-span-too-long"
            ("More days than one answer holds", "Số ngày vượt quá giới hạn của một lần trả lời")
            ("{days} days are asked for; one answer holds at most {most}. Ask for a year at a time.", "Yêu cầu {days} ngày; một lần trả lời tối đa {most} ngày. Hãy hỏi từng năm."),
    }
}

/// A day of which there is something to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpecialDay {
    /// The day.
    pub day: NaiveDate,
    /// What is special about it.
    pub kind: DayKind,
    /// What people call it.
    pub name: Option<String>,
}

/// 2015 to 2026 by the yearly decisions on holidays and swapped days: `date,name,kind`.
const HOLIDAYS: &str = include_str!("holidays.csv");

impl SpecialDay {
    /// The days that the service brings along. Fails with the line that cannot be read.
    pub fn brought_along() -> Result<Vec<Self>, String> {
        let read = |line: &str| {
            let (day, rest) = line.split_once(',')?;
            let (name, kind) = rest.rsplit_once(',')?;
            Some(Self { day: day.parse().ok()?, kind: kind.parse().ok()?, name: Some(name.to_owned()) })
        };
        let days = HOLIDAYS.lines().skip(1).map(|line| read(line).ok_or_else(|| line.to_owned()));
        days.collect()
    }
}

/// Days are counted as chrono counts them: 1 is 1 January of the year 1, a Monday.
type DayNumber = i64;

/// A day that is not what its weekday says: one look-up in these few replaces a walk over all days.
#[derive(Clone, Copy, Debug)]
struct Exception {
    day: DayNumber,
    /// Working days up to this day, itself included.
    ordinal: i64,
}

/// The last day that a count ends on: 31 December 9999 stands for an open end.
pub(super) const LAST_DAY: NaiveDate = match NaiveDate::from_ymd_opt(9999, 12, 30) {
    Some(day) => day,
    None => NaiveDate::MAX,
};

/// The days of which something is known; all others are worked from Monday to Friday.
#[derive(Clone, Debug, Default)]
pub struct Calendar {
    exceptions: Vec<Exception>,
    known_years: BTreeSet<i32>,
}

impl Calendar {
    /// A calendar of special days; of two about one day the later counts.
    pub fn new(days: impl IntoIterator<Item = (NaiveDate, DayKind)>) -> Self {
        let days: BTreeMap<NaiveDate, DayKind> = days.into_iter().collect();
        let mut surplus = 0;
        let exceptions = days.iter().filter(|(day, kind)| kind.is_worked_on(**day) != is_weekday(**day));
        let exceptions = exceptions.map(|(day, kind)| {
            surplus += if kind.is_worked_on(*day) { 1 } else { -1 };
            Exception { day: number(*day), ordinal: weekdays_until(number(*day)) + surplus }
        });
        let exceptions = exceptions.collect();
        let tet = days.iter().filter(|(_, kind)| **kind == DayKind::Tet);
        Self { exceptions, known_years: tet.map(|(day, _)| day.year()).collect() }
    }

    /// Whether a day is worked.
    pub fn is_working(&self, day: NaiveDate) -> bool {
        let exceptional = self.exceptions.binary_search_by_key(&number(day), |exception| exception.day);
        is_weekday(day) != exceptional.is_ok()
    }

    /// The day that ends a term: the `count`-th working day after a day, which is itself not counted. 0 gives the day.
    /// Never later than 30 December 9999.
    pub fn plus_working_days(&self, from: NaiveDate, count: u32) -> NaiveDate {
        if count == 0 {
            return from;
        }
        let day = self.day_of(self.ordinal(from) + i64::from(count));
        let day = i32::try_from(day).ok().and_then(NaiveDate::from_num_days_from_ce_opt);
        day.unwrap_or(LAST_DAY).min(LAST_DAY).max(from)
    }

    /// How many days are worked after one day, until another, which is included.
    pub fn working_days_between(&self, after: NaiveDate, until: NaiveDate) -> u32 {
        u32::try_from(self.ordinal(until) - self.ordinal(after)).unwrap_or(0)
    }

    /// The day itself if it is worked, otherwise the next that is.
    pub fn working_day_from(&self, day: NaiveDate) -> NaiveDate {
        if self.is_working(day) { day } else { self.plus_working_days(day, 1) }
    }

    /// The end of the last year that is known, if any is.
    ///
    /// A year is known once its Tết is: a swapped day alone, such as the Saturday 5 January 2019 for 31 December 2018,
    /// is decided with the year before.
    pub fn complete_until(&self) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(*self.known_years.last()?, 12, 31)
    }

    /// Whether all years from one day to another are known, both included.
    pub fn is_complete(&self, from: NaiveDate, to: NaiveDate) -> bool {
        (from.year()..=to.year()).all(|year| self.known_years.contains(&year))
    }

    /// Working days up to a day, itself included, from the beginning of the count.
    pub(super) fn ordinal(&self, day: NaiveDate) -> i64 {
        let day = number(day);
        weekdays_until(day) + self.surplus(self.exceptions.partition_point(|exception| exception.day <= day))
    }

    /// The first day with an ordinal.
    fn day_of(&self, ordinal: i64) -> DayNumber {
        let before = self.exceptions.partition_point(|exception| exception.ordinal < ordinal);
        let day = weekday_of(ordinal - self.surplus(before));
        // The next exception may be a worked Saturday that comes first.
        self.exceptions.get(before).map_or(day, |next| day.min(next.day))
    }

    /// By how much the first so many exceptions raise the count of working days above that of weekdays.
    fn surplus(&self, exceptions: usize) -> i64 {
        let last = exceptions.checked_sub(1).and_then(|last| self.exceptions.get(last));
        last.map_or(0, |last| last.ordinal - weekdays_until(last.day))
    }
}

fn is_weekday(day: NaiveDate) -> bool {
    day.weekday().number_from_monday() <= 5
}

fn number(day: NaiveDate) -> DayNumber {
    day.num_days_from_ce().into()
}

/// Days from Monday to Friday up to a day, itself included; below zero before the beginning of the count.
fn weekdays_until(day: DayNumber) -> i64 {
    let (weeks, since_monday) = ((day - 1).div_euclid(7), (day - 1).rem_euclid(7));
    weeks * 5 + (since_monday + 1).min(5)
}

/// The day from Monday to Friday up to which there are so many.
fn weekday_of(count: i64) -> DayNumber {
    (count - 1).div_euclid(5) * 7 + (count - 1).rem_euclid(5) + 1
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn calendar() -> Calendar {
        let days = SpecialDay::brought_along().unwrap();
        Calendar::new(days.into_iter().map(|special| (special.day, special.kind)))
    }

    #[test]
    fn terms_end_where_the_decisions_of_the_years_put_them() {
        for (from, count, due) in [
            ("2020-06-04", 15, "2020-06-25"),
            ("2020-04-01", 3, "2020-04-07"),
            ("2020-09-01", 1, "2020-09-03"),
            ("2022-04-29", 3, "2022-05-06"),
            ("2024-04-26", 5, "2024-05-07"),
            ("2026-01-01", 2, "2026-01-06"),
            ("2026-02-13", 1, "2026-02-23"),
            ("2020-06-06", 1, "2020-06-08"),
            ("2018-12-28", 3, "2019-01-04"),
            ("2020-06-06", 0, "2020-06-06"),
        ] {
            assert_eq!(calendar().plus_working_days(day(from), count), day(due), "{from} + {count}");
            assert_eq!(calendar().working_days_between(day(from), day(due)), count, "{from} – {due}");
        }
    }

    #[test]
    fn a_year_has_the_working_days_that_were_decided() {
        let expected = [250, 251, 250, 250, 252, 252, 250, 249, 249, 251, 250, 250];
        for (year, count) in (2015..).zip(expected) {
            let (first, last) = (day(&format!("{year}-01-01")), day(&format!("{year}-12-31")));
            let found = calendar().working_days_between(first.pred_opt().unwrap(), last);
            assert_eq!(found, count, "{year}");
        }
    }

    #[test]
    fn a_day_is_what_its_kind_says_and_otherwise_its_weekday() {
        let calendar = calendar();
        for (text, works) in [
            ("2026-01-10", true),
            ("2026-01-02", false),
            ("2026-11-24", true),
            ("2020-06-06", false),
            ("2020-06-05", true),
            ("2016-04-16", false),
        ] {
            assert_eq!(calendar.is_working(day(text)), works, "{text}");
        }
        assert_eq!(calendar.working_day_from(day("2026-02-14")), day("2026-02-23"));
        assert_eq!(calendar.working_day_from(day("2026-01-10")), day("2026-01-10"));
        let back = [(day("2020-09-02"), DayKind::Statutory), (day("2020-09-02"), DayKind::Ordinary)];
        assert!(Calendar::new(back).is_working(day("2020-09-02")));
    }

    #[test]
    fn a_year_is_known_once_its_tet_is() {
        let last = calendar();
        assert_eq!(last.complete_until(), Some(day("2026-12-31")));
        assert_eq!(Calendar::default().complete_until(), None);
        assert!(last.is_complete(day("2015-01-01"), day("2026-12-31")));
        assert!(!last.is_complete(day("2026-12-31"), day("2027-01-01")));
        assert!(!last.is_complete(day("2014-12-31"), day("2015-01-01")));
        let swapped = Calendar::new([(day("2027-01-02"), DayKind::MakeupWorkday)]);
        assert_eq!(swapped.complete_until(), None);
        let gap = Calendar::new([(day("2026-02-17"), DayKind::Tet), (day("2028-01-26"), DayKind::Tet)]);
        assert_eq!(gap.complete_until(), Some(day("2028-12-31")));
        assert!(!gap.is_complete(day("2026-01-01"), day("2028-01-01")));
    }

    #[test]
    fn no_day_and_no_count_is_too_large() {
        let calendar = calendar();
        for from in [NaiveDate::MIN, day("2020-06-04"), LAST_DAY, NaiveDate::MAX] {
            let end = calendar.plus_working_days(from, u32::MAX);
            assert_eq!(end, LAST_DAY.max(from));
            assert!(calendar.working_day_from(from) >= from);
        }
        assert!(calendar.working_days_between(NaiveDate::MIN, NaiveDate::MAX) > 100_000_000);
    }

    proptest! {
        #[test]
        fn days_are_counted_as_a_walk_counts_them(
            specials in prop::collection::btree_map(0_u64..400, 0_usize..7, 0..60),
            from in 0_u64..500, count in 0_u32..400,
        ) {
            let kinds = ["statutory", "tet", "compensatory", "swap_off", "makeup_workday", "unconfirmed", "ordinary"];
            let of = |offset: u64| day("2019-11-01") + chrono::Days::new(offset);
            let kind = |(offset, kind): (&u64, &usize)| (of(*offset), kinds[*kind].parse().unwrap());
            let specials: BTreeMap<NaiveDate, DayKind> = specials.iter().map(kind).collect();
            let calendar = Calendar::new(specials.clone());
            let works = |day: &NaiveDate| match specials.get(day).map(DayKind::as_str) {
                None | Some("ordinary" | "unconfirmed") => day.weekday().num_days_from_monday() < 5,
                Some(kind) => kind == "makeup_workday",
            };
            let from = of(from);
            let (mut end, mut left) = (from, count);
            while left > 0 {
                end = end.succ_opt().unwrap();
                prop_assert_eq!(calendar.is_working(end), works(&end));
                left -= u32::from(works(&end));
                prop_assert_eq!(calendar.working_days_between(from, end), count - left);
            }
            prop_assert_eq!(calendar.plus_working_days(from, count), end);
            prop_assert_eq!(calendar.working_days_between(end, from), 0);
        }
    }
}
