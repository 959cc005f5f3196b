//! Registering exemplars, and what happens to them; one unit of work each.

use std::collections::BTreeSet;

use super::adds::stated;
use super::life::{Entry, ExemplarEvidence, Happened};
use super::machine::ExemplarState;
use super::model::{Content, Exemplar, ExemplarId, ExemplarKind, Refusal};
use super::{history, store};
use crate::directives::register::model::DirectiveId;
use crate::directives::register::store as directives;
use crate::emulation::movements::model::Movement;
use crate::emulation::topics::EXEMPLAR;
use crate::emulation::{self, movements};
use crate::kpis::counters::entries;
use crate::organizations::{self, Reach, When};
use crate::platform::auth::Scope;
use crate::platform::input::wrong;
use crate::platform::{Caller, Change, Condition, Etag, Fault, Outcome, SeePersons, Work, Wrong};

/// The tag of an exemplar, as it is shown to who sees persons or to who does not.
pub fn etag(exemplar: &Exemplar, sees_persons: bool) -> Etag {
    emulation::etag(exemplar.version, sees_persons)
}

/// Registers an exemplar, or says anew under a condition what it is.
///
/// Refuses an organization or a movement out of sight like an unknown one, a movement that does not run in the organization, an exemplar
/// of an organization out of reach, and another organization, movement, kind, year, person or day than it was registered with. What is recognised
/// keeps its field and level (409).
pub fn define(
    work: &mut Work<'_>,
    reach: &Reach,
    id: &ExemplarId,
    content: &Content,
    condition: &Condition,
) -> Result<(Outcome, Exemplar), Fault> {
    store::lock(work)?;
    let before = store::any(work.conn, id)?;
    if let Some(before) = &before {
        // Before the condition: its refusal tells the version, which is not for everyone.
        let of = BTreeSet::from([before.organization]);
        if organizations::reached(work.conn, reach, &of, When::Now(work.today()))?.is_empty() {
            return Err(Refusal::OfAnother.into());
        }
    }
    condition.admits_put(before.as_ref().map(|before| etag(before, false)).as_ref())?;
    let (organization, movement) = admitted(work, reach, content)?;
    let Some(before) = before else {
        if let Some(movement) = &movement {
            let elsewhere = Wrong::body("/organization", wrong::MISMATCH);
            let day = content.registered_on;
            movements::actions::must_run_in(work, movement, organization, day, elsewhere)?;
        }
        return register(work, id, organization, content);
    };
    let mut wrongs = content.fixed(&before.content);
    if organization != before.organization {
        wrongs.push(Wrong::body("/organization", wrong::MISMATCH));
    }
    if !wrongs.is_empty() {
        return Err(Fault::invalid(wrongs));
    }
    // Another code of the same organization changes nothing.
    let content = Content { organization: before.content.organization.clone(), ..content.clone() };
    if before.content == content {
        return Ok((Outcome::Unchanged, before));
    }
    content.must_keep(&before.content, before.state)?;
    let changed = Exemplar { version: before.version + 1, updated_at: work.now, content, ..before };
    store::save(work, &changed)?;
    tell(work, Outcome::Updated, &changed);
    Ok((Outcome::Updated, changed))
}

fn register(
    work: &mut Work<'_>,
    id: &ExemplarId,
    organization: organizations::OrganizationId,
    content: &Content,
) -> Result<(Outcome, Exemplar), Fault> {
    let exemplar = Exemplar {
        id: id.clone(),
        version: 1,
        created_at: work.now,
        updated_at: work.now,
        organization,
        public: None,
        state: ExemplarState::Registered,
        last_on: content.registered_on,
        events: 1,
        content: content.clone(),
    };
    let first = exemplar.registered();
    store::save(work, &exemplar)?;
    history::append(work, &first)?;
    count(work, &exemplar, &[first])?;
    tell(work, Outcome::Created, &exemplar);
    Ok((Outcome::Created, exemplar))
}

