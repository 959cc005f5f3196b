//! Participation in the database.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Text, Timestamp};

use super::model::{Participation, ParticipationBy, RoundKey};
use crate::emulation::movements::words::MovementCode;
use crate::on_backend;
use crate::organizations::{OrganizationId, When};
use crate::platform::{Conn, Fault, Sql, Work};
use crate::schema::participations;

/// Participation as it is stored.
#[derive(Clone, Copy, Debug)]
pub struct Kept {
    /// Version of the record.
    pub version: i64,
    /// Last change.
    pub updated_at: DateTime<Utc>,
    /// What is stated.
    pub participation: Participation,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    version: i64,
    #[diesel(sql_type = Timestamp)]
    updated_at: NaiveDateTime,
    #[diesel(sql_type = Integer)]
    members: i32,
    #[diesel(sql_type = Integer)]
    taking_part: i32,
}

impl From<Row> for Kept {
    fn from(row: Row) -> Self {
        let participation = Participation { members: row.members, taking_part: row.taking_part };
        Self { version: row.version, updated_at: row.updated_at.and_utc(), participation }
    }
}

/// What an organization states of a round, if it states anything.
pub fn current(conn: &mut Conn, id: OrganizationId, key: &RoundKey) -> Result<Option<Kept>, Fault> {
    let found = Sql::new(
        "SELECT version, updated_at, members, taking_part FROM participations WHERE organization_id = ",
    )
    .number(id.0)
    .code(" AND movement = ")
    .text(key.movement.as_str())
    .code(" AND round = ")
    .text(key.round.as_str())
    .rows::<Row>(conn)?
    .pop();
    Ok(found.map(Kept::from))
}

/// Stores a statement under its version.
pub fn save(work: &mut Work<'_>, id: OrganizationId, key: &RoundKey, kept: &Kept) -> Result<(), Fault> {
    let changes = (
        participations::version.eq(kept.version),
        participations::updated_at.eq(kept.updated_at.naive_utc()),
        participations::members.eq(kept.participation.members),
        participations::taking_part.eq(kept.participation.taking_part),
    );
    let row = (
        participations::organization_id.eq(id),
        participations::movement.eq(key.movement.as_str()),
        participations::round.eq(key.round.as_str()),
        participations::counted_on.eq(key.counted_on()),
        changes,
    );
    on_backend!(work.conn, c => diesel::insert_into(participations::table)
        .values(&row)
        .on_conflict((participations::organization_id, participations::movement, participations::round))
        .do_update()
        .set(changes)
        .execute(c))?;
    Ok(())
}

/// Participation of one organization, round or movement.
#[derive(QueryableByName)]
pub struct Line {
    /// Code of the organization or movement, or the round.
    #[diesel(sql_type = Text)]
    pub key: String,
    /// Its name.
    #[diesel(sql_type = Text)]
    pub name: String,
    /// Members, once for each round.
    #[diesel(sql_type = BigInt)]
    pub members: i64,
    /// Those of them who took part.
    #[diesel(sql_type = BigInt)]
    pub taking_part: i64,
}

/// The participation of an organization and all below it in the rounds that count on some days; in the order of the keys.
pub fn sums(
    conn: &mut Conn,
    (top, when): (OrganizationId, When),
    movement: Option<&MovementCode>,
    (from, to): (NaiveDate, NaiveDate),
    by: ParticipationBy,
) -> Result<Vec<Line>, Fault> {
    let (key, name) = match by {
        ParticipationBy::Organization => ("o.code", "COALESCE(MIN(s.name), o.code)"),
        ParticipationBy::Round => ("p.round", "p.round"),
        ParticipationBy::Movement => ("m.code", "MIN(m.name)"),
    };
    let mut statement = Sql::default()
        .built(format!("SELECT {key} AS key, {name} AS name, CAST(SUM(p.members) AS BIGINT) AS members, "))
        .code("CAST(SUM(p.taking_part) AS BIGINT) AS taking_part FROM participations p ")
        .code("JOIN movements m ON m.code = p.movement JOIN organizations o ON o.id = p.organization_id ")
        .code("JOIN organization_ties t ON t.descendant_id = o.id AND t.ancestor_id = ")
        .number(top.0)
        .code(" AND ")
        .then(when.ties("t"))
        .code(" LEFT JOIN organization_states s ON s.organization_id = o.id AND ")
        .then(when.holds("s"))
        .code(" WHERE p.counted_on >= ")
        .day(from)
        .code(" AND p.counted_on <= ")
        .day(to);
    if let Some(movement) = movement {
        statement = statement.code(" AND p.movement = ").text(movement.as_str());
    }
    statement.built(format!(" GROUP BY {key} ORDER BY 1")).rows(conn)
}
