//! Stating a tally.

use chrono::NaiveDate;

use super::adds::stated;
use super::model::{Kept, Tally};
use super::store;
use crate::kpis::counters::entries;
use crate::kpis::topics::TALLY;
use crate::organizations::{Reach, When, find_named, lock};
use crate::platform::{Change, Condition, Etag, Fault, Outcome, Work};

/// States, or restates under a condition, what an organization counts on a day, with what that adds to the stocks.
///
/// Refuses an organization out of reach (404), counts that do not add up, and what would change a closed period.
pub fn state(
    work: &mut Work<'_>,
    reach: &Reach,
    code: &str,
    day: NaiveDate,
    tally: Tally,
    condition: &Condition,
) -> Result<(Outcome, Kept), Fault> {
    let wrongs = tally.wrongs(day, work.today());
    if !wrongs.is_empty() {
        return Err(Fault::invalid(wrongs));
    }
    let (id, code) = find_named(work.conn, reach, code, When::Now(work.today()))?;
    lock(work.conn, id)?;
    let mut all = store::all(work.conn, id)?;
    let place = all.binary_search_by_key(&day, |kept| kept.day);
    let current = place.ok().and_then(|place| all.get(place)).cloned();
    condition.admits_put(current.as_ref().map(|kept| Etag::of(kept.version)).as_ref())?;
    let outcome = match &current {
        Some(kept) if kept.tally == tally => return Ok((Outcome::Unchanged, kept.clone())),
        Some(_) => Outcome::Updated,
        None => Outcome::Created,
    };
    let (version, first_code) = current.map_or((1, code.clone()), |kept| (kept.version + 1, kept.code));
    let kept = Kept { organization: id, code: first_code, day, version, updated_at: work.now, tally };
    match place {
        Ok(place) => all.splice(place..=place, [kept.clone()]).for_each(drop),
        Err(place) => all.insert(place, kept.clone()),
    }
    // All of them: what was counted before now holds until this day, and no longer.
    entries::state(work, &stated(&all))?.into_iter().collect::<Result<Vec<()>, _>>()?;
    store::save(work, &kept)?;
    work.tell(Change::of(&TALLY, outcome, format!("{code} {day}")).within([id]));
    Ok((outcome, kept))
}
