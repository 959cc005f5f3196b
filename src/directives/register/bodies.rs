//! What is said of a directive, and how one is shown.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::identity::PartyTerm;
use super::model::{
    Confidentiality, Content, DirectiveId, DirectiveStatus, Issuer, Refusal, Signer, SigningAuthority,
};
use super::store::Shown;
use crate::directives::numbering::model::NumberWarning;
use crate::organizations::OrganizationCode;
use crate::platform::text::stored;
use crate::platform::{Body, Fault};

/// Who issued a directive: an organization, how the document names the body, or both.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewIssuer {
    /// Code of the organization. Bodies that share an abbreviation, such as `UBND`, are only told apart by it.
    organization: Option<OrganizationCode>,
    /// How the document names the body.
    #[schema(min_length = 1, max_length = 300, pattern = r"\S", example = "Ban Thường vụ Tỉnh ủy")]
    name: Option<String>,
}

/// Who signed a directive, as the document says.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSigner {
    /// By which right, in the order of the document; empty for who signs in his or her own.
    #[serde(default)]
    #[schema(max_items = 3)]
    authority: Vec<SigningAuthority>,
    /// Title.
    #[schema(min_length = 1, max_length = 200, pattern = r"\S", example = "Phó Giám đốc")]
    title: Option<String>,
    /// Name.
    #[schema(min_length = 1, max_length = 100, pattern = r"\S", example = "Nguyễn Văn A")]
    name: Option<String>,
}

impl From<NewSigner> for Signer {
    fn from(NewSigner { authority, title, name }: NewSigner) -> Self {
        Self { authority, title: title.as_deref().map(stored), name: name.as_deref().map(stored) }
    }
}

/// A directive as it is registered.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "number": "2583/KH-UBND", "issuer": { "organization": "H19.06", "name": "Sở Khoa học và Công nghệ" },
    "signer": { "authority": ["kt"], "title": "Phó Giám đốc", "name": "Nguyễn Văn A" },
    "subject": "Thực hiện công tác dân vận chính quyền năm 2020", "issued_on": "2020-03-13", "public": true
}))]
pub struct NewDirective {
    /// Number and symbol as written, in any spelling. Without a number (`/BC-SKHCN`, or none at all) it is a draft.
    #[schema(min_length = 1, max_length = 100, pattern = r"\S", example = "16/CT-TTg")]
    number: Option<String>,
    /// The committee's term, of a Party document: its numbers begin anew with each. Without it the year tells them apart.
    term: Option<PartyTerm>,
    /// What it is called; without it, what the symbol in its number stands for.
    #[schema(min_length = 1, max_length = 100, pattern = r"\S", example = "Chỉ thị")]
    type_name: Option<String>,
    /// Who issued it.
    issuer: NewIssuer,
    /// Code of the organization that keeps it in its register and may change it; without it, the one at the root of your subtree.
    registered_by: Option<OrganizationCode>,
    /// Who signed it.
    signer: Option<NewSigner>,
    /// What it is about (trích yếu).
    #[schema(
        min_length = 1,
        max_length = 1_000,
        pattern = r"\S",
        example = "Tăng cường và đổi mới công tác dân vận"
    )]
    subject: String,
    /// Day of issue; null where it is not known, and of a draft.
    #[schema(format = Date, example = "2016-05-16")]
    issued_on: Option<NaiveDate>,
    /// In force from this day on.
    #[schema(format = Date, example = "2016-05-16")]
    effective_on: Option<NaiveDate>,
    /// The first day on which it is no longer in force.
    #[schema(format = Date, example = "2021-01-01")]
    expires_on: Option<NaiveDate>,
    /// How secret it is. Anything but `none` is refused, and nothing of it kept.
    confidentiality: Option<Confidentiality>,
    /// Field (lĩnh vực).
    #[schema(min_length = 1, max_length = 100, pattern = r"\S", example = "Dân vận")]
    field: Option<String>,
    /// Where the original is.
    #[schema(
        max_length = 2_000,
        pattern = r"^https?://[^\s]+$",
        example = "https://vanban.chinhphu.vn/16-ct-ttg"
    )]
    link: Option<String>,
    /// Whether everyone may know of it.
    #[serde(default)]
    public: bool,
}

impl Body for NewDirective {}

