//! Assignments in the database.

use std::collections::BTreeSet;

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Integer, Nullable, Text, Timestamp};
use diesel::upsert::excluded;

use super::machine::AssignmentState;
use super::model::{Assignment, AssignmentId, AssignmentRole};
use crate::directives::register::model::DirectiveId;
use crate::on_backend;
use crate::organizations::{OrganizationCode, OrganizationId, Reach, When};
use crate::platform::sql::in_lists;
use crate::platform::{Conn, Fault, Sql, Work};
use crate::schema::assignments;

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    id: AssignmentId,
    #[diesel(sql_type = BigInt)]
    version: i64,
    #[diesel(sql_type = Timestamp)]
    created_at: NaiveDateTime,
    #[diesel(sql_type = Timestamp)]
    updated_at: NaiveDateTime,
    #[diesel(sql_type = Text)]
    directive_id: DirectiveId,
    #[diesel(sql_type = Nullable<Text>)]
    parent_id: Option<AssignmentId>,
    #[diesel(sql_type = BigInt)]
    organization_id: OrganizationId,
    #[diesel(sql_type = Text)]
    organization_code: OrganizationCode,
    #[diesel(sql_type = Nullable<BigInt>)]
    assigner_id: Option<OrganizationId>,
    #[diesel(sql_type = Nullable<Text>)]
    assigner_code: Option<OrganizationCode>,
    #[diesel(sql_type = Text)]
    role: AssignmentRole,
    #[diesel(sql_type = Text)]
    content: String,
    #[diesel(sql_type = Date)]
    assigned_on: NaiveDate,
    #[diesel(sql_type = Nullable<Integer>)]
    working_days: Option<i32>,
    #[diesel(sql_type = Date)]
    due_on_original: NaiveDate,
    #[diesel(sql_type = Date)]
    due_on: NaiveDate,
    #[diesel(sql_type = Nullable<Date>)]
    asked_due_on: Option<NaiveDate>,
    #[diesel(sql_type = Text)]
    state: AssignmentState,
    #[diesel(sql_type = Nullable<Text>)]
    state_before: Option<AssignmentState>,
    #[diesel(sql_type = Integer)]
    percent: i32,
    #[diesel(sql_type = Date)]
    completed_on: NaiveDate,
    #[diesel(sql_type = Date)]
    confirmed_on: NaiveDate,
    #[diesel(sql_type = Date)]
    last_on: NaiveDate,
    #[diesel(sql_type = Integer)]
    events: i32,
}

const COLUMNS: &str = "a.id AS id, a.version AS version, a.created_at AS created_at, a.updated_at AS updated_at, \
     a.directive_id AS directive_id, a.parent_id AS parent_id, a.organization_id AS organization_id, \
     a.organization_code AS organization_code, a.assigner_id AS assigner_id, a.assigner_code AS assigner_code, a.role AS role, \
     a.content AS content, a.assigned_on AS assigned_on, a.working_days AS working_days, a.due_on_original AS due_on_original, \
     a.due_on AS due_on, a.asked_due_on AS asked_due_on, a.state AS state, a.state_before AS state_before, a.percent AS percent, \
     a.completed_on AS completed_on, a.confirmed_on AS confirmed_on, a.last_on AS last_on, a.events AS events ";

/// SQL that begins to select assignments `a`.
fn select() -> Sql {
    Sql::new("SELECT ").code(COLUMNS).code("FROM assignments a WHERE ")
}

impl From<Row> for Assignment {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            version: row.version,
            created_at: row.created_at.and_utc(),
            updated_at: row.updated_at.and_utc(),
            directive: row.directive_id,
            parent: row.parent_id,
            organization: row.organization_id,
            organization_code: row.organization_code,
            assigner: row.assigner_id,
            assigner_code: row.assigner_code,
            role: row.role,
            content: row.content,
            assigned_on: row.assigned_on,
            working_days: row.working_days.and_then(|days| u32::try_from(days).ok()),
            due_on_original: row.due_on_original,
            due_on: row.due_on,
            asked_due_on: row.asked_due_on,
            state: row.state,
            state_before: row.state_before,
            percent: row.percent,
            completed_on: row.completed_on,
            confirmed_on: row.confirmed_on,
            last_on: row.last_on,
            events: row.events,
        }
    }
}

