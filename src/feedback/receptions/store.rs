//! Receptions in the database.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Timestamp};

use super::model::{Counts, Reception, Sum};
use crate::feedback::units::standing;
use crate::organizations::{OrganizationId, Reach, When};
use crate::platform::{Bulk, Conn, Fault, Sql, Values, Work};

/// A statement as it is stored.
#[derive(Clone, Debug)]
pub struct Stated {
    /// Version of the record.
    pub version: i64,
    /// Last change.
    pub updated_at: DateTime<Utc>,
    /// What is stated.
    pub reception: Reception,
}

#[derive(QueryableByName)]
struct CountRow {
    #[diesel(sql_type = BigInt)]
    visits: i64,
    #[diesel(sql_type = BigInt)]
    people: i64,
    #[diesel(sql_type = BigInt)]
    groups: i64,
    #[diesel(sql_type = BigInt)]
    complaints: i64,
    #[diesel(sql_type = BigInt)]
    denunciations: i64,
    #[diesel(sql_type = BigInt)]
    opinions: i64,
    #[diesel(sql_type = BigInt)]
    accepted: i64,
    #[diesel(sql_type = BigInt)]
    guided: i64,
    #[diesel(sql_type = BigInt)]
    transferred: i64,
}

impl From<CountRow> for Counts {
    fn from(row: CountRow) -> Self {
        let CountRow {
            visits,
            people,
            groups,
            complaints,
            denunciations,
            opinions,
            accepted,
            guided,
            transferred,
        } = row;
        Self { visits, people, groups, complaints, denunciations, opinions, accepted, guided, transferred }
    }
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Date)]
    first_day: NaiveDate,
    #[diesel(sql_type = Date)]
    last_day: NaiveDate,
    #[diesel(sql_type = BigInt)]
    version: i64,
    #[diesel(sql_type = Timestamp)]
    updated_at: NaiveDateTime,
    #[diesel(embed)]
    counts: CountRow,
}

impl From<Row> for Stated {
    fn from(row: Row) -> Self {
        let reception = Reception { first: row.first_day, last: row.last_day, counts: row.counts.into() };
        Self { version: row.version, updated_at: row.updated_at.and_utc(), reception }
    }
}

const COUNTS: [&str; 9] = [
    "visits",
    "people",
    "groups",
    "complaints",
    "denunciations",
    "opinions",
    "accepted",
    "guided",
    "transferred",
];

/// SQL: every count of a statement `r`, each made by a pattern with `{}` in place of its column.
fn counts(pattern: &str) -> String {
    let column = |name: &str| {
        let made = pattern.replace("{}", &format!("r.{name}"));
        format!("CAST({made} AS BIGINT) AS {name}")
    };
    COUNTS.map(column).join(", ")
}

fn select() -> Sql {
    Sql::new("SELECT r.first_day AS first_day, r.last_day AS last_day, r.version AS version, ")
        .built(format!("r.updated_at AS updated_at, {} FROM ", counts("{}")))
}

fn rows_of(code: &str, reach: &Reach, when: When) -> Sql {
    select()
        .code("organization_codes k JOIN organizations o ON o.id = k.organization_id ")
        .code("JOIN receptions r ON r.organization_id = o.id WHERE k.code = ")
        .text(code)
        .code(" AND ")
        .then(reach.holds(when))
}

/// What an organization states until a day; missing if it states nothing, or is out of reach.
pub fn find(conn: &mut Conn, reach: &Reach, code: &str, day: NaiveDate, when: When) -> Result<Stated, Fault> {
    let statement = rows_of(code, reach, when).code(" AND r.last_day = ").day(day);
    statement.rows::<Row>(conn)?.pop().map(Stated::from).ok_or_else(Fault::missing)
}

