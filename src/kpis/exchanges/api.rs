//! Documents and days' counts over HTTP.

use actix_web::web::{Data, ReqData};
use actix_web::{get, post, put};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::held::{Content, Exchange};
use super::model::{DocumentCount, ExchangeId, ExchangeScope, Medium, Pushed};
use super::store::{self, Filter};
use crate::kpis::records::held::Kept;
use crate::kpis::records::pushing::{One, Push, push, push_one};
use crate::kpis::records::store::find;
use crate::organizations::{OrganizationCode, Reach, When};
use crate::platform::edge::Facts;
use crate::platform::input::Items;
use crate::platform::input::batch::{BatchMode, BatchResult};
use crate::platform::{
    Answer, Body, Clock, Condition, Db, Etag, IdempotencyKey, Json, May, Moment, Page, Paged, Paging, Path,
    Query, ReadRecords, Reply, WriteRecords,
};

impl Body for Pushed {}

/// Up to 50,000 documents or days and 64 MiB.
#[derive(ToSchema)]
#[schema(as = DocumentExchangeBatch)]
#[expect(dead_code, reason = "only its schema is used: the body is streamed")]
pub struct ExchangeBatch {
    /// The documents and the days.
    #[schema(min_items = 1, max_items = 50_000)]
    items: Vec<Pushed>,
}

/// A document, or with `counts` what a day brought, as it is kept.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DocumentExchangeView)]
pub struct ExchangeView {
    /// Its id in its own system.
    id: ExchangeId,
    /// Who issued it, by the code that was pushed.
    organization: OrganizationCode,
    /// The day of issue.
    issued_on: NaiveDate,
    /// Number and symbol of a document that is not secret.
    #[schema(required = true, example = "123/SKHCN-VP")]
    number: Option<String>,
    /// To whom a document goes that is not secret.
    #[schema(required = true)]
    scope: Option<Vec<ExchangeScope>>,
    /// How a document goes there that is not secret.
    #[schema(required = true)]
    medium: Option<Medium>,
    /// A secret document: nothing else is kept of it.
    secret: bool,
    /// Nobody received it.
    recalled: bool,
    /// How many documents the day brought, by scope and medium; null for a single document.
    #[schema(required = true)]
    counts: Option<Vec<DocumentCount>>,
    /// When its own system last changed it.
    #[schema(required = true)]
    updated_at: Option<Moment>,
}

impl From<Kept<Exchange>> for ExchangeView {
    fn from(kept: Kept<Exchange>) -> Self {
        let Exchange { id, organization, issued_on, content, updated_at } = kept.body;
        let view = Self {
            id,
            organization,
            issued_on,
            number: None,
            scope: None,
            medium: None,
            secret: false,
            recalled: false,
            counts: None,
            updated_at,
        };
        match content {
            Content::Document { number, scope, medium, recalled } => {
                Self { number, scope: Some(scope), medium: Some(medium), recalled, ..view }
            }
            Content::Secret => Self { secret: true, ..view },
            Content::Day(counts) => Self { counts: Some(counts), ..view },
        }
    }
}

/// Which documents and days.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ExchangeFilter {
    /// Code of an organization: what it and all below it issued.
    #[param(inline)]
    organization: Option<OrganizationCode>,
    /// What went to these; a day of which some did.
    #[param(inline)]
    scope: Option<ExchangeScope>,
    /// What went this way; a day of which some did. With `scope`, what went to these this way.
    #[param(inline)]
    medium: Option<Medium>,
    /// Issued on this day or later.
    #[param(format = Date, example = "2020-01-01")]
    issued_from: Option<NaiveDate>,
    /// Issued on this day or earlier.
    #[param(format = Date, example = "2020-12-31")]
    issued_to: Option<NaiveDate>,
}

impl From<ExchangeFilter> for Filter {
    fn from(filter: ExchangeFilter) -> Self {
        Self {
            organization: filter.organization.map(|code| code.to_string()),
            scope: filter.scope,
            medium: filter.medium,
            issued_from: filter.issued_from,
            issued_to: filter.issued_to,
        }
    }
}

