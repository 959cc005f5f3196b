//! Half months: of what the periods of both schemes are made. Pure.
//!
//! Days 1 to 14, and 15 to the end: the calendar month is two of one month, the reporting month of NĐ 09/2019 (from the
//! 15th to the 14th) the second of one and the first of the next.

use chrono::{Datelike, NaiveDate};

/// A half month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Half {
    year: i32,
    /// Its place in the year, from 0 to 23.
    place: u32,
}

/// Half months of a year.
pub const HALVES: usize = 24;
/// Most days of a half month: the 15th to the 31st.
pub const DAYS: usize = 17;

impl Half {
    /// The half month of a day.
    pub fn of(day: NaiveDate) -> Self {
        Self { year: day.year(), place: day.month0() * 2 + u32::from(day.day() >= 15) }
    }

    /// The first day.
    pub fn first_day(self) -> NaiveDate {
        let day = if self.place.is_multiple_of(2) { 1 } else { 15 };
        NaiveDate::from_ymd_opt(self.year, self.place / 2 + 1, day).unwrap_or_default()
    }

    /// The half month before.
    #[must_use]
    pub fn before(self) -> Self {
        self.first_day().pred_opt().map_or(self, Self::of)
    }

    /// The year.
    pub fn year(self) -> i32 {
        self.year
    }

    /// Its place in the year, from 0 to 23.
    pub fn place(self) -> usize {
        usize::try_from(self.place).unwrap_or(0)
    }

    /// Its number, counted from the year 0.
    pub fn number(self) -> i64 {
        i64::from(self.year) * 24 + i64::from(self.place)
    }

    /// The place of a day in its half month, from 0 to 16.
    pub fn place_of(day: NaiveDate) -> usize {
        let before = if day.day() >= 15 { 15 } else { 1 };
        usize::try_from(day.day() - before).unwrap_or(0)
    }

    /// Whether a day is the first of its half month.
    pub fn begins(day: NaiveDate) -> bool {
        Self::of(day).first_day() == day
    }

    /// Whether a day is the last of its half month.
    pub fn ends(day: NaiveDate) -> bool {
        day.succ_opt().is_none_or(Self::begins)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_has_one_place() {
        let mut day = NaiveDate::from_ymd_opt(2019, 1, 1).unwrap();
        let mut seen = std::collections::HashSet::new();
        while day.year() < 2021 {
            let half = Half::of(day);
            assert!(half.first_day() <= day && half.place() < HALVES && Half::place_of(day) < DAYS, "{day}");
            assert_eq!(
                u64::try_from(Half::place_of(day)).unwrap(),
                (day - half.first_day()).num_days().unsigned_abs()
            );
            assert!(seen.insert((half, Half::place_of(day))), "{day}");
            assert_eq!(Half::begins(day), [1, 15].contains(&day.day()));
            day = day.succ_opt().unwrap();
        }
        assert!(Half::ends(NaiveDate::from_ymd_opt(2020, 2, 29).unwrap()));
        assert!(Half::ends(NaiveDate::from_ymd_opt(2020, 2, 14).unwrap()));
        assert!(!Half::ends(NaiveDate::from_ymd_opt(2020, 2, 28).unwrap()));
    }
}
