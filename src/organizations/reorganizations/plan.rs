//! How a reorganization is worked into the register: what ends, begins and moves. Pure.

use std::collections::HashSet;

use chrono::NaiveDate;

use super::model::{Refusal, Reorganization, ReorganizationKind, Succession, Successor};
use crate::organizations::register::held::Register;
use crate::organizations::register::model::{
    CodeEntry, Organization, OrganizationCode, OrganizationId, Refusal as RegisterRefusal, State,
};
use crate::platform::{Fault, OPEN_END};

impl Reorganization {
    /// Every code that is named.
    pub fn codes(&self) -> impl Iterator<Item = &OrganizationCode> {
        let successors =
            self.successors.iter().flat_map(|s| std::iter::once(&s.code).chain(&s.parent).chain(&s.children));
        self.predecessors.iter().chain(successors).chain(&self.parent)
    }

    /// Works the reorganization into a register. Answers who carries on whose records.
    ///
    /// Refuses what would leave a gap, an overlap, a cycle or an orphan; the register is then not to be used.
    pub fn apply(&self, register: &mut Register) -> Result<Vec<Succession>, Fault> {
        self.check_parties()?;
        match self.kind {
            ReorganizationKind::Merge => self.merge(register),
            ReorganizationKind::Split => self.split(register),
            ReorganizationKind::Rename => self.rename(register),
            ReorganizationKind::Transfer => self.transfer(register),
            ReorganizationKind::Dissolve => self.dissolve(register),
        }
    }

    fn check_parties(&self) -> Result<(), Refusal> {
        let distinct =
            |codes: &[&OrganizationCode]| codes.iter().collect::<HashSet<_>>().len() == codes.len();
        let before: Vec<_> = self.predecessors.iter().collect();
        let after: Vec<_> = self.successors.iter().map(|successor| &successor.code).collect();
        let children = self.successors.iter().any(|successor| !successor.children.is_empty());
        let no_parent = self.parent.is_none();
        let only_renamed = self.successors.iter().all(|s| s.weight.is_none() && s.parent.is_none());
        let fits = match self.kind {
            ReorganizationKind::Merge => {
                let parties: HashSet<_> = before.iter().chain(&after).collect();
                after.len() == 1 && parties.len() >= 2 && no_parent && !children
            }
            ReorganizationKind::Split => before.len() == 1 && after.len() >= 2 && no_parent,
            ReorganizationKind::Rename => {
                before.len() == 1 && after == before && no_parent && !children && only_renamed
            }
            ReorganizationKind::Transfer => after.is_empty() && !no_parent,
            ReorganizationKind::Dissolve => after.is_empty() && no_parent,
        };
        let fits = fits && !before.is_empty() && distinct(&before) && distinct(&after);
        if fits { Ok(()) } else { Err(self.misfit()) }
    }

    fn misfit(&self) -> Refusal {
        Refusal::Parties { kind: self.kind.to_string() }
    }

    fn merge(&self, register: &mut Register) -> Result<Vec<Succession>, Fault> {
        let Some(successor) = self.successors.first() else { return Ok(Vec::new()) };
        if let Some(sum) = successor.weight.filter(|weight| *weight != 100) {
            return Err(Refusal::Weights { sum }.into());
        }
        let predecessors = self.open_predecessors(register)?;
        let known = register.find(&successor.code).map(|organization| organization.id);
        let ending: Vec<Organization> =
            predecessors.iter().filter(|predecessor| Some(predecessor.id) != known).cloned().collect();
        let place = predecessors.first().and_then(|first| place_above(&ending, first));
        let heir = self.begin(register, successor, place)?;
        for predecessor in &ending {
            for child in children_of(register, predecessor.id, self.effective_on) {
                if child == heir {
                    self.move_below(register, child, place_above(&ending, predecessor))?;
                } else if ending.iter().all(|other| other.id != child) {
                    self.move_below(register, child, Some(heir))?;
                }
            }
        }
        self.end_all(register, ending)?;
        let carried = |predecessor: &Organization| Succession {
            predecessor: predecessor.id,
            successor: heir,
            weight: 100,
        };
        Ok(predecessors.iter().map(carried).collect())
    }

