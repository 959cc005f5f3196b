//! Proposing, and what happens to a proposal; one unit of work each.

use super::history;
use super::machine::{AwardState, AwardStep, Side};
use super::model::{Authority, Award, AwardId, Entry, Happened, Said, must_be_given_by};
use super::refusals::Refusal;
use super::store;
use crate::emulation::awards::eligibility::actions::{Asked, weigh};
use crate::emulation::awards::eligibility::store::Subject;
use crate::emulation::awards::titles::store as titles;
use crate::emulation::topics::AWARD;
use crate::organizations::register::model::OrganizationKind;
use crate::organizations::{OrganizationCode, OrganizationId, Reach, When, find_named, lock, reached};
use crate::platform::auth::{EVERYWHERE, Scope};
use crate::platform::clock::new_id;
use crate::platform::input::wrong;
use crate::platform::{Caller, Change, Fault, OPEN_END, Outcome, SeePersons, Work, Wrong};

fn missing(at: &str) -> Fault {
    Fault::invalid(vec![Wrong::body(at, wrong::MISSING)])
}

/// Proposes to give something. The unit must be within the caller's reach, at or above the organization; who decides stands at or
/// above the unit, or outside the register.
///
/// Refuses what does not fit the title, who may not give it, and organizations out of reach like unknown ones (422).
pub fn propose(work: &mut Work<'_>, reach: &Reach, said: &Said) -> Result<Award, Fault> {
    let today = work.today();
    let title = titles::on(work.conn, &said.title, said.year.last_day())?;
    let title = title.ok_or_else(|| missing("/title"))?;
    let on = said.check(&title.rule, today)?;
    let Parties { organization, unit, authority } = parties(work, reach, said)?;
    must_be_given_by(&title.id, &title.rule, kind(work, &authority)?)?;
    let award = Award {
        id: new_id().parse().map_err(|_| Fault::broken("a new id is no id"))?,
        version: 1,
        created_at: work.now,
        updated_at: work.now,
        title: said.title.clone(),
        year: said.year,
        organization: organization.0,
        organization_code: organization.1,
        unit: unit.0,
        unit_code: unit.1,
        authority,
        staff: said.staff.clone(),
        name: None,
        position: None,
        achievement: said.achievement.clone(),
        state: AwardState::Proposed,
        proposed_on: on,
        closed_on: OPEN_END,
        decided_on: OPEN_END,
        revoked_on: OPEN_END,
        last_on: on,
        decision: None,
        events: 1,
    };
    store::insert(work, &award)?;
    history::append(work, &award.proposed(said.basis.clone(), said.note.clone()))?;
    tell(work, Outcome::Created, &award);
    Ok(award)
}

type Party = (OrganizationId, OrganizationCode);

struct Parties {
    organization: Party,
    unit: Party,
    authority: Authority,
}

/// What sort of organization decides; none if it is a body outside the register.
fn kind(work: &mut Work<'_>, authority: &Authority) -> Result<Option<OrganizationKind>, Fault> {
    let when = When::Now(work.today());
    match authority {
        Authority::Organization(id, _) => store::kind(work.conn, *id, when).map(Some),
        Authority::Outside(_) => Ok(None),
    }
}

fn parties(work: &mut Work<'_>, reach: &Reach, said: &Said) -> Result<Parties, Fault> {
    let when = When::Now(work.today());
    let mut within = |code: &OrganizationCode, at: &str| {
        let found = find_named(work.conn, reach, code.as_str(), when);
        found.map_err(|fault| if fault.source.is_none() { missing(at) } else { fault })
    };
    let organization = within(&said.organization, "/organization")?;
    let unit = match &said.unit {
        None => organization.clone(),
        Some(code) => {
            let unit = within(code, "/unit")?;
            let above = store::above(work.conn, organization.0, code, when)?;
            above.ok_or_else(|| Fault::invalid(vec![Wrong::body("/unit", wrong::MISMATCH)]))?;
            unit
        }
    };
    let authority = match (&said.authority, &said.outside) {
        (None, Some(outside)) => Authority::Outside(outside.clone()),
        (None, None) => Authority::Organization(unit.0, unit.1.clone()),
        // What does not stand above is not told from what there is not.
        (Some(code), _) => {
            let above = store::above(work.conn, unit.0, code, when)?;
            let (id, code) = above.ok_or_else(|| missing("/authority"))?;
            Authority::Organization(id, code)
        }
    };
    Ok(Parties { organization, unit, authority })
}

