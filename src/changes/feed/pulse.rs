//! Waiting for the next change, in whatever process it is made: one question to the database for all that wait.

use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout_at};

use super::store;
use crate::platform::Db;
use crate::platform::health::Phase;

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(250);

/// Most that wait in one process; who comes after them is answered at once.
const MOST: usize = 1000;

#[derive(Clone, Copy, Default)]
struct Beat {
    last: i64,
    /// The process stops.
    over: bool,
}

/// Tells those who wait that something was committed. Nobody holds a connection while it waits.
#[derive(Default)]
pub struct Pulse {
    beat: watch::Sender<Beat>,
}

impl Pulse {
    /// Waits until something is committed after a number. Answers whether it was, before the deadline and before the process
    /// is told to stop.
    pub async fn after(&self, seq: i64, deadline: Instant) -> bool {
        if self.beat.receiver_count() >= MOST {
            return false;
        }
        let mut heard = self.beat.subscribe();
        let news = heard.wait_for(|beat| beat.over || beat.last > seq);
        matches!(timeout_at(deadline, news).await, Ok(Ok(beat)) if !beat.over)
    }

    /// Looks, while anybody waits, until the process is told to stop.
    pub async fn run(&self, db: &Db, phase: &Phase) {
        while !phase.draining.load(Ordering::Relaxed) {
            if self.beat.receiver_count() > 0 {
                match db.read(store::last).await {
                    Ok(last) => self.tell(last),
                    Err(fault) => log::debug!("whether anything changed could not be read: {fault}"),
                }
            }
            sleep(PAUSE).await;
        }
        self.beat.send_modify(|beat| beat.over = true);
    }

    fn tell(&self, last: i64) {
        self.beat.send_if_modified(|beat| {
            // Also less than before: then the database was set back to an earlier day, and what was the end is none.
            let news = last != beat.last;
            beat.last = last;
            news
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[actix_web::test]
    async fn who_waits_hears_what_is_later_and_nobody_hears_what_is_no_news() {
        let (pulse, deadline) = (Pulse::default(), Instant::now() + PAUSE * 400);
        let mut heard = pulse.beat.subscribe();
        pulse.tell(5);
        assert!(pulse.after(4, deadline).await && heard.has_changed().unwrap());
        heard.mark_unchanged();
        pulse.tell(5);
        assert!(!heard.has_changed().unwrap());
        // The database was set back: who waits for what comes after 3 must not be told of 5 over and over.
        pulse.tell(3);
        assert!(heard.has_changed().unwrap());
        assert!(!pulse.after(3, Instant::now()).await);
        assert!(pulse.after(2, deadline).await);
    }
}
