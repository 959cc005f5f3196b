//! Organizations in time: states, codes, versions, and what a change may not do.

use serde_json::{Value, json};

use crate::harness::{Answer, Client, TestApp};
use crate::on_both;

const H19_06: &str = "/api/v1/organizations/H19.06";

pub fn described(name: &str, kind: &str, parent: Option<&str>, from: &str) -> Value {
    json!({"name": name, "kind": kind, "parent": parent, "valid_from": from})
}

pub fn put(client: &Client, code: &str, body: &Value) -> Answer {
    client.put(&format!("/api/v1/organizations/{code}"), body).header("if-match", "*").send()
}

pub fn create(client: &Client, code: &str, body: &Value) -> Answer {
    client.put(&format!("/api/v1/organizations/{code}"), body).send().expect(201)
}

pub fn on(client: &Client, code: &str, day: &str) -> Answer {
    client.get(&format!("/api/v1/organizations/{code}?as_of={day}")).send()
}

pub fn now(client: &Client, code: &str) -> Answer {
    client.get(&format!("/api/v1/organizations/{code}")).send().expect(200)
}

/// Ends an organization from a day on.
pub fn dissolve(app: &TestApp, code: &str, day: &str) {
    let body =
        json!({"kind": "dissolve", "legal_basis": "QĐ 1", "effective_on": day, "predecessors": [code]});
    app.root().post("/api/v1/reorganizations", &body).send().expect(201);
}

/// The name, first day and first day after, on a day.
fn state(client: &Client, day: &str) -> (String, String, Value) {
    let found = on(client, "H19.06", day).expect(200).json();
    let text = |field: &str| found[field].as_str().unwrap().to_owned();
    (text("name"), text("valid_from"), found["valid_to"].clone())
}

