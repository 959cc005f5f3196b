//! Staffing in the database.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Integer, Text, Timestamp};

use super::model::Staffing;
use crate::on_backend;
use crate::organizations::OrganizationId;
use crate::organizations::reach::{Reach, When};
use crate::platform::{Conn, Fault, Sql, Work};
use crate::schema::staffing;

/// A statement of staffing as it is stored.
#[derive(Clone, Debug)]
pub struct Stated {
    /// The day it speaks of.
    pub day: NaiveDate,
    /// Version of the record.
    pub version: i64,
    /// Last change.
    pub updated_at: DateTime<Utc>,
    /// What is stated.
    pub staffing: Staffing,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Date)]
    day: NaiveDate,
    #[diesel(sql_type = BigInt)]
    version: i64,
    #[diesel(sql_type = Timestamp)]
    updated_at: NaiveDateTime,
    #[diesel(sql_type = Integer)]
    quota: i32,
    #[diesel(sql_type = Integer)]
    present: i32,
    #[diesel(sql_type = Integer)]
    total: i32,
    #[diesel(sql_type = Text)]
    qualifications: String,
}

impl Row {
    fn stated(self) -> Result<Stated, Fault> {
        let qualifications = serde_json::from_str(&self.qualifications).map_err(Fault::broken)?;
        let staffing =
            Staffing { quota: self.quota, present: self.present, total: self.total, qualifications };
        Ok(Stated { day: self.day, version: self.version, updated_at: self.updated_at.and_utc(), staffing })
    }
}

fn rows_of(code: &str, reach: &Reach, when: When) -> Sql {
    Sql::new("SELECT f.day AS day, f.version AS version, f.updated_at AS updated_at, f.quota AS quota, ")
        .code("f.present AS present, f.total AS total, f.qualifications AS qualifications FROM organization_codes k ")
        .code("JOIN organizations o ON o.id = k.organization_id JOIN staffing f ON f.organization_id = o.id ")
        .code("WHERE k.code = ")
        .text(code)
        .code(" AND ")
        .then(reach.holds(when))
}

/// What an organization states for a day; missing if it states nothing, or is out of reach.
pub fn find(conn: &mut Conn, reach: &Reach, code: &str, day: NaiveDate, when: When) -> Result<Stated, Fault> {
    let statement = rows_of(code, reach, when).code(" AND f.day = ").day(day);
    statement.rows::<Row>(conn)?.pop().ok_or_else(Fault::missing)?.stated()
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
        statement = statement.code(" AND f.day < ").day(before);
    }
    let rows = statement.code(" ORDER BY f.day DESC LIMIT ").number(count).rows::<Row>(conn)?;
    rows.into_iter().map(Row::stated).collect()
}

/// The version of what is stated for a day, if anything is, and the statement.
pub fn current(conn: &mut Conn, id: OrganizationId, day: NaiveDate) -> Result<Option<Stated>, Fault> {
    Sql::new("SELECT day, version, updated_at, quota, present, total, qualifications FROM staffing f ")
        .code("WHERE f.organization_id = ")
        .number(id.0)
        .code(" AND f.day = ")
        .day(day)
        .rows::<Row>(conn)?
        .pop()
        .map(Row::stated)
        .transpose()
}

/// Stores a statement under its version.
pub fn save(
    work: &mut Work<'_>,
    id: OrganizationId,
    day: NaiveDate,
    version: i64,
    stated: &Staffing,
) -> Result<(), Fault> {
    use diesel::upsert::excluded;
    let row = (
        staffing::organization_id.eq(id),
        staffing::day.eq(day),
        staffing::version.eq(version),
        staffing::quota.eq(stated.quota),
        staffing::present.eq(stated.present),
        staffing::total.eq(stated.total),
        staffing::qualifications.eq(serde_json::to_string(&stated.qualifications).map_err(Fault::broken)?),
        staffing::updated_at.eq(work.now.naive_utc()),
    );
    on_backend!(work.conn, c => diesel::insert_into(staffing::table)
        .values(&row)
        .on_conflict((staffing::organization_id, staffing::day))
        .do_update()
        .set((
            staffing::version.eq(excluded(staffing::version)),
            staffing::quota.eq(excluded(staffing::quota)),
            staffing::present.eq(excluded(staffing::present)),
            staffing::total.eq(excluded(staffing::total)),
            staffing::qualifications.eq(excluded(staffing::qualifications)),
            staffing::updated_at.eq(excluded(staffing::updated_at)),
        ))
        .execute(c))?;
    Ok(())
}
