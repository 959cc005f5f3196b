//! What is known of somebody, in the database.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Integer, Text};

use super::model::{Held, Rated, Recognised};
use crate::emulation::awards::proposals::model::AwardId;
use crate::emulation::awards::proposals::store::visible;
use crate::emulation::awards::ratings::model::Rating;
use crate::emulation::awards::titles::model::{AwardTitleId, AwardYear};
use crate::emulation::initiatives::model::{InitiativeCode, InitiativeScope};
use crate::emulation::persons::StaffReference;
use crate::organizations::{OrganizationCode, OrganizationId, Reach, When};
use crate::platform::{Conn, Fault, OPEN_END, Sql};

/// Of whom something is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// One of the staff, of whatever organization.
    Staff(StaffReference),
    /// An organization itself.
    Organization(OrganizationId),
}

impl Subject {
    /// SQL that holds when row `table` is of this one.
    fn holds(&self, table: &str) -> Sql {
        match self {
            Self::Staff(staff) => Sql::default().built(format!("{table}.staff = ")).text(staff.as_str()),
            Self::Organization(id) => Sql::default()
                .built(format!("{table}.staff = '' AND {table}.organization_id = "))
                .number(id.0),
        }
    }
}

#[derive(QueryableByName)]
struct AwardRow {
    #[diesel(sql_type = Text)]
    id: AwardId,
    #[diesel(sql_type = Text)]
    title_id: AwardTitleId,
    #[diesel(sql_type = Integer)]
    year: i32,
    #[diesel(sql_type = Date)]
    decided_on: NaiveDate,
    #[diesel(sql_type = Date)]
    revoked_on: NaiveDate,
}

/// Which of some titles somebody was given until a year, revoked or not.
pub fn awards(
    conn: &mut Conn,
    (reach, when): (&Reach, When),
    subject: &Subject,
    titles: &[&AwardTitleId],
    year: AwardYear,
) -> Result<Vec<Held>, Fault> {
    let rows =
        Sql::new("SELECT a.id AS id, a.title_id AS title_id, a.year AS year, a.decided_on AS decided_on, ")
            .code("a.revoked_on AS revoked_on FROM awards a WHERE ")
            .then(subject.holds("a"))
            .code(" AND a.title_id IN (")
            .few_texts(titles.iter().map(|title| title.as_str()))
            .code(") AND a.year <= ")
            .number(i64::from(year.0))
            .code(" AND a.decided_on < ")
            .day(OPEN_END)
            .code(" AND ")
            .then(visible(reach, when))
            .code(" ORDER BY a.year, a.id")
            .rows::<AwardRow>(conn)?;
    let held = |row: AwardRow| Held {
        award: row.id,
        title: row.title_id,
        year: row.year,
        decided_on: row.decided_on,
        revoked_on: row.revoked_on,
    };
    Ok(rows.into_iter().map(held).collect())
}

#[derive(QueryableByName)]
struct RatingRow {
    #[diesel(sql_type = Text)]
    organization: OrganizationCode,
    #[diesel(sql_type = Integer)]
    year: i32,
    #[diesel(sql_type = Text)]
    rating: Rating,
    #[diesel(sql_type = Date)]
    decided_on: NaiveDate,
}

/// How somebody was rated until a year.
pub fn ratings(
    conn: &mut Conn,
    (reach, when): (&Reach, When),
    subject: &Subject,
    year: AwardYear,
) -> Result<Vec<Rated>, Fault> {
    let rows = Sql::new(
        "SELECT o.code AS organization, q.year AS year, q.rating AS rating, q.decided_on AS decided_on ",
    )
    .code("FROM emulation_ratings q JOIN organizations o ON o.id = q.organization_id WHERE ")
    .then(subject.holds("q"))
    .code(" AND q.year <= ")
    .number(i64::from(year.0))
    .code(" AND ")
    .then(reach.holds(when))
    .code(" ORDER BY q.year, o.code")
    .rows::<RatingRow>(conn)?;
    let rated = |row: RatingRow| {
        let RatingRow { organization, year, rating, decided_on } = row;
        Rated { organization, year, rating, decided_on }
    };
    Ok(rows.into_iter().map(rated).collect())
}

