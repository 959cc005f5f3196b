//! What is changed of a directive.

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;

use super::change::{Change, IssuerChange, SignerChange};
use super::identity::PartyTerm;
use super::model::SigningAuthority;
use crate::organizations::OrganizationCode;
use crate::platform::Body;
use crate::platform::input::Patched;
use crate::platform::text::stored;

/// What changes of the body that issued it.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewIssuerChange {
    /// Code of the organization; `null` leaves only the name.
    #[serde(default)]
    #[schema(value_type = Option<OrganizationCode>)]
    organization: Patched<OrganizationCode>,
    /// How the document names the body; `null` leaves only the organization.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 300, pattern = r"\S", example = "Sở Khoa học và Công nghệ")]
    name: Patched<String>,
}

/// What changes of who signed it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSignerChange {
    /// By which right.
    #[schema(max_items = 3, nullable = false)]
    authority: Option<Vec<SigningAuthority>>,
    /// Title; `null` removes it.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 200, pattern = r"\S", example = "Phó Giám đốc")]
    title: Patched<String>,
    /// Name; `null` removes it.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 100, pattern = r"\S", example = "Nguyễn Văn A")]
    name: Patched<String>,
}

/// What changes; a field that is absent stays as it is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "number": "812/BC-SKHCN", "issued_on": "2020-06-20" }))]
pub struct DirectiveChange {
    /// Number and symbol as written; `null` makes it a draft again.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 100, pattern = r"\S", example = "812/BC-SKHCN")]
    number: Patched<String>,
    /// The committee's term; `null` removes it.
    #[serde(default)]
    #[schema(value_type = Option<PartyTerm>)]
    term: Patched<PartyTerm>,
    /// What it is called; `null` leaves that to its number.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 100, pattern = r"\S", example = "Báo cáo")]
    type_name: Patched<String>,
    /// Who issued it.
    #[schema(nullable = false)]
    issuer: Option<NewIssuerChange>,
    /// Code of the organization that keeps it in its register; `null` leaves it to who reaches all organizations.
    #[serde(default)]
    #[schema(value_type = Option<OrganizationCode>)]
    registered_by: Patched<OrganizationCode>,
    /// Who signed it; `null` removes it.
    #[serde(default)]
    #[schema(value_type = Option<NewSignerChange>)]
    signer: Patched<NewSignerChange>,
    /// What it is about.
    #[schema(
        min_length = 1,
        max_length = 1_000,
        pattern = r"\S",
        nullable = false,
        example = "Tổng kết phong trào thi đua"
    )]
    subject: Option<String>,
    /// Day of issue; `null` removes it.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date, example = "2020-06-20")]
    issued_on: Patched<NaiveDate>,
    /// In force from this day on; `null` removes it.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date, example = "2020-06-20")]
    effective_on: Patched<NaiveDate>,
    /// The first day on which it is no longer in force; `null` removes it.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date, example = "2021-01-01")]
    expires_on: Patched<NaiveDate>,
    /// Field; `null` removes it.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 100, pattern = r"\S", example = "Dân vận")]
    field: Patched<String>,
    /// Where the original is; `null` removes it.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 2_000, pattern = r"^https?://[^\s]+$", example = "https://vanban.chinhphu.vn/16-ct-ttg")]
    link: Patched<String>,
    /// Whether everyone may know of it.
    #[schema(nullable = false)]
    public: Option<bool>,
}

impl Body for DirectiveChange {}

impl DirectiveChange {
    /// The change that is meant.
    pub(super) fn change(self) -> Change {
        let text = |text: Patched<String>| text.map(|text| stored(&text));
        let issuer = self.issuer.unwrap_or_default();
        let signer = |signer: NewSignerChange| SignerChange {
            authority: signer.authority,
            title: text(signer.title),
            name: text(signer.name),
        };
        Change {
            number: text(self.number),
            term: self.term,
            type_name: text(self.type_name),
            issuer: IssuerChange { organization: issuer.organization, name: text(issuer.name) },
            registrar: self.registered_by,
            signer: self.signer.map(signer),
            subject: self.subject.as_deref().map(stored),
            issued_on: self.issued_on,
            effective_on: self.effective_on,
            expires_on: self.expires_on,
            field: text(self.field),
            link: text(self.link),
            public: self.public,
        }
    }
}
