//! The catalogue: the ten KPIs of the report, and definitions that follow each other.

use serde_json::{Value, json};

use crate::harness::{Answer, Client};
use crate::on_both;

/// K1 to K10 of the 2020 report, by the names that the contract fixed, in its order.
pub const TEN: [&str; 10] = [
    "on-time-dossiers",
    "online-service-level-4",
    "procedures-published",
    "feedback-published",
    "staff-meeting-standards",
    "divisions-inspected",
    "satisfaction",
    "internal-e-documents",
    "interagency-e-documents",
    "staff-email",
];

/// A definition with every member.
pub fn definition(name: &str, from: &str) -> Value {
    let term =
        |label: &str, counter: &str| json!({"label": {"vi": label, "en": label}, "counters": [counter]});
    json!({
        "name": {"vi": name, "en": format!("{name} (en)")}, "definition": {"vi": "Là gì", "en": "What it is"},
        "unit": "percent", "direction": "higher_is_better", "decimals": 2, "zero_policy": "unknown", "near": 5,
        "measured": "flow", "method": "a/b", "numerator": term("Tử số", "a"), "denominator": term("Mẫu số", "b"),
        "legal_basis": ["Thông tư 01/2020/TT-VPCP"], "valid_from": from
    })
}

/// What the service brings along beside the ten: other readings of the same records.
const FURTHER: [&str; 13] = [
    "on-time-dossiers-all",
    "on-time-dossiers-766",
    "online-service-level-3-4",
    "procedures-with-online-dossiers",
    "online-dossier-ratio",
    "internal-e-documents-signed",
    "internal-e-documents-any",
    "interagency-e-documents-signed",
    "interagency-e-documents-any",
    "directives-on-time",
    "directives-read",
    "directives-understood",
    "initiatives-recognised",
];

/// The catalogue that the service brings along, in its order.
pub fn brought_along() -> Vec<&'static str> {
    TEN.into_iter().chain(FURTHER).collect()
}

/// Defines a KPI, whatever its version.
pub fn define(client: &Client, kpi: &str, definition: &Value) -> Answer {
    let path = format!("/api/v1/kpis/{kpi}");
    let first = client.put(&path, definition).send();
    if first.status == 428 { client.put(&path, definition).if_match("*").send() } else { first }
}

fn on(client: &Client, kpi: &str, day: &str) -> Answer {
    client.get(&format!("/api/v1/kpis/{kpi}?as_of={day}")).send()
}

