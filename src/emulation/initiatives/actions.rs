//! Pushing an initiative, and counting what became of them.

use chrono::NaiveDate;

use super::adds;
use super::model::{Initiative, InitiativeCode, InitiativeCounts};
use super::store::{self, Kept};
use super::sums;
use crate::emulation::topics::INITIATIVE;
use crate::kpis::counters::entries::state;
use crate::organizations::{OrganizationCode, Reach, When, find_at, find_named, lock};
use crate::platform::{Change, Condition, Conn, Etag, Fault, Outcome, Work};

/// Takes an initiative, whole, or its next version under a condition.
///
/// Refuses an organization out of reach (404), what cannot be (422), what would leave out a recognition or change to whom it was
/// given, and what would change a closed period (409).
pub fn push(
    work: &mut Work<'_>,
    reach: &Reach,
    organization: &OrganizationCode,
    (code, initiative): (&InitiativeCode, Initiative),
    condition: &Condition,
) -> Result<(Outcome, Kept), Fault> {
    let (id, organization) = find_named(work.conn, reach, organization.as_str(), When::Now(work.today()))?;
    lock(work.conn, id)?;
    let current = store::current(work.conn, id, code)?;
    condition.admits_put(current.as_ref().map(|kept| Etag::of(kept.version)).as_ref())?;
    initiative.check(work.today())?;
    let outcome = match &current {
        Some(kept) if kept.initiative == initiative => return Ok((Outcome::Unchanged, kept.clone())),
        Some(kept) => {
            initiative.must_keep(&kept.initiative)?;
            Outcome::Updated
        }
        None => Outcome::Created,
    };
    let kept = match current {
        Some(kept) => Kept { version: kept.version + 1, updated_at: work.now, initiative, ..kept },
        None => Kept {
            id: work.numbers("initiatives", 1)?,
            organization_id: id,
            counted_as: format!("{organization}/{code}"),
            organization,
            code: code.clone(),
            version: 1,
            updated_at: work.now,
            initiative,
        },
    };
    store::save(work, &kept)?;
    let stated = adds::stated(id, &kept.counted_as, &kept.initiative);
    state(work, &[stated])?.into_iter().collect::<Result<Vec<()>, _>>()?;
    let key = format!("{} {code}", kept.organization);
    work.tell(Change::of(&INITIATIVE, outcome, key).within([id]));
    Ok((outcome, kept))
}

/// An initiative of an organization within reach; otherwise missing.
pub fn find(
    conn: &mut Conn,
    reach: &Reach,
    organization: &OrganizationCode,
    code: &InitiativeCode,
    when: When,
) -> Result<Kept, Fault> {
    let id = find_at(conn, reach, organization.as_str(), when)?;
    store::current(conn, id, code)?.ok_or_else(Fault::missing)
}

/// What became of an organization's initiatives in a period.
pub struct Overview {
    /// By organization: code, name, counts.
    pub lines: Vec<(String, String, InitiativeCounts)>,
    /// All together.
    pub total: InitiativeCounts,
}

/// Counts what became of initiatives from one day to another, in the tree of the last. Refuses an organization out of reach (404).
pub fn count(
    conn: &mut Conn,
    reach: &Reach,
    organization: &OrganizationCode,
    (from, to): (NaiveDate, NaiveDate),
    when: When,
) -> Result<Overview, Fault> {
    let top = find_at(conn, reach, organization.as_str(), when)?;
    let lines = sums::count(conn, top, (from, to), when)?;
    let total = lines.iter().fold(InitiativeCounts::default(), |sum, (_, _, counts)| sum.and(counts));
    Ok(Overview { lines, total })
}
