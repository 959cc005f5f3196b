//! The funnel: disjoint states that add up, in any subtree, as of any day, as a recomputation from random histories says.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use crate::emulation_exemplars::{event, happens, model, register};
use crate::emulation_movements::{emulation, launch, with, yearly};
use crate::harness::Client;
use crate::on_both;

const ORGANIZATIONS: [&str; 5] = ["H19", "H19.06", "H19.06.02", "H19.09", "H19.09.01"];
const FIELDS: [&str; 4] = ["economy", "culture_society", "defence_security", "political_system"];
const LEVELS: [&str; 3] = ["base", "ward", "province"];
const STATES: [&str; 7] =
    ["registered", "implementing", "appraised", "recognised", "replicated", "lapsed", "withdrawn"];

/// An exemplar by what it is counted by, with the day of its registration and its steps, each so many days later.
#[derive(Clone, Debug)]
struct Plan {
    organization: usize,
    field: usize,
    level: usize,
    year: i64,
    in_movement: bool,
    from: i64,
    steps: Vec<i64>,
    ends: Option<(bool, i64)>,
}

/// How it went: since which day of the year 2020 it stood how. Written down from the words of the process alone.
fn life(plan: &Plan) -> Vec<(i64, &'static str)> {
    let mut day = plan.from;
    let mut life = vec![(day, "registered")];
    for (place, later) in plan.steps.iter().enumerate() {
        day += later;
        life.push((day, STATES[place + 1]));
    }
    if let Some((withdrawn, later)) = plan.ends
        && (withdrawn || life.len() > 1)
    {
        life.push((day + later, if withdrawn { "withdrawn" } else { "lapsed" }));
    }
    life
}

fn plans() -> Vec<Plan> {
    let one = (
        (0..5_usize, 0..4_usize, 0..3_usize, 2019..=2020_i64, any::<bool>()),
        (0..120_i64, prop::collection::vec(0..40_i64, 0..5), prop::option::of((any::<bool>(), 0..30_i64))),
    );
    let one = one.prop_map(|((organization, field, level, year, in_movement), (from, steps, ends))| Plan {
        organization,
        field,
        level,
        year,
        in_movement,
        from,
        steps,
        ends,
    });
    prop::collection::vec(one, 30).new_tree(&mut TestRunner::deterministic()).unwrap().current()
}

fn day(number: i64) -> String {
    (chrono::NaiveDate::from_ymd_opt(2020, 1, 1).unwrap() + chrono::TimeDelta::days(number)).to_string()
}

fn push(client: &Client, plans: &[Plan]) {
    for (number, plan) in plans.iter().enumerate() {
        let mut body = with(model(ORGANIZATIONS[plan.organization]), "field", json!(FIELDS[plan.field]));
        body["level"] = json!(LEVELS[plan.level]);
        body["year"] = json!(plan.year);
        body["registered_on"] = json!(day(plan.from));
        if plan.in_movement {
            body["movement"] = json!("m");
        }
        register(client, number, &body).expect(201);
        for (since, state) in life(plan).into_iter().skip(1) {
            let verb = match state {
                "implementing" => "implement",
                "appraised" => "appraise",
                "recognised" => "recognise",
                "replicated" => "replicate",
                "lapsed" => "lapse",
                _ => "withdraw",
            };
            assert_eq!(happens(client, number, &event(verb, &day(since))).expect(200).json()["state"], state);
        }
    }
}

/// What the recomputation counts, by key and state.
fn expected(
    plans: &[Plan],
    top: &str,
    last: i64,
    by: &str,
    narrowed: impl Fn(&Plan) -> bool,
) -> BTreeMap<String, [i64; 7]> {
    let mut counts: BTreeMap<String, [i64; 7]> = BTreeMap::new();
    for plan in plans.iter().filter(|plan| narrowed(plan)) {
        let organization = ORGANIZATIONS[plan.organization];
        let below = organization == top || organization.starts_with(&format!("{top}."));
        let stood = life(plan).into_iter().rev().find(|(since, _)| *since <= last);
        let Some((_, state)) = stood.filter(|_| below) else { continue };
        let key = match by {
            "organization" => organization,
            "field" => FIELDS[plan.field],
            _ => LEVELS[plan.level],
        };
        let place = STATES.iter().position(|one| *one == state).unwrap();
        counts.entry(key.to_owned()).or_default()[place] += 1;
    }
    counts
}

fn counts(row: &Value) -> [i64; 7] {
    STATES.map(|state| row[state].as_i64().unwrap())
}

