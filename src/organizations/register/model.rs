//! What an organization is and how it changes in time. Pure.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;

use super::tree::{self, Link, Tie};
use crate::platform::text::folded;
use crate::platform::{OPEN_END, Outcome};
use crate::{closed_set, code, id, refusals};

id! {
    /// Identifies an organization inside the service.
    OrganizationId
}

code! {
    /// A code of an organization (mã định danh): `H19.06` by QĐ 20/2020/QĐ-TTg Art. 4 (at most 35 characters of
    /// `0-9 A-Z .`, the province first) or `000.00.06.H19` by QCVN 102:2016/BTTTT (the province last).
    OrganizationCode, "code-invalid", r"^[0-9A-Z]{1,6}(\.[0-9A-Z]{1,6}){0,7}$", 35, "H19.06", |text| {
        let groups: Vec<&str> = text.split('.').collect();
        let fits = |group: &&str| {
            (1..=6).contains(&group.len()) && group.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
        };
        groups.len() <= 8 && groups.iter().all(fits)
    }
}

closed_set! {
    /// What sort of organization.
    OrganizationKind, "not-in-set" {
        /// Tỉnh, thành phố trực thuộc trung ương.
        Province = "province",
        /// Sở, ngành.
        Department = "department",
        /// Chi cục.
        SubDepartment = "sub_department",
        /// Phòng.
        Division = "division",
        /// Đơn vị sự nghiệp công lập.
        ServiceUnit = "service_unit",
        /// Ban lãnh đạo.
        Leadership = "leadership",
        /// Huyện; there are none since 1 July 2025.
        District = "district",
        /// Xã, phường, đặc khu.
        Commune = "commune",
        /// Cơ quan đảng.
        PartyBody = "party_body",
        /// Tổ chức chính trị - xã hội, đoàn thể.
        MassOrganization = "mass_organization",
        /// Bộ, cơ quan ngang bộ.
        Ministry = "ministry",
        /// Cơ quan trung ương khác.
        CentralBody = "central_body",
        /// Anything else.
        Other = "other",
    }
}

closed_set! {
    /// By which rule a code is made.
    CodeScheme, "not-in-set" {
        /// QĐ 20/2020/QĐ-TTg.
        Qd20 = "qd20",
        /// QCVN 102:2016/BTTTT, from right to left.
        Qcvn102 = "qcvn102",
        /// Another scheme.
        Other = "other",
    }
}

impl OrganizationCode {
    /// The scheme that a code's form shows.
    pub fn scheme(&self) -> CodeScheme {
        let level1 = |group: &str| {
            let mut bytes = group.bytes();
            group.len() == 3
                && bytes.next().is_some_and(|b| b.is_ascii_uppercase())
                && bytes.all(|b| b.is_ascii_digit())
        };
        let groups: Vec<&str> = self.as_str().split('.').collect();
        match groups.as_slice() {
            [v, z, y, m]
                if v.len() == 3
                    && z.len() == 2
                    && y.len() == 2
                    && level1(m)
                    && [v, z, y].iter().all(|g| g.bytes().all(|b| b.is_ascii_digit())) =>
            {
                CodeScheme::Qcvn102
            }
            [first, ..] if level1(first) => CodeScheme::Qd20,
            _ => CodeScheme::Other,
        }
    }
}

