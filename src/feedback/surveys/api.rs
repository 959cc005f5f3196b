//! Surveys over HTTP.

use actix_web::web::{Data, ReqData};
use actix_web::{get, post, put};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::model::{Pushed, SurveyCode};
use super::store;
use crate::kpis::records::actions::take_one;
use crate::kpis::records::batch::{Push, push};
use crate::kpis::records::held::Kept;
use crate::kpis::records::store::find;
use crate::organizations::{OrganizationCode, Reach, When};
use crate::platform::edge::Facts;
use crate::platform::input::batch::{BatchMode, BatchResult};
use crate::platform::input::{Items, wrong};
use crate::platform::{
    Answer, Body, Clock, Condition, Db, Etag, Fault, IdempotencyKey, Json, May, Page, Paged, Paging, Path,
    Query, ReadFeedback, Reply, WriteFeedback, Wrong,
};

impl Body for Pushed {}

/// Up to 50,000 surveys and 64 MiB.
#[derive(ToSchema)]
#[schema(as = SatisfactionSurveyBatch)]
#[expect(dead_code, reason = "only its schema is used: the body is streamed")]
pub struct SurveyBatch {
    /// The surveys.
    #[schema(min_items = 1, max_items = 50_000)]
    items: Vec<Pushed>,
}

/// A survey as it is kept.
#[derive(Debug, Serialize, ToSchema)]
pub struct SatisfactionSurveyView {
    #[serde(flatten)]
    survey: Pushed,
    /// How many answered.
    #[schema(minimum = 0, example = 120)]
    answered: u32,
}

impl From<Kept<Pushed>> for SatisfactionSurveyView {
    fn from(kept: Kept<Pushed>) -> Self {
        Self { answered: kept.body.answers.all(), survey: kept.body }
    }
}

/// Which surveys.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SurveyFilter {
    /// Code of an organization: surveys about it and all below it.
    #[param(inline)]
    organization: Option<OrganizationCode>,
}

/// List surveys of satisfaction.
///
/// By organization, then by their last day.
#[utoipa::path(
    tag = "feedback",
    params(Paged<SurveyFilter>),
    responses((status = 200, description = "A page of surveys", body = Page<SatisfactionSurveyView>)),
    security(("bearer" = ["feedback:read"]))
)]
#[get("/satisfaction-surveys")]
pub async fn list_surveys(
    db: Data<Db>,
    clock: Data<Clock>,
    who: May<ReadFeedback>,
    query: Query<Paged<SurveyFilter>>,
    paging: Paging,
) -> Answer {
    let (reach, when) = (Reach::of(&who), When::Now(clock.today()));
    let organization = query.0.filter.organization;
    let page = (paging.after(who.subject())?, paging.fetch());
    let found = db.read(move |conn| {
        let organization = organization.as_ref().map(OrganizationCode::as_str);
        store::list(conn, &reach, organization, when, page)
    });
    paging.page(found.await?, who.subject(), Kept::place)?.map(SatisfactionSurveyView::from).reply()
}

/// Show a survey of satisfaction.
#[utoipa::path(
    tag = "feedback",
    params(("code" = SurveyCode, Path, description = "Its code")),
    responses((status = 200, description = "The survey", body = SatisfactionSurveyView)),
    security(("bearer" = ["feedback:read"]))
)]
#[get("/satisfaction-surveys/{code}")]
pub async fn find_survey(
    db: Data<Db>,
    clock: Data<Clock>,
    who: May<ReadFeedback>,
    code: Path<SurveyCode>,
) -> Answer {
    let (reach, when) = (Reach::of(&who), When::Now(clock.today()));
    let kept = db.read(move |conn| find::<Pushed>(conn, &reach, code.as_str(), when)).await?;
    let (etag, updated_at) = (Etag::of(kept.version), kept.updated_at);
    Ok(Reply::ok(&SatisfactionSurveyView::from(kept))?.tagged(&etag).modified(updated_at))
}

/// Push a survey of satisfaction.
///
/// With the counts of its answers; they count on its last day, apart from ratings of single dossiers.
#[utoipa::path(
    tag = "feedback",
    params(("code" = SurveyCode, Path, description = "Its code")),
    responses(
        (status = 200, description = "Changed, or as it was", body = SatisfactionSurveyView),
        (status = 201, description = "New", body = SatisfactionSurveyView)
    ),
    security(("bearer" = ["feedback:write"]))
)]
#[put("/satisfaction-surveys/{code}")]
pub async fn push_survey(
    db: Data<Db>,
    who: May<WriteFeedback>,
    code: Path<SurveyCode>,
    condition: Condition,
    body: Json<Pushed>,
) -> Answer {
    let (reach, code) = (Reach::of(&who), code.into_inner());
    let pushed = body.value;
    if pushed.code != code {
        return Err(Fault::invalid(vec![Wrong::body("/code", wrong::MISMATCH)]));
    }
    let order = who.orders("satisfaction-survey.push", code.to_string());
    db.write(order, move |work| {
        let (outcome, kept, evidence) = take_one::<Kept<Pushed>>(work, &reach, &pushed, &condition)?;
        let etag = Etag::of(kept.version);
        let location = format!("/api/v1/satisfaction-surveys/{code}");
        Reply::of(outcome, &SatisfactionSurveyView::from(kept), location)?
            .tagged(&etag)
            .with_evidence(&evidence)
    })
    .await
}

/// Push many surveys of satisfaction.
///
/// As `{"items": […]}` or one on each line (`application/x-ndjson`), each as by PUT but without a condition. An item that is
/// refused leaves the others alone, unless `atomic`.
#[utoipa::path(
    tag = "feedback",
    params(BatchMode),
    request_body(content((SurveyBatch = "application/json"), (String = "application/x-ndjson"))),
    responses((status = 200, description = "What became of each item", body = BatchResult)),
    extensions(("x-answered-once" = json!(true))),
    security(("bearer" = ["feedback:write"]))
)]
#[post("/satisfaction-surveys/batch")]
pub async fn push_surveys(
    db: Data<Db>,
    who: May<WriteFeedback>,
    key: IdempotencyKey,
    facts: ReqData<Facts>,
    Query(mode): Query<BatchMode>,
    items: Items,
) -> Answer {
    let act = "satisfaction-survey.push-batch";
    push::<Kept<Pushed>>(&db, Push { who: &who, act, mode, key, facts: facts.into_inner() }, items).await
}
