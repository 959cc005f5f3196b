//! The days of a span: which of them are worked, and office time, in which only worked hours pass.
//!
//! Office time counts the seconds of office hours since the first worked day of the span: eight hours a day,
//! 07:30–11:30 and 13:00–17:00. In it a life of a dossier is plain addition.

use chrono::{Datelike, Days as Count, Months, NaiveDate, Weekday};

/// Seconds of office hours in a day.
pub(super) const OFFICE_DAY: usize = 8 * 3600;
const OPENS: usize = 7 * 3600 + 1800;
const NOON_BREAK: usize = 5400;

/// Weekdays off, by year, as month and day, for 2015–2026; later years have weekends alone.
const OFF: &[(i32, &[u32])] = &[
    (2015, &[101, 102, 216, 217, 218, 219, 220, 223, 428, 429, 430, 501, 902]),
    (2016, &[101, 208, 209, 210, 211, 212, 418, 502, 503, 902]),
    (2017, &[102, 126, 127, 130, 131, 201, 406, 501, 502, 904]),
    (2018, &[101, 214, 215, 216, 219, 220, 425, 430, 501, 903, 1231]),
    (2019, &[101, 204, 205, 206, 207, 208, 415, 429, 430, 501, 902]),
    (2020, &[101, 123, 124, 127, 128, 129, 402, 430, 501, 902]),
    (2021, &[101, 210, 211, 212, 215, 216, 421, 430, 503, 902, 903]),
    (2022, &[103, 131, 201, 202, 203, 204, 411, 502, 503, 901, 902]),
    (2023, &[102, 120, 123, 124, 125, 126, 501, 502, 503, 901, 904]),
    (2024, &[101, 208, 209, 212, 213, 214, 418, 429, 430, 501, 902, 903]),
    (2025, &[101, 127, 128, 129, 130, 131, 407, 430, 501, 502, 901, 902]),
    (2026, &[101, 102, 216, 217, 218, 219, 220, 427, 430, 501, 831, 901, 902]),
];
/// Worked Saturdays, for a weekday off.
const SATURDAYS: &[(i32, &[u32])] =
    &[(2015, &[214, 425]), (2019, &[105, 504]), (2024, &[504]), (2025, &[426]), (2026, &[110, 822])];
/// The first day of the lunar year.
const TET: &[(i32, u32)] = &[
    (2015, 219),
    (2016, 208),
    (2017, 128),
    (2018, 216),
    (2019, 205),
    (2020, 125),
    (2021, 212),
    (2022, 201),
    (2023, 122),
    (2024, 210),
    (2025, 129),
    (2026, 217),
];

fn lists(table: &[(i32, &[u32])], date: NaiveDate) -> bool {
    let day = date.month() * 100 + date.day();
    table.iter().any(|(year, days)| *year == date.year() && days.contains(&day))
}

fn is_worked(date: NaiveDate) -> bool {
    match date.weekday() {
        Weekday::Sun => false,
        Weekday::Sat => lists(SATURDAYS, date),
        _ => !lists(OFF, date),
    }
}

/// Days from the first day of the lunar year to a date: negative before it. None where that day is not known.
pub(super) fn since_tet(date: NaiveDate) -> Option<i64> {
    let (year, day) = TET.iter().find(|(year, _)| *year == date.year())?;
    let tet = NaiveDate::from_ymd_opt(*year, day / 100, day % 100)?;
    Some((date - tet).num_days())
}

/// A moment of local time: the number of a day of the span, and the second of that day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Moment {
    /// Number of the day.
    pub(super) day: usize,
    /// Second of the day.
    pub(super) second: usize,
}

/// The days around a span, numbered from 0.
pub(super) struct Days {
    first: NaiveDate,
    /// As `2020-06-04`.
    texts: Vec<[u8; 10]>,
    /// How many worked days come before each day.
    before: Vec<usize>,
    /// The number of each worked day.
    worked: Vec<usize>,
}

impl Days {
    /// The days from ten before a span, for what is submitted before it, to three years after it, for what is due then.
    pub(super) fn around(from: NaiveDate, to: NaiveDate) -> Self {
        let first = from.checked_sub_days(Count::new(10)).unwrap_or(from);
        let last = to.checked_add_months(Months::new(36)).unwrap_or(to);
        let mut days = Self { first, texts: Vec::new(), before: Vec::new(), worked: Vec::new() };
        for (number, date) in first.iter_days().take_while(|date| *date <= last).enumerate() {
            days.before.push(days.worked.len());
            if is_worked(date) {
                days.worked.push(number);
            }
            let mut text = *b"0000-00-00";
            for (place, byte) in text.iter_mut().zip(date.to_string().bytes()) {
                *place = byte;
            }
            days.texts.push(text);
        }
        days
    }

