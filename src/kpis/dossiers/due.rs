//! Due days: counted once by the calendar of that day, and kept. Pure.

use chrono::{Days, Months, NaiveDateTime, NaiveTime};
use serde::{Deserialize, Serialize};

use crate::kpis::calendar::model::Calendar;
use crate::kpis::procedures::model::{Rules, Term, TermUnit};
use crate::platform::OPEN_END;

/// A due date that was counted from the calendar. What was promised stays when the calendar changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promise {
    /// From what it was counted.
    pub from: String,
    /// What came out.
    pub due: NaiveDateTime,
}

/// What the clock of one dossier goes by.
pub struct Clockwork<'a> {
    /// The calendar as it is now.
    pub calendar: &'a Calendar,
    /// How the dossier's procedure counted when the dossier was accepted.
    pub rules: Rules,
    /// What was counted before.
    pub known: &'a [Promise],
    /// What this reckoning needed, for the next one.
    pub kept: Vec<Promise>,
}

impl Clockwork<'_> {
    fn promised(&mut self, from: String, count: impl FnOnce(&Calendar) -> NaiveDateTime) -> NaiveDateTime {
        let known = self.known.iter().find(|promise| promise.from == from).map(|promise| promise.due);
        let due = known.unwrap_or_else(|| count(self.calendar));
        self.kept.push(Promise { from, due });
        due
    }

    /// When a term that begins at a moment is over. The first day is not counted; a last day off moves on to the next
    /// working day (Bộ luật Dân sự 2015, Điều 147–148).
    pub fn due(&mut self, start: NaiveDateTime, term: Term) -> NaiveDateTime {
        let cutoff = self.rules.cutoff.filter(|cutoff| start.time() >= *cutoff);
        let late = if cutoff.is_some() { " late" } else { "" };
        let precision =
            if term.unit == TermUnit::WorkingHour { start.to_string() } else { start.date().to_string() };
        let from = format!("{precision}{late} + {} {}", term.amount, term.unit);
        self.promised(from, |calendar| {
            let next = || calendar.plus_working_days(start.date(), 1).and_time(NaiveTime::MIN);
            after(calendar, if cutoff.is_some() { next() } else { start }, term)
        })
    }

    /// A due date moved on by the working days of a wait, (from, to]; the time of day stays.
    pub fn moved(&mut self, due: NaiveDateTime, (from, to): (NaiveDateTime, NaiveDateTime)) -> NaiveDateTime {
        if from.date() == to.date() {
            return due;
        }
        self.promised(format!("{due} + wait {} to {}", from.date(), to.date()), |calendar| {
            let count = calendar.working_days_between(from.date(), to.date());
            calendar.plus_working_days(due.date(), count).and_time(due.time())
        })
    }

    /// A due moment moved on by the office time of a wait.
    pub fn moved_by_hours(
        &mut self,
        due: NaiveDateTime,
        (from, to): (NaiveDateTime, NaiveDateTime),
    ) -> NaiveDateTime {
        self.promised(format!("{due} + wait {from} to {to}"), |calendar| {
            calendar.plus_working_minutes(due, calendar.working_minutes_between(from, to))
        })
    }
}

fn after(calendar: &Calendar, start: NaiveDateTime, term: Term) -> NaiveDateTime {
    let day = start.date();
    let due = match term.unit {
        TermUnit::WorkingDay => calendar.plus_working_days(day, term.amount),
        TermUnit::CalendarDay => {
            let due = day.checked_add_days(Days::new(u64::from(term.amount)));
            calendar.working_day_from(due.unwrap_or(OPEN_END))
        }
        TermUnit::Month => {
            let due = day.checked_add_months(Months::new(term.amount));
            calendar.working_day_from(due.unwrap_or(OPEN_END))
        }
        TermUnit::WorkingHour => return calendar.plus_working_minutes(start, term.amount.saturating_mul(60)),
    };
    due.and_time(NaiveTime::MIN)
}
