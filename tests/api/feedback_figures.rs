//! What cases, ratings, surveys and tallies add to figures, held against counting them anew.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde_json::{Value, json};

use crate::feedback_cases::{case, push};
use crate::harness::Client;
use crate::ledger::assert_rolled_up;
use crate::on_both;
use crate::oracle::calendar::after;
use crate::small_province::{one, told};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A case: whose, of which kind, received, ended how, published.
type Case =
    (&'static str, &'static str, &'static str, Option<(&'static str, &'static str)>, Option<&'static str>);

/// Cases of two departments.
const CASES: [Case; 12] = [
    ("H19.06", "feedback", "2024-01-02", Some(("2024-01-10", "settled")), Some("2024-01-11")),
    ("H19.06", "proposal", "2024-01-02", Some(("2024-01-23", "settled")), Some("2024-03-01")),
    ("H19.06", "feedback", "2024-01-02", Some(("2024-01-24", "settled")), None),
    ("H19.06.02", "feedback", "2024-02-20", Some(("2024-02-22", "refused")), None),
    ("H19.06.02", "feedback", "2024-02-20", Some(("2024-02-23", "refused")), None),
    ("H19.06.02", "proposal", "2024-03-01", Some(("2024-03-04", "transferred")), None),
    ("H19.06", "proposal", "2024-03-01", Some(("2024-03-05", "withdrawn")), None),
    ("H19.06", "feedback", "2024-03-11", None, None),
    ("H19.09", "feedback", "2024-03-28", None, None),
    ("H19.09", "complaint", "2024-01-02", Some(("2024-06-03", "settled")), Some("2024-06-04")),
    ("H19.09", "proposal", "2023-12-20", Some(("2024-06-03", "settled")), Some("2024-06-04")),
    ("H19.09.01", "feedback", "2024-05-02", Some(("2024-05-02", "discontinued")), None),
];

fn cases() -> Vec<Value> {
    let body = |(place, (organization, kind, received, ended, published)): (usize, &Case)| {
        case(
            &format!("C{place}"),
            &json!({
                "organization": organization, "kind": kind, "received_on": received, "ended_on": ended.map(|(day, _)| day),
                "result": ended.map(|(_, result)| result), "published_on": published
            }),
        )
    };
    CASES.iter().enumerate().map(body).collect()
}

/// On time and published, each out of what, counted case by case for a subtree and the days of a period.
fn counted(top: &str, first: &str, last: &str) -> [(i64, i64); 2] {
    let (first, last) = (day(first), day(last));
    let mut sums = [(0, 0); 2];
    for (organization, kind, received, ended, published) in CASES {
        let below = organization == top || organization.starts_with(&format!("{top}."));
        if !below || kind == "complaint" {
            continue;
        }
        let limit = if ended.is_some_and(|(_, result)| result == "refused") { 2 } else { 15 };
        let due = after(day(received), limit);
        let within = |day: NaiveDate| first <= day && day <= last;
        match ended.map(|(ended, result)| (day(ended), result)) {
            Some((ended, result)) if ended <= last => {
                let answered = !["withdrawn", "discontinued"].contains(&result);
                if within(ended) && answered {
                    sums[0].0 += i64::from(ended <= due);
                    sums[0].1 += 1;
                }
                if within(ended) && result == "settled" {
                    sums[1].0 += i64::from(published.is_some());
                    sums[1].1 += 1;
                }
            }
            _ if day(received) <= last => {
                sums[0].0 += i64::from(last <= due);
                sums[0].1 += 1;
            }
            _ => {}
        }
    }
    sums
}

fn figure(client: &Client, kpi: &str, org: &str, period: &str) -> (i64, i64) {
    let found = one(client, &format!("kpi={kpi}&org={org}&period={period}"));
    (found[0].as_i64().unwrap(), found[1].as_i64().unwrap())
}

