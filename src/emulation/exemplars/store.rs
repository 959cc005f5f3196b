//! Exemplars in the database.

use std::collections::BTreeSet;

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Integer, Nullable, Text, Timestamp};

use super::machine::ExemplarState;
use super::model::{Content, Exemplar, ExemplarId, ExemplarKind};
use crate::emulation::movements::words::{EmulationField, EmulationLevel, MovementCode};
use crate::emulation::persons::{PublicPerson, StaffReference};
use crate::kpis::catalog::model::KpiId;
use crate::on_backend;
use crate::organizations::{OrganizationCode, OrganizationId, Reach, When};
use crate::platform::text::{folded, like_anywhere};
use crate::platform::{Conn, Fault, Sql, Work};
use crate::schema::exemplars;

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    id: ExemplarId,
    #[diesel(sql_type = BigInt)]
    version: i64,
    #[diesel(sql_type = Timestamp)]
    created_at: NaiveDateTime,
    #[diesel(sql_type = Timestamp)]
    updated_at: NaiveDateTime,
    #[diesel(sql_type = Nullable<Text>)]
    movement: Option<MovementCode>,
    #[diesel(sql_type = BigInt)]
    organization_id: OrganizationId,
    #[diesel(sql_type = Text)]
    organization_code: OrganizationCode,
    #[diesel(sql_type = Text)]
    kind: ExemplarKind,
    #[diesel(sql_type = Text)]
    field: EmulationField,
    #[diesel(sql_type = Text)]
    level: EmulationLevel,
    #[diesel(sql_type = Integer)]
    year: i32,
    #[diesel(sql_type = Text)]
    title: String,
    #[diesel(sql_type = Nullable<Text>)]
    person: Option<StaffReference>,
    #[diesel(sql_type = Nullable<Text>)]
    person_name: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    person_position: Option<String>,
    #[diesel(sql_type = Text)]
    state: ExemplarState,
    #[diesel(sql_type = Date)]
    registered_on: NaiveDate,
    #[diesel(sql_type = Date)]
    last_on: NaiveDate,
    #[diesel(sql_type = Integer)]
    events: i32,
}

const SELECT: &str = "SELECT e.id AS id, e.version AS version, e.created_at AS created_at, e.updated_at AS updated_at, \
     e.movement AS movement, e.organization_id AS organization_id, e.organization_code AS organization_code, e.kind AS kind, \
     e.field AS field, e.level AS level, e.year AS year, e.title AS title, e.person AS person, e.person_name AS person_name, \
     e.person_position AS person_position, e.state AS state, e.registered_on AS registered_on, e.last_on AS last_on, \
     e.events AS events FROM exemplars e WHERE ";

impl From<Row> for Exemplar {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            version: row.version,
            created_at: row.created_at.and_utc(),
            updated_at: row.updated_at.and_utc(),
            organization: row.organization_id,
            content: Content {
                movement: row.movement,
                organization: row.organization_code,
                kind: row.kind,
                field: row.field,
                level: row.level,
                year: row.year,
                title: row.title,
                person: row.person,
                registered_on: row.registered_on,
            },
            public: PublicPerson::of(row.person_name, row.person_position),
            state: row.state,
            last_on: row.last_on,
            events: row.events,
        }
    }
}

/// SQL that holds when the caller may know of exemplar `e`: it reaches its organization.
fn visible(reach: &Reach, when: When) -> Sql {
    if reach.root().is_none() {
        return Sql::new("1 = 1");
    }
    Sql::new("EXISTS (SELECT 1 FROM organizations o WHERE o.id = e.organization_id AND ")
        .then(reach.holds(when))
        .code(")")
}

/// An exemplar that the caller may know of; otherwise missing.
pub fn find(conn: &mut Conn, reach: &Reach, id: &ExemplarId, today: NaiveDate) -> Result<Exemplar, Fault> {
    let found = Sql::new(SELECT)
        .code("e.id = ")
        .text(id.as_str())
        .code(" AND ")
        .then(visible(reach, When::Now(today)))
        .rows::<Row>(conn)?
        .pop();
    found.map(Exemplar::from).ok_or_else(Fault::missing)
}

/// An exemplar, within reach or not.
pub fn any(conn: &mut Conn, id: &ExemplarId) -> Result<Option<Exemplar>, Fault> {
    let found = Sql::new(SELECT).code("e.id = ").text(id.as_str()).rows::<Row>(conn)?.pop();
    Ok(found.map(Exemplar::from))
}

/// Which exemplars a list is to hold.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Code of an organization: those of it and of all below it.
    pub organization: Option<String>,
    /// Of this movement.
    pub movement: Option<MovementCode>,
    /// Of this kind.
    pub kind: Option<ExemplarKind>,
    /// In this field.
    pub field: Option<EmulationField>,
    /// At this level.
    pub level: Option<EmulationLevel>,
    /// In this state.
    pub state: Option<ExemplarState>,
    /// Of this year.
    pub year: Option<i64>,
    /// Words of the title.
    pub q: Option<String>,
    /// Whether titles of individuals are searched as well.
    pub sees_persons: bool,
}

