//! The summary of ratings over HTTP.

use actix_web::get;
use actix_web::web::Data;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::actions::{self, Answers, Question as Asked};
use crate::kpis::figures::store::Root;
use crate::kpis::periods::model::{Period, Scheme};
use crate::kpis::periods::spans::Span;
use crate::organizations::{OrganizationCode, Reach};
use crate::platform::config::Publishing;
use crate::platform::table::columns;
use crate::platform::text::Text;
use crate::platform::{
    Answer, Cell, Clock, ColumnKind, Db, Format, May, Query, Question, ReadFeedback, Reply, Table,
};

/// Of whom, of which period.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SatisfactionQuery {
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

/// How a question was answered.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct QuestionSummary {
    /// Number of the question in the ballot; 0 is the overall answer.
    #[schema(minimum = 0, maximum = 20, example = 7)]
    question: i32,
    /// How many answered it.
    #[schema(minimum = 0, example = 120)]
    n: i64,
    /// How often by 0, by 1 and by 2; null where few answered, or it could be found by subtraction.
    #[schema(required = true, min_items = 3, max_items = 3)]
    #[schema(example = json!([4, 30, 86]))]
    scores: Option<[i64; 3]>,
}

fn summary(question: i32, answers: &Answers) -> QuestionSummary {
    QuestionSummary { question, n: answers.n, scores: answers.scores.map(|scores| scores.0) }
}

/// The ratings of an organization itself, or of one right below it with all below that.
#[derive(Debug, Serialize, ToSchema)]
pub struct SatisfactionRow {
    /// The organization.
    organization: OrganizationCode,
    /// Its name.
    #[schema(example = "Sở Khoa học và Công nghệ tỉnh Đồng Nai")]
    name: String,
    /// The questions that anybody answered anywhere, in their order.
    questions: Vec<QuestionSummary>,
}

/// The ratings of a period.
#[derive(Debug, Serialize, ToSchema)]
pub struct SatisfactionView {
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
    rows: Vec<SatisfactionRow>,
    /// Their sum.
    total: Vec<QuestionSummary>,
}

fn rows(roots: Vec<Root>, questions: &[Asked]) -> Vec<SatisfactionRow> {
    let row = |(place, root): (usize, Root)| {
        let of_row = |asked: &Asked| Some(summary(asked.number, asked.rows.get(place)?));
        let questions = questions.iter().filter_map(of_row).collect();
        SatisfactionRow { organization: root.code, name: root.name, questions }
    };
    roots.into_iter().enumerate().map(row).collect()
}

fn table(view: &SatisfactionView) -> Table {
    let line = |head: [Cell; 2], one: &QuestionSummary| {
        let scores =
            one.scores.map_or([Cell::Empty, Cell::Empty, Cell::Empty], |scores| scores.map(Cell::Number));
        let cells = [Cell::Number(one.question.into()), Cell::Number(one.n)];
        head.into_iter().chain(cells).chain(scores).collect::<Vec<_>>()
    };
    let of_row = |row: &SatisfactionRow| {
        let head = || [Cell::from(row.organization.as_str()), Cell::from(row.name.as_str())];
        row.questions.iter().map(|one| line(head(), one)).collect::<Vec<_>>()
    };
    let mut rows: Vec<Vec<Cell>> = view.rows.iter().flat_map(of_row).collect();
    rows.extend(view.total.iter().map(|one| line([Cell::Empty, "Tổng cộng".into()], one)));
    let number = ColumnKind::Number;
    Table {
        title: Text::new(
            format!("Satisfaction {} {}", view.organization, view.period),
            format!("Mức độ hài lòng {} {}", view.organization, view.period),
        ),
        columns: columns(&[
            ("Mã", ColumnKind::Text),
            ("Đơn vị", ColumnKind::Text),
            ("Câu hỏi (0: đánh giá chung)", number),
            ("Số lượt trả lời", number),
            ("0 điểm", number),
            ("1 điểm", number),
            ("2 điểm", number),
        ]),
        rows,
    }
}

/// Sum up the ratings of a period.
///
/// Of the organization itself and of each right below it, question by question. How many answered is always told; by which
/// scores only where that are as many as configured, and no other row gives it away by subtraction. As JSON, or as a table for
/// people: `/reports/satisfaction.csv`, `.xlsx`, or by `Accept`.
#[utoipa::path(
    tag = "feedback",
    params(SatisfactionQuery),
    responses((status = 200, description = "The ratings", content(
        (SatisfactionView = "application/json"),
        (String = "text/csv"),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    ))),
    security(("bearer" = ["feedback:read"]))
)]
#[get("/reports/satisfaction")]
pub async fn report_satisfaction(
    db: Data<Db>,
    (clock, publishing): (Data<Clock>, Data<Publishing>),
    who: May<ReadFeedback>,
    Query(query): Query<SatisfactionQuery>,
    format: Format,
    question: Question,
) -> Answer {
    let (reach, today, least) = (Reach::of(&who), clock.today(), publishing.least);
    let SatisfactionQuery { org, period, scheme } = query;
    let span = Span::of(period.clone(), scheme);
    let (from, to) = span.days();
    db.recall(question.of(&who, today), move |conn| {
        let (roots, questions) = actions::sum_up(conn, &reach, &org, (&span, today), least)?;
        let total = questions.iter().map(|asked| summary(asked.number, &asked.total)).collect();
        let rows = rows(roots, &questions);
        let view = SatisfactionView { organization: org, period, scheme, from, to, rows, total };
        format.answer(|| Reply::ok(&view), || Ok(table(&view)))
    })
    .await
}
