//! The table of letters: held against counting every letter anew, and what of it is published.

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};
use serde_json::{Value, json};

use crate::feedback_cases::{case, push};
use crate::harness::Client;
use crate::on_both;

const PATH: &str = "/api/v1/reports/letter-handling";
const UNITS: [&str; 4] = ["H19", "H19.06", "H19.06.02", "H19.09"];
const KINDS: [&str; 4] = ["complaint", "denunciation", "feedback", "proposal"];
const RESULTS: [Option<&str>; 8] = [
    None,
    Some("settled"),
    Some("refused"),
    Some("guided"),
    Some("transferred"),
    Some("urged"),
    Some("withdrawn"),
    Some("discontinued"),
];

/// A case as this test remembers it.
struct Remembered {
    unit: &'static str,
    kind: &'static str,
    letters: Vec<NaiveDate>,
    accepted: Option<NaiveDate>,
    ended: Option<(NaiveDate, &'static str)>,
}

/// Cases that are different in everything that counts.
fn remembered() -> Vec<Remembered> {
    let start: NaiveDate = "2023-10-02".parse().unwrap();
    let after = |day: NaiveDate, n: u64| day.checked_add_days(Days::new(n)).unwrap();
    let one = |n: u64| {
        let place = |modulus: u64| usize::try_from(n / 7 % modulus).unwrap();
        let received = after(start, n * 5 % 400);
        let letters = (0..=n % 4).map(|more| after(received, more * (n % 11) * 9)).collect();
        let accepted = (!n.is_multiple_of(3)).then(|| after(received, n % 17));
        let result = RESULTS[usize::try_from(n % 8).unwrap()];
        let ended = result.map(|result| (after(accepted.unwrap_or(received), n % 23 * 4), result));
        Remembered {
            unit: UNITS[place(4)],
            kind: KINDS[usize::try_from(n % 4 * 3 % 4).unwrap()],
            letters,
            accepted,
            ended,
        }
    };
    (0..160).map(one).collect()
}

fn bodies() -> Vec<Value> {
    let body = |(n, one): (usize, Remembered)| {
        let code = if one.kind == "denunciation" {
            format!("0b6f9a4e-52b1-4c0e-9d3f-{n:012x}")
        } else {
            format!("C{n}")
        };
        let channel = (one.kind != "denunciation").then_some("mailbox");
        case(
            &code,
            &json!({
                "organization": one.unit, "kind": one.kind, "channel": channel, "received_on": one.letters[0],
                "further_letters_on": &one.letters[1..], "accepted_on": one.accepted,
                "ended_on": one.ended.map(|(day, _)| day), "result": one.ended.map(|(_, result)| result)
            }),
        )
    };
    remembered().into_iter().enumerate().map(body).collect()
}

/// The columns of some units over some days, letter by letter.
fn counted(units: &[&str], first: &str, last: &str) -> [i64; 25] {
    let (first, last): (NaiveDate, NaiveDate) = (first.parse().unwrap(), last.parse().unwrap());
    let mut c = [0; 26];
    for one in remembered().iter().filter(|one| units.contains(&one.unit)) {
        let decided = [one.accepted, one.ended.map(|(day, _)| day)].into_iter().flatten().min();
        let place = KINDS.iter().position(|kind| *kind == one.kind).unwrap().min(2);
        let mut among = false;
        for letter in one.letters.iter().filter(|letter| **letter <= last) {
            let carried = *letter < first;
            if carried && decided.is_some_and(|day| day < first) {
                continue;
            }
            c[1] += 1;
            let of = if carried { 2 } else { 5 };
            c[of + place] += 1;
            if decided.is_none_or(|day| day > last) {
                continue;
            }
            c[8] += 1;
            let result = one.ended.filter(|(day, _)| *day <= last).map(|(_, result)| result);
            if result == Some("refused") {
                continue;
            }
            among = true;
            c[9] += 1;
            c[11 + place] += 1;
            match result {
                Some("settled") => c[14] += 1,
                None => c[15] += 1,
                Some("withdrawn" | "discontinued") => c[16] += 1,
                Some(_) => c[17] += 1,
            }
            if let Some(how) = ["guided", "transferred", "urged"].iter().position(|how| Some(*how) == result)
            {
                c[22] += 1;
                c[23 + how] += 1;
            } else {
                c[18] += 1;
                c[19 + place] += 1;
            }
        }
        c[10] += i64::from(among);
    }
    c[1..].try_into().unwrap()
}

fn columns(of: &Value) -> [i64; 25] {
    let all: Vec<i64> = (1..=25).map(|n| of[format!("c{n}")].as_i64().unwrap()).collect();
    all.try_into().unwrap()
}

fn internal(client: &Client, org: &str, period: &str) -> Value {
    client.get(&format!("{PATH}?org={org}&period={period}&audience=internal")).send().expect(200).json()
}

/// Opinions received and settled on one day.
fn opinions(unit: &str, count: usize) -> Vec<Value> {
    let body = |n: usize| {
        case(
            &format!("{unit}-{n}"),
            &json!({
                "organization": unit, "received_on": "2024-05-06", "ended_on": "2024-05-07", "result": "settled"
            }),
        )
    };
    (0..count).map(body).collect()
}

on_both! {
    fn every_column_is_what_counting_letter_by_letter_gives(app) {
        app.province();
        let root = app.root();
        assert!(push(&root, &bodies()).each("outcome").iter().all(|outcome| outcome == "created"));
        for (period, first, last) in [
            ("2023-Q4", "2023-10-01", "2023-12-31"), ("2024-Q1", "2024-01-01", "2024-03-31"), ("2024-06", "2024-06-01", "2024-06-30"),
            ("2024", "2024-01-01", "2024-12-31"),
        ] {
            let table = internal(&root, "H19", period);
            let of = |units: &[&str]| counted(units, first, last);
            assert_eq!(columns(&table["total"]), of(&UNITS), "{period}");
            let rows = table["rows"].as_array().unwrap();
            let codes: Vec<_> = rows.iter().map(|row| row["organization"].as_str().unwrap()).collect();
            assert_eq!(codes, ["H19", "H19.06", "H19.09"]);
            for (row, units) in rows.iter().zip([&["H19"][..], &["H19.06", "H19.06.02"], &["H19.09"]]) {
                assert_eq!(columns(&row["columns"]), of(units), "{period} {}", row["organization"]);
            }
            let c = |n: usize| of(&UNITS)[n - 1];
            assert!(c(1) > c(8) && c(8) > c(9) && c(9) > c(10), "the test has letters of each sort");
        }
        let table = internal(&root, "H19.06", "2024");
        assert_eq!(columns(&table["total"]), counted(&["H19.06", "H19.06.02"], "2024-01-01", "2024-12-31"));
        // The same as a table for people.
        let csv = root.get(&format!("{PATH}.csv?org=H19.06&period=2024&audience=internal")).send().expect(200).text();
        let total = csv.trim_end().lines().last().unwrap().trim_end_matches('\r');
        let numbers: Vec<i64> = total.split(',').skip(2).map(|cell| cell.parse().unwrap()).collect();
        assert_eq!(numbers, columns(&table["total"]), "{csv}");
        root.get(&format!("{PATH}.xlsx?org=H19.06&period=2024&audience=internal")).send().expect(200);
    }

    fn only_one_table_a_year_is_published(app) {
        app.province();
        let root = app.root();
        push(&root, &opinions("H19.06", 20)).expect(200);
        for query in [
            "org=H19.06&period=2024", "org=H19&period=2024-Q2", "org=H19&period=2024-05", "org=H19&period=2024&scheme=nd09",
            "org=H19&period=2026", "org=H19&period=2024-H1", "org=H19&period=2024-9M",
        ] {
            root.get(&format!("{PATH}?{query}")).send().problem(422, "letters-not-for-publication");
            root.get(&format!("{PATH}?{query}&audience=internal")).send().expect(200);
        }
        let public = root.get(&format!("{PATH}?org=H19&period=2024")).send().expect(200).json();
        assert_eq!((&public["audience"], &public["total"]["c1"]), (&json!("public"), &json!(20)));
        let officer = app.caller("officer", "H19.06", "feedback:read");
        officer.get(&format!("{PATH}?org=H19.06&period=2024")).send().problem(422, "letters-not-for-publication");
        officer.get(&format!("{PATH}?org=H19&period=2024")).send().problem(404, "not-found");
    }

    fn what_is_small_is_not_published_and_nothing_gives_it_away(app) {
        app.province();
        app.organization("H19.10", "department", Some("H19"));
        let root = app.root();
        let opaque = |n: usize| case(&format!("0b6f9a4e-52b1-4c0e-9d3f-{n:012x}"), &json!({
            "organization": "H19.10", "kind": "denunciation", "channel": null, "received_on": "2024-05-06", "accepted_on": "2024-05-07"
        }));
        // Of H19.09 four letters; without H19.10 left out too, the total would tell them.
        let items = [opinions("H19.06", 30), opinions("H19.09", 4), opinions("H19.10", 12)].concat();
        push(&root, &items).expect(200);
        let published = || root.get(&format!("{PATH}?org=H19&period=2024")).send().expect(200).json();
        let shown = |table: &Value| -> BTreeSet<String> {
            let rows = table["rows"].as_array().unwrap().iter().filter(|row| row["columns"].is_object());
            rows.map(|row| row["organization"].as_str().unwrap().to_owned()).collect()
        };
        let table = published();
        assert_eq!(shown(&table), ["H19.06".to_owned()].into());
        assert_eq!(table["total"]["c7"], 46);
        // One denunciation is small in the total as well.
        push(&root, &[opaque(1)]).expect(200);
        let table = published();
        assert_eq!((shown(&table), &table["total"]), (["H19.06".to_owned()].into(), &Value::Null));
        // What is known inside stays known inside.
        assert_eq!(internal(&root, "H19", "2024")["total"]["c6"], 1);
        let csv = root.get(&format!("{PATH}.csv?org=H19&period=2024")).send().expect(200).text();
        assert!(csv.contains("Tổng cộng,,,,,"), "{csv}");
    }
}
