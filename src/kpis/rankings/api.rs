//! Rankings over HTTP.

use actix_web::get;
use actix_web::web::Data;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::actions::{self, Change, Line};
use super::model::Order;
use crate::closed_set;
use crate::kpis::catalog::model::{Attainment, KpiId};
use crate::kpis::counters::model::{Basis, Include};
use crate::kpis::figures::actions::{Asked, read};
use crate::kpis::figures::api::{as_written, day_of};
use crate::kpis::percent::{Percent, Points};
use crate::kpis::periods::model::Scheme;
use crate::kpis::periods::spans::{self, Span};
use crate::organizations::register::model::OrganizationKind;
use crate::organizations::{OrganizationCode, Reach};
use crate::platform::clock::local_day;
use crate::platform::config::Publishing;
use crate::platform::input::wrong;
use crate::platform::table::columns;
use crate::platform::text::Text;
use crate::platform::{
    Answer, Cell, Clock, ColumnKind, Db, Fault, Format, May, Moment, Query, Question, ReadKpis, Reply, Table,
    Wrong,
};

closed_set! {
    /// Who is ranked.
    #[derive(Default)]
    Ranked, "not-in-set" {
        /// Those right below.
        #[default]
        Children = "children",
        /// All below.
        Descendants = "descendants",
    }
}

/// Which ranking.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RankingQuery {
    /// The KPI.
    #[param(inline)]
    kpi: KpiId,
    /// Any code of the organization whose subordinates are ranked.
    #[param(inline)]
    org: OrganizationCode,
    /// Who is ranked.
    #[param(inline)]
    #[serde(default)]
    include: Ranked,
    /// Only organizations of this kind.
    #[param(inline)]
    kind: Option<OrganizationKind>,
    /// The period, or a relative one as for `/figures`.
    #[param(max_length = 20, example = "2020")]
    period: String,
    /// How periods are cut; without it, by the calendar.
    #[param(inline)]
    #[serde(default)]
    scheme: Scheme,
    /// Through which tree the past is looked at: `as_was`, that of each period's last day, so that who moved or merged in a period
    /// counts where it stood at its end, for the whole of it; `as_is`, that of today, in which successors have what is closed.
    #[param(inline)]
    #[serde(default)]
    basis: Basis,
    /// Which end comes first; without it, the good one.
    #[param(inline)]
    order: Option<Order>,
    /// The moment from which relative periods are told; without it, now.
    #[param(inline)]
    now: Option<Moment>,
}

/// How an organization stood in an earlier period, and how it moved since.
#[derive(Debug, Serialize, ToSchema)]
pub struct Movement {
    /// The earlier period.
    #[schema(example = "2019")]
    period: String,
    /// Its percentage then.
    #[schema(required = true)]
    percent: Option<Percent>,
    /// Its rank then.
    #[schema(required = true, minimum = 1)]
    rank: Option<usize>,
    /// Percentage points since then.
    #[schema(required = true)]
    percent_change: Option<Points>,
    /// Places gained since then; lost ones are negative.
    #[schema(required = true)]
    rank_change: Option<i64>,
}

/// A line of a ranking.
#[derive(Debug, Serialize, ToSchema)]
pub struct RankingItem {
    /// From 1; equals share the best of their places ("1224"). Null where there is no value.
    #[schema(required = true, minimum = 1)]
    rank: Option<usize>,
    /// The share of the others that come after it, in percent.
    #[schema(required = true)]
    percentile: Option<Percent>,
    /// The organization.
    organization: OrganizationCode,
    /// Its name.
    #[schema(example = "Sở Khoa học và Công nghệ")]
    name: String,
    /// Its kind.
    #[schema(value_type = OrganizationKind)]
    kind: String,
    /// What counts.
    #[schema(required = true)]
    numerator: Option<i64>,
    /// Out of what.
    #[schema(required = true)]
    denominator: Option<i64>,
    /// In percent, rounded to the KPI's decimals.
    #[schema(required = true)]
    percent: Option<Percent>,
    /// What was to be reached.
    #[schema(required = true)]
    target: Option<Percent>,
    /// How it lies to that.
    attainment: Attainment,
    /// Against the period before.
    previous: Movement,
    /// Against the same period of the year before.
    year_before: Movement,
}

/// A ranking.
#[derive(Debug, Serialize, ToSchema)]
pub struct RankingView {
    /// The KPI.
    kpi: KpiId,
    /// Of which period.
    #[schema(example = "2020")]
    period: String,
    /// Its first day.
    from: NaiveDate,
    /// Its last day.
    to: NaiveDate,
    /// Which end comes first.
    order: Order,
    /// By rank, then by code; those without a value last.
    items: Vec<RankingItem>,
    /// Every record that was acknowledged before this moment is in it.
    data_as_of: DateTime<Utc>,
}

fn cells(item: &RankingItem) -> Vec<Cell> {
    let percent = |percent: Option<Percent>| percent.map_or(Cell::Empty, |percent| Cell::Percent(percent.0));
    let count = |n: Option<usize>| n.and_then(|n| i64::try_from(n).ok()).map_or(Cell::Empty, Cell::Number);
    let points = |points: Option<Points>| points.map_or(Cell::Empty, |points| Cell::Percent(points.0));
    vec![
        count(item.rank),
        percent(item.percentile),
        Cell::from(item.organization.as_str()),
        Cell::from(item.name.as_str()),
        Cell::from(item.kind.as_str()),
        Cell::from(item.numerator),
        Cell::from(item.denominator),
        percent(item.percent),
        percent(item.target),
        Cell::from(item.attainment.vietnamese()),
        percent(item.previous.percent),
        points(item.previous.percent_change),
        Cell::from(item.previous.rank_change),
        percent(item.year_before.percent),
        points(item.year_before.percent_change),
        Cell::from(item.year_before.rank_change),
    ]
}