/// What the service counts; the states of each row add up to its total, and the rows to the total of all.
fn found(client: &Client, query: &str) -> BTreeMap<String, [i64; 7]> {
    let view = client.get(&format!("/api/v1/emulation/funnel?{query}")).send().expect(200).json();
    let rows = view["items"].as_array().unwrap();
    let mut sums = [0; 7];
    for row in rows.iter().chain([&view["total"]]) {
        assert_eq!(counts(row).iter().sum::<i64>(), row["total"].as_i64().unwrap(), "{query}");
    }
    for row in rows {
        sums.iter_mut().zip(counts(row)).for_each(|(sum, n)| *sum += n);
    }
    assert_eq!(counts(&view["total"]), sums, "{query}");
    rows.iter().map(|row| (row["key"].as_str().unwrap().to_owned(), counts(row))).collect()
}

on_both! {
    fn the_funnel_says_what_a_recomputation_says(app) {
        app.province();
        let root = app.root();
        launch(&root, "m", &yearly("H19")).expect(201);
        let plans = plans();
        push(&root, &plans);
        // The last days of periods, counted from New Year.
        for (period, last) in [("2020-01", 30), ("2020-Q1", 90), ("2020-05", 151), ("2020-H1", 181), ("2020-9M", 273), ("2020", 365)] {
            for by in ["organization", "field", "level"] {
                for top in ["H19", "H19.06", "H19.09.01"] {
                    let query = format!("org={top}&period={period}&by={by}");
                    assert_eq!(found(&root, &query), expected(&plans, top, last, by, |_| true), "{query}");
                }
            }
            let stood = expected(&plans, "H19", last, "organization", |_| true).into_values();
            let [registered, implementing, appraised, recognised, replicated, lapsed, _] =
                stood.fold([0; 7], |sum, one| std::array::from_fn(|place| sum[place] + one[place]));
            let path = format!("/api/v1/figures?kpi=exemplars-recognised&org=H19&period={period}");
            let figure = root.get(&path).send().expect(200).json()["items"][0].clone();
            let all = registered + implementing + appraised + recognised + replicated + lapsed;
            assert_eq!((&figure["numerator"], &figure["denominator"]), (&json!(recognised + replicated), &json!(all)), "{period}");
        }
        assert_eq!(found(&root, "org=H19&by=level"), expected(&plans, "H19", 10_000, "level", |_| true), "today");
        assert_eq!(found(&root, "org=H19&movement=m"), expected(&plans, "H19", 10_000, "organization", |plan| plan.in_movement));
        assert_eq!(found(&root, "org=H19&year=2019&by=field"), expected(&plans, "H19", 10_000, "field", |plan| plan.year == 2019));
        // The 14th of June is the last day of the half year of NĐ 09/2019.
        assert_eq!(found(&root, "org=H19&period=2020-H1&scheme=nd09"), expected(&plans, "H19", 165, "organization", |_| true));
        let explained = root.get("/api/v1/figures/explain?kpi=exemplars-recognised&org=H19&period=2020&limit=500").send().expect(200).json();
        let records = explained["items"].as_array().unwrap();
        assert!(!records.is_empty() && records.iter().all(|record| record["kind"] == "exemplar"));
    }

    fn the_table_is_the_same_for_people_and_only_of_the_own_subtree(app) {
        app.province();
        let root = app.root();
        register(&root, 1, &model("H19.06")).expect(201);
        register(&root, 2, &model("H19.09")).expect(201);
        happens(&root, 2, &event("implement", "2020-03-01")).expect(200);
        let csv = root.get("/api/v1/emulation/funnel.csv?org=H19&by=field").send().expect(200).text();
        let lines: Vec<&str> = csv.trim_start_matches('\u{feff}').lines().collect();
        assert_eq!(lines, [
            "Mã,Tên,Đăng ký,Đang thực hiện,Đã thẩm định,Công nhận,Nhân rộng,Không duy trì,Đã rút,Tổng số",
            "political_system,Xây dựng hệ thống chính trị,1,1,0,0,0,0,0,2",
            ",Tổng số,1,1,0,0,0,0,0,2",
        ]);
        let sheet = root.get("/api/v1/emulation/funnel.xlsx?org=H19").send().expect(200);
        assert!(sheet.bytes().starts_with(b"PK"));
        let science = emulation(app, "H19.06");
        let view = science.get("/api/v1/emulation/funnel?org=H19.06").send().expect(200).json();
        assert_eq!(view["total"]["total"], 1);
        assert_eq!(view["items"], json!([{
            "key": "H19.06", "name": "Tổ chức H19.06", "registered": 1, "implementing": 0, "appraised": 0, "recognised": 0, "replicated": 0,
            "lapsed": 0, "withdrawn": 0, "total": 1
        }]));
        science.get("/api/v1/emulation/funnel?org=H19").send().problem(404, "not-found");
        science.get("/api/v1/emulation/funnel").send().problem(422, "invalid-request");
    }
}
