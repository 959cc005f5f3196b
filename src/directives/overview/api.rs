//! The overview over HTTP.

use actix_web::get;
use actix_web::web::Data;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::actions::{self, Asked, Line};
use super::model::{OverviewBy, Readings, TaskBuckets};
use super::remembered::Remembered;
use crate::kpis::percent::Percent;
use crate::organizations::{OrganizationCode, Reach};
use crate::platform::input::wrong;
use crate::platform::table::columns;
use crate::platform::text::Text;
use crate::platform::{
    Answer, Cell, Clock, ColumnKind, Db, Fault, Format, May, Query, Question, ReadDirectives, Reply, Table,
    Wrong,
};

/// Which tasks, and how they are told apart.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct OverviewQuery {
    /// Any code of the organization: its tasks, and those of all below it.
    #[param(inline)]
    org: OrganizationCode,
    /// As of the end of which day, in the tree of that day; without it, of today.
    #[param(format = Date, example = "2020-06-30")]
    as_of: Option<NaiveDate>,
    /// Only of directives of this body: code, abbreviation or part of the name.
    #[param(min_length = 1, max_length = 300, example = "TTg")]
    issuer: Option<String>,
    /// A row for each what.
    #[param(inline)]
    #[serde(default)]
    by: OverviewBy,
}

/// Tasks of one organization, issuer or type.
#[derive(Debug, Serialize, ToSchema)]
pub struct OverviewRow {
    /// Code of the organization or of the issuer, or the issuer's name where it has no code; the name of the type.
    #[schema(example = "H19.06")]
    key: String,
    /// Its name.
    #[schema(example = "Sở Khoa học và Công nghệ")]
    name: String,
    /// How they stand.
    #[serde(flatten)]
    tasks: TaskBuckets,
    /// All of them.
    total: i64,
    /// How far persons came with the directives.
    readings: ReadingsView,
}

/// How far persons came, with shares of those to whom a directive was delivered, in percent.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReadingsView {
    /// In persons.
    #[serde(flatten)]
    persons: Readings,
    /// Who opened it.
    #[schema(required = true)]
    opened_percent: Option<Percent>,
    /// Who read it.
    #[schema(required = true)]
    read_percent: Option<Percent>,
    /// Who understood it.
    #[schema(required = true)]
    understood_percent: Option<Percent>,
}

impl From<Readings> for ReadingsView {
    fn from(persons: Readings) -> Self {
        let [opened_percent, read_percent, understood_percent] = persons.rates();
        Self { persons, opened_percent, read_percent, understood_percent }
    }
}

impl From<Line> for OverviewRow {
    fn from(line: Line) -> Self {
        let Line { key, name, tasks, readings } = line;
        Self { key, name, tasks, total: tasks.total(), readings: readings.into() }
    }
}

/// How the tasks of a subtree stood on a day.
#[derive(Debug, Serialize, ToSchema)]
pub struct OverviewView {
    /// Whose tasks.
    organization: OrganizationCode,
    /// As of the end of which day.
    as_of: NaiveDate,
    /// What a row is.
    by: OverviewBy,
    /// By code, or by name.
    items: Vec<OverviewRow>,
    /// All rows together.
    total: OverviewTotal,
}

/// All rows together.
#[derive(Debug, Serialize, ToSchema)]
pub struct OverviewTotal {
    /// How they stand.
    #[serde(flatten)]
    tasks: TaskBuckets,
    /// All of them.
    total: i64,
    /// How far persons came with the directives.
    readings: ReadingsView,
    /// Opinions, signed and unsigned, on the directives that the subtree issued, keeps or has to do with.
    opinions: i64,
}

fn table(view: &OverviewView) -> Table {
    let cells = |key: &str, name: &str, tasks: &TaskBuckets| {
        let TaskBuckets {
            not_due,
            due_in_7,
            due_in_3,
            due_in_1,
            overdue,
            done_on_time,
            done_late,
            cancelled,
        } = *tasks;
        let counts = [not_due, due_in_7, due_in_3, due_in_1, overdue, done_on_time, done_late, cancelled];
        let counts = counts.into_iter().chain([tasks.total()]).map(Cell::Number);
        [Cell::from(key), Cell::from(name)].into_iter().chain(counts).collect::<Vec<_>>()
    };
    let rows = view.items.iter().map(|row| cells(&row.key, &row.name, &row.tasks));
    let number = ColumnKind::Number;
    Table {
        title: Text::new("Directives", "Tình hình thực hiện văn bản chỉ đạo"),
        columns: columns(&[
            ("Mã", ColumnKind::Text),
            ("Tên", ColumnKind::Text),
            ("Chưa đến hạn", number),
            ("Còn 4 đến 7 ngày làm việc", number),
            ("Còn 2 đến 3 ngày làm việc", number),
            ("Đến hạn hoặc còn 1 ngày làm việc", number),
            ("Quá hạn", number),
            ("Hoàn thành đúng hạn", number),
            ("Hoàn thành quá hạn", number),
            ("Đã hủy, từ chối", number),
            ("Tổng số", number),
        ]),
        rows: rows.chain([cells("", "Tổng số", &view.total.tasks)]).collect(),
    }
}

/// Show what is due, late and done.
///
/// Tình hình thực hiện nhiệm vụ: every task to lead or to take part in, in one of eight states that add up to the total, as of any day
/// until today. As JSON, or as a table for people: `/directives/overview.csv`, `.xlsx`, or by `Accept`.
#[utoipa::path(
    tag = "directives",
    params(OverviewQuery),
    responses((status = 200, description = "The overview", content(
        (OverviewView = "application/json"),
        (String = "text/csv"),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    ))),
    security(("bearer" = ["directives:read"]))
)]
#[get("/directives/overview")]
pub async fn show_directives_overview(
    db: Data<Db>,
    (clock, remembered): (Data<Clock>, Data<Remembered>),
    who: May<ReadDirectives>,
    Query(query): Query<OverviewQuery>,
    format: Format,
    question: Question,
) -> Answer {
    let today = clock.today();
    let OverviewQuery { org: organization, as_of, issuer, by } = query;
    if as_of.is_some_and(|day| day > today) {
        return Err(Fault::invalid(vec![Wrong::parameter("as_of", wrong::FUTURE)]));
    }
    let asked = Asked { reach: Reach::of(&who), organization: organization.clone(), as_of, issuer, by };
    db.recall(question.of(&who, today), move |conn| {
        let found = actions::read(conn, &remembered, &asked, today)?;
        let ((tasks, readings), as_of, opinions) = (found.total, found.day, found.opinions);
        let items = found.lines.into_iter().map(OverviewRow::from).collect();
        let total = OverviewTotal { tasks, total: tasks.total(), readings: readings.into(), opinions };
        let view = OverviewView { organization, as_of, by, items, total };
        format.answer(|| Reply::ok(&view), || Ok(table(&view)))
    })
    .await
}
