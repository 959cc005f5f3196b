//! Stating the staffing of a day.

use chrono::NaiveDate;

use super::model::Staffing;
use super::store::{self, Stated};
use crate::organizations::reach::{Reach, When, find_named, lock};
use crate::organizations::topics::STAFFING;
use crate::platform::{Change, Condition, Etag, Fault, Outcome, Work};

/// States, or restates under a condition, the staffing of a day.
///
/// Refuses an organization out of reach (404) and numbers that do not add up.
pub fn state(
    work: &mut Work<'_>,
    reach: &Reach,
    code: &str,
    day: NaiveDate,
    staffing: &Staffing,
    condition: &Condition,
) -> Result<(Outcome, Stated), Fault> {
    let wrongs = staffing.wrongs();
    if !wrongs.is_empty() {
        return Err(Fault::invalid(wrongs));
    }
    let (id, code) = find_named(work.conn, reach, code, When::Now(work.today()))?;
    lock(work.conn, id)?;
    let current = store::current(work.conn, id, day)?;
    condition.admits_put(current.as_ref().map(|stated| Etag::of(stated.version)).as_ref())?;
    let outcome = match &current {
        Some(stated) if stated.staffing == *staffing => return Ok((Outcome::Unchanged, stated.clone())),
        Some(_) => Outcome::Updated,
        None => Outcome::Created,
    };
    let version = current.map_or(0, |stated| stated.version) + 1;
    store::save(work, id, day, version, staffing)?;
    work.tell(Change::of(&STAFFING, outcome, format!("{code} {day}")).within([id]));
    Ok((outcome, Stated { day, version, updated_at: work.now, staffing: staffing.clone() }))
}
