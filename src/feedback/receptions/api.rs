//! Receptions over HTTP.

use actix_web::web::Data;
use actix_web::{get, put};
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::IntoParams;

use super::actions;
use super::bodies::{NewReception, ReceptionRow, ReceptionSum, ReceptionView, ReceptionsView};
use super::store;
use crate::kpis::periods::model::{Period, Scheme};
use crate::kpis::periods::spans::Span;
use crate::organizations::{OrganizationCode, Reach, When, find_at};
use crate::platform::input::Day;
use crate::platform::page::NoFilter;
use crate::platform::table::columns;
use crate::platform::text::Text;
use crate::platform::{
    Answer, Cell, Clock, ColumnKind, Condition, Db, Etag, Format, Json, May, Page, Paged, Paging, Path,
    Query, Question, ReadFeedback, Reply, Table, WriteFeedback,
};

/// Show the receptions until a day.
#[utoipa::path(
    tag = "feedback",
    params(
        ("code" = OrganizationCode, Path, description = "Any code of the organization"),
        ("date" = NaiveDate, Path, description = "The last day of which it tells", example = "2020-06-30")
    ),
    responses((status = 200, description = "The receptions", body = ReceptionView)),
    security(("bearer" = ["feedback:read"]))
)]
#[get("/organizations/{code}/receptions/{date}")]
pub async fn find_reception(
    db: Data<Db>,
    clock: Data<Clock>,
    who: May<ReadFeedback>,
    path: Path<(OrganizationCode, Day)>,
) -> Answer {
    let (reach, when) = (Reach::of(&who), When::of(None, clock.today()));
    let (code, Day(day)) = path.into_inner();
    let stated = db.read(move |conn| store::find(conn, &reach, code.as_str(), day, when)).await?;
    let (etag, updated_at) = (Etag::of(stated.version), stated.updated_at);
    Ok(Reply::ok(&ReceptionView::from(stated))?.tagged(&etag).modified(updated_at))
}

/// State the receptions of a day.
///
/// Or, with `from`, of several days together. A day of which nobody came is stated with zeros; of a day of which nothing is
/// stated nothing is known. Every day counts once: a statement that overlaps another is refused.
#[utoipa::path(
    tag = "feedback",
    params(
        ("code" = OrganizationCode, Path, description = "Any code of the organization"),
        ("date" = NaiveDate, Path, description = "The last day of which it tells", example = "2020-06-30")
    ),
    responses(
        (status = 200, description = "Restated", body = ReceptionView),
        (status = 201, description = "Stated", body = ReceptionView)
    ),
    security(("bearer" = ["feedback:write"]))
)]
#[put("/organizations/{code}/receptions/{date}")]
pub async fn state_reception(
    db: Data<Db>,
    who: May<WriteFeedback>,
    path: Path<(OrganizationCode, Day)>,
    condition: Condition,
    body: Json<NewReception>,
) -> Answer {
    let reach = Reach::of(&who);
    let (code, Day(day)) = path.into_inner();
    let reception = body.value.until(day);
    let order = who.orders("reception.state", format!("{code} {day}"));
    db.write(order, move |work| {
        let (outcome, stated) = actions::state(work, &reach, code.as_str(), reception, &condition)?;
        let etag = Etag::of(stated.version);
        let location = format!("/api/v1/organizations/{code}/receptions/{day}");
        Ok(Reply::of(outcome, &ReceptionView::from(stated), location)?.tagged(&etag))
    })
    .await
}

/// List the receptions of an organization.
///
/// Newest day first.
#[utoipa::path(
    tag = "feedback",
    params(("code" = OrganizationCode, Path, description = "Any code of the organization"), Paged<NoFilter>),
    responses((status = 200, description = "A page of receptions", body = Page<ReceptionView>)),
    security(("bearer" = ["feedback:read"]))
)]
#[get("/organizations/{code}/receptions")]
pub async fn list_receptions(
    db: Data<Db>,
    clock: Data<Clock>,
    who: May<ReadFeedback>,
    code: Path<OrganizationCode>,
    _query: Query<Paged<NoFilter>>,
    paging: Paging,
) -> Answer {
    let (reach, when) = (Reach::of(&who), When::of(None, clock.today()));
    let page = (paging.after::<NaiveDate>(who.subject())?, paging.fetch());
    let found = db.snapshot(move |conn| {
        find_at(conn, &reach, code.as_str(), when)?;
        store::list(conn, &reach, code.as_str(), when, page)
    });
    let place = |stated: &store::Stated| stated.reception.last;
    paging.page(found.await?, who.subject(), place)?.map(ReceptionView::from).reply()
}

/// Of whom, of which period.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ReceptionsQuery {
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
}

fn table(view: &ReceptionsView) -> Table {
    let cells = |sum: &ReceptionSum| {
        let known = |n: i64| if sum.stated_days > 0 { Cell::Number(n) } else { Cell::Empty };
        let counts = sum.counts.all().map(known);
        [Cell::Number(sum.stated_days)].into_iter().chain(counts).collect::<Vec<_>>()
    };
    let row = |row: &ReceptionRow| {
        let head = [Cell::from(row.organization.as_str()), Cell::from(row.name.as_str())];
        head.into_iter().chain(cells(&row.sum)).collect()
    };
    let mut rows: Vec<Vec<Cell>> = view.rows.iter().map(row).collect();
    rows.push([Cell::Empty, "Tổng cộng".into()].into_iter().chain(cells(&view.total)).collect());
    let number = ColumnKind::Number;
    Table {
        title: Text::new(
            format!("Receptions {} {}", view.organization, view.period),
            format!("Tiếp công dân {} {}", view.organization, view.period),
        ),
        columns: columns(&[
            ("Mã", ColumnKind::Text),
            ("Đơn vị", ColumnKind::Text),
            ("Số ngày có số liệu", number),
            ("Số lượt tiếp", number),
            ("Số người", number),
            ("Đoàn đông người", number),
            ("Khiếu nại", number),
            ("Tố cáo", number),
            ("Kiến nghị, phản ánh", number),
            ("Thuộc thẩm quyền", number),
            ("Hướng dẫn", number),
            ("Chuyển đơn", number),
        ]),
        rows,
    }
}

/// Add up the receptions of a period.
///
/// Of the organization itself and of each right below it. Statements that lie in the period only in part are left out and
/// said to be. As JSON, or as a table for people: `/reports/receptions.csv`, `.xlsx`, or by `Accept`.
#[utoipa::path(
    tag = "feedback",
    params(ReceptionsQuery),
    responses((status = 200, description = "The receptions", content(
        (ReceptionsView = "application/json"),
        (String = "text/csv"),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    ))),
    security(("bearer" = ["feedback:read"]))
)]
#[get("/reports/receptions")]
pub async fn report_receptions(
    db: Data<Db>,
    clock: Data<Clock>,
    who: May<ReadFeedback>,
    Query(query): Query<ReceptionsQuery>,
    format: Format,
    question: Question,
) -> Answer {
    let (reach, today) = (Reach::of(&who), clock.today());
    let ReceptionsQuery { org, period, scheme } = query;
    let span = Span::of(period.clone(), scheme);
    let (from, to) = span.days();
    db.recall(question.of(&who, today), move |conn| {
        let (rows, total) = actions::add_up(conn, &reach, &org, &span, today)?;
        let rows = rows.into_iter().map(ReceptionRow::from).collect();
        let view = ReceptionsView { organization: org, period, scheme, from, to, rows, total: total.into() };
        format.answer(|| Reply::ok(&view), || Ok(table(&view)))
    })
    .await
}
