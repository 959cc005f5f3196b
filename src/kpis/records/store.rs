//! Records that are kept whole, in the database: a body in JSON, and columns by which they are found and counted.

use std::collections::HashMap;

use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text, Timestamp};

use super::held::{Kept, Place, Whole};
use crate::organizations::{OrganizationId, Reach, When};
use crate::platform::sql::in_lists;
use crate::platform::{Bulk, Conn, Fault, Sql, Values};

/// Where a kind of record is stored. Statements call its table `r` and that of the organizations `o`.
pub trait Stored: Whole {
    /// The table.
    const TABLE: &'static str;
    /// The column of its key.
    const KEY: &'static str;
    /// The column of the day by which lists order it.
    const DAY: &'static str;

    /// Reads what is needed to decide.
    fn setting(conn: &mut Conn) -> Result<Self::Setting, Fault>;

    /// Adds the columns that only this kind has.
    fn columns(rows: Bulk, _kept: &[Kept<Self>]) -> Bulk {
        rows
    }

    /// Stores what belongs to records but stands in a table of its own.
    fn save_parts(_conn: &mut Conn, _kept: &[Kept<Self>]) -> Result<(), Fault> {
        Ok(())
    }
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    code: String,
    #[diesel(sql_type = BigInt)]
    organization_id: OrganizationId,
    #[diesel(sql_type = BigInt)]
    version: i64,
    #[diesel(sql_type = Timestamp)]
    updated_at: NaiveDateTime,
    #[diesel(sql_type = Text)]
    body: String,
}

impl Row {
    fn kept<B: Whole>(self) -> Result<Kept<B>, Fault> {
        let body = serde_json::from_str(&self.body).map_err(Fault::broken)?;
        let (organization, version) = (self.organization_id, self.version);
        Ok(Kept { version, updated_at: self.updated_at.and_utc(), organization, body })
    }
}

/// SQL up to the tables, which are still to be named.
fn select<B: Stored>() -> Sql {
    Sql::default().built(format!(
        "SELECT r.{} AS code, r.organization_id AS organization_id, r.version AS version, \
         r.updated_at AS updated_at, r.body AS body FROM ",
        B::KEY
    ))
}

/// Those of some keys.
pub fn load<B: Stored>(conn: &mut Conn, keys: &[&str]) -> Result<HashMap<String, Kept<B>>, Fault> {
    let rows = in_lists(keys, |keys| {
        let statement = select::<B>().built(format!("{} r WHERE r.{} IN (", B::TABLE, B::KEY));
        statement.texts(keys.iter().copied()).code(")").rows::<Row>(conn)
    })?;
    rows.into_iter().map(|row| Ok((row.code.clone(), row.kept()?))).collect()
}

/// One of an organization within reach.
pub fn find<B: Stored>(conn: &mut Conn, reach: &Reach, key: &str, when: When) -> Result<Kept<B>, Fault> {
    select::<B>()
        .code(B::TABLE)
        .built(format!(" r JOIN organizations o ON o.id = r.organization_id WHERE r.{} = ", B::KEY))
        .text(key)
        .code(" AND ")
        .then(reach.holds(when))
        .rows::<Row>(conn)?
        .pop()
        .ok_or_else(Fault::missing)?
        .kept()
}

/// A page of those within reach by organization, day and key: of an organization and all below it, if one is named, and as far as
/// more that is asked of them holds, each beginning with `AND`.
pub fn list<B: Stored>(
    conn: &mut Conn,
    reach: &Reach,
    organization: Option<&str>,
    more: Sql,
    when: When,
    page: (Option<Place>, i64),
) -> Result<Vec<Kept<B>>, Fault> {
    let mut wanted = Sql::new("organizations o JOIN ")
        .code(B::TABLE)
        .code(" r ON r.organization_id = o.id WHERE ")
        .then(reach.holds(when));
    if let Some(code) = organization {
        wanted = wanted.code(" AND ").then(when.below(code));
    }
    self::page(conn, wanted.then(more), page)
}

/// A page of what is wanted, which names the tables and ends in conditions.
pub fn page<B: Stored>(
    conn: &mut Conn,
    wanted: Sql,
    (after, count): (Option<Place>, i64),
) -> Result<Vec<Kept<B>>, Fault> {
    let order = format!("r.organization_id, r.{}, r.{}", B::DAY, B::KEY);
    let mut statement = select::<B>().then(wanted);
    if let Some((organization, day, key)) = after {
        statement = statement
            .built(format!(" AND ({order}) > ("))
            .number(organization)
            .code(", ")
            .day(day)
            .code(", ")
            .text(key)
            .code(")");
    }
    let statement = statement.built(format!(" ORDER BY {order} LIMIT ")).number(count);
    statement.rows::<Row>(conn)?.into_iter().map(Row::kept).collect()
}

/// Stores some in place of those of the same keys.
pub fn save<B: Stored>(conn: &mut Conn, kept: &[Kept<B>]) -> Result<(), Fault> {
    let body = |kept: &Kept<B>| serde_json::to_string(&kept.body).map_err(Fault::broken);
    let rows = Bulk::new(B::TABLE)
        .column(B::KEY, Values::Words(kept.iter().map(|kept| kept.body.key().to_owned()).collect()))
        .column("organization_id", Values::Number(kept.iter().map(|kept| kept.organization.0).collect()))
        .column(B::DAY, Values::Day(kept.iter().map(|kept| kept.body.day()).collect()))
        .column("body", Values::Words(kept.iter().map(body).collect::<Result<_, _>>()?))
        .column("version", Values::Number(kept.iter().map(|kept| kept.version).collect()))
        .column("updated_at", Values::Moment(kept.iter().map(|kept| kept.updated_at.naive_utc()).collect()));
    B::columns(rows, kept).replacing(B::KEY).run(conn)?;
    B::save_parts(conn, kept)
}

/// Deletes the rows of another table that belong to records which were there before, whose key stands in a column of it.
pub fn clear_parts<B: Stored>(
    conn: &mut Conn,
    table: &'static str,
    column: &'static str,
    kept: &[Kept<B>],
) -> Result<(), Fault> {
    let known: Vec<&str> = kept.iter().filter(|kept| kept.version > 1).map(|kept| kept.body.key()).collect();
    in_lists(&known, |keys| {
        let rows = Sql::new("DELETE FROM ").built(format!("{table} WHERE {column} IN ("));
        rows.texts(keys.iter().copied()).code(")").run(conn).map(|_| Vec::<()>::new())
    })
    .map(|_| ())
}
