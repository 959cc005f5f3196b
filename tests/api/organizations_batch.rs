//! Many organizations in one call: an answer for each item, and nothing half-done.

use serde_json::{Value, json};

use crate::harness::{Answer, Client, TestApp};
use crate::on_both;
use crate::organizations::{create, described, now};

const BATCH: &str = "/api/v1/organizations/batch";

fn item(code: &str, parent: Option<&str>) -> Value {
    let mut item = described(&format!("Tổ chức {code}"), "other", parent, "2015-01-01");
    item["code"] = json!(code);
    item
}

fn send(client: &Client, query: &str, items: &[Value]) -> Answer {
    client.post(&format!("{BATCH}{query}"), &json!({"items": items})).send()
}

/// Outcomes in the order of the answer, after a look at the indexes and the sum.
fn outcomes(answer: &Value) -> Vec<&str> {
    let items = answer["items"].as_array().unwrap();
    let outcomes: Vec<&str> = items.iter().map(|item| item["outcome"].as_str().unwrap()).collect();
    for (index, item) in items.iter().enumerate() {
        assert_eq!(item["index"], index);
        assert_eq!(item["problem"].is_object(), item["outcome"] == "failed", "{item}");
    }
    for outcome in ["created", "updated", "unchanged", "failed"] {
        let count = outcomes.iter().filter(|found| **found == outcome).count();
        assert_eq!(answer["summary"][outcome], count, "{outcome}");
    }
    assert_eq!(answer["summary"]["total"], items.len());
    outcomes
}

/// Everything that a batch could have written.
fn rows(app: &TestApp) -> [i64; 5] {
    ["organizations", "organization_states", "organization_codes", "organization_ties", "audit_entries"]
        .map(|table| app.database.count(&format!("SELECT COUNT(*) AS n FROM {table}")))
}

/// One item of each fate for a caller of H19.06, in the province of the harness.
fn mixed() -> Vec<Value> {
    let mut same = item("H19.06", Some("H19"));
    same["kind"] = json!("department");
    let mut renamed = item("H19.06.02", Some("H19.06"));
    renamed["name"] = json!("Phòng Kế hoạch");
    let mut wrong = item("H19.06.03", Some("H19.06"));
    wrong["kind"] = json!("phong");
    wrong["nam"] = json!("Phòng");
    let mut taken = item("H19.06.06", Some("H19.06"));
    taken["codes"] = json!([{"code": "H19.06.02"}]);
    let mut early = item("H19.06.07", Some("H19.06"));
    early["valid_from"] = json!("2014-12-31");
    vec![
        same,
        renamed,
        item("H19.06.04", Some("H19.06")),
        item("H19.06.04.1", Some("H19.06.04")),
        wrong,
        item("H19.06.05", Some("H19.77")),
        taken,
        early,
        item("H19.06.04", Some("H19.06")),
        item("H19.09.01", Some("H19.09")),
        item("H19.06.08", Some("H19.09")),
        item("H19.06.09", None),
        item("H19-06", Some("H19.06")),
        json!({"name": "Không mã", "kind": "other", "valid_from": "2015-01-01"}),
        json!({"code": "H19.06.11"}),
        item("H19.06.10", Some("H19.06")),
    ]
}

const FATES: [(&str, &str); 16] = [
    ("unchanged", ""),
    ("updated", ""),
    ("created", ""),
    ("created", ""),
    ("failed", "invalid-request"),
    ("failed", "unknown-organization"),
    ("failed", "organization-code-taken"),
    ("failed", "organization-parent-gap"),
    ("failed", "repeated-in-batch"),
    ("failed", "not-found"),
    ("failed", "unknown-organization"),
    ("failed", "organization-needs-parent"),
    ("failed", "invalid-request"),
    ("failed", "invalid-request"),
    ("failed", "invalid-request"),
    ("created", ""),
];

