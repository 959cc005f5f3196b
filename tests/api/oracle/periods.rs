//! The periods of both schemes that touch a span of days.

use chrono::{Days, Months, NaiveDate};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scheme {
    Calendar,
    Nd09,
}

impl Scheme {
    pub const BOTH: [Self; 2] = [Self::Calendar, Self::Nd09];

    pub fn name(self) -> &'static str {
        match self {
            Self::Calendar => "calendar",
            Self::Nd09 => "nd09",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Period {
    pub name: String,
    pub scheme: Scheme,
    pub first: NaiveDate,
    pub last: NaiveDate,
    pub months: u32,
}

impl Period {
    /// Some months of a year, the first of them by its number.
    fn of(scheme: Scheme, name: String, year: i32, month: u32, months: u32) -> Self {
        let first = NaiveDate::from_ymd_opt(year, month, 1).unwrap();
        // A reporting month runs from the 15th of the month before to the 14th.
        let begins = |first: NaiveDate| match scheme {
            Scheme::Calendar => first,
            Scheme::Nd09 => first - Months::new(1) + Days::new(14),
        };
        let last = begins(first + Months::new(months)) - Days::new(1);
        Self { name, scheme, first: begins(first), last, months }
    }

    pub fn month(scheme: Scheme, year: i32, month: u32) -> Self {
        Self::of(scheme, format!("{year}-{month:02}"), year, month, 1)
    }

    pub fn year(scheme: Scheme, year: i32) -> Self {
        Self::of(scheme, year.to_string(), year, 1, 12)
    }

    /// Every period of a year.
    fn all_of(scheme: Scheme, year: i32) -> Vec<Self> {
        let mut all = vec![
            Self::year(scheme, year),
            Self::of(scheme, format!("{year}-H1"), year, 1, 6),
            Self::of(scheme, format!("{year}-H2"), year, 7, 6),
            Self::of(scheme, format!("{year}-9M"), year, 1, 9),
        ];
        for quarter in 1..=4 {
            all.push(Self::of(scheme, format!("{year}-Q{quarter}"), year, quarter * 3 - 2, 3));
        }
        all.extend((1..=12).map(|month| Self::month(scheme, year, month)));
        all
    }

    /// Every period that has begun by the last of some days, and had not ended before the first.
    pub fn touching(scheme: Scheme, first: NaiveDate, last: NaiveDate) -> Vec<Self> {
        let years = 2000..2100;
        let all = years.flat_map(|year| Self::all_of(scheme, year));
        all.filter(|period| period.first <= last && first <= period.last).collect()
    }

    /// How a series of such periods is asked for, where it can be.
    pub fn interval(&self) -> Option<&'static str> {
        match self.months {
            1 => Some("month"),
            3 => Some("quarter"),
            12 => Some("year"),
            _ => None,
        }
    }
}
