//! Procedures over HTTP.

use std::collections::HashSet;

use actix_web::web::{Data, ReqData};
use actix_web::{get, post, put};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::model::{
    AfterSupplement, Handling, OnlineLevel, Procedure, ProcedureCode, ProcedureName, ProcedureState, Term,
    TimeOfDay,
};
use super::store::{self, Filter, Kept, Shown};
use crate::kpis::records::pushing::{One, Push, push, push_one};
use crate::organizations::{OrganizationCode, OrganizationId, Reach, When};
use crate::platform::edge::Facts;
use crate::platform::input::Items;
use crate::platform::input::batch::{BatchMode, BatchResult};
use crate::platform::{
    Answer, Body, Clock, Condition, Db, Etag, Fault, IdempotencyKey, Json, May, Moment, Page, Paged, Paging,
    Path, Query, ReadRecords, Reply, WriteRecords,
};

impl Body for Procedure {}

/// Up to 50,000 procedures and 64 MiB.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is used: the body is streamed")]
pub struct ProcedureBatch {
    /// The procedures.
    #[schema(min_items = 1, max_items = 50_000)]
    items: Vec<Procedure>,
}

/// A procedure as it is kept.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProcedureView {
    /// The national code.
    code: ProcedureCode,
    /// Its name.
    name: ProcedureName,
    /// The field that it belongs to.
    #[schema(example = "Hoạt động khoa học và công nghệ")]
    field: String,
    /// How long it may take, where a dossier does not say it.
    #[schema(required = true)]
    term: Option<Term>,
    /// What is accepted at this time or later counts from the next working day.
    #[schema(required = true)]
    cutoff: Option<TimeOfDay>,
    /// What a supplement does to the term.
    after_supplement: AfterSupplement,
    /// The fee in đồng; null if it is not known or not fixed.
    #[schema(required = true, minimum = 0, example = 3_000_000)]
    fee: Option<i64>,
    /// Who handles it, as far as the caller reaches them.
    organizations: Vec<Handling>,
    /// Spans of organizations out of reach; as long as there are any, the caller cannot change the procedure.
    #[schema(minimum = 0, example = 0)]
    out_of_reach: usize,
    /// How it is offered, each from its day on until the next.
    states: Vec<ProcedureState>,
    /// When its own system last changed it.
    #[schema(required = true)]
    updated_at: Option<Moment>,
}

fn view(kept: Kept, reached: &HashSet<OrganizationId>) -> ProcedureView {
    let Procedure {
        code,
        name,
        field,
        term,
        cutoff,
        after_supplement,
        fee,
        organizations,
        states,
        updated_at,
    } = kept.procedure;
    let spans = kept.owners.iter().zip(organizations);
    let organizations: Vec<Handling> =
        spans.filter(|(id, _)| reached.contains(id)).map(|(_, span)| span).collect();
    let out_of_reach = kept.owners.len() - organizations.len();
    ProcedureView {
        code,
        name,
        field,
        term,
        cutoff,
        after_supplement,
        fee,
        organizations,
        out_of_reach,
        states,
        updated_at,
    }
}

/// A version as it looks to one who does not reach all that handle it.
fn tag(version: i64, view: &ProcedureView) -> Etag {
    match view.out_of_reach {
        0 => Etag::of(version),
        some => Etag::variant(version, some),
    }
}

/// Which procedures.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ProcedureFilter {
    /// Part of a code or name, without regard to diacritics and case.
    #[param(min_length = 1, max_length = 200, example = "khoa hoc")]
    q: Option<String>,
    /// The field, as it is written.
    #[param(min_length = 1, max_length = 300, example = "Sở hữu trí tuệ")]
    field: Option<String>,
    /// Code of an organization: what it or any below it handles on the day.
    #[param(inline)]
    organization: Option<OrganizationCode>,
    /// How far they are online on the day.
    #[param(inline)]
    level: Option<OnlineLevel>,
    /// Whether they are published on the day.
    published: Option<bool>,
    /// Whether they are standardised on the day.
    standardised: Option<bool>,
    /// Only those that somebody handles on this day, of which the other parameters then speak; without it they speak of today.
    #[param(format = Date, example = "2020-12-31")]
    as_of: Option<NaiveDate>,
}

impl From<ProcedureFilter> for Filter {
    fn from(filter: ProcedureFilter) -> Self {
        Self {
            q: filter.q,
            field: filter.field,
            organization: filter.organization.map(|code| code.to_string()),
            level: filter.level,
            published: filter.published,
            standardised: filter.standardised,
            handled: filter.as_of.is_some(),
        }
    }
}

