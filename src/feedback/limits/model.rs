//! What a time limit is. Pure.

use chrono::{Days, NaiveDate};
use serde::Deserialize;

use crate::closed_set;
use crate::kpis::calendar::model::Calendar;
use crate::platform::OPEN_END;
use crate::platform::input::strict_day;

closed_set! {
    /// What is limited.
    LimitName, "not-in-set" {
        /// Feedback or a proposal is refused (từ chối); from its receipt.
        OpinionRefusal = "opinion-refusal",
        /// Feedback or a proposal is answered (xử lý, trả lời); from its receipt.
        OpinionSettlement = "opinion-settlement",
        /// The answer is published (công khai); from the day of the answer.
        OpinionPublication = "opinion-publication",
        /// A complaint is accepted or refused (thụ lý); from its receipt.
        ComplaintAcceptance = "complaint-acceptance",
        /// A complaint is settled for the first time (lần đầu); from its acceptance, as all that follow.
        ComplaintFirst = "complaint-first",
        /// The same, if it is complex (phức tạp).
        ComplaintFirstComplex = "complaint-first-complex",
        /// The same in a remote area (vùng sâu, vùng xa đi lại khó khăn).
        ComplaintFirstRemote = "complaint-first-remote",
        /// The same there, if it is complex.
        ComplaintFirstRemoteComplex = "complaint-first-remote-complex",
        /// A complaint is settled for the second time (lần hai).
        ComplaintSecond = "complaint-second",
        /// The same, if it is complex.
        ComplaintSecondComplex = "complaint-second-complex",
        /// The same in a remote area.
        ComplaintSecondRemote = "complaint-second-remote",
        /// The same there, if it is complex.
        ComplaintSecondRemoteComplex = "complaint-second-remote-complex",
        /// A denunciation is settled; from its acceptance. Extensions are stated by the case's own last day.
        DenunciationSettlement = "denunciation-settlement",
    }
}

closed_set! {
    /// Which days are counted.
    LimitUnit, "not-in-set" {
        /// Days worked by the calendar (ngày làm việc).
        WorkingDay = "working_day",
        /// All days (ngày).
        CalendarDay = "calendar_day",
    }
}

/// A limit, from a day on until the next of its name.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// What is limited.
    pub name: LimitName,
    /// First day on which it holds.
    #[serde(deserialize_with = "strict_day")]
    pub valid_from: NaiveDate,
    /// How many days; none where the law in force is known and its number is not.
    pub days: Option<u32>,
    /// Which days are counted.
    pub unit: LimitUnit,
    /// Whether a last day that is not worked moves to the next that is.
    pub to_working_day: bool,
    /// The article.
    pub legal_basis: String,
}

impl Limit {
    /// The last day of a time that begins on a day, which is itself not counted.
    fn last_day(&self, from: NaiveDate, calendar: &Calendar) -> Option<NaiveDate> {
        let days = self.days?;
        let last = match self.unit {
            LimitUnit::WorkingDay => calendar.plus_working_days(from, days),
            LimitUnit::CalendarDay => from.checked_add_days(Days::new(days.into()))?,
        };
        let last = if self.to_working_day { calendar.working_day_from(last) } else { last };
        Some(last).filter(|last| *last < OPEN_END)
    }
}

/// All limits, with the calendar in which they are counted.
#[derive(Clone, Debug, Default)]
pub struct Limits {
    all: Vec<Limit>,
    calendar: Calendar,
}

impl Limits {
    /// Limits with a calendar.
    pub fn new(all: Vec<Limit>, calendar: Calendar) -> Self {
        Self { all, calendar }
    }

    /// The last day of a time that begins on a day, by the limit of that day; none where no limit is known.
    pub fn last_day(&self, name: LimitName, from: NaiveDate) -> Option<NaiveDate> {
        let of_the_day = self.all.iter().filter(|limit| limit.name == name && limit.valid_from <= from);
        of_the_day.max_by_key(|limit| limit.valid_from)?.last_day(from, &self.calendar)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kpis::calendar::model::DayKind;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn limit(valid_from: &str, days: Option<u32>, unit: LimitUnit, to_working_day: bool) -> Limit {
        let name = LimitName::ComplaintFirst;
        Limit {
            name, valid_from: day(valid_from), days, unit, to_working_day, legal_basis: "Điều 28".into()
        }
    }

    #[test]
    fn a_limit_holds_from_its_day_until_the_next() {
        let all = vec![
            limit("2026-07-01", None, LimitUnit::CalendarDay, true),
            limit("2015-01-01", Some(30), LimitUnit::CalendarDay, true),
        ];
        let limits = Limits::new(all, Calendar::default());
        let last =
            |from: &str| limits.last_day(LimitName::ComplaintFirst, day(from)).map(|day| day.to_string());
        assert_eq!(last("2014-12-31"), None);
        // 30 days after Thursday 4 June is Saturday 4 July; the Monday after it is the 6th.
        assert_eq!(last("2020-06-04").as_deref(), Some("2020-07-06"));
        assert_eq!(
            last("2026-06-30").as_deref(),
            Some("2026-07-30"),
            "by the law of the day on which it begins"
        );
        assert_eq!(last("2026-07-01"), None, "what is not known is not made up");
        assert_eq!(limits.last_day(LimitName::ComplaintSecond, day("2020-06-04")), None);
    }

    #[test]
    fn working_days_are_those_of_the_calendar() {
        let calendar = Calendar::new([(day("2020-09-02"), DayKind::Statutory)]);
        let stays = Limits::new(vec![limit("2015-01-01", Some(3), LimitUnit::WorkingDay, false)], calendar);
        // After Monday 31 August: Tuesday 1, Thursday 3, Friday 4.
        assert_eq!(stays.last_day(LimitName::ComplaintFirst, day("2020-08-31")), Some(day("2020-09-04")));
        let all = vec![limit("2015-01-01", Some(2), LimitUnit::CalendarDay, false)];
        let stays = Limits::new(all, Calendar::default());
        assert_eq!(stays.last_day(LimitName::ComplaintFirst, day("2020-09-03")), Some(day("2020-09-05")));
        assert_eq!(stays.last_day(LimitName::ComplaintFirst, day("9999-12-30")), None);
    }
}