/// Statements of an organization, newest first, before a day.
pub fn list(
    conn: &mut Conn,
    reach: &Reach,
    code: &str,
    when: When,
    (before, count): (Option<NaiveDate>, i64),
) -> Result<Vec<Stated>, Fault> {
    let mut statement = rows_of(code, reach, when);
    if let Some(before) = before {
        statement = statement.code(" AND r.last_day < ").day(before);
    }
    let rows = statement.code(" ORDER BY r.last_day DESC LIMIT ").number(count).rows::<Row>(conn)?;
    Ok(rows.into_iter().map(Stated::from).collect())
}

/// The statements of an organization that tell of some of the days of another, in their order.
pub fn touching(conn: &mut Conn, id: OrganizationId, other: &Reception) -> Result<Vec<Stated>, Fault> {
    let rows = select()
        .code("receptions r WHERE r.organization_id = ")
        .number(id.0)
        .code(" AND r.first_day <= ")
        .day(other.last)
        .code(" AND r.last_day >= ")
        .day(other.first)
        .code(" ORDER BY r.last_day")
        .rows::<Row>(conn)?;
    Ok(rows.into_iter().map(Stated::from).collect())
}

/// Stores a statement under its version.
pub fn save(work: &mut Work<'_>, id: OrganizationId, stated: &Stated) -> Result<(), Fault> {
    let Counts { visits, people, groups, complaints, denunciations, opinions, accepted, guided, transferred } =
        stated.reception.counts;
    let all = [visits, people, groups, complaints, denunciations, opinions, accepted, guided, transferred];
    let mut bulk = Bulk::new("receptions")
        .column("organization_id", Values::Number(vec![id.0]))
        .column("last_day", Values::Day(vec![stated.reception.last]))
        .column("first_day", Values::Day(vec![stated.reception.first]))
        .column("days", Values::Count(vec![i32::try_from(stated.reception.days()).map_err(Fault::broken)?]))
        .column("version", Values::Number(vec![stated.version]))
        .column("updated_at", Values::Moment(vec![stated.updated_at.naive_utc()]));
    for (name, count) in COUNTS.into_iter().zip(all) {
        bulk = bulk.column(name, Values::Count(vec![i32::try_from(count).map_err(Fault::broken)?]));
    }
    bulk.replacing("organization_id, last_day").run(work.conn)
}

#[derive(QueryableByName)]
struct SumRow {
    #[diesel(sql_type = BigInt)]
    root: OrganizationId,
    #[diesel(sql_type = BigInt)]
    straddling: i64,
    #[diesel(sql_type = BigInt)]
    days: i64,
    #[diesel(embed)]
    counts: CountRow,
}

/// The sums of a period, for an organization itself and each right below it with all below that.
pub fn sums(
    conn: &mut Conn,
    top: OrganizationId,
    (first, last): (NaiveDate, NaiveDate),
) -> Result<Vec<(OrganizationId, Sum)>, Fault> {
    let within = Sql::new("SELECT u.root AS root, r.*, CASE WHEN r.first_day >= ")
        .day(first)
        .code(" AND r.last_day <= ")
        .day(last)
        .code(" THEN 1 ELSE 0 END AS within FROM ")
        .then(standing(top, last))
        .code(" u JOIN receptions r ON r.organization_id = u.unit WHERE r.first_day <= ")
        .day(last)
        .code(" AND r.last_day >= ")
        .day(first);
    let rows = Sql::new("SELECT r.root AS root, CAST(SUM(1 - r.within) AS BIGINT) AS straddling, ")
        .code("CAST(SUM(r.days * r.within) AS BIGINT) AS days, ")
        .built(format!("{} FROM (", counts("SUM({} * r.within)")))
        .then(within)
        .code(") r GROUP BY r.root")
        .rows::<SumRow>(conn)?;
    let sum = |row: SumRow| {
        (row.root, Sum { counts: row.counts.into(), days: row.days, straddling: row.straddling })
    };
    Ok(rows.into_iter().map(sum).collect())
}
