//! The recomputation against what is printed in `reference/kpis.md`, and against lives worked out by hand.

use chrono::{Datelike, Days, NaiveDate};

use super::calendar::{after, due, works};
use super::counts::{Counts, lives};
use super::dossier::{Lateness, Life, Status, Term, TermUnit};
use super::example::{FIFTEEN_DAYS, at, day, dossier, june, records, worked_example};
use super::figures::{Basis, Include, Oracle, Ratio, Shown, columns, ranking, ratio};
use super::organizations::{Decision, Tree};
use super::periods::{Period, Scheme};
use Status::{
    Accepted, Completed, FinancialObligation, ObligationMet, RefusedAtIntake, Rescheduled, Returned, Stopped,
    Submitted, SupplementReceived, SupplementRequested, Withdrawn,
};

/// Start, working days, due day: §5.3.
pub const VECTORS: [(&str, u32, &str); 9] = [
    ("2020-06-04", 15, "2020-06-25"),
    ("2020-04-01", 3, "2020-04-07"),
    ("2020-09-01", 1, "2020-09-03"),
    ("2022-04-29", 3, "2022-05-06"),
    ("2024-04-26", 5, "2024-05-07"),
    ("2026-01-01", 2, "2026-01-06"),
    ("2026-02-13", 1, "2026-02-23"),
    ("2020-06-06", 1, "2020-06-08"),
    ("2018-12-28", 3, "2019-01-04"),
];

#[test]
fn due_days_are_those_of_the_reference() {
    for (start, working_days, expected) in VECTORS {
        assert_eq!(after(day(start), working_days), day(expected), "{start} + {working_days}");
    }
}

/// §5.2, last column.
#[test]
fn a_year_has_as_many_working_days_as_the_reference_says() {
    for (year, expected) in (2015..).zip([250, 251, 250, 250, 252, 252, 250, 249, 249, 251, 250, 250]) {
        let first = NaiveDate::from_ymd_opt(year, 1, 1).unwrap();
        let days = (0..366).map(|n| first + Days::new(n)).filter(|day| day.year() == year);
        assert_eq!(days.filter(|day| works(*day)).count(), expected, "{year}");
    }
}

#[test]
fn terms_of_every_unit_end_where_a_clerk_would_say() {
    for (start, amount, unit, expected) in [
        ("2020-06-01", 5, TermUnit::CalendarDay, "2020-06-08 00:00"), // 6 June is a Saturday
        ("2020-01-31", 1, TermUnit::Month, "2020-03-02 00:00"),       // 29 February is a Saturday
        ("2020-05-29", 1, TermUnit::Month, "2020-06-29 00:00"),
        ("2020-06-01 08:00", 4, TermUnit::WorkingHour, "2020-06-01 13:30"),
        ("2020-06-01 08:00", 8, TermUnit::WorkingHour, "2020-06-02 08:00"),
        ("2020-06-01 09:00", 2, TermUnit::WorkingHour, "2020-06-01 11:00"),
        ("2020-06-01 12:10", 4, TermUnit::WorkingHour, "2020-06-01 17:00"),
        ("2020-06-05 16:00", 2, TermUnit::WorkingHour, "2020-06-08 08:30"),
        ("2020-06-06 09:00", 4, TermUnit::WorkingHour, "2020-06-08 11:30"),
    ] {
        assert_eq!(due(at(start), Term { amount, unit }), at(expected), "{start} + {amount} {unit:?}");
    }
}

fn life(events: &[(Status, &str)]) -> Life {
    Life::of(&dossier("D", "H19", events), FIFTEEN_DAYS).expect("a dossier that counts")
}

/// In days of June 2020: what is open at their ends, and what of that is past.
fn open_and_past(life: &Life, from: u32, to: u32) -> (Vec<u32>, Vec<u32>) {
    let june = |n| NaiveDate::from_ymd_opt(2020, 6, n).unwrap();
    let open: Vec<u32> = (from..=to).filter(|n| life.is_open(june(*n))).collect();
    let past = open.iter().copied().filter(|n| life.is_past(june(*n))).collect();
    (open, past)
}

