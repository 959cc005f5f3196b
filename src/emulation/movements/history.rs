//! What happened to movements, in the database: appended.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use diesel::sql_types::{Date, Integer, Nullable, Text, Timestamp};

use super::life::Entry;
use super::machine::{MovementEvent, MovementState};
use super::words::MovementCode;
use crate::platform::{Conn, Fault, Sql, Work};
use crate::schema::movement_events as events;

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Integer)]
    seq: i32,
    #[diesel(sql_type = Timestamp)]
    recorded_at: NaiveDateTime,
    #[diesel(sql_type = Date)]
    happened_on: NaiveDate,
    #[diesel(sql_type = Text)]
    event: MovementEvent,
    #[diesel(sql_type = Text)]
    state: MovementState,
    #[diesel(sql_type = Nullable<Text>)]
    decision: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    note: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    link: Option<String>,
}

impl Row {
    fn entry(self) -> Result<Entry, Fault> {
        let decision = self.decision.as_deref().map(serde_json::from_str).transpose();
        Ok(Entry {
            seq: self.seq,
            recorded_at: self.recorded_at.and_utc(),
            happened_on: self.happened_on,
            event: self.event,
            state: self.state,
            decision: decision.map_err(Fault::broken)?,
            note: self.note,
            link: self.link,
        })
    }
}

/// What happened to a movement after an event, in order.
pub fn page(conn: &mut Conn, code: &MovementCode, after: i64, count: i64) -> Result<Vec<Entry>, Fault> {
    let rows = Sql::new("SELECT seq, recorded_at, happened_on, event, state, decision, note, link ")
        .code("FROM movement_events WHERE movement = ")
        .text(code.as_str())
        .code(" AND seq > ")
        .number(after)
        .code(" ORDER BY seq LIMIT ")
        .number(count)
        .rows::<Row>(conn)?;
    rows.into_iter().map(Row::entry).collect()
}

/// Stores what happened.
pub fn append(work: &mut Work<'_>, code: &MovementCode, entry: &Entry) -> Result<(), Fault> {
    let decision = entry.decision.as_ref().map(serde_json::to_string).transpose().map_err(Fault::broken)?;
    let row = (
        events::movement.eq(code.as_str()),
        events::seq.eq(entry.seq),
        events::recorded_at.eq(entry.recorded_at.naive_utc()),
        events::happened_on.eq(entry.happened_on),
        events::event.eq(entry.event),
        events::state.eq(entry.state),
        events::decision.eq(decision),
        events::note.eq(entry.note.clone()),
        events::link.eq(entry.link.clone()),
    );
    diesel::insert_into(events::table).values(row).execute(work.conn)?;
    Ok(())
}