    fn split(&self, register: &mut Register) -> Result<Vec<Succession>, Fault> {
        let sum = self.successors.iter().map(|successor| successor.weight.unwrap_or(0)).sum();
        if sum != 100 {
            return Err(Refusal::Weights { sum }.into());
        }
        let predecessors = self.open_predecessors(register)?;
        let Some(predecessor) = predecessors.first() else { return Ok(Vec::new()) };
        let mut below: HashSet<_> =
            children_of(register, predecessor.id, self.effective_on).into_iter().collect();
        let mut successions: Vec<Succession> = Vec::new();
        for successor in &self.successors {
            let heir = self.begin(register, successor, predecessor.last().and_then(|last| last.parent))?;
            if successions.iter().any(|known| known.successor == heir) {
                return Err(self.misfit().into());
            }
            let weight = successor.weight.unwrap_or(0);
            successions.push(Succession { predecessor: predecessor.id, successor: heir, weight });
            for code in &successor.children {
                let child = register.find(code).map(|o| o.id).filter(|id| below.remove(id));
                let child = child.ok_or_else(|| Refusal::Overlap { code: code.to_string() })?;
                self.move_below(register, child, Some(heir))?;
            }
        }
        let survives = successions.iter().any(|succession| succession.successor == predecessor.id);
        if !survives {
            self.end(register, predecessor.id)?;
        }
        Ok(successions)
    }

    fn rename(&self, register: &mut Register) -> Result<Vec<Succession>, Fault> {
        let (Some(predecessor), Some(successor)) =
            (self.open_predecessors(register)?.pop(), self.successors.first())
        else {
            return Ok(Vec::new());
        };
        let mut organization = predecessor.clone();
        let Some(last) = predecessor.last() else { return Ok(Vec::new()) };
        let state = State {
            from: self.effective_on,
            to: OPEN_END,
            name: successor.name.clone().unwrap_or_else(|| last.name.clone()),
            short_name: successor.short_name.clone().or_else(|| last.short_name.clone()),
            kind: successor.kind.unwrap_or(last.kind),
            parent: last.parent,
        };
        if (&state.name, &state.short_name, state.kind) == (&last.name, &last.short_name, last.kind) {
            return Err(Refusal::NoChange { code: predecessor.code.to_string() }.into());
        }
        organization.set_state(state)?;
        register.replace(organization)?;
        Ok(Vec::new())
    }

    fn transfer(&self, register: &mut Register) -> Result<Vec<Succession>, Fault> {
        let Some(code) = &self.parent else { return Ok(Vec::new()) };
        let parent =
            register.find(code).map(|o| o.id).ok_or_else(|| Refusal::Unknown { code: code.to_string() })?;
        for predecessor in self.open_predecessors(register)? {
            if predecessor.last().is_some_and(|last| last.parent == Some(parent)) {
                return Err(Refusal::NoChange { code: predecessor.code.to_string() }.into());
            }
            self.move_below(register, predecessor.id, Some(parent))?;
        }
        Ok(Vec::new())
    }

    fn dissolve(&self, register: &mut Register) -> Result<Vec<Succession>, Fault> {
        let predecessors = self.open_predecessors(register)?;
        self.end_all(register, predecessors)?;
        Ok(Vec::new())
    }

    /// Ends organizations, those below first: a whole branch may end at once.
    fn end_all(&self, register: &mut Register, mut left: Vec<Organization>) -> Result<(), Fault> {
        while !left.is_empty() {
            let ids: HashSet<_> = left.iter().map(|o| o.id).collect();
            let is_leaf = |o: &Organization| {
                children_of(register, o.id, self.effective_on).iter().all(|child| !ids.contains(child))
            };
            let Some(position) = left.iter().position(is_leaf) else { break };
            let organization = left.swap_remove(position);
            self.end(register, organization.id)?;
        }
        Ok(())
    }

    /// The predecessors, which must be there on the effective day.
    fn open_predecessors(&self, register: &Register) -> Result<Vec<Organization>, Fault> {
        let open = |code: &OrganizationCode| {
            let found = register.find(code).ok_or_else(|| Refusal::Unknown { code: code.to_string() })?;
            if found.closed_on() != OPEN_END {
                return Err(RegisterRefusal::Closed { code: code.to_string(), day: found.closed_on() }.into());
            }
            self.comes_after_last_change(found)?;
            Ok(found.clone())
        };
        let found = self.predecessors.iter().map(open).collect::<Result<Vec<_>, Fault>>()?;
        // An organization may be named by two of its codes.
        let ids: HashSet<_> = found.iter().map(|organization| organization.id).collect();
        if ids.len() == found.len() { Ok(found) } else { Err(self.misfit().into()) }
    }

