//! The trail for auditors.

use actix_web::get;
use actix_web::web::Data;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::model::Entry;
use super::store;
use crate::platform::page::NoFilter;
use crate::platform::{Admin, Answer, Db, May, Page, Paged, Paging, Query};

/// One entry of the audit trail.
#[derive(Serialize, ToSchema)]
pub struct AuditEntry {
    /// Number, in the order of the commits.
    #[schema(minimum = 1, example = 1)]
    seq: i64,
    /// When.
    at: DateTime<Utc>,
    /// Who.
    #[schema(example = "one-stop")]
    actor: String,
    /// What.
    #[schema(example = "organization.define")]
    act: String,
    /// On which record.
    #[schema(example = "H19.06")]
    subject: String,
    /// In which request.
    #[schema(example = "0199b2c4-5d6e-7f80-9123-456789abcdef")]
    request_id: String,
    /// The state after the change; of a batch, what was taken.
    #[schema(value_type = serde_json::Value)]
    detail: serde_json::Value,
    /// Hash of the entry before it; empty for the first.
    #[schema(example = "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef")]
    previous: String,
    /// Hash of this entry.
    #[schema(example = "2c624232cdd221771294dfbb310aca000a0df6ac8b66b696d90ef06fdefb64a3")]
    hash: String,
}

impl From<(Entry, String)> for AuditEntry {
    fn from((entry, hash): (Entry, String)) -> Self {
        let detail = serde_json::from_str(&entry.detail).unwrap_or(serde_json::Value::String(entry.detail));
        let Entry { seq, at, actor, act, subject, request_id, previous, .. } = entry;
        Self { seq, at, actor, act, subject, request_id, detail, previous, hash }
    }
}

/// List the audit trail.
///
/// Oldest first. Each entry is chained to the one before it; `danvan audit` verifies the whole chain.
#[utoipa::path(
    tag = "audit",
    params(Paged<NoFilter>),
    responses((status = 200, description = "A page of the trail", body = Page<AuditEntry>)),
    security(("bearer" = ["admin"]))
)]
#[get("/audit-entries")]
pub async fn list_audit_entries(
    db: Data<Db>,
    who: May<Admin>,
    _query: Query<Paged<NoFilter>>,
    paging: Paging,
) -> Answer {
    who.must_reach_everywhere()?;
    let after: i64 = paging.after(who.subject())?.unwrap_or(0);
    let count = paging.fetch();
    let rows = db.read(move |conn| store::after(conn, after, count)).await?;
    paging.page(rows, who.subject(), |(entry, _)| entry.seq)?.map(AuditEntry::from).reply()
}
