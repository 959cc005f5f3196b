//! Stating receptions, and adding them up.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::model::{Reception, Refusal, Sum};
use super::store::{self, Stated};
use crate::feedback::topics::RECEPTION;
use crate::feedback::units;
use crate::kpis::figures::store::Root;
use crate::kpis::periods::spans::Span;
use crate::organizations::{OrganizationCode, OrganizationId, Reach, When, find_at, find_named, lock};
use crate::platform::{Change, Condition, Conn, Etag, Fault, Outcome, Work};

/// States, or restates under a condition, the receptions until a day.
///
/// Refuses an organization out of reach (404), counts that do not add up, and days of which another statement tells.
pub fn state(
    work: &mut Work<'_>,
    reach: &Reach,
    code: &str,
    reception: Reception,
    condition: &Condition,
) -> Result<(Outcome, Stated), Fault> {
    let wrongs = reception.wrongs(work.today());
    if !wrongs.is_empty() {
        return Err(Fault::invalid(wrongs));
    }
    let (id, code) = find_named(work.conn, reach, code, When::Now(work.today()))?;
    lock(work.conn, id)?;
    let touching = store::touching(work.conn, id, &reception)?;
    let (current, others): (Vec<Stated>, Vec<Stated>) =
        touching.into_iter().partition(|stated| stated.reception.last == reception.last);
    let current = current.into_iter().next();
    condition.admits_put(current.as_ref().map(|stated| Etag::of(stated.version)).as_ref())?;
    if let Some(other) = others.first() {
        return Err(Refusal::Overlapping { from: other.reception.first, to: other.reception.last }.into());
    }
    let outcome = match &current {
        Some(stated) if stated.reception == reception => return Ok((Outcome::Unchanged, stated.clone())),
        Some(_) => Outcome::Updated,
        None => Outcome::Created,
    };
    let version = current.map_or(0, |stated| stated.version) + 1;
    let stated = Stated { version, updated_at: work.now, reception };
    store::save(work, id, &stated)?;
    work.tell(Change::of(&RECEPTION, outcome, format!("{code} {}", reception.last)).within([id]));
    Ok((outcome, stated))
}

/// The sums of a period for an organization itself and each right below it, and their total.
///
/// Refuses an organization out of reach (404).
pub fn add_up(
    conn: &mut Conn,
    reach: &Reach,
    code: &OrganizationCode,
    span: &Span,
    today: NaiveDate,
) -> Result<(Vec<(Root, Sum)>, Sum), Fault> {
    let top = find_at(conn, reach, code.as_str(), When::Now(today))?;
    let sums: HashMap<OrganizationId, Sum> = store::sums(conn, top, span.days())?.into_iter().collect();
    let roots = units::rows(conn, top, (span, today), |id| sums.contains_key(&id))?;
    let row = |root: Root| {
        let sum = sums.get(&root.id).copied().unwrap_or_default();
        (root, sum)
    };
    let rows: Vec<(Root, Sum)> = roots.into_iter().map(row).collect();
    let mut total = Sum::default();
    for (_, sum) in &rows {
        total += sum;
    }
    Ok((rows, total))
}
