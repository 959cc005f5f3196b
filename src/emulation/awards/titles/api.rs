//! Titles and their rules over HTTP.

use actix_web::web::Data;
use actix_web::{get, put};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::actions;
use super::model::{AwardTitleId, Rule};
use super::store::{self, Title};
use crate::platform::clock::shown_end;
use crate::platform::{
    Admin, Answer, Body, Clock, Condition, Db, Etag, Fault, Json, May, Page, Paged, Paging, Path, Query,
    ReadEmulation, Reply,
};

impl Body for Rule {}

/// A title or form of commendation.
#[derive(Debug, Serialize, ToSchema)]
pub struct AwardTitleView {
    /// Name in requests.
    id: AwardTitleId,
    /// First day after this rule; `null` while it is in force.
    #[schema(required = true)]
    valid_to: Option<NaiveDate>,
    #[serde(flatten)]
    rule: Rule,
}

impl From<Title> for AwardTitleView {
    fn from(title: Title) -> Self {
        Self { id: title.id, valid_to: shown_end(title.valid_to), rule: title.rule }
    }
}

/// Of which day.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RuledOn {
    /// As the rules were on this day; without it, today. For a year, the rules of its last day hold.
    #[param(format = Date, example = "2020-12-31")]
    as_of: Option<NaiveDate>,
}

/// List titles and forms of commendation.
///
/// With their rules, in the order of the catalogue.
#[utoipa::path(
    tag = "emulation",
    params(Paged<RuledOn>),
    responses((status = 200, description = "A page of titles", body = Page<AwardTitleView>)),
    security(("bearer" = ["emulation:read"]))
)]
#[get("/award-titles")]
pub async fn list_award_titles(
    db: Data<Db>,
    clock: Data<Clock>,
    who: May<ReadEmulation>,
    Query(Paged { filter, .. }): Query<Paged<RuledOn>>,
    paging: Paging,
) -> Answer {
    let day = filter.as_of.unwrap_or_else(|| clock.today());
    let (after, count) = (paging.after::<i64>(who.subject())?.unwrap_or(0), paging.fetch());
    let found = db.read(move |conn| store::list(conn, day, after, count)).await?;
    paging.page(found, who.subject(), |title| title.position)?.map(AwardTitleView::from).reply()
}

/// Show a title or form of commendation.
///
/// With its rules, as they were on a day: what is asked of who is given it, which vote, how many there may be, and what of the law is
/// not confirmed.
#[utoipa::path(
    tag = "emulation",
    params(("title" = AwardTitleId, Path, description = "Its name"), RuledOn),
    responses((status = 200, description = "The title", body = AwardTitleView)),
    security(("bearer" = ["emulation:read"]))
)]
#[get("/award-titles/{title}")]
pub async fn find_award_title(
    db: Data<Db>,
    clock: Data<Clock>,
    _who: May<ReadEmulation>,
    id: Path<AwardTitleId>,
    Query(day): Query<RuledOn>,
) -> Answer {
    let day = day.as_of.unwrap_or_else(|| clock.today());
    let title = db.read(move |conn| store::on(conn, &id, day)).await?.ok_or_else(Fault::missing)?;
    let (etag, updated_at) = (etag(&title), title.updated_at);
    Ok(Reply::ok(&AwardTitleView::from(title))?.tagged(&etag).modified(updated_at))
}

fn etag(title: &Title) -> Etag {
    Etag::variant(title.version, title.rule.valid_from)
}

/// Set the rules of a title or form of commendation.
///
/// From `valid_from` on; earlier rules stay in force for their time. With the `valid_from` of the last rule it is corrected. What years
/// that were decided on were judged by stays; of it, only the name, the legal basis and what is open are corrected. A title that is
/// there needs `If-Match`. Needs a token for all organizations, since the rules are everybody's.
#[utoipa::path(
    tag = "emulation",
    params(("title" = AwardTitleId, Path, description = "Its name")),
    request_body(content = Rule),
    responses(
        (status = 200, description = "Changed", body = AwardTitleView),
        (status = 201, description = "Created", body = AwardTitleView)
    ),
    security(("bearer" = ["admin"]))
)]
#[put("/award-titles/{title}")]
pub async fn define_award_title(
    db: Data<Db>,
    who: May<Admin>,
    id: Path<AwardTitleId>,
    condition: Condition,
    body: Json<Rule>,
) -> Answer {
    who.must_reach_everywhere()?;
    let rule = body.value.stored();
    let order = who.orders("award-title.define", id.as_str());
    db.write(order, move |work| {
        let (outcome, title) = actions::define(work, &id, &rule, &condition)?;
        let etag = etag(&title);
        let view = AwardTitleView::from(title);
        Ok(Reply::of(outcome, &view, format!("/api/v1/award-titles/{id}"))?.tagged(&etag))
    })
    .await
}
