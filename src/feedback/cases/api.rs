//! Cases over HTTP.

use actix_web::web::{Data, ReqData};
use actix_web::{get, post, put};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::due::Deadline;
use super::held::Held;
use super::model::{CaseChannel, CaseCode, CaseKind, CaseResult, CaseState, Instance, LetterDay, Pushed};
use super::store::{self, Filter};
use crate::feedback::limits::model::LimitName;
use crate::kpis::records::held::Kept;
use crate::kpis::records::pushing::{One, Push, push, push_one};
use crate::kpis::records::store::find;
use crate::organizations::{OrganizationCode, Reach, When};
use crate::platform::edge::Facts;
use crate::platform::input::Items;
use crate::platform::input::batch::{BatchMode, BatchResult};
use crate::platform::{
    Answer, Body, Clock, Condition, Db, Etag, IdempotencyKey, Json, May, Moment, Page, Paged, Paging, Path,
    Query, ReadFeedback, Reply, WriteFeedback,
};

impl Body for Pushed {}

/// Up to 50,000 cases and 64 MiB.
#[derive(ToSchema)]
#[schema(as = FeedbackCaseBatch)]
#[expect(dead_code, reason = "only its schema is used: the body is streamed")]
pub struct CaseBatch {
    /// The cases.
    #[schema(min_items = 1, max_items = 50_000)]
    items: Vec<Pushed>,
}

/// A last day.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeadlineView {
    /// The limit; null where the case's own system states the day.
    #[schema(required = true)]
    limit: Option<LimitName>,
    /// The day on which the time begins; it is not counted.
    from: NaiveDate,
    /// The last day; null where no limit is known.
    #[schema(required = true)]
    on: Option<NaiveDate>,
    /// Whether it was kept; null while that is open, or where no limit is known.
    #[schema(required = true)]
    kept: Option<bool>,
}

/// A case as it is kept.
#[derive(Debug, Serialize, ToSchema)]
pub struct FeedbackCaseView {
    /// Its code.
    code: CaseCode,
    /// The organization that handles it, by the code that was pushed.
    organization: OrganizationCode,
    /// What it is.
    kind: CaseKind,
    /// How it came in; null for a denunciation.
    #[schema(required = true)]
    channel: Option<CaseChannel>,
    /// How far it is.
    state: CaseState,
    /// The day on which it came.
    received_on: NaiveDate,
    /// The days on which further letters came.
    further_letters_on: Vec<LetterDay>,
    /// How many letters it has.
    #[schema(minimum = 1)]
    letters: usize,
    /// The day on which it was accepted.
    #[schema(required = true)]
    accepted_on: Option<NaiveDate>,
    /// The day on which it ended.
    #[schema(required = true)]
    ended_on: Option<NaiveDate>,
    /// How it ended.
    #[schema(required = true)]
    result: Option<CaseResult>,
    /// Which time a complaint is settled.
    #[schema(required = true)]
    instance: Option<Instance>,
    /// Whether a complaint is complex.
    #[schema(required = true)]
    complex: Option<bool>,
    /// Whether a complaint is settled in a remote area.
    #[schema(required = true)]
    remote: Option<bool>,
    /// Number and symbol of the answer.
    #[schema(required = true)]
    answer_number: Option<String>,
    /// The day on which the answer was published.
    #[schema(required = true)]
    published_on: Option<NaiveDate>,
    /// Where it is published.
    #[schema(required = true)]
    publication_url: Option<String>,
    /// The last day to accept a complaint.
    #[schema(required = true)]
    accept_by: Option<DeadlineView>,
    /// The last day to end the case; null as long as its time has not begun.
    #[schema(required = true)]
    settle_by: Option<DeadlineView>,
    /// The last day to publish the answer.
    #[schema(required = true)]
    publish_by: Option<DeadlineView>,
    /// When its own system last changed it.
    #[schema(required = true)]
    updated_at: Option<Moment>,
}

impl From<Kept<Held>> for FeedbackCaseView {
    fn from(kept: Kept<Held>) -> Self {
        let Held { case, deadlines } = kept.body;
        let by = |deadline: Option<Deadline>, done: Option<NaiveDate>| {
            deadline.map(|Deadline { limit, from, on }| {
                let kept = on.zip(done).map(|(on, done)| done <= on);
                DeadlineView { limit, from, on, kept }
            })
        };
        Self {
            state: case.state(),
            letters: case.letters_on().count(),
            accept_by: by(deadlines.acceptance, case.accepted_on.or(case.ended_on)),
            settle_by: by(deadlines.settlement, case.ended_on),
            publish_by: by(deadlines.publication, case.published_on),
            code: case.code,
            organization: case.organization,
            kind: case.kind,
            channel: case.channel,
            received_on: case.received_on,
            further_letters_on: case.further_letters_on,
            accepted_on: case.accepted_on,
            ended_on: case.ended_on,
            result: case.result,
            instance: case.instance,
            complex: case.complex,
            remote: case.remote,
            answer_number: case.answer_number,
            published_on: case.published_on,
            publication_url: case.publication_url,
            updated_at: case.updated_at,
        }
    }
}

