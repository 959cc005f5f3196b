//! Closing and reopening.

use super::model::{Closing, Refusal};
use super::store::{self, Kept};
use crate::kpis::counters::ledger::Ledger;
use crate::kpis::periods::model::{Period, Scheme};
use crate::kpis::topics::CLOSING;
use crate::organizations::{OrganizationCode, Reach, When, find_named};
use crate::platform::{Change, Condition, Etag, Fault, Outcome, Work};

/// Closes a period of an organization and all below it, reopens it, or grants late records an exception, under a
/// condition.
///
/// Refuses an organization out of reach (404), a period that is not over, and one that an organization above closed which
/// the caller does not reach.
pub fn close(
    work: &mut Work<'_>,
    reach: &Reach,
    code: &OrganizationCode,
    (period, scheme): (&Period, Scheme),
    closing: &Closing,
    condition: &Condition,
) -> Result<(Outcome, Kept), Fault> {
    let today = work.today();
    let (id, code) = find_named(work.conn, reach, code.as_str(), When::Now(today))?;
    // Records are not taken while a period closes, so none slips in unseen.
    Ledger::open(work)?;
    let current = store::current(work.conn, id, period, scheme)?;
    condition.admits_put(current.as_ref().map(|kept| Etag::of(kept.version)).as_ref())?;
    let last = period.last_day(scheme);
    if last >= today {
        return Err(Refusal::NotOver { period: period.to_string(), day: last }.into());
    }
    if let Some(code) = store::closed_out_of_reach(work.conn, reach, id, period, scheme, today)?.pop() {
        return Err(Refusal::ClosedAbove { code }.into());
    }
    let outcome = match &current {
        // What was closed above since then must be said against again.
        Some(kept) if kept.closing == *closing && !store::closed_since(work.conn, id, period, scheme)? => {
            return Ok((Outcome::Unchanged, kept.clone()));
        }
        Some(_) => Outcome::Updated,
        None => Outcome::Created,
    };
    let version = current.map_or(0, |kept| kept.version) + 1;
    store::save(work, id, period, scheme, (version, closing))?;
    work.tell(Change::of(&CLOSING, outcome, format!("{code} {period} {scheme}")).within([id]));
    Ok((outcome, Kept { version, updated_at: work.now, closing: closing.clone() }))
}
