//! What an organization is and how it changes in time. Pure.

use chrono::NaiveDate;
use serde::Serialize;

use crate::platform::OPEN_END;
use crate::platform::text::folded;
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
            ("{code} has a state that begins on {day}; this would rewrite it, or what came before it.", "{code} đã có trạng thái bắt đầu từ ngày {day}; thay đổi này sẽ viết lại trạng thái đó hoặc những gì trước đó."),
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
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

#[cfg(test)]
mod tests {
    use super::*;

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
}
