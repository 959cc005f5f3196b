//! A part of the register in memory, on which changes are tried before they are stored. Pure.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;

use super::model::{CodeEntry, Definition, Organization, OrganizationCode, OrganizationId, Refusal, State};
use super::tree::{self, Link, Tie};
use crate::platform::{OPEN_END, OPEN_START, Outcome};

/// A part of the register in memory: what a change touches, and all above and below it.
#[derive(Clone, Debug, Default)]
pub struct Register {
    organizations: HashMap<OrganizationId, Organization>,
    links: HashMap<OrganizationId, Vec<Link>>,
    codes: HashMap<OrganizationCode, OrganizationId>,
    changed: HashSet<OrganizationId>,
    /// Where those that changed stood last before.
    left: HashMap<OrganizationId, OrganizationId>,
    first_id: i64,
    next_id: i64,
}

impl Register {
    /// A part of the register; new organizations get numbers from `next_id` on.
    pub fn new(organizations: Vec<Organization>, next_id: i64) -> Self {
        let mut register = Self { first_id: next_id, next_id, ..Self::default() };
        for organization in organizations {
            register.put(organization);
        }
        register
    }

    fn put(&mut self, organization: Organization) {
        let id = organization.id;
        let link = |state: &State| Link { from: state.from, to: state.to, parent: state.parent };
        let mut links: Vec<Link> = organization.states.iter().map(link).collect();
        // What is closed keeps standing where it stood last, and goes along when those above it move: its records do.
        if let Some(last) = links.last_mut() {
            last.to = OPEN_END;
        }
        // And it stood there before its first day: the register may begin later than its records do.
        if let Some(first) = links.first_mut() {
            first.from = OPEN_START;
        }
        self.links.insert(id, links);
        self.codes.extend(organization.codes.iter().map(|entry| (entry.code.clone(), id)));
        self.organizations.insert(id, organization);
    }

    /// The organization of a code.
    pub fn find(&self, code: &OrganizationCode) -> Option<&Organization> {
        self.organizations.get(self.codes.get(code)?)
    }

    /// The organization of an id.
    pub fn get(&self, id: OrganizationId) -> Option<&Organization> {
        self.organizations.get(&id)
    }

    /// All that are loaded.
    pub fn all(&self) -> impl Iterator<Item = &Organization> {
        self.organizations.values()
    }

    /// Those that changed.
    pub fn changed(&self) -> impl Iterator<Item = &Organization> {
        self.changed.iter().filter_map(|id| self.organizations.get(id))
    }

    /// The organization above, if another is above now.
    pub fn left(&self, organization: &Organization) -> Option<OrganizationId> {
        let before = self.left.get(&organization.id).copied();
        before.filter(|before| organization.last().and_then(|last| last.parent) != Some(*before))
    }

    /// A number for a new organization.
    pub fn new_id(&mut self) -> OrganizationId {
        self.next_id += 1;
        OrganizationId(self.next_id - 1)
    }

    /// How many numbers were given to new organizations, those that were refused afterwards included.
    pub fn ids_taken(&self) -> i64 {
        self.next_id - self.first_id
    }

    /// Puts back an organization that changed, if the tree takes it.
    ///
    /// Refuses a cycle, a parent that does not exist all the time, and a code of another organization; then nothing
    /// has changed.
    pub fn replace(&mut self, organization: Organization) -> Result<(), Refusal> {
        self.check(&organization)?;
        let id = organization.id;
        let before = self.organizations.get(&id).cloned();
        let above = before.as_ref().and_then(Organization::last).and_then(|last| last.parent);
        self.put(organization);
        if self.ties_of(id).is_err() {
            let code = self.organizations.get(&id).map(|o| o.code.to_string()).unwrap_or_default();
            match before {
                Some(before) => self.put(before),
                None => self.forget(id),
            }
            return Err(Refusal::Cycle { code });
        }
        if let Some(above) = above.filter(|_| self.changed.insert(id)) {
            self.left.insert(id, above);
        }
        self.changed.insert(id);
        Ok(())
    }

    fn forget(&mut self, id: OrganizationId) {
        self.organizations.remove(&id);
        self.links.remove(&id);
        self.codes.retain(|_, owner| *owner != id);
    }

    fn check(&self, organization: &Organization) -> Result<(), Refusal> {
        for entry in &organization.codes {
            if self.codes.get(&entry.code).is_some_and(|owner| *owner != organization.id) {
                return Err(Refusal::CodeTaken { code: entry.code.to_string() });
            }
        }
        for state in &organization.states {
            let Some(parent) = state.parent.filter(|parent| *parent != organization.id) else { continue };
            let above = self.organizations.get(&parent);
            let covers = above.is_some_and(|p| p.opened_on() <= state.from && p.closed_on() >= state.to);
            if !covers {
                let parent = above.map(|p| p.code.to_string()).unwrap_or_default();
                return Err(Refusal::ParentGap { code: organization.code.to_string(), parent });
            }
        }
        Ok(())
    }

    /// The ties of an organization to all above it.
    pub fn ties_of(&self, id: OrganizationId) -> Result<Vec<Tie>, tree::Cycle> {
        tree::ties(id, &|id| self.links.get(&id).map_or(&[], Vec::as_slice))
    }

    /// Whether an organization stands at or below a code on a day; one that is no more, where it stood last.
    pub fn stands_below(&self, id: OrganizationId, root: &str, day: NaiveDate) -> bool {
        let Some(organization) = self.organizations.get(&id) else { return false };
        let Some(state) = organization.state_near(day) else { return false };
        let day = day.clamp(state.from, state.to.pred_opt().unwrap_or(state.to));
        let is_root = |id: OrganizationId| {
            self.organizations
                .get(&id)
                .is_some_and(|o| o.codes.iter().any(|entry| entry.code.as_str() == root))
        };
        let ties = self.ties_of(id).unwrap_or_default();
        ties.iter().any(|tie| tie.from <= day && tie.to > day && is_root(tie.ancestor))
    }

