//! How messages are shown.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::model::{Deeds, Kept, MessageDirection, MessageId, MessageKind};
use crate::directives::edxml::package::{DocumentId, Message, Package};
use crate::directives::edxml::status::StatusMessage;
use crate::directives::edxml::warnings::EdxmlWarning;
use crate::directives::register::model::DirectiveId;
use crate::organizations::OrganizationCode;
use crate::platform::problem::Language;

/// A message of QCVN 102:2016, as `application/xml`.
#[derive(ToSchema)]
#[schema(as = EdxmlMessage, example = json!(include_str!("example.xml")))]
#[expect(dead_code, reason = "only its schema is used: the message is streamed")]
pub struct Xml(String);

/// What to look at in a message that was taken.
#[derive(Debug, Serialize, ToSchema)]
pub struct EdxmlWarningView {
    /// The names of the elements from the root, with a number where several have one name.
    #[schema(example = "/edXML/edXMLEnvelope/edXMLHeader/MessageHeader/To/OrganId")]
    at: String,
    /// What to look at.
    code: EdxmlWarning,
    /// The same in the caller's language.
    #[schema(example = "Không có cơ quan mang mã này; khi đã có, hãy gửi lại thông điệp.")]
    detail: String,
}

/// A message of edXML, and what it did.
#[derive(Debug, Serialize, ToSchema)]
pub struct EdxmlMessageView {
    /// Id.
    id: MessageId,
    /// Which way it goes.
    direction: MessageDirection,
    /// What it is.
    kind: MessageKind,
    /// Code of who sends it.
    sender: OrganizationCode,
    /// Code of who sent the document that it brings or speaks of.
    origin: OrganizationCode,
    /// The id of that document; different only among those of its sender.
    document: DocumentId,
    /// Id of the directive that the document is in the register.
    directive: DirectiveId,
    /// SHA-256 of its bytes, as 64 hexadecimal digits.
    #[schema(example = "f246a0043abad99c6fe9964c6dbd54b20a506bdd2720b0bf7b14a21f9bc4aa61")]
    sha256: String,
    /// Bytes.
    #[schema(example = 4_213)]
    bytes: u64,
    /// What it did.
    did: Deeds,
    /// What to look at.
    warnings: Vec<EdxmlWarningView>,
    /// The document as it was read, without the contents of its files; null of a status, and in a list, where it would be long.
    #[schema(required = true)]
    content: Option<Package>,
    /// The status as it was read; null of a document.
    #[schema(required = true)]
    status: Option<StatusMessage>,
    /// When it was taken, or made.
    recorded_at: DateTime<Utc>,
}

impl EdxmlMessageView {
    /// A message in a list: without the document, so that a page has a bound.
    pub fn listed(kept: Kept, language: Language) -> Self {
        Self { content: None, ..Self::of(kept, language) }
    }

    /// A message, with its warnings in a language.
    pub fn of(kept: Kept, language: Language) -> Self {
        let (kind, sender) = (MessageKind::of(&kept.message), kept.message.from().code.clone());
        let (content, status) = match kept.message {
            Message::Package(package) => (Some(*package), None),
            Message::Status(status) => (None, Some(*status)),
        };
        let warnings = kept.warnings.into_iter().map(|warning| {
            let detail = language.of_text(&warning.warning.text()).to_owned();
            EdxmlWarningView { at: warning.at, code: warning.warning, detail }
        });
        Self {
            id: kept.id,
            direction: kept.direction,
            kind,
            sender,
            origin: kept.subject.origin,
            document: kept.subject.document,
            directive: kept.directive,
            sha256: kept.sha256,
            bytes: kept.bytes,
            did: kept.deeds,
            warnings: warnings.collect(),
            content,
            status,
            recorded_at: kept.recorded_at,
        }
    }
}
