//! Targets over HTTP.

use actix_web::web::Data;
use actix_web::{get, put};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::actions;
use super::store::{self, Target};
use crate::kpis::catalog::model::KpiId;
use crate::kpis::key::FigureKey;
use crate::kpis::percent::Percent;
use crate::kpis::periods::api::InScheme;
use crate::kpis::periods::model::{Period, Scheme};
use crate::organizations::{OrganizationCode, Reach, When};
use crate::platform::{
    Answer, Body, Clock, Condition, Db, Etag, Json, May, Path, Query, ReadKpis, Reply, WriteKpis,
};

/// A target.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTarget {
    /// What is to be reached, in percent with at most six decimals.
    percent: Percent,
}

impl Body for NewTarget {}

/// A target of an organization.
#[derive(Debug, Serialize, ToSchema)]
pub struct TargetView {
    /// Code of the organization, as it was asked for.
    organization: OrganizationCode,
    /// The KPI.
    kpi: KpiId,
    /// The period.
    period: Period,
    /// How the period is cut.
    scheme: Scheme,
    /// What is to be reached, in percent.
    percent: Percent,
}

fn view(organization: OrganizationCode, key: FigureKey, target: Target) -> TargetView {
    let FigureKey { kpi, period, scheme } = key;
    TargetView { organization, kpi, period, scheme, percent: target.percent }
}

/// Show a target.
#[utoipa::path(
    tag = "kpis",
    params(
        ("code" = OrganizationCode, Path, description = "Any code of the organization"),
        ("kpi" = KpiId, Path, description = "The KPI"),
        ("period" = Period, Path, description = "The period"),
        InScheme
    ),
    responses((status = 200, description = "The target", body = TargetView)),
    security(("bearer" = ["kpis:read"]))
)]
#[get("/organizations/{code}/targets/{kpi}/{period}")]
pub async fn find_target(
    db: Data<Db>,
    clock: Data<Clock>,
    who: May<ReadKpis>,
    path: Path<(OrganizationCode, KpiId, Period)>,
    Query(InScheme { scheme }): Query<InScheme>,
) -> Answer {
    let (reach, when) = (Reach::of(&who), When::of(None, clock.today()));
    let (code, kpi, period) = path.into_inner();
    let key = FigureKey { kpi, period, scheme };
    let (asked, wanted) = (code.clone(), key.clone());
    let target = db.read(move |conn| store::find(conn, &reach, asked.as_str(), &wanted, when)).await?;
    Ok(Reply::ok(&view(code, key, target))?.tagged(&Etag::of(target.version)).modified(target.updated_at))
}

/// Set a target.
///
/// A target that was set before needs `If-Match`.
#[utoipa::path(
    tag = "kpis",
    params(
        ("code" = OrganizationCode, Path, description = "Any code of the organization"),
        ("kpi" = KpiId, Path, description = "The KPI"),
        ("period" = Period, Path, description = "The period"),
        InScheme
    ),
    responses(
        (status = 200, description = "Changed", body = TargetView),
        (status = 201, description = "Set", body = TargetView)
    ),
    security(("bearer" = ["kpis:write"]))
)]
#[put("/organizations/{code}/targets/{kpi}/{period}")]
pub async fn set_target(
    db: Data<Db>,
    who: May<WriteKpis>,
    path: Path<(OrganizationCode, KpiId, Period)>,
    Query(InScheme { scheme }): Query<InScheme>,
    condition: Condition,
    body: Json<NewTarget>,
) -> Answer {
    let reach = Reach::of(&who);
    let (code, kpi, period) = path.into_inner();
    let percent = body.value.percent;
    let key = FigureKey { kpi, period, scheme };
    let order = who.orders("target.set", key.of(&code));
    db.write(order, move |work| {
        let (outcome, target) = actions::set(work, &reach, code.as_str(), &key, percent, &condition)?;
        let location = key.location("targets", &code);
        let view = view(code.clone(), key.clone(), target);
        Ok(Reply::of(outcome, &view, location)?.tagged(&Etag::of(target.version)))
    })
    .await
}
