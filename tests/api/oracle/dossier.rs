//! A dossier as it was pushed, and what it was on any day: its events are gone through anew for every question.

use chrono::{NaiveDate, NaiveDateTime, TimeDelta, Timelike};

use super::calendar;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    Online,
    Direct,
    Post,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TermUnit {
    WorkingDay,
    CalendarDay,
    WorkingHour,
    Month,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term {
    pub amount: u32,
    pub unit: TermUnit,
}

/// In the order of life, which is the order of events of one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    Submitted,
    Accepted,
    RefusedAtIntake,
    InProgress,
    SupplementRequested,
    SupplementReceived,
    FinancialObligation,
    ObligationMet,
    Rescheduled,
    Withdrawn,
    Stopped,
    Completed,
    Returned,
}

/// Moments are those of a clock on a wall in Viet Nam.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Event {
    pub at: NaiveDateTime,
    pub status: Status,
    /// Of `Rescheduled` alone.
    pub due_at: Option<NaiveDateTime>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dossier {
    pub code: String,
    pub organization: String,
    pub procedure: String,
    pub channel: Channel,
    pub term: Option<Term>,
    pub due_at: Option<NaiveDateTime>,
    pub events: Vec<Event>,
    pub updated_at: Option<NaiveDateTime>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lateness {
    Early,
    OnDay,
    Late,
}

/// The life of a dossier that counts: it was accepted.
#[derive(Debug)]
pub struct Life {
    pub accepted: NaiveDateTime,
    pub ended: Option<NaiveDateTime>,
    pub original_due: NaiveDateTime,
    /// Its term is in hours: what counts is the moment, not the day.
    by_hour: bool,
    /// From the acceptance to the end, in order, each once.
    events: Vec<Event>,
}

/// The first event of a status, by its place.
fn first(events: &[Event], statuses: &[Status]) -> Option<usize> {
    events.iter().position(|event| statuses.contains(&event.status))
}

impl Life {
    /// None if the dossier counts nowhere.
    pub fn of(dossier: &Dossier, procedure_term: Term) -> Option<Self> {
        let mut events = dossier.events.clone();
        events.sort();
        events.dedup();
        if first(&events, &[Status::RefusedAtIntake]).is_some() {
            return None;
        }
        events.drain(..first(&events, &[Status::Accepted])?);
        let accepted = events[0].at;
        let end = first(&events, &[Status::Completed])
            .or_else(|| first(&events, &[Status::Returned]))
            .or_else(|| first(&events, &[Status::Stopped, Status::Withdrawn]));
        let ended = end.map(|end| events[end].at);
        events.truncate(end.map_or(usize::MAX, |end| end + 1));
        let term = dossier.term.unwrap_or(procedure_term);
        let by_hour = term.unit == TermUnit::WorkingHour;
        let original_due = dossier.due_at.unwrap_or_else(|| calendar::due(accepted, term));
        Some(Self { accepted, ended, original_due, by_hour, events })
    }

    pub fn accepted_on(&self) -> NaiveDate {
        self.accepted.date()
    }

    pub fn ended_on(&self) -> Option<NaiveDate> {
        self.ended.map(|ended| ended.date())
    }

    /// Whether it is open at the end of a day.
    pub fn is_open(&self, day: NaiveDate) -> bool {
        self.accepted_on() <= day && self.ended_on().is_none_or(|ended| day < ended)
    }

    fn until(&self, day: NaiveDate) -> impl Iterator<Item = &Event> {
        self.events.iter().filter(move |event| event.at.date() <= day)
    }

    /// The due moment in force at the end of a day, and since when it has been waiting, if it is.
    fn due_and_wait(&self, day: NaiveDate) -> (NaiveDateTime, Option<NaiveDateTime>) {
        let (mut due, mut since) = (self.original_due, None);
        let (mut supplement, mut obligation) = (false, false);
        for event in self.until(day) {
            match event.status {
                Status::SupplementRequested => supplement = true,
                Status::SupplementReceived => supplement = false,
                Status::FinancialObligation => obligation = true,
                Status::ObligationMet => obligation = false,
                // Whoever works on it has what was asked for.
                Status::InProgress | Status::Accepted => (supplement, obligation) = (false, false),
                // A promise while it waits knows of the wait so far.
                Status::Rescheduled => (due, since) = (event.due_at.unwrap(), since.map(|_| event.at)),
                _ => {}
            }
            match (supplement || obligation, since) {
                (true, None) => since = Some(event.at),
                (false, Some(from)) => {
                    due = self.shifted(due, from, event.at);
                    since = None;
                }
                _ => {}
            }
        }
        (due, since)
    }

    /// The due moment as things stand at the end of a day. A wait is over when the dossier is.
    pub fn current_due(&self, day: NaiveDate) -> NaiveDateTime {
        let (due, waiting) = self.due_and_wait(day);
        match (waiting, self.ended.filter(|ended| ended.date() <= day)) {
            (Some(since), Some(ended)) => self.shifted(due, since, ended),
            _ => due,
        }
    }

    /// Of one that is open at the end of a day: whether it is past its due day.
    pub fn is_past(&self, day: NaiveDate) -> bool {
        let (due, waiting) = self.due_and_wait(day);
        waiting.is_none() && if self.by_hour { due.date() <= day } else { due.date() < day }
    }

    /// How it ended.
    pub fn lateness(&self) -> Option<Lateness> {
        let ended = self.ended?;
        let unit = |moment: NaiveDateTime| {
            let hour = if self.by_hour { moment.hour() } else { 0 };
            moment.date().and_hms_opt(hour, 0, 0).unwrap()
        };
        Some(match unit(ended).cmp(&unit(self.current_due(ended.date()))) {
            std::cmp::Ordering::Less => Lateness::Early,
            std::cmp::Ordering::Equal => Lateness::OnDay,
            std::cmp::Ordering::Greater => Lateness::Late,
        })
    }

    /// QĐ 766, indicator 2.1, at the end of a day: of one that ended, how it ended; of an open one, how it stands.
    pub fn is_on_time_766(&self, day: NaiveDate) -> bool {
        let mut requests = 0;
        let mut asked: Option<NaiveDateTime> = None;
        let mut waited = TimeDelta::zero();
        for event in self.until(day) {
            match event.status {
                Status::SupplementRequested => {
                    requests += 1;
                    asked = asked.or(Some(self.moment(event.at)));
                }
                Status::SupplementReceived | Status::InProgress | Status::Accepted => {
                    if let Some(asked) = asked.take() {
                        waited += self.moment(event.at) - asked;
                    }
                }
                _ => {}
            }
        }
        let ended = self.ended.filter(|ended| ended.date() <= day).map(|ended| self.moment(ended));
        // Rule 7: the last day takes the place of the end; of a term in hours it is its last moment.
        let last = if self.by_hour { calendar::next(day) } else { day }.and_hms_opt(0, 0, 0).unwrap();
        let end = asked.or(ended).unwrap_or(last);
        requests <= 1 && end - waited <= self.moment(self.last_synced_due(day))
    }

    /// The appointment as it was told last by the end of a day: waits do not move it.
    fn last_synced_due(&self, day: NaiveDate) -> NaiveDateTime {
        let again = self.until(day).filter_map(|event| event.due_at).last();
        again.unwrap_or(self.original_due)
    }

    /// A due moment later by the working days of a wait; of a term in hours by its office time.
    fn shifted(&self, due: NaiveDateTime, asked: NaiveDateTime, received: NaiveDateTime) -> NaiveDateTime {
        if self.by_hour {
            return calendar::after_time(due, calendar::time_between(asked, received));
        }
        let (asked, received) = (asked.date(), received.date());
        calendar::after(due.date(), calendar::between(asked, received)).and_time(due.time())
    }

    /// What is compared: the day, or the moment of a term in hours.
    fn moment(&self, at: NaiveDateTime) -> NaiveDateTime {
        if self.by_hour { at } else { at.date().and_hms_opt(0, 0, 0).unwrap() }
    }
}
