//! Participation: stated once for each round, counted in the KPI, and added up in tables as a recomputation adds it up.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use crate::emulation_movements::{emulation, launch, monthly, yearly};
use crate::harness::{Answer, Client};
use crate::on_both;

fn at(organization: &str, movement: &str, round: &str) -> String {
    format!("/api/v1/organizations/{organization}/participation/{movement}/{round}")
}

pub fn states(
    client: &Client,
    (organization, movement, round): (&str, &str, &str),
    members: i64,
    part: i64,
) -> Answer {
    client.put(&at(organization, movement, round), &json!({"members": members, "taking_part": part})).send()
}

/// Numerator and denominator of the KPI.
fn figure(client: &Client, organization: &str, query: &str) -> (Value, Value) {
    let path =
        format!("/api/v1/figures?kpi=movement-participation&org={organization}&include=subtree&{query}");
    let item = client.get(&path).send().expect(200).json()["items"][0].clone();
    (item["numerator"].clone(), item["denominator"].clone())
}

fn table(client: &Client, query: &str) -> Value {
    client.get(&format!("/api/v1/emulation/participation?{query}")).send().expect(200).json()
}

/// Organization, movement, month of 2020 (0 for the year), members, taking part.
type Stated = (usize, usize, usize, i64, i64);

const ORGANIZATIONS: [&str; 5] = ["H19", "H19.06", "H19.06.02", "H19.09", "H19.09.01"];
const MOVEMENTS: [&str; 2] = ["by-month", "by-year"];

fn round((_, movement, month, ..): &Stated) -> String {
    if MOVEMENTS[*movement] == "by-year" { "2020".to_owned() } else { format!("2020-{month:02}") }
}

fn random() -> Vec<Stated> {
    let one = (0..5_usize, 0..2_usize, 1..=12_usize, 0..200_i64, 0..200_i64);
    let one = one.prop_map(|(organization, movement, month, members, part)| {
        (organization, movement, month, members, part.min(members))
    });
    prop::collection::vec(one, 25).new_tree(&mut TestRunner::deterministic()).unwrap().current()
}

