//! Closings over HTTP.

use actix_web::web::Data;
use actix_web::{get, put};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::actions;
use super::model::{Closing, ClosingStatus};
use super::store;
use crate::kpis::periods::api::InScheme;
use crate::kpis::periods::model::{Period, Scheme};
use crate::organizations::{OrganizationCode, Reach, When};
use crate::platform::text::stored;
use crate::platform::{
    Answer, Body, Clock, Condition, Db, Etag, Json, May, Path, Query, ReadRecords, Reply, WriteKpis,
};

/// What is to be said of a period.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewClosing {
    /// How the period is cut.
    scheme: Scheme,
    /// Whether its records may change.
    #[schema(default = "closed")]
    #[serde(default = "closed")]
    status: ClosingStatus,
    /// Up to this day late records are taken all the same: an exception for the organization and those below it.
    #[serde(default)]
    late_until: Option<NaiveDate>,
    /// Why.
    #[schema(min_length = 1, max_length = 1000, pattern = r"\S", example = "Chốt số liệu báo cáo năm 2020")]
    reason: String,
}

impl Body for NewClosing {}

fn closed() -> ClosingStatus {
    ClosingStatus::Closed
}

/// What is said of a period.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClosingView {
    /// The period.
    period: Period,
    /// How it is cut.
    scheme: Scheme,
    /// Its first day.
    from: NaiveDate,
    /// Its last day.
    to: NaiveDate,
    /// Whether its records may change.
    status: ClosingStatus,
    /// Up to this day late records are taken all the same.
    #[schema(required = true)]
    late_until: Option<NaiveDate>,
    /// Why.
    #[schema(example = "Chốt số liệu báo cáo năm 2020")]
    reason: String,
}

fn view(period: Period, scheme: Scheme, closing: Closing) -> ClosingView {
    let Closing { status, late_until, reason } = closing;
    let (from, to) = (period.first_day(scheme), period.last_day(scheme));
    ClosingView { period, scheme, from, to, status, late_until, reason }
}

/// Show whether a period is closed.
///
/// What was said of it for this very organization; one above it may have closed it too.
#[utoipa::path(
    tag = "records",
    params(
        ("code" = OrganizationCode, Path, description = "Any code of the organization"),
        ("period" = Period, Path, description = "The period"),
        InScheme
    ),
    responses((status = 200, description = "The closing", body = ClosingView)),
    security(("bearer" = ["records:read"]))
)]
#[get("/organizations/{code}/closings/{period}")]
pub async fn find_closing(
    db: Data<Db>,
    clock: Data<Clock>,
    who: May<ReadRecords>,
    path: Path<(OrganizationCode, Period)>,
    Query(InScheme { scheme }): Query<InScheme>,
) -> Answer {
    let (reach, when) = (Reach::of(&who), When::of(None, clock.today()));
    let (code, period) = path.into_inner();
    let of = period.clone();
    let kept = db.read(move |conn| store::find(conn, &reach, &code, (&of, scheme), when)).await?;
    let (etag, updated_at) = (Etag::of(kept.version), kept.updated_at);
    Ok(Reply::ok(&view(period, scheme, kept.closing))?.tagged(&etag).modified(updated_at))
}

/// Close a period, or reopen it.
///
/// After it, a record that would change a figure of the period, for the organization or any below it, is refused (409),
/// unless `late_until` grants an exception. An organization further below may be reopened, or granted an exception, by whoever
/// reaches the organization that closed the period: it holds against what was closed before it was said, and against nothing
/// that is closed later. Every change is in the audit trail.
#[utoipa::path(
    tag = "records",
    params(
        ("code" = OrganizationCode, Path, description = "Any code of the organization"),
        ("period" = Period, Path, description = "The period, which must be over")
    ),
    responses(
        (status = 200, description = "Changed", body = ClosingView),
        (status = 201, description = "Closed for the first time", body = ClosingView)
    ),
    security(("bearer" = ["kpis:write"]))
)]
#[put("/organizations/{code}/closings/{period}")]
pub async fn close_period(
    db: Data<Db>,
    who: May<WriteKpis>,
    path: Path<(OrganizationCode, Period)>,
    condition: Condition,
    body: Json<NewClosing>,
) -> Answer {
    let reach = Reach::of(&who);
    let (code, period) = path.into_inner();
    let NewClosing { scheme, status, late_until, reason } = body.value;
    let closing = Closing { status, late_until, reason: stored(&reason) };
    let order = who.orders("closing.set", format!("{code} {period} {scheme}"));
    db.write(order, move |work| {
        let (outcome, kept) = actions::close(work, &reach, &code, (&period, scheme), &closing, &condition)?;
        let etag = Etag::of(kept.version);
        let location = format!("/api/v1/organizations/{code}/closings/{period}?scheme={scheme}");
        Ok(Reply::of(outcome, &view(period.clone(), scheme, kept.closing), location)?.tagged(&etag))
    })
    .await
}
