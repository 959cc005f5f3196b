//! Stated figures over HTTP.

use actix_web::web::Data;
use actix_web::{get, put};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::actions;
use super::model::{Figure, FigureStatus};
use super::store::{self, Revision};
use crate::kpis::catalog::model::KpiId;
use crate::kpis::key::FigureKey;
use crate::kpis::percent::Percent;
use crate::kpis::periods::api::InScheme;
use crate::kpis::periods::model::{Period, Scheme};
use crate::organizations::{OrganizationCode, Reach, When};
use crate::platform::text::stored;
use crate::platform::{
    Answer, Body, Clock, Condition, Db, Etag, Fault, Json, May, Path, Query, ReadKpis, Reply, WriteKpis,
};

/// A figure as a department states it.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewFigure {
    /// In percent, with at most six decimals; may be left out when both numbers are given.
    percent: Option<Percent>,
    /// What counts, if it is known.
    #[schema(minimum = 0, maximum = 1_000_000_000_000_i64, example = 171)]
    numerator: Option<i64>,
    /// Out of what, if it is known.
    #[schema(minimum = 0, maximum = 1_000_000_000_000_i64, example = 180)]
    denominator: Option<i64>,
    /// How sure it is.
    status: FigureStatus,
    /// Where it stands, such as the report and its line.
    #[schema(min_length = 1, max_length = 500, pattern = r"\S", example = "Báo cáo tổng kết năm 2020")]
    source: Option<String>,
}

impl Body for NewFigure {}

impl From<NewFigure> for Figure {
    fn from(new: NewFigure) -> Self {
        let NewFigure { percent, numerator, denominator, status, source } = new;
        Self { percent, numerator, denominator, status, source: source.as_deref().map(stored) }
    }
}

/// A figure as it was stated once.
#[derive(Debug, Serialize, ToSchema)]
pub struct RevisionView {
    /// 1, 2, 3 …
    #[schema(minimum = 1)]
    revision: i64,
    /// In percent, as it was stated.
    #[schema(required = true)]
    percent: Option<Percent>,
    /// What counts.
    #[schema(required = true)]
    numerator: Option<i64>,
    /// Out of what.
    #[schema(required = true)]
    denominator: Option<i64>,
    /// How sure it is.
    status: FigureStatus,
    /// Where it stands.
    #[schema(required = true)]
    source: Option<String>,
    /// When it was stated.
    recorded_at: DateTime<Utc>,
}

impl From<Revision> for RevisionView {
    fn from(revision: Revision) -> Self {
        let Figure { percent, numerator, denominator, status, source } = revision.figure;
        let (revision, recorded_at) = (revision.number, revision.recorded_at);
        Self { revision, percent, numerator, denominator, status, source, recorded_at }
    }
}

/// A stated figure with its history.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReportedFigureView {
    /// Code of the organization, as it was asked for.
    organization: OrganizationCode,
    /// The KPI.
    kpi: KpiId,
    /// The period.
    period: Period,
    /// How the period is cut.
    scheme: Scheme,
    #[serde(flatten)]
    current: RevisionView,
    /// What was stated before, newest first.
    history: Vec<RevisionView>,
}

fn view(
    organization: OrganizationCode,
    key: FigureKey,
    revisions: Vec<Revision>,
) -> Result<(Etag, ReportedFigureView), Fault> {
    let mut revisions = revisions.into_iter();
    let current = revisions.next().ok_or_else(Fault::missing)?;
    let etag = Etag::of(current.number);
    let FigureKey { kpi, period, scheme } = key;
    let history = revisions.map(RevisionView::from).collect();
    Ok((etag, ReportedFigureView { organization, kpi, period, scheme, current: current.into(), history }))
}

/// Show a stated figure.
///
/// As it stands, with every revision before it.
#[utoipa::path(
    tag = "kpis",
    params(
        ("code" = OrganizationCode, Path, description = "Any code of the organization"),
        ("kpi" = KpiId, Path, description = "The KPI"),
        ("period" = Period, Path, description = "The period"),
        InScheme
    ),
    responses((status = 200, description = "The figure", body = ReportedFigureView)),
    security(("bearer" = ["kpis:read"]))
)]
#[get("/organizations/{code}/reported-figures/{kpi}/{period}")]
pub async fn find_reported_figure(
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
    let revisions = db.read(move |conn| store::history(conn, &reach, asked.as_str(), &wanted, when)).await?;
    let recorded_at = revisions.first().map(|revision| revision.recorded_at).unwrap_or_default();
    let (etag, view) = view(code, key, revisions)?;
    Ok(Reply::ok(&view)?.tagged(&etag).modified(recorded_at))
}

/// State a figure.
///
/// As the department reports it: an estimate, the final figure, or a revision of it. A figure that was stated before needs
/// `If-Match` and stays in the history.
#[utoipa::path(
    tag = "kpis",
    params(
        ("code" = OrganizationCode, Path, description = "Any code of the organization"),
        ("kpi" = KpiId, Path, description = "The KPI"),
        ("period" = Period, Path, description = "The period"),
        InScheme
    ),
    responses(
        (status = 200, description = "Stated anew", body = ReportedFigureView),
        (status = 201, description = "Stated", body = ReportedFigureView)
    ),
    security(("bearer" = ["kpis:write"]))
)]
#[put("/organizations/{code}/reported-figures/{kpi}/{period}")]
pub async fn report_figure(
    db: Data<Db>,
    who: May<WriteKpis>,
    path: Path<(OrganizationCode, KpiId, Period)>,
    Query(InScheme { scheme }): Query<InScheme>,
    condition: Condition,
    body: Json<NewFigure>,
) -> Answer {
    let reach = Reach::of(&who);
    let (code, kpi, period) = path.into_inner();
    let figure = Figure::from(body.value);
    let key = FigureKey { kpi, period, scheme };
    let order = who.orders("figure.report", key.of(&code));
    db.write(order, move |work| {
        let (outcome, revisions) = actions::report(work, &reach, code.as_str(), &key, &figure, &condition)?;
        let location = key.location("reported-figures", &code);
        let (etag, view) = view(code.clone(), key.clone(), revisions)?;
        Ok(Reply::of(outcome, &view, location)?.tagged(&etag))
    })
    .await
}