refusals! {
    /// Why the register does not take a change.
    Refusal {
        /// A cycle.
        Cycle { code: String } = Conflict "organization-cycle"
            ("An organization would stand below itself", "Một tổ chức sẽ nằm dưới chính nó")
            ("{code} would stand below itself.", "{code} sẽ nằm dưới chính nó."),
        /// A later state is recorded already.
        LaterState { code: String, day: NaiveDate } = Conflict "organization-later-state"
            ("A later change is recorded already", "Đã ghi nhận một thay đổi muộn hơn")
            ("{code} has a state from {day} on; a change cannot begin before it.", "{code} đã có trạng thái từ ngày {day}; thay đổi không thể bắt đầu trước ngày đó."),
        /// The organization is no more.
        Closed { code: String, day: NaiveDate } = Conflict "organization-closed"
            ("The organization is no more", "Tổ chức không còn tồn tại")
            ("{code} was closed on {day}.", "{code} đã chấm dứt từ ngày {day}."),
        /// The parent does not exist for as long as it is needed.
        ParentGap { code: String, parent: String } = Conflict "organization-parent-gap"
            ("The organization above does not exist all the time", "Tổ chức cấp trên không tồn tại suốt thời gian đó")
            ("{parent} does not exist for the whole time in which {code} would stand below it.", "{parent} không tồn tại trong suốt thời gian {code} trực thuộc."),
        /// A code belongs to another organization.
        CodeTaken { code: String } = Conflict "organization-code-taken"
            ("The code belongs to another organization", "Mã thuộc về một tổ chức khác")
            ("The code {code} belongs, or belonged, to another organization.", "Mã {code} đang hoặc đã thuộc về một tổ chức khác."),
        /// The organization above is not known.
        UnknownParent { parent: String } = Invalid "unknown-organization"
            ("There is no such organization", "Không có tổ chức này")
            ("There is no organization {parent}.", "Không có tổ chức {parent}."),
        /// Only a token for all organizations may put one at the top.
        NoParent { code: String } = Forbidden "organization-needs-parent"
            ("Only a token for all organizations may place one at the top", "Chỉ mã truy cập toàn hệ thống được đặt tổ chức ở cấp cao nhất")
            ("{code} needs a parent within your own subtree.", "{code} cần một tổ chức cấp trên trong phạm vi của bạn."),
        /// The same code twice in one batch.
        TwiceInBatch { code: String, first: usize } = Conflict "repeated-in-batch"
            ("The record stands twice in one batch", "Bản ghi xuất hiện hai lần trong một lô")
            ("{code} stands in this batch already, at index {first}.", "{code} đã có trong lô này, ở vị trí {first}."),
        /// More organizations than one answer holds.
        TreeTooLarge { limit: usize } = Invalid "tree-too-large"
            ("The tree is larger than one answer holds", "Cây tổ chức vượt quá một lần trả lời")
            ("The tree has more than {limit} organizations; ask for a smaller depth or a lower organization.", "Cây có hơn {limit} tổ chức; hãy giảm độ sâu hoặc chọn tổ chức cấp dưới."),
    }
}

/// What is true of an organization from one day to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// First day.
    pub from: NaiveDate,
    /// First day after.
    pub to: NaiveDate,
    /// Name.
    pub name: String,
    /// Short name.
    pub short_name: Option<String>,
    /// Kind.
    pub kind: OrganizationKind,
    /// The organization above.
    pub parent: Option<OrganizationId>,
}

/// A code with its validity. It goes on finding the organization after its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeEntry {
    /// The code.
    pub code: OrganizationCode,
    /// First day.
    pub from: NaiveDate,
    /// First day after.
    pub to: NaiveDate,
}

/// An organization with all its time. The states tile its life without gap or overlap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organization {
    /// Inside the service.
    pub id: OrganizationId,
    /// The code that answers show.
    pub code: OrganizationCode,
    /// Grows with each change; 0 before the first is stored.
    pub version: i64,
    /// In the order of time.
    pub states: Vec<State>,
    /// Every code, the shown one included.
    pub codes: Vec<CodeEntry>,
}

/// What a caller says of an organization from a day on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// Its code.
    pub code: OrganizationCode,
    /// From which day.
    pub from: NaiveDate,
    /// Name.
    pub name: String,
    /// Short name.
    pub short_name: Option<String>,
    /// Kind.
    pub kind: OrganizationKind,
    /// The code of the organization above.
    pub parent: Option<OrganizationCode>,
    /// Further codes; none is ever taken away.
    pub codes: Vec<CodeEntry>,
}

