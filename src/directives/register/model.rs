//! What a directive is, what is said of it, and why it is refused. Pure.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::identity::{Identity, Numbered, PartyTerm};
use crate::organizations::{OrganizationCode, OrganizationId};
use crate::platform::OPEN_END;
use crate::platform::input::wrong;
use crate::platform::moment::is_likely;
use crate::platform::text::folded;
use crate::platform::{Fault, Wrong};
use crate::{closed_set, refusals, uuid};

uuid! {
    /// Id of a directive.
    DirectiveId, "0199b2c4-5d6e-7f80-9123-456789abcdef"
}

closed_set! {
    /// What has become of a directive.
    DirectiveStatus, "not-in-set" {
        /// Dự thảo: it has no number yet.
        Draft = "draft",
        /// Đã ban hành.
        Issued = "issued",
        /// Được sửa đổi, bổ sung: another amends it.
        Amended = "amended",
        /// Bị thay thế: another replaces it.
        Replaced = "replaced",
        /// Bị bãi bỏ, hủy bỏ, thu hồi: another revokes it.
        Revoked = "revoked",
    }
}

closed_set! {
    /// By which right a person signs (NĐ 30/2020/NĐ-CP Art. 13); a chairman's deputy signs `tm` and `kt`.
    SigningAuthority, "not-in-set" {
        /// TM., thay mặt: on behalf of the collective.
        Tm = "tm",
        /// KT., ký thay: a deputy for the head.
        Kt = "kt",
        /// TL., thừa lệnh: by order of the head.
        Tl = "tl",
        /// TUQ., thừa ủy quyền: by delegation in writing.
        Tuq = "tuq",
        /// Q., quyền: acting.
        Q = "q",
    }
}

closed_set! {
    /// How secret a document is (Luật Bảo vệ bí mật nhà nước 2018 Art. 8). What is secret at all is not taken.
    Confidentiality, "not-in-set" {
        /// It is no state secret.
        None = "none",
        /// Mật.
        Confidential = "confidential",
        /// Tối mật.
        Secret = "secret",
        /// Tuyệt mật.
        TopSecret = "top_secret",
    }
}

refusals! {
    /// Why the register does not take a directive.
    Refusal {
        /// A state secret.
        Secret = Invalid "secret-directive"
            ("A secret document is not taken", "Không tiếp nhận văn bản mật")
            ("Documents with a degree of secrecy are not exchanged or kept here (QĐ 28/2018/QĐ-TTg Art. 1.2); nothing of it was kept.",
             "Văn bản có độ mật không được trao đổi, lưu giữ ở đây (khoản 2 Điều 1 Quyết định 28/2018/QĐ-TTg); không có gì của văn bản được lưu lại."),
        /// It is there already.
        Registered { number: String, id: String } = Conflict "directive-registered"
            ("The directive is registered already", "Văn bản đã có trong sổ")
            ("{number} is registered as {id}, or cannot be told from it: issuer, type, number and year or term are the same or not known.", "{number} đã được đăng ký với mã {id}, hoặc không phân biệt được với văn bản đó: cơ quan ban hành, loại, số và năm hoặc nhiệm kỳ giống nhau hoặc chưa rõ."),
        /// It is there already, where the caller does not see it.
        RegisteredElsewhere { number: String } = Conflict "directive-registered"
            ("The directive is registered already", "Văn bản đã có trong sổ")
            ("{number} is registered by an organization out of reach; who reaches it can assign it to yours or make it public.", "{number} đã được một tổ chức ngoài phạm vi đăng ký; người có quyền với tổ chức đó có thể giao hoặc công khai văn bản."),
        /// Another's, which the caller may only read.
        Foreign = Forbidden "directive-of-another"
            ("The directive belongs to an organization out of reach", "Văn bản thuộc tổ chức ngoài phạm vi")
            ("Only who reaches the organization that issued or registered a directive may change it.", "Chỉ người có quyền với tổ chức ban hành hoặc đăng ký mới được thay đổi văn bản."),
    }
}

/// Who issued it: an organization of the register, or a body that is only named.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Issuer {
    /// The organization's code.
    pub organization: Option<OrganizationCode>,
    /// How the document names the body.
    pub name: Option<String>,
}

/// Who signed it. A document says so for everyone to read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signer {
    /// By which right.
    pub authority: Vec<SigningAuthority>,
    /// Title (chức vụ).
    pub title: Option<String>,
    /// Name.
    pub name: Option<String>,
}

/// What is said of a directive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Content {
    /// Number and symbol as written.
    pub number: Option<String>,
    /// The committee's term, of a Party document.
    pub term: Option<PartyTerm>,
    /// What it is called; without it, what its number says.
    pub type_name: Option<String>,
    /// Who issued it.
    pub issuer: Issuer,
    /// Code of the organization that keeps it in its register (đơn vị vào sổ).
    pub registrar: Option<OrganizationCode>,
    /// Who signed it.
    pub signer: Option<Signer>,
    /// What it is about (trích yếu).
    pub subject: String,
    /// Day of issue.
    pub issued_on: Option<NaiveDate>,
    /// In force from this day on.
    pub effective_on: Option<NaiveDate>,
    /// The first day on which it is no longer in force.
    pub expires_on: Option<NaiveDate>,
    /// Field (lĩnh vực).
    pub field: Option<String>,
    /// Where the original is.
    pub link: Option<String>,
    /// Whether everyone may know of it.
    pub public: bool,
}