on_both! {
    fn the_catalogue_begins_with_the_ten_kpis_of_the_report(app) {
        let reader = app.caller("reader", "H19.06", "kpis:read");
        let list = reader.get("/api/v1/kpis?as_of=2020-12-31").send().expect(200);
        assert_eq!(list.each("id"), brought_along());
        for item in list.json()["items"].as_array().unwrap() {
            let filled = |text: &Value| !text.as_str().unwrap().trim().is_empty();
            for field in ["name", "definition"] {
                assert!(filled(&item[field]["vi"]) && filled(&item[field]["en"]), "{item}");
                assert_ne!(item[field]["vi"], item[field]["en"]);
            }
            for side in ["numerator", "denominator"] {
                assert!(filled(&item[side]["label"]["vi"]) && filled(&item[side]["label"]["en"]), "{item}");
                assert!(!item[side]["counters"].as_array().unwrap().is_empty());
            }
            assert_eq!((&item["unit"], &item["direction"]), (&json!("percent"), &json!("higher_is_better")));
            assert!(item["decimals"].is_u64() && !item["legal_basis"].as_array().unwrap().is_empty());
            assert!(["unknown", "zero", "full"].contains(&item["zero_policy"].as_str().unwrap()));
            assert_eq!(item["valid_to"], Value::Null);
        }
        assert_eq!(reader.get("/api/v1/kpis?as_of=2014-12-31").send().expect(200).json()["items"], json!([]));
    }

    fn a_later_definition_leaves_the_earlier_one_in_force_for_its_time(app) {
        let root = app.root();
        let (first, second) = (definition("Cũ", "2019-01-01"), definition("Mới", "2021-01-01"));
        define(&root, "test-kpi", &first).expect(201);
        let before = on(&root, "test-kpi", "2020-12-31").expect(200);
        define(&root, "test-kpi", &second).expect(200);
        on(&root, "test-kpi", "2018-12-31").problem(404, "not-found");
        for (day, name, to) in [
            ("2019-01-01", "Cũ", json!("2021-01-01")), ("2020-12-31", "Cũ", json!("2021-01-01")),
            ("2021-01-01", "Mới", Value::Null), ("2026-01-05", "Mới", Value::Null),
        ] {
            let found = on(&root, "test-kpi", day).expect(200).json();
            assert_eq!((&found["name"]["vi"], &found["valid_to"]), (&json!(name), &to), "{day}");
        }
        assert_ne!(before.etag(), on(&root, "test-kpi", "2020-12-31").expect(200).etag());
        let third = definition("Quá sớm", "2020-12-31");
        define(&root, "test-kpi", &third).problem(409, "kpi-later-definition");
        define(&root, "test-kpi", &definition("Sửa", "2021-01-01")).expect(200);
        assert_eq!(on(&root, "test-kpi", "2026-01-05").expect(200).json()["name"]["vi"], "Sửa");
        assert_eq!(on(&root, "test-kpi", "2020-12-31").expect(200).json()["name"]["vi"], "Cũ");
    }

    fn a_new_kpi_comes_last_and_keeps_its_place(app) {
        let root = app.root();
        for kpi in ["zebra", "aardvark"] {
            define(&root, kpi, &definition(kpi, "2016-01-01")).expect(201);
        }
        define(&root, "zebra", &definition("Lại", "2018-01-01")).expect(200);
        define(&root, "satisfaction", &definition("Hài lòng", "2022-01-01")).expect(200);
        let listed = root.get("/api/v1/kpis").send().expect(200).each("id");
        let expected: Vec<&str> = brought_along().into_iter().chain(["zebra", "aardvark"]).collect();
        assert_eq!(listed, expected);
        let mut paged = Vec::new();
        let mut path = "/api/v1/kpis?limit=5".to_owned();
        loop {
            let page = root.get(&path).send().expect(200);
            paged.extend(page.each("id"));
            let Some(next) = page.json()["next"].as_str().map(ToOwned::to_owned) else { break };
            path = format!("/api/v1/kpis?limit=5&cursor={next}");
        }
        assert_eq!(paged, expected);
    }

    fn a_definition_is_changed_by_version_and_the_same_again_is_no_change(app) {
        let root = app.root();
        let body = definition("Chỉ số", "2019-01-01");
        let made = define(&root, "test-kpi", &body).expect(201);
        assert_eq!(made.header("location"), Some("/api/v1/kpis/test-kpi"));
        let path = "/api/v1/kpis/test-kpi";
        root.put(path, &body).send().problem(428, "condition-required");
        assert_eq!(root.put(path, &body).if_match(&made.etag()).send().expect(200).etag(), made.etag());
        let second = root.put(path, &definition("Khác", "2019-01-01")).if_match(&made.etag()).send().expect(200);
        root.put(path, &body).if_match(&made.etag()).send().problem(412, "version-mismatch");
        assert_eq!(root.get(path).send().expect(200).etag(), second.etag());
    }

    fn only_whoever_reaches_everywhere_defines(app) {
        app.province();
        let body = definition("Chỉ số", "2019-01-01");
        app.caller("officer", "H19", "admin").put("/api/v1/kpis/test-kpi", &body).send().problem(403, "out-of-reach");
        app.caller("writer", "*", "kpis:write").put("/api/v1/kpis/test-kpi", &body).send().problem(403, "insufficient-scope");
        app.root().get("/api/v1/kpis/test-kpi").send().problem(404, "not-found");
    }

    fn a_definition_is_refused_with_every_fault(app) {
        let mut body = definition("Chỉ số", "2019-01-01");
        body["decimals"] = json!(7);
        body["direction"] = json!("up");
        body["near"] = json!(0.123_456_7);
        body["numerator"]["counters"] = json!([]);
        body["legal_basis"] = json!([]);
        body["name"]["en"] = json!("");
        let places: Vec<String> = app.root().put("/api/v1/kpis/test-kpi", &body).send().faults().into_iter().map(|(place, _)| place).collect();
        for place in ["/decimals", "/direction", "/numerator/counters", "/legal_basis", "/name/en"] {
            assert!(places.contains(&place.to_owned()), "{place} in {places:?}");
        }
        body = definition("Chỉ số", "2019-01-01");
        body["near"] = json!(0.123_456_7);
        let near = app.root().put("/api/v1/kpis/test-kpi", &body).send().faults();
        assert_eq!(near, [("/near".to_owned(), "too-many-decimals".to_owned())]);
        app.root().put("/api/v1/kpis/Test", &definition("Chỉ số", "2019-01-01")).send().problem(404, "not-found");
    }
}
