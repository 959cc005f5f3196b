//! Where deliveries stand, in the database.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::sql_types::Text;

use crate::changes::feed::model::Position;
use crate::changes::subscriptions::model::SubscriptionStatus;
use crate::platform::{Conn, Fault, Sql, Work};
use crate::schema::webhook_deliveries as deliveries;

/// A lease: who calls a target until when.
#[derive(Clone, Debug)]
pub struct Lease {
    /// Whose delivery.
    pub subscription: String,
    /// Another name for each lease.
    pub holder: String,
    /// For how long.
    pub length: TimeDelta,
}

/// Longest error that is kept, in characters.
const ERROR: usize = 300;

#[derive(QueryableByName)]
struct DueRow {
    #[diesel(sql_type = Text)]
    id: String,
}

/// Subscriptions with something to look at that nobody calls now, those that wait longest first.
pub fn due(conn: &mut Conn, now: DateTime<Utc>, count: i64) -> Result<Vec<String>, Fault> {
    let rows = Sql::new("SELECT d.subscription_id AS id FROM webhook_deliveries d ")
        .code("JOIN webhook_subscriptions s ON s.id = d.subscription_id JOIN audit_head a ON a.id = 1 WHERE s.status = ")
        .text(SubscriptionStatus::Active.as_str())
        .code(" AND d.next_seq <= a.seq AND d.due_at <= ")
        .moment(now)
        .code(" AND d.held_until <= ")
        .moment(now)
        .code(" ORDER BY d.due_at, d.subscription_id LIMIT ")
        .number(count)
        .rows::<DueRow>(conn)?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// Where the message ends that is being tried, if one is.
pub fn tried(conn: &mut Conn, subscription: &str) -> Result<Option<Position>, Fault> {
    let found = deliveries::table.find(subscription).select((deliveries::until_seq, deliveries::until_place));
    let (seq, place): (Option<i64>, Option<i64>) = found.first(conn)?;
    Ok(seq.zip(place).map(|(seq, place)| Position { seq, place }))
}

/// A delivery that nobody has and that stands as it stood when it was due at a moment: whatever moves it on, or lets it begin
/// anew, makes it due at another.
macro_rules! as_it_stood {
    ($subscription:expr, $due_at:expr, $now:expr) => {
        deliveries::table
            .find($subscription)
            .filter(deliveries::due_at.eq($due_at.naive_utc()))
            .filter(deliveries::due_at.le($now.naive_utc()))
            .filter(deliveries::held_until.le($now.naive_utc()))
    };
}

/// Takes a delivery as it stood, and settles where the message ends that is told now. Answers whether it was still so.
pub fn take(
    conn: &mut Conn,
    now: DateTime<Utc>,
    lease: &Lease,
    (due_at, until): (DateTime<Utc>, Position),
) -> Result<bool, Fault> {
    let taken = diesel::update(as_it_stood!(&lease.subscription, due_at, now))
        .set((
            deliveries::until_seq.eq(Some(until.seq)),
            deliveries::until_place.eq(Some(until.place)),
            deliveries::holder.eq(Some(&lease.holder)),
            deliveries::held_until.eq((now + lease.length).naive_utc()),
        ))
        .execute(conn)?;
    Ok(taken == 1)
}

/// Lets a delivery go on, as it stood; there was nothing to tell up to a position.
pub fn pass(
    conn: &mut Conn,
    now: DateTime<Utc>,
    (subscription, due_at): (&str, DateTime<Utc>),
    next: Position,
) -> Result<(), Fault> {
    diesel::update(as_it_stood!(subscription, due_at, now))
        .set((
            deliveries::next_seq.eq(next.seq),
            deliveries::next_place.eq(next.place),
            deliveries::until_seq.eq(None::<i64>),
            deliveries::until_place.eq(None::<i64>),
            deliveries::due_at.eq(now.naive_utc()),
        ))
        .execute(conn)?;
    Ok(())
}

/// Gives the lease back after a call that was taken: it goes on at a position. Nothing happens if somebody else has it now.
pub fn delivered(
    conn: &mut Conn,
    now: DateTime<Utc>,
    lease: &Lease,
    next: Position,
    status: u16,
) -> Result<(), Fault> {
    diesel::update(
        deliveries::table.find(&lease.subscription).filter(deliveries::holder.eq(Some(&lease.holder))),
    )
    .set((
        deliveries::next_seq.eq(next.seq),
        deliveries::next_place.eq(next.place),
        deliveries::until_seq.eq(None::<i64>),
        deliveries::until_place.eq(None::<i64>),
        deliveries::tries.eq(deliveries::tries + 1),
        deliveries::failures.eq(0),
        deliveries::failing_since.eq(None::<NaiveDateTime>),
        deliveries::delivered_at.eq(Some(now.naive_utc())),
        deliveries::last_status.eq(Some(i32::from(status))),
        deliveries::last_error.eq(None::<String>),
        deliveries::due_at.eq(now.naive_utc()),
        deliveries::holder.eq(None::<String>),
        deliveries::held_until.eq(now.naive_utc()),
    ))
    .execute(conn)?;
    Ok(())
}

/// Gives the lease back after a call that failed. Answers since when all fail; none if somebody else has the lease now.
pub fn failed(
    conn: &mut Conn,
    now: DateTime<Utc>,
    lease: &Lease,
    (status, error): (Option<u16>, &str),
    pause: &dyn Fn(i32) -> TimeDelta,
) -> Result<Option<DateTime<Utc>>, Fault> {
    let before: Option<(i32, Option<NaiveDateTime>)> = deliveries::table
        .find(&lease.subscription)
        .filter(deliveries::holder.eq(Some(&lease.holder)))
        .select((deliveries::failures, deliveries::failing_since))
        .first(conn)
        .optional()?;
    let Some((failures, since)) = before else { return Ok(None) };
    let (failures, since) = (failures.saturating_add(1), since.unwrap_or(now.naive_utc()));
    diesel::update(
        deliveries::table.find(&lease.subscription).filter(deliveries::holder.eq(Some(&lease.holder))),
    )
    .set((
        deliveries::tries.eq(deliveries::tries + 1),
        deliveries::failures.eq(failures),
        deliveries::failing_since.eq(Some(since)),
        deliveries::last_status.eq(status.map(i32::from)),
        deliveries::last_error.eq(Some(error.chars().take(ERROR).collect::<String>())),
        deliveries::due_at.eq((now + pause(failures)).naive_utc()),
        deliveries::holder.eq(None::<String>),
        deliveries::held_until.eq(now.naive_utc()),
    ))
    .execute(conn)?;
    Ok(Some(since.and_utc()))
}

/// Lets a delivery go on at a position at once, whoever has it.
pub fn restart(work: &mut Work<'_>, subscription: &str, next: Position) -> Result<(), Fault> {
    diesel::update(deliveries::table.find(subscription))
        .set((
            deliveries::next_seq.eq(next.seq),
            deliveries::next_place.eq(next.place),
            deliveries::until_seq.eq(None::<i64>),
            deliveries::until_place.eq(None::<i64>),
            deliveries::failures.eq(0),
            deliveries::failing_since.eq(None::<NaiveDateTime>),
            deliveries::due_at.eq(work.now.naive_utc()),
            deliveries::holder.eq(None::<String>),
            deliveries::held_until.eq(work.now.naive_utc()),
        ))
        .execute(work.conn)?;
    Ok(())
}
