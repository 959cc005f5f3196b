//! Ratings over HTTP.

use actix_web::web::Data;
use actix_web::{get, put};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use super::actions;
use super::model::{Rating, RatingKey, Stated};
use super::store::{self, Kept};
use crate::emulation::awards::titles::model::AwardYear;
use crate::emulation::persons::StaffReference;
use crate::organizations::{OrganizationCode, Reach, When, find_at};
use crate::platform::auth::Scope;
use crate::platform::page::NoFilter;
use crate::platform::text::stored;
use crate::platform::{
    Answer, Body, Caller, Clock, Condition, Db, Etag, Json, May, Page, Paged, Paging, Path, Query,
    ReadEmulation, Reply, SeePersons, WriteEmulation,
};

/// How the work of a year was done.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRating {
    /// How it was done.
    #[schema(example = "excellent")]
    rating: Rating,
    /// When that was decided.
    #[schema(format = Date, example = "2020-12-10")]
    decided_on: NaiveDate,
    /// By which decision, as its number is written.
    #[schema(min_length = 1, max_length = 200, pattern = r"\S", example = "230/QĐ-SKHCN")]
    decision: Option<String>,
}

impl Body for NewRating {}

impl From<NewRating> for Stated {
    fn from(NewRating { rating, decided_on, decision }: NewRating) -> Self {
        Self { rating, decided_on, decision: decision.as_deref().map(stored) }
    }
}

/// A rating of a year.
#[derive(Debug, Serialize, ToSchema)]
pub struct RatingView {
    /// Staff reference; absent of an organization.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    staff: Option<StaffReference>,
    /// The year.
    year: AwardYear,
    /// How the work was done.
    rating: Rating,
    /// When that was decided.
    decided_on: NaiveDate,
    /// By which decision.
    #[schema(required = true, example = "230/QĐ-SKHCN")]
    decision: Option<String>,
}

impl From<Kept> for RatingView {
    fn from(kept: Kept) -> Self {
        let (RatingKey { staff, year }, Stated { rating, decided_on, decision }) = (kept.key, kept.stated);
        Self { staff, year, rating, decided_on, decision }
    }
}

async fn find(db: &Db, who: &Caller, when: When, code: OrganizationCode, key: RatingKey) -> Answer {
    let reach = Reach::of(who);
    let kept = db.snapshot(move |conn| actions::find(conn, &reach, &code, &key, when)).await?;
    let (etag, updated_at) = (Etag::of(kept.version), kept.updated_at);
    Ok(Reply::ok(&RatingView::from(kept))?.tagged(&etag).modified(updated_at))
}

async fn state(
    db: &Db,
    who: &Caller,
    (code, key): (OrganizationCode, RatingKey),
    condition: Condition,
    stated: Stated,
) -> Answer {
    let reach = Reach::of(who);
    let year = key.year;
    let (place, subject) = match &key.staff {
        None => (format!("ratings/{year}"), format!("{code} ratings/{year}")),
        // The trail is kept for ever and read by others: whoever is rated is not told.
        Some(staff) => (format!("staff/{staff}/ratings/{year}"), format!("{code} staff-ratings/{year}")),
    };
    let order = who.orders("rating.state", subject);
    db.write(order, move |work| {
        let (outcome, kept) = actions::state(work, &reach, &code, (&key, stated.clone()), &condition)?;
        let etag = Etag::of(kept.version);
        let location = format!("/api/v1/organizations/{code}/{place}");
        let evidence = json!({ "year": year, "decided_on": kept.stated.decided_on, "version": kept.version });
        let reply = Reply::of(outcome, &RatingView::from(kept), location)?.tagged(&etag);
        if key.staff.is_some() { reply.with_evidence(&evidence) } else { Ok(reply) }
    })
    .await
}

/// List the ratings of an organization.
///
/// Of the organization itself, newest year first.
#[utoipa::path(
    tag = "emulation",
    params(("code" = OrganizationCode, Path, description = "Any code of the organization"), Paged<NoFilter>),
    responses((status = 200, description = "A page of ratings", body = Page<RatingView>)),
    security(("bearer" = ["emulation:read"]))
)]
#[get("/organizations/{code}/ratings")]
pub async fn list_ratings(
    db: Data<Db>,
    clock: Data<Clock>,
    who: May<ReadEmulation>,
    code: Path<OrganizationCode>,
    _query: Query<Paged<NoFilter>>,
    paging: Paging,
) -> Answer {
    let (reach, when) = (Reach::of(&who), When::Now(clock.today()));
    let page = (paging.after::<i32>(who.subject())?, paging.fetch());
    let found = db.snapshot(move |conn| {
        let id = find_at(conn, &reach, code.as_str(), when)?;
        store::list(conn, id, page)
    });
    paging.page(found.await?, who.subject(), |kept| kept.key.year.0)?.map(RatingView::from).reply()
}

