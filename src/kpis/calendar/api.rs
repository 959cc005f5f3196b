//! The calendar over HTTP.

use std::collections::HashMap;

use actix_web::web::Data;
use actix_web::{get, put};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::actions::{self, UNRECORDED};
use super::model::{Calendar, DayKind, Refusal, SpecialDay};
use super::store::{self, Recorded};
use crate::platform::input::{Day, wrong};
use crate::platform::text::stored;
use crate::platform::{
    Admin, Answer, Body, Condition, Db, Etag, Fault, Json, May, Path, Query, ReadRecords, Reply, Wrong,
};

/// Days of one answer: a year, and the weeks around it.
const MOST_DAYS: i64 = 400;

/// Of which term.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TermFilter {
    /// The day on which the term begins; it is not counted.
    #[param(format = Date, example = "2020-06-04")]
    from: NaiveDate,
    /// Working days of the term.
    #[param(minimum = 0, maximum = 10_000, example = 15)]
    working_days: u32,
}

/// Of which days.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SpanFilter {
    /// The first day.
    #[param(format = Date, example = "2020-06-01")]
    from: NaiveDate,
    /// The last day.
    #[param(format = Date, example = "2020-06-30")]
    to: NaiveDate,
}

/// The day that ends a term.
#[derive(Debug, Serialize, ToSchema)]
pub struct DueDateView {
    /// The day on which the term begins.
    #[schema(example = "2020-06-04")]
    from: NaiveDate,
    /// Working days of the term.
    #[schema(minimum = 0, example = 15)]
    working_days: u32,
    /// The last day of the term.
    #[schema(example = "2020-06-25")]
    due_date: NaiveDate,
    /// Whether the days off of every year in the term are known. If not, only weekends are certain.
    #[schema(example = true)]
    complete: bool,
}

/// What is special about a day.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCalendarDay {
    /// What it is; `ordinary` takes back whatever was said of it.
    kind: DayKind,
    /// What people call it.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 200, pattern = r"\S", example = "Tết Dương lịch")]
    name: Option<String>,
}

impl Body for NewCalendarDay {}

/// A day.
#[derive(Debug, Serialize, ToSchema)]
pub struct CalendarDay {
    /// The day.
    date: NaiveDate,
    /// Whether it is worked.
    is_working: bool,
    /// What is special about it; `ordinary` if nothing is: then it is worked from Monday to Friday.
    kind: DayKind,
    /// What people call it.
    #[schema(required = true, example = "Tết Dương lịch")]
    name: Option<String>,
}

impl From<SpecialDay> for CalendarDay {
    fn from(SpecialDay { day, kind, name }: SpecialDay) -> Self {
        Self { date: day, is_working: kind.is_worked_on(day), kind, name }
    }
}

/// Days in their order.
#[derive(Debug, Serialize, ToSchema)]
pub struct CalendarDays {
    /// Every day, also those of which there is nothing to say.
    items: Vec<CalendarDay>,
    /// Whether the days off of every year among them are known. If not, only weekends are certain.
    complete: bool,
}

fn ordinary(day: NaiveDate) -> SpecialDay {
    SpecialDay { day, kind: DayKind::Ordinary, name: None }
}

/// Find a due date.
///
/// The last day of a term in working days; its first day is not counted. Beyond the last known year the answer is given
/// all the same and says `"complete": false`: a year is known once a day of kind `tet` stands in it.
#[utoipa::path(
    tag = "kpis",
    params(TermFilter),
    responses((status = 200, description = "The due date", body = DueDateView)),
    security(("bearer" = ["records:read"]))
)]
#[get("/calendar/due-date")]
pub async fn find_due_date(
    db: Data<Db>,
    _who: May<ReadRecords>,
    Query(TermFilter { from, working_days }): Query<TermFilter>,
) -> Answer {
    let calendar = db.read(store::load).await?;
    let due_date = calendar.plus_working_days(from, working_days);
    let first = from.succ_opt().unwrap_or(from).min(due_date);
    let complete = calendar.is_complete(first, due_date);
    Reply::ok(&DueDateView { from, working_days, due_date, complete })
}