/// SQL that holds when the caller may know of assignment `a`: it reaches who has it or who gave it.
pub fn visible(reach: &Reach, when: When) -> Sql {
    if reach.root().is_none() {
        return Sql::new("1 = 1");
    }
    Sql::new("EXISTS (SELECT 1 FROM organizations o WHERE o.id IN (a.organization_id, a.assigner_id) AND ")
        .then(reach.holds(when))
        .code(")")
}

/// An assignment that the caller may know of; otherwise missing.
pub fn find(
    conn: &mut Conn,
    reach: &Reach,
    id: &AssignmentId,
    today: NaiveDate,
) -> Result<Assignment, Fault> {
    let ids = BTreeSet::from([id.as_str()]);
    find_all(conn, reach, &ids, today)?.pop().ok_or_else(Fault::missing)
}

/// Those of some assignments that the caller may know of.
pub fn find_all(
    conn: &mut Conn,
    reach: &Reach,
    ids: &BTreeSet<&str>,
    today: NaiveDate,
) -> Result<Vec<Assignment>, Fault> {
    let ids: Vec<&str> = ids.iter().copied().collect();
    let rows = in_lists(&ids, |ids| {
        let statement = select().code("a.id IN (").few_texts(ids.iter().copied());
        statement.code(") AND ").then(visible(reach, When::Now(today))).rows::<Row>(conn)
    })?;
    Ok(rows.into_iter().map(Assignment::from).collect())
}

/// What some organizations have to do about a directive that is no part of anything, within reach or not; the earliest first.
pub fn wholes(
    conn: &mut Conn,
    directive: &DirectiveId,
    organizations: &BTreeSet<OrganizationId>,
) -> Result<Vec<Assignment>, Fault> {
    let rows = select()
        .code("a.directive_id = ")
        .text(directive.as_str())
        .code(" AND a.parent_id IS NULL AND a.organization_id IN (")
        .numbers(organizations.iter().map(|id| id.0))
        .code(") ORDER BY a.created_at, a.id")
        .rows::<Row>(conn)?;
    Ok(rows.into_iter().map(Assignment::from).collect())
}

/// All parts of some assignments, and parts of parts, that are not at their end, within reach or not.
pub fn open_below(conn: &mut Conn, ids: &[String]) -> Result<Vec<Assignment>, Fault> {
    let rows = in_lists(ids, |ids| {
        Sql::new("WITH RECURSIVE below AS (SELECT p.* FROM assignments p WHERE p.parent_id IN (")
            .texts(ids.iter().map(String::as_str))
            .code(") UNION ALL SELECT p.* FROM below b JOIN assignments p ON p.parent_id = b.id) SELECT ")
            .code(COLUMNS)
            .code("FROM below a ORDER BY a.id")
            .rows::<Row>(conn)
    })?;
    Ok(rows.into_iter().map(Assignment::from).filter(|part| !part.state.is_end()).collect())
}

/// Which assignments a list is to hold.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of this directive.
    pub directive: Option<DirectiveId>,
    /// Code of an organization: what it or one below it has.
    pub organization: Option<String>,
    /// Code of an organization that gave it.
    pub assigner: Option<String>,
    /// Parts of this one.
    pub parent: Option<AssignmentId>,
    /// State.
    pub state: Option<AssignmentState>,
    /// Role.
    pub role: Option<AssignmentRole>,
    /// Due on this day or later.
    pub due_from: Option<NaiveDate>,
    /// Due on this day or earlier.
    pub due_to: Option<NaiveDate>,
}

/// Where a page begins: due day and id.
pub type Place = (NaiveDate, String);