/// Show the rating of an organization.
#[utoipa::path(
    tag = "emulation",
    params(
        ("code" = OrganizationCode, Path, description = "Any code of the organization"),
        ("year" = AwardYear, Path, description = "The year")
    ),
    responses((status = 200, description = "The rating", body = RatingView)),
    security(("bearer" = ["emulation:read"]))
)]
#[get("/organizations/{code}/ratings/{year}")]
pub async fn find_rating(
    db: Data<Db>,
    clock: Data<Clock>,
    who: May<ReadEmulation>,
    path: Path<(OrganizationCode, AwardYear)>,
) -> Answer {
    let (code, year) = path.into_inner();
    find(&db, &who, When::Now(clock.today()), code, RatingKey { staff: None, year }).await
}

/// State the rating of an organization.
///
/// A rating that was stated before needs `If-Match`.
#[utoipa::path(
    tag = "emulation",
    params(
        ("code" = OrganizationCode, Path, description = "Any code of the organization"),
        ("year" = AwardYear, Path, description = "The year")
    ),
    responses(
        (status = 200, description = "Changed, or as it was", body = RatingView),
        (status = 201, description = "Stated", body = RatingView)
    ),
    security(("bearer" = ["emulation:write"]))
)]
#[put("/organizations/{code}/ratings/{year}")]
pub async fn state_rating(
    db: Data<Db>,
    who: May<WriteEmulation>,
    path: Path<(OrganizationCode, AwardYear)>,
    condition: Condition,
    body: Json<NewRating>,
) -> Answer {
    let (code, year) = path.into_inner();
    state(&db, &who, (code, RatingKey { staff: None, year }), condition, body.value.into()).await
}

/// Of which year.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RatedIn {
    /// Of this year; without it, of all.
    #[param(inline)]
    year: Option<AwardYear>,
}

/// List the ratings of an organization's staff.
///
/// By their references.
#[utoipa::path(
    tag = "emulation",
    params(("code" = OrganizationCode, Path, description = "Any code of the organization"), Paged<RatedIn>),
    responses((status = 200, description = "A page of ratings", body = Page<RatingView>)),
    security(("bearer" = ["emulation:persons"]))
)]
#[get("/organizations/{code}/staff-ratings")]
pub async fn list_staff_ratings(
    db: Data<Db>,
    clock: Data<Clock>,
    who: May<SeePersons>,
    code: Path<OrganizationCode>,
    query: Query<Paged<RatedIn>>,
    paging: Paging,
) -> Answer {
    let (reach, when) = (Reach::of(&who), When::Now(clock.today()));
    let year = query.0.filter.year;
    let page = (paging.after(who.subject())?, paging.fetch());
    let found = db.snapshot(move |conn| {
        let id = find_at(conn, &reach, code.as_str(), when)?;
        store::list_staff(conn, id, year, page)
    });
    let place = |kept: &Kept| (kept.key.staff.as_ref().map(ToString::to_string), kept.key.year.0);
    paging.page(found.await?, who.subject(), place)?.map(RatingView::from).reply()
}

/// Show the rating of one of the staff.
#[utoipa::path(
    tag = "emulation",
    params(
        ("code" = OrganizationCode, Path, description = "Any code of the organization"),
        ("staff" = StaffReference, Path, description = "Staff reference"),
        ("year" = AwardYear, Path, description = "The year")
    ),
    responses((status = 200, description = "The rating", body = RatingView)),
    security(("bearer" = ["emulation:persons"]))
)]
#[get("/organizations/{code}/staff/{staff}/ratings/{year}")]
pub async fn find_staff_rating(
    db: Data<Db>,
    clock: Data<Clock>,
    who: May<SeePersons>,
    path: Path<(OrganizationCode, StaffReference, AwardYear)>,
) -> Answer {
    let (code, staff, year) = path.into_inner();
    find(&db, &who, When::Now(clock.today()), code, RatingKey { staff: Some(staff), year }).await
}

/// State the rating of one of the staff.
///
/// By the organization where the person works. A rating that was stated before needs `If-Match`.
#[utoipa::path(
    tag = "emulation",
    params(
        ("code" = OrganizationCode, Path, description = "Any code of the organization"),
        ("staff" = StaffReference, Path, description = "Staff reference"),
        ("year" = AwardYear, Path, description = "The year")
    ),
    responses(
        (status = 200, description = "Changed, or as it was", body = RatingView),
        (status = 201, description = "Stated", body = RatingView)
    ),
    security(("bearer" = ["emulation:write", "emulation:persons"]))
)]
#[put("/organizations/{code}/staff/{staff}/ratings/{year}")]
pub async fn state_staff_rating(
    db: Data<Db>,
    who: May<WriteEmulation>,
    path: Path<(OrganizationCode, StaffReference, AwardYear)>,
    condition: Condition,
    body: Json<NewRating>,
) -> Answer {
    who.must_hold(SeePersons::NAME)?;
    let (code, staff, year) = path.into_inner();
    state(&db, &who, (code, RatingKey { staff: Some(staff), year }), condition, body.value.into()).await
}
