//! Reading the table of changes, and letting go what was kept long enough.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Text, Timestamp};

use super::model::{Position, Refusal, Slice, Told};
use crate::changes::kinds::ChangeKind;
use crate::organizations::Reach;
use crate::platform::changes::{ChangeAct, EVERYBODY};
use crate::platform::{Conn, Fault, Sql};
use crate::schema::{audit_head, change_horizon, change_sets, changes};

/// Rows that are looked at for one reading, however few of them are within reach.
const WINDOW: i64 = 20_000;

/// Transactions whose changes are let go at once.
const SWEPT: i64 = 50;

/// Whose changes are read, and from where to where.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Of which organizations.
    pub reach: Reach,
    /// Of which kinds.
    pub kinds: Vec<ChangeKind>,
    /// From here, or from the oldest that is kept.
    pub from: Option<Position>,
    /// Up to here, exclusive.
    pub until: Option<Position>,
    /// At most so many.
    pub count: i64,
    /// Today.
    pub today: NaiveDate,
}

#[derive(QueryableByName)]
struct Bounds {
    #[diesel(sql_type = BigInt)]
    lost: i64,
    #[diesel(sql_type = BigInt)]
    last: i64,
}

#[derive(QueryableByName)]
struct PlaceRow {
    #[diesel(sql_type = BigInt)]
    seq: i64,
    #[diesel(sql_type = BigInt)]
    place: i64,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    seq: i64,
    #[diesel(sql_type = BigInt)]
    place: i64,
    #[diesel(sql_type = Timestamp)]
    at: NaiveDateTime,
    #[diesel(sql_type = Text)]
    kind: ChangeKind,
    #[diesel(sql_type = Text)]
    key: String,
    #[diesel(sql_type = Integer)]
    act: i32,
}

impl Row {
    fn told(self) -> Told {
        Told {
            id: format!("{}-{}", self.seq, self.place),
            kind: self.kind,
            key: self.key,
            act: ChangeAct::of(self.act),
            at: self.at.and_utc(),
            position: Position { seq: self.seq, place: self.place },
        }
    }
}

/// The last transaction of all.
pub fn last(conn: &mut Conn) -> Result<i64, Fault> {
    Ok(audit_head::table.find(1).select(audit_head::seq).first(conn)?)
}

/// Where the oldest change stands that is kept.
pub fn oldest(conn: &mut Conn) -> Result<Position, Fault> {
    Ok(Position::after(change_horizon::table.find(1).select(change_horizon::seq).first(conn)?))
}

/// The last day that was begun: whoever moved on it was told of.
pub fn begun(conn: &mut Conn) -> Result<NaiveDate, Fault> {
    Ok(change_horizon::table.find(1).select(change_horizon::begun_on).first(conn)?)
}

/// Begins a day. Answers whether it was not begun before.
pub fn begin_day(conn: &mut Conn, day: NaiveDate) -> Result<bool, Fault> {
    let begun = diesel::update(change_horizon::table.find(1).filter(change_horizon::begun_on.lt(day)))
        .set(change_horizon::begun_on.eq(day))
        .execute(conn)?;
    Ok(begun == 1)
}

/// Reads some of what changed. The statements must see one moment.
///
/// Refuses (410) a position before what is kept.
pub fn read(conn: &mut Conn, asked: &Asked) -> Result<Slice, Fault> {
    let bounds =
        "SELECT h.seq AS lost, a.seq AS last FROM change_horizon h, audit_head a WHERE h.id = 1 AND a.id = 1";
    let bounds = Sql::new(bounds).rows::<Bounds>(conn)?.pop();
    let Bounds { lost, last } = bounds.ok_or_else(|| Fault::broken("the changes have no horizon"))?;
    let (oldest, end) = (Position::after(lost), Position::after(last));
    let from = asked.from.unwrap_or(oldest);
    // A position after the end was given out before the database was set back to an earlier day.
    if from < oldest || from > end {
        return Err(Refusal::Lost.into());
    }
    let window = window(conn, from)?;
    let until = [asked.until, window, Some(end)].into_iter().flatten().min().unwrap_or(end);
    let size = usize::try_from(asked.count).unwrap_or(usize::MAX);
    let mut items: Vec<Told> = rows(conn, asked, from, until)?.into_iter().map(Row::told).collect();
    let full = items.len() > size;
    items.truncate(size);
    let reached = items.last().filter(|_| full).map(|told| told.position.next());
    Ok(Slice { items, next: reached.unwrap_or(until), more: full || until < end, last })
}

/// Where a reading from here ends, unless that is the end of all.
fn window(conn: &mut Conn, from: Position) -> Result<Option<Position>, Fault> {
    let found = Sql::new("SELECT seq, place FROM changes WHERE (seq, place) >= (")
        .number(from.seq)
        .code(", ")
        .number(from.place)
        .code(") ORDER BY seq, place LIMIT 1 OFFSET ")
        .number(WINDOW)
        .rows::<PlaceRow>(conn)?
        .pop();
    // One change may concern more organizations than rows are looked at.
    Ok(found.map(|row| Position { seq: row.seq, place: row.place }.max(from.next())))
}

/// One more than asked for. What is the same in all rows of a change is its least: so the rows are grouped as they lie.
fn rows(conn: &mut Conn, asked: &Asked, from: Position, until: Position) -> Result<Vec<Row>, Fault> {
    Sql::new(
        "SELECT c.seq AS seq, c.place AS place, MIN(m.at) AS at, MIN(c.kind) AS kind, MIN(c.key) AS key, ",
    )
    .code("MIN(c.act) AS act FROM changes c JOIN change_sets m ON m.seq = c.seq WHERE (c.seq, c.place) >= (")
    .number(from.seq)
    .code(", ")
    .number(from.place)
    .code(") AND (c.seq, c.place) < (")
    .number(until.seq)
    .code(", ")
    .number(until.place)
    .code(") AND c.kind IN (")
    .few_texts(asked.kinds.iter().map(ChangeKind::as_str))
    .code(") AND (c.organization_id = ")
    .number(EVERYBODY)
    .code(" OR ")
    .then(asked.reach.follows("c.organization_id", "m.day", asked.today))
    .code(") GROUP BY c.seq, c.place ORDER BY c.seq, c.place LIMIT ")
    .number(asked.count.saturating_add(1))
    .rows(conn)
}

/// Lets go some of what is older than a moment. Answers whether there may be more of it.
pub fn sweep(conn: &mut Conn, before: DateTime<Utc>) -> Result<bool, Fault> {
    let oldest: Vec<(i64, NaiveDateTime)> = change_sets::table
        .order(change_sets::seq)
        .limit(SWEPT)
        .select((change_sets::seq, change_sets::at))
        .load(conn)?;
    let old = oldest.iter().take_while(|(_, at)| at.and_utc() < before);
    let Some((seq, _)) = old.last() else { return Ok(false) };
    // First of all, so that of two processes the second waits.
    diesel::update(change_horizon::table.find(1).filter(change_horizon::seq.lt(seq)))
        .set(change_horizon::seq.eq(seq))
        .execute(conn)?;
    diesel::delete(changes::table.filter(changes::seq.le(seq))).execute(conn)?;
    diesel::delete(change_sets::table.filter(change_sets::seq.le(seq))).execute(conn)?;
    Ok(true)
}
