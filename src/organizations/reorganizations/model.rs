//! What a reorganization is, who takes part in it, and why it is refused. Pure.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::organizations::register::model::{OrganizationCode, OrganizationId, OrganizationKind};
use crate::{closed_set, refusals};

closed_set! {
    /// What sort of reorganization.
    ReorganizationKind, "not-in-set" {
        /// Hợp nhất, sáp nhập: several become one, which may be one of them.
        Merge = "merge",
        /// Chia, tách: one becomes several, of which it may be one.
        Split = "split",
        /// Đổi tên.
        Rename = "rename",
        /// Chuyển: other organizations above.
        Transfer = "transfer",
        /// Giải thể.
        Dissolve = "dissolve",
    }
}

refusals! {
    /// Why a reorganization is refused.
    Refusal {
        /// A wrong number of predecessors or successors.
        Parties { kind: String } = Invalid "reorganization-parties"
            ("The parties do not fit the kind of reorganization", "Các bên không phù hợp với loại sắp xếp")
            ("{kind} does not have these predecessors and successors: a merge has one successor, a split one predecessor and two or more successors, a rename one of each with the same code, a transfer a new parent and no successors, a dissolution no successors.",
             "{kind} không có các bên như vậy: hợp nhất có một tổ chức kế thừa; chia tách có một tổ chức trước và từ hai tổ chức sau; đổi tên giữ nguyên mã; chuyển cần tổ chức cấp trên mới; giải thể không có tổ chức sau."),
        /// Weights that do not sum to 100.
        Weights { sum: i64 } = Invalid "reorganization-weights"
            ("The weights do not sum to 100", "Tổng trọng số không bằng 100")
            ("The weights of the successors sum to {sum}, not 100: records would be lost or counted twice.", "Tổng trọng số của các tổ chức sau là {sum}, không phải 100."),
        /// A party that is not known, or out of reach.
        Unknown { code: String } = Invalid "unknown-organization"
            ("There is no such organization", "Không có tổ chức này")
            ("There is no organization {code}.", "Không có tổ chức {code}."),
        /// A new organization without a name or kind.
        Undescribed { code: String } = Invalid "successor-undescribed"
            ("A new organization needs a name and a kind", "Tổ chức mới cần có tên và loại")
            ("{code} does not exist yet: it needs a name and a kind.", "{code} chưa tồn tại: cần có tên và loại."),
        /// Organizations below would stand below nothing.
        Orphans { code: String, below: String } = Conflict "reorganization-leaves-orphans"
            ("Organizations below would be left without one above", "Các tổ chức trực thuộc sẽ không còn cấp trên")
            ("Below {code} stand {below}; say under which successor they go on.", "Trực thuộc {code} còn {below}; hãy nêu tổ chức tiếp nhận."),
        /// A description of an organization that is there.
        Described { code: String } = Conflict "successor-exists"
            ("The successor exists already", "Tổ chức kế thừa đã tồn tại")
            ("{code} exists already: a rename changes its name and kind, a transfer its place.", "{code} đã tồn tại: đổi tên hoặc loại bằng thao tác đổi tên, đổi cấp trên bằng thao tác chuyển."),
        /// One organization under two successors, or not below the predecessor.
        Overlap { code: String } = Conflict "reorganization-overlap"
            ("An organization would be handed over twice, or was not there", "Một tổ chức được chuyển hai lần hoặc không trực thuộc")
            ("{code} does not stand below the predecessor, or is handed to two successors.", "{code} không trực thuộc tổ chức trước, hoặc được giao cho hai tổ chức sau."),
        /// A party would leave the caller's subtree.
        Outside = Forbidden "reorganization-outside-reach"
            ("An organization would leave your subtree", "Một tổ chức sẽ ra khỏi phạm vi của bạn")
            ("An organization would stand outside your own subtree; this needs a token for the one above.", "Một tổ chức sẽ nằm ngoài phạm vi của bạn; cần mã truy cập của cấp trên."),
        /// Nothing would change.
        NoChange { code: String } = Conflict "reorganization-changes-nothing"
            ("Nothing would change", "Không có gì thay đổi")
            ("{code} is as the reorganization would make it.", "{code} đã như kết quả sắp xếp."),
    }
}

/// An organization that goes on, or begins.
#[derive(Clone, Debug)]
pub struct Successor {
    /// Its code; a new one makes a new organization.
    pub code: OrganizationCode,
    /// Percent of the predecessor's records that it carries on, in a split.
    pub weight: Option<i64>,
    /// Name, of a new or renamed organization.
    pub name: Option<String>,
    /// Short name.
    pub short_name: Option<String>,
    /// Kind.
    pub kind: Option<OrganizationKind>,
    /// Code of the organization above a new one; without it, the predecessor's.
    pub parent: Option<OrganizationCode>,
    /// Codes of organizations below the predecessor that go on below this one, in a split.
    pub children: Vec<OrganizationCode>,
}

impl Successor {
    /// Whether it says what only a new organization may be told.
    pub fn is_described(&self) -> bool {
        self.name.is_some() || self.short_name.is_some() || self.kind.is_some() || self.parent.is_some()
    }
}

/// A reorganization as it was decided.
#[derive(Clone, Debug)]
pub struct Reorganization {
    /// Kind.
    pub kind: ReorganizationKind,
    /// From this day on.
    pub effective_on: NaiveDate,
    /// Who goes in.
    pub predecessors: Vec<OrganizationCode>,
    /// Who comes out.
    pub successors: Vec<Successor>,
    /// Code of the new organization above, in a transfer.
    pub parent: Option<OrganizationCode>,
}

/// Who carries on whose records, with which percent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Succession {
    /// Before.
    pub predecessor: OrganizationId,
    /// After.
    pub successor: OrganizationId,
    /// Percent.
    pub weight: i64,
}

/// A decision as it is recorded.
#[derive(Clone, Debug)]
pub struct Decision {
    /// What is done.
    pub reorganization: Reorganization,
    /// The decision behind it.
    pub legal_basis: String,
}

/// The last state of an organization before or after, as it is recorded for good.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Described {
    /// Name.
    pub name: String,
    /// Short name.
    pub short_name: Option<String>,
    /// Kind.
    pub kind: OrganizationKind,
    /// Code of the organization above.
    pub parent: Option<OrganizationCode>,
}

/// What became of one organization, as it is recorded for good.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    /// Its code.
    pub code: OrganizationCode,
    /// Its last state before; none if it is new.
    pub before: Option<Described>,
    /// Its last state after; none if it is no more.
    pub after: Option<Described>,
}
