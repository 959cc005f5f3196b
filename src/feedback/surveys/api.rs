//! Surveys over HTTP.

use actix_web::web::{Data, ReqData};
use actix_web::{get, post, put};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::model::{Pushed, SurveyAnswers, SurveyCode};
use super::store;
use crate::kpis::records::held::Kept;
use crate::kpis::records::pushing::{One, Push, push, push_one};
use crate::kpis::records::store::find;
use crate::kpis::suppression::is_small;
use crate::organizations::{OrganizationCode, Reach, When};
use crate::platform::config::Publishing;
use crate::platform::edge::Facts;
use crate::platform::input::Items;
use crate::platform::input::batch::{BatchMode, BatchResult};
use crate::platform::{
    Answer, Body, Clock, Condition, Db, Etag, IdempotencyKey, Json, May, Moment, Page, Paged, Paging, Path,
    Query, ReadFeedback, Reply, WriteFeedback,
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
    /// Its code.
    code: SurveyCode,
    /// The organization that was asked about, by the code that was pushed.
    organization: OrganizationCode,
    /// What it is called.
    #[schema(example = "Khảo sát mức độ hài lòng năm 2020")]
    name: String,
    /// How people were chosen and asked.
    #[schema(example = "Phiếu giấy tại bộ phận một cửa")]
    method: String,
    /// First day.
    started_on: NaiveDate,
    /// Last day.
    ended_on: NaiveDate,
    /// How many were asked.
    #[schema(minimum = 0, example = 150)]
    asked: u32,
    /// How many answered.
    #[schema(minimum = 0, example = 120)]
    answered: u32,
    /// What they answered; null where few did, unless told to who pushed it.
    #[schema(required = true)]
    answers: Option<SurveyAnswers>,
    /// When its own system last changed it.
    #[schema(required = true)]
    updated_at: Option<Moment>,
}

impl SatisfactionSurveyView {
    /// As who pushed it may see it.
    fn whole(kept: Kept<Pushed>) -> Self {
        let answered = kept.body.answers.all();
        let Pushed { code, organization, name, method, started_on, ended_on, asked, answers, updated_at } =
            kept.body;
        let answers = Some(answers);
        Self { code, organization, name, method, started_on, ended_on, asked, answered, answers, updated_at }
    }

    /// As others may see it: of fewer than `least` only how many answered.
    fn of(kept: Kept<Pushed>, least: i64) -> Self {
        let view = Self::whole(kept);
        let answers = view.answers.filter(|_| !is_small(view.answered.into(), least));
        Self { answers, ..view }
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
/// By organization, then by their last day. What few answered is left out, how many they are is told.
#[utoipa::path(
    tag = "feedback",
    params(Paged<SurveyFilter>),
    responses((status = 200, description = "A page of surveys", body = Page<SatisfactionSurveyView>)),
    security(("bearer" = ["feedback:read"]))
)]
#[get("/satisfaction-surveys")]
pub async fn list_surveys(
    db: Data<Db>,
    (clock, publishing): (Data<Clock>, Data<Publishing>),
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
    let view = |kept| SatisfactionSurveyView::of(kept, publishing.least);
    paging.page(found.await?, who.subject(), Kept::place)?.map(view).reply()
}

/// Show a survey of satisfaction.
///
/// What few answered is left out, how many they are is told.
#[utoipa::path(
    tag = "feedback",
    params(("code" = SurveyCode, Path, description = "Its code")),
    responses((status = 200, description = "The survey", body = SatisfactionSurveyView)),
    security(("bearer" = ["feedback:read"]))
)]
#[get("/satisfaction-surveys/{code}")]
pub async fn find_survey(
    db: Data<Db>,
    (clock, publishing): (Data<Clock>, Data<Publishing>),
    who: May<ReadFeedback>,
    code: Path<SurveyCode>,
) -> Answer {
    let (reach, when) = (Reach::of(&who), When::Now(clock.today()));
    let kept = db.read(move |conn| find::<Pushed>(conn, &reach, code.as_str(), when)).await?;
    let (etag, updated_at) = (Etag::of(kept.version), kept.updated_at);
    let view = SatisfactionSurveyView::of(kept, publishing.least);
    Ok(Reply::ok(&view)?.tagged(&etag).modified(updated_at))
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
    let one = One {
        who: &who,
        act: "satisfaction-survey.push",
        path: "/api/v1/satisfaction-surveys",
        key: code.to_string(),
        place: "/code",
        condition,
    };
    push_one::<Kept<Pushed>, _>(&db, one, body.value, |kept, _| {
        let etag = Etag::of(kept.version);
        (SatisfactionSurveyView::whole(kept), etag)
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