impl Organization {
    /// The last state; an organization has one from its making.
    pub fn last(&self) -> Option<&State> {
        self.states.last()
    }

    /// The first day.
    pub fn opened_on(&self) -> NaiveDate {
        self.states.first().map_or(OPEN_END, |state| state.from)
    }

    /// The first day after the last.
    pub fn closed_on(&self) -> NaiveDate {
        self.last().map_or(OPEN_END, |state| state.to)
    }

    /// The state on a day; before the first or after the last day, the nearest.
    pub fn state_near(&self, day: NaiveDate) -> Option<&State> {
        self.states.iter().rev().find(|state| state.from <= day).or(self.states.first())
    }

    /// Everything that a search may find it by.
    pub fn search_text(&self, state: &State) -> String {
        let codes = self.codes.iter().map(|entry| entry.code.as_str());
        let words = std::iter::once(state.name.as_str()).chain(state.short_name.as_deref()).chain(codes);
        folded(&words.collect::<Vec<_>>().join(" "))
    }

    /// From a day on, something else is true: the last state ends there. On its own first day it is corrected.
    ///
    /// Refuses a day before the last recorded change, and any change of a closed organization.
    pub fn set_state(&mut self, mut state: State) -> Result<(), Refusal> {
        let code = self.code.to_string();
        match self.states.last_mut() {
            None => {}
            Some(last) if last.to != OPEN_END => return Err(Refusal::Closed { code, day: last.to }),
            Some(last) if state.from < last.from => return Err(Refusal::LaterState { code, day: last.from }),
            Some(last) if state.from == last.from => {
                state.to = last.to;
                *last = state;
                return Ok(());
            }
            Some(last) => last.to = state.from,
        }
        self.states.push(state);
        Ok(())
    }

    /// From a day on, the organization is no more.
    pub fn close(&mut self, day: NaiveDate) -> Result<(), Refusal> {
        let code = self.code.to_string();
        match self.states.last_mut() {
            Some(last) if last.to != OPEN_END => Err(Refusal::Closed { code, day: last.to }),
            Some(last) if day <= last.from => Err(Refusal::LaterState { code, day: last.from }),
            Some(last) => {
                last.to = day;
                for entry in self.codes.iter_mut().filter(|entry| entry.to == OPEN_END) {
                    entry.to = day.max(entry.from);
                }
                Ok(())
            }
            None => Ok(()),
        }
    }
}

/// A part of the register in memory: what a change touches, and all above and below it.
#[derive(Clone, Debug, Default)]
pub struct Register {
    organizations: HashMap<OrganizationId, Organization>,
    links: HashMap<OrganizationId, Vec<Link>>,
    codes: HashMap<OrganizationCode, OrganizationId>,
    changed: HashSet<OrganizationId>,
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
        self.links.insert(id, organization.states.iter().map(link).collect());
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
        self.put(organization);
        if self.ties_of(id).is_err() {
            let code = self.organizations.get(&id).map(|o| o.code.to_string()).unwrap_or_default();
            match before {
                Some(before) => self.put(before),
                None => self.forget(id),
            }
            return Err(Refusal::Cycle { code });
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
    fn codes_show_their_scheme() {
        for (code, scheme) in [
            ("H19", CodeScheme::Qd20),
            ("H19.06", CodeScheme::Qd20),
            ("H37.02.02", CodeScheme::Qd20),
            ("000.00.06.H19", CodeScheme::Qcvn102),
            ("28.22.H17", CodeScheme::Other),
        ] {
            assert_eq!(code.parse::<OrganizationCode>().unwrap().scheme(), scheme, "{code}");
        }
        for bad in ["h19.06", "H19..06", "H19.06.", "H19-06", "Ｈ19", "H19 06", "", "vxp.saas.02"] {
            assert!(bad.parse::<OrganizationCode>().is_err(), "{bad}");
        }
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
