//! Figures over HTTP.

use std::collections::BTreeSet;

use actix_web::get;
use actix_web::web::Data;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::actions::{self, Figure};
use super::cells;
use crate::kpis::catalog::model::{Attainment, KpiId};
use crate::kpis::counters::model::{Basis, Include};
use crate::kpis::percent::Percent;
use crate::kpis::periods::model::{Interval, Scheme};
use crate::organizations::{OrganizationCode, Reach};
use crate::platform::clock::local_day;
use crate::platform::{Answer, Caller, Clock, Db, Fault, May, Moment, Query, ReadKpis, Reply, Wrong};

/// The day from which relative periods are told.
pub(in crate::kpis) fn day_of(now: Option<Moment>, clock: &Clock) -> NaiveDate {
    now.map_or_else(|| clock.today(), |now| local_day(now.utc()))
}

/// Which figures.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FigureQuery {
    /// KPIs, with commas between them.
    #[param(
        pattern = "^[a-z0-9-]+(,[a-z0-9-]+)*$",
        max_length = 2000,
        example = "on-time-dossiers,online-dossier-ratio"
    )]
    kpi: String,
    /// Any code of the organization.
    #[param(inline)]
    org: OrganizationCode,
    /// Of whom.
    #[param(inline)]
    #[serde(default)]
    include: Include,
    /// Instead of `period`: the first day, which begins a period of the interval; without an interval, a half month.
    from: Option<NaiveDate>,
    /// The last day, which ends one.
    to: Option<NaiveDate>,
    /// Into what the days are cut; without it, one figure for all of them.
    #[param(inline)]
    interval: Option<Interval>,
    /// Through which tree the past is looked at.
    #[param(inline)]
    #[serde(default)]
    basis: Basis,
    /// A period (`2020`, `2020-H1`, `2020-9M`, `2020-Q2`, `2020-06`) or a relative one: `this_month`, `this_quarter`,
    /// `this_year`, `previous_month`, `previous_quarter`, `previous_year`, `last_12_months`, `last_4_quarters`,
    /// `last_5_years`.
    #[param(max_length = 20, example = "2020")]
    period: Option<String>,
    /// How periods are cut; without it, by the calendar.
    #[param(inline)]
    #[serde(default)]
    scheme: Scheme,
    /// The moment from which relative periods are told; without it, now.
    #[param(inline)]
    now: Option<Moment>,
}

/// The KPIs of a list with commas.
pub(super) fn kpis(list: &str) -> Result<Vec<KpiId>, Fault> {
    let wrong = |code| Fault::invalid(vec![Wrong::parameter("kpi", code)]);
    let mut seen = BTreeSet::new();
    let mut kpis = Vec::new();
    for name in list.split(',') {
        let kpi: KpiId = name.parse().map_err(wrong)?;
        if seen.insert(kpi.clone()) {
            kpis.push(kpi);
        }
    }
    Ok(kpis)
}

/// A figure.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Figure)]
pub struct FigureView {
    /// The KPI.
    kpi: KpiId,
    /// Of whom.
    organization: OrganizationCode,
    /// Of which period.
    #[schema(example = "2020")]
    period: String,
    /// Its first day.
    from: NaiveDate,
    /// Its last day.
    to: NaiveDate,
    /// What counts; null when the KPI is not counted from records.
    #[schema(required = true)]
    numerator: Option<i64>,
    /// Out of what.
    #[schema(required = true)]
    denominator: Option<i64>,
    /// In percent, rounded to the KPI's decimals; null is not zero: there was nothing to count.
    #[schema(required = true)]
    percent: Option<Percent>,
    /// What was to be reached, in percent.
    #[schema(required = true)]
    target: Option<Percent>,
    /// How the exact value lies to that.
    attainment: Attainment,
}

impl From<Figure<'_>> for FigureView {
    fn from(figure: Figure<'_>) -> Self {
        Self {
            kpi: figure.defined.kpi.clone(),
            organization: figure.root.code.clone(),
            period: figure.cell.name.clone(),
            from: figure.cell.first,
            to: figure.cell.last,
            numerator: figure.shown.numerator,
            denominator: figure.shown.denominator,
            percent: figure.shown.percent,
            target: figure.target,
            attainment: figure.attainment,
        }
    }
}

/// Figures, all that were asked for.
#[derive(Debug, Serialize, ToSchema)]
pub struct FiguresView {
    /// By KPI, organization and period.
    items: Vec<FigureView>,
    /// Every record that was acknowledged before this moment is in them.
    data_as_of: DateTime<Utc>,
}

impl FigureQuery {
    fn asked(&self, who: &Caller, clock: &Clock) -> Result<actions::Asked, Fault> {
        let asked = cells::Asked {
            period: self.period.clone(),
            from: self.from,
            to: self.to,
            interval: self.interval,
            scheme: self.scheme,
        };
        Ok(actions::Asked {
            reach: Reach::of(who),
            organization: self.org.clone(),
            include: self.include,
            basis: self.basis,
            kpis: Some(kpis(&self.kpi)?),
            scheme: self.scheme,
            cells: asked.cells(day_of(self.now, clock))?,
        })
    }
}

/// Read figures.
///
/// Each is a ratio of sums of counters, computed now from the records of the period: never a mean of ratios, never stale.
/// Of a period that is still running, what is open is counted as of today. An answer is whole: more figures than fit are
/// refused with their number.
#[utoipa::path(
    tag = "figures",
    params(FigureQuery),
    responses((status = 200, description = "The figures", body = FiguresView)),
    security(("bearer" = ["kpis:read"]))
)]
#[get("/figures")]
pub async fn list_figures(
    db: Data<Db>,
    clock: Data<Clock>,
    who: May<ReadKpis>,
    Query(query): Query<FigureQuery>,
) -> Answer {
    let asked = query.asked(&who, &clock)?;
    let (today, data_as_of) = (clock.today(), clock.now());
    let view = db
        .snapshot(move |conn| {
            let figures = actions::read(conn, asked, today)?;
            let items = figures.all().map(FigureView::from).collect();
            Ok(FiguresView { items, data_as_of })
        })
        .await?;
    Reply::ok(&view)
}