on_both! {
    fn feedback_counts_in_time_and_published_as_counted_by_hand(app) {
        app.province();
        let root = app.root();
        assert!(push(&root, &cases()).each("outcome").iter().all(|outcome| outcome == "created"));
        let months = ["2024-01", "2024-02", "2024-03", "2024-04", "2024-05", "2024-06"];
        let last = ["2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30", "2024-05-31", "2024-06-30"];
        for org in ["H19", "H19.06", "H19.06.02", "H19.09", "H19.09.01"] {
            for (month, last) in months.iter().zip(last) {
                let expected = counted(org, &format!("{month}-01"), last);
                let found = ["feedback-on-time", "feedback-published"].map(|kpi| figure(&root, kpi, org, month));
                assert_eq!(found, expected, "{org} {month}");
            }
            let found = ["feedback-on-time", "feedback-published"].map(|kpi| figure(&root, kpi, org, "2024"));
            assert_eq!(found, counted(org, "2024-01-01", "2024-12-31"), "{org}");
        }
        assert_rolled_up(app);
        // Of the whole year: settled by hand 3 + 1, of which 2 + 1 are published.
        assert_eq!(one(&root, "kpi=feedback-published&org=H19&period=2024"), json!([3, 4, 75]));
        let ranking = root.get("/api/v1/rankings?kpi=feedback-published&org=H19&period=2024").send().expect(200).json();
        assert_eq!(ranking["items"][0]["organization"], "H19.09", "{ranking}");
    }

    fn an_explanation_lists_the_cases_and_nothing_of_complaints(app) {
        app.province();
        let root = app.root();
        push(&root, &cases()).expect(200);
        let page = root.get("/api/v1/figures/explain?kpi=feedback-published&org=H19&period=2024&limit=500").send().expect(200).json();
        let mut sums: BTreeMap<String, i64> = BTreeMap::new();
        let mut codes = Vec::new();
        for item in page["items"].as_array().unwrap() {
            assert_eq!(item["kind"], "feedback_case");
            codes.push(item["code"].as_str().unwrap().to_owned());
            for part in item["adds"].as_array().unwrap() {
                *sums.entry(part["counter"].as_str().unwrap().to_owned()).or_default() += part["n"].as_i64().unwrap();
            }
        }
        codes.sort();
        assert_eq!(codes, ["C0", "C1", "C10", "C2"]);
        assert_eq!((sums["feedback-answers-published"], sums["feedback-handled"]), (3, 4));
    }

    fn no_cases_are_no_cases_and_not_nought_percent(app) {
        app.province();
        let root = app.root();
        for kpi in ["feedback-on-time", "feedback-published", "satisfaction", "satisfaction-surveys", "staff-email", "divisions-inspected"] {
            assert_eq!(one(&root, &format!("kpi={kpi}&org=H19&period=2024")), json!([0, 0, null]), "{kpi}");
        }
        // A case that was neither answered nor is open any more is none either.
        push(&root, &[case("A", &json!({"ended_on": "2024-03-05", "result": "withdrawn"}))]).expect(200);
        assert_eq!(one(&root, "kpi=feedback-on-time&org=H19&period=2024"), json!([0, 0, null]));
        push(&root, &[case("B", &json!({"ended_on": "2024-06-03", "result": "settled"}))]).expect(200);
        assert_eq!(one(&root, "kpi=feedback-on-time&org=H19&period=2024"), json!([0, 1, 0]), "one, and late");
    }

    fn a_correction_takes_back_what_a_case_added(app) {
        app.province();
        let root = app.root();
        let ended = json!({"ended_on": "2024-03-08", "result": "settled", "published_on": "2024-03-08"});
        push(&root, &[case("A", &ended)]).expect(200);
        assert_eq!(one(&root, "kpi=feedback-published&org=H19.06&period=2024"), json!([1, 1, 100]));
        let mut moved = case("A", &ended);
        moved["organization"] = json!("H19.09");
        assert_eq!(push(&root, &[moved]).each("outcome"), ["updated"]);
        let of = |org: &str| one(&root, &format!("kpi=feedback-published&org={org}&period=2024"));
        assert_eq!((of("H19.06"), of("H19.09")), (json!([0, 0, null]), json!([1, 1, 100])));
        let mut complaint = case("A", &ended);
        complaint["kind"] = json!("complaint");
        assert_eq!(push(&root, &[complaint]).each("outcome"), ["updated"]);
        assert_eq!(app.database.count("SELECT COUNT(*) AS n FROM counter_entries WHERE n <> 0"), 0);
        assert_rolled_up(app);
    }

    fn a_closed_period_takes_no_case_of_its_days(app) {
        app.province();
        let root = app.root();
        let reason = json!({"scheme": "calendar", "reason": "Báo cáo đã gửi"});
        root.put("/api/v1/organizations/H19/closings/2024-Q1", &reason).send().expect(201);
        let items = [
            case("A", &json!({"ended_on": "2024-03-08", "result": "settled"})),
            case("B", &json!({"received_on": "2024-04-02"})),
        ];
        assert_eq!(push(&root, &items).each("outcome"), ["failed", "created"]);
        assert_eq!(told(&root, "kpi=feedback-published&org=H19&period=2024-Q1"), [json!(["H19", 0, 0, null])]);
    }
}
