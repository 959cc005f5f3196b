//! What a message of edXML says: a document on its way, or what became of one. Pure.
//!
//! The names of elements in QCVN 102:2016/BTTTT stand in the comments; the standard's spelling (`Bussiness`,
//! `TyperNotation`) stays in the files that read and write it.

use chrono::{NaiveDate, NaiveDateTime};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::status::StatusMessage;
use crate::directives::numbering::model::Mention;
use crate::directives::numbering::scan;
use crate::organizations::OrganizationCode;
use crate::platform::text::is_name;
use crate::{closed_set, code};

code! {
    /// The id that a sender gives a document; any text, and different only among the sender's own. Usually
    /// `agency,yyyy/MM/dd,number/notation`, but nothing is read out of it.
    DocumentId, "code-invalid", r"\S", 600, "H19.06,2020/06/20,812/BC-SKHCN", |text| is_name(text, 200)
}

/// A message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Message {
    /// A document, new or changed (văn bản).
    Package(Box<Package>),
    /// What became of one (trạng thái).
    Status(Box<StatusMessage>),
}

impl Message {
    /// Who sends it.
    pub fn from(&self) -> &Party {
        match self {
            Self::Package(package) => &package.from,
            Self::Status(status) => &status.from,
        }
    }
}

/// A document on its way, with its envelope.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = EdxmlDocument)]
pub struct Package {
    /// Who sends it (`From`).
    pub from: Party,
    /// Who receives it (`To`), at least one, each once.
    pub to: Vec<Party>,
    /// Its id (`DocumentId`).
    pub document: DocumentId,
    /// The number (`CodeNumber`): `812`, `30c`.
    pub number: String,
    /// The notation (`CodeNotation`): `BC-SKHCN`.
    pub notation: String,
    /// Where it was issued (địa danh, `Place`).
    pub place: Option<String>,
    /// When it was issued (`PromulgationDate`).
    pub issued_on: NaiveDate,
    /// What it is (`DocumentType`).
    pub kind: DocumentType,
    /// The subject (trích yếu, `Subject`).
    pub subject: String,
    /// A summary (`Content`).
    pub summary: Option<String>,
    /// Who signed it (`SignerInfo`).
    pub signer: Signer,
    /// By when it is to be dealt with (hạn xử lý, `DueDate`).
    pub due_on: Option<NaiveDate>,
    /// For whose files it is (nơi nhận, `ToPlaces`), not who receives it.
    pub to_places: Vec<String>,
    /// Everything else that is said of it (`OtherInfo`).
    pub other: Other,
    /// The documents it answers (`ResponseFor`).
    pub answers: Vec<Answered>,
    /// Whether it directs or reports (`SteeringType`).
    pub steering: Option<Steering>,
    /// Codes of tasks it answers (`ResponseForTask`).
    pub tasks: Vec<String>,
    /// The application it comes from (`ApplicationType`).
    pub application: Option<String>,
    /// Which agencies it passed (`TraceHeader`).
    pub traces: Vec<Trace>,
    /// What is done with it (`Bussiness`).
    pub business: Business,
    /// The files (`Attachment`).
    pub attachments: Vec<Attachment>,
}

impl Package {
    /// Number and notation as they stand on the document: `812/BC-SKHCN`, and for the Party `30-CT/TU`.
    pub fn written_number(&self) -> String {
        let Self { number, notation, .. } = self;
        let joined = format!("{number}/{notation}");
        let of_party = format!("{number}-{notation}");
        let reads = |text: &String| scan::only(text).is_some();
        // The Party's notation has the slash in itself.
        if notation.contains('/') && reads(&of_party) { of_party } else { joined }
    }

    /// The document number, if number and notation are read as one.
    pub fn document_number(&self) -> Option<Mention> {
        scan::only(&self.written_number())
    }

    /// The codes of who sends it and of who receives it, in the order in which they stand.
    pub fn codes(&self) -> impl Iterator<Item = &OrganizationCode> {
        std::iter::once(&self.from).chain(&self.to).map(|party| &party.code)
    }
}

/// An agency as a message names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = EdxmlAgency)]
pub struct Party {
    /// Its code (mã định danh, `OrganId`).
    pub code: OrganizationCode,
    /// The agency above it (cơ quan chủ quản, `OrganizationInCharge`).
    pub above: Option<String>,
    /// Its name (`OrganName`).
    pub name: String,
    /// `OrganAdd`.
    pub address: Option<String>,
    /// `Email`.
    pub email: Option<String>,
    /// `Telephone`.
    pub telephone: Option<String>,
    /// `Fax`.
    pub fax: Option<String>,
    /// `Website`.
    pub website: Option<String>,
}

impl Party {
    /// An agency of which no more is said.
    pub fn new(code: OrganizationCode, name: impl Into<String>) -> Self {
        let name = name.into();
        Self {
            code,
            name,
            above: None,
            address: None,
            email: None,
            telephone: None,
            fax: None,
            website: None,
        }
    }
}

/// What kind of document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = EdxmlDocumentType)]
pub struct DocumentType {
    /// `Type`: systems disagree about what it means, so nothing is decided by it.
    pub code: u32,
    /// `TypeDetail`.
    pub detail: Option<u32>,
    /// The type's name (`TypeName`): `Báo cáo`.
    pub name: String,
}

/// Who signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = EdxmlSigner)]
pub struct Signer {
    /// By whose authority (`Competence`): `KT. GIÁM ĐỐC`.
    pub authority: Option<String>,
    /// `Position`: `PHÓ GIÁM ĐỐC`.
    pub position: Option<String>,
    /// `FullName`.
    pub name: String,
}

