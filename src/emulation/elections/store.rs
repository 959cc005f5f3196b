//! Elections in the database. That one stands for each group and round is held by a unique row, not by a look before.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error};
use diesel::sql_types::{BigInt, Date, Integer, Nullable, Text, Timestamp};

use super::model::{Election, ElectionId, Refusal, Votes};
use crate::emulation::movements::store::owned;
use crate::emulation::movements::words::{GroupCode, MovementCode};
use crate::emulation::nominations::model::NominationId;
use crate::emulation::participation::model::RoundKey;
use crate::emulation::persons::{Decision, PublicPerson, StaffReference};
use crate::kpis::periods::model::Period;
use crate::organizations::{OrganizationCode, OrganizationId, Reach, When};
use crate::platform::{Bulk, Conn, Fault, Sql, Values, Work};
use crate::schema::elections;

#[derive(QueryableByName)]
pub(in crate::emulation) struct Row {
    #[diesel(sql_type = Text)]
    id: ElectionId,
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
    #[diesel(sql_type = Integer)]
    place: i32,
    #[diesel(sql_type = Date)]
    held_on: NaiveDate,
    #[diesel(sql_type = Integer)]
    council_members: i32,
    #[diesel(sql_type = Integer)]
    blank: i32,
    #[diesel(sql_type = Text)]
    nomination_id: NominationId,
    #[diesel(sql_type = Integer)]
    votes: i32,
    #[diesel(sql_type = BigInt)]
    organization_id: OrganizationId,
    #[diesel(sql_type = Text)]
    organization_code: OrganizationCode,
    #[diesel(sql_type = Text)]
    person: StaffReference,
    #[diesel(sql_type = Nullable<Text>)]
    decision: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    person_name: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    person_position: Option<String>,
    #[diesel(sql_type = Nullable<Date>)]
    revoked_on: Option<NaiveDate>,
    #[diesel(sql_type = Nullable<Text>)]
    revoked_by: Option<String>,
}

fn decision(text: Option<&str>) -> Result<Option<Decision>, Fault> {
    text.map(serde_json::from_str).transpose().map_err(Fault::broken)
}

impl Row {
    /// The election.
    pub(in crate::emulation) fn election(self) -> Result<Election, Fault> {
        Ok(Election {
            decision: decision(self.decision.as_deref())?,
            revoked_by: decision(self.revoked_by.as_deref())?,
            id: self.id,
            version: self.version,
            created_at: self.created_at.and_utc(),
            updated_at: self.updated_at.and_utc(),
            movement: self.movement,
            round: self.round,
            group: self.group_code,
            place: self.place,
            held_on: self.held_on,
            council_members: self.council_members,
            blank: self.blank,
            elected: self.nomination_id,
            votes: self.votes,
            organization: self.organization_id,
            organization_code: self.organization_code,
            person: self.person,
            public: PublicPerson::of(self.person_name, self.person_position),
            revoked_on: self.revoked_on,
        })
    }
}

/// The columns of election `e` of nomination `n`.
pub(in crate::emulation) const COLUMNS: &str = "e.id AS id, e.version AS version, e.created_at AS created_at, e.updated_at AS updated_at, \
     e.movement AS movement, e.round AS round, e.group_code AS group_code, e.place AS place, e.held_on AS held_on, \
     e.council_members AS council_members, e.blank AS blank, e.nomination_id AS nomination_id, e.votes AS votes, \
     n.organization_id AS organization_id, n.organization_code AS organization_code, n.person AS person, e.decision AS decision, \
     e.person_name AS person_name, e.person_position AS person_position, e.revoked_on AS revoked_on, e.revoked_by AS revoked_by ";

fn select() -> Sql {
    Sql::new("SELECT ")
        .code(COLUMNS)
        .code("FROM elections e JOIN nominations n ON n.id = e.nomination_id WHERE ")
}

/// SQL that holds when the caller may know of election `e` of nomination `n`: it reaches the organization in which the movement runs,
/// or the one of who is elected.
fn visible(reach: &Reach, when: When) -> Sql {
    if reach.root().is_none() {
        return Sql::new("1 = 1");
    }
    Sql::new("(EXISTS (SELECT 1 FROM organizations o WHERE o.id = n.organization_id AND ")
        .then(reach.holds(when))
        .code(") OR EXISTS (SELECT 1 FROM movements m WHERE m.code = e.movement AND ")
        .then(owned(reach, when))
        .code("))")
}

/// An election that the caller may know of; otherwise missing.
pub fn find(conn: &mut Conn, reach: &Reach, id: &ElectionId, today: NaiveDate) -> Result<Election, Fault> {
    let found = select()
        .code("e.id = ")
        .text(id.as_str())
        .code(" AND ")
        .then(visible(reach, When::Now(today)))
        .rows::<Row>(conn)?
        .pop();
    found.ok_or_else(Fault::missing)?.election()
}

/// Which elections a list is to hold.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of this movement.
    pub movement: Option<MovementCode>,
    /// Of this round.
    pub round: Option<Period>,
    /// Of this group.
    pub group: Option<GroupCode>,
    /// Those that stand, or those that were revoked.
    pub revoked: Option<bool>,
}