/// The organization and the movement that are named, if all that is said can be.
fn admitted(
    work: &mut Work<'_>,
    reach: &Reach,
    content: &Content,
) -> Result<(organizations::OrganizationId, Option<Movement>), Fault> {
    let today = work.today();
    let named = BTreeSet::from([&content.organization]);
    let known = organizations::find_all(work.conn, reach, &named, When::Now(today))?;
    let movement = match &content.movement {
        Some(code) => movements::actions::referred(work, reach, code)?,
        None => None,
    };
    let mut wrongs = content.wrongs(movement.as_ref().map(|movement| &movement.content), today);
    if content.movement.is_some() && movement.is_none() {
        wrongs.push(Wrong::body("/movement", wrong::MISSING));
    }
    let organization = known.get(&content.organization).copied();
    if organization.is_none() {
        wrongs.push(Wrong::body("/organization", wrong::MISSING));
    }
    match organization {
        Some(organization) if wrongs.is_empty() => Ok((organization, movement)),
        _ => Err(Fault::invalid(wrongs)),
    }
}

/// Counts an exemplar anew with its whole history. Refuses what would change a closed period.
fn count(work: &mut Work<'_>, exemplar: &Exemplar, history: &[Entry]) -> Result<(), Fault> {
    let counted = entries::state(work, &[stated(exemplar, history)])?;
    counted.into_iter().collect::<Result<Vec<()>, _>>()?;
    Ok(())
}

fn tell(work: &mut Work<'_>, outcome: Outcome, exemplar: &Exemplar) {
    work.tell(Change::of(&EXEMPLAR, outcome, exemplar.id.as_str()).within([exemplar.organization]));
}

/// Records what happened to an exemplar, and how it stands now.
///
/// Refuses one out of reach (404), an individual to who may not know of persons (403), evidence that is not known, what may not happen
/// now (409), and what would change a closed period.
pub fn record(
    work: &mut Work<'_>,
    who: &Caller,
    id: &ExemplarId,
    happened: &Happened,
) -> Result<Exemplar, Fault> {
    store::lock(work)?;
    let (reach, today, now) = (&Reach::of(who), work.today(), work.now);
    let mut exemplar = store::find(work.conn, reach, id, today)?;
    if exemplar.content.kind == ExemplarKind::Individual {
        who.must_hold(SeePersons::NAME)?;
    }
    let entry = exemplar.take(happened, today, now)?;
    admit_evidence(work, reach, &happened.evidence)?;
    store::save(work, &exemplar)?;
    history::append(work, &entry)?;
    let history = history::whole(work.conn, id)?;
    count(work, &exemplar, &history)?;
    tell(work, Outcome::Updated, &exemplar);
    Ok(exemplar)
}

/// Refuses KPIs that the catalogue does not have, and directives that the caller may not know of.
fn admit_evidence(work: &mut Work<'_>, reach: &Reach, evidence: &[ExemplarEvidence]) -> Result<(), Fault> {
    let today = work.today();
    let kpis: BTreeSet<&str> =
        evidence.iter().filter_map(|one| Some(one.figure.as_ref()?.kpi.as_str())).collect();
    let named: BTreeSet<&str> =
        evidence.iter().filter_map(|one| Some(one.directive.as_ref()?.as_str())).collect();
    let kpis = store::known_kpis(work.conn, &kpis)?;
    let directives = directives::find_all(work.conn, reach, &named, today)?;
    let mut wrongs = Vec::new();
    for (place, one) in evidence.iter().enumerate() {
        if one.figure.as_ref().is_some_and(|figure| !kpis.contains(figure.kpi.as_str())) {
            wrongs.push(Wrong::body(format!("/evidence/{place}/figure/kpi"), wrong::MISSING));
        }
        let known = |id: &DirectiveId| directives.iter().any(|shown| shown.directive.id == *id);
        if one.directive.as_ref().is_some_and(|id| !known(id)) {
            wrongs.push(Wrong::body(format!("/evidence/{place}/directive"), wrong::MISSING));
        }
    }
    if wrongs.is_empty() { Ok(()) } else { Err(Fault::invalid(wrongs)) }
}