    /// Takes a definition: creates the organization, changes it from the day on, or corrects its last state.
    pub fn define(&mut self, definition: &Definition) -> Result<Outcome, Refusal> {
        let parent = match &definition.parent {
            None => None,
            Some(code) => Some(
                self.find(code)
                    .map(|o| o.id)
                    .ok_or_else(|| Refusal::UnknownParent { parent: code.to_string() })?,
            ),
        };
        let known = self.find(&definition.code).cloned();
        let outcome = if known.is_some() { Outcome::Updated } else { Outcome::Created };
        let mut organization = match known {
            Some(known) => known,
            None => Organization {
                id: self.new_id(),
                code: definition.code.clone(),
                version: 0,
                states: Vec::new(),
                codes: vec![CodeEntry { code: definition.code.clone(), from: definition.from, to: OPEN_END }],
            },
        };
        let before = organization.clone();
        let state = State {
            from: definition.from,
            to: OPEN_END,
            name: definition.name.clone(),
            short_name: definition.short_name.clone(),
            kind: definition.kind,
            parent,
        };
        if !says_the_same(&organization, &state) {
            organization.set_state(state)?;
        }
        add_codes(&mut organization, &definition.codes);
        if organization == before {
            return Ok(Outcome::Unchanged);
        }
        self.replace(organization)?;
        Ok(outcome)
    }
}

/// Whether the last state says all this already: sending a definition twice changes nothing.
fn says_the_same(organization: &Organization, state: &State) -> bool {
    organization.last().is_some_and(|last| {
        last.to == OPEN_END
            && last.from <= state.from
            && (&last.name, &last.short_name, last.kind, last.parent)
                == (&state.name, &state.short_name, state.kind, state.parent)
    })
}

fn add_codes(organization: &mut Organization, codes: &[CodeEntry]) {
    for entry in codes {
        match organization.codes.iter_mut().find(|known| known.code == entry.code) {
            Some(known) => *known = entry.clone(),
            None => organization.codes.push(entry.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::organizations::register::model::OrganizationKind;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }
    fn definition(code: &str, from: &str, parent: Option<&str>) -> Definition {
        Definition {
            code: code.parse().unwrap(),
            from: day(from),
            name: format!("Name of {code}"),
            short_name: None,
            kind: OrganizationKind::Department,
            parent: parent.map(|p| p.parse().unwrap()),
            codes: Vec::new(),
        }
    }
    fn register(definitions: &[(&str, &str, Option<&str>)]) -> Register {
        let mut register = Register::new(Vec::new(), 1);
        for (code, from, parent) in definitions {
            register.define(&definition(code, from, *parent)).unwrap();
        }
        register
    }

    #[test]
    fn the_same_definition_twice_changes_nothing() {
        let mut register = register(&[("H19", "2015-01-01", None)]);
        let again = definition("H19", "2016-01-01", None);
        assert_eq!(register.define(&again), Ok(Outcome::Unchanged));
        assert_eq!(register.find(&again.code).unwrap().states.len(), 1);
    }

    #[test]
    fn a_change_begins_a_state_and_a_correction_replaces_it() {
        let mut register = register(&[("H19", "2015-01-01", None)]);
        let mut later = definition("H19", "2020-07-01", None);
        later.name = "Renamed".into();
        assert_eq!(register.define(&later), Ok(Outcome::Updated));
        later.name = "Corrected".into();
        assert_eq!(register.define(&later), Ok(Outcome::Updated));
        let names: Vec<_> =
            register.find(&later.code).unwrap().states.iter().map(|s| (s.name.as_str(), s.from)).collect();
        assert_eq!(names, [("Name of H19", day("2015-01-01")), ("Corrected", day("2020-07-01"))]);
        let mut earlier = definition("H19", "2018-01-01", None);
        earlier.name = "Too late".into();
        assert!(matches!(register.define(&earlier), Err(Refusal::LaterState { .. })));
    }

    #[test]
    fn a_cycle_is_refused_and_leaves_nothing() {
        let mut register = register(&[("A01", "2015-01-01", None), ("A02", "2015-01-01", Some("A01"))]);
        let turned = definition("A01", "2020-01-01", Some("A02"));
        assert_eq!(register.define(&turned), Err(Refusal::Cycle { code: "A01".into() }));
        assert_eq!(register.find(&turned.code).unwrap().states.len(), 1);
    }

    #[test]
    fn a_parent_must_exist_all_the_time() {
        let mut register = register(&[("A01", "2018-01-01", None)]);
        let early = definition("A02", "2015-01-01", Some("A01"));
        assert!(matches!(register.define(&early), Err(Refusal::ParentGap { .. })));
        let unknown = definition("A02", "2018-01-01", Some("A09"));
        assert!(matches!(register.define(&unknown), Err(Refusal::UnknownParent { .. })));
    }

    #[test]
    fn a_code_belongs_to_one_organization_for_ever() {
        let mut register = register(&[("A01", "2015-01-01", None)]);
        let mut other = definition("A02", "2015-01-01", None);
        other.codes = vec![CodeEntry { code: "A01".parse().unwrap(), from: other.from, to: OPEN_END }];
        assert!(matches!(register.define(&other), Err(Refusal::CodeTaken { .. })));
        assert!(register.find(&other.code).is_none());
    }
}
