//! Writing in a report.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::model::Place;
use super::store::{self, Days, Kept};
use crate::organizations::{OrganizationCode, Reach, When, find_at, find_named, lock};
use crate::platform::{Change, Condition, Conn, Etag, Fault, Outcome, Work};
use crate::reports::topics::REPORT_TEXT;

/// What is written at a place; missing if nothing is, or the organization is out of reach.
pub fn find<T: DeserializeOwned>(
    conn: &mut Conn,
    reach: &Reach,
    code: &OrganizationCode,
    (days, place): (Days, Place),
    when: When,
) -> Result<Kept<T>, Fault> {
    let id = find_at(conn, reach, code.as_str(), when)?;
    store::find(conn, id, days, place)?.ok_or_else(Fault::missing)
}

/// Writes at a place, or something else under a condition.
///
/// Refuses an organization out of reach (404).
pub fn write<T: DeserializeOwned + Serialize + PartialEq + Clone>(
    work: &mut Work<'_>,
    reach: &Reach,
    code: &OrganizationCode,
    (days, place): (Days, Place),
    content: &T,
    condition: &Condition,
) -> Result<(Outcome, Kept<T>), Fault> {
    let (id, code) = find_named(work.conn, reach, code.as_str(), When::Now(work.today()))?;
    lock(work.conn, id)?;
    let current: Option<Kept<T>> = store::find(work.conn, id, days, place)?;
    condition.admits_put(current.as_ref().map(|kept| Etag::of(kept.version)).as_ref())?;
    let outcome = match current {
        Some(kept) if kept.content == *content => return Ok((Outcome::Unchanged, kept)),
        Some(_) => Outcome::Updated,
        None => Outcome::Created,
    };
    let version = current.map_or(0, |kept| kept.version) + 1;
    store::save(work, id, days, place, (version, content))?;
    let key = format!("{code} {} {} {}", days.0, days.1, place.as_str());
    work.tell(Change::of(&REPORT_TEXT, outcome, key).within([id]));
    Ok((outcome, Kept { version, updated_at: work.now, content: content.clone() }))
}
