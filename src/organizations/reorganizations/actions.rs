//! Carrying out a reorganization: the whole of it, or only the look at what it would do.

use chrono::NaiveDate;

use super::model::{Refusal, Reorganization};
use super::store;
use crate::organizations::reach::Reach;
use crate::organizations::register::actions::within;
use crate::organizations::register::model::{Organization, OrganizationCode, Register, State};
use crate::organizations::register::store as register_store;
use crate::platform::clock::new_id;
use crate::platform::{Fault, OPEN_END, Work};

/// What became of one organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// Its code.
    pub code: OrganizationCode,
    /// Its last state before; none if it is new.
    pub before: Option<Described>,
    /// Its last state after; none if it is no more.
    pub after: Option<Described>,
}

/// A state with the code of the organization above.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Described {
    /// The state.
    pub state: State,
    /// Code of the one above.
    pub parent: Option<OrganizationCode>,
}

/// A decision as it is recorded.
#[derive(Clone, Debug)]
pub struct Decision {
    /// What is done.
    pub reorganization: Reorganization,
    /// The decision behind it.
    pub legal_basis: String,
}

/// Carries out a decision. Answers its id and what became of whom, by code; the caller rolls back if it only looks.
///
/// Refuses parties out of reach like unknown ones.
pub fn reorganize(
    work: &mut Work<'_>,
    reach: &Reach,
    decision: &Decision,
) -> Result<(String, Vec<Changed>), Fault> {
    let plan = &decision.reorganization;
    let mut register = register_store::load(work, plan.codes(), reach.root().into_iter())?;
    let before = register.clone();
    let today = work.today();
    for code in plan.codes() {
        let foreign = register.find(code).is_some_and(|o| !within(&register, reach, o.id, today));
        if foreign {
            return Err(Refusal::Unknown { code: code.to_string() }.into());
        }
    }
    let successions = plan.apply(&mut register)?;
    let placed_inside = register.changed().all(|o| {
        let day = o.opened_on().max(today);
        reach.root().is_none_or(|root| register.stands_below(o.id, root, day))
    });
    if !placed_inside {
        return Err(Refusal::Outside.into());
    }
    let mut changes: Vec<Changed> =
        register.changed().map(|after| changed(&before, &register, after)).collect();
    changes.sort_by(|a, b| a.code.cmp(&b.code));
    register_store::save(work, &register)?;
    let id = new_id();
    store::record(work, &id, decision, &register, &changes, &successions)?;
    Ok((id, changes))
}

fn changed(before: &Register, after: &Register, organization: &Organization) -> Changed {
    let earlier = before.get(organization.id).and_then(|o| described(before, o));
    let later = described(after, organization).filter(|described| described.state.to == OPEN_END);
    Changed { code: organization.code.clone(), before: earlier, after: later }
}

fn described(register: &Register, organization: &Organization) -> Option<Described> {
    let state = organization.last()?.clone();
    let parent = state.parent.and_then(|id| register.get(id)).map(|parent| parent.code.clone());
    Some(Described { state, parent })
}

/// A reorganization that was carried out.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// Id.
    pub id: String,
    /// Kind.
    pub kind: super::model::ReorganizationKind,
    /// The decision behind it.
    pub legal_basis: String,
    /// From this day on.
    pub effective_on: NaiveDate,
    /// What became of whom, as it was answered.
    pub changes: serde_json::Value,
}
