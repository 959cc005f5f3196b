//! What happened to assignments, in the database: appended, each held until the next.

use std::collections::{BTreeSet, HashMap};

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Integer, Nullable, Text, Timestamp};

use super::machine::{AssignmentEvent, AssignmentState};
use super::model::{Assignment, AssignmentId, AssignmentRole, Entry};
use crate::directives::edxml::status::StatusCode;
use crate::directives::register::model::DirectiveId;
use crate::on_backend;
use crate::organizations::OrganizationId;
use crate::platform::sql::in_lists;
use crate::platform::{Conn, Fault, OPEN_END, Sql, Work};
use crate::schema::assignment_events as events;

#[derive(QueryableByName)]
struct EntryRow {
    #[diesel(sql_type = Text)]
    assignment_id: AssignmentId,
    #[diesel(sql_type = Text)]
    directive_id: DirectiveId,
    #[diesel(sql_type = BigInt)]
    organization_id: OrganizationId,
    #[diesel(sql_type = Text)]
    role: AssignmentRole,
    #[diesel(sql_type = Integer)]
    seq: i32,
    #[diesel(sql_type = Timestamp)]
    recorded_at: NaiveDateTime,
    #[diesel(sql_type = Date)]
    happened_on: NaiveDate,
    #[diesel(sql_type = Text)]
    event: AssignmentEvent,
    #[diesel(sql_type = Nullable<Text>)]
    status_code: Option<StatusCode>,
    #[diesel(sql_type = Text)]
    state: AssignmentState,
    #[diesel(sql_type = Date)]
    due_on: NaiveDate,
    #[diesel(sql_type = Date)]
    completed_on: NaiveDate,
    #[diesel(sql_type = Integer)]
    percent: i32,
    #[diesel(sql_type = Nullable<Text>)]
    note: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    link: Option<String>,
}

impl From<EntryRow> for Entry {
    fn from(row: EntryRow) -> Self {
        Self {
            assignment: row.assignment_id,
            directive: row.directive_id,
            organization: row.organization_id,
            role: row.role,
            seq: row.seq,
            recorded_at: row.recorded_at.and_utc(),
            happened_on: row.happened_on,
            event: row.event,
            code: row.status_code,
            state: row.state,
            due_on: row.due_on,
            completed_on: row.completed_on,
            percent: row.percent,
            note: row.note,
            link: row.link,
        }
    }
}

/// What happened to an assignment after an event, in order.
pub fn page(conn: &mut Conn, id: &AssignmentId, after: i64, count: i64) -> Result<Vec<Entry>, Fault> {
    let rows = Sql::new(ENTRIES)
        .code("assignment_id = ")
        .text(id.as_str())
        .code(" AND seq > ")
        .number(after)
        .code(" ORDER BY seq LIMIT ")
        .number(count)
        .rows::<EntryRow>(conn)?;
    Ok(rows.into_iter().map(Entry::from).collect())
}

const ENTRIES: &str = "SELECT assignment_id, directive_id, organization_id, role, seq, recorded_at, happened_on, event, status_code, \
     state, due_on, completed_on, percent, note, link FROM assignment_events WHERE ";

/// Everything that happened to some assignments, in order.
pub fn histories(conn: &mut Conn, ids: &[&str]) -> Result<HashMap<AssignmentId, Vec<Entry>>, Fault> {
    let rows = in_lists(ids, |ids| {
        let statement = Sql::new(ENTRIES).code("assignment_id IN (").texts(ids.iter().copied());
        statement.code(") ORDER BY assignment_id, seq").rows::<EntryRow>(conn)
    })?;
    let mut found: HashMap<AssignmentId, Vec<Entry>> = HashMap::new();
    for row in rows {
        let entry = Entry::from(row);
        found.entry(entry.assignment.clone()).or_default().push(entry);
    }
    Ok(found)
}

/// Says anew of all that happened what the organization is to the task.
pub fn change_role(work: &mut Work<'_>, one: &Assignment) -> Result<(), Fault> {
    let all = events::table.filter(events::assignment_id.eq(one.id.as_str()));
    diesel::update(all).set(events::role.eq(one.role)).execute(work.conn)?;
    Ok(())
}

/// Stores what happened; what held before holds until then.
pub fn append(work: &mut Work<'_>, entries: &[Entry]) -> Result<(), Fault> {
    for chunk in entries.chunks(2_000) {
        let row = |entry: &Entry| {
            (
                events::assignment_id.eq(entry.assignment.clone()),
                events::directive_id.eq(entry.directive.clone()),
                events::organization_id.eq(entry.organization),
                events::role.eq(entry.role),
                events::held_until.eq(OPEN_END),
                events::seq.eq(entry.seq),
                events::recorded_at.eq(entry.recorded_at.naive_utc()),
                events::happened_on.eq(entry.happened_on),
                events::event.eq(entry.event),
                events::status_code.eq(entry.code),
                events::state.eq(entry.state),
                events::due_on.eq(entry.due_on),
                events::completed_on.eq(entry.completed_on),
                events::percent.eq(entry.percent),
                events::note.eq(entry.note.clone()),
                events::link.eq(entry.link.clone()),
            )
        };
        let rows: Vec<_> = chunk.iter().map(row).collect();
        on_backend!(&mut *work.conn, c => diesel::insert_into(events::table).values(&rows).execute(c))?;
    }
    let going_on: BTreeSet<&str> =
        entries.iter().filter(|entry| entry.seq > 1).map(|entry| entry.assignment.as_str()).collect();
    let going_on: Vec<&str> = going_on.into_iter().collect();
    let next = "FROM assignment_events n WHERE n.assignment_id = assignment_events.assignment_id AND n.seq = assignment_events.seq + 1)";
    in_lists(&going_on, |ids| {
        Sql::new("UPDATE assignment_events SET held_until = (SELECT n.happened_on ")
            .code(next)
            .code(" WHERE held_until = ")
            .day(OPEN_END)
            .code(" AND EXISTS (SELECT 1 ")
            .code(next)
            .code(" AND assignment_id IN (")
            .texts(ids.iter().copied())
            .code(")")
            .run(work.conn)
            .map(|_| Vec::<()>::new())
    })?;
    Ok(())
}
