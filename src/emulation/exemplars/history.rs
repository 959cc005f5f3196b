//! What happened to exemplars, in the database: appended, each held until the next.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use diesel::sql_types::{Date, Integer, Nullable, Text, Timestamp};

use super::life::{Entry, ExemplarEvidence};
use super::machine::{ExemplarEvent, ExemplarState};
use super::model::ExemplarId;
use crate::platform::{Conn, Fault, OPEN_END, Sql, Work};
use crate::schema::exemplar_events as events;

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    exemplar_id: ExemplarId,
    #[diesel(sql_type = Integer)]
    seq: i32,
    #[diesel(sql_type = Timestamp)]
    recorded_at: NaiveDateTime,
    #[diesel(sql_type = Date)]
    happened_on: NaiveDate,
    #[diesel(sql_type = Text)]
    event: ExemplarEvent,
    #[diesel(sql_type = Text)]
    state: ExemplarState,
    #[diesel(sql_type = Nullable<Text>)]
    decision: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    note: Option<String>,
    #[diesel(sql_type = Text)]
    evidence: String,
}

impl Row {
    fn entry(self) -> Result<Entry, Fault> {
        let decision = self.decision.as_deref().map(serde_json::from_str).transpose();
        let evidence: Vec<ExemplarEvidence> = serde_json::from_str(&self.evidence).map_err(Fault::broken)?;
        Ok(Entry {
            exemplar: self.exemplar_id,
            seq: self.seq,
            recorded_at: self.recorded_at.and_utc(),
            happened_on: self.happened_on,
            event: self.event,
            state: self.state,
            decision: decision.map_err(Fault::broken)?,
            note: self.note,
            evidence,
        })
    }
}

/// What happened to an exemplar after an event, in order.
pub fn page(conn: &mut Conn, id: &ExemplarId, after: i64, count: i64) -> Result<Vec<Entry>, Fault> {
    let rows = Sql::new(
        "SELECT exemplar_id, seq, recorded_at, happened_on, event, state, decision, note, evidence ",
    )
    .code("FROM exemplar_events WHERE exemplar_id = ")
    .text(id.as_str())
    .code(" AND seq > ")
    .number(after)
    .code(" ORDER BY seq LIMIT ")
    .number(count)
    .rows::<Row>(conn)?;
    rows.into_iter().map(Row::entry).collect()
}

/// Everything that happened to an exemplar, in order.
pub fn whole(conn: &mut Conn, id: &ExemplarId) -> Result<Vec<Entry>, Fault> {
    page(conn, id, 0, i64::from(i32::MAX))
}

/// Stores what happened; what held before holds until then.
pub fn append(work: &mut Work<'_>, entry: &Entry) -> Result<(), Fault> {
    Sql::new("UPDATE exemplar_events SET held_until = ")
        .day(entry.happened_on)
        .code(" WHERE exemplar_id = ")
        .text(entry.exemplar.as_str())
        .code(" AND held_until = ")
        .day(OPEN_END)
        .run(work.conn)?;
    let decision = entry.decision.as_ref().map(serde_json::to_string).transpose().map_err(Fault::broken)?;
    let row = (
        events::exemplar_id.eq(entry.exemplar.clone()),
        events::seq.eq(entry.seq),
        events::recorded_at.eq(entry.recorded_at.naive_utc()),
        events::happened_on.eq(entry.happened_on),
        events::held_until.eq(OPEN_END),
        events::event.eq(entry.event),
        events::state.eq(entry.state),
        events::decision.eq(decision),
        events::note.eq(entry.note.clone()),
        events::evidence.eq(serde_json::to_string(&entry.evidence).map_err(Fault::broken)?),
    );
    diesel::insert_into(events::table).values(row).execute(work.conn)?;
    Ok(())
}
