//! The calendar in the database.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Nullable, Text, Timestamp};

use super::model::{Calendar, DayKind, SpecialDay};
use crate::on_backend;
use crate::platform::{Conn, Fault, Sql, Work};
use crate::schema::calendar_days as days;

/// What is recorded of a day.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// The day and what is special about it.
    pub special: SpecialDay,
    /// Version of the record.
    pub version: i64,
    /// Last change.
    pub updated_at: DateTime<Utc>,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Date)]
    day: NaiveDate,
    #[diesel(sql_type = Text)]
    kind: DayKind,
    #[diesel(sql_type = Nullable<Text>)]
    name: Option<String>,
    #[diesel(sql_type = BigInt)]
    version: i64,
    #[diesel(sql_type = Timestamp)]
    updated_at: NaiveDateTime,
}

impl From<Row> for Recorded {
    fn from(Row { day, kind, name, version, updated_at }: Row) -> Self {
        Self { special: SpecialDay { day, kind, name }, version, updated_at: updated_at.and_utc() }
    }
}

const ROWS: &str = "SELECT day, kind, name, version, updated_at FROM calendar_days";

/// Everything that is recorded, in the order of days: some fifteen rows a year.
pub fn all(conn: &mut Conn) -> Result<Vec<Recorded>, Fault> {
    let rows = Sql::new(ROWS).code(" ORDER BY day").rows::<Row>(conn)?;
    Ok(rows.into_iter().map(Recorded::from).collect())
}

/// The calendar.
pub fn load(conn: &mut Conn) -> Result<Calendar, Fault> {
    Ok(Calendar::new(all(conn)?.into_iter().map(|recorded| (recorded.special.day, recorded.special.kind))))
}

/// What is recorded of a day.
pub fn find(conn: &mut Conn, day: NaiveDate) -> Result<Option<Recorded>, Fault> {
    let rows = Sql::new(ROWS).code(" WHERE day = ").day(day).rows::<Row>(conn)?;
    Ok(rows.into_iter().map(Recorded::from).next())
}

/// Nobody else changes the calendar until the transaction ends.
pub fn lock(work: &mut Work<'_>) -> Result<(), Fault> {
    work.numbers("calendar", 0)?;
    Ok(())
}

/// Records days of which nothing is recorded yet.
pub fn add(work: &mut Work<'_>, specials: &[SpecialDay]) -> Result<(), Fault> {
    let now = work.now.naive_utc();
    // SQLite binds 32,766 values in a statement.
    for chunk in specials.chunks(5_000) {
        let row = |special: &SpecialDay| {
            (
                days::day.eq(special.day),
                days::kind.eq(special.kind),
                days::name.eq(special.name.clone()),
                days::version.eq(1),
                days::updated_at.eq(now),
            )
        };
        let rows: Vec<_> = chunk.iter().map(row).collect();
        on_backend!(&mut *work.conn, c => diesel::insert_into(days::table).values(&rows).execute(c))?;
    }
    Ok(())
}

/// Changes what is recorded of a day.
pub fn change(work: &mut Work<'_>, special: &SpecialDay, version: i64) -> Result<(), Fault> {
    let changes = (
        days::kind.eq(special.kind),
        days::name.eq(&special.name),
        days::version.eq(version),
        days::updated_at.eq(work.now.naive_utc()),
    );
    diesel::update(days::table.find(special.day)).set(changes).execute(work.conn)?;
    Ok(())
}