closed_set! {
    /// How urgent a document is (độ khẩn).
    Priority, "not-in-set" {
        /// Thường.
        Normal = "normal",
        /// Khẩn.
        Urgent = "urgent",
        /// Thượng khẩn.
        VeryUrgent = "very_urgent",
        /// Hỏa tốc.
        Express = "express",
        /// Hỏa tốc hẹn giờ.
        TimedExpress = "timed_express",
    }
}

impl Priority {
    /// In the order of their numbers, from 0.
    pub const ALL: [Self; 5] =
        [Self::Normal, Self::Urgent, Self::VeryUrgent, Self::Express, Self::TimedExpress];
}

closed_set! {
    /// Whether a document directs those who receive it (loại chỉ đạo).
    Steering, "not-in-set" {
        /// Not said; some systems send it.
        Unsaid = "unsaid",
        /// Không chỉ đạo.
        Plain = "none",
        /// Chỉ đạo.
        Directs = "directs",
        /// Báo cáo chỉ đạo.
        Reports = "reports",
    }
}

impl Steering {
    /// In the order of their numbers, from 0.
    pub const ALL: [Self; 4] = [Self::Unsaid, Self::Plain, Self::Directs, Self::Reports];
}

/// What else is said of a document (`OtherInfo`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = EdxmlDetails)]
pub struct Other {
    /// `Priority`.
    pub priority: Option<Priority>,
    /// Among whom it may go round (phạm vi lưu hành, `SphereOfPromulgation`).
    pub sphere: Option<String>,
    /// The typist's mark (`TyperNotation`): `BIEN/4b`.
    pub typist: Option<String>,
    /// How many copies (`PromulgationAmount`).
    pub copies: Option<u32>,
    /// How many pages (`PageAmount`).
    pub pages: Option<u32>,
    /// `Direction`.
    pub direction: Option<bool>,
    /// `ReplyFors`.
    pub reply_for: Option<String>,
    /// `ReferenceCodes`.
    pub references: Option<String>,
    /// `Appendixes`.
    pub appendixes: Vec<String>,
}

/// A document that is answered. One that came on paper has no id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = EdxmlAnswered)]
pub struct Answered {
    /// Who sent it (`OrganId`).
    pub sender: OrganizationCode,
    /// Its number (`Code`): `2055/SNV-TCCQ`.
    pub number: Option<String>,
    /// Its day (`PromulgationDate`).
    pub issued_on: Option<NaiveDate>,
    /// Its id (`DocumentId`).
    pub document: Option<DocumentId>,
}

/// An agency that a message passed, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = EdxmlTrace)]
pub struct Trace {
    /// `OrganId`.
    pub code: OrganizationCode,
    /// `Timestamp`, by a clock in Viet Nam.
    #[schema(value_type = String, example = "2020-06-20T08:30:00")]
    pub at: NaiveDateTime,
}

/// What is done with a document, and by whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = EdxmlBusiness)]
pub struct Business {
    /// What.
    pub act: Act,
    /// Why (`BussinessDocReason`).
    pub reason: Option<String>,
    /// `Paper`: 0 where no paper copy follows. Some systems count pages with it.
    pub paper: Option<u32>,
    /// Who did it (`StaffInfo`).
    pub staff: Option<Staff>,
}

/// What is done with a document (`BussinessDocType`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[schema(as = EdxmlAct)]
pub enum Act {
    /// 0, văn bản mới: it is sent.
    New,
    /// 1, thu hồi: it is taken back.
    Revocation {
        /// What is taken back.
        document: DocumentId,
    },
    /// 2, cập nhật: another comes in its place, under the same number.
    Update {
        /// What is changed.
        document: DocumentId,
        /// Whether what it says changes (`DocumentInfo`).
        content: bool,
        /// Whether its receivers change (`DocumentReceiver`).
        receivers: bool,
        /// Which (`ReceiverList`).
        changes: Vec<ReceiverChange>,
    },
    /// 3, thay thế: it replaces others.
    Replacement {
        /// Which, at least one.
        replaced: Vec<Replaced>,
    },
}

/// A receiver more or less.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = EdxmlReceiverChange)]
pub struct ReceiverChange {
    /// `OrganId`.
    pub code: OrganizationCode,
    /// `ReceiverType`: 1 added, 0 removed.
    pub added: bool,
}

/// A document that is replaced, and for whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = EdxmlReplaced)]
pub struct Replaced {
    /// `DocumentId`.
    pub document: DocumentId,
    /// `OrganIdList`.
    pub receivers: Vec<OrganizationCode>,
}

/// Who did something (`StaffInfo`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = EdxmlStaff)]
pub struct Staff {
    /// `Department`.
    pub department: Option<String>,
    /// `DepartmentId`.
    pub department_id: Option<String>,
    /// `Staff`.
    pub name: Option<String>,
    /// `StaffId`.
    pub id: Option<String>,
    /// `Mobile`.
    pub mobile: Option<String>,
    /// `Email`.
    pub email: Option<String>,
}

/// A file, without its content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = EdxmlAttachment)]
pub struct Attachment {
    /// `ContentId` without `cid:`.
    pub content_id: String,
    /// `AttachmentName`.
    pub name: String,
    /// `Description`.
    pub description: Option<String>,
    /// `ContentType`, as it was declared; the content was held against it.
    pub content_type: String,
    /// SHA-256 of the content, as 64 hexadecimal digits.
    pub sha256: String,
    /// Bytes of the content.
    pub size: u64,
}
