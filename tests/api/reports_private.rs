//! What no report gives away: how many of the complaints are denunciations, whatever reports are subtracted from each other.

use serde_json::{Value, json};

use crate::feedback_cases::{case, push};
use crate::harness::{Client, TestApp};
use crate::on_both;

const PERIODS: [(&str, &str); 6] = [
    ("2024-01-01", "2024-12-31"),
    ("2023-01-01", "2024-12-31"),
    ("2024-01-01", "2024-03-31"),
    ("2024-01-01", "2024-06-30"),
    ("2024-02-01", "2024-02-29"),
    ("2024-03-01", "2024-03-31"),
];

/// Letters of both kinds and receptions about both, `swapped` with complaints and denunciations in each other's place.
fn world(app: &TestApp, swapped: bool) -> Client {
    app.province();
    let root = app.root();
    let mut items = Vec::new();
    for n in 0..24_usize {
        let is_denunciation = n.is_multiple_of(5) != swapped;
        let unit = ["H19.06", "H19.06.02", "H19.09"][n % 3];
        let day = format!("2024-{:02}-{:02}", n % 4 + 1, n % 27 + 1);
        let kind = if n.is_multiple_of(2) {
            "proposal"
        } else if is_denunciation {
            "denunciation"
        } else {
            "complaint"
        };
        items.push(case(
            &format!("0b6f9a4e-52b1-4c0e-9d3f-{n:012x}"),
            &json!({
                "organization": unit, "kind": kind, "channel": (kind != "denunciation").then_some("mailbox"), "received_on": day, "accepted_on": day
            }),
        ));
    }
    assert!(push(&root, &items).each("outcome").iter().all(|outcome| outcome == "created"));
    for (unit, day, counts) in [
        ("H19.06", "2024-02-29", [3, 7, 2]),
        ("H19.06.02", "2024-03-12", [1, 0, 0]),
        ("H19.09", "2024-03-12", [9, 1, 4]),
    ] {
        let [one, other, opinions] = counts;
        let (complaints, denunciations) = if swapped { (other, one) } else { (one, other) };
        let visits = one + other + opinions;
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
    fn denunciations_in_place_of_complaints_change_no_report(app) {
        let other = TestApp::start(app.backend);
        let (one, other) = (world(app, false), world(&other, true));
        for org in ["H19", "H19.06", "H19.06.02", "H19.09"] {
            for days in PERIODS {
                assert_eq!(report(&one, org, days), report(&other, org, days), "{org} {days:?}");
            }
        }
        // They differ where those ask who handle the letters.
        let internal = "/api/v1/reports/letter-handling?org=H19&period=2024&audience=internal";
        assert_ne!(one.get(internal).send().expect(200).json(), other.get(internal).send().expect(200).json());
    }

    fn kinds_of_few_are_left_out_and_said_to_be(app) {
        let root = world(app, false);
        // In March one came to H19.06.02, with a complaint: one is few.
        assert_eq!(texts(&report(&root, "H19.06.02", ("2024-03-01", "2024-03-31"))), [
            "Trong tháng 3 năm 2024, số lượt tiếp công dân: 01 (không nêu theo loại vì số khiếu nại, tố cáo ít hơn 5).",
            "Trong tháng 3 năm 2024, số đơn phải xử lý: 02, đã xử lý: 02 (02 vụ việc đủ điều kiện), đã giải quyết: 0.",
        ]);
        let part = feedback(&report(&root, "H19.06.02", ("2024-03-01", "2024-03-31")));
        assert_eq!(part["tables"][0]["rows"], json!([["2024-03", 1, 1, 0, null, null]]));
        // Of the year 3 + 7 + 1 are not, nor is the 2 beside them.
        assert_eq!(texts(&report(&root, "H19.06", ("2024-01-01", "2024-12-31")))[0],
            "Trong năm 2024, số lượt tiếp công dân: 13; khiếu nại, tố cáo: 11, phản ánh, kiến nghị: 02.");
    }
}
