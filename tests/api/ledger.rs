//! What stands in the ledger, read from its tables: by half months, and of those that are running by days.

use chrono::{Datelike, Days, NaiveDate};

use crate::harness::TestApp;

/// The sum of some cells of an organization's counter.
fn sum(app: &TestApp, table: &str, (code, counter): (&str, &str), cells: &str, which: &str) -> i64 {
    app.database.count(&format!(
        "SELECT CAST(COALESCE(SUM({cells}), 0) AS BIGINT) AS n FROM {table} c \
         JOIN organizations o ON o.id = c.organization_id \
         WHERE o.code = '{code}' AND c.counter = '{counter}' AND c.{which}"
    ))
}

fn cells(letter: char, from: u32, to: u32) -> String {
    (from..=to).map(|place| format!("c.{letter}{place:02}")).collect::<Vec<_>>().join(" + ")
}

/// The first day of a day's half month, the place of the day in it, and that of the half month in its year.
fn half(day: NaiveDate) -> (NaiveDate, u32, u32) {
    let first = if day.day() < 15 { 1 } else { 15 };
    (day.with_day(first).unwrap(), day.day() - first + 1, day.month0() * 2 + first / 15 + 1)
}

/// The first day of which single days are kept.
fn kept_since(app: &TestApp) -> NaiveDate {
    let (running, ..) = half(app.clock.today());
    half(running - Days::new(1)).0
}

/// What a counter of an organization got in the half month of a day.
pub fn around(app: &TestApp, code: &str, counter: &str, day: &str) -> i64 {
    let day: NaiveDate = day.parse().unwrap();
    let (.., place) = half(day);
    sum(app, "counter_years", (code, counter), &cells('h', place, place), &format!("year = {}", day.year()))
}

/// What a stock of an organization is on a day: one of which single days are kept, or the last of a half month.
pub fn until(app: &TestApp, code: &str, counter: &str, day: &str) -> i64 {
    let day: NaiveDate = day.parse().unwrap();
    let (first, place, of_year) = half(day);
    let of = |cells: &str, which: &str| sum(app, "counter_years", (code, counter), cells, which);
    let years = of("c.total", &format!("year < {}", day.year()));
    let this =
        |last: u32| if last == 0 { 0 } else { of(&cells('h', 1, last), &format!("year = {}", day.year())) };
    if half(day + Days::new(1)).0 > day {
        return years + this(of_year);
    }
    assert!(first >= kept_since(app), "of {day} no single days are kept");
    let days = sum(app, "counter_days", (code, counter), &cells('d', 1, place), &format!("half = '{first}'"));
    years + this(of_year - 1) + days
}

/// Everything that was ever added to counters that are called so, and taken from them.
pub fn all(app: &TestApp, counters: &str) -> i64 {
    app.database.count(&format!(
        "SELECT CAST(COALESCE(SUM(c.total), 0) AS BIGINT) AS n FROM counter_years c WHERE c.counter LIKE '{counters}%'"
    ))
}

/// Each year is the sum of its half months, and each half month of which days are kept the sum of its days.
pub fn assert_rolled_up(app: &TestApp) {
    let wrong = format!("SELECT COUNT(*) AS n FROM counter_years c WHERE c.total <> {}", cells('h', 1, 24));
    assert_eq!(app.database.count(&wrong), 0, "totals");
    let days = cells('d', 1, 17);
    for place in 0..24 {
        let (month, first) = (place / 2 + 1, if place % 2 == 0 { 1 } else { 15 });
        let of_year = format!(
            "(SELECT COALESCE(SUM(y.h{:02}), 0) FROM counter_years y WHERE y.organization_id = c.organization_id \
             AND y.counter = c.counter AND CAST(c.half AS TEXT) LIKE CAST(y.year AS TEXT) || '-%')",
            place + 1
        );
        let wrong = format!(
            "SELECT COUNT(*) AS n FROM counter_days c WHERE CAST(c.half AS TEXT) LIKE '%-{month:02}-{first:02}' \
             AND c.half >= '{}' AND {days} <> {of_year}",
            kept_since(app)
        );
        assert_eq!(app.database.count(&wrong), 0, "{month:02}-{first:02}");
    }
}
