//! Movements over HTTP.

use actix_web::web::Data;
use actix_web::{get, post, put};
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::IntoParams;

use super::actions::{self, etag};
use super::bodies::{MovementEventView, MovementView, NewMovement, NewMovementEvent};
use super::history;
use super::life::Happened;
use super::machine::MovementState;
use super::model::Movement;
use super::store::{self, Filter};
use super::words::MovementCode;
use crate::organizations::{OrganizationCode, Reach};
use crate::platform::page::NoFilter;
use crate::platform::{
    Answer, Clock, Condition, Db, IdempotencyKey, Json, May, Page, Paged, Paging, Path, Query, ReadEmulation,
    Reply, WriteEmulation,
};

/// Which movements.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct MovementFilter {
    /// Code of an organization: those that run in it or below it.
    #[param(inline)]
    organization: Option<OrganizationCode>,
    /// How far they are.
    #[param(inline)]
    state: Option<MovementState>,
    /// Those whose stage holds this day.
    #[param(format = Date, example = "2020-06-30")]
    on: Option<NaiveDate>,
    /// Words of the name or the code, with or without diacritics.
    #[param(min_length = 1, max_length = 200, example = "dan van kheo")]
    q: Option<String>,
}

/// List movements.
///
/// Phong trào thi đua that run in an organization of your subtree, or in one above it, by their codes.
#[utoipa::path(
    tag = "emulation",
    params(Paged<MovementFilter>),
    responses((status = 200, description = "A page of movements", body = Page<MovementView>)),
    security(("bearer" = ["emulation:read"]))
)]
#[get("/movements")]
pub async fn list_movements(
    db: Data<Db>,
    clock: Data<Clock>,
    who: May<ReadEmulation>,
    query: Query<Paged<MovementFilter>>,
    paging: Paging,
) -> Answer {
    let (reach, today) = (Reach::of(&who), clock.today());
    let MovementFilter { organization, state, on, q } = query.0.filter;
    let filter =
        Filter { organization: organization.map(|code| code.to_string()), state, on, q, within: None };
    let page = (paging.after(who.subject())?, paging.fetch());
    let found = db.read(move |conn| store::list(conn, &reach, &filter, today, page)).await?;
    paging.page(found, who.subject(), |one: &Movement| one.code.to_string())?.map(MovementView::from).reply()
}

/// Show a movement.
#[utoipa::path(
    tag = "emulation",
    params(("movement" = MovementCode, Path, description = "Its code")),
    responses((status = 200, description = "The movement", body = MovementView)),
    security(("bearer" = ["emulation:read"]))
)]
#[get("/movements/{movement}")]
pub async fn find_movement(
    db: Data<Db>,
    clock: Data<Clock>,
    who: May<ReadEmulation>,
    movement: Path<MovementCode>,
) -> Answer {
    let (reach, today) = (Reach::of(&who), clock.today());
    let found = db.read(move |conn| store::find(conn, &reach, &movement, today)).await?;
    let (etag, updated_at) = (etag(&found), found.updated_at);
    Ok(Reply::ok(&MovementView::from(found))?.tagged(&etag).modified(updated_at))
}

/// Launch a movement, or say anew what it is.
///
/// It runs in an organization of your subtree, and in all below it. Its groups and criteria may change; where and when it was launched
/// does not. One that is there already needs `If-Match`.
#[utoipa::path(
    tag = "emulation",
    params(("movement" = MovementCode, Path, description = "Its code")),
    responses(
        (status = 200, description = "Changed, or as it was", body = MovementView),
        (status = 201, description = "Launched", body = MovementView)
    ),
    security(("bearer" = ["emulation:write"]))
)]
#[put("/movements/{movement}")]
pub async fn define_movement(
    db: Data<Db>,
    who: May<WriteEmulation>,
    movement: Path<MovementCode>,
    condition: Condition,
    body: Json<NewMovement>,
) -> Answer {
    let (reach, said) = (Reach::of(&who), body.value.said()?);
    let order = who.orders("movement.define", movement.as_str());
    db.write(order, move |work| {
        let (outcome, defined) = actions::define(work, &reach, &movement, &said, &condition)?;
        let etag = etag(&defined);
        let location = format!("/api/v1/movements/{movement}");
        Ok(Reply::of(outcome, &MovementView::from(defined), location)?.tagged(&etag))
    })
    .await
}

/// Record what happened to a movement.
///
/// `review` (sơ kết), as often as there is one, and `close` (tổng kết). What may not happen in its state is refused, so that no version
/// need be named.
#[utoipa::path(
    tag = "emulation",
    params(("movement" = MovementCode, Path, description = "Its code")),
    responses((status = 200, description = "How far it is now", body = MovementView)),
    security(("bearer" = ["emulation:write"]))
)]
#[post("/movements/{movement}/events")]
pub async fn record_movement_event(
    db: Data<Db>,
    who: May<WriteEmulation>,
    key: IdempotencyKey,
    movement: Path<MovementCode>,
    body: Json<NewMovementEvent>,
) -> Answer {
    let (reach, happened) = (Reach::of(&who), Happened::from(body.value));
    let order = who.orders("movement.event", movement.as_str()).once(key.0, &body.fingerprint);
    db.write(order, move |work| {
        let now = actions::record(work, &reach, &movement, &happened)?;
        let etag = etag(&now);
        Reply::changed_to(&MovementView::from(now))?.tagged(&etag).with_evidence(&happened)
    })
    .await
}

/// List what happened to a movement.
///
/// In order, with how far it was after each.
#[utoipa::path(
    tag = "emulation",
    params(("movement" = MovementCode, Path, description = "Its code"), Paged<NoFilter>),
    responses((status = 200, description = "A page of events", body = Page<MovementEventView>)),
    security(("bearer" = ["emulation:read"]))
)]
#[get("/movements/{movement}/events")]
pub async fn list_movement_events(
    db: Data<Db>,
    clock: Data<Clock>,
    who: May<ReadEmulation>,
    movement: Path<MovementCode>,
    _query: Query<Paged<NoFilter>>,
    paging: Paging,
) -> Answer {
    let (reach, today) = (Reach::of(&who), clock.today());
    let (after, count) = (paging.after::<i64>(who.subject())?.unwrap_or(0), paging.fetch());
    let found = db.snapshot(move |conn| {
        store::find(conn, &reach, &movement, today)?;
        history::page(conn, &movement, after, count)
    });
    let page = paging.page(found.await?, who.subject(), |entry| i64::from(entry.seq))?;
    page.map(MovementEventView::from).reply()
}
