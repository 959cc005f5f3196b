//! Which sequences of events can have happened. Pure.
//!
//! Systems leave steps out, so what may be missing is; what contradicts itself is refused with the reason.

use chrono::{DateTime, TimeDelta, Utc};

use super::model::{Dossier, Refusal, Status};
use crate::platform::fault::Wrong;
use crate::platform::input::wrong;

/// How far another system's clock may be ahead.
const AHEAD: TimeDelta = TimeDelta::minutes(5);

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

/// Refuses a dossier whose events, in order, cannot have happened, or not yet.
pub fn check(dossier: &Dossier, now: DateTime<Utc>) -> Result<(), Refusal> {
    let mut walk = Walk::default();
    for event in &dossier.events {
        if event.at.utc() > now + AHEAD {
            return Err(Refusal::Future { status: event.status.to_string() });
        }
        walk.step(event.status)?;
    }
    Ok(())
}

/// Where a walk through the events stands.
#[derive(Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "four things that are so or not, independently of each other"
)]
struct Walk {
    accepted: bool,
    supplement: bool,
    financial: bool,
    rescheduled: bool,
    /// What ended it so far.
    over: Option<Status>,
    last: Option<Status>,
}

impl Walk {
    fn step(&mut self, status: Status) -> Result<(), Refusal> {
        let fits = match status {
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
        };
        if !fits {
            let after = self.last.map_or("nothing", |last| last.as_str());
            return Err(Refusal::Impossible { status: status.to_string(), after: after.to_owned() });
        }
        self.wait(status)?;
        if status.ends() || status == Status::RefusedAtIntake {
            self.over = Some(status);
        }
        self.last = Some(status);
        Ok(())
    }

    fn wait(&mut self, status: Status) -> Result<(), Refusal> {
        let ended = match status {
            Status::Accepted => {
                // Whoever accepts has what was asked for before.
                self.supplement &= self.accepted;
                self.accepted = true;
                true
            }
            Status::SupplementRequested => {
                self.supplement = true;
                true
            }
            Status::FinancialObligation => {
                self.financial = true;
                true
            }
            Status::SupplementReceived => std::mem::take(&mut self.supplement),
            Status::ObligationMet => std::mem::take(&mut self.financial),
            Status::Rescheduled if self.rescheduled => return Err(Refusal::RescheduledTwice),
            Status::Rescheduled => {
                self.rescheduled = true;
                true
            }
            _ => true,
        };
        if ended { Ok(()) } else { Err(Refusal::NotWaiting { status: status.to_string() }) }
    }
}
