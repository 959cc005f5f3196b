//! Time limits in the database.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Integer, Nullable, Text, Timestamp};

use super::model::{Limit, LimitName, LimitUnit, Limits};
use crate::kpis::calendar;
use crate::on_backend;
use crate::platform::{Conn, Fault, Sql, Work};
use crate::schema::feedback_limits as limits;

/// A limit as it is stored.
#[derive(Clone, Debug)]
pub struct Kept {
    /// Version of the record.
    pub version: i64,
    /// Last change.
    pub updated_at: DateTime<Utc>,
    /// The limit.
    pub limit: Limit,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    name: LimitName,
    #[diesel(sql_type = Date)]
    valid_from: NaiveDate,
    #[diesel(sql_type = Nullable<Integer>)]
    days: Option<i32>,
    #[diesel(sql_type = Text)]
    unit: LimitUnit,
    #[diesel(sql_type = Integer)]
    to_working_day: i32,
    #[diesel(sql_type = Text)]
    legal_basis: String,
    #[diesel(sql_type = BigInt)]
    version: i64,
    #[diesel(sql_type = Timestamp)]
    updated_at: NaiveDateTime,
}

impl From<Row> for Kept {
    fn from(row: Row) -> Self {
        let limit = Limit {
            name: row.name,
            valid_from: row.valid_from,
            days: row.days.and_then(|days| days.try_into().ok()),
            unit: row.unit,
            to_working_day: row.to_working_day == 1,
            legal_basis: row.legal_basis,
        };
        Self { version: row.version, updated_at: row.updated_at.and_utc(), limit }
    }
}

const ROWS: &str = "SELECT name, valid_from, days, unit, to_working_day, legal_basis, version, updated_at FROM feedback_limits";

/// All limits with the calendar: some twenty rows, and fifteen a year.
pub fn load(conn: &mut Conn) -> Result<Limits, Fault> {
    let all = Sql::new(ROWS).rows::<Row>(conn)?.into_iter().map(|row| Kept::from(row).limit).collect();
    Ok(Limits::new(all, calendar::store::load(conn)?))
}

/// Limits by name and day, after one of them.
pub fn list(conn: &mut Conn, after: Option<(LimitName, NaiveDate)>, count: i64) -> Result<Vec<Kept>, Fault> {
    let mut statement = Sql::new(ROWS);
    if let Some((name, day)) = after {
        statement =
            statement.code(" WHERE (name, valid_from) > (").text(name.as_str()).code(", ").day(day).code(")");
    }
    let rows = statement.code(" ORDER BY name, valid_from LIMIT ").number(count).rows::<Row>(conn)?;
    Ok(rows.into_iter().map(Kept::from).collect())
}

/// The limit that holds from a day on.
pub fn find(conn: &mut Conn, name: LimitName, valid_from: NaiveDate) -> Result<Option<Kept>, Fault> {
    let statement = Sql::new(ROWS).code(" WHERE name = ").text(name.as_str());
    let rows = statement.code(" AND valid_from = ").day(valid_from).rows::<Row>(conn)?;
    Ok(rows.into_iter().map(Kept::from).next())
}

/// Nobody else changes a limit until the transaction ends.
pub fn lock(work: &mut Work<'_>) -> Result<(), Fault> {
    work.numbers("feedback-limits", 0)?;
    Ok(())
}

/// Stores a limit under its version.
pub fn save(work: &mut Work<'_>, limit: &Limit, version: i64) -> Result<(), Fault> {
    use diesel::upsert::excluded;
    let days = limit.days.map(i32::try_from).transpose().map_err(Fault::broken)?;
    let row = (
        limits::name.eq(limit.name),
        limits::valid_from.eq(limit.valid_from),
        limits::days.eq(days),
        limits::unit.eq(limit.unit),
        limits::to_working_day.eq(i32::from(limit.to_working_day)),
        limits::legal_basis.eq(&limit.legal_basis),
        limits::version.eq(version),
        limits::updated_at.eq(work.now.naive_utc()),
    );
    on_backend!(&mut *work.conn, c => diesel::insert_into(limits::table)
        .values(&row)
        .on_conflict((limits::name, limits::valid_from))
        .do_update()
        .set((
            limits::days.eq(excluded(limits::days)),
            limits::unit.eq(excluded(limits::unit)),
            limits::to_working_day.eq(excluded(limits::to_working_day)),
            limits::legal_basis.eq(excluded(limits::legal_basis)),
            limits::version.eq(excluded(limits::version)),
            limits::updated_at.eq(excluded(limits::updated_at)),
        ))
        .execute(c))?;
    Ok(())
}
