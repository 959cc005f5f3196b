//! What can be done to the register, one unit of work each.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;

use super::held::Register;
use super::keep;
use super::model::{Definition, OrganizationCode, OrganizationKind, Refusal};
use super::store::{self, Shown};
use crate::organizations::reach::Reach;
use crate::platform::input::Patched;
use crate::platform::{Condition, Etag, Fault, Outcome, Work};

/// The tag of an organization: its version, and the state that is shown.
pub fn etag(shown: &Shown) -> Etag {
    Etag::variant(shown.version, shown.state.from)
}

/// Takes one definition under a condition.
///
/// Refuses (404) an organization out of reach, and what the condition, the tree or the codes refuse.
pub fn define(
    work: &mut Work<'_>,
    reach: &Reach,
    definition: &Definition,
    condition: &Condition,
) -> Result<(Outcome, Shown), Fault> {
    let mut register = load(work, reach, std::slice::from_ref(definition))?;
    let today = work.today();
    admit(&register, reach, definition, today)?;
    let current = register.find(&definition.code).map(|organization| Etag::of(organization.version));
    condition.admits_put(current.as_ref())?;
    let outcome = register.define(definition)?;
    finish(work, &register, &definition.code, outcome)
}

/// What a caller changes of the last state; `None` leaves as it is.
#[derive(Clone, Debug)]
pub struct Change {
    /// From which day.
    pub from: NaiveDate,
    /// Name.
    pub name: Option<String>,
    /// Short name.
    pub short_name: Patched<String>,
    /// Kind.
    pub kind: Option<OrganizationKind>,
    /// Code of the organization above; removed, it stands at the top.
    pub parent: Patched<OrganizationCode>,
}

/// Changes some of what is true of an organization.
pub fn change(
    work: &mut Work<'_>,
    reach: &Reach,
    code: &OrganizationCode,
    change: &Change,
    condition: &Condition,
) -> Result<(Outcome, Shown), Fault> {
    let mentioned = change.parent.value().into_iter().map(OrganizationCode::as_str).chain(reach.root());
    let mut register = keep::load(work, std::iter::once(code), mentioned)?;
    let today = work.today();
    let organization =
        register.find(code).filter(|o| within(&register, reach, o.id, today)).ok_or_else(Fault::missing)?;
    condition.admits_change(&Etag::of(organization.version))?;
    let last = organization.last().ok_or_else(Fault::missing)?;
    let parent = last.parent.and_then(|id| register.get(id)).map(|parent| parent.code.clone());
    let definition = Definition {
        code: organization.code.clone(),
        from: change.from,
        name: change.name.clone().unwrap_or_else(|| last.name.clone()),
        short_name: change.short_name.clone().over(last.short_name.clone()),
        kind: change.kind.unwrap_or(last.kind),
        parent: change.parent.clone().over(parent),
        codes: Vec::new(),
    };
    admit(&register, reach, &definition, today)?;
    let outcome = register.define(&definition)?;
    finish(work, &register, &definition.code, outcome)
}

/// Takes many definitions, each with its place in the batch, and answers what became of each. One that is refused
/// leaves the others alone. Parents may stand in the same batch, before
/// their children.
pub fn define_all(
    work: &mut Work<'_>,
    reach: &Reach,
    definitions: &[(usize, Definition)],
) -> Result<BTreeMap<usize, Result<Outcome, Fault>>, Fault> {
    let only: Vec<Definition> = definitions.iter().map(|(_, definition)| definition.clone()).collect();
    let mut register = load(work, reach, &only)?;
    let today = work.today();
    let mut seen: HashMap<OrganizationCode, usize> = HashMap::new();
    let mut outcomes = BTreeMap::new();
    for (index, definition) in definitions {
        // By whichever of its codes an organization is named.
        let code =
            register.find(&definition.code).map_or(&definition.code, |organization| &organization.code);
        let first = *seen.entry(code.clone()).or_insert(*index);
        let outcome = if first == *index {
            admit(&register, reach, definition, today).and_then(|()| Ok(register.define(definition)?))
        } else {
            Err(Fault::repeated(&definition.code, first))
        };
        outcomes.insert(*index, outcome);
    }
    keep::save(work, &register)?;
    Ok(outcomes)
}

fn load(work: &mut Work<'_>, reach: &Reach, definitions: &[Definition]) -> Result<Register, Fault> {
    let changing = definitions.iter().map(|definition| &definition.code);
    let others = definitions.iter().flat_map(|d| d.codes.iter().map(|entry| &entry.code).chain(&d.parent));
    keep::load(work, changing, others.map(OrganizationCode::as_str).chain(reach.root()))
}

pub(in crate::organizations) fn within(
    register: &Register,
    reach: &Reach,
    id: super::model::OrganizationId,
    today: NaiveDate,
) -> bool {
    reach.root().is_none_or(|root| register.stands_below(id, root, today))
}

/// Holds a definition to the caller's subtree: the organization itself, and the one above it. Only the root of the
/// subtree may keep its place below an organization that the caller does not know.
fn admit(register: &Register, reach: &Reach, definition: &Definition, today: NaiveDate) -> Result<(), Fault> {
    let known = register.find(&definition.code);
    if known.is_some_and(|organization| !within(register, reach, organization.id, today)) {
        return Err(Fault::missing());
    }
    let unknown = |parent: &OrganizationCode| Refusal::UnknownParent { parent: parent.to_string() }.into();
    match &definition.parent {
        None if reach.root().is_none() => Ok(()),
        None => match known.and_then(|organization| organization.last()) {
            Some(last) if last.parent.is_none() => Ok(()),
            _ => Err(Refusal::NoParent { code: definition.code.to_string() }.into()),
        },
        Some(code) => {
            let parent = register.find(code).ok_or_else(|| unknown(code))?;
            let stays = known.and_then(|o| o.last()).is_some_and(|last| last.parent == Some(parent.id));
            if stays || within(register, reach, parent.id, today) { Ok(()) } else { Err(unknown(code)) }
        }
    }
}

fn finish(
    work: &mut Work<'_>,
    register: &Register,
    code: &OrganizationCode,
    outcome: Outcome,
) -> Result<(Outcome, Shown), Fault> {
    if outcome != Outcome::Unchanged {
        keep::save(work, register)?;
    }
    let organization = register.find(code).ok_or_else(Fault::missing)?;
    let mut shown = store::shown(register, organization, work.now).ok_or_else(Fault::missing)?;
    if outcome == Outcome::Unchanged {
        shown.version = organization.version;
    }
    Ok((outcome, shown))
}
