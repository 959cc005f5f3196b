//! What an assignment adds to the ledger: as many tasks are open, late or done on a day as its history says. Pure.

use chrono::NaiveDate;

use super::machine::AssignmentState as State;
use super::model::{Assignment, AssignmentRole, Entry};
use crate::kpis::counters::model::{Counter, Entry as Count, Stated};
use crate::platform::OPEN_END;

/// How a task stands, as long as one entry of its history holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// To be done.
    Open,
    /// Completed on a day, as the doer reports.
    Done(NaiveDate),
    /// Refused, taken back.
    Cancelled,
}

impl Entry {
    /// How the task stood from then on.
    pub fn standing(&self) -> Standing {
        match self.state {
            State::Refused | State::Withdrawn => Standing::Cancelled,
            _ if self.completed_on < OPEN_END => Standing::Done(self.completed_on),
            _ => Standing::Open,
        }
    }
}

/// What an assignment with its whole history adds. Who only watches has nothing to do.
pub fn stated(assignment: &Assignment, history: &[Entry]) -> Stated {
    let (kind, code) = ("assignment", assignment.id.to_string());
    if assignment.role == AssignmentRole::Watch {
        return Stated { kind, code, entries: Vec::new() };
    }
    let mut entries = Vec::new();
    let mut add = |counter: Counter, day: NaiveDate, n: i32| {
        if day == OPEN_END {
            return;
        }
        entries.push(Count { organization: assignment.organization, counter, day, n });
    };
    for (place, entry) in history.iter().enumerate() {
        let until = history.get(place + 1).map_or(OPEN_END, |next| next.happened_on);
        if entry.standing() != Standing::Open {
            continue;
        }
        let late_from = entry.due_on.succ_opt().unwrap_or(OPEN_END).clamp(entry.happened_on, until);
        for (counter, from, to) in [
            (Counter::DirectivesOpenWithin, entry.happened_on, late_from),
            (Counter::DirectivesOpenPast, late_from, until),
        ] {
            if from < to {
                add(counter, from, 1);
                add(counter, to, -1);
            }
        }
    }
    if let Some((entry, Standing::Done(day))) = history.last().map(|entry| (entry, entry.standing())) {
        let late = day > entry.due_on;
        add(if late { Counter::DirectivesDoneLate } else { Counter::DirectivesDoneOnTime }, day, 1);
    }
    Stated { kind, code, entries }
}
