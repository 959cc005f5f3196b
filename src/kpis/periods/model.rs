//! Periods and their days. Pure.

use std::str::FromStr;

use chrono::{Datelike, Days, Months, NaiveDate};

use crate::{closed_set, refusals, text_schema, text_struct};

closed_set! {
    /// How a year is cut into periods.
    #[derive(Default)]
    Scheme, "not-in-set" {
        /// Calendar months, quarters and years.
        #[default]
        Calendar = "calendar",
        /// From the 15th to the 14th: NĐ 09/2019/NĐ-CP Art. 12. The year 2020 is 15 December 2019 – 14 December 2020.
        Nd09 = "nd09",
    }
}

closed_set! {
    /// Into what a span of time is cut.
    Interval, "not-in-set" {
        /// Months.
        Month = "month",
        /// Quarters.
        Quarter = "quarter",
        /// Years.
        Year = "year",
    }
}

refusals! {
    /// Why no periods can be told.
    Refusal {
        /// A series that is too long.
        TooManyPeriods { most: usize } = Invalid "too-many-periods"
            ("A series of too many periods", "Chuỗi quá nhiều kỳ")
            ("One answer holds {most} periods. Ask for a longer interval.", "Một lần trả lời tối đa {most} kỳ. Hãy dùng khoảng dài hơn."),
        /// Days that are no edges of a period.
        Edges { from: NaiveDate, to: NaiveDate, unit: String, scheme: String } = Invalid "not-period-edges"
            ("The days are not the edges of periods", "Ngày không trùng đầu kỳ, cuối kỳ")
            ("{from} must be the first day of a {unit} and {to} the last of one ({scheme}). Half months begin on the 1st and the 15th.", "{from} phải là ngày đầu và {to} là ngày cuối của một kỳ {unit} ({scheme}). Nửa tháng bắt đầu từ ngày 1 và ngày 15."),
    }
}

impl Interval {
    fn months(self) -> i32 {
        match self {
            Self::Month => 1,
            Self::Quarter => 3,
            Self::Year => 12,
        }
    }
}

text_struct! {
    /// A period by its one name: `2020`, `2020-H1`, `2020-9M`, `2020-Q2` or `2020-06`. Which days it has depends on the
    /// scheme.
    #[derive(Clone, Debug, PartialEq, Eq, Hash)]
    pub struct Period {
        name: String,
        first_month: i32,
        months: u32,
        year: i32,
    }
}

text_schema!(
    Period,
    "^(19|2[0-9])[0-9]{2}(-(H[12]|9M|Q[1-4]|0[1-9]|1[0-2]))?$",
    4,
    7,
    "2020",
    "A period: 2020, 2020-H1, 2020-9M, 2020-Q2 or 2020-06. Which days it has depends on the scheme."
);

impl FromStr for Period {
    type Err = &'static str;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let fault = "period-invalid";
        let (year, part) = name.split_once('-').map_or((name, None), |(year, part)| (year, Some(part)));
        let digits = year.len() == 4 && year.bytes().all(|b| b.is_ascii_digit());
        let year =
            year.parse::<i32>().ok().filter(|year| digits && (1900..3000).contains(year)).ok_or(fault)?;
        let (first_month, months) = match part {
            None => (1, 12),
            Some("H1") => (1, 6),
            Some("H2") => (7, 6),
            // Nine months: not in NĐ 09/2019; provinces report it from the year's beginning.
            Some("9M") => (1, 9),
            Some(part) => match (part.strip_prefix('Q'), part.parse::<i32>()) {
                (Some(quarter), _) => match quarter {
                    "1" => (1, 3),
                    "2" => (4, 3),
                    "3" => (7, 3),
                    "4" => (10, 3),
                    _ => return Err(fault),
                },
                // `parse` takes a sign; a period does not.
                (None, Ok(month @ 1..=12)) if part.len() == 2 && !part.starts_with('+') => (month, 1),
                _ => return Err(fault),
            },
        };
        Ok(Self { name: name.to_owned(), first_month, months, year })
    }
}

impl Period {
    /// The month, quarter or year of a day.
    pub fn of(day: NaiveDate, interval: Interval, scheme: Scheme) -> Self {
        // The reporting month of NĐ 09/2019 that begins on the 15th is named after the month in which it ends.
        let late = scheme == Scheme::Nd09 && day.day() >= 15;
        let month = day.year() * 12 + day.month0().cast_signed() + i32::from(late);
        Self::at(month, interval.months())
    }

    /// The month, quarter or year that holds a month, counted from the year 0.
    fn at(month: i32, months: i32) -> Self {
        let first = month - month.rem_euclid(months);
        let (year, place) = (first.div_euclid(12), first.rem_euclid(12));
        let name = match months {
            1 => format!("{year:04}-{:02}", place + 1),
            3 => format!("{year:04}-Q{}", place / 3 + 1),
            6 => format!("{year:04}-H{}", place / 6 + 1),
            _ => format!("{year:04}"),
        };
        Self { name, first_month: place + 1, months: months.unsigned_abs(), year }
    }

