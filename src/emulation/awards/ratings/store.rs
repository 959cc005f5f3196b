//! Ratings in the database.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Integer, Nullable, Text, Timestamp};

use super::model::{Rating, RatingKey, Stated};
use crate::emulation::awards::titles::model::AwardYear;
use crate::emulation::persons::{StaffReference, staff_of};
use crate::on_backend;
use crate::organizations::OrganizationId;
use crate::platform::{Conn, Fault, OPEN_END, Sql, Work};
use crate::schema::emulation_ratings as ratings;

/// A rating as it is stored.
#[derive(Clone, Debug)]
pub struct Kept {
    /// Who, for which year.
    pub key: RatingKey,
    /// Version of the record.
    pub version: i64,
    /// Last change.
    pub updated_at: DateTime<Utc>,
    /// What is stated.
    pub stated: Stated,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    staff: String,
    #[diesel(sql_type = Integer)]
    year: i32,
    #[diesel(sql_type = BigInt)]
    version: i64,
    #[diesel(sql_type = Timestamp)]
    updated_at: NaiveDateTime,
    #[diesel(sql_type = Text)]
    rating: Rating,
    #[diesel(sql_type = Date)]
    decided_on: NaiveDate,
    #[diesel(sql_type = Nullable<Text>)]
    decision: Option<String>,
}

impl Row {
    fn kept(self) -> Result<Kept, Fault> {
        let Self { staff, year, version, updated_at, rating, decided_on, decision } = self;
        Ok(Kept {
            key: RatingKey { staff: staff_of(&staff)?, year: AwardYear(year) },
            version,
            updated_at: updated_at.and_utc(),
            stated: Stated { rating, decided_on, decision },
        })
    }
}

/// Nobody of the staff is the organization itself.
fn text(staff: Option<&StaffReference>) -> &str {
    staff.map_or("", StaffReference::as_str)
}

fn of(id: OrganizationId) -> Sql {
    Sql::new("SELECT staff, year, version, updated_at, rating, decided_on, decision FROM emulation_ratings WHERE organization_id = ")
        .number(id.0)
}

/// A rating, for whoever holds the organization.
pub fn current(conn: &mut Conn, id: OrganizationId, key: &RatingKey) -> Result<Option<Kept>, Fault> {
    let statement = of(id).code(" AND staff = ").text(text(key.staff.as_ref()));
    let statement = statement.code(" AND year = ").number(i64::from(key.year.0));
    statement.rows::<Row>(conn)?.pop().map(Row::kept).transpose()
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// Whether who is rated was given something for the same year that still stands.
pub fn is_used(conn: &mut Conn, id: OrganizationId, key: &RatingKey) -> Result<bool, Fault> {
    let mut statement = Sql::new("SELECT COUNT(*) AS n FROM awards a WHERE a.year = ")
        .number(i64::from(key.year.0))
        .code(" AND a.decided_on < ")
        .day(OPEN_END)
        .code(" AND a.revoked_on = ")
        .day(OPEN_END)
        .code(" AND a.staff = ")
        .text(text(key.staff.as_ref()));
    if key.staff.is_none() {
        statement = statement.code(" AND a.organization_id = ").number(id.0);
    }
    Ok(statement.rows::<Count>(conn)?.first().is_some_and(|row| row.n > 0))
}

/// Ratings of an organization itself, newest year first, before a year.
pub fn list(
    conn: &mut Conn,
    id: OrganizationId,
    (before, count): (Option<i32>, i64),
) -> Result<Vec<Kept>, Fault> {
    let mut statement = of(id).code(" AND staff = ''");
    if let Some(before) = before {
        statement = statement.code(" AND year < ").number(i64::from(before));
    }
    let rows = statement.code(" ORDER BY year DESC LIMIT ").number(count).rows::<Row>(conn)?;
    rows.into_iter().map(Row::kept).collect()
}

/// Where a page of staff begins: after a reference, of a year.
pub type Place = (String, i32);

/// Ratings of an organization's staff, of one year or of all, by their references.
pub fn list_staff(
    conn: &mut Conn,
    id: OrganizationId,
    year: Option<AwardYear>,
    (after, count): (Option<Place>, i64),
) -> Result<Vec<Kept>, Fault> {
    let mut statement = of(id).code(" AND staff <> ''");
    if let Some(year) = year {
        statement = statement.code(" AND year = ").number(i64::from(year.0));
    }
    if let Some((staff, year)) = after {
        statement =
            statement.code(" AND (staff, year) > (").text(staff).code(", ").number(i64::from(year)).code(")");
    }
    let rows = statement.code(" ORDER BY staff, year LIMIT ").number(count).rows::<Row>(conn)?;
    rows.into_iter().map(Row::kept).collect()
}

/// Stores a rating under its version.
pub fn save(work: &mut Work<'_>, id: OrganizationId, kept: &Kept) -> Result<(), Fault> {
    let said = || {
        (
            ratings::version.eq(kept.version),
            ratings::updated_at.eq(kept.updated_at.naive_utc()),
            ratings::rating.eq(kept.stated.rating),
            ratings::decided_on.eq(kept.stated.decided_on),
            ratings::decision.eq(&kept.stated.decision),
        )
    };
    let row = (
        ratings::organization_id.eq(id),
        ratings::staff.eq(text(kept.key.staff.as_ref())),
        ratings::year.eq(kept.key.year.0),
        said(),
    );
    on_backend!(&mut *work.conn, c => diesel::insert_into(ratings::table)
        .values(&row)
        .on_conflict((ratings::organization_id, ratings::staff, ratings::year))
        .do_update()
        .set(said())
        .execute(c))?;
    Ok(())
}