/// Tells who proposes and who is given.
fn tell(work: &mut Work<'_>, outcome: Outcome, award: &Award) {
    work.tell(Change::of(&AWARD, outcome, award.id.as_str()).within([award.unit, award.organization]));
}

/// Records what happened to a proposal.
///
/// Refuses a proposal out of sight (404), one of a person to who may not know of persons and a step of the other side (403), what may not
/// happen now, a decision that the rules do not allow (409), and one by who may not give it (422).
pub fn record(
    work: &mut Work<'_>,
    who: &Caller,
    id: &AwardId,
    happened: &Happened,
) -> Result<(Award, Entry), Fault> {
    let (reach, today) = (&Reach::of(who), work.today());
    let found = store::find(work.conn, reach, id, today)?;
    if found.staff.is_some() {
        who.must_hold(SeePersons::NAME)?;
    }
    // What a unit is given is decided one at a time: what is counted for a cap stays so until the transaction ends.
    lock(work.conn, found.unit)?;
    let mut award = store::find(work.conn, reach, id, today)?;
    must_be(work, reach, &award, happened.step)?;
    let entry = award.take(happened, today, work.now)?;
    match happened.step {
        AwardStep::Decide => must_be_allowed(work, &award)?,
        AwardStep::Revoke => store::release(work, id)?,
        _ => {}
    }
    store::update(work, &award)?;
    history::append(work, &entry)?;
    tell(work, Outcome::Updated, &award);
    Ok((award, entry))
}

/// Refuses who is not on the side whose step it is.
fn must_be(work: &mut Work<'_>, reach: &Reach, award: &Award, step: AwardStep) -> Result<(), Fault> {
    let side = match (step.by(), &award.authority) {
        (Side::Unit, _) => award.unit,
        (Side::Authority, Authority::Organization(id, _)) => *id,
        // What is decided outside concerns all, and is recorded by who stands at the top.
        (Side::Authority, Authority::Outside(_)) => {
            return if reach.root().is_none() { Ok(()) } else { Err(Refusal::NotYours { step }.into()) };
        }
    };
    let reached = reached(work.conn, reach, &[side].into(), When::Now(work.today()))?;
    if reached.contains(&side) { Ok(()) } else { Err(Refusal::NotYours { step }.into()) }
}

/// Refuses a decision that the rules of the year do not allow: who gives it, conditions, vote, cap, and what can be given once.
fn must_be_allowed(work: &mut Work<'_>, award: &Award) -> Result<(), Fault> {
    let today = work.today();
    titles::hold(work.conn, &award.title)?;
    let title = titles::on(work.conn, &award.title, award.year.last_day())?.ok_or_else(Fault::missing)?;
    must_be_given_by(&title.id, &title.rule, kind(work, &award.authority)?)?;
    let vote = history::vote(work.conn, &award.id)?;
    award.must_be_voted(&title.rule, vote)?;
    if let Some(holder) = store::claim(work, award)? {
        return Err(Refusal::GivenAlready { award: holder }.into());
    }
    let subject = match &award.staff {
        Some(staff) => Subject::Staff(staff.clone()),
        None => Subject::Organization(award.organization),
    };
    // Whether a decision is lawful does not depend on what the caller may see.
    let asked = |day| Asked {
        reach: Reach::at(EVERYWHERE),
        subject: subject.clone(),
        year: award.year,
        day,
        unit: Some(award.unit),
    };
    // Conditions as they were on the day of the decision; a cap as it is now, or decisions of earlier days would pass it.
    let then = weigh(work.conn, &asked(award.decided_on), &title, today)?;
    if let Some(number) = then.unmet() {
        return Err(Refusal::NotEligible { title: title.id, number }.into());
    }
    if title.rule.cap.is_none() {
        return Ok(());
    }
    match weigh(work.conn, &asked(today), &title, today)?.cap {
        Some(cap) if !cap.is_free() => {
            Err(Refusal::CapReached { most: cap.most, base: cap.base, of: cap.rule.of }.into())
        }
        _ => Ok(()),
    }
}
