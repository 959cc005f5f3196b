//! Reorganizations: what each kind does, and that no past reading changes.

use serde_json::{Value, json};

use crate::harness::{Answer, Client, TestApp};
use crate::on_both;
use crate::organizations::{create, described, now, on};

pub const URL: &str = "/api/v1/reorganizations";
/// The day of every decision here that succeeds.
pub const DAY: &str = "2021-07-01";
const BEFORE: [&str; 6] =
    ["2014-12-31", "2015-01-01", "2017-06-15", "2020-02-29", "2020-12-31", "2021-06-30"];
const AFTER: [&str; 3] = ["2021-07-01", "2022-01-01", "2026-01-05"];

/// A decision of a kind from [`DAY`] on, with what else it says.
pub fn decision(kind: &str, more: &Value) -> Value {
    let mut body = json!({"kind": kind, "legal_basis": "Nghị quyết 18-NQ/TW", "effective_on": DAY});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

pub fn new(code: &str, more: &Value) -> Value {
    let mut successor = json!({"code": code, "name": format!("Mới {code}"), "kind": "department"});
    successor.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    successor
}

/// Everything that can be read of some days. Left out is where a validity ends, which no past day could have known.
fn readings(client: &Client, days: &[&str]) -> Vec<Value> {
    let mut readings = Vec::new();
    for day in days {
        let list =
            client.get(&format!("/api/v1/organizations?limit=500&as_of={day}")).send().expect(200).json();
        for mut organization in list["items"].as_array().unwrap().clone() {
            let code = organization["code"].as_str().unwrap().to_owned();
            organization["valid_to"] = Value::Null;
            for entry in organization["codes"].as_array_mut().unwrap() {
                entry["valid_to"] = Value::Null;
            }
            let path = format!("/api/v1/organizations/{code}/tree?depth=32&as_of={day}");
            readings.push(json!([day, organization, client.get(&path).send().expect(200).json()]));
        }
    }
    readings
}

/// The codes of each day from [`DAY`] on, the same on all.
fn codes_after(client: &Client) -> Vec<String> {
    let on = |day| client.get(&format!("/api/v1/organizations?as_of={day}")).send().expect(200).each("code");
    let days: Vec<Vec<String>> = AFTER.iter().map(on).collect();
    assert!(days.windows(2).all(|pair| pair[0] == pair[1]), "{days:?}");
    days.into_iter().next().unwrap()
}

fn written(app: &TestApp) -> [i64; 5] {
    ["organizations", "organization_states", "reorganizations", "successions", "audit_entries"]
        .map(|table| app.database.count(&format!("SELECT COUNT(*) AS n FROM {table}")))
}

/// Looks, does it, and holds both to the rules of every reorganization. Answers what was done.
#[track_caller]
fn carry_out(app: &TestApp, body: &Value) -> Value {
    let root = app.root();
    let (past, rows) = (readings(&root, &BEFORE), written(app));
    let look = root.post(&format!("{URL}?validate_only=true"), body).send().expect(200).json();
    assert_eq!((&look["id"], written(app)), (&Value::Null, rows));
    let answer = root.post(URL, body).send().expect(201);
    let done = answer.json();
    assert_eq!(done["changes"], look["changes"]);
    assert_eq!(readings(&root, &BEFORE), past, "the past changed");
    let id = done["id"].as_str().unwrap();
    assert_eq!(answer.header("location"), Some(format!("{URL}/{id}").as_str()));
    assert_eq!(root.get(&format!("{URL}/{id}")).send().expect(200).json(), done);
    assert_eq!(written(app)[4], rows[4] + 1);
    done
}

/// Who was changed, and whether it was there before and is after.
fn changed(done: &Value) -> Vec<(&str, bool, bool)> {
    let there = |change: &Value, when: &str| change[when].is_object();
    let changes = done["changes"].as_array().unwrap();
    changes.iter().map(|c| (c["code"].as_str().unwrap(), there(c, "before"), there(c, "after"))).collect()
}

/// The weight with which one carries on another's records; 0 if it does not.
fn weight(app: &TestApp, predecessor: &str, successor: &str) -> i64 {
    app.database.count(&format!(
        "SELECT CAST(COALESCE(SUM(s.weight), 0) AS BIGINT) AS n FROM successions s \
         JOIN organizations p ON p.id = s.predecessor_id JOIN organizations n ON n.id = s.successor_id \
         WHERE p.code = '{predecessor}' AND n.code = '{successor}'"
    ))
}

fn parent(client: &Client, code: &str) -> Value {
    now(client, code).json()["parent"].clone()
}

fn decide(app: &TestApp, kind: &str, more: &Value) -> Answer {
    app.root().post(URL, &decision(kind, more)).send()
}

on_both! {
    fn a_merge_makes_a_new_organization_and_moves_those_below(app) {
        app.province();
        let done = carry_out(app, &decision("merge", &json!({
            "predecessors": ["H19.06", "H19.09"], "successors": [new("H19.20", &json!({"short_name": "Sở mới"}))]
        })));
        assert_eq!(changed(&done), [
            ("H19.06", true, false), ("H19.06.02", true, true), ("H19.09", true, false), ("H19.09.01", true, true),
            ("H19.20", false, true),
        ]);
        let root = app.root();
        assert_eq!(codes_after(&root), ["H19", "H19.06.02", "H19.09.01", "H19.20"]);
        for (code, above) in [("H19.06.02", "H19.20"), ("H19.09.01", "H19.20"), ("H19.20", "H19")] {
            assert_eq!(parent(&root, code), above);
        }
        assert_eq!(now(&root, "H19.06").json()["valid_to"], DAY);
        on(&root, "H19.20", "2021-06-30").problem(404, "not-found");
        assert_eq!((weight(app, "H19.06", "H19.20"), weight(app, "H19.09", "H19.20")), (100, 100));
    }

    fn a_merge_into_one_of_the_parties_lets_it_go_on(app) {
        app.province();
        let done = carry_out(app, &decision("merge", &json!({
            "predecessors": ["H19.06", "H19.09"], "successors": [{"code": "H19.06"}]
        })));
        assert_eq!(changed(&done), [("H19.09", true, false), ("H19.09.01", true, true)]);
        let root = app.root();
        assert_eq!(codes_after(&root), ["H19", "H19.06", "H19.06.02", "H19.09.01"]);
        assert_eq!((parent(&root, "H19.09.01"), parent(&root, "H19.06.02")), (json!("H19.06"), json!("H19.06")));
        assert_eq!((weight(app, "H19.09", "H19.06"), weight(app, "H19.06", "H19.06")), (100, 100));
    }

    fn whoever_goes_on_unchanged_may_know_of_the_decision(app) {
        app.province();
        let body = decision("merge", &json!({"predecessors": ["H19.06.02", "H19.09.01"], "successors": [{"code": "H19.06.02"}]}));
        let id = carry_out(app, &body)["id"].as_str().unwrap().to_owned();
        for org in ["H19.06.02", "H19.06", "H19.09.01"] {
            app.caller("reader", org, "organizations:read").get(&format!("{URL}/{id}")).send().expect(200);
        }
    }

    fn a_merge_takes_an_organization_together_with_the_one_above_it(app) {
        app.province();
        create(&app.root(), "H19.06.03", &described("Phòng", "division", Some("H19.06"), "2016-01-01"));
        carry_out(app, &decision("merge", &json!({
            "predecessors": ["H19.06", "H19.06.02"], "successors": [new("H19.20", &json!({}))]
        })));
        let root = app.root();
        assert_eq!(codes_after(&root), ["H19", "H19.06.03", "H19.09", "H19.09.01", "H19.20"]);
        assert_eq!(parent(&root, "H19.06.03"), "H19.20");
    }

    fn a_merge_into_an_organization_below_lifts_it_to_the_place_of_the_one_above(app) {
        app.province();
        create(&app.root(), "H19.06.03", &described("Phòng", "division", Some("H19.06"), "2016-01-01"));
        carry_out(app, &decision("merge", &json!({
            "predecessors": ["H19.06", "H19.06.02"], "successors": [{"code": "H19.06.02"}]
        })));
        let root = app.root();
        assert_eq!(codes_after(&root), ["H19", "H19.06.02", "H19.06.03", "H19.09", "H19.09.01"]);
        assert_eq!((parent(&root, "H19.06.02"), parent(&root, "H19.06.03")), (json!("H19"), json!("H19.06.02")));
    }

    fn a_split_hands_everyone_below_to_one_successor(app) {
        app.province();
        create(&app.root(), "H19.06.03", &described("Phòng", "division", Some("H19.06"), "2016-01-01"));
        let done = carry_out(app, &decision("split", &json!({"predecessors": ["H19.06"], "successors": [
            new("H19.21", &json!({"weight": 60, "children": ["H19.06.02"]})),
            new("H19.22", &json!({"weight": 40, "children": ["H19.06.03"]}))
        ]})));
        assert_eq!(changed(&done), [
            ("H19.06", true, false), ("H19.06.02", true, true), ("H19.06.03", true, true), ("H19.21", false, true),
            ("H19.22", false, true),
        ]);
        let root = app.root();
        assert_eq!((parent(&root, "H19.06.02"), parent(&root, "H19.06.03")), (json!("H19.21"), json!("H19.22")));
        assert_eq!((weight(app, "H19.06", "H19.21"), weight(app, "H19.06", "H19.22")), (60, 40));
    }

    fn a_split_may_keep_the_predecessor_with_whoever_is_not_handed_over(app) {
        app.province();
        create(&app.root(), "H19.06.03", &described("Phòng", "division", Some("H19.06"), "2016-01-01"));
        let done = carry_out(app, &decision("split", &json!({"predecessors": ["H19.06"], "successors": [
            {"code": "H19.06", "weight": 70, "children": ["H19.06.02"]},
            new("H19.21", &json!({"weight": 30, "children": ["H19.06.03"], "parent": "H19.09"}))
        ]})));
        assert_eq!(changed(&done), [("H19.06.03", true, true), ("H19.21", false, true)]);
        let root = app.root();
        let parents = ["H19.06.02", "H19.06.03", "H19.21"].map(|code| parent(&root, code));
        assert_eq!(parents, ["H19.06", "H19.21", "H19.09"].map(|code| json!(code)));
        assert_eq!((weight(app, "H19.06", "H19.06"), weight(app, "H19.06", "H19.21")), (70, 30));
    }

    fn a_rename_changes_names_and_nothing_else(app) {
        app.province();
        let done = carry_out(app, &decision("rename", &json!({
            "predecessors": ["H19.06"], "successors": [{"code": "H19.06", "name": "Sở Khoa học, Công nghệ"}]
        })));
        let state = |name: &str| json!({"name": name, "short_name": null, "kind": "department", "parent": "H19"});
        assert_eq!(done["changes"], json!([
            {"code": "H19.06", "before": state("Tổ chức H19.06"), "after": state("Sở Khoa học, Công nghệ")}
        ]));
        assert_eq!(written(app)[3], 0, "the same organization: no succession");
        assert_eq!(codes_after(&app.root()), ["H19", "H19.06", "H19.06.02", "H19.09", "H19.09.01"]);
    }

    fn a_transfer_moves_organizations_with_all_below_them(app) {
        app.province();
        let done = carry_out(app, &decision("transfer", &json!({"predecessors": ["H19.06"], "parent": "H19.09"})));
        assert_eq!(changed(&done), [("H19.06", true, true)]);
        let within = "/api/v1/organizations?within=H19.09&as_of=";
        let root = app.root();
        assert_eq!(root.get(&format!("{within}{DAY}")).send().expect(200).each("code"), ["H19.06", "H19.06.02", "H19.09", "H19.09.01"]);
        assert_eq!(root.get(&format!("{within}2021-06-30")).send().expect(200).each("code"), ["H19.09", "H19.09.01"]);
    }

    fn a_dissolution_ends_a_whole_branch(app) {
        app.province();
        let done = carry_out(app, &decision("dissolve", &json!({"predecessors": ["H19.06", "H19.06.02"]})));
        assert_eq!(changed(&done), [("H19.06", true, false), ("H19.06.02", true, false)]);
        assert_eq!(codes_after(&app.root()), ["H19", "H19.09", "H19.09.01"]);
        assert_eq!(written(app)[3], 0);
    }

    fn every_kind_has_its_parties(app) {
        app.province();
        let one = json!([{"code": "H19.06"}]);
        let two = json!([new("H19.21", &json!({"weight": 50})), new("H19.22", &json!({"weight": 50}))]);
        for (kind, more) in [
            ("merge", json!({"predecessors": ["H19.06"], "successors": one})),
            ("merge", json!({"predecessors": ["H19.06", "H19.09"], "successors": []})),
            ("merge", json!({"predecessors": ["H19.06", "H19.09"], "successors": two})),
            ("merge", json!({"predecessors": ["H19.06", "H19.06"], "successors": [new("H19.21", &json!({}))]})),
            ("merge", json!({"predecessors": ["H19.06", "H19.09"], "successors": one, "parent": "H19"})),
            ("split", json!({"predecessors": ["H19.06"], "successors": one})),
            ("split", json!({"predecessors": ["H19.06", "H19.09"], "successors": two})),
            ("split", json!({"predecessors": ["H19.06"], "successors": [two[0], two[0]]})),
            ("rename", json!({"predecessors": ["H19.06"], "successors": [{"code": "H19.09", "name": "Khác"}]})),
            ("rename", json!({"predecessors": ["H19.06"], "successors": []})),
            ("transfer", json!({"predecessors": ["H19.06"], "successors": []})),
            ("transfer", json!({"predecessors": ["H19.06"], "successors": one, "parent": "H19.09"})),
            ("dissolve", json!({"predecessors": ["H19.06"], "successors": one})),
            ("dissolve", json!({"predecessors": ["H19.06"], "parent": "H19"})),
        ] {
            let refused = app.root().post(URL, &decision(kind, &more)).send();
            assert_eq!((refused.status, &refused.json()["code"]), (422, &json!("reorganization-parties")), "{kind} {more}");
        }
        let none = decide(app, "dissolve", &json!({"predecessors": []})).faults();
        assert_eq!(none[0].0, "/predecessors");
    }

    fn a_party_is_named_once_by_whichever_code(app) {
        app.province();
        let mut body = described("Tổ chức H19.06", "department", Some("H19"), "2015-01-01");
        body["codes"] = json!([{"code": "000.00.06.H19"}]);
        crate::organizations::put(&app.root(), "H19.06", &body).expect(200);
        let both = json!(["H19.06", "000.00.06.H19"]);
        let halves = json!([{"code": "H19.06", "weight": 50}, {"code": "000.00.06.H19", "weight": 50}]);
        for (kind, more) in [
            ("merge", json!({"predecessors": both, "successors": [new("H19.20", &json!({}))]})),
            ("transfer", json!({"predecessors": both, "parent": "H19.09"})),
            ("dissolve", json!({"predecessors": both})),
            ("split", json!({"predecessors": ["H19.06"], "successors": halves})),
        ] {
            decide(app, kind, &more).problem(422, "reorganization-parties");
        }
        carry_out(app, &decision("rename", &json!({
            "predecessors": ["000.00.06.H19"], "successors": [{"code": "000.00.06.H19", "name": "Mới"}]
        })));
        assert_eq!(now(&app.root(), "H19.06").json()["name"], "Mới");
    }

    fn weights_of_a_split_make_a_hundred(app) {
        app.province();
        for (first, second) in [(json!(60), json!(39)), (json!(60), json!(41)), (json!(60), Value::Null)] {
            let successors = json!([new("H19.21", &json!({"weight": first})), new("H19.22", &json!({"weight": second}))]);
            decide(app, "split", &json!({"predecessors": ["H19.09"], "successors": successors}))
                .problem(422, "reorganization-weights");
        }
        let negative = json!([new("H19.21", &json!({"weight": -1})), new("H19.22", &json!({"weight": 101}))]);
        let faults = decide(app, "split", &json!({"predecessors": ["H19.09"], "successors": negative})).faults();
        assert_eq!(faults.len(), 2, "{faults:?}");
    }
}
