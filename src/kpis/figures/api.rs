//! Figures over HTTP.

use std::collections::BTreeSet;

use actix_web::get;
use actix_web::web::Data;
use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::actions::{self, Figure, Figures};
use crate::kpis::catalog::model::{Attainment, KpiId};
use crate::kpis::counters::model::{Basis, Include};
use crate::kpis::percent::Percent;
use crate::kpis::periods::model::{Interval, Scheme};
use crate::kpis::periods::spans;
use crate::organizations::{OrganizationCode, Reach};
use crate::platform::clock::local_day;
use crate::platform::config::Publishing;
use crate::platform::table::columns;
use crate::platform::text::Text;
use crate::platform::{
    Answer, Caller, Cell, Clock, ColumnKind, Db, Fault, Format, May, Moment, Query, Question, ReadKpis,
    Reply, Table, Wrong,
};

/// The day from which relative periods are told.
pub(in crate::kpis) fn day_of(now: Option<Moment>, today: NaiveDate) -> NaiveDate {
    now.map_or(today, |now| local_day(now.utc()))
}

/// A moment as it stands in an answer.
pub(in crate::kpis) fn as_written(moment: DateTime<Utc>) -> String {
    moment.to_rfc3339_opts(SecondsFormat::AutoSi, true)
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
    /// Through which tree the past is looked at: `as_was`, that of each period's last day, so that who moved or merged in a period
    /// counts where it stood at its end, for the whole of it; `as_is`, that of today, in which successors have what is closed.
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
pub struct FigureView<'a> {
    /// The KPI.
    #[schema(value_type = KpiId)]
    kpi: &'a KpiId,
    /// Of whom.
    #[schema(value_type = OrganizationCode)]
    organization: &'a OrganizationCode,
    /// Of which period.
    #[schema(example = "2020")]
    period: &'a str,
    /// Its first day.
    from: NaiveDate,
    /// Its last day.
    to: NaiveDate,
    /// What counts; null when the KPI is not counted from records, or when it is what few people said.
    #[schema(required = true)]
    numerator: Option<i64>,
    /// Out of what.
    #[schema(required = true)]
    denominator: Option<i64>,
    /// In percent, rounded to the KPI's decimals; null is not zero: there was nothing to count, or few said it.
    #[schema(required = true)]
    percent: Option<Percent>,
    /// What was to be reached, in percent.
    #[schema(required = true)]
    target: Option<Percent>,
    /// How the exact value lies to that.
    attainment: Attainment,
}

impl<'a> From<Figure<'a>> for FigureView<'a> {
    fn from(figure: Figure<'a>) -> Self {
        Self {
            kpi: &figure.defined.kpi,
            organization: &figure.root.code,
            period: &figure.span.name,
            from: figure.span.first,
            to: figure.span.last,
            numerator: figure.shown.numerator,
            denominator: figure.shown.denominator,
            percent: figure.shown.percent,
            target: figure.target,
            attainment: figure.attainment,
        }
    }
}

/// Figures as a table for people.
fn table(items: &[FigureView<'_>], figures: &Figures) -> Table {
    let name = |code: &OrganizationCode| {
        let root = figures.roots.iter().find(|root| root.code == *code);
        root.map_or(Cell::Empty, |root| Cell::from(root.name.as_str()))
    };
    let title = |kpi: &KpiId| {
        let found = figures.kpis.iter().find(|(known, _)| known == kpi).and_then(|(_, all)| all.last());
        found.map_or(Cell::Empty, |defined| Cell::from(defined.definition.name.vi.as_str()))
    };
    let row = |item: &FigureView<'_>| {
        vec![
            Cell::from(item.kpi.as_str()),
            title(item.kpi),
            Cell::from(item.organization.as_str()),
            name(item.organization),
            Cell::from(item.period),
            Cell::Day(item.from),
            Cell::Day(item.to),
            Cell::from(item.numerator),
            Cell::from(item.denominator),
            item.percent.map_or(Cell::Empty, |percent| Cell::Percent(percent.0)),
            item.target.map_or(Cell::Empty, |target| Cell::Percent(target.0)),
            Cell::from(item.attainment.vietnamese()),
        ]
    };
    let text = ColumnKind::Text;
    let percents = |of: fn(&FigureView<'_>) -> Option<Percent>| {
        ColumnKind::exact_percent(items.iter().filter_map(of).map(|percent| percent.0))
    };
    Table {
        title: Text::new("Figures", "Số liệu chỉ tiêu"),
        columns: columns(&[
            ("Mã chỉ tiêu", text),
            ("Chỉ tiêu", text),
            ("Mã tổ chức", text),
            ("Tổ chức", text),
            ("Kỳ", text),
            ("Từ ngày", ColumnKind::Day),
            ("Đến ngày", ColumnKind::Day),
            ("Tử số", ColumnKind::Number),
            ("Mẫu số", ColumnKind::Number),
            ("Tỷ lệ", percents(|item| item.percent)),
            ("Mục tiêu", percents(|item| item.target)),
            ("Đánh giá", text),
        ]),
        rows: items.iter().map(row).collect(),
    }
}

/// Figures, all that were asked for.
#[derive(Debug, Serialize, ToSchema)]
pub struct FiguresView<'a> {
    /// By KPI, organization and period.
    items: Vec<FigureView<'a>>,
    /// Every record that was acknowledged before this moment is in them.
    data_as_of: DateTime<Utc>,
}

impl FigureQuery {
    fn asked(&self, who: &Caller, today: NaiveDate, least: i64) -> Result<actions::Asked, Fault> {
        let asked = spans::Asked {
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
            kpis: kpis(&self.kpi)?,
            scheme: self.scheme,
            spans: asked.spans(day_of(self.now, today))?,
            least,
        })
    }
}

/// Read figures.
///
/// As JSON, or as a table for people: `/figures.csv`, `/figures.xlsx`, or by `Accept`.
/// Each is a ratio of sums of counters, as of now, from the records of the period: never a mean of ratios, never stale.
/// Of a period that is still running, what is open is counted as of today. An answer is whole: more figures than fit are
/// refused with their number.
///
/// Of what fewer people said than `DANVAN_LEAST_PUBLISHED` only is told how many they are, not what; nor, among `children`, what would
/// give it away by subtraction within the answer; among `descendants`, which are part of each other, then nothing is told. Who compares answers may still conclude something: the scope is not for the public.
#[utoipa::path(
    tag = "figures",
    params(FigureQuery),
    responses((status = 200, description = "The figures", content(
        (FiguresView<'static> = "application/json"),
        (String = "text/csv"),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    ))),
    security(("bearer" = ["kpis:read"]))
)]
#[get("/figures")]
pub async fn list_figures(
    db: Data<Db>,
    (clock, publishing): (Data<Clock>, Data<Publishing>),
    who: May<ReadKpis>,
    Query(query): Query<FigureQuery>,
    format: Format,
    question: Question,
) -> Answer {
    let data_as_of = clock.now();
    let today = local_day(data_as_of);
    let asked = query.asked(&who, today, publishing.least)?;
    let question = question.of(&who, today).aside(as_written(data_as_of));
    db.recall(question, move |conn| {
        let figures = actions::read(conn, asked, today)?;
        let view = FiguresView { items: figures.all().map(FigureView::from).collect(), data_as_of };
        format.answer(|| Reply::ok(&view), || Ok(table(&view.items, &figures)))
    })
    .await
}
