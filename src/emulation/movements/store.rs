//! Movements in the database.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Integer, Nullable, Text, Timestamp};

use super::machine::MovementState;
use super::model::{Content, Movement, Used};
use super::words::{EmulationField, EmulationLevel, GroupCode, MovementCode};
use crate::kpis::periods::model::Period;
use crate::on_backend;
use crate::organizations::{OrganizationId, Reach, When};
use crate::platform::text::{folded, like_anywhere};
use crate::platform::{Conn, Fault, Sql, Work};
use crate::schema::movements;

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    code: MovementCode,
    #[diesel(sql_type = BigInt)]
    version: i64,
    #[diesel(sql_type = Timestamp)]
    created_at: NaiveDateTime,
    #[diesel(sql_type = Timestamp)]
    updated_at: NaiveDateTime,
    #[diesel(sql_type = BigInt)]
    organization_id: OrganizationId,
    #[diesel(sql_type = Text)]
    state: MovementState,
    #[diesel(sql_type = Date)]
    last_on: NaiveDate,
    #[diesel(sql_type = Integer)]
    events: i32,
    #[diesel(sql_type = Text)]
    content: String,
}

impl Row {
    fn movement(self) -> Result<Movement, Fault> {
        let content: Content = serde_json::from_str(&self.content).map_err(Fault::broken)?;
        Ok(Movement {
            code: self.code,
            version: self.version,
            created_at: self.created_at.and_utc(),
            updated_at: self.updated_at.and_utc(),
            organization: self.organization_id,
            content,
            state: self.state,
            last_on: self.last_on,
            events: self.events,
        })
    }
}

const SELECT: &str = "SELECT m.code AS code, m.version AS version, m.created_at AS created_at, m.updated_at AS updated_at, \
     m.organization_id AS organization_id, m.state AS state, m.last_on AS last_on, m.events AS events, m.content AS content \
     FROM movements m WHERE ";

/// SQL that holds when the caller may know of movement `m`: it runs in an organization within reach, or in one above.
pub fn visible(reach: &Reach, when: When) -> Sql {
    let Some(root) = reach.root() else { return Sql::new("1 = 1") };
    Sql::new("(")
        .then(owned(reach, when))
        .code(" OR m.organization_id IN (SELECT rt.ancestor_id FROM organization_codes rc ")
        .code("JOIN organizations o ON o.id = rc.organization_id ")
        .code("JOIN organization_ties rt ON rt.descendant_id = o.id WHERE rc.code = ")
        .text(root)
        .code(" AND ")
        .then(when.ties("rt"))
        .code("))")
}

/// SQL that holds when the caller reaches the organization in which movement `m` runs.
pub fn owned(reach: &Reach, when: When) -> Sql {
    if reach.root().is_none() {
        return Sql::new("1 = 1");
    }
    Sql::new("EXISTS (SELECT 1 FROM organizations o WHERE o.id = m.organization_id AND ")
        .then(reach.holds(when))
        .code(")")
}

/// A movement that the caller may know of; otherwise missing.
pub fn find(
    conn: &mut Conn,
    reach: &Reach,
    code: &MovementCode,
    today: NaiveDate,
) -> Result<Movement, Fault> {
    seen(conn, reach, code, today)?.ok_or_else(Fault::missing)
}

/// A movement, if the caller may know of it.
pub fn seen(
    conn: &mut Conn,
    reach: &Reach,
    code: &MovementCode,
    today: NaiveDate,
) -> Result<Option<Movement>, Fault> {
    let found = Sql::new(SELECT)
        .code("m.code = ")
        .text(code.as_str())
        .code(" AND ")
        .then(visible(reach, When::Now(today)))
        .rows::<Row>(conn)?
        .pop();
    found.map(Row::movement).transpose()
}

/// A movement, within reach or not.
pub fn any(conn: &mut Conn, code: &MovementCode) -> Result<Option<Movement>, Fault> {
    let found = Sql::new(SELECT).code("m.code = ").text(code.as_str()).rows::<Row>(conn)?.pop();
    found.map(Row::movement).transpose()
}

/// Which movements a list is to hold.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Code of an organization: those that run in it or below it.
    pub organization: Option<String>,
    /// How far they are.
    pub state: Option<MovementState>,
    /// Under way on this day.
    pub on: Option<NaiveDate>,
    /// Under way on any of these days.
    pub within: Option<(NaiveDate, NaiveDate)>,
    /// Words of the name or code.
    pub q: Option<String>,
}

/// A page of movements, by code.
pub fn list(
    conn: &mut Conn,
    reach: &Reach,
    filter: &Filter,
    today: NaiveDate,
    (after, count): (Option<String>, i64),
) -> Result<Vec<Movement>, Fault> {
    let when = When::Now(today);
    let mut statement = Sql::new(SELECT).then(visible(reach, when));
    if let Some(code) = &filter.organization {
        let held = " AND EXISTS (SELECT 1 FROM organizations o WHERE o.id = m.organization_id AND ";
        statement = statement.code(held).then(when.below(code)).code(")");
    }
    if let Some(state) = filter.state {
        statement = statement.code(" AND m.state = ").text(state.as_str());
    }
    for (first, last) in filter.on.map(|day| (day, day)).into_iter().chain(filter.within) {
        statement = statement.code(" AND m.starts_on <= ").day(last).code(" AND m.ends_on >= ").day(first);
    }
    for word in filter.q.as_deref().map(folded).unwrap_or_default().split_whitespace() {
        statement = statement.code(" AND m.search_text LIKE ").text(like_anywhere(word)).code(" ESCAPE '\\'");
    }
    if let Some(after) = after {
        statement = statement.code(" AND m.code > ").text(after);
    }
    let rows = statement.code(" ORDER BY m.code LIMIT ").number(count).rows::<Row>(conn)?;
    rows.into_iter().map(Row::movement).collect()
}