#[test]
fn it_is_open_until_it_ends_and_past_from_the_day_after_its_due_day() {
    // Due on 25 June.
    let late = life(&[(Returned, "2020-07-01"), (Completed, "2020-06-29"), (Accepted, "2020-06-04 23:59")]);
    assert_eq!(open_and_past(&late, 3, 30), ((4..29).collect(), vec![26, 27, 28]));
    assert_eq!((late.ended_on(), late.lateness()), (Some(day("2020-06-29")), Some(Lateness::Late)));
    for (ended, lateness, on_time) in [
        ("2020-06-24 17:00", Lateness::Early, true),
        ("2020-06-25 23:59", Lateness::OnDay, true),
        ("2020-06-26 00:00", Lateness::Late, false),
    ] {
        for how in [Completed, Returned, Stopped, Withdrawn] {
            let life = life(&[(Accepted, "2020-06-04"), (how, ended)]);
            assert_eq!(life.lateness(), Some(lateness), "{how:?} {ended}");
            assert_eq!(life.is_on_time_766(day("2020-06-30")), on_time);
        }
    }
    let at_once = life(&[(Accepted, "2020-06-04 08:00"), (Completed, "2020-06-04 09:00")]);
    assert_eq!(open_and_past(&at_once, 1, 30).0, [0_u32; 0]);
}

#[test]
fn what_was_never_accepted_counts_nowhere() {
    for events in [
        vec![(Submitted, "2020-06-04")],
        vec![(Submitted, "2020-06-04"), (Withdrawn, "2020-06-05")],
        vec![(Submitted, "2020-06-04"), (RefusedAtIntake, "2020-06-05")],
        vec![(Accepted, "2020-06-04"), (RefusedAtIntake, "2020-06-05")],
    ] {
        assert!(Life::of(&dossier("D", "H19", &events), FIFTEEN_DAYS).is_none());
    }
}

#[test]
fn a_supplement_moves_the_due_day_by_its_working_days() {
    // Asked on a Wednesday, there on a Monday: Thursday, Friday, Monday. From 25 June to 30 June.
    let waited =
        [(Accepted, "2020-06-04"), (SupplementRequested, "2020-06-24"), (SupplementReceived, "2020-06-29")];
    let moved = life(&waited);
    assert_eq!(open_and_past(&moved, 4, 30), ((4..=30).collect(), vec![]));
    assert!(moved.is_past(day("2020-07-01")) && !moved.is_past(day("2020-06-30")));
    assert_eq!(moved.current_due(day("2020-06-30")).date(), day("2020-06-30"));
    // QĐ 766 takes five days from the end, and keeps the appointment: 30 June − 5 = 25 June.
    assert!(moved.is_on_time_766(day("2020-06-30")) && !moved.is_on_time_766(day("2020-07-01")));
    // Waiting long after the due day it is within; under QĐ 766 the day of the request counts.
    let waiting = life(&waited[..2]);
    assert!(!waiting.is_past(day("2020-12-31")) && waiting.is_on_time_766(day("2020-12-31")));
    // Asked when it was past already: past before, within while waiting, and again when there is nothing left.
    let tardy = life(&[
        (Accepted, "2020-06-04"),
        (SupplementRequested, "2020-06-29"),
        (SupplementReceived, "2020-06-29 09:00"),
    ]);
    assert_eq!(open_and_past(&tardy, 25, 30).1, [26, 27, 28, 29, 30]);
    let tardy = life(&[(Accepted, "2020-06-04"), (SupplementRequested, "2020-06-29")]);
    assert_eq!(open_and_past(&tardy, 25, 30).1, [26, 27, 28]);
    assert!(!tardy.is_on_time_766(day("2020-06-30")));
}

#[test]
fn a_second_request_is_overdue_under_766_and_no_second_wait_while_it_waits() {
    let twice = life(&[
        (Accepted, "2020-06-04"),
        (SupplementRequested, "2020-06-08"),
        (SupplementRequested, "2020-06-10"),
        (SupplementReceived, "2020-06-12"),
        (SupplementRequested, "2020-06-08"),
    ]);
    assert!(twice.is_on_time_766(day("2020-06-09")) && !twice.is_on_time_766(day("2020-06-10")));
    // 9, 10, 11 and 12 June: from Thursday 25 June to Wednesday 1 July.
    assert_eq!(twice.current_due(day("2020-06-12")).date(), day("2020-07-01"));
}

#[test]
fn waits_that_overlap_are_one_wait() {
    let both = life(&[
        (Accepted, "2020-06-04"),
        (SupplementRequested, "2020-06-08"),
        (FinancialObligation, "2020-06-09"),
        (SupplementReceived, "2020-06-10"),
        (ObligationMet, "2020-06-12"),
    ]);
    assert_eq!(both.current_due(day("2020-06-11")).date(), day("2020-06-25"));
    assert_eq!(both.current_due(day("2020-06-12")).date(), day("2020-07-01"));
    // Only the two days of the supplement are taken off under QĐ 766.
    assert!(both.is_on_time_766(day("2020-06-27")) && !both.is_on_time_766(day("2020-06-28")));
}

