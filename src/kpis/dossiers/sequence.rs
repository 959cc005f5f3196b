//! Which sequences of events can have happened. Pure.
//!
//! Systems leave steps out, so what may be missing is; what contradicts itself is refused with the reason.

use chrono::{DateTime, Utc};

use super::model::{Dossier, Event, Refusal, Status};
use crate::kpis::records::model::is_to_come;
use crate::platform::fault::Wrong;
use crate::platform::input::wrong;

/// Faults of single fields: a promise belongs to `rescheduled` and to nothing else.
pub fn wrongs(dossier: &Dossier) -> Vec<Wrong> {
    let mut wrongs = Vec::new();
    for (place, event) in dossier.events.iter().enumerate() {
        let code = match (event.status == Status::Rescheduled, event.due_at.is_some()) {
            (true, false) => wrong::REQUIRED,
            (false, true) => wrong::MISMATCH,
            _ => continue,
        };
        wrongs.push(Wrong::body(format!("/events/{place}/due_at"), code));
    }
    wrongs
}

/// The events in an order in which they can have happened, each once.
///
/// By their moments; of those of one moment, as many systems know days only, by their places in the life of a dossier, or
/// else in another order that is possible. Refuses events that cannot have happened in any, and those of a time to come.
pub fn in_order(mut events: Vec<Event>, now: DateTime<Utc>) -> Result<Vec<Event>, Refusal> {
    events.sort_by(|a, b| (a.at, a.status.rank(), a).cmp(&(b.at, b.status.rank(), b)));
    events.dedup();
    if let Some(event) = events.iter().find(|event| is_to_come(event.at, now)) {
        return Err(Refusal::Future { status: event.status.to_string() });
    }
    let usual = events.iter().try_fold(Walk::default(), |walk, event| walk.step(event.status));
    if let Err(refusal) = usual {
        let mut search = Search { events: &events, order: Vec::new(), steps: STEPS };
        if !search.go_on(&Walk::default()) {
            return Err(refusal);
        }
        return Ok(search.order.iter().filter_map(|place| events.get(*place).cloned()).collect());
    }
    Ok(events)
}

/// Tries of a search: far more than events of a real dossier need.
const STEPS: u32 = 2_000;

/// A search for an order that is possible.
struct Search<'a> {
    events: &'a [Event],
    /// Places of those that have their turn.
    order: Vec<usize>,
    steps: u32,
}

impl Search<'_> {
    /// Puts the rest in order after a walk through those that have their turn, if that is possible.
    fn go_on(&mut self, walk: &Walk) -> bool {
        // Moment after moment has its turn, so the first that is left is among those of the next one.
        let Some(at) = self.events.get(self.order.len()).map(|event| event.at) else { return true };
        let first = self.events.partition_point(|event| event.at < at);
        let placed = |search: &Self, place| search.order.iter().skip(first).any(|other| *other == place);
        for (place, event) in self.events.iter().enumerate().skip(first) {
            if event.at > at {
                break;
            }
            if placed(self, place) {
                continue;
            }
            let Some(steps) = self.steps.checked_sub(1) else { return false };
            self.steps = steps;
            if let Ok(next) = walk.clone().step(event.status) {
                self.order.push(place);
                if self.go_on(&next) {
                    return true;
                }
                self.order.pop();
            }
        }
        false
    }
}

/// A request to the citizen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Request {
    /// There was none, or it was met.
    #[default]
    None,
    /// It is open.
    Open,
    /// The work went on without word that it was met, which may still come.
    Passed,
}

impl Request {
    fn go_on(&mut self) {
        if *self == Self::Open {
            *self = Self::Passed;
        }
    }
}

/// Where a walk through the events stands.
#[derive(Clone, Debug, Default)]
struct Walk {
    accepted: bool,
    supplement: Request,
    obligation: Request,
    rescheduled: bool,
    /// What ended it so far.
    over: Option<Status>,
    last: Option<Status>,
}

impl Walk {
    /// The walk one event further. Refuses one that cannot come here.
    fn step(mut self, status: Status) -> Result<Self, Refusal> {
        if !self.admits(status) {
            let after = self.last.map_or("nothing", |last| last.as_str());
            return Err(Refusal::Impossible { status: status.to_string(), after: after.to_owned() });
        }
        self.wait(status)?;
        self.accepted |= status == Status::Accepted;
        if status.ends() || status == Status::RefusedAtIntake {
            self.over = Some(status);
        }
        self.last = Some(status);
        Ok(self)
    }

    fn admits(&self, status: Status) -> bool {
        match status {
            Status::Submitted => !self.accepted && self.over.is_none(),
            Status::RefusedAtIntake => !self.accepted,
            Status::Accepted | Status::SupplementRequested | Status::SupplementReceived => {
                self.over.is_none()
            }
            Status::InProgress
            | Status::FinancialObligation
            | Status::ObligationMet
            | Status::Rescheduled => self.accepted && self.over.is_none(),
            Status::Withdrawn | Status::Stopped => {
                !matches!(self.over, Some(Status::RefusedAtIntake | Status::Completed | Status::Returned))
            }
            Status::Completed => self.accepted && self.over != Some(Status::Returned),
            Status::Returned => self.accepted,
        }
    }

    fn wait(&mut self, status: Status) -> Result<(), Refusal> {
        let answered = match status {
            // Whoever accepts or works on has what was asked for.
            Status::Accepted | Status::InProgress => {
                self.supplement.go_on();
                self.obligation.go_on();
                return Ok(());
            }
            Status::SupplementRequested => {
                self.supplement = Request::Open;
                return Ok(());
            }
            Status::FinancialObligation => {
                self.obligation = Request::Open;
                return Ok(());
            }
            Status::SupplementReceived => std::mem::take(&mut self.supplement),
            Status::ObligationMet => std::mem::take(&mut self.obligation),
            Status::Rescheduled if self.rescheduled => return Err(Refusal::RescheduledTwice),
            Status::Rescheduled => {
                self.rescheduled = true;
                return Ok(());
            }
            _ => return Ok(()),
        };
        if answered == Request::None {
            return Err(Refusal::NotWaiting { status: status.to_string() });
        }
        Ok(())
    }
}
