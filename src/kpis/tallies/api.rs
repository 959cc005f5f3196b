//! Tallies over HTTP.

use actix_web::web::Data;
use actix_web::{get, put};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::actions;
use super::model::{Divisions, Kept, Staff, Tally};
use super::store;
use crate::organizations::{OrganizationCode, Reach, When, find_at};
use crate::platform::input::Day;
use crate::platform::page::NoFilter;
use crate::platform::{
    Answer, Body, Clock, Condition, Db, Etag, Json, May, Page, Paged, Paging, Path, Query, ReadRecords,
    Reply, WriteRecords,
};

/// What an organization counts of itself on a day: of its own staff and divisions, not of those that count for themselves.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTally {
    /// Staff; left out, it stays as it was counted before.
    #[serde(default)]
    staff: Option<Staff>,
    /// Divisions; left out, they stay as they were counted before.
    #[serde(default)]
    divisions: Option<Divisions>,
}

impl Body for NewTally {}

/// What an organization counts of itself on a day.
#[derive(Debug, Serialize, ToSchema)]
pub struct TallyView {
    /// The day.
    date: NaiveDate,
    /// Staff, if counted on the day.
    #[schema(required = true)]
    staff: Option<Staff>,
    /// Divisions, if counted on the day.
    #[schema(required = true)]
    divisions: Option<Divisions>,
}

impl From<Kept> for TallyView {
    fn from(kept: Kept) -> Self {
        Self { date: kept.day, staff: kept.tally.staff, divisions: kept.tally.divisions }
    }
}

/// Show the tally of a day.
#[utoipa::path(
    tag = "records",
    params(
        ("code" = OrganizationCode, Path, description = "Any code of the organization"),
        ("date" = NaiveDate, Path, description = "The day", example = "2020-06-30")
    ),
    responses((status = 200, description = "The tally", body = TallyView)),
    security(("bearer" = ["records:read"]))
)]
#[get("/organizations/{code}/tallies/{date}")]
pub async fn find_tally(
    db: Data<Db>,
    clock: Data<Clock>,
    who: May<ReadRecords>,
    path: Path<(OrganizationCode, Day)>,
) -> Answer {
    let (reach, when) = (Reach::of(&who), When::of(None, clock.today()));
    let (code, Day(day)) = path.into_inner();
    let kept = db.read(move |conn| store::find(conn, &reach, code.as_str(), day, when)).await?;
    let (etag, updated_at) = (Etag::of(kept.version), kept.updated_at);
    Ok(Reply::ok(&TallyView::from(kept))?.tagged(&etag).modified(updated_at))
}

/// State the tally of a day.
///
/// Figures read the counts of a period's last day: what is counted holds until it is counted again, and how many divisions
/// were inspected until the calendar year ends.
#[utoipa::path(
    tag = "records",
    params(
        ("code" = OrganizationCode, Path, description = "Any code of the organization"),
        ("date" = NaiveDate, Path, description = "The day, today at the latest", example = "2020-06-30")
    ),
    responses(
        (status = 200, description = "Restated", body = TallyView),
        (status = 201, description = "Stated", body = TallyView)
    ),
    security(("bearer" = ["records:write"]))
)]
#[put("/organizations/{code}/tallies/{date}")]
pub async fn state_tally(
    db: Data<Db>,
    who: May<WriteRecords>,
    path: Path<(OrganizationCode, Day)>,
    condition: Condition,
    body: Json<NewTally>,
) -> Answer {
    let reach = Reach::of(&who);
    let (code, Day(day)) = path.into_inner();
    let tally = Tally { staff: body.value.staff, divisions: body.value.divisions };
    let order = who.orders("tally.state", format!("{code} {day}"));
    db.write(order, move |work| {
        let (outcome, kept) = actions::state(work, &reach, code.as_str(), day, tally, &condition)?;
        let etag = Etag::of(kept.version);
        let location = format!("/api/v1/organizations/{code}/tallies/{day}");
        Ok(Reply::of(outcome, &TallyView::from(kept), location)?.tagged(&etag))
    })
    .await
}

/// List the tallies of an organization.
///
/// Newest day first.
#[utoipa::path(
    tag = "records",
    params(("code" = OrganizationCode, Path, description = "Any code of the organization"), Paged<NoFilter>),
    responses((status = 200, description = "A page of tallies", body = Page<TallyView>)),
    security(("bearer" = ["records:read"]))
)]
#[get("/organizations/{code}/tallies")]
pub async fn list_tallies(
    db: Data<Db>,
    clock: Data<Clock>,
    who: May<ReadRecords>,
    code: Path<OrganizationCode>,
    _query: Query<Paged<NoFilter>>,
    paging: Paging,
) -> Answer {
    let (reach, when) = (Reach::of(&who), When::of(None, clock.today()));
    let page = (paging.after::<NaiveDate>(who.subject())?, paging.fetch());
    let found = db.snapshot(move |conn| {
        find_at(conn, &reach, code.as_str(), when)?;
        store::list(conn, &reach, code.as_str(), when, page)
    });
    paging.page(found.await?, who.subject(), |kept| kept.day)?.map(TallyView::from).reply()
}
