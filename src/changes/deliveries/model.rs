//! When a failed call is made again. Pure.

use chrono::{DateTime, TimeDelta, Utc};

/// Before the second call.
const FIRST: TimeDelta = TimeDelta::seconds(5);

/// Doublings after which the pause stays: 5 s × 2¹⁰ is more than an hour.
const DOUBLINGS: i32 = 10;

/// Between two calls, never longer.
const LONGEST: TimeDelta = TimeDelta::hours(1);

/// The pause after so many failed calls: twice as long each time, and up to a half of it less by chance, so that targets that
/// failed together are not called together again. `chance` is any of 256 equal ones. A longer one that the target asks for is kept,
/// up to the longest.
pub fn pause(failures: i32, chance: u8, asked: Option<TimeDelta>) -> TimeDelta {
    let doublings = failures.saturating_sub(1).clamp(0, DOUBLINGS);
    let whole = (FIRST * 2_i32.pow(doublings.unsigned_abs())).min(LONGEST);
    let own = whole - whole / 2 * i32::from(chance) / 256;
    own.max(asked.unwrap_or(own).min(LONGEST))
}

/// The pause that `Retry-After` asks for (RFC 9110 §10.2.3): seconds, or a moment. None for what is neither.
pub fn asked_pause(text: &str, now: DateTime<Utc>) -> Option<TimeDelta> {
    let text = text.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        // More than a number holds is more than the longest.
        return Some(text.parse().ok().and_then(TimeDelta::try_seconds).unwrap_or(LONGEST));
    }
    DateTime::parse_from_rfc2822(text).ok().map(|moment| moment.to_utc() - now)
}

/// Whether a status says that a message was taken.
pub fn takes(status: u16) -> bool {
    (200..300).contains(&status)
}

/// The status by which a target says that it is no more, and wants no further calls (Standard Webhooks).
pub const GONE: u16 = 410;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pause_doubles_up_to_an_hour_and_chance_takes_less_than_a_half() {
        let longest: Vec<i64> = (1..=13).map(|failures| pause(failures, 0, None).num_seconds()).collect();
        assert_eq!(longest, [5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600, 3600]);
        assert_eq!(pause(i32::MAX, 0, None), LONGEST);
        for failures in 1..=13 {
            let (most, least) = (pause(failures, 0, None), pause(failures, 255, None));
            assert!(least < most && least * 2 > most, "{failures}");
        }
        // 40 s - 20 s × 64/256.
        assert_eq!(pause(4, 64, None).num_seconds(), 35);
    }

    #[test]
    fn a_target_that_asks_for_a_longer_pause_has_it_up_to_an_hour() {
        let now = "2026-01-05T01:00:00Z".parse().unwrap();
        let after = |text: &str| asked_pause(text, now).map(|asked| pause(1, 0, Some(asked)).num_seconds());
        for (text, seconds) in [
            ("120", Some(120)),
            (" 7 ", Some(7)),
            ("0", Some(5)),
            ("3601", Some(3600)),
            ("99999999999999999999", Some(3600)),
            ("Mon, 05 Jan 2026 01:02:00 GMT", Some(120)),
            ("Mon, 05 Jan 2026 00:00:00 GMT", Some(5)),
            ("Tue, 05 Jan 2027 00:00:00 GMT", Some(3600)),
            ("soon", None),
            ("-5", None),
            ("", None),
        ] {
            assert_eq!(after(text), seconds, "{text}");
        }
    }

    #[test]
    fn only_success_takes() {
        let taken: Vec<u16> =
            [199, 200, 202, 204, 299, 300, 302, 404, 410, 500].into_iter().filter(|s| takes(*s)).collect();
        assert_eq!(taken, [200, 202, 204, 299]);
    }
}