on_both! {
    fn an_organization_is_created_found_and_changed_by_version(app) {
        let root = app.root();
        let body = json!({"name": "Sở Khoa học và Công nghệ", "kind": "department", "valid_from": "2015-01-01", "codes": [{"code": "000.00.06.H19"}]});
        let created = root.put(H19_06, &body).send().expect(201);
        assert_eq!(created.header("location"), Some(H19_06));
        let found = root.get("/api/v1/organizations/000.00.06.H19").send().expect(200);
        assert_eq!(found.json(), created.json());
        assert_eq!(found.etag(), created.etag());
        let renamed = described("Sở KH&CN", "department", None, "2020-01-01");
        let changed = root.put(H19_06, &renamed).if_match(&created.etag()).send().expect(200);
        assert_ne!(changed.etag(), created.etag());
        root.put(H19_06, &renamed).if_match(&created.etag()).send().problem(412, "version-mismatch");
    }

    fn a_change_from_a_later_day_leaves_every_earlier_day_as_it_was(app) {
        let root = app.root();
        create(&root, "H19.06", &described("Cũ", "department", None, "2015-01-01"));
        put(&root, "H19.06", &described("Mới", "department", None, "2020-07-01")).expect(200);
        put(&root, "H19.06", &described("Mới nhất", "department", None, "2025-03-01")).expect(200);
        on(&root, "H19.06", "2014-12-31").problem(404, "not-found");
        let old = ("Cũ".to_owned(), "2015-01-01".to_owned(), json!("2020-07-01"));
        let new = ("Mới".to_owned(), "2020-07-01".to_owned(), json!("2025-03-01"));
        let newest = ("Mới nhất".to_owned(), "2025-03-01".to_owned(), Value::Null);
        for (day, expected) in [
            ("2015-01-01", &old), ("2020-06-30", &old), ("2020-07-01", &new), ("2025-02-28", &new),
            ("2025-03-01", &newest), ("2026-01-05", &newest), ("9999-12-30", &newest),
        ] {
            assert_eq!(&state(&root, day), expected, "{day}");
        }
        assert_eq!(now(&root, "H19.06").json(), on(&root, "H19.06", "2026-01-05").json());
    }

    fn a_correction_on_the_day_of_the_last_change_replaces_it(app) {
        let root = app.root();
        create(&root, "H19.06", &described("Cũ", "department", None, "2015-01-01"));
        put(&root, "H19.06", &described("Moi", "department", None, "2020-07-01")).expect(200);
        put(&root, "H19.06", &described("Mới", "service_unit", None, "2020-07-01")).expect(200);
        assert_eq!(state(&root, "2020-06-30"), ("Cũ".into(), "2015-01-01".into(), json!("2020-07-01")));
        assert_eq!(state(&root, "2020-07-01"), ("Mới".into(), "2020-07-01".into(), Value::Null));
        assert_eq!(now(&root, "H19.06").json()["kind"], "service_unit");
    }

    fn a_day_before_the_last_change_is_refused(app) {
        let root = app.root();
        create(&root, "H19.06", &described("Cũ", "department", None, "2015-01-01"));
        let last = put(&root, "H19.06", &described("Mới", "department", None, "2020-07-01")).expect(200);
        let early = described("Khác", "department", None, "2020-06-30");
        put(&root, "H19.06", &early).problem(409, "organization-later-state");
        let patch = json!({"name": "Khác", "valid_from": "2016-01-01"});
        root.patch(H19_06, &patch).if_match(&last.etag()).send().problem(409, "organization-later-state");
        assert_eq!(now(&root, "H19.06").json(), last.json());
        assert_eq!(now(&root, "H19.06").etag(), last.etag());
    }

    fn the_same_definition_again_makes_no_version(app) {
        let root = app.root();
        let body = described("Cũ", "department", None, "2015-01-01");
        let first = create(&root, "H19.06", &body);
        for from in ["2015-01-01", "2018-01-01"] {
            let again = put(&root, "H19.06", &described("Cũ", "department", None, from)).expect(200);
            assert_eq!((again.json(), again.etag()), (first.json(), first.etag()));
        }
    }

    fn an_organization_that_is_no_more_is_shown_as_it_was_last(app) {
        app.province();
        dissolve(app, "H19.09.01", "2021-05-10");
        let root = app.root();
        on(&root, "H19.09.01", "2021-05-10").problem(404, "not-found");
        on(&root, "H19.09.01", "2026-01-05").problem(404, "not-found");
        assert_eq!(on(&root, "H19.09.01", "2021-05-09").expect(200).json()["valid_to"], "2021-05-10");
        let last = now(&root, "H19.09.01").json();
        assert_eq!((&last["valid_to"], &last["parent"]), (&json!("2021-05-10"), &json!("H19.09")));
        let within = app.caller("officer", "H19.09", "organizations:read");
        assert_eq!(now(&within, "H19.09.01").json(), last, "it still stands below the one it stood below last");
        app.caller("other", "H19.06", "organizations:read").get("/api/v1/organizations/H19.09.01").send().expect(404);
        let patch = json!({"name": "Khác", "valid_from": "2022-01-01"});
        root.patch("/api/v1/organizations/H19.09.01", &patch).header("if-match", "*").send()
            .problem(409, "organization-closed");
    }

    fn an_organization_that_is_not_yet_is_shown_as_it_will_be_first(app) {
        app.province();
        let root = app.root();
        create(&root, "H19.20", &described("Sở mới", "department", Some("H19"), "2027-01-01"));
        on(&root, "H19.20", "2026-01-05").problem(404, "not-found");
        on(&root, "H19.20", "2026-12-31").problem(404, "not-found");
        assert_eq!(on(&root, "H19.20", "2027-01-01").expect(200).json()["name"], "Sở mới");
        assert_eq!(now(&root, "H19.20").json()["valid_from"], "2027-01-01");
        let listed = |day: &str| root.get(&format!("/api/v1/organizations?as_of={day}")).send().expect(200).each("code");
        assert!(!listed("2026-12-31").contains(&"H19.20".to_owned()));
        assert!(listed("2027-01-01").contains(&"H19.20".to_owned()));
    }

    fn codes_of_both_schemes_find_it_also_after_their_end(app) {
        let root = app.root();
        let codes = json!([
            {"code": "000.00.06.H19", "valid_to": "2021-01-01"}, {"code": "A1.KHCN", "valid_from": "2019-01-01"}
        ]);
        let mut body = described("Sở KH&CN", "department", None, "2015-01-01");
        body["codes"] = codes;
        create(&root, "H19.06", &body);
        let found = now(&root, "000.00.06.H19").json();
        assert_eq!(found["code"], "H19.06");
        let codes: Vec<_> = found["codes"].as_array().unwrap().iter().map(|entry| (
            entry["code"].as_str().unwrap(), entry["scheme"].as_str().unwrap(),
            entry["valid_from"].as_str().unwrap(), entry["valid_to"].as_str(),
        )).collect();
        assert_eq!(codes, [
            ("000.00.06.H19", "qcvn102", "2015-01-01", Some("2021-01-01")),
            ("A1.KHCN", "other", "2019-01-01", None),
            ("H19.06", "qd20", "2015-01-01", None),
        ]);
        assert_eq!(on(&root, "A1.KHCN", "2016-01-01").expect(200).json()["code"], "H19.06");
        // Without the list, the codes stay.
        put(&root, "000.00.06.H19", &described("Sở mới", "department", None, "2022-01-01")).expect(200);
        assert_eq!(now(&root, "H19.06").json()["codes"].as_array().unwrap().len(), 3);
    }

    fn a_code_belongs_to_one_organization_for_ever(app) {
        app.province();
        dissolve(app, "H19.09.01", "2021-05-10");
        let root = app.root();
        for taken in ["H19.06", "H19.09.01"] {
            let mut body = described("Khác", "department", Some("H19"), "2022-01-01");
            body["codes"] = json!([{"code": taken}]);
            root.put("/api/v1/organizations/H19.30", &body).send().problem(409, "organization-code-taken");
        }
        root.get("/api/v1/organizations/H19.30").send().problem(404, "not-found");
        let mut turned = described("Khác", "department", Some("H19"), "2022-01-01");
        turned["codes"] = json!([{"code": "H19.31", "valid_from": "2022-01-01", "valid_to": "2022-01-01"}]);
        let faults = root.put("/api/v1/organizations/H19.30", &turned).send().faults();
        assert_eq!(faults, [("/codes/0/valid_to".to_owned(), "mismatch".to_owned())]);
    }

    fn the_first_organizations_of_all_may_come_at_once(app) {
        std::thread::scope(|scope| {
            for n in 0..6 {
                let body = described("Tổ chức", "other", None, "2015-01-01");
                scope.spawn(move || create(&app.root(), &format!("F{n}"), &body));
            }
        });
        let listed = app.root().get("/api/v1/organizations").send().expect(200).each("code");
        assert_eq!(listed, ["F0", "F1", "F2", "F3", "F4", "F5"]);
    }

    fn no_organization_stands_below_itself(app) {
        app.province();
        let root = app.root();
        for (code, below) in [("H19", "H19.06.02"), ("H19.06", "H19.06.02"), ("H19.06", "H19.06")] {
            let patch = json!({"parent": below, "valid_from": "2020-01-01"});
            root.patch(&format!("/api/v1/organizations/{code}"), &patch).header("if-match", "*").send()
                .problem(409, "organization-cycle");
        }
        create(&root, "H19.40", &described("Mới", "division", Some("H19"), "2015-01-01"));
        let own = described("Chính nó", "division", Some("H19.41"), "2015-01-01");
        root.put("/api/v1/organizations/H19.41", &own).send().problem(422, "unknown-organization");
    }

    fn a_chain_that_grows_too_deep_is_refused_and_not_broken(app) {
        let root = app.root();
        for branch in ["A", "B"] {
            let mut items = Vec::new();
            for depth in 0..40 {
                let parent = (depth > 0).then(|| format!("{branch}{}", depth - 1));
                let mut item = described("Cấp", "other", parent.as_deref(), "2015-01-01");
                item["code"] = json!(format!("{branch}{depth}"));
                items.push(item);
            }
            let done = root.post("/api/v1/organizations/batch", &json!({"items": items})).send().expect(200);
            assert_eq!(done.json()["summary"]["created"], 40);
        }
        let patch = json!({"parent": "A39", "valid_from": "2020-01-01"});
        let moved = root.patch("/api/v1/organizations/B0", &patch).header("if-match", "*").send();
        moved.problem(409, "organization-cycle");
        assert_eq!(now(&root, "B0").json()["parent"], Value::Null);
    }

    fn a_parent_must_exist_all_the_time(app) {
        let root = app.root();
        create(&root, "H19", &described("Tỉnh", "province", None, "2018-01-01"));
        let early = described("Sở", "department", Some("H19"), "2017-12-31");
        root.put(H19_06, &early).send().problem(409, "organization-parent-gap");
        let lost = described("Sở", "department", Some("H19.77"), "2018-01-01");
        root.put(H19_06, &lost).send().problem(422, "unknown-organization");
        create(&root, "H19.06", &described("Sở", "department", Some("H19"), "2018-01-01"));
        create(&root, "H19.07", &described("Sở", "department", Some("H19"), "2018-01-01"));
        dissolve(app, "H19.07", "2024-01-01");
        let closed = described("Phòng", "division", Some("H19.07"), "2020-01-01");
        root.put("/api/v1/organizations/H19.07.01", &closed).send().problem(409, "organization-parent-gap");
    }

    fn a_patch_keeps_what_it_does_not_name_and_removes_what_is_null(app) {
        app.province();
        let root = app.root();
        let patch = |body: &Value| root.patch(H19_06, body).header("if-match", "*").send();
        let named = patch(&json!({"short_name": "Sở KH&CN", "valid_from": "2016-01-01"})).expect(200).json();
        assert_eq!((&named["short_name"], &named["name"]), (&json!("Sở KH&CN"), &json!("Tổ chức H19.06")));
        let renamed = patch(&json!({"name": "Tên mới", "valid_from": "2017-01-01"})).expect(200).json();
        assert_eq!((&renamed["short_name"], &renamed["parent"]), (&json!("Sở KH&CN"), &json!("H19")));
        let removed = patch(&json!({"short_name": null, "valid_from": "2018-01-01"})).expect(200).json();
        assert_eq!((&removed["short_name"], &removed["name"]), (&Value::Null, &json!("Tên mới")));
        let top = patch(&json!({"parent": null, "kind": "other", "valid_from": "2019-01-01"})).expect(200).json();
        assert_eq!((&top["parent"], &top["kind"]), (&Value::Null, &json!("other")));
        assert_eq!(on(&root, "H19.06", "2018-12-31").expect(200).json()["parent"], "H19");
        // Without a day: from today on, in Viet Nam.
        assert_eq!(patch(&json!({"name": "Hôm nay"})).expect(200).json()["valid_from"], "2026-01-05");
        for field in ["name", "kind", "valid_from"] {
            let faults = patch(&json!({field: null})).faults();
            assert_eq!(faults[0].0, format!("/{field}"), "{faults:?}");
        }
    }

    fn a_change_names_the_version_that_it_changes(app) {
        app.province();
        let root = app.root();
        let body = described("Khác", "department", Some("H19"), "2020-01-01");
        let etag = now(&root, "H19.06").etag();
        let unconditional = root.put(H19_06, &body).send();
        assert!(unconditional.header("etag").is_some());
        unconditional.problem(428, "condition-required");
        let patch = json!({"name": "Khác"});
        root.patch(H19_06, &patch).send().problem(428, "condition-required");
        root.patch(H19_06, &patch).if_match("\"99\"").send().problem(412, "version-mismatch");
        root.put(H19_06, &body).header("if-none-match", "*").send().problem(412, "version-mismatch");
        root.put("/api/v1/organizations/H19.50", &body).if_match("*").send().problem(412, "version-mismatch");
        root.patch("/api/v1/organizations/H19.50", &patch).if_match("*").send().problem(404, "not-found");
        root.put("/api/v1/organizations/H19.50", &body).header("if-none-match", "*").send().expect(201);
        assert_eq!(now(&root, "H19.06").etag(), etag);
        // The tag of a past day names the same version.
        let past = on(&root, "H19.06", "2016-01-01").expect(200).etag();
        root.put(H19_06, &body).if_match(&past).send().expect(200);
        root.put(H19_06, &body).if_match(&past).send().problem(412, "version-mismatch");
    }
}
