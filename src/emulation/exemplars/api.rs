//! Exemplars over HTTP.

use actix_web::web::Data;
use actix_web::{get, post, put};
use serde::Deserialize;
use serde_json::json;
use utoipa::IntoParams;

use super::actions::{self, etag};
use super::bodies::{ExemplarEventView, ExemplarView, NewExemplar, NewExemplarEvent};
use super::history;
use super::life::Happened;
use super::machine::ExemplarState;
use super::model::{Content, Exemplar, ExemplarId, ExemplarKind};
use super::store::{self, Filter};
use crate::emulation::movements::words::{EmulationField, EmulationLevel, MovementCode};
use crate::emulation::sees_persons;
use crate::organizations::{OrganizationCode, Reach};
use crate::platform::auth::{Scope, SeePersons};
use crate::platform::page::NoFilter;
use crate::platform::{
    Answer, Clock, Condition, Db, IdempotencyKey, Json, May, Page, Paged, Paging, Path, Query, ReadEmulation,
    Reply, WriteEmulation,
};

/// Which exemplars.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ExemplarFilter {
    /// Code of an organization: those of it and of all below it.
    #[param(inline)]
    organization: Option<OrganizationCode>,
    /// Of this movement.
    #[param(inline)]
    movement: Option<MovementCode>,
    /// Of this kind.
    #[param(inline)]
    kind: Option<ExemplarKind>,
    /// In this field.
    #[param(inline)]
    field: Option<EmulationField>,
    /// At this level.
    #[param(inline)]
    level: Option<EmulationLevel>,
    /// In this state.
    #[param(inline)]
    state: Option<ExemplarState>,
    /// For this year.
    #[param(minimum = 1930, maximum = 2200, example = 2020)]
    year: Option<i64>,
    /// Words of the title, with or without diacritics. Titles of individuals are searched for `emulation:persons` only.
    #[param(min_length = 1, max_length = 200, example = "mot cua")]
    q: Option<String>,
}

/// List exemplars.
///
/// Mô hình, điển hình of your subtree, by their ids. Who an individual is, and for what, is shown with `emulation:persons` only.
#[utoipa::path(
    tag = "emulation",
    params(Paged<ExemplarFilter>),
    responses((status = 200, description = "A page of exemplars", body = Page<ExemplarView>)),
    security(("bearer" = ["emulation:read"]))
)]
#[get("/exemplars")]
pub async fn list_exemplars(
    db: Data<Db>,
    clock: Data<Clock>,
    who: May<ReadEmulation>,
    query: Query<Paged<ExemplarFilter>>,
    paging: Paging,
) -> Answer {
    let (reach, today, sees) = (Reach::of(&who), clock.today(), sees_persons(&who));
    let ExemplarFilter { organization, movement, kind, field, level, state, year, q } = query.0.filter;
    let organization = organization.map(|code| code.to_string());
    let filter = Filter { organization, movement, kind, field, level, state, year, q, sees_persons: sees };
    let page = (paging.after(who.subject())?, paging.fetch());
    let found = db.read(move |conn| store::list(conn, &reach, &filter, today, page)).await?;
    let page = paging.page(found, who.subject(), |one: &Exemplar| one.id.to_string())?;
    page.map(|one| ExemplarView::of(one, sees)).reply()
}

/// Show an exemplar.
///
/// Who an individual is, and for what, is shown with `emulation:persons` only.
#[utoipa::path(
    tag = "emulation",
    params(("id" = ExemplarId, Path, description = "Its id")),
    responses((status = 200, description = "The exemplar", body = ExemplarView)),
    security(("bearer" = ["emulation:read"]))
)]
#[get("/exemplars/{id}")]
pub async fn find_exemplar(
    db: Data<Db>,
    clock: Data<Clock>,
    who: May<ReadEmulation>,
    id: Path<ExemplarId>,
) -> Answer {
    let (reach, today, sees) = (Reach::of(&who), clock.today(), sees_persons(&who));
    let found = db.read(move |conn| store::find(conn, &reach, &id, today)).await?;
    let (etag, updated_at) = (etag(&found, sees), found.updated_at);
    Ok(Reply::ok(&ExemplarView::of(found, sees))?.tagged(&etag).modified(updated_at))
}

