//! Dossiers over HTTP.

use actix_web::web::{Data, ReqData};
use actix_web::{get, post, put};
use chrono::{NaiveDate, NaiveDateTime};
use serde::{Deserialize, Serialize, Serializer};
use utoipa::{IntoParams, ToSchema};

use super::model::{Channel, Dossier, DossierCode, Event, Lateness, Status};
use super::store::{self, Filter, Kept};
use crate::kpis::procedures::model::{ProcedureCode, Term};
use crate::kpis::records::pushing::{One, Push, push, push_one};
use crate::organizations::{OrganizationCode, Reach, When};
use crate::platform::edge::Facts;
use crate::platform::input::Items;
use crate::platform::input::batch::{BatchMode, BatchResult};
use crate::platform::{
    Answer, Body, Clock, Condition, Db, Etag, IdempotencyKey, Json, May, Moment, OPEN_END, Page, Paged,
    Paging, Path, Query, ReadRecords, Reply, WriteRecords,
};

impl Body for Dossier {}

/// Up to 50,000 dossiers and 64 MiB.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is used: the body is streamed")]
pub struct DossierBatch {
    /// The dossiers.
    #[schema(min_items = 1, max_items = 50_000)]
    items: Vec<Dossier>,
}

/// A due date: a day, or for terms in hours a moment.
#[derive(Debug)]
pub struct Due {
    at: NaiveDateTime,
    in_hours: bool,
}

impl Serialize for Due {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        if self.in_hours {
            to.collect_str(&format_args!("{:?}+07:00", self.at))
        } else {
            to.collect_str(&self.at.date())
        }
    }
}

/// A dossier as it is kept.
#[derive(Debug, Serialize, ToSchema)]
pub struct DossierView {
    /// The code on the receipt.
    code: DossierCode,
    /// The organization that settles it, by the code that was pushed.
    organization: OrganizationCode,
    /// The procedure.
    procedure: ProcedureCode,
    /// How it came in.
    channel: Channel,
    /// The state that it was left in.
    state: Status,
    /// Day of acceptance; none if it was not accepted, and then it counts nowhere.
    #[schema(required = true)]
    accepted_on: Option<NaiveDate>,
    /// The day it ended: of `completed`, without it of `returned`, without that of `stopped` or `withdrawn`.
    #[schema(required = true)]
    ended_on: Option<NaiveDate>,
    /// What was promised at first: a day, or for terms in hours a moment.
    #[schema(required = true, value_type = Option<String>, example = "2020-06-25")]
    due_at_original: Option<Due>,
    /// What is due now, moved by waits and by a new promise.
    #[schema(required = true, value_type = Option<String>, example = "2020-06-25")]
    due_at_current: Option<Due>,
    /// How it lies to its due day today.
    #[schema(required = true)]
    lateness: Option<Lateness>,
    /// How long it may take, as pushed.
    #[schema(required = true)]
    term: Option<Term>,
    /// What was promised at acceptance, as pushed.
    #[schema(required = true)]
    due_at: Option<Moment>,
    /// What happened, in order.
    events: Vec<Event>,
    /// When its own system last changed it.
    #[schema(required = true)]
    updated_at: Option<Moment>,
}

fn view(kept: Kept, today: NaiveDate) -> DossierView {
    let (state, lateness) = (kept.state(), kept.lateness(today));
    let life = kept.life.as_ref();
    let due = |at: NaiveDateTime| Due { at, in_hours: life.is_some_and(|life| life.in_hours) };
    let accepted_on = life.map(|life| life.accepted.date());
    let ended_on = life.map(super::life::Life::end_day).filter(|day| *day < OPEN_END);
    let due_at_original = life.map(|life| due(life.due_original));
    let due_at_current = life.map(|life| due(life.due_current));
    let Dossier { code, organization, procedure, channel, term, due_at, events, updated_at } = kept.dossier;
    DossierView {
        code,
        organization,
        procedure,
        channel,
        state,
        accepted_on,
        ended_on,
        due_at_original,
        due_at_current,
        lateness,
        term,
        due_at,
        events,
        updated_at,
    }
}

/// An open dossier that nobody changes looks different once its due day is past.
fn tag(kept: &Kept, today: NaiveDate) -> Etag {
    match kept.lateness(today) {
        Some(Lateness::Overdue) => Etag::variant(kept.version, Lateness::Overdue),
        _ => Etag::of(kept.version),
    }
}

/// Which dossiers.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DossierFilter {
    /// Code of an organization: its dossiers and those of all below it.
    #[param(inline)]
    organization: Option<OrganizationCode>,
    /// The procedure.
    #[param(inline)]
    procedure: Option<ProcedureCode>,
    /// How they came in.
    #[param(inline)]
    channel: Option<Channel>,
    /// The state that they were left in.
    #[param(inline)]
    state: Option<Status>,
    /// How they lie to their due day today.
    #[param(inline)]
    lateness: Option<Lateness>,
    /// Accepted on this day or later.
    accepted_from: Option<NaiveDate>,
    /// Accepted on this day or earlier.
    accepted_to: Option<NaiveDate>,
    /// Ended on this day or later.
    ended_from: Option<NaiveDate>,
    /// Ended on this day or earlier.
    ended_to: Option<NaiveDate>,
    /// Due, as it is now, on this day or later.
    due_from: Option<NaiveDate>,
    /// Due, as it is now, on this day or earlier.
    due_to: Option<NaiveDate>,
}

