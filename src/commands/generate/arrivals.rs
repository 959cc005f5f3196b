//! When dossiers come: how many on each day, and at which second of the office day.

use chrono::{Datelike, NaiveDate};

use super::chance::Draw;
use super::days::{Days, OFFICE_DAY, since_tet};

/// Streams of chance above this one are days; this one is for the weight of a day.
const WEATHER: u64 = 1 << 40;

/// How much comes on a worked day, in comparison with others: growth from year to year, the Monday peak, the rush
/// before Tết and the quiet after it, and chance.
fn weight(date: NaiveDate, draw: &mut Draw) -> u64 {
    let permille = |share: u64| move |weight: u64| weight * share / 1000;
    let growth = 1000 + 60 * u64::try_from(date.year() - 2015).unwrap_or(0);
    let weekday = match date.weekday().num_days_from_monday() {
        0 => 1350,
        1 => 1080,
        4 => 920,
        5 => 600,
        _ => 1000,
    };
    let season = match since_tet(date) {
        Some(-4..=-1) => 900,
        Some(-21..=-5) => 1450,
        Some(-35..=-22) => 1200,
        Some(0..=14) => 550,
        Some(15..=24) => 800,
        _ => 1000,
    };
    let chance = u64::try_from(draw.between(850, 1150)).unwrap_or(1000);
    [growth, weekday, season, chance].into_iter().fold(1_000_000, |weight, share| permille(share)(weight))
}

/// The worked days of a span in their order, each with how many dossiers come on it; they sum up to the number asked for.
pub(super) fn spread(
    days: &Days,
    from: NaiveDate,
    to: NaiveDate,
    dossiers: u64,
    seed: u64,
) -> Vec<(usize, usize)> {
    let span = days.number(from)..=days.number(to);
    let weights: Vec<(usize, u64)> = span
        .filter(|day| days.is_worked(*day))
        .map(|day| (day, weight(days.date(day), &mut Draw::new(seed, WEATHER + day as u64))))
        .collect();
    let all: u128 = weights.iter().map(|(_, weight)| u128::from(*weight)).sum();
    let (mut passed, mut given) = (0_u128, 0_u128);
    let count = |(day, weight): (usize, u64)| {
        passed += u128::from(weight);
        // What has come up to the end of the day, rounded down: the last day makes the sum exact.
        let come = u128::from(dossiers) * passed / all.max(1);
        let today = usize::try_from(come - given).unwrap_or(0);
        given = come;
        (day, today)
    };
    weights.into_iter().map(count).collect()
}

/// The seconds of the office day at which so many dossiers are accepted, in their order: more in the morning.
pub(super) fn seconds(draw: &mut Draw, count: usize, into: &mut Vec<usize>) {
    into.clear();
    let half = OFFICE_DAY / 2;
    // The last ten minutes of the day are kept free: whoever is accepted can still be answered on that day.
    into.extend(
        (0..count).map(|_| if draw.permille(600) { draw.below(half) } else { half + draw.below(half - 600) }),
    );
    into.sort_unstable();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn all_come_on_worked_days_with_peaks_on_mondays_and_before_tet() {
        let (from, to) = (day("2016-01-01"), day("2020-12-31"));
        let days = Days::around(from, to);
        let spread = spread(&days, from, to, 1_000_003, 7);
        assert_eq!(spread.iter().map(|(_, count)| count).sum::<usize>(), 1_000_003);
        assert!(spread.iter().all(|(day, _)| days.is_worked(*day)));
        let mean = |wanted: &dyn Fn(NaiveDate) -> bool| {
            let chosen: Vec<usize> =
                spread.iter().filter(|(day, _)| wanted(days.date(*day))).map(|(_, count)| *count).collect();
            chosen.iter().sum::<usize>() / chosen.len()
        };
        let usual = mean(&|_| true);
        let monday = mean(&|date| date.weekday() == chrono::Weekday::Mon);
        let before = mean(&|date| since_tet(date).is_some_and(|since| (-21..=-5).contains(&since)));
        let after = mean(&|date| since_tet(date).is_some_and(|since| (0..=14).contains(&since)));
        assert!(monday > usual * 11 / 10 && before > usual * 12 / 10 && after < usual * 8 / 10);
        assert!(mean(&|date| date.year() == 2020) > mean(&|date| date.year() == 2016));
    }
}
