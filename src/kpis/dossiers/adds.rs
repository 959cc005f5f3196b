//! What a dossier adds to counters. Pure.

use chrono::NaiveDate;

use super::life::{Judged, Life};
use super::model::{Channel, Lateness};
use crate::kpis::counters::model::{Counter, Entry};
use crate::organizations::OrganizationId;
use crate::platform::OPEN_END;

/// What an accepted dossier of an organization adds. One that was never accepted, or was refused at intake, adds nothing.
pub fn adds(organization: OrganizationId, channel: Channel, life: &Life) -> Vec<Entry> {
    let mut entries = Vec::with_capacity(8);
    let mut add = |counter, day, n| {
        if day < OPEN_END {
            entries.push(Entry { organization, counter, day, n });
        }
    };
    let (accepted, ended) = (life.accepted.date(), life.end_day());
    let received = match channel {
        Channel::Online => Counter::AcceptedOnline,
        Channel::Direct | Channel::Post => Counter::AcceptedOtherwise,
    };
    add(received, accepted, 1);
    if let Some(how) = life.by_due.ended {
        let counter = match how {
            Lateness::Early => Counter::EndedEarly,
            Lateness::Late => Counter::EndedLate,
            _ => Counter::EndedOnDay,
        };
        add(counter, ended, 1);
    }
    if let Some(how) = life.by_766.ended {
        let late = how == Lateness::Late;
        add(if late { Counter::Ended766Overdue } else { Counter::Ended766OnTime }, ended, 1);
    }
    let mut open = |within: Counter, past: Counter, judged: &Judged| {
        step(&mut add, within, (accepted, ended), 1);
        for span in life.late(judged) {
            step(&mut add, within, span, -1);
            step(&mut add, past, span, 1);
        }
    };
    open(Counter::OpenWithin, Counter::OpenPast, &life.by_due);
    open(Counter::Open766OnTime, Counter::Open766Overdue, &life.by_766);
    entries
}

/// One more, or less, from a day on, until another.
fn step(
    add: &mut impl FnMut(Counter, NaiveDate, i32),
    counter: Counter,
    (from, to): (NaiveDate, NaiveDate),
    n: i32,
) {
    add(counter, from, n);
    add(counter, to, -n);
}
