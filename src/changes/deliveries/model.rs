//! When a failed call is made again. Pure.

use chrono::TimeDelta;

/// Before the second call.
const FIRST: TimeDelta = TimeDelta::seconds(5);

/// Doublings after which the pause stays: 5 s × 2¹⁰ is more than an hour.
const DOUBLINGS: i32 = 10;

/// Between two calls, never longer.
const LONGEST: TimeDelta = TimeDelta::hours(1);

/// The pause after so many failed calls: twice as long each time, and up to a half of it less by chance, so that targets that
/// failed together are not called together again. `chance` is any of 256 equal ones.
pub fn pause(failures: i32, chance: u8) -> TimeDelta {
    let doublings = failures.saturating_sub(1).clamp(0, DOUBLINGS);
    let whole = (FIRST * 2_i32.pow(doublings.unsigned_abs())).min(LONGEST);
    whole - whole / 2 * i32::from(chance) / 256
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
        let longest: Vec<i64> = (1..=13).map(|failures| pause(failures, 0).num_seconds()).collect();
        assert_eq!(longest, [5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600, 3600]);
        assert_eq!(pause(i32::MAX, 0), LONGEST);
        for failures in 1..=13 {
            let (most, least) = (pause(failures, 0), pause(failures, 255));
            assert!(least < most && least * 2 > most, "{failures}");
        }
        // 40 s - 20 s × 64/256.
        assert_eq!(pause(4, 64).num_seconds(), 35);
    }

    #[test]
    fn only_success_takes() {
        let taken: Vec<u16> =
            [199, 200, 202, 204, 299, 300, 302, 404, 410, 500].into_iter().filter(|s| takes(*s)).collect();
        assert_eq!(taken, [200, 202, 204, 299]);
    }
}
