//! The table of letters over HTTP.

use actix_web::get;
use actix_web::web::Data;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::actions::{self, Asked, Row};
use super::model::{Audience, Columns};
use crate::kpis::periods::model::{Period, Scheme};
use crate::kpis::periods::spans::Span;
use crate::organizations::{OrganizationCode, Reach};
use crate::platform::config::Publishing;
use crate::platform::table::columns;
use crate::platform::text::Text;
use crate::platform::{
    Answer, Cell, Clock, ColumnKind, Db, Format, May, Query, Question, ReadFeedback, Reply, Table,
};

/// Of whom, of which period, for whom.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct LettersQuery {
    /// Any code of the organization.
    #[param(inline)]
    org: OrganizationCode,
    /// The period.
    #[param(inline)]
    period: Period,
    /// How the period is cut; without it, by the calendar.
    #[param(inline)]
    #[serde(default)]
    scheme: Scheme,
    /// For whom the table is made; without it, to be published.
    #[param(inline)]
    #[serde(default)]
    audience: Audience,
}

/// A row of the table.
#[derive(Debug, Serialize, ToSchema)]
pub struct LettersRow {
    /// The organization: itself, or one right below it with all below that.
    organization: OrganizationCode,
    /// Its name.
    #[schema(example = "Sở Khoa học và Công nghệ tỉnh Đồng Nai")]
    name: String,
    /// Its columns; null where a small figure is left out, or could be found by subtraction.
    #[schema(required = true)]
    columns: Option<Columns>,
}

impl From<Row> for LettersRow {
    fn from(row: Row) -> Self {
        Self { organization: row.root.code, name: row.root.name, columns: row.columns }
    }
}

/// The table.
#[derive(Debug, Serialize, ToSchema)]
pub struct LettersView {
    /// The organization.
    organization: OrganizationCode,
    /// The period.
    period: Period,
    /// How it is cut.
    scheme: Scheme,
    /// Its first day.
    from: NaiveDate,
    /// Its last day.
    to: NaiveDate,
    /// For whom it is made.
    audience: Audience,
    /// The rows.
    rows: Vec<LettersRow>,
    /// Their sum; null where it is left out.
    #[schema(required = true)]
    total: Option<Columns>,
}

const HEADINGS: [&str; 25] = [
    "Tổng số đơn phải xử lý (1)",
    "Kỳ trước chuyển sang: khiếu nại (2)",
    "Kỳ trước chuyển sang: tố cáo (3)",
    "Kỳ trước chuyển sang: kiến nghị, phản ánh (4)",
    "Tiếp nhận trong kỳ: khiếu nại (5)",
    "Tiếp nhận trong kỳ: tố cáo (6)",
    "Tiếp nhận trong kỳ: kiến nghị, phản ánh (7)",
    "Số đơn đã xử lý (8)",
    "Đủ điều kiện xử lý: số đơn (9)",
    "Đủ điều kiện xử lý: số vụ việc (10)",
    "Theo loại: khiếu nại (11)",
    "Theo loại: tố cáo (12)",
    "Theo loại: kiến nghị, phản ánh (13)",
    "Đã giải quyết (14)",
    "Đang giải quyết (15)",
    "Rút đơn, đình chỉ (16)",
    "Do cơ quan khác giải quyết (17)",
    "Thuộc thẩm quyền: tổng số (18)",
    "Thuộc thẩm quyền: khiếu nại (19)",
    "Thuộc thẩm quyền: tố cáo (20)",
    "Thuộc thẩm quyền: kiến nghị, phản ánh (21)",
    "Không thuộc thẩm quyền: tổng số (22)",
    "Hướng dẫn (23)",
    "Chuyển đơn (24)",
    "Đôn đốc giải quyết (25)",
];

fn table(view: &LettersView) -> Table {
    let cells = |columns: Option<Columns>| match columns {
        Some(columns) => columns.all().map(Cell::Number).to_vec(),
        None => vec![Cell::Empty; HEADINGS.len()],
    };
    let row = |row: &LettersRow| {
        let head = [Cell::from(row.organization.as_str()), Cell::from(row.name.as_str())];
        head.into_iter().chain(cells(row.columns)).collect()
    };
    let mut rows: Vec<Vec<Cell>> = view.rows.iter().map(row).collect();
    rows.push([Cell::Empty, "Tổng cộng".into()].into_iter().chain(cells(view.total)).collect());
    let head = [("Mã", ColumnKind::Text), ("Đơn vị", ColumnKind::Text)];
    let headings: Vec<(&str, ColumnKind)> =
        head.into_iter().chain(HEADINGS.map(|heading| (heading, ColumnKind::Number))).collect();
    Table {
        title: Text::new(
            format!("Letters {} {}", view.organization, view.period),
            format!("Xử lý đơn {} {}", view.organization, view.period),
        ),
        columns: columns(&headings),
        rows,
    }
}

/// Count letters and cases.
///
/// Kết quả tiếp nhận, xử lý đơn, by the columns of form 01/XLD: 1 = 2 + … + 7; 9 = 11 + 12 + 13 = 14 + 15 + 16 + 17 = 18 + 22;
/// 18 = 19 + 20 + 21; 22 = 23 + 24 + 25. What 2 to 7 and 14 to 17 are split by is our own reading. Letters and cases are counted
/// apart: 10 are cases, all others letters. States are those of the period's last day.
///
/// To be published, a table is of the whole province and a calendar year that is over; what is below the configured number is
/// left out, and so is what would tell it by subtraction. As JSON, or as a table for people: `/reports/letter-handling.csv`,
/// `.xlsx`, or by `Accept`.
#[utoipa::path(
    tag = "feedback",
    params(LettersQuery),
    responses((status = 200, description = "The table", content(
        (LettersView = "application/json"),
        (String = "text/csv"),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    ))),
    security(("bearer" = ["feedback:read"]))
)]
#[get("/reports/letter-handling")]
pub async fn report_letters(
    db: Data<Db>,
    (clock, publishing): (Data<Clock>, Data<Publishing>),
    who: May<ReadFeedback>,
    Query(query): Query<LettersQuery>,
    format: Format,
    question: Question,
) -> Answer {
    let today = clock.today();
    let LettersQuery { org, period, scheme, audience } = query;
    let span = Span::of(period.clone(), scheme);
    let (from, to) = span.days();
    let (reach, organization, least) = (Reach::of(&who), org.clone(), publishing.least);
    let asked = Asked { reach, organization, span, scheme, audience, least };
    db.recall(question.of(&who, today), move |conn| {
        let (rows, total) = actions::table(conn, &asked, today)?;
        let rows = rows.into_iter().map(LettersRow::from).collect();
        let view = LettersView { organization: org, period, scheme, from, to, audience, rows, total };
        format.answer(|| Reply::ok(&view), || Ok(table(&view)))
    })
    .await
}
