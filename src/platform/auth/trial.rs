//! How often a client's secret may be tried: what guessing costs.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

use crate::platform::fault::{Fault, kinds};

/// Failures of one client within a window before it is made to wait.
const FAILURES: u32 = 10;
/// Seconds of a window.
const WINDOW: i64 = 60;
/// Clients watched at once; a flood of invented names clears the memory rather than fills it.
const WATCHED: usize = 10_000;

/// Failed trials by client, in this process.
#[derive(Default)]
pub(super) struct Trials(Mutex<HashMap<String, (u32, DateTime<Utc>)>>);

impl Trials {
    /// Refuses (429) a client that failed too often lately.
    pub(super) fn admit(&self, client: &str, now: DateTime<Utc>) -> Result<(), Fault> {
        let trials = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some((failures, since)) = trials.get(client) else { return Ok(()) };
        let left = (*since + TimeDelta::seconds(WINDOW) - now).num_seconds();
        if *failures < FAILURES || left <= 0 {
            return Ok(());
        }
        Err(Fault::of(&kinds::THROTTLED).retry_after(u32::try_from(left).unwrap_or(1)))
    }

    /// Counts a failure.
    pub(super) fn failed(&self, client: &str, now: DateTime<Utc>) {
        let mut trials = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if trials.len() >= WATCHED {
            trials.clear();
        }
        let entry = trials.entry(client.to_owned()).or_insert((0, now));
        if now - entry.1 > TimeDelta::seconds(WINDOW) {
            *entry = (0, now);
        }
        entry.0 += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_failures_make_a_client_wait_for_the_rest_of_the_minute() {
        let trials = Trials::default();
        let now: DateTime<Utc> = "2026-01-05T01:00:00Z".parse().unwrap();
        for _ in 0..10 {
            assert!(trials.admit("a", now).is_ok());
            trials.failed("a", now);
        }
        assert_eq!(trials.admit("a", now).unwrap_err().hints.retry_after, Some(60));
        assert!(trials.admit("b", now).is_ok());
        assert!(trials.admit("a", now + TimeDelta::seconds(61)).is_ok());
    }
}
