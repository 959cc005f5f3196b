//! Changing the calendar, and the days off that the service brings along.

use std::collections::HashSet;

use chrono::NaiveDate;

use super::model::SpecialDay;
use super::store::{self, Recorded};
use crate::kpis::topics::CALENDAR_DAY;
use crate::platform::{Answer, Change, Condition, Etag, Fault, Outcome, Reply, Work};

/// The version of a day of which nothing is recorded: every day can be shown, and changed under what was shown.
pub const UNRECORDED: i64 = 0;

/// Records what a day is, under a condition. Due dates that were promised before stay as they are.
pub fn set(
    work: &mut Work<'_>,
    special: &SpecialDay,
    condition: &Condition,
) -> Result<(Outcome, Recorded), Fault> {
    store::lock(work)?;
    let current = store::find(work.conn, special.day)?;
    let version = current.as_ref().map_or(UNRECORDED, |current| current.version);
    match &current {
        Some(_) => condition.admits_put(Some(&Etag::of(version)))?,
        None => {
            condition.admits_put(None).or_else(|_| condition.admits_change(&Etag::of(version)))?;
        }
    }
    let outcome = match current {
        Some(current) if current.special == *special => return Ok((Outcome::Unchanged, current)),
        Some(_) => {
            store::change(work, special, version + 1)?;
            Outcome::Updated
        }
        None => {
            store::add(work, std::slice::from_ref(special))?;
            Outcome::Created
        }
    };
    work.tell(Change::of(&CALENDAR_DAY, outcome, special.day.to_string()));
    Ok((outcome, Recorded { special: special.clone(), version: version + 1, updated_at: work.now }))
}

/// Puts in the days that the service brings along and of which nothing is recorded. One that was changed, be it back to
/// an ordinary day, is recorded and left as it is.
pub fn load_holidays(work: &mut Work<'_>) -> Answer {
    store::lock(work)?;
    let recorded = store::all(work.conn)?.into_iter().map(|recorded| recorded.special.day);
    let recorded: HashSet<NaiveDate> = recorded.collect();
    let mut missing = SpecialDay::brought_along().map_err(Fault::broken)?;
    missing.retain(|special| !recorded.contains(&special.day));
    store::add(work, &missing)?;
    let added: Vec<NaiveDate> = missing.iter().map(|special| special.day).collect();
    for day in &added {
        work.tell(Change::of(&CALENDAR_DAY, Outcome::Created, day.to_string()));
    }
    if added.is_empty() { Reply::ok(&added) } else { Reply::changed_to(&added) }
}
