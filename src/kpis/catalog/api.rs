//! The catalogue over HTTP.

use actix_web::web::Data;
use actix_web::{get, put};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::actions;
use super::model::{Definition, KpiId};
use super::store::{self, Kpi};
use crate::platform::clock::shown_end;
use crate::platform::{
    Admin, Answer, Body, Clock, Condition, Db, Etag, Json, May, Page, Paged, Paging, Path, Query, ReadKpis,
    Reply,
};

impl Body for Definition {}

/// A KPI with its definition.
#[derive(Debug, Serialize, ToSchema)]
pub struct KpiView {
    /// Name in requests.
    id: KpiId,
    /// First day after this definition; `null` while it is in force.
    #[schema(required = true)]
    valid_to: Option<NaiveDate>,
    #[serde(flatten)]
    definition: Definition,
}

impl From<Kpi> for KpiView {
    fn from(kpi: Kpi) -> Self {
        Self { id: kpi.id, valid_to: shown_end(kpi.valid_to), definition: kpi.definition }
    }
}

/// Of which day.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DefinedOn {
    /// As it was defined on this day; without it, today.
    #[param(format = Date, example = "2020-12-31")]
    as_of: Option<NaiveDate>,
}

/// List the catalogue.
///
/// In its own order, which is the order of a scorecard.
#[utoipa::path(
    tag = "kpis",
    params(Paged<DefinedOn>),
    responses((status = 200, description = "A page of KPIs", body = Page<KpiView>)),
    security(("bearer" = ["kpis:read"]))
)]
#[get("/kpis")]
pub async fn list_kpis(
    db: Data<Db>,
    clock: Data<Clock>,
    who: May<ReadKpis>,
    Query(Paged { filter, .. }): Query<Paged<DefinedOn>>,
    paging: Paging,
) -> Answer {
    let day = filter.as_of.unwrap_or_else(|| clock.today());
    let (after, count) = (paging.after::<i64>(who.subject())?.unwrap_or(0), paging.fetch());
    let found = db.read(move |conn| store::list(conn, day, after, count)).await?;
    paging.page(found, who.subject(), |kpi| kpi.position)?.map(KpiView::from).reply()
}

/// Find a KPI.
///
/// With its formula and legal basis, as it was defined on a day.
#[utoipa::path(
    tag = "kpis",
    params(("kpi" = KpiId, Path, description = "Its name"), DefinedOn),
    responses((status = 200, description = "The KPI", body = KpiView)),
    security(("bearer" = ["kpis:read"]))
)]
#[get("/kpis/{kpi}")]
pub async fn find_kpi(
    db: Data<Db>,
    clock: Data<Clock>,
    _who: May<ReadKpis>,
    id: Path<KpiId>,
    Query(day): Query<DefinedOn>,
) -> Answer {
    let day = day.as_of.unwrap_or_else(|| clock.today());
    let kpi = db.read(move |conn| store::find(conn, &id, day)).await?;
    let (etag, updated_at) = (etag(&kpi), kpi.updated_at);
    Ok(Reply::ok(&KpiView::from(kpi))?.tagged(&etag).modified(updated_at))
}

fn etag(kpi: &Kpi) -> Etag {
    Etag::variant(kpi.version, kpi.definition.valid_from)
}

/// Define a KPI.
///
/// From `valid_from` on; earlier definitions stay in force for their time. A KPI that is there needs `If-Match`. Needs a
/// token for all organizations, since the catalogue is everybody's.
#[utoipa::path(
    tag = "kpis",
    params(("kpi" = KpiId, Path, description = "Its name")),
    request_body(content = Definition),
    responses(
        (status = 200, description = "Changed", body = KpiView),
        (status = 201, description = "Created", body = KpiView)
    ),
    security(("bearer" = ["admin"]))
)]
#[put("/kpis/{kpi}")]
pub async fn define_kpi(
    db: Data<Db>,
    who: May<Admin>,
    id: Path<KpiId>,
    condition: Condition,
    body: Json<Definition>,
) -> Answer {
    who.must_reach_everywhere()?;
    let definition = body.value.stored();
    let order = who.orders("kpi.define", id.as_str());
    db.write(order, move |work| {
        let (outcome, kpi) = actions::define(work, &id, &definition, &condition)?;
        let etag = etag(&kpi);
        let view = KpiView::from(kpi);
        Ok(Reply::of(outcome, &view, format!("/api/v1/kpis/{id}"))?.tagged(&etag))
    })
    .await
}