impl Content {
    /// What its number says. Refuses what cannot be, each fault with its place.
    pub fn numbered(&mut self, today: NaiveDate) -> Result<Numbered, Fault> {
        let mut wrongs = self.wrong_days(today);
        let numbered = Numbered::read(self.number.as_deref(), self.type_name.as_deref());
        let mut numbered = numbered.unwrap_or_else(|code| {
            wrongs.push(Wrong::body("/number", code));
            Numbered::default()
        });
        if self.type_name.is_none() {
            self.type_name = numbered.type_name.map(str::to_owned);
        }
        if self.type_name.is_none() && wrongs.is_empty() {
            wrongs.push(Wrong::body("/type_name", wrong::REQUIRED));
        }
        if self.issuer.organization.is_none() && self.issuer.name.is_none() {
            wrongs.push(Wrong::body("/issuer/name", wrong::REQUIRED));
        }
        if !numbered.is_complete() && self.issued_on.is_some() {
            // Number and day are given together when it is issued (NĐ 30/2020/NĐ-CP Art. 15).
            wrongs.push(Wrong::body("/issued_on", wrong::MISMATCH));
        }
        numbered.date(self.issued_on);
        if wrongs.is_empty() { Ok(numbered) } else { Err(Fault::invalid(wrongs)) }
    }

    fn wrong_days(&self, today: NaiveDate) -> Vec<Wrong> {
        let days = [
            ("/issued_on", self.issued_on),
            ("/effective_on", self.effective_on),
            ("/expires_on", self.expires_on),
        ];
        let unlikely = days.into_iter().filter(|(_, day)| day.is_some_and(|day| !is_likely(day)));
        let mut wrongs: Vec<Wrong> = unlikely.map(|(at, _)| Wrong::body(at, wrong::RANGE)).collect();
        if self.issued_on.is_some_and(|day| day > today) {
            wrongs.push(Wrong::body("/issued_on", wrong::FUTURE));
        }
        let begins = self.effective_on.or(self.issued_on);
        if self.expires_on.zip(begins).is_some_and(|(ends, begins)| ends <= begins) {
            wrongs.push(Wrong::body("/expires_on", wrong::ORDER));
        }
        wrongs
    }
}

/// A directive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directive {
    /// Id.
    pub id: DirectiveId,
    /// Grows with each change.
    pub version: i64,
    /// When it was registered.
    pub created_at: DateTime<Utc>,
    /// Last change.
    pub updated_at: DateTime<Utc>,
    /// What is said of it.
    pub content: Content,
    /// What its number says.
    pub numbered: Numbered,
    /// The organization that issued it.
    pub issuer: Option<OrganizationId>,
    /// The organization that registered it.
    pub registrar: Option<OrganizationId>,
}

impl Directive {
    /// By what it is told from others; a draft is told from others by its id alone.
    pub fn identity(&self) -> Option<Identity> {
        self.numbered.identity(self.content.term.clone(), self.issuer)
    }

    /// Whether it has no number yet.
    pub fn is_draft(&self) -> bool {
        !self.numbered.is_complete()
    }

    /// The organizations that may change it.
    pub fn owners(&self) -> impl Iterator<Item = OrganizationId> {
        self.issuer.into_iter().chain(self.registrar)
    }

    /// The day by which lists go, latest first: drafts come first, and what has no day behind the others of its year.
    pub fn sorted_on(&self) -> NaiveDate {
        if self.is_draft() {
            return OPEN_END;
        }
        let year = self.numbered.year.unwrap_or(1).max(1);
        let day = self.content.issued_on.or(NaiveDate::from_ymd_opt(year, 1, 1));
        day.unwrap_or_default()
    }

    /// The number, or what stands for it in a text.
    pub fn shown_number(&self) -> &str {
        self.content.number.as_deref().unwrap_or("—")
    }

    /// What a search looks at: each text with its weight.
    pub(super) fn searched(&self) -> Vec<(i32, String)> {
        let content = &self.content;
        let signer = content.signer.as_ref();
        let texts = [
            (8, content.number.as_deref()),
            (8, self.numbered.canonical.as_deref()),
            (4, Some(content.subject.as_str())),
            (2, content.type_name.as_deref()),
            (2, content.issuer.name.as_deref()),
            (2, content.field.as_deref()),
            (1, signer.and_then(|signer| signer.name.as_deref())),
        ];
        texts.into_iter().filter_map(|(weight, text)| Some((weight, folded(text?)))).collect()
    }
}

/// What relations of others make of a directive, weakest first: of several the last counts. Statements reckon with the place in this
/// list, from 1; 0 is what is as it was issued.
pub const STANDINGS: [(&str, DirectiveStatus); 3] = [
    ("amends", DirectiveStatus::Amended),
    ("replaces", DirectiveStatus::Replaced),
    ("revokes", DirectiveStatus::Revoked),
];

impl DirectiveStatus {
    /// What became of a directive, by how it stands.
    pub fn of(draft: bool, standing: i64) -> Self {
        let place = usize::try_from(standing).ok().and_then(|standing| standing.checked_sub(1));
        match place.and_then(|place| STANDINGS.get(place)) {
            _ if draft => Self::Draft,
            Some((_, status)) => *status,
            None => Self::Issued,
        }
    }

    /// How a directive stands of which this became, unless it is a draft.
    pub fn standing(self) -> i64 {
        (1..).zip(STANDINGS).find(|(_, (_, status))| *status == self).map_or(0, |(place, _)| place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_stands_for_its_number() {
        use DirectiveStatus::{Amended, Draft, Issued, Replaced, Revoked};
        assert_eq!([0, 1, 2, 3].map(|n| DirectiveStatus::of(false, n)), [Issued, Amended, Replaced, Revoked]);
        assert_eq!([Issued, Amended, Replaced, Revoked].map(DirectiveStatus::standing), [0, 1, 2, 3]);
        assert_eq!(DirectiveStatus::of(true, 3), Draft);
    }
}