#[test]
fn a_new_appointment_is_in_force_from_its_day_on() {
    let again = life(&[
        (Accepted, "2020-06-04"),
        (SupplementRequested, "2020-06-08"),
        (SupplementReceived, "2020-06-09"),
        (Rescheduled, "2020-06-29 to 2020-07-03"),
        (FinancialObligation, "2020-07-01"),
        (ObligationMet, "2020-07-02"),
        (Completed, "2020-07-06"),
    ]);
    // Due on 26 June by the supplement, on 3 July by the appointment, on Monday 6 July by the obligation.
    assert_eq!(open_and_past(&again, 25, 30).1, [27, 28]);
    assert_eq!(again.current_due(day("2020-07-01")).date(), day("2020-07-03"));
    assert_eq!(again.lateness(), Some(Lateness::OnDay));
    // 6 July − 1 day is after 3 July. On 27 June the appointment of 25 June was what was synced, one day of waiting taken off:
    // 27 − 1 is past it. From 29 June on it is that of 3 July.
    assert!(!again.is_on_time_766(day("2020-07-06")) && !again.is_on_time_766(day("2020-06-27")));
    assert!(again.is_on_time_766(day("2020-06-26")) && again.is_on_time_766(day("2020-06-29")));
}

#[test]
fn withdrawn_while_waiting_it_waited_until_then() {
    let events = [(Accepted, "2020-06-04"), (SupplementRequested, "2020-06-25"), (Withdrawn, "2020-07-20")];
    let withdrawn = life(&events);
    assert_eq!(open_and_past(&withdrawn, 25, 30).1, [0_u32; 0]);
    assert_eq!(
        (withdrawn.lateness(), withdrawn.current_due(day("2020-12-31")).date()),
        (Some(Lateness::OnDay), day("2020-07-20"))
    );
    assert!(withdrawn.is_on_time_766(day("2020-07-20")));
}

#[test]
fn a_term_in_hours_counts_moments() {
    let hours = |events: &[(Status, &str)]| {
        let mut made = dossier("D", "H19", events);
        made.term = Some(Term { amount: 4, unit: TermUnit::WorkingHour });
        Life::of(&made, FIFTEEN_DAYS).unwrap()
    };
    for (ended, lateness, on_time) in [
        ("2020-06-01 12:59", Lateness::Early, true),
        ("2020-06-01 13:00", Lateness::OnDay, true),
        ("2020-06-01 13:59", Lateness::OnDay, false),
        ("2020-06-01 14:00", Lateness::Late, false),
    ] {
        let life = hours(&[(Accepted, "2020-06-01 08:00"), (Completed, ended)]);
        assert_eq!(
            (life.lateness(), life.is_on_time_766(day("2020-06-01"))),
            (Some(lateness), on_time),
            "{ended}"
        );
    }
    // Due at 08:00 on the second: past at the end of that day, whatever the day would say.
    let open = hours(&[(Accepted, "2020-06-01 13:00")]);
    assert_eq!(open.original_due, at("2020-06-01 17:00"));
    assert_eq!(open_and_past(&open, 1, 2).1, [1, 2]);
    assert!(!open.is_on_time_766(day("2020-06-01")));
}

#[test]
fn the_worked_example_comes_to_what_is_printed() {
    let records = records(worked_example("H19"));
    let lives = lives(&records);
    let oracle = Oracle::new(&records, &lives, day("2026-01-05"));
    let counts = oracle.subtree("H19", Basis::AsWas, &june());
    let rates =
        ["on-time-dossiers", "on-time-dossiers-all", "on-time-dossiers-766"].map(|kpi| ratio(kpi, &counts));
    assert_eq!(rates, [Ratio(85, 90), Ratio(112, 120), Ratio(112, 120)]);
    assert_eq!(rates.map(Ratio::percent), [Some(94.44), Some(93.33), Some(93.33)]);
    assert_eq!(columns(&counts), [120, 0, 100, 20, 90, 60, 25, 5, 30, 27, 3]);
    assert_eq!(oracle.handling("H19", &june(), "field")["Khoa học và công nghệ"], columns(&counts));
    let july = oracle.subtree("H19", Basis::AsWas, &Period::month(Scheme::Calendar, 2020, 7));
    assert_eq!((july.carried_over, july.past), (30, 30));
}