/// List the days of a span.
///
/// At most 400 days at once.
#[utoipa::path(
    tag = "kpis",
    params(SpanFilter),
    responses((status = 200, description = "The days", body = CalendarDays)),
    security(("bearer" = ["records:read"]))
)]
#[get("/calendar/days")]
pub async fn list_calendar_days(
    db: Data<Db>,
    _who: May<ReadRecords>,
    Query(SpanFilter { from, to }): Query<SpanFilter>,
) -> Answer {
    if to < from {
        return Err(Fault::invalid(vec![Wrong::parameter("to", wrong::MISMATCH)]));
    }
    let days = (to - from).num_days() + 1;
    if days > MOST_DAYS {
        return Err(Refusal::Span { days, most: MOST_DAYS }.into());
    }
    let recorded = db.read(store::all).await?;
    let calendar = Calendar::new(recorded.iter().map(|known| (known.special.day, known.special.kind)));
    let complete = calendar.is_complete(from, to);
    let mut recorded: HashMap<NaiveDate, SpecialDay> =
        recorded.into_iter().map(|known| (known.special.day, known.special)).collect();
    let days = from.iter_days().take_while(|day| *day <= to);
    let items = days.map(|day| recorded.remove(&day).unwrap_or_else(|| ordinary(day)).into()).collect();
    Reply::ok(&CalendarDays { items, complete })
}

/// Show a day.
#[utoipa::path(
    tag = "kpis",
    params(("date" = NaiveDate, Path, description = "The day", example = "2020-06-30")),
    responses((status = 200, description = "The day", body = CalendarDay)),
    security(("bearer" = ["records:read"]))
)]
#[get("/calendar/days/{date}")]
pub async fn find_calendar_day(db: Data<Db>, _who: May<ReadRecords>, path: Path<Day>) -> Answer {
    let Day(day) = path.into_inner();
    let Some(Recorded { special, version, updated_at }) = db.read(move |conn| store::find(conn, day)).await?
    else {
        return Ok(Reply::ok(&CalendarDay::from(ordinary(day)))?.tagged(&Etag::of(UNRECORDED)));
    };
    Ok(Reply::ok(&CalendarDay::from(special))?.tagged(&Etag::of(version)).modified(updated_at))
}

/// Say what a day is.
///
/// Days off and worked Saturdays as they are decided for the year; kind `ordinary` takes back what was said. Due dates
/// that were promised before stay as they are. A day of which something is recorded needs `If-Match`. Needs a token for
/// all organizations, since the calendar is everybody's.
#[utoipa::path(
    tag = "kpis",
    params(("date" = NaiveDate, Path, description = "The day", example = "2020-06-30")),
    responses(
        (status = 200, description = "Changed", body = CalendarDay),
        (status = 201, description = "Recorded", body = CalendarDay)
    ),
    security(("bearer" = ["admin"]))
)]
#[put("/calendar/days/{date}")]
pub async fn set_calendar_day(
    db: Data<Db>,
    who: May<Admin>,
    path: Path<Day>,
    condition: Condition,
    body: Json<NewCalendarDay>,
) -> Answer {
    who.must_reach_everywhere()?;
    let Day(day) = path.into_inner();
    let NewCalendarDay { kind, name } = body.value;
    let special = SpecialDay { day, kind, name: name.as_deref().map(stored) };
    let order = who.orders("calendar.set-day", day.to_string());
    db.write(order, move |work| {
        let (outcome, recorded) = actions::set(work, &special, &condition)?;
        let etag = Etag::of(recorded.version);
        let location = format!("/api/v1/calendar/days/{day}");
        Ok(Reply::of(outcome, &CalendarDay::from(recorded.special), location)?.tagged(&etag))
    })
    .await
}
