//! Stating a rating.

use super::model::{RatingKey, Refusal, Stated};
use super::store::{self, Kept};
use crate::emulation::topics::{RATING, STAFF_RATING};
use crate::organizations::{OrganizationCode, Reach, When, find_at, find_named, lock};
use crate::platform::{Change, Condition, Conn, Etag, Fault, Outcome, Work};

/// States a rating, or another under a condition.
///
/// Refuses an organization out of reach (404), and another rating than the one by which something was given for the year (409).
pub fn state(
    work: &mut Work<'_>,
    reach: &Reach,
    organization: &OrganizationCode,
    (key, stated): (&RatingKey, Stated),
    condition: &Condition,
) -> Result<(Outcome, Kept), Fault> {
    let (id, organization) = find_named(work.conn, reach, organization.as_str(), When::Now(work.today()))?;
    lock(work.conn, id)?;
    let current = store::current(work.conn, id, key)?;
    condition.admits_put(current.as_ref().map(|kept| Etag::of(kept.version)).as_ref())?;
    stated.check(key.year, work.today())?;
    let changes = current.as_ref().is_some_and(|kept| kept.stated.rating != stated.rating);
    if changes && store::is_used(work.conn, id, key)? {
        return Err(Refusal::Used { year: key.year.0 }.into());
    }
    let outcome = match &current {
        Some(kept) if kept.stated == stated => return Ok((Outcome::Unchanged, kept.clone())),
        Some(_) => Outcome::Updated,
        None => Outcome::Created,
    };
    let version = current.map_or(0, |kept| kept.version) + 1;
    let kept = Kept { key: key.clone(), version, updated_at: work.now, stated };
    store::save(work, id, &kept)?;
    let topic = if key.staff.is_some() { &STAFF_RATING } else { &RATING };
    work.tell(Change::of(topic, outcome, format!("{organization} {}", key.year)).within([id]));
    Ok((outcome, kept))
}

/// A rating of an organization within reach, or of one of its staff; otherwise missing.
pub fn find(
    conn: &mut Conn,
    reach: &Reach,
    organization: &OrganizationCode,
    key: &RatingKey,
    when: When,
) -> Result<Kept, Fault> {
    let id = find_at(conn, reach, organization.as_str(), when)?;
    store::current(conn, id, key)?.ok_or_else(Fault::missing)
}
