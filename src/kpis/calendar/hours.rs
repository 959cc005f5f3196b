//! Office hours, and counting in them. Pure.

use chrono::{NaiveDateTime, NaiveTime, TimeDelta, Timelike};

use super::model::Calendar;

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
    pub const USUAL: Self =
        Self { opens: 7 * 60 + 30, noon: 11 * 60 + 30, reopens: 13 * 60, closes: 17 * 60 };

    fn morning(self) -> i64 {
        (self.noon - self.opens) * MINUTE
    }

    /// Office time of a whole day, in microseconds.
    fn whole(self) -> i64 {
        self.morning() + (self.closes - self.reopens) * MINUTE
    }

    /// Office time that has passed of a working day, in microseconds.
    fn passed(self, time: NaiveTime) -> i64 {
        let time =
            i64::from(time.num_seconds_from_midnight()) * 1_000_000 + i64::from(time.nanosecond() / 1000);
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

impl Calendar {
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
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use proptest::prelude::*;

    use super::*;
    use crate::kpis::calendar::model::{LAST_DAY, SpecialDay};

    fn moment(text: &str) -> NaiveDateTime {
        NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap()
    }

    fn calendar() -> Calendar {
        let days = SpecialDay::brought_along().unwrap();
        Calendar::new(days.into_iter().map(|special| (special.day, special.kind)))
    }

    #[test]
    fn office_hours_stop_at_noon_in_the_evening_and_on_days_off() {
        for (from, minutes, until) in [
            ("2020-06-04 07:30", 480, "2020-06-04 17:00"),
            ("2020-06-04 07:30", 481, "2020-06-05 07:31"),
            ("2020-06-04 11:00", 30, "2020-06-04 11:30"),
            ("2020-06-04 11:00", 60, "2020-06-04 13:30"),
            ("2020-06-04 12:10", 1, "2020-06-04 13:01"),
            ("2020-06-05 16:00", 120, "2020-06-08 08:30"),
            ("2020-06-06 10:00", 480, "2020-06-08 17:00"),
            ("2020-06-06 10:00", 0, "2020-06-06 10:00"),
            ("2026-02-13 20:00", 8 * 60 + 1, "2026-02-24 07:31"),
        ] {
            let (from, until) = (moment(from), moment(until));
            assert_eq!(calendar().plus_working_minutes(from, minutes), until, "{from} + {minutes}");
            assert_eq!(calendar().working_minutes_between(from, until), minutes, "{from} – {until}");
        }
    }

    #[test]
    fn no_moment_and_no_count_is_too_large() {
        let calendar = calendar();
        for from in [NaiveDate::MIN, LAST_DAY, NaiveDate::MAX] {
            let (midnight, last) = (from.and_time(NaiveTime::MIN), NaiveDateTime::MAX);
            let end = calendar.plus_working_minutes(midnight, u32::MAX);
            assert!(end >= midnight && end.date() <= LAST_DAY.max(from), "{end}");
            assert!(calendar.working_minutes_between(midnight, last) > 0 || from == NaiveDate::MAX);
            assert_eq!(calendar.working_minutes_between(last, midnight), 0);
        }
        assert_eq!(calendar.working_minutes_between(NaiveDateTime::MIN, NaiveDateTime::MAX), u32::MAX);
    }

    fn open(calendar: &Calendar, minute: NaiveDateTime) -> bool {
        let at = (minute.hour(), minute.minute());
        let morning = ((7, 30)..(11, 30)).contains(&at);
        calendar.is_working(minute.date()) && (morning || ((13, 0)..(17, 0)).contains(&at))
    }

    proptest! {
        #[test]
        fn minutes_are_counted_as_a_walk_counts_them(from in 0_i64..200_000, minutes in 0_u32..3_000) {
            let calendar = calendar();
            let from = moment("2024-04-01 00:00") + TimeDelta::minutes(from);
            let (mut until, mut left) = (from, minutes);
            while left > 0 {
                left -= u32::from(open(&calendar, until));
                until += TimeDelta::minutes(1);
                prop_assert_eq!(calendar.working_minutes_between(from, until), minutes - left);
            }
            prop_assert_eq!(calendar.plus_working_minutes(from, minutes), until);
        }
    }
}
