//! Setting a target.

use super::store::{self, Target};
use crate::kpis::catalog::store::exists;
use crate::kpis::key::FigureKey;
use crate::kpis::percent::Percent;
use crate::kpis::topics::TARGET;
use crate::organizations::{Reach, When, find_named, lock};
use crate::platform::{Change, Condition, Etag, Fault, Outcome, Work};

/// Sets a target, or another under a condition.
///
/// Refuses an organization out of reach and an unknown KPI (404).
pub fn set(
    work: &mut Work<'_>,
    reach: &Reach,
    code: &str,
    key: &FigureKey,
    percent: Percent,
    condition: &Condition,
) -> Result<(Outcome, Target), Fault> {
    let (id, code) = find_named(work.conn, reach, code, When::Now(work.today()))?;
    if !exists(work.conn, &key.kpi)? {
        return Err(Fault::missing());
    }
    lock(work.conn, id)?;
    let current = store::current(work.conn, id, key)?;
    condition.admits_put(current.map(|target| Etag::of(target.version)).as_ref())?;
    let outcome = match current {
        Some(target) if target.percent == percent => return Ok((Outcome::Unchanged, target)),
        Some(_) => Outcome::Updated,
        None => Outcome::Created,
    };
    let version = current.map_or(0, |target| target.version) + 1;
    let target = Target { version, updated_at: work.now, percent };
    store::save(work, id, key, &target)?;
    work.tell(Change::of(&TARGET, outcome, key.of(&code)).within([id]));
    Ok((outcome, target))
}
