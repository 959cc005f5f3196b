//! Stating who takes part in a round, and adding it up.

use chrono::NaiveDate;

use super::adds::stated;
use super::model::{Participation, ParticipationBy, RoundKey};
use super::store::{self, Kept, Line};
use crate::emulation::movements;
use crate::emulation::movements::words::MovementCode;
use crate::emulation::topics::PARTICIPATION;
use crate::kpis::counters::entries;
use crate::organizations::{OrganizationCode, Reach, When, find_at, find_named, lock};
use crate::platform::input::wrong;
use crate::platform::{Change, Condition, Conn, Etag, Fault, Outcome, Work, Wrong};

/// States, or restates under a condition, how many members of an organization take part in a round.
///
/// Refuses an organization or a movement out of sight (404), one that does not run there, what is no round of it, and what would
/// change a closed period.
pub fn state(
    work: &mut Work<'_>,
    reach: &Reach,
    code: &str,
    key: &RoundKey,
    participation: &Participation,
    condition: &Condition,
) -> Result<(Outcome, Kept), Fault> {
    let wrongs = participation.wrongs();
    if !wrongs.is_empty() {
        return Err(Fault::invalid(wrongs));
    }
    let today = work.today();
    let (id, code) = find_named(work.conn, reach, code, When::Now(today))?;
    let movement = movements::actions::referred(work, reach, &key.movement)?.ok_or_else(Fault::missing)?;
    let elsewhere = Wrong::parameter("movement", wrong::MISMATCH);
    movements::actions::must_run_in(work, &movement, id, key.counted_on(), elsewhere)?;
    movement.admits_round(&key.round, today, |code| Wrong::parameter("period", code))?;
    lock(work.conn, id)?;
    let current = store::current(work.conn, id, key)?;
    condition.admits_put(current.map(|kept| Etag::of(kept.version)).as_ref())?;
    let outcome = match current {
        Some(kept) if kept.participation == *participation => return Ok((Outcome::Unchanged, kept)),
        Some(_) => Outcome::Updated,
        None => Outcome::Created,
    };
    let version = current.map_or(0, |kept| kept.version) + 1;
    let kept = Kept { version, updated_at: work.now, participation: *participation };
    store::save(work, id, key, &kept)?;
    let counted = entries::state(work, &[stated(id, &code, key, *participation)])?;
    counted.into_iter().collect::<Result<Vec<()>, _>>()?;
    work.tell(Change::of(&PARTICIPATION, outcome, key.of(&code)).within([id]));
    Ok((outcome, kept))
}

/// What an organization states of a round. Missing if it states nothing, or is out of reach.
pub fn find(
    conn: &mut Conn,
    reach: &Reach,
    code: &OrganizationCode,
    key: &RoundKey,
    today: NaiveDate,
) -> Result<Kept, Fault> {
    let id = find_at(conn, reach, code.as_str(), When::Now(today))?;
    store::current(conn, id, key)?.ok_or_else(Fault::missing)
}

/// Which participation is added up.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Of an organization and all below it.
    pub organization: OrganizationCode,
    /// In one movement.
    pub movement: Option<MovementCode>,
    /// Rounds that count on this day or later.
    pub from: NaiveDate,
    /// Rounds that count on this day or earlier.
    pub to: NaiveDate,
    /// Told apart by what.
    pub by: ParticipationBy,
}

/// Adds participation up in the tree of a day. Refuses an organization that is out of reach then (404).
pub fn sums(conn: &mut Conn, reach: &Reach, asked: &Asked, tree: NaiveDate) -> Result<Vec<Line>, Fault> {
    let when = When::On(tree);
    let top = find_at(conn, reach, asked.organization.as_str(), when)?;
    store::sums(conn, (top, when), asked.movement.as_ref(), (asked.from, asked.to), asked.by)
}
