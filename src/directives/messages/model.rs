//! What is known of a message, what it did, and why some cannot be sent. Pure.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::directives::assignments::machine::AssignmentState;
use crate::directives::assignments::model::AssignmentId;
use crate::directives::edxml::package::{Act, DocumentId, Message};
use crate::directives::edxml::status::StatusCode;
use crate::directives::edxml::warnings::Warning;
use crate::directives::register::model::DirectiveId;
use crate::directives::relations::model::RelationKind;
use crate::kpis::exchanges::model::ExchangeId;
use crate::organizations::{OrganizationCode, OrganizationId};
use crate::{closed_set, refusals, uuid};

/// Where in a message its header stands.
pub const HEADER: &str = "/edXML/edXMLEnvelope/edXMLHeader/MessageHeader";
/// Where in a message stands what is done with a document.
pub const BUSINESS: &str = "/edXML/edXMLEnvelope/edXMLHeader/TraceHeaderList/Bussiness";

uuid! {
    /// Id of a message.
    MessageId, "0199b2c4-5d6e-7f80-9123-456789abcdef"
}

closed_set! {
    /// Which way a message goes.
    MessageDirection, "not-in-set" {
        /// It came in.
        In = "in",
        /// It is to be sent.
        Out = "out",
    }
}

closed_set! {
    /// What a message is.
    MessageKind, "not-in-set" {
        /// Văn bản mới.
        New = "new",
        /// Thu hồi.
        Revocation = "revocation",
        /// Cập nhật.
        Update = "update",
        /// Thay thế.
        Replacement = "replacement",
        /// Trạng thái.
        Status = "status",
    }
}

impl MessageKind {
    /// What a message is.
    pub fn of(message: &Message) -> Self {
        match message {
            Message::Status(_) => Self::Status,
            Message::Package(package) => Self::of_act(&package.business.act),
        }
    }

    /// What a document is by what is done with it.
    pub fn of_act(act: &Act) -> Self {
        match act {
            Act::New => Self::New,
            Act::Revocation { .. } => Self::Revocation,
            Act::Update { .. } => Self::Update,
            Act::Replacement { .. } => Self::Replacement,
        }
    }

    /// Whether its receivers are asked whether they agree.
    pub fn asks(self) -> bool {
        matches!(self, Self::Revocation | Self::Update)
    }
}

closed_set! {
    /// What became of a directive, or of a task, by a message.
    Fate, "not-in-set" {
        /// It is new.
        Created = "created",
        /// It was there, and stays as it is.
        Found = "found",
        /// It was changed.
        Updated = "updated",
    }
}

refusals! {
    /// Why a message is not given out.
    Refusal {
        /// Nothing of a mandatory element is known.
        Incomplete { what: String } = Conflict "edxml-directive-incomplete"
            ("The directive lacks what a message must tell", "Văn bản thiếu thông tin bắt buộc của thông điệp")
            ("A message must tell this of the directive, and the register does not know it: {what}.", "Thông điệp phải nêu các thông tin sau mà sổ văn bản chưa có: {what}."),
        /// The files are not there.
        NotKept = Gone "edxml-contents-not-kept"
            ("The contents of the message's files were not kept", "Nội dung tệp đính kèm của thông điệp không được lưu")
            ("Of the attached files only digest, name, type and size were kept, so that the message cannot be given back as XML; as JSON it can.", "Chỉ lưu mã băm, tên, loại và kích thước của tệp đính kèm nên không thể trả lại thông điệp dạng XML; vẫn xem được dạng JSON."),
    }
}

/// What became of a task by a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = EdxmlTask)]
pub struct TaskDeed {
    /// Id of the assignment.
    pub id: AssignmentId,
    /// Code of the organization that has it.
    pub organization: OrganizationCode,
    /// What became of it.
    pub fate: Fate,
    /// How it stood afterwards.
    pub state: AssignmentState,
}

/// What a message said of two directives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = EdxmlRelation)]
pub struct RelationDeed {
    /// What the directive of the message is to the other.
    pub kind: RelationKind,
    /// Id of the other.
    pub directive: DirectiveId,
}

/// What a message did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = EdxmlDeeds)]
pub struct Deeds {
    /// What became of the directive; null where the message only speaks of it.
    #[schema(required = true)]
    pub directive: Option<Fate>,
    /// Tasks that were given, moved, or found to be given already. Of organizations out of your reach there are none.
    pub assignments: Vec<TaskDeed>,
    /// Records of document exchanges by which it counts, by their ids.
    pub exchanges: Vec<ExchangeId>,
    /// Directives that it replaces or revokes.
    pub relations: Vec<RelationDeed>,
}

/// A message as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Id.
    pub id: MessageId,
    /// Its place among all, in the order of the commits.
    pub seq: i64,
    /// Grows when it did more, since somebody sent it again who reaches more.
    pub version: i64,
    /// Which way it goes.
    pub direction: MessageDirection,
    /// When it was taken, or made.
    pub recorded_at: DateTime<Utc>,
    /// The document that it brings or speaks of.
    pub subject: Subject,
    /// SHA-256 of its bytes, as 64 hexadecimal digits.
    pub sha256: String,
    /// Bytes.
    pub bytes: u64,
    /// The directive.
    pub directive: DirectiveId,
    /// What it says.
    pub message: Message,
    /// What it did.
    pub deeds: Deeds,
    /// What to look at.
    pub warnings: Vec<Warning>,
}

/// What tells a document from others: ids are different only among those of one sender.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Subject {
    /// Code of who sent it.
    pub origin: OrganizationCode,
    /// The id that it was given there.
    pub document: DocumentId,
}

/// A document that was exchanged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchanged {
    /// What tells it from others.
    pub subject: Subject,
    /// How its sender is named.
    pub origin_name: String,
    /// Number and notation.
    pub number: String,
    /// Day of issue.
    pub issued_on: NaiveDate,
    /// What brought it last.
    pub kind: MessageKind,
    /// The same, by id.
    pub message: MessageId,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// What it is in the register.
    pub directive: DirectiveId,
    /// Somebody brought it who reaches its sender: nobody else says under its id what it is.
    pub vouched: bool,
}

/// Who received a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receiver {
    /// Of which document.
    pub subject: Subject,
    /// The code by which it was addressed.
    pub code: OrganizationCode,
    /// How it was named.
    pub name: String,
    /// Whose code that is, if it is known.
    pub organization: Option<OrganizationId>,
    /// The task that came of it.
    pub assignment: Option<AssignmentId>,
}

/// What was said of a document at one receiver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// By which message.
    pub message: MessageId,
    /// At which receiver.
    pub receiver: OrganizationCode,
    /// Of which document.
    pub subject: Subject,
    /// Place of the message among all.
    pub seq: i64,
    /// What.
    pub entry: crate::directives::edxml::status::Entry,
    /// Whether the task followed.
    pub moved: bool,
}

/// What a status says in words, where nobody said more. Of a refusal or a recall there is always a reason.
pub fn words_of(status: StatusCode) -> &'static str {
    match status {
        StatusCode::Arrived => "Đã đến",
        StatusCode::Rejected => "Từ chối tiếp nhận",
        StatusCode::Accepted => "Đã tiếp nhận, vào sổ",
        StatusCode::Assigned => "Phân công xử lý",
        StatusCode::InProgress => "Đang xử lý",
        StatusCode::Completed => "Hoàn thành",
        StatusCode::RecallAsked => "Yêu cầu lấy lại",
        StatusCode::RecallAgreed => "Đồng ý lấy lại",
        StatusCode::RecallDenied => "Từ chối lấy lại",
    }
}
