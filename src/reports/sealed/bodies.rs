//! How sealed reports are asked for and shown.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::actions::Verdict;
use super::model::{Restated, SealedReportId, Statement, Sum, Trail};
use super::store::Kept;
use crate::kpis::periods::model::{Period, Scheme};
use crate::organizations::OrganizationCode;
use crate::platform::Body;
use crate::platform::input::strict_day;
use crate::reports::api::ReportQuery;

/// Which report is to be sealed.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSeal {
    /// Any code of the organization.
    org: OrganizationCode,
    /// First day of the report.
    #[schema(format = Date, example = "2015-01-01")]
    #[serde(deserialize_with = "strict_day")]
    from: NaiveDate,
    /// Last day.
    #[schema(format = Date, example = "2020-12-31")]
    #[serde(deserialize_with = "strict_day")]
    to: NaiveDate,
    /// How periods are cut.
    #[serde(default)]
    scheme: Scheme,
}

impl Body for NewSeal {}

impl From<NewSeal> for ReportQuery {
    fn from(NewSeal { org, from, to, scheme }: NewSeal) -> Self {
        Self { org, from, to, scheme }
    }
}

/// The digest of some bytes.
#[derive(Debug, Serialize, ToSchema)]
pub struct SealedBytes {
    /// SHA-256, as 64 hexadecimal digits.
    #[schema(example = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    sha256: String,
    /// How many bytes.
    bytes: usize,
}

impl From<Sum> for SealedBytes {
    fn from(Sum { sha256, bytes }: Sum) -> Self {
        Self { sha256, bytes }
    }
}

/// A seal: what is said of a report, and the signature over it.
#[derive(Debug, Serialize, ToSchema)]
pub struct SealView {
    /// Id.
    id: SealedReportId,
    /// 1, 2, 3 … of the organization.
    number: i64,
    /// Whose report.
    organization: OrganizationCode,
    /// First day of the report.
    from: NaiveDate,
    /// Last day.
    to: NaiveDate,
    /// The period whose results it states.
    period: Period,
    /// How periods are cut.
    scheme: Scheme,
    /// When it was sealed.
    sealed_at: DateTime<Utc>,
    /// As of which entry of the audit trail it was read.
    trail: Trail,
    /// The JSON at `/reports/sealed/{id}`.
    json: SealedBytes,
    /// The document at `/reports/sealed/{id}.docx`.
    docx: SealedBytes,
    /// SHA-256 of the `jws` of the seal before it; null for the first of the organization.
    #[schema(required = true)]
    previous: Option<String>,
    /// All this, signed: a JWS in the compact form (RFC 7515), with the name of the key (`kid`) in its header.
    #[schema(example = "eyJhbGciOiJFZERTQSJ9.e30.c2ln")]
    jws: String,
}

impl SealView {
    /// A seal as it is shown.
    pub fn of(kept: &Kept, statement: Statement) -> Self {
        let Statement { id, number, organization, from, to, period, scheme, sealed_at, trail, .. } =
            statement;
        Self {
            id,
            number,
            organization,
            from,
            to,
            period,
            scheme,
            sealed_at,
            trail,
            json: statement.json.into(),
            docx: statement.docx.into(),
            previous: statement.previous,
            jws: kept.jws.clone(),
        }
    }
}

/// What is found when a sealed report is verified.
#[derive(Debug, Serialize, ToSchema)]
#[expect(clippy::struct_excessive_bools, reason = "each is one thing that is verified")]
pub struct VerificationView {
    /// The report.
    id: SealedReportId,
    /// Everything holds.
    valid: bool,
    /// The signature is one of the key that its header names.
    signature: bool,
    /// The bytes of both forms are those that were signed.
    content: bool,
    /// The seals of the organization, from the first to this one, are a chain without a gap.
    chain: bool,
    /// The key is one of those in the settings, which `/reports/sealing-keys` publishes: whoever changes the database can put another
    /// beside a seal of their own. A key that was replaced stays there, after the one that seals now.
    published: bool,
}

impl VerificationView {
    /// A verdict as it is shown.
    pub fn of(id: SealedReportId, Verdict { signature, content, chain, published }: Verdict) -> Self {
        Self { id, valid: signature && content && chain && published, signature, content, chain, published }
    }
}

/// A figure of a sealed report that has another value today.
#[derive(Debug, Serialize, ToSchema)]
pub struct Restatement {
    /// The figure's key.
    #[schema(example = "results.on-time-dossiers.computed")]
    figure: String,
    /// What it is.
    #[schema(example = "Tỷ lệ hồ sơ giải quyết đúng hạn và trước hạn")]
    name: String,
    /// As it was sealed; null where nothing was known.
    #[schema(value_type = Option<f64>, required = true, example = 98.5)]
    sealed: Value,
    /// As it is today.
    #[schema(value_type = Option<f64>, required = true, example = 97.25)]
    today: Value,
}

impl From<Restated> for Restatement {
    fn from(Restated { key: figure, name, sealed, today }: Restated) -> Self {
        Self { figure, name, sealed, today }
    }
}

/// What became of the figures of a sealed report.
#[derive(Debug, Serialize, ToSchema)]
pub struct RestatementsView {
    /// The report.
    id: SealedReportId,
    /// The day on which they are compared.
    as_of: NaiveDate,
    /// The figures that have another value, by key.
    items: Vec<Restatement>,
}

impl RestatementsView {
    /// What differs, as it is shown.
    pub fn of(id: SealedReportId, as_of: NaiveDate, all: Vec<Restated>) -> Self {
        Self { id, as_of, items: all.into_iter().map(Restatement::from).collect() }
    }
}

/// Public keys (RFC 7517).
#[derive(Serialize, ToSchema)]
pub struct SealingKeys {
    /// The sealing one first, then those that sealed before it.
    #[schema(value_type = Vec<Object>)]
    pub keys: Vec<Value>,
}
