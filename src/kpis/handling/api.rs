//! Form II.06a over HTTP.

use actix_web::get;
use actix_web::web::Data;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::actions;
use super::model::{By, Columns};
use super::store::Row;
use crate::kpis::periods::model::{Period, Scheme};
use crate::kpis::periods::spans;
use crate::organizations::{OrganizationCode, Reach};
use crate::platform::table::columns;
use crate::platform::text::Text;
use crate::platform::{
    Answer, Cell, Clock, ColumnKind, Db, Format, May, Query, Question, ReadKpis, Reply, Table,
};

/// Of whom, of which period.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct HandlingQuery {
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
    /// What the rows are.
    #[param(inline)]
    #[serde(default)]
    by: By,
}

/// A row of the form.
#[derive(Debug, Serialize, ToSchema)]
pub struct HandlingRow {
    /// Code of the organization or procedure, or name of the field.
    #[schema(example = "H19.06.02")]
    key: String,
    /// Name; null for what is in no register.
    #[schema(required = true, example = "Phòng Quản lý khoa học")]
    name: Option<String>,
    #[serde(flatten)]
    columns: Columns,
}

/// The form.
#[derive(Debug, Serialize, ToSchema)]
pub struct HandlingView {
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
    /// The rows.
    rows: Vec<HandlingRow>,
    /// Their sum.
    total: Columns,
}

fn table(view: &HandlingView) -> Table {
    let numbers = |c: &Columns| {
        [c.c3, c.c4, c.c5, c.c6, c.c7, c.c8, c.c9, c.c10, c.c11, c.c12, c.c13].map(Cell::Number)
    };
    let row = |(place, row): (i64, &HandlingRow)| {
        let head = [
            Cell::Number(place),
            Cell::from(row.key.as_str()),
            row.name.as_deref().map_or(Cell::Empty, Cell::from),
        ];
        head.into_iter().chain(numbers(&row.columns)).collect()
    };
    let mut rows: Vec<Vec<Cell>> = (1..).zip(&view.rows).map(row).collect();
    rows.push(
        [Cell::Empty, Cell::Empty, "Tổng cộng".into()].into_iter().chain(numbers(&view.total)).collect(),
    );
    let number = ColumnKind::Number;
    Table {
        title: Text::new(
            format!("Form II.06a {} {}", view.organization, view.period),
            format!("Biểu II.06a {} {}", view.organization, view.period),
        ),
        columns: columns(&[
            ("TT (1)", number),
            ("Mã", ColumnKind::Text),
            ("Lĩnh vực, công việc giải quyết theo cấp (2)", ColumnKind::Text),
            ("Hồ sơ tiếp nhận: tổng số (3)", number),
            ("Tiếp nhận trực tuyến trong kỳ (4)", number),
            ("Tiếp nhận trực tiếp, bưu chính trong kỳ (5)", number),
            ("Từ kỳ trước (6)", number),
            ("Hồ sơ đã giải quyết: tổng số (7)", number),
            ("Trước hạn (8)", number),
            ("Đúng hạn (9)", number),
            ("Quá hạn (10)", number),
            ("Hồ sơ đang giải quyết: tổng số (11)", number),
            ("Trong hạn (12)", number),
            ("Quá hạn (13)", number),
        ]),
        rows,
    }
}

impl From<Row> for HandlingRow {
    fn from(row: Row) -> Self {
        Self { key: row.key, name: row.name, columns: row.handled.into() }
    }
}

/// Fill in form II.06a.
///
/// Tình hình, kết quả giải quyết thủ tục hành chính (TT 01/2020/TT-VPCP). 3 = 4 + 5 + 6, 7 = 8 + 9 + 10, 11 = 12 + 13,
/// 3 = 7 + 11; column 6 is column 11 of the period before, but for organizations that were moved in between. Of a period
/// that is still running, what is open is counted as of today. As JSON, or as a table for people:
/// `/reports/dossier-handling.csv`, `.xlsx`, or by `Accept`.
#[utoipa::path(
    tag = "figures",
    params(HandlingQuery),
    responses((status = 200, description = "The form", content(
        (HandlingView = "application/json"),
        (String = "text/csv"),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    ))),
    security(("bearer" = ["kpis:read"]))
)]
#[get("/reports/dossier-handling")]
pub async fn report_handling(
    db: Data<Db>,
    clock: Data<Clock>,
    who: May<ReadKpis>,
    Query(query): Query<HandlingQuery>,
    format: Format,
    question: Question,
) -> Answer {
    let (reach, today) = (Reach::of(&who), clock.today());
    let HandlingQuery { org, period, scheme, by } = query;
    let span = spans::Span::of(period.clone(), scheme);
    let (from, to) = span.days();
    db.recall(question.of(&who, today), move |conn| {
        let (rows, total) = actions::fill_in(conn, &reach, &org, by, &span, today)?;
        let rows = rows.into_iter().map(HandlingRow::from).collect();
        let view = HandlingView { organization: org, period, scheme, from, to, rows, total: total.into() };
        format.answer(|| Reply::ok(&view), || Ok(table(&view)))
    })
    .await
}