    /// What was recorded is not rewritten: the effective day must come after the last recorded change.
    fn comes_after_last_change(&self, organization: &Organization) -> Result<(), RegisterRefusal> {
        match organization.last() {
            Some(last) if self.effective_on <= last.from => {
                Err(RegisterRefusal::LaterState { code: organization.code.to_string(), day: last.from })
            }
            _ => Ok(()),
        }
    }

    /// The successor: one that is there by the effective day, or a new one from that day on, below `place` unless it
    /// names another parent.
    fn begin(
        &self,
        register: &mut Register,
        successor: &Successor,
        place: Option<OrganizationId>,
    ) -> Result<OrganizationId, Fault> {
        if let Some(known) = register.find(&successor.code) {
            if known.closed_on() != OPEN_END {
                let refusal =
                    RegisterRefusal::Closed { code: known.code.to_string(), day: known.closed_on() };
                return Err(refusal.into());
            }
            if known.opened_on() > self.effective_on {
                let (code, day) = (known.code.to_string(), known.opened_on());
                return Err(RegisterRefusal::LaterState { code, day }.into());
            }
            if successor.is_described() {
                return Err(Refusal::Described { code: known.code.to_string() }.into());
            }
            return Ok(known.id);
        }
        let (Some(name), Some(kind)) = (successor.name.clone(), successor.kind) else {
            return Err(Refusal::Undescribed { code: successor.code.to_string() }.into());
        };
        let parent = match &successor.parent {
            None => place,
            Some(code) => {
                let above = register.find(code).map(|o| o.id);
                Some(above.ok_or_else(|| Refusal::Unknown { code: code.to_string() })?)
            }
        };
        let from = self.effective_on;
        let id = register.new_id();
        let state =
            State { from, to: OPEN_END, name, short_name: successor.short_name.clone(), kind, parent };
        let code = CodeEntry { code: successor.code.clone(), from, to: OPEN_END };
        let code_shown = successor.code.clone();
        register.replace(Organization {
            id,
            code: code_shown,
            version: 0,
            states: vec![state],
            codes: vec![code],
        })?;
        Ok(id)
    }

    fn move_below(
        &self,
        register: &mut Register,
        id: OrganizationId,
        parent: Option<OrganizationId>,
    ) -> Result<(), Fault> {
        let Some(mut organization) = register.get(id).cloned() else { return Ok(()) };
        let Some(last) = organization.last().cloned() else { return Ok(()) };
        if last.parent == parent && last.to == OPEN_END {
            return Ok(());
        }
        self.comes_after_last_change(&organization)?;
        organization.set_state(State { from: self.effective_on, parent, ..last })?;
        Ok(register.replace(organization)?)
    }

    fn end(&self, register: &mut Register, id: OrganizationId) -> Result<(), Fault> {
        let Some(mut organization) = register.get(id).cloned() else { return Ok(()) };
        let below = children_of(register, id, self.effective_on);
        if !below.is_empty() {
            let names = below.iter().filter_map(|id| register.get(*id)).map(|o| o.code.to_string());
            let below = names.collect::<Vec<_>>().join(", ");
            return Err(Refusal::Orphans { code: organization.code.to_string(), below }.into());
        }
        organization.close(self.effective_on)?;
        Ok(register.replace(organization)?)
    }
}

/// The nearest organization above one that does not end with it.
fn place_above(ending: &[Organization], organization: &Organization) -> Option<OrganizationId> {
    let above = organization.last()?.parent?;
    match ending.iter().find(|other| other.id == above) {
        Some(ends) => place_above(ending, ends),
        None => Some(above),
    }
}

/// Those right below an organization from a day on, whenever they begin.
fn children_of(register: &Register, id: OrganizationId, day: NaiveDate) -> Vec<OrganizationId> {
    let below = |o: &&Organization| o.states.iter().any(|state| state.parent == Some(id) && state.to > day);
    let mut found: Vec<_> = register.all().filter(below).map(|o| o.id).collect();
    found.sort();
    found
}
