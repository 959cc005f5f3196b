//! Working days and terms, by walking from day to day through the list of days off.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use chrono::{Datelike, Days, Months, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Weekday};

use super::dossier::{Term, TermUnit};

static LISTED: LazyLock<BTreeMap<NaiveDate, &str>> = LazyLock::new(|| {
    let rows = include_str!("holidays.csv").lines().skip(1);
    rows.map(|row| (row.split(',').next().unwrap().parse().unwrap(), row.rsplit(',').next().unwrap()))
        .collect()
});

/// Whether offices work on a day.
pub fn works(day: NaiveDate) -> bool {
    match LISTED.get(&day) {
        Some(&"makeup_workday") => true,
        Some(&"unconfirmed") | None => !matches!(day.weekday(), Weekday::Sat | Weekday::Sun),
        Some(_) => false,
    }
}

pub fn next(day: NaiveDate) -> NaiveDate {
    day + Days::new(1)
}

/// The day itself, or the first working day after it.
pub fn moved_to_work(mut day: NaiveDate) -> NaiveDate {
    while !works(day) {
        day = next(day);
    }
    day
}

/// The n-th working day after a day, which does not count itself.
pub fn after(mut day: NaiveDate, working_days: u32) -> NaiveDate {
    for _ in 0..working_days {
        day = moved_to_work(next(day));
    }
    day
}

/// Working days after a day, up to another that counts.
pub fn between(after: NaiveDate, last: NaiveDate) -> u32 {
    let mut count = 0;
    let mut day = after;
    while day < last {
        day = next(day);
        count += u32::from(works(day));
    }
    count
}

fn office() -> [(NaiveTime, NaiveTime); 2] {
    let time = |hour, minute| NaiveTime::from_hms_opt(hour, minute, 0).unwrap();
    [(time(7, 30), time(11, 30)), (time(13, 0), time(17, 0))]
}

/// Office time between two moments.
pub fn time_between(after: NaiveDateTime, last: NaiveDateTime) -> TimeDelta {
    let (mut passed, mut day) = (TimeDelta::zero(), after.date());
    while day <= last.date() {
        for (opens, closes) in office() {
            let (from, to) = (day.and_time(opens).max(after), day.and_time(closes).min(last));
            if works(day) && from < to {
                passed += to - from;
            }
        }
        day = next(day);
    }
    passed
}

/// The moment at which so much office time has passed; none passes none.
pub fn after_time(start: NaiveDateTime, mut left: TimeDelta) -> NaiveDateTime {
    if left == TimeDelta::zero() {
        return start;
    }
    let mut day = start.date();
    loop {
        for (opens, closes) in office() {
            let from = day.and_time(opens).max(start);
            let here = day.and_time(closes) - from;
            if works(day) && here > TimeDelta::zero() {
                if here >= left {
                    return from + left;
                }
                left -= here;
            }
        }
        day = next(day);
    }
}

/// When a term ends that began at a moment. Of a term in days only the day counts.
pub fn due(start: NaiveDateTime, term: Term) -> NaiveDateTime {
    let day = start.date();
    let due = match term.unit {
        TermUnit::WorkingHour => return after_time(start, TimeDelta::hours(term.amount.into())),
        TermUnit::WorkingDay => after(day, term.amount),
        TermUnit::CalendarDay => moved_to_work(day + Days::new(term.amount.into())),
        TermUnit::Month => moved_to_work(day + Months::new(term.amount)),
    };
    due.and_time(NaiveTime::MIN)
}
