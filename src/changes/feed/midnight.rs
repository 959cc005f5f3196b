//! Telling, when a day begins, of the organizations that change their place in the tree on it.
//!
//! A move is told when it is decided. One that was decided for a later day takes an organization from the sight of some, and
//! brings it to others, when nobody does anything: so it is told once more on its day.

use std::time::Duration;

use chrono::{NaiveDate, TimeDelta};
use tokio::time::sleep;

use super::{actions, store};
use crate::platform::auth::EVERYWHERE;
use crate::platform::clock::{local_day, new_id};
use crate::platform::{Clock, Db, Fault, OPEN_START, Order};

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
    match db.snapshot(move |conn| actions::due(conn, today)).await? {
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
            db.write(order, move |work| actions::tell(work, today)).await?;
            Ok(())
        }
    }
}
