//! What happened to proposals, in the database: appended, never changed.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use diesel::sql_types::{Date, Integer, Nullable, Text, Timestamp};

use super::machine::{AwardState, AwardStep};
use super::model::{AwardId, Entry, Vote};
use crate::platform::{Conn, Fault, Sql, Work};
use crate::schema::award_events as events;

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    award_id: AwardId,
    #[diesel(sql_type = Integer)]
    seq: i32,
    #[diesel(sql_type = Timestamp)]
    recorded_at: NaiveDateTime,
    #[diesel(sql_type = Date)]
    happened_on: NaiveDate,
    #[diesel(sql_type = Text)]
    step: AwardStep,
    #[diesel(sql_type = Text)]
    state: AwardState,
    #[diesel(sql_type = Nullable<Text>)]
    basis: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    note: Option<String>,
    #[diesel(sql_type = Nullable<Integer>)]
    members_total: Option<i32>,
    #[diesel(sql_type = Nullable<Integer>)]
    votes_for: Option<i32>,
    #[diesel(sql_type = Nullable<Integer>)]
    votes_against: Option<i32>,
    #[diesel(sql_type = Nullable<Integer>)]
    votes_blank: Option<i32>,
    #[diesel(sql_type = Nullable<Integer>)]
    written_opinions: Option<i32>,
}

impl From<Row> for Entry {
    fn from(row: Row) -> Self {
        let vote = row.members_total.map(|members_total| Vote {
            members_total,
            votes_for: row.votes_for.unwrap_or(0),
            votes_against: row.votes_against.unwrap_or(0),
            blank: row.votes_blank.unwrap_or(0),
            written_opinions: row.written_opinions.unwrap_or(0),
        });
        Self {
            award: row.award_id,
            seq: row.seq,
            recorded_at: row.recorded_at.and_utc(),
            happened_on: row.happened_on,
            step: row.step,
            state: row.state,
            basis: row.basis,
            note: row.note,
            vote,
        }
    }
}

fn of(id: &AwardId) -> Sql {
    Sql::new("SELECT award_id, seq, recorded_at, happened_on, step, state, basis, note, members_total, votes_for, votes_against, ")
        .code("votes_blank, written_opinions FROM award_events WHERE award_id = ")
        .text(id.as_str())
}

/// What happened to a proposal, in order, after a number.
pub fn page(conn: &mut Conn, id: &AwardId, after: i64, count: i64) -> Result<Vec<Entry>, Fault> {
    let statement = of(id).code(" AND seq > ").number(after).code(" ORDER BY seq LIMIT ").number(count);
    Ok(statement.rows::<Row>(conn)?.into_iter().map(Entry::from).collect())
}

/// The vote on a proposal, if there was one.
pub fn vote(conn: &mut Conn, id: &AwardId) -> Result<Option<Vote>, Fault> {
    let statement = of(id).code(" AND step = ").text(AwardStep::Vote.as_str());
    Ok(statement.rows::<Row>(conn)?.pop().and_then(|row| Entry::from(row).vote))
}

/// Appends a step.
pub fn append(work: &mut Work<'_>, entry: &Entry) -> Result<(), Fault> {
    let vote = entry.vote.as_ref();
    let row = (
        events::award_id.eq(entry.award.as_str()),
        events::seq.eq(entry.seq),
        events::recorded_at.eq(entry.recorded_at.naive_utc()),
        events::happened_on.eq(entry.happened_on),
        events::step.eq(entry.step),
        events::state.eq(entry.state),
        events::basis.eq(entry.basis.clone()),
        events::note.eq(entry.note.clone()),
        events::members_total.eq(vote.map(|vote| vote.members_total)),
        events::votes_for.eq(vote.map(|vote| vote.votes_for)),
        events::votes_against.eq(vote.map(|vote| vote.votes_against)),
        events::votes_blank.eq(vote.map(|vote| vote.blank)),
        events::written_opinions.eq(vote.map(|vote| vote.written_opinions)),
    );
    diesel::insert_into(events::table).values(row).execute(work.conn)?;
    Ok(())
}
