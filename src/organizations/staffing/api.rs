//! Staffing over HTTP.

use actix_web::web::Data;
use actix_web::{get, put};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::actions;
use super::model::{Qualification, Staffing};
use super::store::{self, Stated};
use crate::organizations::reach::{Reach, When, find_at};
use crate::organizations::register::model::OrganizationCode;
use crate::platform::input::Day;
use crate::platform::page::NoFilter;
use crate::platform::text::stored;
use crate::platform::{
    Answer, Body, Clock, Condition, Db, Etag, Json, May, Page, Paged, Paging, Path, Query, ReadOrganizations,
    Reply, WriteOrganizations,
};

/// Staff with a qualification in common.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QualificationCount {
    /// What they have in common.
    #[schema(min_length = 1, max_length = 200, pattern = r"\S", example = "Thạc sĩ")]
    name: String,
    /// How many.
    #[schema(minimum = 0, maximum = 1_000_000, example = 70)]
    count: i32,
    /// Counted in another line already: never summed.
    #[serde(default)]
    of_which: bool,
}

/// Staffing as an organization states it.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewStaffing {
    /// Posts that were assigned.
    #[schema(minimum = 0, maximum = 1_000_000, example = 47)]
    quota: i32,
    /// Posts that are filled.
    #[schema(minimum = 0, maximum = 1_000_000, example = 47)]
    present: i32,
    /// All staff.
    #[schema(minimum = 0, maximum = 1_000_000, example = 182)]
    total: i32,
    /// By qualification. The lines that are not `of_which` do not overlap.
    #[serde(default)]
    #[schema(max_items = 100)]
    qualifications: Vec<QualificationCount>,
}

impl Body for NewStaffing {}

impl From<NewStaffing> for Staffing {
    fn from(new: NewStaffing) -> Self {
        let line = |line: QualificationCount| Qualification {
            name: stored(&line.name),
            count: line.count,
            of_which: line.of_which,
        };
        let qualifications = new.qualifications.into_iter().map(line).collect();
        Self { quota: new.quota, present: new.present, total: new.total, qualifications }
    }
}

/// Staffing on a day.
#[derive(Debug, Serialize, ToSchema)]
pub struct StaffingView {
    /// The day.
    date: NaiveDate,
    /// Posts that were assigned.
    #[schema(minimum = 0, example = 47)]
    quota: i32,
    /// Posts that are filled.
    #[schema(minimum = 0, example = 47)]
    present: i32,
    /// All staff.
    #[schema(minimum = 0, example = 182)]
    total: i32,
    /// Staff in the lines that do not overlap.
    #[schema(minimum = 0, example = 182)]
    qualified: i64,
    /// By qualification.
    qualifications: Vec<QualificationCount>,
}

impl From<Stated> for StaffingView {
    fn from(stated: Stated) -> Self {
        let qualified = stated.staffing.qualified();
        let Staffing { quota, present, total, qualifications } = stated.staffing;
        let line = |line: Qualification| QualificationCount {
            name: line.name,
            count: line.count,
            of_which: line.of_which,
        };
        let qualifications = qualifications.into_iter().map(line).collect();
        Self { date: stated.day, quota, present, total, qualified, qualifications }
    }
}

/// Show the staffing of a day.
#[utoipa::path(
    tag = "organizations",
    params(
        ("code" = OrganizationCode, Path, description = "Any code of the organization"),
        ("date" = NaiveDate, Path, description = "The day", example = "2020-06-30")
    ),
    responses((status = 200, description = "The staffing", body = StaffingView)),
    security(("bearer" = ["organizations:read"]))
)]
#[get("/organizations/{code}/staffing/{date}")]
pub async fn find_staffing(
    db: Data<Db>,
    clock: Data<Clock>,
    who: May<ReadOrganizations>,
    path: Path<(OrganizationCode, Day)>,
) -> Answer {
    let (reach, when) = (Reach::of(&who), When::of(None, clock.today()));
    let (code, Day(day)) = path.into_inner();
    let stated = db.read(move |conn| store::find(conn, &reach, code.as_str(), day, when)).await?;
    let (etag, updated_at) = (Etag::of(stated.version), stated.updated_at);
    Ok(Reply::ok(&StaffingView::from(stated))?.tagged(&etag).modified(updated_at))
}

/// State the staffing of a day.
///
/// Sub-counts such as those who study for a degree are `of_which` and never summed.
#[utoipa::path(
    tag = "organizations",
    params(
        ("code" = OrganizationCode, Path, description = "Any code of the organization"),
        ("date" = NaiveDate, Path, description = "The day", example = "2020-06-30")
    ),
    responses(
        (status = 200, description = "Restated", body = StaffingView),
        (status = 201, description = "Stated", body = StaffingView)
    ),
    security(("bearer" = ["organizations:write"]))
)]
#[put("/organizations/{code}/staffing/{date}")]
pub async fn state_staffing(
    db: Data<Db>,
    who: May<WriteOrganizations>,
    path: Path<(OrganizationCode, Day)>,
    condition: Condition,
    body: Json<NewStaffing>,
) -> Answer {
    let reach = Reach::of(&who);
    let (code, Day(day)) = path.into_inner();
    let staffing = Staffing::from(body.value);
    let order = who.orders("staffing.state", format!("{code} {day}"));
    db.write(order, move |work| {
        let (outcome, stated) = actions::state(work, &reach, code.as_str(), day, &staffing, &condition)?;
        let etag = Etag::of(stated.version);
        let view = StaffingView::from(stated);
        let location = format!("/api/v1/organizations/{code}/staffing/{day}");
        Ok(Reply::of(outcome, &view, location)?.tagged(&etag))
    })
    .await
}

/// List the staffing of an organization.
///
/// Newest day first.
#[utoipa::path(
    tag = "organizations",
    params(("code" = OrganizationCode, Path, description = "Any code of the organization"), Paged<NoFilter>),
    responses((status = 200, description = "A page of staffing", body = Page<StaffingView>)),
    security(("bearer" = ["organizations:read"]))
)]
#[get("/organizations/{code}/staffing")]
pub async fn list_staffing(
    db: Data<Db>,
    clock: Data<Clock>,
    who: May<ReadOrganizations>,
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
    paging.page(found.await?, who.subject(), |stated| stated.day)?.map(StaffingView::from).reply()
}