impl From<DossierFilter> for Filter {
    fn from(filter: DossierFilter) -> Self {
        let bounds = [
            ("accepted_on", ">=", filter.accepted_from),
            ("accepted_on", "<=", filter.accepted_to),
            ("ended_on", ">=", filter.ended_from),
            ("ended_on", "<=", filter.ended_to),
            ("due_on", ">=", filter.due_from),
            ("due_on", "<=", filter.due_to),
        ];
        Self {
            organization: filter.organization.map(|code| code.to_string()),
            procedure: filter.procedure.map(|code| code.to_string()),
            channel: filter.channel.map(|channel| channel.as_str()),
            state: filter.state.map(|state| state.as_str()),
            lateness: filter.lateness,
            days: bounds
                .into_iter()
                .filter_map(|(column, operator, day)| Some((column, operator, day?)))
                .collect(),
        }
    }
}

/// List dossiers.
///
/// By organization, then by day of acceptance.
#[utoipa::path(
    tag = "records",
    params(Paged<DossierFilter>),
    responses((status = 200, description = "A page of dossiers", body = Page<DossierView>)),
    security(("bearer" = ["records:read"]))
)]
#[get("/dossiers")]
pub async fn list_dossiers(
    db: Data<Db>,
    clock: Data<Clock>,
    who: May<ReadRecords>,
    query: Query<Paged<DossierFilter>>,
    paging: Paging,
) -> Answer {
    let (reach, today) = (Reach::of(&who), clock.today());
    let filter = Filter::from(query.0.filter);
    let page = (paging.after(who.subject())?, paging.fetch());
    let found = db.read(move |conn| store::list(conn, &reach, &filter, today, page)).await?;
    paging.page(found, who.subject(), Kept::place)?.map(|kept| view(kept, today)).reply()
}

/// Show a dossier.
#[utoipa::path(
    tag = "records",
    params(("code" = DossierCode, Path, description = "The code on the receipt")),
    responses((status = 200, description = "The dossier", body = DossierView)),
    security(("bearer" = ["records:read"]))
)]
#[get("/dossiers/{code}")]
pub async fn find_dossier(
    db: Data<Db>,
    clock: Data<Clock>,
    who: May<ReadRecords>,
    code: Path<DossierCode>,
) -> Answer {
    let (reach, today) = (Reach::of(&who), clock.today());
    let kept = db.read(move |conn| store::find(conn, &reach, &code, When::Now(today))).await?;
    let (etag, updated_at) = (tag(&kept, today), kept.updated_at);
    Ok(Reply::ok(&view(kept, today))?.tagged(&etag).modified(updated_at))
}

/// Push a dossier.
///
/// Its whole state, as its own system knows it; figures that are read after the answer contain it.
#[utoipa::path(
    tag = "records",
    params(("code" = DossierCode, Path, description = "The code on the receipt")),
    responses(
        (status = 200, description = "Changed, or as it was", body = DossierView),
        (status = 201, description = "New", body = DossierView)
    ),
    security(("bearer" = ["records:write"]))
)]
#[put("/dossiers/{code}")]
pub async fn push_dossier(
    db: Data<Db>,
    who: May<WriteRecords>,
    code: Path<DossierCode>,
    condition: Condition,
    body: Json<Dossier>,
) -> Answer {
    let one = One {
        who: &who,
        act: "dossier.push",
        path: "/api/v1/dossiers",
        key: code.to_string(),
        place: "/code",
        condition,
    };
    push_one::<Kept, _>(&db, one, body.value, |kept, today| {
        let etag = tag(&kept, today);
        (view(kept, today), etag)
    })
    .await
}

/// Push many dossiers.
///
/// Up to 50,000 in 64 MiB, as `{"items": […]}` or one on each line (`application/x-ndjson`), each as by PUT but without a
/// condition. An item that is refused leaves the others alone, unless `atomic`. The same batch sent twice changes nothing.
/// Without `atomic` and `Idempotency-Key` items are taken in handfuls as they arrive; should the rest of the body be
/// unreadable, the problem says in `taken` how many were.
#[utoipa::path(
    tag = "records",
    params(BatchMode),
    request_body(content((DossierBatch = "application/json"), (String = "application/x-ndjson"))),
    responses((status = 200, description = "What became of each item", body = BatchResult)),
    extensions(("x-answered-once" = json!(true))),
    security(("bearer" = ["records:write"]))
)]
#[post("/dossiers/batch")]
pub async fn push_dossiers(
    db: Data<Db>,
    who: May<WriteRecords>,
    key: IdempotencyKey,
    facts: ReqData<Facts>,
    Query(mode): Query<BatchMode>,
    items: Items,
) -> Answer {
    let act = "dossier.push-batch";
    push::<Kept>(&db, Push { who: &who, act, mode, key, facts: facts.into_inner() }, items).await
}