on_both! {
    fn participation_is_stated_and_restated_under_its_version(app) {
        app.province();
        let science = emulation(app, "H19.06");
        launch(&science, "m", &monthly("H19.06")).expect(201);
        let created = states(&science, ("H19.06", "m", "2020-06"), 182, 182).expect(201);
        assert_eq!(created.header("location"), Some(at("H19.06", "m", "2020-06").as_str()));
        let shown = json!({"organization": "H19.06", "movement": "m", "round": "2020-06", "members": 182, "taking_part": 182, "percent": 100});
        assert_eq!(science.get(&at("H19.06", "m", "2020-06")).send().expect(200).json(), shown);
        states(&science, ("H19.06", "m", "2020-06"), 182, 181).problem(428, "condition-required");
        let body = json!({"members": 182, "taking_part": 122});
        let changed = science.put(&at("H19.06", "m", "2020-06"), &body).if_match(&created.etag()).send().expect(200);
        assert_eq!(changed.json()["percent"], json!(67.03), "122 of 182 are 67.0329… %");
        let nobody = states(&science, ("H19.06.02", "m", "2020-06"), 0, 0).expect(201).json();
        assert_eq!(nobody["percent"], Value::Null, "of nobody there is no share");
        assert_eq!(states(&science, ("H19.06", "m", "2020-07"), 10, 11).faults(), [("/taking_part".to_owned(), "wrong-sum".to_owned())]);
        for (round, code) in [("2020", "mismatch"), ("2020-Q1", "mismatch"), ("2014-12", "mismatch"), ("2026-02", "in-the-future")] {
            assert_eq!(states(&science, ("H19.06", "m", round), 1, 1).faults(), [("period".to_owned(), code.to_owned())], "{round}");
        }
        states(&science, ("H19.06", "no-movement", "2020-06"), 1, 1).problem(404, "not-found");
        states(&science, ("H19.09", "m", "2020-06"), 1, 1).problem(404, "not-found");
        assert_eq!(states(&app.root(), ("H19.09", "m", "2020-06"), 1, 1).faults(), [("movement".to_owned(), "mismatch".to_owned())], "it does not run there");
        science.post("/api/v1/movements/m/events", &json!({"event": "close", "on": "2020-06-30"})).send().expect(200);
        states(&science, ("H19.06", "m", "2020-07"), 1, 1).problem(409, "movement-closed");
        states(&science, ("H19.06", "m", "2020-05"), 1, 1).expect(201);
    }

    fn a_round_counts_in_the_periods_of_its_name_and_a_closed_one_stays(app) {
        app.province();
        let root = app.root();
        launch(&root, "by-month", &monthly("H19")).expect(201);
        launch(&root, "by-year", &yearly("H19")).expect(201);
        states(&root, ("H19.06", "by-month", "2020-06"), 182, 180).expect(201);
        states(&root, ("H19.06.02", "by-month", "2020-12"), 10, 4).expect(201);
        states(&root, ("H19.06", "by-year", "2020"), 182, 100).expect(201);
        for (query, sums) in [
            ("period=2020-06", (180, 182)), ("period=2020-06&scheme=nd09", (180, 182)), ("period=2020-12", (104, 192)),
            ("period=2020-12&scheme=nd09", (104, 192)), ("period=2020", (284, 374)), ("period=2020&scheme=nd09", (284, 374)),
        ] {
            assert_eq!(figure(&root, "H19", query), (json!(sums.0), json!(sums.1)), "{query}");
        }
        assert_eq!(figure(&root, "H19.06.02", "period=2020"), (json!(4), json!(10)));
        let path = "/api/v1/figures/explain?kpi=movement-participation&org=H19.06&period=2020-06";
        let mut records = root.get(path).send().expect(200).json()["items"].clone();
        records[0]["adds"].as_array_mut().unwrap().sort_by_key(|add| add["n"].as_i64());
        assert_eq!(records, json!([{"kind": "participation", "code": "H19.06 by-month 2020-06", "organization": "H19.06", "adds": [
            {"counter": "movement-members-taking-part", "n": 180, "day": "2020-06-14"}, {"counter": "movement-members", "n": 182, "day": "2020-06-14"},
        ]}]));
        let closing = json!({"scheme": "calendar", "reason": "Đã báo cáo"});
        root.put("/api/v1/organizations/H19.06/closings/2020-06", &closing).send().expect(201);
        let restated = root.put(&at("H19.06", "by-month", "2020-06"), &json!({"members": 182, "taking_part": 182})).if_match("*").send();
        restated.problem(409, "period-closed");
        assert_eq!(root.get(&at("H19.06", "by-month", "2020-06")).send().json()["taking_part"], 180, "nothing half-done");
        states(&root, ("H19.06", "by-month", "2020-07"), 1, 1).expect(201);
    }

    fn the_table_adds_up_as_a_recomputation_does(app) {
        app.province();
        let root = app.root();
        launch(&root, "by-month", &monthly("H19")).expect(201);
        launch(&root, "by-year", &yearly("H19")).expect(201);
        let mut held: BTreeMap<(usize, usize, String), (i64, i64)> = BTreeMap::new();
        for stated in random() {
            let (organization, movement, round) = (stated.0, stated.1, round(&stated));
            let body = json!({"members": stated.3, "taking_part": stated.4});
            let place = at(ORGANIZATIONS[organization], MOVEMENTS[movement], &round);
            let before = held.insert((organization, movement, round), (stated.3, stated.4));
            let sent = root.put(&place, &body);
            if before.is_some() { sent.if_match("*").send().expect(200) } else { sent.send().expect(201) };
        }
        for (top, period, only, by) in [
            ("H19", "2020", None, "organization"), ("H19", "2020", None, "round"), ("H19", "2020", None, "movement"),
            ("H19.06", "2020-H2", None, "organization"), ("H19.06", "2020-12", None, "movement"), ("H19.09", "2020", Some("by-month"), "round"),
        ] {
            let ends = |round: &str| if round.len() == 4 { 12 } else { round[5..].parse::<i64>().unwrap() };
            let months = match period { "2020" => 1..=12, "2020-H2" => 7..=12, _ => 12..=12 };
            let mut expected: BTreeMap<String, (i64, i64)> = BTreeMap::new();
            for ((organization, movement, round), (members, part)) in &held {
                let (organization, movement) = (ORGANIZATIONS[*organization], MOVEMENTS[*movement]);
                let below = organization == top || organization.starts_with(&format!("{top}."));
                if below && months.contains(&ends(round)) && only.is_none_or(|only| only == movement) {
                    let key = match by { "organization" => organization, "round" => round.as_str(), _ => movement };
                    let sums = expected.entry(key.to_owned()).or_default();
                    *sums = (sums.0 + members, sums.1 + part);
                }
            }
            let only = only.map(|only| format!("&movement={only}")).unwrap_or_default();
            let view = table(&root, &format!("org={top}&period={period}&by={by}{only}"));
            let row = |row: &Value| (row["key"].as_str().unwrap().to_owned(), (row["members"].as_i64().unwrap(), row["taking_part"].as_i64().unwrap()));
            let found: BTreeMap<String, (i64, i64)> = view["items"].as_array().unwrap().iter().map(row).collect();
            assert_eq!(found, expected, "{top} {period} by {by}");
            let total = expected.values().fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
            assert_eq!((&view["total"]["members"], &view["total"]["taking_part"]), (&json!(total.0), &json!(total.1)));
            if only.is_empty() && total.0 > 0 {
                assert_eq!(figure(&root, top, &format!("period={period}")), (json!(total.1), json!(total.0)), "the KPI says the same");
            }
        }
        let stranger = emulation(app, "H19.09");
        stranger.get("/api/v1/emulation/participation?org=H19&period=2020").send().problem(404, "not-found");
        let csv = root.get("/api/v1/emulation/participation.csv?org=H19&period=2020").send().expect(200).text();
        assert!(csv.contains("Mã,Tên,Số thành viên,Số tham gia,Tỷ lệ (%)"), "{csv}");
    }
}