/// A page of elections, by id.
pub fn list(
    conn: &mut Conn,
    reach: &Reach,
    filter: &Filter,
    today: NaiveDate,
    (after, count): (Option<String>, i64),
) -> Result<Vec<Election>, Fault> {
    let mut statement = select().then(visible(reach, When::Now(today)));
    let words = [
        (" AND e.movement = ", filter.movement.as_ref().map(MovementCode::as_str)),
        (" AND e.round = ", filter.round.as_ref().map(Period::as_str)),
        (" AND e.group_code = ", filter.group.as_ref().map(GroupCode::as_str)),
    ];
    for (column, word) in words {
        if let Some(word) = word {
            statement = statement.code(column).text(word);
        }
    }
    if let Some(revoked) = filter.revoked {
        statement = statement.code(if revoked { " AND e.place > 0" } else { " AND e.place = 0" });
    }
    if let Some(after) = after {
        statement = statement.code(" AND e.id > ").text(after);
    }
    let rows = statement.code(" ORDER BY e.id LIMIT ").number(count).rows::<Row>(conn)?;
    rows.into_iter().map(Row::election).collect()
}

#[derive(QueryableByName)]
struct Place {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// The next place among the elections of a race that were revoked.
pub fn next_place(conn: &mut Conn, one: &Election) -> Result<i32, Fault> {
    let rows = Sql::new("SELECT CAST(MAX(place) + 1 AS BIGINT) AS n FROM elections WHERE movement = ")
        .text(one.movement.as_str())
        .code(" AND round = ")
        .text(one.round.as_str())
        .code(" AND group_code = ")
        .text(one.group.as_str())
        .rows::<Place>(conn)?;
    let next = rows.first().map_or(1, |row| row.n);
    i32::try_from(next).map_err(Fault::broken)
}

fn written(decision: Option<&Decision>) -> Result<Option<String>, Fault> {
    decision.map(serde_json::to_string).transpose().map_err(Fault::broken)
}

/// Stores a new election with its votes. Refuses a second one that stands in its group and round.
pub fn insert(work: &mut Work<'_>, one: &Election, ballot: &[Votes]) -> Result<(), Fault> {
    let key = RoundKey { movement: one.movement.clone(), round: one.round.clone() };
    let row = (
        elections::id.eq(one.id.clone()),
        elections::version.eq(one.version),
        elections::created_at.eq(one.created_at.naive_utc()),
        elections::updated_at.eq(one.updated_at.naive_utc()),
        elections::movement.eq(one.movement.clone()),
        elections::round.eq(one.round.clone()),
        elections::group_code.eq(one.group.clone()),
        elections::place.eq(one.place),
        elections::counted_on.eq(key.counted_on()),
        elections::held_on.eq(one.held_on),
        elections::council_members.eq(one.council_members),
        elections::blank.eq(one.blank),
        elections::nomination_id.eq(one.elected.clone()),
        elections::votes.eq(one.votes),
    );
    match diesel::insert_into(elections::table).values(row).execute(work.conn) {
        Ok(_) => {}
        Err(Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => {
            return Err(Refusal::Elected.into());
        }
        Err(error) => return Err(error.into()),
    }
    Bulk::new("election_votes")
        .column("election_id", Values::Words(vec![one.id.to_string(); ballot.len()]))
        .column(
            "nomination_id",
            Values::Words(ballot.iter().map(|votes| votes.nomination.to_string()).collect()),
        )
        .column("votes", Values::Count(ballot.iter().map(|votes| votes.votes).collect()))
        .run(work.conn)
}

/// Stores what is said of an election afterwards.
pub fn update(work: &mut Work<'_>, one: &Election) -> Result<(), Fault> {
    let changes = (
        elections::version.eq(one.version),
        elections::updated_at.eq(one.updated_at.naive_utc()),
        elections::place.eq(one.place),
        elections::revoked_on.eq(one.revoked_on),
        elections::revoked_by.eq(written(one.revoked_by.as_ref())?),
        elections::decision.eq(written(one.decision.as_ref())?),
        elections::person_name.eq(one.public.as_ref().map(|person| person.name.clone())),
        elections::person_position.eq(one.public.as_ref().map(|person| person.position.clone())),
    );
    diesel::update(elections::table.find(one.id.as_str())).set(changes).execute(work.conn)?;
    Ok(())
}

#[derive(QueryableByName)]
struct Voted {
    #[diesel(sql_type = Text)]
    id: NominationId,
    #[diesel(sql_type = BigInt)]
    organization_id: i64,
}

/// The nominations that were voted on, with the organizations of the persons.
pub fn voted_on(conn: &mut Conn, id: &ElectionId) -> Result<Vec<(NominationId, i64)>, Fault> {
    let rows = Sql::new("SELECT n.id AS id, n.organization_id AS organization_id FROM election_votes v ")
        .code("JOIN nominations n ON n.id = v.nomination_id WHERE v.election_id = ")
        .text(id.as_str())
        .code(" ORDER BY n.id")
        .rows::<Voted>(conn)?;
    Ok(rows.into_iter().map(|row| (row.id, row.organization_id)).collect())
}
