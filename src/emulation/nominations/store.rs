//! Nominations in the database.

use std::collections::BTreeSet;

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error};
use diesel::sql_types::{BigInt, Date, Integer, Nullable, Text, Timestamp};

use super::model::{Content, Nomination, NominationId, Race, Refusal};
use crate::emulation::movements::store::owned;
use crate::emulation::movements::words::{GroupCode, MovementCode};
use crate::emulation::persons::StaffReference;
use crate::kpis::periods::model::Period;
use crate::on_backend;
use crate::organizations::{OrganizationCode, OrganizationId, Reach, When};
use crate::platform::{Conn, Fault, Sql, Work};
use crate::schema::nominations;

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    id: NominationId,
    #[diesel(sql_type = BigInt)]
    version: i64,
    #[diesel(sql_type = Timestamp)]
    created_at: NaiveDateTime,
    #[diesel(sql_type = Timestamp)]
    updated_at: NaiveDateTime,
    #[diesel(sql_type = Text)]
    movement: MovementCode,
    #[diesel(sql_type = Text)]
    round: Period,
    #[diesel(sql_type = Text)]
    group_code: GroupCode,
    #[diesel(sql_type = BigInt)]
    organization_id: OrganizationId,
    #[diesel(sql_type = Text)]
    organization_code: OrganizationCode,
    #[diesel(sql_type = Text)]
    person: StaffReference,
    #[diesel(sql_type = Nullable<Date>)]
    withdrawn_on: Option<NaiveDate>,
    #[diesel(sql_type = Nullable<Integer>)]
    votes: Option<i32>,
}

impl From<Row> for Nomination {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            version: row.version,
            created_at: row.created_at.and_utc(),
            updated_at: row.updated_at.and_utc(),
            organization: row.organization_id,
            content: Content {
                movement: row.movement,
                round: row.round,
                group: row.group_code,
                organization: row.organization_code,
                person: row.person,
                withdrawn_on: row.withdrawn_on,
            },
            votes: row.votes,
        }
    }
}

const SELECT: &str = "SELECT n.id AS id, n.version AS version, n.created_at AS created_at, n.updated_at AS updated_at, \
     n.movement AS movement, n.round AS round, n.group_code AS group_code, n.organization_id AS organization_id, \
     n.organization_code AS organization_code, n.person AS person, n.withdrawn_on AS withdrawn_on, \
     (SELECT v.votes FROM election_votes v JOIN elections x ON x.id = v.election_id WHERE v.nomination_id = n.id AND x.place = 0) \
     AS votes FROM nominations n WHERE ";

/// SQL that holds when the caller may know of nomination `n`: it reaches the person's organization, or the one in which the
/// movement runs.
fn visible(reach: &Reach, when: When) -> Sql {
    if reach.root().is_none() {
        return Sql::new("1 = 1");
    }
    Sql::new("(EXISTS (SELECT 1 FROM organizations o WHERE o.id = n.organization_id AND ")
        .then(reach.holds(when))
        .code(") OR EXISTS (SELECT 1 FROM movements m WHERE m.code = n.movement AND ")
        .then(owned(reach, when))
        .code("))")
}

/// A nomination that the caller may know of; otherwise missing.
pub fn find(
    conn: &mut Conn,
    reach: &Reach,
    id: &NominationId,
    today: NaiveDate,
) -> Result<Nomination, Fault> {
    let found = Sql::new(SELECT)
        .code("n.id = ")
        .text(id.as_str())
        .code(" AND ")
        .then(visible(reach, When::Now(today)))
        .rows::<Row>(conn)?
        .pop();
    found.map(Nomination::from).ok_or_else(Fault::missing)
}

/// A nomination, within reach or not.
pub fn any(conn: &mut Conn, id: &NominationId) -> Result<Option<Nomination>, Fault> {
    let found = Sql::new(SELECT).code("n.id = ").text(id.as_str()).rows::<Row>(conn)?.pop();
    Ok(found.map(Nomination::from))
}

/// Those of some nominations that stand in a race.
pub fn of_race(conn: &mut Conn, race: &Race, ids: &BTreeSet<&str>) -> Result<Vec<Nomination>, Fault> {
    let rows = Sql::new(SELECT)
        .code("n.movement = ")
        .text(race.movement.as_str())
        .code(" AND n.round = ")
        .text(race.round.as_str())
        .code(" AND n.group_code = ")
        .text(race.group.as_str())
        .code(" AND n.id IN (")
        .few_texts(ids.iter().copied())
        .code(")")
        .rows::<Row>(conn)?;
    Ok(rows.into_iter().map(Nomination::from).collect())
}

/// Which nominations a list is to hold.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of this movement.
    pub movement: Option<MovementCode>,
    /// Of this round.
    pub round: Option<Period>,
    /// Of this group.
    pub group: Option<GroupCode>,
    /// Code of an organization: persons of it and of all below it.
    pub organization: Option<String>,
}

/// A page of nominations, by id.
pub fn list(
    conn: &mut Conn,
    reach: &Reach,
    filter: &Filter,
    today: NaiveDate,
    (after, count): (Option<String>, i64),
) -> Result<Vec<Nomination>, Fault> {
    let when = When::Now(today);
    let mut statement = Sql::new(SELECT).then(visible(reach, when));
    let words = [
        (" AND n.movement = ", filter.movement.as_ref().map(MovementCode::as_str)),
        (" AND n.round = ", filter.round.as_ref().map(Period::as_str)),
        (" AND n.group_code = ", filter.group.as_ref().map(GroupCode::as_str)),
    ];
    for (column, word) in words {
        if let Some(word) = word {
            statement = statement.code(column).text(word);
        }
    }
    if let Some(code) = &filter.organization {
        let held = " AND EXISTS (SELECT 1 FROM organizations o WHERE o.id = n.organization_id AND ";
        statement = statement.code(held).then(when.below(code)).code(")");
    }
    if let Some(after) = after {
        statement = statement.code(" AND n.id > ").text(after);
    }
    let rows = statement.code(" ORDER BY n.id LIMIT ").number(count).rows::<Row>(conn)?;
    Ok(rows.into_iter().map(Nomination::from).collect())
}

/// Nobody else nominates or votes until the transaction ends.
pub fn lock(work: &mut Work<'_>) -> Result<(), Fault> {
    work.numbers("nominations", 0)?;
    Ok(())
}

/// Stores a nomination, in place of the one of its id. Refuses a person who stands in the race already.
pub fn save(work: &mut Work<'_>, one: &Nomination) -> Result<(), Fault> {
    let Content { movement, round, group, organization, person, withdrawn_on } = &one.content;
    let changes = (
        nominations::version.eq(one.version),
        nominations::updated_at.eq(one.updated_at.naive_utc()),
        nominations::withdrawn_on.eq(*withdrawn_on),
    );
    let row = (
        nominations::id.eq(one.id.clone()),
        nominations::created_at.eq(one.created_at.naive_utc()),
        nominations::movement.eq(movement.clone()),
        nominations::round.eq(round.clone()),
        nominations::group_code.eq(group.clone()),
        nominations::organization_id.eq(one.organization),
        nominations::organization_code.eq(organization.clone()),
        nominations::person.eq(person.clone()),
        changes,
    );
    let stored = on_backend!(work.conn, c => diesel::insert_into(nominations::table)
        .values(&row)
        .on_conflict(nominations::id)
        .do_update()
        .set(changes)
        .execute(c));
    match stored {
        Ok(_) => Ok(()),
        Err(Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => Err(Refusal::Repeated.into()),
        Err(error) => Err(error.into()),
    }
}