#[derive(QueryableByName)]
struct InitiativeRow {
    #[diesel(sql_type = Text)]
    organization: OrganizationCode,
    #[diesel(sql_type = Text)]
    code: InitiativeCode,
    #[diesel(sql_type = Text)]
    scope: InitiativeScope,
    #[diesel(sql_type = Date)]
    recognised_on: NaiveDate,
    #[diesel(sql_type = Date)]
    revoked_on: NaiveDate,
}

/// Which initiatives of one of the staff were recognised until the end of a year; none of an organization's are its own.
pub fn initiatives(
    conn: &mut Conn,
    (reach, when): (&Reach, When),
    subject: &Subject,
    year: AwardYear,
) -> Result<Vec<Recognised>, Fault> {
    let Subject::Staff(staff) = subject else { return Ok(Vec::new()) };
    let rows = Sql::new(
        "SELECT o.code AS organization, i.code AS code, r.scope AS scope, r.recognised_on AS recognised_on, ",
    )
    .code(
        "r.revoked_on AS revoked_on FROM initiative_authors u JOIN initiatives i ON i.id = u.initiative_id ",
    )
    .code("JOIN organizations o ON o.id = i.organization_id ")
    .code("JOIN initiative_recognitions r ON r.initiative_id = i.id WHERE u.staff = ")
    .text(staff.as_str())
    .code(" AND r.recognised_on <= ")
    .day(year.last_day())
    .code(" AND ")
    .then(reach.holds(when))
    .code(" ORDER BY r.recognised_on, o.code, i.code")
    .rows::<InitiativeRow>(conn)?;
    let recognised = |row: InitiativeRow| Recognised {
        organization: row.organization,
        initiative: row.code,
        scope: row.scope,
        decided_on: row.recognised_on,
        revoked_on: row.revoked_on,
    };
    Ok(rows.into_iter().map(recognised).collect())
}

#[derive(QueryableByName)]
struct KnownRow {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// Whether there is a record of somebody at all: a proposal, a rating, an initiative, an exemplar or a nomination. An organization that was
/// found is known.
pub fn is_known(conn: &mut Conn, (reach, when): (&Reach, When), subject: &Subject) -> Result<bool, Fault> {
    let Subject::Staff(staff) = subject else { return Ok(true) };
    let mut statement = Sql::new("SELECT COUNT(*) AS n FROM organizations o WHERE o.id IN (");
    for of in [
        "SELECT organization_id FROM awards WHERE staff = ",
        " UNION SELECT unit_id FROM awards WHERE staff = ",
        " UNION SELECT organization_id FROM emulation_ratings WHERE staff = ",
        " UNION SELECT i.organization_id FROM initiatives i JOIN initiative_authors u ON u.initiative_id = i.id WHERE u.staff = ",
        " UNION SELECT organization_id FROM exemplars WHERE person = ",
        " UNION SELECT organization_id FROM nominations WHERE person = ",
    ] {
        statement = statement.code(of).text(staff.as_str());
    }
    let rows = statement.code(") AND ").then(reach.holds(when)).rows::<KnownRow>(conn)?;
    Ok(rows.first().is_some_and(|row| row.n > 0))
}

#[derive(QueryableByName)]
struct CountRow {
    #[diesel(sql_type = Text)]
    title_id: AwardTitleId,
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// How many of two titles were given on the proposal of a unit for a year, as of the end of a day.
pub fn given(
    conn: &mut Conn,
    unit: OrganizationId,
    [one, other]: [&AwardTitleId; 2],
    year: AwardYear,
    day: NaiveDate,
) -> Result<[i64; 2], Fault> {
    let rows = Sql::new("SELECT a.title_id AS title_id, COUNT(*) AS n FROM awards a WHERE a.unit_id = ")
        .number(unit.0)
        .code(" AND a.year = ")
        .number(i64::from(year.0))
        .code(" AND a.title_id IN (")
        .text(one.as_str())
        .code(", ")
        .text(other.as_str())
        .code(") AND a.decided_on <= ")
        .day(day)
        .code(" AND a.revoked_on > ")
        .day(day)
        .code(" GROUP BY a.title_id")
        .rows::<CountRow>(conn)?;
    let of = |title: &AwardTitleId| rows.iter().find(|row| row.title_id == *title).map_or(0, |row| row.n);
    Ok([of(one), of(other)])
}
