//! Which days are worked, and counting in working days and office hours. Pure.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike};

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
const LAST_DAY: NaiveDate = match NaiveDate::from_ymd_opt(9999, 12, 30) {
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

    /// The moment at which so many minutes of office time have passed, to the microsecond. 0 gives the moment itself.
    /// Never later than 30 December 9999.
    pub fn plus_working_minutes(&self, from: NaiveDateTime, minutes: u32) -> NaiveDateTime {
        if minutes == 0 {
            return from;
        }
        let hours = OfficeHours::USUAL;
        // On a day off the day is over from its beginning.
        let passed = if self.is_working(from.date()) { hours.passed(from.time()) } else { hours.whole() };
        let total = passed + i64::from(minutes) * MINUTE;
        // A term that takes the last minute of a day ends on that day, not on the next morning.
        let days = (total - 1) / hours.whole();
        let day = self.plus_working_days(from.date(), u32::try_from(days).unwrap_or(u32::MAX));
        day.and_time(hours.after(total - days * hours.whole())).max(from)
    }

    /// How many whole minutes of office time lie between two moments.
    pub fn working_minutes_between(&self, after: NaiveDateTime, until: NaiveDateTime) -> u32 {
        let hours = OfficeHours::USUAL;
        let position = |moment: NaiveDateTime| {
            let ahead = hours.whole() - hours.passed(moment.time());
            let ahead = if self.is_working(moment.date()) { ahead } else { 0 };
            self.ordinal(moment.date()) * hours.whole() - ahead
        };
        let passed = (position(until) - position(after)).max(0);
        u32::try_from(passed / MINUTE).unwrap_or(u32::MAX)
    }

    /// Working days up to a day, itself included, from the beginning of the count.
    fn ordinal(&self, day: NaiveDate) -> i64 {
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

/// A minute, in the microseconds that both databases keep.
const MINUTE: i64 = 60_000_000;

/// When an office is open on a working day, in minutes of the local day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OfficeHours {
    opens: i64,
    noon: i64,
    reopens: i64,
    closes: i64,
}

impl OfficeHours {
    /// 07:30–11:30 and 13:00–17:00: the usual eight hours. No law fixes them for all offices (40 hours a week is what it
    /// says), and provinces differ.
    pub const USUAL: Self = Self { opens: 7 * 60 + 30, noon: 11 * 60 + 30, reopens: 13 * 60, closes: 17 * 60 };

    fn morning(self) -> i64 {
        (self.noon - self.opens) * MINUTE
    }

    /// Office time of a whole day, in microseconds.
    fn whole(self) -> i64 {
        self.morning() + (self.closes - self.reopens) * MINUTE
    }

    /// Office time that has passed of a working day, in microseconds.
    fn passed(self, time: NaiveTime) -> i64 {
        let time = i64::from(time.num_seconds_from_midnight()) * 1_000_000 + i64::from(time.nanosecond() / 1000);
        let within = |from: i64, to: i64| time.clamp(from * MINUTE, to * MINUTE) - from * MINUTE;
        within(self.opens, self.noon) + within(self.reopens, self.closes)
    }

    /// When so much office time, in microseconds, has passed of a working day.
    fn after(self, passed: i64) -> NaiveTime {
        let rest = passed - self.morning();
        let time = if rest > 0 { self.reopens * MINUTE + rest } else { self.opens * MINUTE + passed };
        NaiveTime::MIN + TimeDelta::microseconds(time)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
}