/// A page of exemplars, by id.
pub fn list(
    conn: &mut Conn,
    reach: &Reach,
    filter: &Filter,
    today: NaiveDate,
    (after, count): (Option<String>, i64),
) -> Result<Vec<Exemplar>, Fault> {
    let when = When::Now(today);
    let mut statement = Sql::new(SELECT).then(visible(reach, when));
    if let Some(code) = &filter.organization {
        let held = " AND EXISTS (SELECT 1 FROM organizations o WHERE o.id = e.organization_id AND ";
        statement = statement.code(held).then(when.below(code)).code(")");
    }
    let words = [
        (" AND e.movement = ", filter.movement.as_ref().map(MovementCode::as_str)),
        (" AND e.kind = ", filter.kind.as_ref().map(ExemplarKind::as_str)),
        (" AND e.field = ", filter.field.as_ref().map(EmulationField::as_str)),
        (" AND e.level = ", filter.level.as_ref().map(EmulationLevel::as_str)),
        (" AND e.state = ", filter.state.as_ref().map(ExemplarState::as_str)),
    ];
    for (column, word) in words {
        if let Some(word) = word {
            statement = statement.code(column).text(word);
        }
    }
    if let Some(year) = filter.year {
        statement = statement.code(" AND e.year = ").number(year);
    }
    let asked = filter.q.as_deref().map(folded).unwrap_or_default();
    if !asked.is_empty() && !filter.sees_persons {
        statement = statement.code(" AND e.kind <> ").text(ExemplarKind::Individual.as_str());
    }
    for word in asked.split_whitespace() {
        statement = statement.code(" AND e.search_text LIKE ").text(like_anywhere(word)).code(" ESCAPE '\\'");
    }
    if let Some(after) = after {
        statement = statement.code(" AND e.id > ").text(after);
    }
    let rows = statement.code(" ORDER BY e.id LIMIT ").number(count).rows::<Row>(conn)?;
    Ok(rows.into_iter().map(Exemplar::from).collect())
}

#[derive(QueryableByName)]
struct KpiRow {
    #[diesel(sql_type = Text)]
    id: KpiId,
}

/// Those of some KPIs that the catalogue has, on whatever day.
pub fn known_kpis(conn: &mut Conn, ids: &BTreeSet<&str>) -> Result<BTreeSet<String>, Fault> {
    if ids.is_empty() {
        return Ok(BTreeSet::new());
    }
    let statement = Sql::new("SELECT id FROM kpis WHERE id IN (").few_texts(ids.iter().copied());
    let rows = statement.code(")").rows::<KpiRow>(conn)?;
    Ok(rows.into_iter().map(|row| row.id.to_string()).collect())
}

/// Nobody else changes exemplars until the transaction ends.
pub fn lock(work: &mut Work<'_>) -> Result<(), Fault> {
    work.numbers("exemplars", 0)?;
    Ok(())
}

/// Stores an exemplar, in place of the one of its id.
pub fn save(work: &mut Work<'_>, one: &Exemplar) -> Result<(), Fault> {
    let Content { movement, organization, kind, field, level, year, title, person, registered_on } =
        &one.content;
    let changes = (
        exemplars::version.eq(one.version),
        exemplars::updated_at.eq(one.updated_at.naive_utc()),
        exemplars::field.eq(*field),
        exemplars::level.eq(level.clone()),
        exemplars::title.eq(title.clone()),
        exemplars::search_text.eq(one.content.search_text()),
        exemplars::person_name.eq(one.public.as_ref().map(|person| person.name.clone())),
        exemplars::person_position.eq(one.public.as_ref().map(|person| person.position.clone())),
        exemplars::state.eq(one.state),
        exemplars::last_on.eq(one.last_on),
        exemplars::events.eq(one.events),
    );
    let row = (
        exemplars::id.eq(one.id.clone()),
        exemplars::created_at.eq(one.created_at.naive_utc()),
        exemplars::movement.eq(movement.clone()),
        exemplars::organization_id.eq(one.organization),
        exemplars::organization_code.eq(organization.clone()),
        exemplars::kind.eq(*kind),
        exemplars::year.eq(*year),
        exemplars::person.eq(person.clone()),
        exemplars::registered_on.eq(*registered_on),
        changes.clone(),
    );
    on_backend!(work.conn, c => diesel::insert_into(exemplars::table)
        .values(&row)
        .on_conflict(exemplars::id)
        .do_update()
        .set(changes)
        .execute(c))?;
    Ok(())
}
