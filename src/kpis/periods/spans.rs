//! Which periods are asked for. Pure.

use chrono::{Days, NaiveDate};

use super::half::Half;
use super::model::{Interval, Period, Refusal, Scheme};
use crate::platform::Wrong;
use crate::platform::input::wrong;

/// A period of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// Its name; of days that are no named period, the first and the last with a slash between (ISO 8601).
    pub name: String,
    /// The period, if it has a name.
    pub period: Option<Period>,
    /// First day.
    pub first: NaiveDate,
    /// Last day.
    pub last: NaiveDate,
}

impl Span {
    /// A named period.
    pub fn of(period: Period, scheme: Scheme) -> Self {
        let (first, last) = (period.first_day(scheme), period.last_day(scheme));
        Self { name: period.to_string(), period: Some(period), first, last }
    }

    /// First and last day.
    pub fn days(&self) -> (NaiveDate, NaiveDate) {
        (self.first, self.last)
    }
}

/// What a caller says of the periods.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// A period by its name, or a relative one.
    pub period: Option<String>,
    /// First day.
    pub from: Option<NaiveDate>,
    /// Last day.
    pub to: Option<NaiveDate>,
    /// Into what the days are cut.
    pub interval: Option<Interval>,
    /// How periods are cut.
    pub scheme: Scheme,
}

/// Longest series: more are refused, never cut off.
const MOST: usize = 600;

impl Asked {
    /// The periods, in order. `today` is the day from which relative ones are told.
    ///
    /// Refuses what is no period, days that are not its edges, and `period` beside `from` and `to`.
    pub fn spans(&self, today: NaiveDate) -> Result<Vec<Span>, AskedWrongly> {
        match (&self.period, self.from, self.to) {
            (Some(_), Some(_), _) => Err(Wrong::parameter("from", wrong::MISMATCH).into()),
            (Some(_), _, Some(_)) => Err(Wrong::parameter("to", wrong::MISMATCH).into()),
            (Some(_), None, None) if self.interval.is_some() => {
                Err(Wrong::parameter("interval", wrong::MISMATCH).into())
            }
            (Some(name), None, None) => self.named(name, today),
            (None, Some(from), Some(to)) => self.between(from, to),
            (None, Some(_), None) => Err(Wrong::parameter("to", wrong::REQUIRED).into()),
            (None, None, _) => Err(Wrong::parameter("period", wrong::REQUIRED).into()),
        }
    }

    fn named(&self, name: &str, today: NaiveDate) -> Result<Vec<Span>, AskedWrongly> {
        let this = |interval| Period::of(today, interval, self.scheme);
        let before = |interval, count: usize| {
            let mut periods: Vec<Period> =
                std::iter::successors(Some(this(interval).previous()), |period| Some(period.previous()))
                    .take(count)
                    .collect();
            periods.reverse();
            periods
        };
        let periods = match name {
            "this_month" => vec![this(Interval::Month)],
            "this_quarter" => vec![this(Interval::Quarter)],
            "this_year" => vec![this(Interval::Year)],
            "previous_month" => before(Interval::Month, 1),
            "previous_quarter" => before(Interval::Quarter, 1),
            "previous_year" => before(Interval::Year, 1),
            "last_12_months" => before(Interval::Month, 12),
            "last_4_quarters" => before(Interval::Quarter, 4),
            "last_5_years" => before(Interval::Year, 5),
            name => vec![name.parse().map_err(|code| Wrong::parameter("period", code))?],
        };
        Ok(periods.into_iter().map(|period| Span::of(period, self.scheme)).collect())
    }

    fn between(&self, from: NaiveDate, to: NaiveDate) -> Result<Vec<Span>, AskedWrongly> {
        if to < from {
            return Err(Wrong::parameter("to", wrong::RANGE).into());
        }
        let Some(interval) = self.interval else {
            let edges = Half::begins(from) && Half::ends(to);
            let span = Span { name: format!("{from}/{to}"), period: None, first: from, last: to };
            return if edges { Ok(vec![span]) } else { Err(self.edges(from, to, "half month").into()) };
        };
        let mut spans = Vec::new();
        let mut day = from;
        while day <= to {
            let span = Span::of(Period::of(day, interval, self.scheme), self.scheme);
            if (spans.is_empty() && span.first != from) || span.last > to {
                return Err(self.edges(from, to, interval.as_str()).into());
            }
            if spans.len() == MOST {
                return Err(Refusal::TooManyPeriods { most: MOST }.into());
            }
            day = span.last + Days::new(1);
            spans.push(span);
        }
        Ok(spans)
    }

    fn edges(&self, from: NaiveDate, to: NaiveDate, unit: &str) -> Refusal {
        Refusal::Edges { from, to, unit: unit.to_owned(), scheme: self.scheme.to_string() }
    }
}

/// Why no periods can be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AskedWrongly {
    /// A parameter is wrong.
    Parameter(Wrong),
    /// They do not fit each other.
    Refused(Refusal),
}

impl From<Wrong> for AskedWrongly {
    fn from(wrong: Wrong) -> Self {
        Self::Parameter(wrong)
    }
}

impl From<Refusal> for AskedWrongly {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<AskedWrongly> for crate::platform::Fault {
    fn from(asked: AskedWrongly) -> Self {
        match asked {
            AskedWrongly::Parameter(wrong) => Self::invalid(vec![wrong]),
            AskedWrongly::Refused(refusal) => refusal.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn names(asked: &Asked) -> Result<Vec<String>, AskedWrongly> {
        let spans = asked.spans(day("2020-12-15"))?;
        Ok(spans.into_iter().map(|span| span.name).collect())
    }

    #[test]
    fn relative_periods_go_by_the_scheme() {
        let asked = |name: &str, scheme| Asked { period: Some(name.into()), scheme, ..Asked::default() };
        assert_eq!(names(&asked("this_year", Scheme::Calendar)).unwrap(), ["2020"]);
        assert_eq!(names(&asked("this_year", Scheme::Nd09)).unwrap(), ["2021"], "15 December begins it");
        assert_eq!(names(&asked("previous_quarter", Scheme::Calendar)).unwrap(), ["2020-Q3"]);
        let months = names(&asked("last_12_months", Scheme::Calendar)).unwrap();
        assert_eq!((months.len(), months[0].as_str(), months[11].as_str()), (12, "2019-12", "2020-11"));
        assert!(names(&asked("last_year", Scheme::Calendar)).is_err());
    }

    #[test]
    fn days_must_be_edges() {
        let asked = |from: &str, to: &str, interval, scheme| Asked {
            from: Some(day(from)),
            to: Some(day(to)),
            interval,
            scheme,
            period: None,
        };
        let month = Some(Interval::Month);
        assert_eq!(names(&asked("2020-01-01", "2020-03-31", month, Scheme::Calendar)).unwrap().len(), 3);
        assert_eq!(names(&asked("2019-12-15", "2020-03-14", month, Scheme::Nd09)).unwrap().len(), 3);
        assert!(names(&asked("2020-01-02", "2020-03-31", month, Scheme::Calendar)).is_err());
        assert!(names(&asked("2020-01-01", "2020-03-30", month, Scheme::Calendar)).is_err());
        assert_eq!(
            names(&asked("2020-01-15", "2020-03-31", None, Scheme::Calendar)).unwrap(),
            ["2020-01-15/2020-03-31"]
        );
        assert!(names(&asked("2020-01-14", "2020-03-31", None, Scheme::Calendar)).is_err());
    }
}
