//! Carrying out a reorganization: the whole of it, or only the look at what it would do.

use super::model::{Changed, Decision, Described, Refusal};
use super::store;
use crate::organizations::reach::Reach;
use crate::organizations::register::actions::within;
use crate::organizations::register::held::Register;
use crate::organizations::register::keep;
use crate::organizations::register::model::{Organization, State};
use crate::platform::clock::new_id;
use crate::platform::{Fault, OPEN_END, Work};

/// Carries out a decision. Answers its id and what became of whom, by code; the caller rolls back if it only looks.
///
/// Refuses parties out of reach like unknown ones.
pub fn reorganize(
    work: &mut Work<'_>,
    reach: &Reach,
    decision: &Decision,
) -> Result<(String, Vec<Changed>), Fault> {
    let plan = &decision.reorganization;
    let mut register = keep::load(work, plan.codes(), reach.root().into_iter())?;
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
        let day = o.opened_on().max(today).max(plan.effective_on);
        reach.root().is_none_or(|root| register.stands_below(o.id, root, day))
    });
    if !placed_inside {
        return Err(Refusal::Outside.into());
    }
    let mut changes: Vec<Changed> =
        register.changed().map(|after| changed(&before, &register, after)).collect();
    changes.sort_by(|a, b| a.code.cmp(&b.code));
    keep::save(work, &register)?;
    let id = new_id();
    store::record(work, &id, decision, &register, &changes, &successions)?;
    Ok((id, changes))
}

fn changed(before: &Register, after: &Register, organization: &Organization) -> Changed {
    let earlier = before.get(organization.id).and_then(|o| described(before, o));
    let later = described(after, organization).filter(|_| organization.closed_on() == OPEN_END);
    Changed { code: organization.code.clone(), before: earlier, after: later }
}

fn described(register: &Register, organization: &Organization) -> Option<Described> {
    let State { name, short_name, kind, parent, .. } = organization.last()?.clone();
    let parent = parent.and_then(|id| register.get(id)).map(|parent| parent.code.clone());
    Some(Described { name, short_name, kind, parent })
}
