//! Stating a figure.

use super::model::Figure;
use super::store::{self, Revision};
use crate::kpis::catalog::store::exists;
use crate::kpis::key::FigureKey;
use crate::kpis::topics::REPORTED_FIGURE;
use crate::organizations::{Reach, When, find_named, lock};
use crate::platform::{Change, Condition, Etag, Fault, Outcome, Work};

/// States a figure, or states it anew under a condition. Answers every revision, newest first.
///
/// Refuses an organization out of reach and an unknown KPI (404), numbers that do not agree (422), and a status that
/// does not follow the one before (409).
pub fn report(
    work: &mut Work<'_>,
    reach: &Reach,
    code: &str,
    key: &FigureKey,
    figure: &Figure,
    condition: &Condition,
) -> Result<(Outcome, Vec<Revision>), Fault> {
    let wrongs = figure.wrongs();
    if !wrongs.is_empty() {
        return Err(Fault::invalid(wrongs));
    }
    let (id, code) = find_named(work.conn, reach, code, When::Now(work.today()))?;
    if !exists(work.conn, &key.kpi)? {
        return Err(Fault::missing());
    }
    lock(work.conn, id)?;
    let mut revisions = store::revisions(work.conn, id, key)?;
    let current = revisions.first();
    condition.admits_put(current.map(|revision| Etag::of(revision.number)).as_ref())?;
    if current.is_some_and(|revision| revision.figure == *figure) {
        return Ok((Outcome::Unchanged, revisions));
    }
    figure.follows(current.map(|revision| &revision.figure))?;
    let number = current.map_or(0, |revision| revision.number) + 1;
    let revision = Revision { number, recorded_at: work.now, figure: figure.clone() };
    store::add(work, id, key, &revision)?;
    revisions.insert(0, revision);
    let outcome = if number == 1 { Outcome::Created } else { Outcome::Updated };
    work.tell(Change::of(&REPORTED_FIGURE, outcome, key.of(&code)).within([id]));
    Ok((outcome, revisions))
}
