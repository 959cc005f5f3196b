//! The clock of a dossier: when it was due, whether it was late, on any day. Pure.
//!
//! Everything is decided at the granularity of days, or of hours for terms in hours. Between two events nothing changes but
//! the day, so a life is a few stretches, each with the first day on which the dossier counts as late.

use chrono::{DurationRound, NaiveDate, NaiveDateTime, TimeDelta};

use super::due::Clockwork;
use super::model::{Dossier, Event, Lateness, Refusal, Status};
use crate::kpis::procedures::model::{AfterSupplement, TermUnit};
use crate::platform::{Moment, OPEN_END};

/// From a day on, the first day at whose end the dossier counts as late while it is open: [`OPEN_END`] for never.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// Its first day.
    pub from: NaiveDate,
    /// First late day.
    pub late_from: NaiveDate,
}

/// What a method says of a dossier.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Judged {
    /// Its stretches in order.
    pub stretches: Vec<Stretch>,
    /// How it ended, if it did.
    pub ended: Option<Lateness>,
}

/// The life of a dossier that was accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Life {
    /// When it was accepted.
    pub accepted: NaiveDateTime,
    /// When it ended.
    pub ended: Option<NaiveDateTime>,
    /// What was promised at first.
    pub due_original: NaiveDateTime,
    /// What is due now.
    pub due_current: NaiveDateTime,
    /// Whether moments count, not days.
    pub in_hours: bool,
    /// By its current due date: form II.06a.
    pub by_due: Judged,
    /// By QĐ 766, indicator 2.1.
    pub by_766: Judged,
}

impl Life {
    /// The day it ended, at whose end it is open no longer.
    pub fn end_day(&self) -> NaiveDate {
        self.ended.map_or(OPEN_END, |ended| ended.date())
    }

    /// When it was open and late by a method: spans of days, the last excluded.
    pub fn late(&self, judged: &Judged) -> Vec<(NaiveDate, NaiveDate)> {
        let mut spans: Vec<(NaiveDate, NaiveDate)> = Vec::new();
        for (place, stretch) in judged.stretches.iter().enumerate() {
            let next = judged.stretches.get(place + 1).map_or(OPEN_END, |next| next.from);
            let (from, to) = (stretch.from.max(stretch.late_from), next.min(self.end_day()));
            if from >= to {
                continue;
            }
            match spans.last_mut().filter(|(_, end)| *end == from) {
                Some(last) => last.1 = to,
                None => spans.push((from, to)),
            }
        }
        spans
    }
}

/// The life of a dossier whose events are in order; none if it was never accepted.
pub fn live(dossier: &Dossier, clockwork: &mut Clockwork<'_>) -> Result<Option<Life>, Refusal> {
    let Some(start) = dossier.events.iter().position(|event| event.status == Status::Accepted) else {
        return Ok(None);
    };
    let Some((accepted, after)) = dossier.events.get(start..).and_then(<[Event]>::split_first) else {
        return Ok(None);
    };
    let end = end_of(after);
    let lived = after.get(..end.unwrap_or(after.len())).unwrap_or(after);
    let ended = end.and_then(|end| after.get(end)).map(|event| event.at.local());
    let accepted = accepted.at.local();
    let term = dossier.term.or(clockwork.rules.term);
    let in_hours = term.is_some_and(|term| term.unit == TermUnit::WorkingHour);
    let due_original = match (dossier.due_at, term) {
        (Some(due), _) => due.local(),
        (None, Some(term)) => clockwork.due(accepted, term),
        (None, None) => return Err(Refusal::NoDueDay { procedure: dossier.procedure.to_string() }),
    };
    let life = Life {
        accepted,
        ended,
        due_original,
        due_current: due_original,
        in_hours,
        by_due: Judged::default(),
        by_766: Judged::default(),
    };
    let restart = term.filter(|_| clockwork.rules.after_supplement == AfterSupplement::Restart);
    let (by_due, due_current) = life.judge_by_due(lived, |due, (from, to), supplement| match restart {
        Some(term) if supplement => clockwork.due(to, term),
        _ if in_hours => clockwork.moved_by_hours(due, (from, to)),
        _ => clockwork.moved(due, (from, to)),
    });
    let by_766 = life.judge_by_766(lived);
    Ok(Some(Life { due_current, by_due, by_766, ..life }))
}

/// Where a dossier ends: at the first `completed`, without it at the first `returned`, without that at the first `stopped`
/// or `withdrawn`.
fn end_of(events: &[Event]) -> Option<usize> {
    let first = |wanted: &[Status]| events.iter().position(|event| wanted.contains(&event.status));
    first(&[Status::Completed])
        .or_else(|| first(&[Status::Returned]))
        .or_else(|| first(&[Status::Stopped, Status::Withdrawn]))
}

/// Requests to the citizen that are open.
#[derive(Default)]
struct Waiting {
    supplement: bool,
    financial: bool,
    /// Since when, and whether a supplement was asked for in it.
    since: Option<(NaiveDateTime, bool)>,
}

