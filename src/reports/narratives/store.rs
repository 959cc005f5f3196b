//! What departments write, in the database.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text, Timestamp};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::model::{Cover, Paragraphs, Place};
use crate::on_backend;
use crate::organizations::OrganizationId;
use crate::platform::{Conn, Fault, Sql, Work};
use crate::reports::model::PartKey;
use crate::schema::report_texts as texts;

/// First and last day of a report.
pub type Days = (NaiveDate, NaiveDate);

/// A text as it is stored.
#[derive(Clone, Debug)]
pub struct Kept<T> {
    /// Version of the record.
    pub version: i64,
    /// Last change.
    pub updated_at: DateTime<Utc>,
    /// What is said.
    pub content: T,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    part: String,
    #[diesel(sql_type = BigInt)]
    version: i64,
    #[diesel(sql_type = Timestamp)]
    updated_at: NaiveDateTime,
    #[diesel(sql_type = Text)]
    content: String,
}

impl Row {
    fn kept<T: DeserializeOwned>(&self) -> Result<Kept<T>, Fault> {
        let content = serde_json::from_str(&self.content).map_err(Fault::broken)?;
        Ok(Kept { version: self.version, updated_at: self.updated_at.and_utc(), content })
    }
}

fn of(id: OrganizationId, (first, last): Days) -> Sql {
    Sql::new("SELECT part, version, updated_at, content FROM report_texts WHERE organization_id = ")
        .number(id.0)
        .code(" AND first_on = ")
        .day(first)
        .code(" AND last_on = ")
        .day(last)
}

/// What is written at a place.
pub fn find<T: DeserializeOwned>(
    conn: &mut Conn,
    id: OrganizationId,
    days: Days,
    place: Place,
) -> Result<Option<Kept<T>>, Fault> {
    let statement = of(id, days).code(" AND part = ").text(place.as_str());
    statement.rows::<Row>(conn)?.first().map(Row::kept).transpose()
}

/// Everything that is written in a report.
#[derive(Clone, Debug, Default)]
pub struct Written {
    /// The cover.
    pub cover: Option<Kept<Cover>>,
    /// The parts.
    pub parts: Vec<(PartKey, Kept<Paragraphs>)>,
}

/// Everything that is written in a report, in one statement.
pub fn all(conn: &mut Conn, id: OrganizationId, days: Days) -> Result<Written, Fault> {
    let mut written = Written::default();
    for row in of(id, days).rows::<Row>(conn)? {
        match row.part.parse() {
            Ok(part) => written.parts.push((part, row.kept()?)),
            Err(_) => written.cover = Some(row.kept()?),
        }
    }
    Ok(written)
}

/// Stores a text under its version.
pub fn save(
    work: &mut Work<'_>,
    id: OrganizationId,
    (first, last): Days,
    place: Place,
    (version, content): (i64, &impl Serialize),
) -> Result<(), Fault> {
    let content = serde_json::to_string(content).map_err(Fault::broken)?;
    let row = (
        texts::organization_id.eq(id),
        texts::first_on.eq(first),
        texts::last_on.eq(last),
        texts::part.eq(place.as_str()),
        texts::version.eq(version),
        texts::content.eq(&content),
        texts::updated_at.eq(work.now.naive_utc()),
    );
    let changes =
        (texts::version.eq(version), texts::content.eq(&content), texts::updated_at.eq(work.now.naive_utc()));
    on_backend!(&mut *work.conn, c => diesel::insert_into(texts::table)
        .values(&row)
        .on_conflict((texts::organization_id, texts::first_on, texts::last_on, texts::part))
        .do_update()
        .set(changes)
        .execute(c))?;
    Ok(())
}
