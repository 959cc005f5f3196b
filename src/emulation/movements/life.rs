//! What happens to a movement. Pure.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use super::machine::{MovementEvent, MovementState};
use super::model::Movement;
use crate::emulation::persons::Decision;
use crate::platform::input::wrong;
use crate::platform::{Fault, Wrong};

/// What is said of an event.
#[derive(Clone, Debug, Serialize)]
pub struct Happened {
    /// What.
    pub event: MovementEvent,
    /// On which day; without it, today.
    pub on: Option<NaiveDate>,
    /// The decision or plan by which.
    pub decision: Option<Decision>,
    /// A note.
    pub note: Option<String>,
    /// Where its documents are.
    pub link: Option<String>,
}

/// An event as it is kept, with how the movement was afterwards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its number, from 1.
    pub seq: i32,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// The day on which it happened.
    pub happened_on: NaiveDate,
    /// What.
    pub event: MovementEvent,
    /// How far the movement was then.
    pub state: MovementState,
    /// By which decision.
    pub decision: Option<Decision>,
    /// A note.
    pub note: Option<String>,
    /// Where its documents are.
    pub link: Option<String>,
}

impl Movement {
    /// The first entry: it was launched.
    pub fn launched(&self) -> Entry {
        let happened =
            Happened { event: MovementEvent::Launch, on: None, decision: None, note: None, link: None };
        self.entry(&happened)
    }

    fn entry(&self, happened: &Happened) -> Entry {
        Entry {
            seq: self.events,
            recorded_at: self.updated_at,
            happened_on: self.last_on,
            event: happened.event,
            state: self.state,
            decision: happened.decision.clone(),
            note: happened.note.clone(),
            link: happened.link.clone(),
        }
    }

    /// Takes an event. Answers the entry that is kept of it. Refuses what may not happen now, and days out of order.
    pub fn take(
        &mut self,
        happened: &Happened,
        today: NaiveDate,
        now: DateTime<Utc>,
    ) -> Result<Entry, Fault> {
        let state = happened.event.leads(self.state)?;
        let on = happened.on.unwrap_or(today);
        // A plan by which a movement is reviewed may be older than the last review, but not than the movement.
        let days = (self.content.launched_on, on);
        let mut wrongs: Vec<Wrong> =
            happened.decision.iter().flat_map(|decision| decision.wrongs("/decision", days, today)).collect();
        if on > today {
            wrongs.push(Wrong::body("/on", wrong::FUTURE));
        }
        if on < self.last_on {
            wrongs.push(Wrong::body("/on", wrong::ORDER));
        }
        if !wrongs.is_empty() {
            return Err(Fault::invalid(wrongs));
        }
        (self.state, self.last_on, self.events) = (state, on, self.events + 1);
        (self.version, self.updated_at) = (self.version + 1, now);
        Ok(self.entry(happened))
    }
}
