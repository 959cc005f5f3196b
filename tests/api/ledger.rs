//! What stands in the ledger, read from its tables: by days, and rolled up by half months.

use chrono::{Datelike, NaiveDate};

use crate::harness::TestApp;

/// The sum of some cells of an organization's counter.
fn sum(app: &TestApp, (code, counter): (&str, &str), cells: &str, halves: &str) -> i64 {
    app.database.count(&format!(
        "SELECT CAST(COALESCE(SUM({cells}), 0) AS BIGINT) AS n FROM counter_days c \
         JOIN organizations o ON o.id = c.organization_id \
         WHERE o.code = '{code}' AND c.counter = '{counter}' AND c.half {halves}"
    ))
}

fn cells(from: u32, to: u32) -> String {
    (from..=to).map(|place| format!("c.d{place:02}")).collect::<Vec<_>>().join(" + ")
}

fn half(day: NaiveDate) -> (NaiveDate, u32) {
    let first = if day.day() < 15 { 1 } else { 15 };
    (day.with_day(first).unwrap(), day.day() - first + 1)
}

/// What a counter of an organization got on a day.
pub fn on(app: &TestApp, code: &str, counter: &str, day: &str) -> i64 {
    let (first, place) = half(day.parse().unwrap());
    sum(app, (code, counter), &cells(place, place), &format!("= '{first}'"))
}

/// What a stock of an organization is on a day.
pub fn until(app: &TestApp, code: &str, counter: &str, day: &str) -> i64 {
    let (first, place) = half(day.parse().unwrap());
    sum(app, (code, counter), &cells(1, 17), &format!("< '{first}'"))
        + sum(app, (code, counter), &cells(1, place), &format!("= '{first}'"))
}

/// Everything that was ever added to counters that are called so, and taken from them.
pub fn all(app: &TestApp, counters: &str) -> i64 {
    let cells = cells(1, 17);
    app.database.count(&format!(
        "SELECT CAST(COALESCE(SUM({cells}), 0) AS BIGINT) AS n FROM counter_days c WHERE c.counter LIKE '{counters}%'"
    ))
}

/// The half months of each year are the sums of their days.
pub fn assert_rolled_up(app: &TestApp) {
    for place in 0..24 {
        let (month, first) = (place / 2 + 1, if place % 2 == 0 { 1 } else { 15 });
        let of_days = format!(
            "(SELECT COALESCE(SUM({}), 0) FROM counter_days c WHERE c.organization_id = y.organization_id \
             AND c.counter = y.counter AND CAST(c.half AS TEXT) LIKE '%-{month:02}-{first:02}' \
             AND CAST(c.half AS TEXT) LIKE CAST(y.year AS TEXT) || '-%')",
            cells(1, 17)
        );
        let column = format!("h{:02}", place + 1);
        let wrong = format!("SELECT COUNT(*) AS n FROM counter_years y WHERE y.{column} <> {of_days}");
        assert_eq!(app.database.count(&wrong), 0, "{column}");
    }
    let missing = "SELECT COUNT(*) AS n FROM counter_days c WHERE NOT EXISTS (SELECT 1 FROM counter_years y \
         WHERE y.organization_id = c.organization_id AND y.counter = c.counter \
         AND CAST(c.half AS TEXT) LIKE CAST(y.year AS TEXT) || '-%')";
    // A row of days whose sum is nothing has none of its year.
    let some = format!("{missing} AND {} <> 0", cells(1, 17));
    assert_eq!(app.database.count(&some), 0, "a year is missing");
}