impl Waiting {
    /// Takes an event. Answers the wait that it ends.
    fn take(&mut self, status: Status, at: NaiveDateTime) -> Option<(NaiveDateTime, bool)> {
        match status {
            Status::SupplementRequested => self.supplement = true,
            Status::FinancialObligation => self.financial = true,
            Status::SupplementReceived => self.supplement = false,
            Status::ObligationMet => self.financial = false,
            // The national bus has no word for what was met: it goes from 5 or 6 to 4, or to 2 again.
            Status::InProgress | Status::Accepted => (self.supplement, self.financial) = (false, false),
            _ => return None,
        }
        if self.supplement || self.financial {
            let (_, asked) = self.since.get_or_insert((at, false));
            *asked |= self.supplement;
            return None;
        }
        self.since.take()
    }
}

impl Life {
    /// The first day at whose end an open dossier is late.
    fn late_from(&self, due: NaiveDateTime) -> NaiveDate {
        if self.in_hours { due.date() } else { due.date().succ_opt().unwrap_or(OPEN_END) }
    }

    /// What is compared: days, or whole hours.
    fn grain(&self, at: NaiveDateTime) -> NaiveDateTime {
        if self.in_hours {
            at.duration_trunc(TimeDelta::hours(1)).unwrap_or(at)
        } else {
            at.date().and_time(chrono::NaiveTime::MIN)
        }
    }

    fn judge_by_due(
        &self,
        events: &[Event],
        mut moved: impl FnMut(NaiveDateTime, (NaiveDateTime, NaiveDateTime), bool) -> NaiveDateTime,
    ) -> (Judged, NaiveDateTime) {
        let mut due = self.due_original;
        let mut waiting = Waiting::default();
        let mut stretches = vec![Stretch { from: self.accepted.date(), late_from: self.late_from(due) }];
        for event in events {
            let at = event.at.local();
            if let Some(promised) = event.due_at {
                due = promised.local();
                // What was waited before this promise is in it.
                if let Some((since, _)) = &mut waiting.since {
                    *since = at;
                }
            } else if let Some((since, supplement)) = waiting.take(event.status, at) {
                due = moved(due, (since, at), supplement);
            }
            let late_from = if waiting.since.is_some() { OPEN_END } else { self.late_from(due) };
            stretches.push(Stretch { from: at.date(), late_from });
        }
        if let (Some(ended), Some((since, supplement))) = (self.ended, waiting.since) {
            due = moved(due, (since, ended), supplement);
        }
        let ended = self.ended.map(|ended| match self.grain(ended).cmp(&self.grain(due)) {
            std::cmp::Ordering::Less => Lateness::Early,
            std::cmp::Ordering::Equal => Lateness::OnDay,
            std::cmp::Ordering::Greater => Lateness::Late,
        });
        (Judged { stretches: settled(stretches), ended }, due)
    }

    /// By the due date that was promised last, less the time for which a supplement was waited for; more than one request
    /// makes it overdue (QĐ 766/QĐ-TTg, 2.1, rules 1–7). A new promise holds from its day on: no earlier period changes.
    fn judge_by_766(&self, events: &[Event]) -> Judged {
        let mut due = self.due_original;
        let mut spent = TimeDelta::zero();
        let mut requests = 0;
        let mut requested: Option<NaiveDateTime> = None;
        let mut stretches = vec![Stretch { from: self.accepted.date(), late_from: self.late_from(due) }];
        // Rule 1 compares moments, where the due date is one.
        let in_time = |end: NaiveDateTime, spent: TimeDelta, due: NaiveDateTime| {
            self.moment(end - spent) <= self.moment(due)
        };
        for event in events {
            let at = event.at.local();
            match event.status {
                Status::SupplementRequested => {
                    requests += 1;
                    requested = requested.or(Some(at));
                }
                Status::SupplementReceived | Status::InProgress | Status::Accepted => {
                    if let Some(since) = requested.take() {
                        spent += self.moment(at) - self.moment(since);
                    }
                }
                Status::Rescheduled => due = event.due_at.map_or(due, Moment::local),
                _ => continue,
            }
            let late_from = match requested {
                _ if requests > 1 => NaiveDate::MIN,
                Some(since) if in_time(since, spent, due) => OPEN_END,
                Some(_) => NaiveDate::MIN,
                None => self.late_from(due + spent),
            };
            stretches.push(Stretch { from: at.date(), late_from });
        }
        let end = self.ended.map(|ended| requested.unwrap_or(ended));
        let ended =
            end.map(
                |end| {
                    if requests <= 1 && in_time(end, spent, due) { Lateness::OnDay } else { Lateness::Late }
                },
            );
        Judged { stretches: settled(stretches), ended }
    }

    /// What QĐ 766 compares: days, or moments for terms in hours.
    fn moment(&self, at: NaiveDateTime) -> NaiveDateTime {
        if self.in_hours { at } else { self.grain(at) }
    }
}

/// Of several changes on one day the last holds at its end.
fn settled(stretches: Vec<Stretch>) -> Vec<Stretch> {
    let mut settled: Vec<Stretch> = Vec::with_capacity(stretches.len());
    for stretch in stretches {
        match settled.last_mut().filter(|last| last.from == stretch.from) {
            Some(last) => *last = stretch,
            None => settled.push(stretch),
        }
    }
    settled
}