    /// The period of the same length just before it; of nine months, those of the year before.
    #[must_use]
    pub fn previous(&self) -> Self {
        let months = self.months.cast_signed();
        if months == 9 {
            return self.year_before();
        }
        Self::at(self.year * 12 + self.first_month - 1 - months, months)
    }

    /// The same period of the year before.
    #[must_use]
    pub fn year_before(&self) -> Self {
        let year = self.year - 1;
        let part = self.name.get(4..).unwrap_or_default();
        Self { name: format!("{year:04}{part}"), year, ..self.clone() }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.name
    }

    /// The first day.
    pub fn first_day(&self, scheme: Scheme) -> NaiveDate {
        let month = u32::try_from(self.first_month).unwrap_or(1);
        let calendar = NaiveDate::from_ymd_opt(self.year, month, 1).unwrap_or_default();
        match scheme {
            Scheme::Calendar => calendar,
            // The 15th of the month before.
            Scheme::Nd09 => calendar - Months::new(1) + Days::new(14),
        }
    }

    /// The last day.
    pub fn last_day(&self, scheme: Scheme) -> NaiveDate {
        // Whole months from a first or a fifteenth day never meet a month that is too short.
        self.first_day(scheme) + Months::new(self.months) - Days::new(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(name: &str, scheme: Scheme) -> (String, String) {
        let period: Period = name.parse().unwrap();
        (period.first_day(scheme).to_string(), period.last_day(scheme).to_string())
    }

    /// NĐ 09/2019/NĐ-CP Art. 12, and the nine months that provinces add.
    #[test]
    fn reporting_periods_run_from_the_15th_to_the_14th() {
        for (name, first, last) in [
            ("2020", "2019-12-15", "2020-12-14"),
            ("2020-H1", "2019-12-15", "2020-06-14"),
            ("2020-H2", "2020-06-15", "2020-12-14"),
            ("2020-9M", "2019-12-15", "2020-09-14"),
            ("2020-Q1", "2019-12-15", "2020-03-14"),
            ("2020-Q2", "2020-03-15", "2020-06-14"),
            ("2020-Q4", "2020-09-15", "2020-12-14"),
            ("2020-01", "2019-12-15", "2020-01-14"),
            ("2020-03", "2020-02-15", "2020-03-14"),
        ] {
            assert_eq!(days(name, Scheme::Nd09), (first.into(), last.into()), "{name}");
        }
    }

    #[test]
    fn calendar_periods_are_whole_months() {
        assert_eq!(days("2020-02", Scheme::Calendar), ("2020-02-01".into(), "2020-02-29".into()));
        assert_eq!(days("2020", Scheme::Calendar), ("2020-01-01".into(), "2020-12-31".into()));
        assert_eq!(days("2020-9M", Scheme::Calendar), ("2020-01-01".into(), "2020-09-30".into()));
    }

    #[test]
    fn months_tile_the_year_in_both_schemes() {
        for scheme in [Scheme::Calendar, Scheme::Nd09] {
            let year: Period = "2024".parse().unwrap();
            let mut day = year.first_day(scheme);
            for month in 1..=12 {
                let month: Period = format!("2024-{month:02}").parse().unwrap();
                assert_eq!(month.first_day(scheme), day);
                day = month.last_day(scheme) + Days::new(1);
            }
            assert_eq!(day, year.last_day(scheme) + Days::new(1));
        }
    }

    #[test]
    fn every_day_lies_in_one_period_of_each_kind() {
        let mut day: NaiveDate = "2018-12-01".parse().unwrap();
        while day.year() < 2021 {
            for scheme in [Scheme::Calendar, Scheme::Nd09] {
                for interval in [Interval::Month, Interval::Quarter, Interval::Year] {
                    let period = Period::of(day, interval, scheme);
                    assert_eq!(Ok(period.clone()), period.as_str().parse(), "{day}");
                    assert!(
                        period.first_day(scheme) <= day && day <= period.last_day(scheme),
                        "{day} {period}"
                    );
                    assert_eq!(period.previous().last_day(scheme).succ_opt(), Some(period.first_day(scheme)));
                }
            }
            day = day.succ_opt().unwrap();
        }
        for (name, previous, year_before) in [
            ("2020-H1", "2019-H2", "2019-H1"),
            ("2020-9M", "2019-9M", "2019-9M"),
            ("2020-01", "2019-12", "2019-01"),
            ("2020-Q3", "2020-Q2", "2019-Q3"),
        ] {
            let period: Period = name.parse().unwrap();
            assert_eq!((period.previous().as_str(), period.year_before().as_str()), (previous, year_before));
            assert_eq!(Ok(period.previous()), previous.parse());
            assert_eq!(Ok(period.year_before()), year_before.parse());
        }
    }

    #[test]
    fn a_period_has_one_name() {
        for bad in [
            "20", "2020-", "2020-Q5", "2020-q1", "2020-13", "2020-6", "2020-H3", "1899", "3000", "2020-006",
            "+020", "2020-+1",
        ] {
            assert!(bad.parse::<Period>().is_err(), "{bad}");
        }
    }
}
