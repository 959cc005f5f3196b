//! Electing a face, making it public, revoking an election; one unit of work each.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::model::{Election, ElectionId, Said};
use super::store;
use crate::emulation;
use crate::emulation::movements;
use crate::emulation::movements::actions::must_own;
use crate::emulation::movements::model::Movement;
use crate::emulation::nominations;
use crate::emulation::nominations::model::{Race, admit};
use crate::emulation::persons::{Decision, PublicPerson};
use crate::emulation::topics::{ELECTION, NOMINATION};
use crate::organizations::Reach;
use crate::platform::clock::new_id;
use crate::platform::input::wrong;
use crate::platform::{Change, Etag, Fault, Outcome, Work, Wrong};

/// The tag of an election, as it is shown to who sees persons or to who does not.
pub fn etag(election: &Election, sees_persons: bool) -> Etag {
    emulation::etag(election.version, sees_persons)
}

/// Elects the face of a group and round by the votes of a council.
///
/// Refuses a movement out of sight like an unknown one, one that runs in an organization out of reach, votes that do not add up or
/// elect somebody else, and a second face.
pub fn elect(work: &mut Work<'_>, reach: &Reach, said: &Said) -> Result<Election, Fault> {
    nominations::store::lock(work)?;
    let (today, now) = (work.today(), work.now);
    let movement = movements::actions::referred(work, reach, &said.movement)?;
    let unknown = || Fault::invalid(vec![Wrong::body("/movement", wrong::MISSING)]);
    let movement = movement.ok_or_else(unknown)?;
    must_own(work, reach, &movement)?;
    admit(&movement, &said.round, &said.group, today)?;
    let ids: BTreeSet<&str> = said.ballot.iter().map(|votes| votes.nomination.as_str()).collect();
    let race = Race::of(&said.movement, &said.round, &said.group);
    let known = nominations::store::of_race(work.conn, &race, &ids)?;
    let (face, votes) = said.elect(&known, movement.content.vote_percent, today)?;
    let election = Election {
        id: new_id().parse().map_err(|_| Fault::broken("a new id is no id"))?,
        version: 1,
        created_at: now,
        updated_at: now,
        movement: said.movement.clone(),
        round: said.round.clone(),
        group: said.group.clone(),
        place: 0,
        held_on: said.held_on.unwrap_or(today),
        council_members: said.council_members,
        blank: said.blank,
        elected: face.id.clone(),
        votes,
        organization: face.organization,
        organization_code: face.content.organization.clone(),
        person: face.content.person.clone(),
        decision: None,
        public: None,
        revoked_on: None,
        revoked_by: None,
    };
    store::insert(work, &election, &said.ballot)?;
    tell(work, Outcome::Created, &election, &movement, true)?;
    Ok(election)
}

/// Tells who reaches the organization in which the movement runs, or the one of who is elected; if votes came or went, also of the
/// nominations.
fn tell(
    work: &mut Work<'_>,
    outcome: Outcome,
    election: &Election,
    movement: &Movement,
    votes: bool,
) -> Result<(), Fault> {
    let top = movement.organization.0;
    work.tell(Change::of(&ELECTION, outcome, election.id.as_str()).within([top, election.organization.0]));
    let voted_on = if votes { store::voted_on(work.conn, &election.id)? } else { Vec::new() };
    for (nomination, organization) in voted_on {
        work.tell(Change::of(&NOMINATION, Outcome::Updated, nomination.as_str()).within([top, organization]));
    }
    Ok(())
}

/// An election that the caller may know of and that stands, and its movement, which the caller must reach.
fn held(work: &mut Work<'_>, reach: &Reach, id: &ElectionId) -> Result<(Election, Movement), Fault> {
    nominations::store::lock(work)?;
    let election = store::find(work.conn, reach, id, work.today())?;
    let movement = movements::store::any(work.conn, &election.movement)?.ok_or_else(Fault::missing)?;
    must_own(work, reach, &movement)?;
    election.stands()?;
    Ok((election, movement))
}

/// Makes the face public by a decision, or says anew as whom. Refuses a decision of before the election.
pub fn publish(
    work: &mut Work<'_>,
    reach: &Reach,
    id: &ElectionId,
    decision: &Decision,
    person: &PublicPerson,
) -> Result<(Outcome, Election), Fault> {
    let (before, movement) = held(work, reach, id)?;
    let today = work.today();
    let wrongs = decision.wrongs("/decision", (before.held_on, today), today);
    if !wrongs.is_empty() {
        return Err(Fault::invalid(wrongs));
    }
    let (decision, public) = (Some(decision.clone()), Some(person.clone()));
    if (&before.decision, &before.public) == (&decision, &public) {
        return Ok((Outcome::Unchanged, before));
    }
    let after = Election { decision, public, version: before.version + 1, updated_at: work.now, ..before };
    store::update(work, &after)?;
    tell(work, Outcome::Updated, &after, &movement, false)?;
    Ok((Outcome::Updated, after))
}

/// Revokes an election: it stays, and another may be held. Nothing makes the person public any more. Refuses a day before the election
/// or before the decision.
pub fn revoke(
    work: &mut Work<'_>,
    reach: &Reach,
    id: &ElectionId,
    on: Option<NaiveDate>,
    decision: &Decision,
) -> Result<Election, Fault> {
    let (before, movement) = held(work, reach, id)?;
    let today = work.today();
    let on = on.unwrap_or(today);
    let mut wrongs = decision.wrongs("/decision", (before.held_on, on), today);
    if on > today {
        wrongs.push(Wrong::body("/on", wrong::FUTURE));
    }
    if on < before.held_on {
        wrongs.push(Wrong::body("/on", wrong::ORDER));
    }
    if !wrongs.is_empty() {
        return Err(Fault::invalid(wrongs));
    }
    let after = Election {
        place: store::next_place(work.conn, &before)?,
        revoked_on: Some(on),
        revoked_by: Some(decision.clone()),
        public: None,
        version: before.version + 1,
        updated_at: work.now,
        ..before
    };
    store::update(work, &after)?;
    tell(work, Outcome::Updated, &after, &movement, true)?;
    Ok(after)
}