#[test]
fn periods_are_those_of_the_decree() {
    let name = |scheme, first, last| -> Vec<String> {
        let touching = Period::touching(scheme, day(first), day(last));
        touching.into_iter().map(|period| period.name).collect()
    };
    assert_eq!(
        name(Scheme::Nd09, "2020-12-15", "2020-12-15"),
        ["2021", "2021-H1", "2021-9M", "2021-Q1", "2021-01"]
    );
    assert_eq!(name(Scheme::Calendar, "2020-12-15", "2020-12-15"), ["2020", "2020-H2", "2020-Q4", "2020-12"]);
    let year = Period::year(Scheme::Nd09, 2020);
    assert_eq!((year.first, year.last), (day("2019-12-15"), day("2020-12-14")));
}

fn province() -> Tree {
    let mut tree = Tree::default();
    for (code, parent) in [
        ("H19", None),
        ("H19.A", Some("H19")),
        ("H19.B", Some("H19")),
        ("H19.B1", Some("H19.B")),
        ("H19.C", Some("H19")),
    ] {
        tree.add(code, "other", day("2015-01-01"), parent);
    }
    let parties = ["H19.A".to_owned(), "H19.B".to_owned()];
    tree.decide(&Decision::Merge { on: day("2021-07-01"), parties, heir: "H19.D".to_owned() });
    tree.decide(&Decision::Transfer {
        on: day("2022-01-01"),
        who: "H19.B1".to_owned(),
        parent: "H19.C".to_owned(),
    });
    tree
}

#[test]
fn organizations_stand_where_they_stood_and_heirs_have_what_they_had() {
    let mut records = records(Vec::new());
    records.tree = province();
    for (code, at) in
        [("H19.A", "2021-06-01"), ("H19.B", "2021-06-02"), ("H19.B1", "2021-06-03"), ("H19.D", "2021-08-01")]
    {
        records.push_dossier(&dossier(code, code, &[(Accepted, at)]));
    }
    let lives = lives(&records);
    let oracle = Oracle::new(&records, &lives, day("2026-01-05"));
    let accepted = |code, basis, year| {
        let period = Period::year(Scheme::Calendar, year);
        oracle.subtree(code, basis, &period).otherwise
    };
    // At the end of 2021 the closed stand below the province, and whoever was below them below their heir.
    let as_was =
        ["H19", "H19.A", "H19.B", "H19.B1", "H19.C", "H19.D"].map(|code| accepted(code, Basis::AsWas, 2021));
    assert_eq!(as_was, [4, 1, 1, 1, 0, 2]);
    let as_is =
        ["H19", "H19.A", "H19.B", "H19.B1", "H19.C", "H19.D"].map(|code| accepted(code, Basis::AsIs, 2021));
    assert_eq!(as_is, [4, 0, 0, 1, 1, 3]);
    let listed = |basis, year| -> Vec<(String, bool)> {
        let shown = oracle.shown("H19", Include::Children, basis, &Period::year(Scheme::Calendar, year));
        shown.into_iter().map(|shown| (shown.organization, shown.stands)).collect()
    };
    let named = |all: &[(&str, bool)]| -> Vec<(String, bool)> {
        all.iter().map(|(code, stands)| ((*code).to_owned(), *stands)).collect()
    };
    assert_eq!(listed(Basis::AsWas, 2020), named(&[("H19.A", true), ("H19.B", true), ("H19.C", true)]));
    assert_eq!(
        listed(Basis::AsWas, 2022),
        named(&[("H19.A", false), ("H19.B", false), ("H19.C", true), ("H19.D", true)])
    );
    assert_eq!(
        listed(Basis::AsIs, 2020),
        named(&[("H19.A", false), ("H19.B", false), ("H19.C", true), ("H19.D", true)])
    );
}

#[test]
fn shares_are_rounded_for_the_eye_and_ranked_as_they_are() {
    let percents =
        [(1, 3), (2, 3), (1, 800), (85, 90), (0, 7), (7, 7), (0, 0)].map(|(n, d)| Ratio(n, d).percent());
    assert_eq!(percents, [Some(33.33), Some(66.67), Some(0.13), Some(94.44), Some(0.0), Some(100.0), None]);
    let shown: Vec<Shown> = [(1, 2), (33_334, 100_000), (0, 0), (2, 4), (1, 3)]
        .map(|(online, all)| Shown {
            organization: format!("{online} of {all}"),
            counts: Counts { online, otherwise: all - online, ..Counts::default() },
            stands: true,
        })
        .into();
    let ranks: Vec<_> = ranking("online-dossier-ratio", &shown).iter().map(|place| place.rank).collect();
    assert_eq!(ranks, [Some(1), Some(3), None, Some(1), Some(4)]);
}
