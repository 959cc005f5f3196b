//! Letting go, every hour, the changes that were kept long enough.

use std::time::Duration;

use chrono::TimeDelta;
use tokio::time::sleep;

use super::store;
use crate::platform::{Clock, Db, Fault};

/// Between two rounds, by the service's own clock.
const BETWEEN: TimeDelta = TimeDelta::hours(1);

/// Between two looks at that clock.
const PAUSE: Duration = Duration::from_secs(1);

/// Lets go what is older than that, for as long as the process lives.
pub async fn run(db: &Db, clock: &Clock, kept: TimeDelta) {
    let mut due = clock.now();
    loop {
        if clock.now() >= due {
            due = clock.now() + BETWEEN;
            if let Err(fault) = round(db, kept).await {
                log::warn!("old changes could not be let go: {fault}");
            }
        }
        sleep(PAUSE).await;
    }
}

/// In small steps, so that nobody waits long for the database.
async fn round(db: &Db, kept: TimeDelta) -> Result<(), Fault> {
    while db.tend(move |conn, now| store::sweep(conn, now - kept)).await? {}
    Ok(())
}
