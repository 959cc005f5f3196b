//! Titles and their rules in the database.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Integer, Nullable, Text, Timestamp};

use super::model::{AwardTitleId, Rule};
use crate::on_backend;
use crate::platform::{Conn, Fault, OPEN_END, Sql, Work};
use crate::schema::{award_title_rules as rules, award_titles as titles};

/// A title with a rule of it.
#[derive(Clone, Debug)]
pub struct Title {
    /// Its name in requests.
    pub id: AwardTitleId,
    /// Grows with each rule.
    pub version: i64,
    /// Its place in the catalogue.
    pub position: i64,
    /// Last change.
    pub updated_at: DateTime<Utc>,
    /// The rule.
    pub rule: Rule,
    /// First day after it.
    pub valid_to: NaiveDate,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    id: AwardTitleId,
    #[diesel(sql_type = BigInt)]
    version: i64,
    #[diesel(sql_type = BigInt)]
    position: i64,
    #[diesel(sql_type = Timestamp)]
    updated_at: NaiveDateTime,
    #[diesel(sql_type = Text)]
    rule: String,
    #[diesel(sql_type = Date)]
    valid_to: NaiveDate,
}

impl Row {
    fn title(self) -> Result<Title, Fault> {
        let rule = serde_json::from_str(&self.rule).map_err(Fault::broken)?;
        let Self { id, version, position, updated_at, valid_to, .. } = self;
        Ok(Title { id, version, position, updated_at: updated_at.and_utc(), rule, valid_to })
    }
}

const COLUMNS: &str = "SELECT t.id AS id, t.version AS version, t.position AS position, t.updated_at AS updated_at, \
     r.rule AS rule, r.valid_to AS valid_to FROM award_titles t JOIN award_title_rules r ON r.title_id = t.id WHERE ";

fn on_day(day: NaiveDate) -> Sql {
    Sql::new(COLUMNS).code("r.valid_from <= ").day(day).code(" AND r.valid_to > ").day(day)
}

/// A title as its rules are on a day, if there are any then.
pub fn on(conn: &mut Conn, id: &AwardTitleId, day: NaiveDate) -> Result<Option<Title>, Fault> {
    let statement = on_day(day).code(" AND t.id = ").text(id.as_str());
    statement.rows::<Row>(conn)?.pop().map(Row::title).transpose()
}

/// Titles as their rules are on a day, in the order of the catalogue, after a place.
pub fn list(conn: &mut Conn, day: NaiveDate, after: i64, count: i64) -> Result<Vec<Title>, Fault> {
    let statement = on_day(day).code(" AND t.position > ").number(after);
    let rows = statement.code(" ORDER BY t.position LIMIT ").number(count).rows::<Row>(conn)?;
    rows.into_iter().map(Row::title).collect()
}

/// The last rule of a title, whatever its day; until the transaction ends nobody else changes rules, or decides by those of this one.
pub fn last(work: &mut Work<'_>, id: &AwardTitleId) -> Result<Option<Title>, Fault> {
    work.numbers("award-titles", 0)?;
    if let Conn::Postgres(conn) = &mut *work.conn {
        let held = titles::table.find(id).select(titles::id).for_no_key_update();
        held.first::<String>(conn).optional()?;
    }
    let statement = Sql::new(COLUMNS).code("t.id = ").text(id.as_str());
    let mut rows = statement.code(" ORDER BY r.valid_from DESC LIMIT 1").rows::<Row>(work.conn)?;
    rows.pop().map(Row::title).transpose()
}

/// Some titles with the last of their rules that began by a day, or else the first: what was given is named, whatever it is called since.
pub fn newest(conn: &mut Conn, ids: &[&AwardTitleId], day: NaiveDate) -> Result<Vec<Title>, Fault> {
    let rows = Sql::new(COLUMNS)
        .code("r.valid_from = COALESCE((SELECT MAX(q.valid_from) FROM award_title_rules q WHERE q.title_id = t.id AND q.valid_from <= ")
        .day(day)
        .code("), (SELECT MIN(q.valid_from) FROM award_title_rules q WHERE q.title_id = t.id)) AND t.id IN (")
        .few_texts(ids.iter().map(|id| id.as_str()))
        .code(") ORDER BY t.position")
        .rows::<Row>(conn)?;
    rows.into_iter().map(Row::title).collect()
}

#[derive(QueryableByName)]
struct YearRow {
    #[diesel(sql_type = Nullable<Integer>)]
    year: Option<i32>,
}

/// The last year for which a title was decided on, revoked since or not, of those whose last day is this one or later.
pub fn decided_since(conn: &mut Conn, id: &AwardTitleId, day: NaiveDate) -> Result<Option<i32>, Fault> {
    let rows = Sql::new("SELECT MAX(a.year) AS year FROM awards a WHERE a.decided_on < ")
        .day(OPEN_END)
        .code(" AND a.title_id = ")
        .text(id.as_str())
        .code(" AND a.year >= ")
        .number(i64::from(day.year()))
        .rows::<YearRow>(conn)?;
    Ok(rows.first().and_then(|row| row.year))
}

/// Holds the rules of a title as they are until the transaction ends, beside others who hold them so.
pub fn hold(conn: &mut Conn, id: &AwardTitleId) -> Result<(), Fault> {
    if let Conn::Postgres(conn) = conn {
        titles::table.find(id).select(titles::id).for_share().first::<String>(conn).optional()?;
    }
    Ok(())
}

/// Stores a rule. `last` is the one that it follows, or corrects on the same day.
pub fn save(
    work: &mut Work<'_>,
    id: &AwardTitleId,
    rule: &Rule,
    last: Option<&Title>,
) -> Result<Title, Fault> {
    let version = last.map_or(0, |last| last.version) + 1;
    let position = match last {
        Some(last) => last.position,
        None => work.numbers("award-titles", 1)?,
    };
    let now = work.now.naive_utc();
    let row = (
        titles::id.eq(id),
        titles::version.eq(version),
        titles::position.eq(position),
        titles::updated_at.eq(now),
    );
    on_backend!(&mut *work.conn, c => diesel::insert_into(titles::table)
        .values(&row)
        .on_conflict(titles::id)
        .do_update()
        .set((titles::version.eq(version), titles::updated_at.eq(now)))
        .execute(c))?;
    if let Some(last) = last {
        let held = rules::table.find((id, last.rule.valid_from));
        if last.rule.valid_from < rule.valid_from {
            diesel::update(held).set(rules::valid_to.eq(rule.valid_from)).execute(work.conn)?;
        } else {
            diesel::delete(held).execute(work.conn)?;
        }
    }
    let row = (
        rules::title_id.eq(id),
        rules::valid_from.eq(rule.valid_from),
        rules::valid_to.eq(OPEN_END),
        rules::rule.eq(serde_json::to_string(rule).map_err(Fault::broken)?),
    );
    diesel::insert_into(rules::table).values(row).execute(work.conn)?;
    let (rule, updated_at) = (rule.clone(), work.now);
    Ok(Title { id: id.clone(), version, position, updated_at, rule, valid_to: OPEN_END })
}