/// List procedures.
///
/// By code: those that an organization within reach handles or did.
#[utoipa::path(
    tag = "records",
    params(Paged<ProcedureFilter>),
    responses((status = 200, description = "A page of procedures", body = Page<ProcedureView>)),
    security(("bearer" = ["records:read"]))
)]
#[get("/procedures")]
pub async fn list_procedures(
    db: Data<Db>,
    clock: Data<Clock>,
    who: May<ReadRecords>,
    query: Query<Paged<ProcedureFilter>>,
    paging: Paging,
) -> Answer {
    let (reach, today) = (Reach::of(&who), clock.today());
    let filter = query.0.filter;
    let (when, day) = (When::of(filter.as_of, today), filter.as_of.unwrap_or(today));
    let filter = Filter::from(filter);
    let page = (paging.after(who.subject())?, paging.fetch());
    let found = db.snapshot(move |conn| store::list(conn, &reach, &filter, (when, day), page)).await?;
    let Shown { procedures, reached } = found;
    let page = paging.page(procedures, who.subject(), |kept| kept.procedure.code.to_string())?;
    page.map(|kept| view(kept, &reached)).reply()
}

/// Show a procedure.
#[utoipa::path(
    tag = "records",
    params(("code" = ProcedureCode, Path, description = "The national code")),
    responses((status = 200, description = "The procedure", body = ProcedureView)),
    security(("bearer" = ["records:read"]))
)]
#[get("/procedures/{code}")]
pub async fn find_procedure(
    db: Data<Db>,
    clock: Data<Clock>,
    who: May<ReadRecords>,
    code: Path<ProcedureCode>,
) -> Answer {
    let (reach, when) = (Reach::of(&who), When::Now(clock.today()));
    let Shown { mut procedures, reached } =
        db.snapshot(move |conn| store::find(conn, &reach, &code, when)).await?;
    let kept = procedures.pop().ok_or_else(Fault::missing)?;
    let (version, updated_at) = (kept.version, kept.updated_at);
    let view = view(kept, &reached);
    Ok(Reply::ok(&view)?.tagged(&tag(version, &view)).modified(updated_at))
}

/// Push a procedure.
///
/// Its whole state. A procedure is shared by all that handle it, so only who reaches each of them, of before and of now, may
/// change it. Due dates that were promised stay as they were.
#[utoipa::path(
    tag = "records",
    params(("code" = ProcedureCode, Path, description = "The national code")),
    responses(
        (status = 200, description = "Changed, or as it was", body = ProcedureView),
        (status = 201, description = "New", body = ProcedureView)
    ),
    security(("bearer" = ["records:write"]))
)]
#[put("/procedures/{code}")]
pub async fn push_procedure(
    db: Data<Db>,
    who: May<WriteRecords>,
    code: Path<ProcedureCode>,
    condition: Condition,
    body: Json<Procedure>,
) -> Answer {
    let one = One {
        who: &who,
        act: "procedure.push",
        path: "/api/v1/procedures",
        key: code.to_string(),
        place: "/code",
        condition,
    };
    push_one::<Kept, _>(&db, one, body.value, |kept, _| {
        let (etag, all) = (Etag::of(kept.version), kept.owners.iter().copied().collect());
        (view(kept, &all), etag)
    })
    .await
}

/// Push many procedures.
///
/// Up to 50,000 in 64 MiB, as `{"items": […]}` or one on each line (`application/x-ndjson`), each as by PUT but without a
/// condition. An item that is refused leaves the others alone, unless `atomic`. The same batch sent twice changes nothing.
/// Without `atomic` and `Idempotency-Key` items are taken in handfuls as they arrive; should the rest of the body be
/// unreadable, the problem says in `taken` how many were.
#[utoipa::path(
    tag = "records",
    params(BatchMode),
    request_body(content((ProcedureBatch = "application/json"), (String = "application/x-ndjson"))),
    responses((status = 200, description = "What became of each item", body = BatchResult)),
    extensions(("x-answered-once" = json!(true))),
    security(("bearer" = ["records:write"]))
)]
#[post("/procedures/batch")]
pub async fn push_procedures(
    db: Data<Db>,
    who: May<WriteRecords>,
    key: IdempotencyKey,
    facts: ReqData<Facts>,
    Query(mode): Query<BatchMode>,
    items: Items,
) -> Answer {
    let act = "procedure.push-batch";
    push::<Kept>(&db, Push { who: &who, act, mode, key, facts: facts.into_inner() }, items).await
}
