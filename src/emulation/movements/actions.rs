//! Defining movements, and what happens to them; one unit of work each.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::life::Happened;
use super::machine::MovementState;
use super::model::{Content, Movement};
use super::refusals::Refusal;
use super::words::MovementCode;
use super::{history, store};
use crate::directives::relations;
use crate::directives::relations::model::Named;
use crate::emulation::topics::MOVEMENT;
use crate::organizations::{self, OrganizationCode, OrganizationId, Reach, When};
use crate::platform::input::wrong;
use crate::platform::{Change, Condition, Etag, Fault, Outcome, Work, Wrong};

/// The tag of a movement.
pub fn etag(movement: &Movement) -> Etag {
    Etag::of(movement.version)
}

/// A movement as a caller says it.
#[derive(Clone, Debug)]
pub struct Said {
    /// All but its legal basis.
    pub content: Content,
    /// The directives on which it rests.
    pub basis: Vec<Named>,
}

/// Launches a movement, or says anew under a condition what it is.
///
/// Refuses organizations and directives that the caller may not know of like unknown ones, a movement that runs in an organization out
/// of reach, another organization or day of launch than it was launched with, and what would pull away what records name of it (409).
pub fn define(
    work: &mut Work<'_>,
    reach: &Reach,
    code: &MovementCode,
    said: &Said,
    condition: &Condition,
) -> Result<(Outcome, Movement), Fault> {
    store::lock(work, code)?;
    let before = store::any(work.conn, code)?;
    if let Some(before) = &before {
        // Before the condition: its refusal tells the version, which is not for everyone.
        must_own(work, reach, before)?;
    }
    condition.admits_put(before.as_ref().map(etag).as_ref())?;
    let (organization, content) = read(work, reach, said)?;
    let now = work.now;
    let movement = match before {
        Some(before) if before.content == content => return Ok((Outcome::Unchanged, before)),
        Some(before) => changed(before, organization, content, work)?,
        None => Movement {
            code: code.clone(),
            version: 1,
            created_at: now,
            updated_at: now,
            organization,
            state: MovementState::Launched,
            last_on: content.launched_on,
            events: 1,
            content,
        },
    };
    let outcome = if movement.version == 1 { Outcome::Created } else { Outcome::Updated };
    store::save(work, &movement)?;
    if outcome == Outcome::Created {
        history::append(work, code, &movement.launched())?;
    }
    tell(work, outcome, &movement)?;
    Ok((outcome, movement))
}

fn changed(
    before: Movement,
    organization: OrganizationId,
    content: Content,
    work: &mut Work<'_>,
) -> Result<Movement, Fault> {
    let mut wrongs = Vec::new();
    if before.organization != organization {
        wrongs.push(Wrong::body("/organization", wrong::MISMATCH));
    }
    if before.content.launched_on != content.launched_on {
        wrongs.push(Wrong::body("/launched_on", wrong::MISMATCH));
    }
    if !wrongs.is_empty() {
        return Err(Fault::invalid(wrongs));
    }
    content.must_keep(&store::used(work.conn, &before.code)?)?;
    Ok(Movement { version: before.version + 1, updated_at: work.now, content, ..before })
}

/// What is said, with the directives by their ids, and the organization in which it runs.
fn read(work: &mut Work<'_>, reach: &Reach, said: &Said) -> Result<(OrganizationId, Content), Fault> {
    let today = work.today();
    let mut content = said.content.clone();
    content.legal_basis = relations::actions::resolve(work, reach, &said.basis, "/legal_basis")?;
    let mut wrongs = content.wrongs(today);
    let named: BTreeSet<&OrganizationCode> =
        std::iter::once(&content.organization).chain(&content.launched_by.organization).collect();
    let known = organizations::find_all(work.conn, reach, &named, When::Now(today))?;
    let organization = known.get(&content.organization).copied();
    if organization.is_none() {
        wrongs.push(Wrong::body("/organization", wrong::MISSING));
    }
    if content.launched_by.organization.as_ref().is_some_and(|code| !known.contains_key(code)) {
        wrongs.push(Wrong::body("/launched_by/organization", wrong::MISSING));
    }
    match organization {
        Some(organization) if wrongs.is_empty() => Ok((organization, content)),
        _ => Err(Fault::invalid(wrongs)),
    }
}

/// Refuses who does not reach the organization in which a movement runs.
pub fn must_own(work: &mut Work<'_>, reach: &Reach, movement: &Movement) -> Result<(), Fault> {
    let of = BTreeSet::from([movement.organization]);
    let reached = organizations::reached(work.conn, reach, &of, When::Now(work.today()))?;
    if reached.is_empty() { Err(Refusal::OfAnother.into()) } else { Ok(()) }
}

/// A movement to which a record is to refer, if the caller may know of it. Until the transaction ends it stays as it is.
pub fn referred(work: &mut Work<'_>, reach: &Reach, code: &MovementCode) -> Result<Option<Movement>, Fault> {
    store::hold(work.conn, code)?;
    store::seen(work.conn, reach, code, work.today())
}

/// Refuses a record of an organization in which a movement does not run: it runs where it was launched and in all below, as the tree
/// is on the day that the record is of, today at the latest.
pub fn must_run_in(
    work: &mut Work<'_>,
    movement: &Movement,
    organization: OrganizationId,
    day: NaiveDate,
    wrong: Wrong,
) -> Result<(), Fault> {
    let runs = store::runs_in(work.conn, movement, organization, day.min(work.today()))?;
    if runs { Ok(()) } else { Err(Fault::invalid(vec![wrong])) }
}

fn tell(work: &mut Work<'_>, outcome: Outcome, movement: &Movement) -> Result<(), Fault> {
    let concerned = store::concerned(work.conn, movement.organization, work.today())?;
    work.tell(Change::of(&MOVEMENT, outcome, movement.code.as_str()).within(concerned));
    Ok(())
}

/// Records what happened to a movement.
///
/// Refuses one out of sight (404), one that runs in an organization out of reach, what may not happen now, and a close before rounds
/// of which records speak (409).
pub fn record(
    work: &mut Work<'_>,
    reach: &Reach,
    code: &MovementCode,
    happened: &Happened,
) -> Result<Movement, Fault> {
    store::lock(work, code)?;
    let (today, now) = (work.today(), work.now);
    let mut movement = store::find(work.conn, reach, code, today)?;
    must_own(work, reach, &movement)?;
    let entry = movement.take(happened, today, now)?;
    movement.must_be_over(&store::used(work.conn, code)?)?;
    store::save(work, &movement)?;
    history::append(work, code, &entry)?;
    tell(work, Outcome::Updated, &movement)?;
    Ok(movement)
}
