//! What is said of an initiative, and how it is shown: its authors only to who may know of persons.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::model::{
    Author, Decided, Initiative, InitiativeCode, InitiativeCounts, InitiativeScope, InitiativeState,
    Recognition,
};
use super::store::Kept;
use crate::emulation::persons::StaffReference;
use crate::kpis::percent::Percent;
use crate::organizations::OrganizationCode;
use crate::platform::Body;
use crate::platform::text::stored;

/// Somebody who thought of an initiative.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InitiativeAuthor {
    /// Staff reference.
    staff: StaffReference,
    /// Their share in percent, with at most six decimals.
    #[schema(value_type = f64, minimum = 0, maximum = 100, example = 60)]
    share: Percent,
}

/// A decision of a day.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InitiativeDecision {
    /// The day.
    #[schema(format = Date, example = "2020-11-20")]
    on: NaiveDate,
    /// Its number, as it is written.
    #[schema(min_length = 1, max_length = 200, pattern = r"\S", example = "215/QĐ-SKHCN")]
    decision: String,
}

impl From<InitiativeDecision> for Decided {
    fn from(InitiativeDecision { on, decision }: InitiativeDecision) -> Self {
        Self { on, decision: stored(&decision) }
    }
}

impl From<Decided> for InitiativeDecision {
    fn from(Decided { on, decision }: Decided) -> Self {
        Self { on, decision }
    }
}

/// That an initiative was recognised.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InitiativeRecognition {
    /// How far it has effect.
    scope: InitiativeScope,
    /// The day.
    #[schema(format = Date, example = "2020-11-20")]
    on: NaiveDate,
    /// Number of the decision, as it is written.
    #[schema(min_length = 1, max_length = 200, pattern = r"\S", example = "215/QĐ-SKHCN")]
    decision: String,
    /// By what it was taken back; from its day on it no longer counts.
    #[schema(required = false)]
    revocation: Option<InitiativeDecision>,
}

impl From<InitiativeRecognition> for Recognition {
    fn from(said: InitiativeRecognition) -> Self {
        let InitiativeRecognition { scope, on, decision, revocation } = said;
        let given = Decided { on, decision: stored(&decision) };
        Self { scope, given, revoked: revocation.map(Decided::from) }
    }
}

impl From<Recognition> for InitiativeRecognition {
    fn from(one: Recognition) -> Self {
        let Recognition { scope, given: Decided { on, decision }, revoked } = one;
        Self { scope, on, decision, revocation: revoked.map(InitiativeDecision::from) }
    }
}

/// An initiative as its organization says it, whole.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "title": "Số hóa sổ theo dõi hồ sơ sở hữu trí tuệ", "field": "Cải cách hành chính", "submitted_on": "2020-09-15",
    "authors": [{ "staff": "CB-0017", "share": 60 }, { "staff": "CB-0042", "share": 40 }],
    "recognitions": [{ "scope": "base", "on": "2020-11-20", "decision": "215/QĐ-SKHCN" }]
}))]
pub struct NewInitiative {
    /// What it is called.
    #[schema(min_length = 1, max_length = 500, pattern = r"\S", example = "Số hóa sổ theo dõi hồ sơ")]
    title: String,
    /// In which field.
    #[schema(min_length = 1, max_length = 200, pattern = r"\S", example = "Cải cách hành chính")]
    field: Option<String>,
    /// When it was submitted (ngày nộp đơn).
    #[schema(format = Date, example = "2020-09-15")]
    submitted_on: NaiveDate,
    /// When it was first applied.
    #[schema(format = Date, example = "2020-03-02")]
    applied_on: Option<NaiveDate>,
    /// Who thought of it; the shares sum to exactly 100. Once it was recognised, both stay.
    #[schema(min_items = 1, max_items = 50)]
    authors: Vec<InitiativeAuthor>,
    /// Who recognised it for how far. One that was recorded stays.
    #[serde(default)]
    #[schema(max_items = 20)]
    recognitions: Vec<InitiativeRecognition>,
    /// By what it was not recognised.
    declined: Option<InitiativeDecision>,
}

impl Body for NewInitiative {}

impl From<NewInitiative> for Initiative {
    fn from(new: NewInitiative) -> Self {
        let author = |InitiativeAuthor { staff, share }: InitiativeAuthor| Author { staff, share };
        Self {
            title: stored(&new.title),
            field: new.field.as_deref().map(stored),
            submitted_on: new.submitted_on,
            applied_on: new.applied_on,
            authors: new.authors.into_iter().map(author).collect(),
            recognitions: new.recognitions.into_iter().map(Recognition::from).collect(),
            declined: new.declined.map(Decided::from),
        }
    }
}

/// An initiative.
#[derive(Debug, Serialize, ToSchema)]
pub struct InitiativeView {
    /// Code of the organization whose it is.
    organization: OrganizationCode,
    /// Its code there.
    code: InitiativeCode,
    /// What it is called.
    #[schema(example = "Số hóa sổ theo dõi hồ sơ")]
    title: String,
    /// In which field.
    #[schema(required = true, example = "Cải cách hành chính")]
    field: Option<String>,
    /// When it was submitted.
    submitted_on: NaiveDate,
    /// When it was first applied.
    #[schema(required = true)]
    applied_on: Option<NaiveDate>,
    /// How it stands.
    state: InitiativeState,
    /// How many thought of it.
    #[schema(minimum = 1, example = 2)]
    author_count: usize,
    /// Who thought of it; only for who holds `emulation:persons`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    authors: Option<Vec<InitiativeAuthor>>,
    /// Who recognised it for how far.
    recognitions: Vec<InitiativeRecognition>,
    /// By what it was not recognised.
    #[schema(required = true)]
    declined: Option<InitiativeDecision>,
}

impl InitiativeView {
    /// An initiative, with or without the persons.
    pub(super) fn of(kept: Kept, persons: bool) -> Self {
        let state = kept.initiative.state();
        let Initiative { title, field, submitted_on, applied_on, authors, recognitions, declined } =
            kept.initiative;
        let author = |Author { staff, share }: Author| InitiativeAuthor { staff, share };
        Self {
            organization: kept.organization,
            code: kept.code,
            title,
            field,
            submitted_on,
            applied_on,
            state,
            author_count: authors.len(),
            authors: persons.then(|| authors.into_iter().map(author).collect()),
            recognitions: recognitions.into_iter().map(InitiativeRecognition::from).collect(),
            declined: declined.map(InitiativeDecision::from),
        }
    }
}

/// Initiatives of one organization.
#[derive(Debug, Serialize, ToSchema)]
pub struct InitiativeCountRow {
    /// Code of the organization.
    #[schema(example = "H19.06")]
    pub(super) key: String,
    /// Its name.
    #[schema(example = "Sở Khoa học và Công nghệ")]
    pub(super) name: String,
    #[serde(flatten)]
    pub(super) counts: InitiativeCounts,
}

/// What became of the initiatives of a subtree in a period.
#[derive(Debug, Serialize, ToSchema)]
pub struct InitiativesOverview {
    /// Whose initiatives.
    pub(super) organization: OrganizationCode,
    /// First day of the period.
    pub(super) from: NaiveDate,
    /// Its last day.
    pub(super) to: NaiveDate,
    /// By code; organizations without any are left out.
    pub(super) items: Vec<InitiativeCountRow>,
    /// All together.
    pub(super) total: InitiativeCounts,
}