/// List documents and days' counts.
///
/// By organization, then by day of issue.
#[utoipa::path(
    tag = "records",
    params(Paged<ExchangeFilter>),
    responses((status = 200, description = "A page of documents and days", body = Page<ExchangeView>)),
    security(("bearer" = ["records:read"]))
)]
#[get("/document-exchanges")]
pub async fn list_exchanges(
    db: Data<Db>,
    clock: Data<Clock>,
    who: May<ReadRecords>,
    query: Query<Paged<ExchangeFilter>>,
    paging: Paging,
) -> Answer {
    let (reach, when) = (Reach::of(&who), When::Now(clock.today()));
    let filter = Filter::from(query.0.filter);
    let page = (paging.after(who.subject())?, paging.fetch());
    let found = db.read(move |conn| store::list(conn, &reach, &filter, when, page)).await?;
    paging.page(found, who.subject(), Kept::place)?.map(ExchangeView::from).reply()
}

/// Show a document, or a day's counts.
#[utoipa::path(
    tag = "records",
    params(("id" = ExchangeId, Path, description = "The id in its own system")),
    responses((status = 200, description = "The document, or the day", body = ExchangeView)),
    security(("bearer" = ["records:read"]))
)]
#[get("/document-exchanges/{id}")]
pub async fn find_exchange(
    db: Data<Db>,
    clock: Data<Clock>,
    who: May<ReadRecords>,
    id: Path<ExchangeId>,
) -> Answer {
    let (reach, when) = (Reach::of(&who), When::Now(clock.today()));
    let kept = db.read(move |conn| find::<Exchange>(conn, &reach, id.as_str(), when)).await?;
    let (etag, updated_at) = (Etag::of(kept.version), kept.updated_at);
    Ok(Reply::ok(&ExchangeView::from(kept))?.tagged(&etag).modified(updated_at))
}

/// Push a document, or a day's counts.
///
/// Its whole state. A document counts once in each of its scopes on its day of issue. Secret and recalled ones count nowhere; of
/// a secret one neither number nor scope nor medium is kept.
#[utoipa::path(
    tag = "records",
    params(("id" = ExchangeId, Path, description = "The id in its own system")),
    responses(
        (status = 200, description = "Changed, or as it was", body = ExchangeView),
        (status = 201, description = "New", body = ExchangeView)
    ),
    security(("bearer" = ["records:write"]))
)]
#[put("/document-exchanges/{id}")]
pub async fn push_exchange(
    db: Data<Db>,
    who: May<WriteRecords>,
    id: Path<ExchangeId>,
    condition: Condition,
    body: Json<Pushed>,
) -> Answer {
    let one = One {
        who: &who,
        act: "document-exchange.push",
        path: "/api/v1/document-exchanges",
        key: id.to_string(),
        place: "/id",
        condition,
    };
    push_one::<Kept<Exchange>, _>(&db, one, body.value, |kept, _| {
        let etag = Etag::of(kept.version);
        (ExchangeView::from(kept), etag)
    })
    .await
}

/// Push many documents and days' counts.
///
/// Up to 50,000 in 64 MiB, as `{"items": […]}` or one on each line (`application/x-ndjson`), each as by PUT but without a
/// condition. An item that is refused leaves the others alone, unless `atomic`. The same batch sent twice changes nothing.
/// Without `atomic` and `Idempotency-Key` items are taken in handfuls as they arrive; should the rest of the body be
/// unreadable, the problem says in `taken` how many were.
#[utoipa::path(
    tag = "records",
    params(BatchMode),
    request_body(content((ExchangeBatch = "application/json"), (String = "application/x-ndjson"))),
    responses((status = 200, description = "What became of each item", body = BatchResult)),
    extensions(("x-answered-once" = json!(true))),
    security(("bearer" = ["records:write"]))
)]
#[post("/document-exchanges/batch")]
pub async fn push_exchanges(
    db: Data<Db>,
    who: May<WriteRecords>,
    key: IdempotencyKey,
    facts: ReqData<Facts>,
    Query(mode): Query<BatchMode>,
    items: Items,
) -> Answer {
    let act = "document-exchange.push-batch";
    push::<Kept<Exchange>>(&db, Push { who: &who, act, mode, key, facts: facts.into_inner() }, items).await
}
