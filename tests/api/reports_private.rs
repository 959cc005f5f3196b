//! What no report gives away: that there was a denunciation, whatever reports are subtracted from each other.

use serde_json::{Value, json};

use crate::emulation_movements::{launch, monthly};
use crate::emulation_participation::states;
use crate::feedback_cases::{case, push};
use crate::harness::{Client, TestApp};
use crate::on_both;
use crate::reports::figures;

const PERIODS: [(&str, &str); 6] = [
    ("2024-01-01", "2024-12-31"),
    ("2023-01-01", "2024-12-31"),
    ("2024-01-01", "2024-03-31"),
    ("2024-01-01", "2024-06-30"),
    ("2024-02-01", "2024-02-29"),
    ("2024-03-01", "2024-03-31"),
];

/// Letters and receptions of every kind, with denunciations among them or without.
fn world(app: &TestApp, with_denunciations: bool) -> Client {
    app.province();
    let root = app.root();
    let mut items = Vec::new();
    for n in 0..24_usize {
        let kind = ["proposal", "denunciation", "complaint", "feedback"][n % 4];
        let unit = ["H19.06", "H19.06.02", "H19.09"][n % 3];
        let (month, day) = (n % 4 + 1, n % 27 + 1);
        let day = format!("2024-{month:02}-{day:02}");
        if kind != "denunciation" || with_denunciations {
            let channel = (kind != "denunciation").then_some("mailbox");
            items.push(case(&format!("0b6f9a4e-52b1-4c0e-9d3f-{n:012x}"), &json!({
                "organization": unit, "kind": kind, "channel": channel, "received_on": day, "accepted_on": day, "ended_on": day, "result": "settled"
            })));
        }
    }
    assert!(push(&root, &items).each("outcome").iter().all(|outcome| outcome == "created"));
    for (unit, day, [complaints, denunciations, opinions]) in [
        ("H19.06", "2024-02-29", [3, 7, 2]),
        ("H19.06.02", "2024-03-12", [0, 1, 0]),
        ("H19.09", "2024-03-12", [9, 1, 4]),
    ] {
        let denunciations = if with_denunciations { denunciations } else { 0 };
        let visits = complaints + denunciations + opinions;
        let counts = json!({"visits": visits, "people": visits, "groups": 0, "complaints": complaints, "denunciations": denunciations,
            "opinions": opinions, "accepted": 0, "guided": 0, "transferred": 0});
        root.put(&format!("/api/v1/organizations/{unit}/receptions/{day}"), &json!({"counts": counts}))
            .send()
            .expect(201);
    }
    root
}

fn report(client: &Client, org: &str, (from, to): (&str, &str)) -> Value {
    client
        .get(&format!("/api/v1/reports/mass-mobilization?org={org}&from={from}&to={to}"))
        .send()
        .expect(200)
        .json()
}

fn feedback(report: &Value) -> Value {
    report["parts"].as_array().unwrap().iter().find(|part| part["part"] == "feedback").unwrap().clone()
}

fn texts(report: &Value) -> Vec<String> {
    feedback(report)["sentences"]
        .as_array()
        .unwrap()
        .iter()
        .map(|sentence| sentence["text"].as_str().unwrap().to_owned())
        .collect()
}

on_both! {
    fn a_denunciation_changes_no_report(app) {
        let other = TestApp::start(app.backend);
        let (one, other) = (world(app, true), world(&other, false));
        for org in ["H19", "H19.06", "H19.06.02", "H19.09"] {
            for days in PERIODS {
                assert_eq!(report(&one, org, days), report(&other, org, days), "{org} {days:?}");
            }
        }
        // They differ where those ask who handle the letters.
        let internal = "/api/v1/reports/letter-handling?org=H19&period=2024&audience=internal";
        assert_ne!(one.get(internal).send().expect(200).json(), other.get(internal).send().expect(200).json());
    }

    fn what_is_counted_is_said_to_be_without_them(app) {
        let root = world(app, true);
        // Of sixteen letters to H19.06 and its division four are denunciations: 1, 9, 13, 21.
        assert_eq!(texts(&report(&root, "H19.06", ("2024-01-01", "2024-12-31"))), [
            "Trong năm 2024, số lượt tiếp công dân (không kể tố cáo): 05; khiếu nại: 03, phản ánh, kiến nghị: 02.",
            "Trong năm 2024, số đơn khiếu nại, kiến nghị, phản ánh phải xử lý: 12, đã xử lý: 12 (12 vụ việc đủ điều kiện), đã giải quyết: 12.",
        ]);
        let part = feedback(&report(&root, "H19.06.02", ("2024-03-01", "2024-03-31")));
        assert_eq!(part["tables"][0]["rows"], json!([["2024-03", 0, 0, 0]]));
    }

    fn a_period_that_is_not_over_says_until_when_it_is_known(app) {
        app.province();
        let root = app.root();
        push(&root, &[case("A", &json!({"received_on": "2026-01-02"}))]).expect(200);
        let told = texts(&report(&root, "H19.06", ("2026-01-01", "2026-12-31")));
        assert!(told[0].starts_with("Trong năm 2026 (tính đến ngày 05/01/2026), số đơn"), "{told:?}");
        let next = "/api/v1/reports/mass-mobilization?org=H19.06&from=2099-01-01&to=2099-12-31";
        assert_eq!(root.get(next).send().faults(), [("from".to_owned(), "in-the-future".to_owned())]);
        let body = json!({"org": "H19.06", "from": "2099-01-01", "to": "2099-12-31"});
        assert_eq!(root.post("/api/v1/reports/sealed", &body).send().faults(), [("/from".to_owned(), "in-the-future".to_owned())]);
    }

    fn a_round_of_the_running_month_stands_in_its_report(app) {
        app.province();
        let root = app.root();
        launch(&root, "m", &monthly("H19")).expect(201);
        states(&root, ("H19.06", "m", "2026-01"), 20, 15).expect(201);
        let told = figures(&report(&root, "H19.06", ("2026-01-01", "2026-01-31")));
        assert_eq!(told["emulation.participation.m"]["value"], 75);
    }
}