/// Which cases.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FeedbackCaseFilter {
    /// Code of an organization: what it and all below it handle.
    #[param(inline)]
    organization: Option<OrganizationCode>,
    /// Of this kind.
    #[param(inline)]
    kind: Option<CaseKind>,
    /// Those that have not ended, or those that have.
    open: Option<bool>,
    /// Received on this day or later.
    #[param(format = Date, example = "2020-01-01")]
    received_from: Option<NaiveDate>,
    /// Received on this day or earlier.
    #[param(format = Date, example = "2020-12-31")]
    received_to: Option<NaiveDate>,
}

impl From<FeedbackCaseFilter> for Filter {
    fn from(filter: FeedbackCaseFilter) -> Self {
        Self {
            organization: filter.organization.map(|code| code.to_string()),
            kind: filter.kind,
            open: filter.open,
            received_from: filter.received_from,
            received_to: filter.received_to,
        }
    }
}

/// List cases.
///
/// By organization, then by day of receipt.
#[utoipa::path(
    tag = "feedback",
    params(Paged<FeedbackCaseFilter>),
    responses((status = 200, description = "A page of cases", body = Page<FeedbackCaseView>)),
    security(("bearer" = ["feedback:read"]))
)]
#[get("/feedback-cases")]
pub async fn list_feedback_cases(
    db: Data<Db>,
    clock: Data<Clock>,
    who: May<ReadFeedback>,
    query: Query<Paged<FeedbackCaseFilter>>,
    paging: Paging,
) -> Answer {
    let (reach, when) = (Reach::of(&who), When::Now(clock.today()));
    let filter = Filter::from(query.0.filter);
    let page = (paging.after(who.subject())?, paging.fetch());
    let found = db.read(move |conn| store::list(conn, &reach, &filter, when, page)).await?;
    paging.page(found, who.subject(), Kept::place)?.map(FeedbackCaseView::from).reply()
}

/// Show a case.
#[utoipa::path(
    tag = "feedback",
    params(("code" = CaseCode, Path, description = "Its code")),
    responses((status = 200, description = "The case", body = FeedbackCaseView)),
    security(("bearer" = ["feedback:read"]))
)]
#[get("/feedback-cases/{code}")]
pub async fn find_feedback_case(
    db: Data<Db>,
    clock: Data<Clock>,
    who: May<ReadFeedback>,
    code: Path<CaseCode>,
) -> Answer {
    let (reach, when) = (Reach::of(&who), When::Now(clock.today()));
    let kept = db.read(move |conn| find::<Held>(conn, &reach, code.as_str(), when)).await?;
    let (etag, updated_at) = (Etag::of(kept.version), kept.updated_at);
    Ok(Reply::ok(&FeedbackCaseView::from(kept))?.tagged(&etag).modified(updated_at))
}

/// Push a case.
///
/// Its whole state: days, words of closed sets and the agency's own answer. Sender, content and attachments are not taken, of no
/// kind. Of a denunciation only kind, unit, days and result are; its code is a random UUID. A body with more is refused as a
/// whole, and nothing of it is kept.
#[utoipa::path(
    tag = "feedback",
    params(("code" = CaseCode, Path, description = "Its code")),
    responses(
        (status = 200, description = "Changed, or as it was", body = FeedbackCaseView),
        (status = 201, description = "New", body = FeedbackCaseView)
    ),
    security(("bearer" = ["feedback:write"]))
)]
#[put("/feedback-cases/{code}")]
pub async fn push_feedback_case(
    db: Data<Db>,
    who: May<WriteFeedback>,
    code: Path<CaseCode>,
    condition: Condition,
    body: Json<Pushed>,
) -> Answer {
    let one = One {
        who: &who,
        act: "feedback-case.push",
        path: "/api/v1/feedback-cases",
        key: code.to_string(),
        place: "/code",
        condition,
    };
    push_one::<Kept<Held>, _>(&db, one, body.value, |kept, _| {
        let etag = Etag::of(kept.version);
        (FeedbackCaseView::from(kept), etag)
    })
    .await
}

/// Push many cases.
///
/// Up to 50,000 in 64 MiB, as `{"items": […]}` or one on each line (`application/x-ndjson`), each as by PUT but without a
/// condition. An item that is refused leaves the others alone, unless `atomic`. The same batch sent twice changes nothing.
/// Without `atomic` and `Idempotency-Key` items are taken in handfuls as they arrive; should the rest of the body be
/// unreadable, the problem says in `taken` how many were.
#[utoipa::path(
    tag = "feedback",
    params(BatchMode),
    request_body(content((CaseBatch = "application/json"), (String = "application/x-ndjson"))),
    responses((status = 200, description = "What became of each item", body = BatchResult)),
    extensions(("x-answered-once" = json!(true))),
    security(("bearer" = ["feedback:write"]))
)]
#[post("/feedback-cases/batch")]
pub async fn push_feedback_cases(
    db: Data<Db>,
    who: May<WriteFeedback>,
    key: IdempotencyKey,
    facts: ReqData<Facts>,
    Query(mode): Query<BatchMode>,
    items: Items,
) -> Answer {
    let act = "feedback-case.push-batch";
    push::<Kept<Held>>(&db, Push { who: &who, act, mode, key, facts: facts.into_inner() }, items).await
}