    /// The number of a date.
    pub(super) fn number(&self, date: NaiveDate) -> usize {
        usize::try_from((date - self.first).num_days()).unwrap_or(0)
    }

    /// The date of a number.
    pub(super) fn date(&self, number: usize) -> NaiveDate {
        self.first.checked_add_days(Count::new(number as u64)).unwrap_or(self.first)
    }

    /// A day as text.
    pub(super) fn text(&self, number: usize) -> &[u8] {
        self.texts.get(number).or(self.texts.last()).map_or(&[], |text| text)
    }

    /// Whether a day is worked.
    pub(super) fn is_worked(&self, number: usize) -> bool {
        self.nth(self.index(number)) == number
    }

    /// The place of a day among the worked ones; of a day off, that of the next worked day.
    pub(super) fn index(&self, number: usize) -> usize {
        self.before.get(number).copied().unwrap_or(self.worked.len())
    }

    /// The place of the last worked day up to a day.
    pub(super) fn index_up_to(&self, number: usize) -> usize {
        self.index(number + 1).saturating_sub(1)
    }

    /// The number of a worked day.
    pub(super) fn nth(&self, index: usize) -> usize {
        self.worked.get(index).or(self.worked.last()).copied().unwrap_or(0)
    }

    /// The day so many months later, or the last of its month.
    pub(super) fn months_after(&self, number: usize, months: usize) -> usize {
        let months = Months::new(u32::try_from(months).unwrap_or(0));
        self.date(number).checked_add_months(months).map_or(number, |date| self.number(date))
    }

    /// The local moment of a point of office time.
    pub(super) fn moment(&self, office: usize) -> Moment {
        let worked = office % OFFICE_DAY;
        let noon = if worked < OFFICE_DAY / 2 { 0 } else { NOON_BREAK };
        Moment { day: self.nth(office / OFFICE_DAY), second: OPENS + worked + noon }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn days_off_and_worked_saturdays_count_as_the_published_vectors_say() {
        let days = Days::around(day("2015-01-01"), day("2026-12-31"));
        for (from, count, due) in [
            ("2020-06-04", 15, "2020-06-25"),
            ("2020-04-01", 3, "2020-04-07"),
            ("2020-09-01", 1, "2020-09-03"),
            ("2022-04-29", 3, "2022-05-06"),
            ("2024-04-26", 5, "2024-05-07"),
            ("2026-01-01", 2, "2026-01-06"),
            ("2026-02-13", 1, "2026-02-23"),
            ("2018-12-28", 3, "2019-01-04"),
        ] {
            let index = days.index_up_to(days.number(day(from)));
            assert_eq!(days.date(days.nth(index + count)), day(due), "{from} + {count}");
        }
        assert!(!days.is_worked(days.number(day("2020-06-06"))));
        assert_eq!(days.months_after(days.number(day("2020-01-31")), 1), days.number(day("2020-02-29")));
        assert_eq!(days.text(days.number(day("2020-06-04"))), b"2020-06-04");
    }

    #[test]
    fn a_year_has_as_many_worked_days_as_published() {
        let days = Days::around(day("2015-01-01"), day("2026-12-31"));
        let published = [250, 251, 250, 250, 252, 252, 250, 249, 249, 251, 250, 250];
        for (year, count) in (2015..).zip(published) {
            let index = |year: i32| days.index(days.number(NaiveDate::from_ymd_opt(year, 1, 1).unwrap()));
            assert_eq!(index(year + 1) - index(year), count, "{year}");
        }
    }

    #[test]
    fn office_time_passes_in_office_hours_only() {
        let days = Days::around(day("2020-01-01"), day("2020-12-31"));
        let thursday = days.index(days.number(day("2020-06-04"))) * OFFICE_DAY;
        for (office, date, hour, minute) in [
            (thursday, "2020-06-04", 7, 30),
            (thursday + OFFICE_DAY / 2, "2020-06-04", 13, 0),
            (thursday + 2 * OFFICE_DAY - 60, "2020-06-05", 16, 59),
            (thursday + 2 * OFFICE_DAY, "2020-06-08", 7, 30),
        ] {
            let moment = days.moment(office);
            assert_eq!((days.date(moment.day), moment.second), (day(date), hour * 3600 + minute * 60));
        }
    }
}
