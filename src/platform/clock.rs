//! The time and new identifiers: the only place that asks the system for either.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, SubsecRound, Timelike, Utc};
use uuid::Uuid;

/// Seconds that `Asia/Ho_Chi_Minh` is ahead of UTC. Viet Nam has had no daylight saving time since 1975.
const VIETNAM_OFFSET: i32 = 7 * 3600;

/// Tells the time. Cheap to clone; a test stops it at a moment of its choice.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    stopped: Option<Arc<Mutex<DateTime<Utc>>>>,
}

impl Clock {
    /// The system's clock.
    pub fn system() -> Self {
        Self::default()
    }

    /// A clock that stands still until [`Clock::set`].
    pub fn stopped_at(moment: DateTime<Utc>) -> Self {
        Self { stopped: Some(Arc::new(Mutex::new(moment))) }
    }

    /// Moves a stopped clock; the system's clock is left alone.
    pub fn set(&self, moment: DateTime<Utc>) {
        if let Some(stopped) = &self.stopped {
            *stopped.lock().unwrap_or_else(PoisonError::into_inner) = moment;
        }
    }

    /// The moment, in UTC, to the microsecond: PostgreSQL keeps no more, so that both databases give back what
    /// they were given.
    #[expect(clippy::disallowed_methods, reason = "this is the one door")]
    pub fn now(&self) -> DateTime<Utc> {
        match &self.stopped {
            Some(stopped) => *stopped.lock().unwrap_or_else(PoisonError::into_inner),
            None => Utc::now().trunc_subsecs(6),
        }
    }

    /// Whether nothing of yesterday comes in any more, at whatever process: what is dated before it waits for a lock.
    pub fn is_day_settled(&self) -> bool {
        local_time(self.now()).time().num_seconds_from_midnight() >= 60
    }

    /// The day in Viet Nam, which is the day of every rule.
    pub fn today(&self) -> NaiveDate {
        local_day(self.now())
    }
}

/// What a clock on a wall in Viet Nam shows at a moment.
pub fn local_time(moment: DateTime<Utc>) -> NaiveDateTime {
    match FixedOffset::east_opt(VIETNAM_OFFSET) {
        Some(offset) => moment.with_timezone(&offset).naive_local(),
        None => moment.naive_utc(),
    }
}

/// The day in Viet Nam of a moment.
pub fn local_day(moment: DateTime<Utc>) -> NaiveDate {
    local_time(moment).date()
}

/// A new identifier, in order of time (UUID version 7).
#[expect(clippy::disallowed_methods, reason = "this is the one door")]
pub fn new_id() -> String {
    Uuid::now_v7().to_string()
}

/// The end of a validity that has no end yet. As text it sorts after every real day on both databases.
pub const OPEN_END: NaiveDate = match NaiveDate::from_ymd_opt(9999, 12, 31) {
    Some(day) => day,
    None => NaiveDate::MAX,
};

/// The beginning of what reaches back as far as anything.
pub const OPEN_START: NaiveDate = match NaiveDate::from_ymd_opt(1, 1, 1) {
    Some(day) => day,
    None => NaiveDate::MIN,
};

/// An open end is written as `null`.
pub fn shown_end(end: NaiveDate) -> Option<NaiveDate> {
    (end != OPEN_END).then_some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight_in_viet_nam() {
        let day = |text: &str| local_day(text.parse().unwrap()).to_string();
        assert_eq!(day("2020-12-14T16:59:59Z"), "2020-12-14");
        assert_eq!(day("2020-12-14T17:00:00Z"), "2020-12-15");
    }
}
