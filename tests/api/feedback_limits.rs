//! Time limits as data: what the service brings along, what an administrator enters, and which cases that reaches.

use serde_json::{Value, json};

use crate::feedback_cases::{BASE, case, push};
use crate::harness::TestApp;
use crate::on_both;

const LIMITS: &str = "/api/v1/feedback-limits";

fn limit(days: &Value) -> Value {
    json!({"days": days, "unit": "calendar_day", "to_working_day": false, "legal_basis": "Luật mới, Điều 1"})
}

/// The day that a case is to end on.
fn settle_by(app: &TestApp, code: &str) -> Value {
    app.root().get(&format!("{BASE}/{code}")).send().expect(200).json()["settle_by"]["on"].clone()
}

on_both! {
    fn the_law_that_is_not_confirmed_has_no_number(app) {
        let root = app.root();
        let list = root.get(&format!("{LIMITS}?limit=500")).send().expect(200).json();
        let items = list["items"].as_array().unwrap();
        let of = |name: &str| -> Vec<(String, Option<i64>)> {
            let named = items.iter().filter(|item| item["name"] == name);
            named.map(|item| (item["valid_from"].as_str().unwrap().to_owned(), item["days"].as_i64())).collect()
        };
        let from = |day: &str, days: Option<i64>| (day.to_owned(), days);
        for (name, days) in [
            ("complaint-acceptance", 10), ("complaint-first", 30), ("complaint-first-complex", 45), ("complaint-first-remote", 45),
            ("complaint-first-remote-complex", 60), ("complaint-second", 45), ("complaint-second-complex", 60),
            ("complaint-second-remote", 60), ("complaint-second-remote-complex", 70),
        ] {
            assert_eq!(of(name), [from("2015-01-01", Some(days)), from("2026-07-01", None)], "{name}");
        }
        assert_eq!(of("denunciation-settlement"), [from("2019-01-01", Some(30)), from("2026-07-01", None)]);
        for (name, days) in [("opinion-refusal", 2), ("opinion-settlement", 15), ("opinion-publication", 2)] {
            assert_eq!(of(name), [from("2022-06-23", Some(days))], "{name}");
        }
        assert_eq!(items.len(), 23);
        assert!(items.iter().all(|item| !item["legal_basis"].as_str().unwrap().is_empty()));
        // Page by page the same.
        let first = root.get(&format!("{LIMITS}?limit=22")).send().expect(200).json();
        let next = root.get(&format!("{LIMITS}?limit=22&cursor={}", first["next"].as_str().unwrap())).send().expect(200).json();
        assert_eq!(next["items"].as_array().unwrap(), &items[22..]);
    }

    fn a_limit_is_everybody_s_and_changes_under_its_version(app) {
        app.province();
        let root = app.root();
        let path = format!("{LIMITS}/complaint-first/2026-07-01");
        app.caller("officer", "H19", "admin").put(&path, &limit(&json!(20))).send().problem(403, "out-of-reach");
        let shown = root.get(&path).send().expect(200);
        assert_eq!((&shown.json()["days"], &shown.json()["unit"]), (&Value::Null, &json!("calendar_day")));
        root.put(&path, &limit(&json!(20))).send().problem(428, "condition-required");
        let set = root.put(&path, &limit(&json!(20))).if_match(&shown.etag()).send().expect(200);
        assert_eq!(set.json()["days"], 20);
        root.put(&path, &limit(&json!(21))).if_match(&shown.etag()).send().problem(412, "version-mismatch");
        assert_eq!(root.put(&path, &limit(&json!(20))).if_match("*").send().expect(200).etag(), set.etag(), "the same again");
        let other = format!("{LIMITS}/complaint-first/2027-01-01");
        assert_eq!(root.put(&other, &limit(&json!(25))).send().expect(201).header("location"), Some(other.as_str()));
        for (body, place) in [
            (limit(&json!(-1)), "/days"),
            (limit(&json!(1001)), "/days"),
            (json!({"unit": "calendar_day", "to_working_day": false, "legal_basis": "x"}), "/days"),
            (json!({"days": 1, "unit": "week", "to_working_day": false, "legal_basis": "x"}), "/unit"),
        ] {
            assert_eq!(root.put(&other, &body).if_match("*").send().faults()[0].0, place, "{body}");
        }
        root.get(&format!("{LIMITS}/complaint-first/2028-01-01")).send().problem(404, "not-found");
    }

    fn a_case_is_given_a_limit_that_becomes_known_and_keeps_one_that_was(app) {
        app.province();
        let root = app.root();
        // 2 June 2022 is a Thursday, twelve days before the limits of the portal were measured.
        let early = case("A", &json!({"received_on": "2022-06-02"}));
        let known = case("B", &json!({"received_on": "2024-03-04"}));
        assert_eq!(push(&root, &[early.clone(), known.clone()]).each("outcome"), ["created", "created"]);
        assert_eq!((settle_by(app, "A"), settle_by(app, "B")), (Value::Null, json!("2024-03-25")));
        root.put(&format!("{LIMITS}/opinion-settlement/2020-01-01"), &limit(&json!(10))).send().expect(201);
        root.put(&format!("{LIMITS}/opinion-settlement/2024-01-01"), &limit(&json!(3))).send().expect(201);
        assert_eq!((settle_by(app, "A"), settle_by(app, "B")), (Value::Null, json!("2024-03-25")), "nothing by itself");
        assert_eq!(push(&root, &[early, known]).each("outcome"), ["updated", "unchanged"]);
        assert_eq!((settle_by(app, "A"), settle_by(app, "B")), (json!("2022-06-12"), json!("2024-03-25")));
        let later = case("C", &json!({"received_on": "2024-03-04"}));
        assert_eq!(push(&root, &[later]).each("outcome"), ["created"]);
        assert_eq!(settle_by(app, "C"), "2024-03-07", "by the limit in force then");
    }
}
