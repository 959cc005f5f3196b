//! Time limits over HTTP.

use actix_web::web::Data;
use actix_web::{get, put};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::actions;
use super::model::{Limit, LimitName, LimitUnit};
use super::store::{self, Kept};
use crate::platform::input::Day;
use crate::platform::page::NoFilter;
use crate::platform::text::stored;
use crate::platform::{
    Admin, Answer, Body, Condition, Db, Etag, Fault, Json, May, Page, Paged, Paging, Path, Query,
    ReadFeedback, Reply,
};

/// How long something may take.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewFeedbackLimit {
    /// How many days; null where the law in force is known and its number is not: then nothing is late.
    #[schema(required = true, minimum = 0, maximum = 1000, example = 15)]
    days: Option<u32>,
    /// Which days are counted. The first is not.
    unit: LimitUnit,
    /// Whether a last day that is not worked moves to the next that is.
    to_working_day: bool,
    /// The article.
    #[schema(min_length = 1, max_length = 300, pattern = r"\S", example = "Luật Tố cáo 2018, Điều 30")]
    legal_basis: String,
}

impl Body for NewFeedbackLimit {}

/// How long something may take, from a day on until the next limit of its name.
#[derive(Debug, Serialize, ToSchema)]
pub struct FeedbackLimitView {
    /// What is limited.
    name: LimitName,
    /// First day on which it holds.
    valid_from: NaiveDate,
    /// How many days; null where that is not known.
    #[schema(required = true, minimum = 0, example = 15)]
    days: Option<u32>,
    /// Which days are counted.
    unit: LimitUnit,
    /// Whether a last day that is not worked moves to the next that is.
    to_working_day: bool,
    /// The article.
    #[schema(example = "Luật Tố cáo 2018, Điều 30")]
    legal_basis: String,
}

impl From<Kept> for FeedbackLimitView {
    fn from(kept: Kept) -> Self {
        let Limit { name, valid_from, days, unit, to_working_day, legal_basis } = kept.limit;
        Self { name, valid_from, days, unit, to_working_day, legal_basis }
    }
}

/// List the time limits.
///
/// By name, then by the day from which each holds.
#[utoipa::path(
    tag = "feedback",
    params(Paged<NoFilter>),
    responses((status = 200, description = "A page of limits", body = Page<FeedbackLimitView>)),
    security(("bearer" = ["feedback:read"]))
)]
#[get("/feedback-limits")]
pub async fn list_limits(
    db: Data<Db>,
    who: May<ReadFeedback>,
    _query: Query<Paged<NoFilter>>,
    paging: Paging,
) -> Answer {
    let (after, count) = (paging.after(who.subject())?, paging.fetch());
    let found = db.read(move |conn| store::list(conn, after, count)).await?;
    let place = |kept: &Kept| (kept.limit.name, kept.limit.valid_from);
    paging.page(found, who.subject(), place)?.map(FeedbackLimitView::from).reply()
}

/// Show a time limit.
#[utoipa::path(
    tag = "feedback",
    params(
        ("limit" = LimitName, Path, description = "What is limited"),
        ("date" = NaiveDate, Path, description = "First day on which it holds", example = "2020-06-30")
    ),
    responses((status = 200, description = "The limit", body = FeedbackLimitView)),
    security(("bearer" = ["feedback:read"]))
)]
#[get("/feedback-limits/{limit}/{date}")]
pub async fn find_limit(db: Data<Db>, _who: May<ReadFeedback>, path: Path<(LimitName, Day)>) -> Answer {
    let (name, Day(day)) = path.into_inner();
    let kept = db.read(move |conn| store::find(conn, name, day)).await?.ok_or_else(Fault::missing)?;
    let (etag, updated_at) = (Etag::of(kept.version), kept.updated_at);
    Ok(Reply::ok(&FeedbackLimitView::from(kept))?.tagged(&etag).modified(updated_at))
}

/// Set a time limit.
///
/// From a day on, until the next limit of the same name: a law that changes is another limit, not a correction. A case is held
/// to the limit of the day on which its time begins, as it was known when the case was pushed; one that had no known limit is
/// given it when it is pushed again. Needs a token for all organizations, since limits are everybody's.
#[utoipa::path(
    tag = "feedback",
    params(
        ("limit" = LimitName, Path, description = "What is limited"),
        ("date" = NaiveDate, Path, description = "First day on which it holds", example = "2020-06-30")
    ),
    responses(
        (status = 200, description = "Corrected", body = FeedbackLimitView),
        (status = 201, description = "Set", body = FeedbackLimitView)
    ),
    security(("bearer" = ["admin"]))
)]
#[put("/feedback-limits/{limit}/{date}")]
pub async fn set_limit(
    db: Data<Db>,
    who: May<Admin>,
    path: Path<(LimitName, Day)>,
    condition: Condition,
    body: Json<NewFeedbackLimit>,
) -> Answer {
    who.must_reach_everywhere()?;
    let (name, Day(valid_from)) = path.into_inner();
    let NewFeedbackLimit { days, unit, to_working_day, legal_basis } = body.value;
    let legal_basis = stored(&legal_basis);
    let limit = Limit { name, valid_from, days, unit, to_working_day, legal_basis };
    let order = who.orders("feedback-limit.set", format!("{name} {valid_from}"));
    db.write(order, move |work| {
        let (outcome, kept) = actions::set(work, &limit, &condition)?;
        let etag = Etag::of(kept.version);
        let location = format!("/api/v1/feedback-limits/{name}/{valid_from}");
        Ok(Reply::of(outcome, &FeedbackLimitView::from(kept), location)?.tagged(&etag))
    })
    .await
}
