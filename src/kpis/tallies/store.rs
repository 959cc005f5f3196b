//! Tallies in the database.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Text, Timestamp};

use super::model::Kept;
use crate::on_backend;
use crate::organizations::{OrganizationCode, OrganizationId, Reach, When};
use crate::platform::{Conn, Fault, Sql, Work};
use crate::schema::tallies;

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    organization_id: OrganizationId,
    #[diesel(sql_type = Text)]
    code: OrganizationCode,
    #[diesel(sql_type = Date)]
    day: NaiveDate,
    #[diesel(sql_type = BigInt)]
    version: i64,
    #[diesel(sql_type = Timestamp)]
    updated_at: NaiveDateTime,
    #[diesel(sql_type = Text)]
    body: String,
}

impl Row {
    fn kept(self) -> Result<Kept, Fault> {
        let Self { organization_id: organization, code, day, version, updated_at, body } = self;
        let tally = serde_json::from_str(&body).map_err(Fault::broken)?;
        Ok(Kept { organization, code, day, version, updated_at: updated_at.and_utc(), tally })
    }
}

const SELECT: &str = "SELECT y.organization_id AS organization_id, y.code AS code, y.day AS day, \
     y.version AS version, y.updated_at AS updated_at, y.body AS body FROM ";

fn rows_of(code: &str, reach: &Reach, when: When) -> Sql {
    Sql::new(SELECT)
        .code("organization_codes k JOIN organizations o ON o.id = k.organization_id ")
        .code("JOIN tallies y ON y.organization_id = o.id WHERE k.code = ")
        .text(code)
        .code(" AND ")
        .then(reach.holds(when))
}

/// What an organization counts on a day; missing if it counts nothing, or is out of reach.
pub fn find(conn: &mut Conn, reach: &Reach, code: &str, day: NaiveDate, when: When) -> Result<Kept, Fault> {
    let statement = rows_of(code, reach, when).code(" AND y.day = ").day(day);
    statement.rows::<Row>(conn)?.pop().ok_or_else(Fault::missing)?.kept()
}

/// Tallies of an organization, newest first, before a day.
pub fn list(
    conn: &mut Conn,
    reach: &Reach,
    code: &str,
    when: When,
    (before, count): (Option<NaiveDate>, i64),
) -> Result<Vec<Kept>, Fault> {
    let mut statement = rows_of(code, reach, when);
    if let Some(before) = before {
        statement = statement.code(" AND y.day < ").day(before);
    }
    let rows = statement.code(" ORDER BY y.day DESC LIMIT ").number(count).rows::<Row>(conn)?;
    rows.into_iter().map(Row::kept).collect()
}

/// All tallies of an organization, in the order of their days.
pub fn all(conn: &mut Conn, id: OrganizationId) -> Result<Vec<Kept>, Fault> {
    let statement = Sql::new(SELECT).code("tallies y WHERE y.organization_id = ").number(id.0);
    let rows = statement.code(" ORDER BY y.day").rows::<Row>(conn)?;
    rows.into_iter().map(Row::kept).collect()
}

/// Stores a tally under its version.
pub fn save(work: &mut Work<'_>, kept: &Kept) -> Result<(), Fault> {
    use diesel::upsert::excluded;
    let row = (
        tallies::organization_id.eq(kept.organization),
        tallies::day.eq(kept.day),
        tallies::code.eq(&kept.code),
        tallies::version.eq(kept.version),
        tallies::body.eq(serde_json::to_string(&kept.tally).map_err(Fault::broken)?),
        tallies::updated_at.eq(kept.updated_at.naive_utc()),
    );
    on_backend!(work.conn, c => diesel::insert_into(tallies::table)
        .values(&row)
        .on_conflict((tallies::organization_id, tallies::day))
        .do_update()
        .set((
            tallies::version.eq(excluded(tallies::version)),
            tallies::body.eq(excluded(tallies::body)),
            tallies::updated_at.eq(excluded(tallies::updated_at)),
        ))
        .execute(c))?;
    Ok(())
}