#[derive(QueryableByName)]
struct Below {
    #[diesel(sql_type = BigInt)]
    id: i64,
}

/// Everybody whom a movement concerns: the organization in which it runs and all below it.
pub fn concerned(conn: &mut Conn, top: OrganizationId, today: NaiveDate) -> Result<Vec<i64>, Fault> {
    let rows = Sql::new(
        "SELECT o.id AS id FROM organization_ties t JOIN organizations o ON o.id = t.descendant_id ",
    )
    .code("WHERE t.ancestor_id = ")
    .number(top.0)
    .code(" AND ")
    .then(When::Now(today).ties("t"))
    .rows::<Below>(conn)?;
    Ok(rows.into_iter().map(|row| row.id).chain([top.0]).collect())
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// Whether a movement runs in an organization: it was launched there, or above it as the tree is on a day.
pub fn runs_in(
    conn: &mut Conn,
    movement: &Movement,
    id: OrganizationId,
    day: NaiveDate,
) -> Result<bool, Fault> {
    let top = movement.organization;
    let found = Sql::new(
        "SELECT COUNT(*) AS n FROM organization_ties t JOIN organizations o ON o.id = t.descendant_id ",
    )
    .code("WHERE t.ancestor_id = ")
    .number(top.0)
    .code(" AND t.descendant_id = ")
    .number(id.0)
    .code(" AND ")
    .then(When::Now(day).ties("t"))
    .rows::<Count>(conn)?;
    Ok(top == id || found.first().is_some_and(|row| row.n > 0))
}

#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = Text)]
    round: Period,
    #[diesel(sql_type = Nullable<Text>)]
    group_code: Option<GroupCode>,
}

#[derive(QueryableByName)]
struct OfExemplars {
    #[diesel(sql_type = Text)]
    field: EmulationField,
    #[diesel(sql_type = Text)]
    level: EmulationLevel,
    #[diesel(sql_type = Integer)]
    year: i32,
}

/// What records name of a movement, of whatever organizations.
pub fn used(conn: &mut Conn, code: &MovementCode) -> Result<Used, Fault> {
    let named =
        Sql::new("SELECT round AS round, group_code AS group_code FROM nominations WHERE movement = ")
            .text(code.as_str())
            .code(" UNION SELECT round, NULL FROM participations WHERE movement = ")
            .text(code.as_str())
            .code(" ORDER BY round, group_code")
            .rows::<Named>(conn)?;
    let exemplars = Sql::new("SELECT DISTINCT field, level, year FROM exemplars WHERE movement = ")
        .text(code.as_str())
        .rows::<OfExemplars>(conn)?;
    let mut used = Used::default();
    for Named { round, group_code } in named {
        used.rounds.push(round);
        used.groups.extend(group_code);
    }
    used.exemplars.extend(exemplars.into_iter().map(|one| (one.field, one.level, one.year)));
    Ok(used)
}

/// Nobody else changes movements, and nobody refers to this one anew, until the transaction ends. SQLite has one writer anyway.
pub fn lock(work: &mut Work<'_>, code: &MovementCode) -> Result<(), Fault> {
    work.numbers("movements", 0)?;
    if let Conn::Postgres(conn) = &mut *work.conn {
        let held = movements::table.find(code.as_str()).select(movements::code).for_no_key_update();
        held.first::<String>(conn).optional()?;
    }
    Ok(())
}

/// Holds a movement as it is until the transaction ends, beside others who hold it so.
pub fn hold(conn: &mut Conn, code: &MovementCode) -> Result<(), Fault> {
    if let Conn::Postgres(conn) = conn {
        let held = movements::table.find(code.as_str()).select(movements::code).for_share();
        held.first::<String>(conn).optional()?;
    }
    Ok(())
}

/// Stores a movement, in place of the one of its code.
pub fn save(work: &mut Work<'_>, one: &Movement) -> Result<(), Fault> {
    let content = serde_json::to_string(&one.content).map_err(Fault::broken)?;
    let changes = (
        movements::version.eq(one.version),
        movements::updated_at.eq(one.updated_at.naive_utc()),
        movements::name.eq(one.content.name.clone()),
        movements::state.eq(one.state),
        movements::last_on.eq(one.last_on),
        movements::events.eq(one.events),
        movements::starts_on.eq(one.content.starts_on),
        movements::ends_on.eq(one.content.end()),
        movements::search_text.eq(one.content.search_text(&one.code)),
        movements::content.eq(content),
    );
    let row = (
        movements::code.eq(one.code.as_str()),
        movements::created_at.eq(one.created_at.naive_utc()),
        movements::organization_id.eq(one.organization),
        changes.clone(),
    );
    on_backend!(work.conn, c => diesel::insert_into(movements::table)
        .values(&row)
        .on_conflict(movements::code)
        .do_update()
        .set(changes)
        .execute(c))?;
    Ok(())
}