/// Register an exemplar, or say anew what it is.
///
/// Under an id of your own making, so that it can be sent again. What is already there needs `If-Match`; only its title, field and
/// level change. The answer, as everything that is kept beside it, tells no person. Counts in the KPI `exemplars-recognised`.
#[utoipa::path(
    tag = "emulation",
    params(("id" = ExemplarId, Path, description = "Its id: a UUID that you make")),
    responses(
        (status = 200, description = "Changed, or as it was", body = ExemplarView),
        (status = 201, description = "Registered", body = ExemplarView)
    ),
    security(("bearer" = ["emulation:write"]))
)]
#[put("/exemplars/{id}")]
pub async fn define_exemplar(
    db: Data<Db>,
    who: May<WriteEmulation>,
    id: Path<ExemplarId>,
    condition: Condition,
    body: Json<NewExemplar>,
) -> Answer {
    if body.value.person.is_some() {
        who.must_hold(SeePersons::NAME)?;
    }
    let (reach, content) = (Reach::of(&who), Content::from(body.value));
    let order = who.orders("exemplar.define", id.as_str());
    db.write(order, move |work| {
        let (outcome, defined) = actions::define(work, &reach, &id, &content, &condition)?;
        let etag = etag(&defined, false);
        let location = format!("/api/v1/exemplars/{id}");
        Ok(Reply::of(outcome, &ExemplarView::of(defined, false), location)?.tagged(&etag))
    })
    .await
}

/// Record what happened to an exemplar.
///
/// `implement`, `appraise`, `recognise` (by a decision), `replicate`, and the two ends `lapse` and `withdraw` (with the reason; of what is
/// recognised also by a decision). What may not happen in its state is refused, so that no version need be named. Of an individual, all this
/// needs `emulation:persons` too. The answer, as everything that is kept beside it, tells no person.
#[utoipa::path(
    tag = "emulation",
    params(("id" = ExemplarId, Path, description = "Its id")),
    responses((status = 200, description = "How it stands now", body = ExemplarView)),
    security(("bearer" = ["emulation:write"]))
)]
#[post("/exemplars/{id}/events")]
pub async fn record_exemplar_event(
    db: Data<Db>,
    who: May<WriteEmulation>,
    key: IdempotencyKey,
    id: Path<ExemplarId>,
    body: Json<NewExemplarEvent>,
) -> Answer {
    let (caller, happened) = ((*who).clone(), Happened::from(body.value));
    let order = who.orders("exemplar.event", id.as_str()).once(key.0, &body.fingerprint);
    db.write(order, move |work| {
        let now = actions::record(work, &caller, &id, &happened)?;
        let etag = etag(&now, false);
        // The trail is kept for ever and read by others: it tells the step, and nobody's name.
        let evidence = json!({ "event": happened.event, "on": now.last_on, "state": now.state });
        Reply::changed_to(&ExemplarView::of(now, false))?.tagged(&etag).with_evidence(&evidence)
    })
    .await
}

/// List what happened to an exemplar.
///
/// In order, with how it stood after each. What is noted of an individual is shown with `emulation:persons` only.
#[utoipa::path(
    tag = "emulation",
    params(("id" = ExemplarId, Path, description = "Its id"), Paged<NoFilter>),
    responses((status = 200, description = "A page of events", body = Page<ExemplarEventView>)),
    security(("bearer" = ["emulation:read"]))
)]
#[get("/exemplars/{id}/events")]
pub async fn list_exemplar_events(
    db: Data<Db>,
    clock: Data<Clock>,
    who: May<ReadEmulation>,
    id: Path<ExemplarId>,
    _query: Query<Paged<NoFilter>>,
    paging: Paging,
) -> Answer {
    let (reach, today, sees) = (Reach::of(&who), clock.today(), sees_persons(&who));
    let (after, count) = (paging.after::<i64>(who.subject())?.unwrap_or(0), paging.fetch());
    let found = db.snapshot(move |conn| {
        let kind = store::find(conn, &reach, &id, today)?.content.kind;
        Ok((kind, history::page(conn, &id, after, count)?))
    });
    let (kind, entries) = found.await?;
    let about = sees || kind != ExemplarKind::Individual;
    let page = paging.page(entries, who.subject(), |entry| i64::from(entry.seq))?;
    page.map(|entry| ExemplarEventView::of(entry, about)).reply()
}