impl NewDirective {
    /// What is said. Refuses a secret.
    pub(super) fn content(self) -> Result<Content, Fault> {
        if self.confidentiality.is_some_and(|degree| degree != Confidentiality::None) {
            return Err(Refusal::Secret.into());
        }
        let text = |text: Option<String>| text.as_deref().map(stored);
        Ok(Content {
            number: text(self.number),
            term: self.term,
            type_name: text(self.type_name),
            issuer: Issuer { organization: self.issuer.organization, name: text(self.issuer.name) },
            registrar: self.registered_by,
            signer: self.signer.map(Signer::from),
            subject: stored(&self.subject),
            issued_on: self.issued_on,
            effective_on: self.effective_on,
            expires_on: self.expires_on,
            field: text(self.field),
            link: text(self.link),
            public: self.public,
        })
    }
}

/// Who issued a directive.
#[derive(Debug, Serialize, ToSchema)]
pub struct IssuerView {
    /// Code of the organization, as it was given.
    #[schema(required = true)]
    organization: Option<OrganizationCode>,
    /// How the document names the body.
    #[schema(required = true, example = "Thủ tướng Chính phủ")]
    name: Option<String>,
}

/// Who signed a directive.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignerView {
    /// By which right.
    authority: Vec<SigningAuthority>,
    /// Title.
    #[schema(required = true, example = "Phó Giám đốc")]
    title: Option<String>,
    /// Name.
    #[schema(required = true, example = "Nguyễn Văn A")]
    name: Option<String>,
}

/// A directive.
#[derive(Debug, Serialize, ToSchema)]
pub struct DirectiveView {
    /// Id.
    pub(super) id: DirectiveId,
    /// Number and symbol as written.
    #[schema(required = true, example = "16/CT-TTg")]
    number: Option<String>,
    /// The number in its one form.
    #[schema(required = true, example = "16/CT-TTg")]
    canonical: Option<String>,
    /// The year, from the number if it carries one, else from the day of issue.
    #[schema(required = true, example = 2016)]
    year: Option<i32>,
    /// The committee's term.
    #[schema(required = true)]
    term: Option<PartyTerm>,
    /// Symbol of its type.
    #[serde(rename = "type")]
    #[schema(required = true, example = "CT")]
    symbol: Option<String>,
    /// What it is called.
    #[schema(example = "Chỉ thị")]
    type_name: String,
    /// Who issued it.
    issuer: IssuerView,
    /// Code of the organization that keeps it in its register.
    #[schema(required = true)]
    registered_by: Option<OrganizationCode>,
    /// Who signed it.
    #[schema(required = true)]
    signer: Option<SignerView>,
    /// What it is about.
    #[schema(example = "Tăng cường và đổi mới công tác dân vận")]
    subject: String,
    /// Day of issue.
    #[schema(required = true, example = "2016-05-16")]
    issued_on: Option<NaiveDate>,
    /// In force from this day on.
    #[schema(required = true, example = "2016-05-16")]
    effective_on: Option<NaiveDate>,
    /// The first day on which it is no longer in force.
    #[schema(required = true, example = "2021-01-01")]
    expires_on: Option<NaiveDate>,
    /// Field.
    #[schema(required = true, example = "Dân vận")]
    field: Option<String>,
    /// Where the original is.
    #[schema(required = true, example = "https://vanban.chinhphu.vn/16-ct-ttg")]
    link: Option<String>,
    /// Whether everyone may know of it.
    public: bool,
    /// What has become of it by today.
    status: DirectiveStatus,
    /// What to look at twice in its number.
    warnings: Vec<NumberWarning>,
    /// When it was registered.
    created_at: DateTime<Utc>,
    /// Last change.
    updated_at: DateTime<Utc>,
}

impl From<Shown> for DirectiveView {
    fn from(Shown { directive, status }: Shown) -> Self {
        let (content, numbered) = (directive.content, directive.numbered);
        let signer = |Signer { authority, title, name }| SignerView { authority, title, name };
        Self {
            id: directive.id,
            number: content.number,
            canonical: numbered.canonical,
            year: numbered.year,
            term: content.term,
            symbol: numbered.symbol,
            type_name: content.type_name.unwrap_or_default(),
            issuer: IssuerView { organization: content.issuer.organization, name: content.issuer.name },
            registered_by: content.registrar,
            signer: content.signer.map(signer),
            subject: content.subject,
            issued_on: content.issued_on,
            effective_on: content.effective_on,
            expires_on: content.expires_on,
            field: content.field,
            link: content.link,
            public: content.public,
            status,
            warnings: numbered.warnings.into_iter().collect(),
            created_at: directive.created_at,
            updated_at: directive.updated_at,
        }
    }
}
