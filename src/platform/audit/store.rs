//! Entries in the database: appended, read, verified; never changed.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::model::{End, Entry, Flaw, Walk};
use crate::platform::db::Conn;
use crate::platform::fault::Fault;
use crate::platform::work::{Order, in_snapshot};
use crate::schema::{audit_entries as entries, audit_head as head};

type Row = (i64, NaiveDateTime, String, String, String, String, String, String, String);
const COLUMNS: (
    entries::seq,
    entries::at,
    entries::actor,
    entries::act,
    entries::subject,
    entries::request_id,
    entries::detail,
    entries::previous,
    entries::hash,
) = (
    entries::seq,
    entries::at,
    entries::actor,
    entries::act,
    entries::subject,
    entries::request_id,
    entries::detail,
    entries::previous,
    entries::hash,
);

fn entry(row: Row) -> (Entry, String) {
    let (seq, at, actor, act, subject, request_id, detail, previous, hash) = row;
    (Entry { seq, at: at.and_utc(), actor, act, subject, request_id, detail, previous }, hash)
}

/// Appends an order's entry. Locks the end of the chain until the transaction ends. Answers its number.
pub(crate) fn append(
    conn: &mut Conn,
    order: &Order,
    now: DateTime<Utc>,
    detail: String,
) -> Result<i64, Fault> {
    let (seq, previous): (i64, String) = diesel::update(head::table.find(1))
        .set(head::seq.eq(head::seq + 1))
        .returning((head::seq, head::hash))
        .get_result(conn)
        .optional()?
        .ok_or_else(|| Fault::broken("the audit trail has no head"))?;
    let (actor, act, subject) = (order.actor.clone(), order.act.to_owned(), order.subject.clone());
    let entry =
        Entry { seq, at: now, actor, act, subject, request_id: order.request_id.clone(), detail, previous };
    let hash = entry.hash();
    let row = (
        entries::seq.eq(entry.seq),
        entries::at.eq(entry.at.naive_utc()),
        entries::actor.eq(entry.actor),
        entries::act.eq(entry.act),
        entries::subject.eq(entry.subject),
        entries::request_id.eq(entry.request_id),
        entries::detail.eq(entry.detail),
        entries::previous.eq(entry.previous),
        entries::hash.eq(&hash),
    );
    diesel::insert_into(entries::table).values(row).execute(conn)?;
    diesel::update(head::table.find(1)).set(head::hash.eq(hash)).execute(conn)?;
    Ok(seq)
}

/// Entries after a number, oldest first.
pub(super) fn after(conn: &mut Conn, seq: i64, count: i64) -> Result<Vec<(Entry, String)>, Fault> {
    let rows: Vec<Row> = entries::table
        .filter(entries::seq.gt(seq))
        .order(entries::seq)
        .limit(count)
        .select(COLUMNS)
        .load(conn)?;
    Ok(rows.into_iter().map(entry).collect())
}

/// Where the trail ends now.
pub fn end(conn: &mut Conn) -> Result<End, Fault> {
    let found = head::table.find(1).select((head::seq, head::hash)).first(conn).optional()?;
    let (seq, hash) = found.ok_or_else(|| Fault::broken("the audit trail has no head"))?;
    Ok(End { seq, hash })
}

/// Walks the whole trail. Answers how many entries it has, or where it is broken. All of it is of one moment: a trail
/// that grows meanwhile is not a broken one.
pub fn verify(conn: &mut Conn) -> Result<Result<i64, Flaw>, Fault> {
    in_snapshot(conn, walk)
}

fn walk(conn: &mut Conn) -> Result<Result<i64, Flaw>, Fault> {
    let End { seq: last, hash } = end(conn)?;
    let mut walk = Walk::default();
    loop {
        let found = after(conn, walk.seq(), 1000)?;
        if found.is_empty() {
            return Ok(walk.end(last, &hash));
        }
        for (entry, stored) in &found {
            if let Err(flaw) = walk.step(entry, stored) {
                return Ok(Err(flaw));
            }
        }
    }
}
