//! Telling, when a day begins, of the organizations that change their place in the tree on it.
//!
//! A move is told when it is decided. One that was decided for a later day takes an organization from the sight of some, and
//! brings it to others, when nobody does anything: so it is told once more on its day.

use std::time::Duration;

use chrono::{NaiveDate, TimeDelta};
use serde_json::json;
use tokio::time::sleep;

use super::store;
use crate::organizations::register::store::{Move, moves};
use crate::organizations::topics::ORGANIZATION;
use crate::platform::auth::EVERYWHERE;
use crate::platform::clock::{local_day, new_id};
use crate::platform::{Answer, Change, Clock, Conn, Db, Fault, OPEN_START, Order, Outcome, Reply, Work};

/// Between two looks at the service's clock.
const PAUSE: Duration = Duration::from_secs(1);

/// After midnight: what was decided the day before is committed by then.
const GRACE: TimeDelta = TimeDelta::minutes(1);

/// Tells of each day's moves, for as long as the process lives.
pub async fn run(db: &Db, clock: &Clock) {
    let mut told = OPEN_START;
    loop {
        let today = local_day(clock.now() - GRACE);
        if today > told {
            match begin(db, today).await {
                Ok(()) => told = today,
                Err(fault) => log::warn!("who moves on {today} could not be told: {fault}"),
            }
        }
        sleep(PAUSE).await;
    }
}

/// Begins a day, unless another process has. Where nobody moves that is no change of anything, and leaves no audit entry.
async fn begin(db: &Db, today: NaiveDate) -> Result<(), Fault> {
    match db.snapshot(move |conn| due(conn, today)).await? {
        None => Ok(()),
        Some(moves) if moves.is_empty() => {
            db.tend(move |conn, _| store::begin_day(conn, today)).await?;
            Ok(())
        }
        Some(_) => {
            let order = Order {
                actor: "danvan".to_owned(),
                reach: EVERYWHERE.to_owned(),
                act: "organization.move",
                subject: today.to_string(),
                request_id: new_id(),
                key: None,
            };
            db.write(order, move |work| tell(work, today)).await?;
            Ok(())
        }
    }
}

/// Who moved since the last day that was begun; none if this one was. Before the first day there was nobody to be told.
fn due(conn: &mut Conn, today: NaiveDate) -> Result<Option<Vec<Move>>, Fault> {
    let before = store::begun(conn)?;
    if before >= today {
        return Ok(None);
    }
    if before == OPEN_START { Ok(Some(Vec::new())) } else { moves(conn, before, today).map(Some) }
}

fn tell(work: &mut Work<'_>, today: NaiveDate) -> Answer {
    let Some(moves) = due(work.conn, today)? else { return Reply::ok(&()) };
    // Another process may have been first.
    if !store::begin_day(work.conn, today)? {
        return Reply::ok(&());
    }
    for moved in &moves {
        let change = Change::of(&ORGANIZATION, Outcome::Updated, moved.code.as_str());
        work.tell(change.within([moved.id]).leaving(moved.above));
    }
    let codes: Vec<&str> = moves.iter().map(|moved| moved.code.as_str()).collect();
    Reply::changed_to(&json!({ "day": today, "moved": codes }))
}
