//! The funnel over HTTP.

use actix_web::get;
use actix_web::web::Data;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::actions::{self, Asked, Line};
use super::model::{FunnelBy, FunnelCounts};
use super::store::Narrowed;
use crate::emulation::known_by;
use crate::emulation::movements::words::MovementCode;
use crate::kpis::periods::model::{Period, Scheme};
use crate::organizations::{OrganizationCode, Reach};
use crate::platform::table::columns;
use crate::platform::text::Text;
use crate::platform::{
    Answer, Cell, Clock, ColumnKind, Db, Format, May, Query, Question, ReadEmulation, Reply, Table,
};

/// Which exemplars, and how they are told apart.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FunnelQuery {
    /// Any code of the organization: its exemplars, and those of all below it.
    #[param(inline)]
    org: OrganizationCode,
    /// Only those of this movement.
    #[param(inline)]
    movement: Option<MovementCode>,
    /// As they stood at the end of the period's last day, in the tree of that day; without it, or while that is to come, as they stand today.
    #[param(inline)]
    period: Option<Period>,
    /// How the period is cut; without it, by the calendar.
    #[param(inline)]
    #[serde(default)]
    scheme: Scheme,
    /// Only those that were registered for this year.
    #[param(minimum = 1930, maximum = 2200, example = 2020)]
    year: Option<i64>,
    /// A row for each what.
    #[param(inline)]
    #[serde(default)]
    by: FunnelBy,
}

/// Exemplars of one organization, field or level.
#[derive(Debug, Serialize, ToSchema)]
pub struct FunnelRow {
    /// Code of the organization, word of the field or level.
    #[schema(example = "H19.06")]
    key: String,
    /// Its name; of a level, its word.
    #[schema(example = "Sở Khoa học và Công nghệ")]
    name: String,
    /// How they stand.
    #[serde(flatten)]
    counts: FunnelCounts,
    /// All of them.
    total: i64,
}

impl From<Line> for FunnelRow {
    fn from(line: Line) -> Self {
        let Line { key, name, counts } = line;
        Self { key, name, total: counts.total(), counts }
    }
}

/// All rows together.
#[derive(Debug, Serialize, ToSchema)]
pub struct FunnelTotal {
    /// How they stand.
    #[serde(flatten)]
    counts: FunnelCounts,
    /// All of them.
    total: i64,
}

/// How the exemplars of a subtree stood at the end of a day.
#[derive(Debug, Serialize, ToSchema)]
pub struct FunnelView {
    /// Whose exemplars.
    organization: OrganizationCode,
    /// At the end of which day.
    as_of: NaiveDate,
    /// What a row is.
    by: FunnelBy,
    /// By code or word.
    items: Vec<FunnelRow>,
    /// All rows together.
    total: FunnelTotal,
}

fn table(view: &FunnelView) -> Table {
    let cells = |key: &str, name: &str, counts: &FunnelCounts| {
        let numbers = counts.all().into_iter().chain([counts.total()]).map(Cell::Number);
        [Cell::from(key), Cell::from(name)].into_iter().chain(numbers).collect::<Vec<_>>()
    };
    let rows = view.items.iter().map(|row| cells(&row.key, &row.name, &row.counts));
    let number = ColumnKind::Number;
    Table {
        title: Text::new("Exemplars", "Mô hình, điển hình"),
        columns: columns(&[
            ("Mã", ColumnKind::Text),
            ("Tên", ColumnKind::Text),
            ("Đăng ký", number),
            ("Đang thực hiện", number),
            ("Đã thẩm định", number),
            ("Công nhận", number),
            ("Nhân rộng", number),
            ("Không duy trì", number),
            ("Đã rút", number),
            ("Tổng số", number),
        ]),
        rows: rows.chain([cells("", "Tổng số", &view.total.counts)]).collect(),
    }
}

/// Show how far exemplars are.
///
/// Mô hình, điển hình of a subtree in seven disjoint states that add up to the total, as of any day: by organization, field or level. As
/// JSON, or as a table for people: `/emulation/funnel.csv`, `.xlsx`, or by `Accept`.
#[utoipa::path(
    tag = "emulation",
    params(FunnelQuery),
    responses((status = 200, description = "The funnel", content(
        (FunnelView = "application/json"),
        (String = "text/csv"),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    ))),
    security(("bearer" = ["emulation:read"]))
)]
#[get("/emulation/funnel")]
pub async fn show_funnel(
    db: Data<Db>,
    clock: Data<Clock>,
    who: May<ReadEmulation>,
    Query(query): Query<FunnelQuery>,
    format: Format,
    question: Question,
) -> Answer {
    let today = clock.today();
    let FunnelQuery { org: organization, movement, period, scheme, year, by } = query;
    let as_of = period.map(|period| known_by(period.last_day(scheme), today));
    let narrowed = Narrowed { movement, year };
    let asked = Asked { reach: Reach::of(&who), organization: organization.clone(), as_of, narrowed, by };
    db.recall(question.of(&who, today), move |conn| {
        let found = actions::read(conn, &asked, today)?;
        let items = found.lines.into_iter().map(FunnelRow::from).collect();
        let total = FunnelTotal { counts: found.total, total: found.total.total() };
        let view = FunnelView { organization, as_of: found.day, by, items, total };
        format.answer(|| Reply::ok(&view), || Ok(table(&view)))
    })
    .await
}