fn fates(answer: &Value) -> Vec<(&str, &str)> {
    let code = |item: &Value| item["problem"]["code"].is_string();
    let items = answer["items"].as_array().unwrap();
    outcomes(answer)
        .into_iter()
        .zip(items)
        .map(|(outcome, item)| {
            (outcome, if code(item) { item["problem"]["code"].as_str().unwrap() } else { "" })
        })
        .collect()
}

/// An answer without what names the request.
fn plain(answer: &Answer) -> Value {
    let mut answer = answer.json();
    for item in answer["items"].as_array_mut().unwrap() {
        if let Some(problem) = item.get_mut("problem") {
            problem["request_id"] = Value::Null;
        }
    }
    answer
}

on_both! {
    fn ten_thousand_organizations_go_in_by_one_call_and_again_without_effect(app) {
        create(&app.root(), "H19", &described("Tỉnh", "province", None, "2015-01-01"));
        let mut items = Vec::new();
        for department in 0..100 {
            let above = format!("H19.{department:02}");
            items.push(item(&above, Some("H19")));
            items.extend((0..99).map(|unit| item(&format!("{above}.{unit:02}"), Some(&above))));
        }
        for (index, item) in items.iter_mut().enumerate() {
            item["codes"] = json!([{"code": format!("X{index}.A")}, {"code": format!("X{index}.B")}, {"code": format!("X{index}.C")}]);
        }
        let root = app.root();
        let first = send(&root, "", &items).expect(200).json();
        assert_eq!(outcomes(&first), vec!["created"; 10_000]);
        for (sent, answered) in items.iter().zip(first["items"].as_array().unwrap()) {
            assert_eq!(sent["code"], answered["code"]);
        }
        let [organizations, states, codes, ties, audited] = rows(app);
        // Each has itself above it, the province, and the units their department as well.
        assert_eq!([organizations, states, codes, ties], [10_001, 10_001, 40_001, 1 + 100 * 2 + 9_900 * 3]);
        let again = send(&root, "", &items).expect(200).json();
        assert_eq!(outcomes(&again), vec!["unchanged"; 10_000]);
        assert_eq!(rows(app), [organizations, states, codes, ties, audited]);
    }

    fn every_item_meets_its_own_fate(app) {
        app.province();
        let officer = app.caller("officer", "H19.06", "organizations:read organizations:write");
        let before = rows(app);
        let answer = send(&officer, "", &mixed()).expect(200).json();
        assert_eq!(fates(&answer), FATES);
        let after = rows(app);
        assert_eq!((after[0] - before[0], after[4] - before[4]), (3, 1));
        let problem = |index: usize| &answer["items"][index]["problem"];
        let pointers: Vec<_> = problem(4)["errors"].as_array().unwrap().iter().map(|e| &e["pointer"]).collect();
        assert_eq!(pointers.len(), 2);
        for pointer in ["/kind", "/nam"] {
            assert!(pointers.contains(&&json!(pointer)), "{pointers:?}");
        }
        assert!(problem(8)["detail"].as_str().unwrap().ends_with(" 2."), "names the first: {}", problem(8));
        assert_eq!(problem(12)["errors"][0]["pointer"], "/code");
        assert_eq!(problem(13)["errors"][0]["pointer"], "/code");
        assert_eq!(now(&officer, "H19.06.02").json()["name"], "Phòng Kế hoạch");
        assert_eq!(now(&officer, "H19.06.04.1").json()["parent"], "H19.06.04");
        // A foreign parent and one that is not there look the same.
        let told = |index: usize, code: &str| problem(index)["detail"].as_str().unwrap().replace(code, "?");
        assert_eq!(told(5, "H19.77"), told(10, "H19.09"));
    }

    fn an_item_that_was_refused_leaves_no_trace_in_what_comes_later(app) {
        app.province();
        let root = app.root();
        send(&root, "", &mixed()).expect(200);
        let known: Vec<Value> =
            root.get("/api/v1/organizations?limit=500").send().expect(200).json()["items"].as_array().unwrap().clone();
        for code in ["N1", "N2", "N3", "N4", "N5", "N6"] {
            create(&root, code, &described("Mới", "other", None, "2015-01-01"));
        }
        for organization in known {
            let code = organization["code"].as_str().unwrap();
            assert_eq!(now(&root, code).json(), organization, "{code}");
        }
    }

    fn all_or_nothing_writes_nothing_when_one_item_is_refused(app) {
        app.province();
        let root = app.root();
        let before = rows(app);
        for query in ["?atomic=true", "?atomic=true&validate_only=true"] {
            let refused = send(&root, query, &mixed()).problem(422, "batch-refused");
            assert!(refused["summary"]["failed"].as_u64().unwrap() > 0);
            assert_eq!(refused["items"].as_array().unwrap().len(), 16);
            assert_eq!(rows(app), before);
        }
        let good = [item("H19.60", Some("H19")), item("H19.60.1", Some("H19.60"))];
        let done = send(&root, "?atomic=true", &good).expect(200).json();
        assert_eq!(outcomes(&done), ["created", "created"]);
    }

    fn a_look_ahead_says_what_the_run_will_say_and_writes_nothing(app) {
        app.province();
        let officer = app.caller("officer", "H19.06", "organizations:read organizations:write");
        let before = rows(app);
        let look = plain(&send(&officer, "?validate_only=true", &mixed()).expect(200));
        assert_eq!(rows(app), before);
        assert_eq!(look, plain(&send(&officer, "", &mixed()).expect(200)));
        assert_ne!(rows(app), before);
    }

    fn only_the_failed_are_listed_when_asked_for(app) {
        app.province();
        let officer = app.caller("officer", "H19.06", "organizations:read organizations:write");
        let answer = send(&officer, "?answer=failed", &mixed()).expect(200).json();
        assert_eq!(answer["summary"], json!({"total": 16, "created": 3, "updated": 1, "unchanged": 1, "failed": 11}));
        let listed: Vec<_> = answer["items"].as_array().unwrap().iter().map(|item| item["index"].as_u64().unwrap()).collect();
        assert_eq!(listed, [4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
        assert_eq!(send(&officer, "?answer=some", &mixed()).faults()[0].0, "answer");
    }

    fn parents_come_before_their_children(app) {
        let root = app.root();
        let turned = [item("P1.1", Some("P1")), item("P1", None), item("P1.2", Some("P1"))];
        let answer = send(&root, "", &turned).expect(200).json();
        assert_eq!(outcomes(&answer), ["failed", "created", "created"]);
        assert_eq!(answer["items"][0]["problem"]["code"], "unknown-organization");
        assert_eq!(outcomes(&send(&root, "", &turned).expect(200).json()), ["created", "unchanged", "unchanged"]);
    }

    fn an_organization_stands_once_in_a_batch_by_whichever_code(app) {
        let root = app.root();
        let mut first = item("P1", None);
        first["codes"] = json!([{"code": "P1.ALT"}]);
        let mut other = item("P1.ALT", None);
        other["name"] = json!("Tên khác");
        for fate in ["created", "unchanged"] {
            let answer = send(&root, "", &[first.clone(), other.clone()]).expect(200).json();
            assert_eq!(outcomes(&answer), [fate, "failed"]);
            assert_eq!(answer["items"][1]["problem"]["code"], "repeated-in-batch");
        }
        assert_eq!(now(&root, "P1").json()["name"], "Tổ chức P1");
    }

    fn a_batch_has_one_to_ten_thousand_items(app) {
        let root = app.root();
        assert_eq!(send(&root, "", &[]).faults()[0].0, "/items");
        let items = vec![item("P1", None); 10_001];
        assert_eq!(send(&root, "", &items).faults()[0].0, "/items");
        let faults = root.post(BATCH, &json!({"organizations": []})).send().faults();
        assert!(faults.iter().any(|(place, _)| place == "/items"), "{faults:?}");
        assert_eq!(app.database.count("SELECT COUNT(*) AS n FROM organizations"), 0);
    }
}