/// A page of assignments, those that are due first before others.
pub fn list(
    conn: &mut Conn,
    reach: &Reach,
    filter: &Filter,
    today: NaiveDate,
    (after, count): (Option<Place>, i64),
) -> Result<Vec<Assignment>, Fault> {
    let when = When::Now(today);
    let mut statement = match &filter.organization {
        // Who reaches the organization that has it may know of it.
        Some(code) => select()
            .code("a.organization_id IN (SELECT o.id FROM organizations o WHERE ")
            .then(reach.holds(when))
            .code(" AND ")
            .then(when.below(code))
            .code(")"),
        None => select().then(visible(reach, when)),
    };
    if let Some(directive) = &filter.directive {
        statement = statement.code(" AND a.directive_id = ").text(directive.as_str());
    }
    if let Some(code) = &filter.assigner {
        let given = " AND a.assigner_id = (SELECT organization_id FROM organization_codes WHERE code = ";
        statement = statement.code(given).text(code.as_str()).code(")");
    }
    if let Some(parent) = &filter.parent {
        statement = statement.code(" AND a.parent_id = ").text(parent.as_str());
    }
    if let Some(state) = filter.state {
        statement = statement.code(" AND a.state = ").text(state.as_str());
    }
    if let Some(role) = filter.role {
        statement = statement.code(" AND a.role = ").text(role.as_str());
    }
    for (bound, day) in [(" AND a.due_on >= ", filter.due_from), (" AND a.due_on <= ", filter.due_to)] {
        if let Some(day) = day {
            statement = statement.code(bound).day(day);
        }
    }
    if let Some((day, id)) = after {
        statement = statement.code(" AND (a.due_on, a.id) > (").day(day).code(", ").text(id).code(")");
    }
    let rows = statement.code(" ORDER BY a.due_on, a.id LIMIT ").number(count).rows::<Row>(conn)?;
    Ok(rows.into_iter().map(Assignment::from).collect())
}

/// Nobody else gives or works on assignments until the transaction ends.
pub fn lock(work: &mut Work<'_>) -> Result<(), Fault> {
    work.numbers("assignments", 0)?;
    Ok(())
}

/// What may change of an assignment: all but what was given.
macro_rules! changing {
    ($($column:ident),+) => { ($(assignments::$column.eq(excluded(assignments::$column))),+) };
    () => {
        changing!(
            version, updated_at, role, content, due_on, asked_due_on, state, state_before, percent, completed_on,
            confirmed_on, last_on, events
        )
    };
}

/// Stores assignments: new ones, and others in place of what they were.
pub fn save(work: &mut Work<'_>, all: &[Assignment]) -> Result<(), Fault> {
    // SQLite binds 32,766 values in a statement.
    for chunk in all.chunks(1_000) {
        let row = |one: &Assignment| {
            (
                assignments::id.eq(one.id.clone()),
                assignments::version.eq(one.version),
                assignments::created_at.eq(one.created_at.naive_utc()),
                assignments::updated_at.eq(one.updated_at.naive_utc()),
                assignments::directive_id.eq(one.directive.clone()),
                assignments::parent_id.eq(one.parent.clone()),
                assignments::organization_id.eq(one.organization),
                assignments::organization_code.eq(one.organization_code.clone()),
                assignments::assigner_id.eq(one.assigner),
                assignments::assigner_code.eq(one.assigner_code.clone()),
                assignments::role.eq(one.role),
                assignments::content.eq(one.content.clone()),
                assignments::assigned_on.eq(one.assigned_on),
                assignments::working_days.eq(one.working_days.and_then(|days| i32::try_from(days).ok())),
                assignments::due_on_original.eq(one.due_on_original),
                assignments::due_on.eq(one.due_on),
                assignments::asked_due_on.eq(one.asked_due_on),
                assignments::state.eq(one.state),
                assignments::state_before.eq(one.state_before),
                assignments::percent.eq(one.percent),
                assignments::completed_on.eq(one.completed_on),
                assignments::confirmed_on.eq(one.confirmed_on),
                assignments::last_on.eq(one.last_on),
                assignments::events.eq(one.events),
            )
        };
        let rows: Vec<_> = chunk.iter().map(row).collect();
        on_backend!(&mut *work.conn, c => diesel::insert_into(assignments::table)
            .values(&rows)
            .on_conflict(assignments::id)
            .do_update()
            .set(changing!())
            .execute(c))?;
    }
    Ok(())
}