fn table(view: &RankingView) -> Table {
    let (text, number) = (ColumnKind::Text, ColumnKind::Number);
    let shares =
        |of: fn(&RankingItem) -> Option<i64>| ColumnKind::exact_percent(view.items.iter().filter_map(of));
    Table {
        title: Text::new(
            format!("Ranking {} {}", view.kpi, view.period),
            format!("Xếp hạng {} {}", view.kpi, view.period),
        ),
        columns: columns(&[
            ("Hạng", number),
            ("Bách phân vị", shares(|item| Some(item.percentile?.0))),
            ("Mã tổ chức", text),
            ("Tổ chức", text),
            ("Loại", text),
            ("Tử số", number),
            ("Mẫu số", number),
            ("Tỷ lệ", shares(|item| Some(item.percent?.0))),
            ("Mục tiêu", shares(|item| Some(item.target?.0))),
            ("Đánh giá", text),
            ("Tỷ lệ kỳ trước", shares(|item| Some(item.previous.percent?.0))),
            ("Thay đổi so với kỳ trước (điểm %)", shares(|item| Some(item.previous.percent_change?.0))),
            ("Số hạng tăng so với kỳ trước", number),
            ("Tỷ lệ cùng kỳ năm trước", shares(|item| Some(item.year_before.percent?.0))),
            ("Thay đổi so với cùng kỳ (điểm %)", shares(|item| Some(item.year_before.percent_change?.0))),
            ("Số hạng tăng so với cùng kỳ", number),
        ]),
        rows: view.items.iter().map(cells).collect(),
    }
}

impl RankingQuery {
    fn asked(&self, reach: Reach, today: NaiveDate, least: i64) -> Result<Asked, Fault> {
        let asked = spans::Asked {
            period: Some(self.period.clone()),
            scheme: self.scheme,
            ..spans::Asked::default()
        };
        let one = || Fault::invalid(vec![Wrong::parameter("period", wrong::ITEMS)]);
        let spans = asked.spans(day_of(self.now, today))?;
        let [span] = spans.as_slice() else { return Err(one()) };
        let period = span.period.clone().ok_or_else(one)?;
        let earlier = [period.previous(), period.year_before()].map(|period| Span::of(period, self.scheme));
        Ok(Asked {
            reach,
            organization: self.org.clone(),
            include: match self.include {
                Ranked::Children => Include::Children,
                Ranked::Descendants => Include::Descendants,
            },
            basis: self.basis,
            kpis: vec![self.kpi.clone()],
            scheme: self.scheme,
            spans: [span.clone()].into_iter().chain(earlier).collect(),
            least,
        })
    }
}

impl From<Change> for Movement {
    fn from(change: Change) -> Self {
        let Change { period, percent, rank, percent_change, rank_change } = change;
        Self { period, percent, rank, percent_change, rank_change }
    }
}

impl From<Line<'_>> for RankingItem {
    fn from(line: Line<'_>) -> Self {
        let Line { rank, figure, previous, year_before } = line;
        Self {
            rank: rank.map(|rank| rank.place),
            percentile: rank.map(|rank| rank.percentile),
            organization: figure.root.code.clone(),
            name: figure.root.name.clone(),
            kind: figure.root.kind.clone(),
            numerator: figure.shown.numerator,
            denominator: figure.shown.denominator,
            percent: figure.shown.percent,
            target: figure.target,
            attainment: figure.attainment,
            previous: previous.into(),
            year_before: year_before.into(),
        }
    }
}

/// Rank organizations.
///
/// By one KPI and period: rank, percentile, and how percentage and rank changed since the period before and since the same
/// period of the year before. Whoever had nothing to count, or of whom few said
/// something, is listed without a rank. As JSON, or as a table for people:
/// `/rankings.csv`, `/rankings.xlsx`, or by `Accept`.
#[utoipa::path(
    tag = "figures",
    params(RankingQuery),
    responses((status = 200, description = "The ranking", content(
        (RankingView = "application/json"),
        (String = "text/csv"),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    ))),
    security(("bearer" = ["kpis:read"]))
)]
#[get("/rankings")]
pub async fn list_ranking(
    db: Data<Db>,
    (clock, publishing): (Data<Clock>, Data<Publishing>),
    who: May<ReadKpis>,
    Query(query): Query<RankingQuery>,
    format: Format,
    question: Question,
) -> Answer {
    let data_as_of = clock.now();
    let today = local_day(data_as_of);
    let asked = query.asked(Reach::of(&who), today, publishing.least)?;
    let question = question.of(&who, today).aside(as_written(data_as_of));
    db.recall(question, move |conn| {
        let figures = read(conn, asked, today)?;
        let order = query.order.unwrap_or_else(|| actions::usual_order(&figures));
        let items = actions::rank(&figures, query.kind, order).into_iter().map(RankingItem::from).collect();
        let span = figures.spans.first().ok_or_else(|| Fault::broken("a ranking has no period"))?;
        let (period, from, to) = (span.name.clone(), span.first, span.last);
        let view = RankingView { kpi: query.kpi, period, from, to, order, items, data_as_of };
        format.answer(|| Reply::ok(&view), || Ok(table(&view)))
    })
    .await
}
