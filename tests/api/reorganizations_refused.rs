//! What a reorganization may not do: gaps, overlaps, cycles, orphans, a rewritten past, and foreign parties.

use serde_json::{Value, json};

use crate::harness::TestApp;
use crate::on_both;
use crate::organizations::{create, described, dissolve, put};
use crate::reorganizations::{URL, decision, new};

#[track_caller]
fn refused(app: &TestApp, body: &Value, status: u16, code: &str) {
    let count = |table: &str| app.database.count(&format!("SELECT COUNT(*) AS n FROM {table}"));
    let tables =
        ["organizations", "organization_states", "organization_ties", "reorganizations", "audit_entries"];
    let before = tables.map(count);
    for query in ["", "?validate_only=true"] {
        app.root().post(&format!("{URL}{query}"), body).send().problem(status, code);
    }
    assert_eq!(tables.map(count), before);
}

on_both! {
    fn records_are_never_left_to_an_organization_that_is_not_yet(app) {
        app.province();
        create(&app.root(), "H19.20", &described("Tương lai", "department", Some("H19"), "2022-01-01"));
        let heir = json!([{"code": "H19.20"}]);
        let merge = decision("merge", &json!({"predecessors": ["H19.06.02", "H19.09.01"], "successors": heir}));
        refused(app, &merge, 409, "organization-later-state");
        let halves = json!([{"code": "H19.20", "weight": 50}, new("H19.21", &json!({"weight": 50}))]);
        let split = decision("split", &json!({"predecessors": ["H19.06.02"], "successors": halves}));
        refused(app, &split, 409, "organization-later-state");
        let below = decision("transfer", &json!({"predecessors": ["H19.06"], "parent": "H19.20"}));
        refused(app, &below, 409, "organization-parent-gap");
    }

    fn records_are_never_left_to_an_organization_that_is_no_more(app) {
        app.province();
        dissolve(app, "H19.09.01", "2020-01-01");
        let heir = json!([{"code": "H19.09.01"}]);
        let merge = decision("merge", &json!({"predecessors": ["H19.06.02", "H19.09.01"], "successors": heir}));
        refused(app, &merge, 409, "organization-closed");
        let into = decision("merge", &json!({"predecessors": ["H19.06", "H19.06.02"], "successors": heir}));
        refused(app, &into, 409, "organization-closed");
        let below = decision("transfer", &json!({"predecessors": ["H19.06"], "parent": "H19.09.01"}));
        refused(app, &below, 409, "organization-parent-gap");
        refused(app, &decision("dissolve", &json!({"predecessors": ["H19.09.01"]})), 409, "organization-closed");
    }

    fn nobody_is_handed_over_twice_or_by_somebody_else(app) {
        app.province();
        for children in [json!(["H19.06.02", "H19.06.02"]), json!(["H19.09.01"]), json!(["H19.77"])] {
            let successors = json!([
                new("H19.21", &json!({"weight": 50, "children": children})),
                new("H19.22", &json!({"weight": 50, "children": ["H19.06.02"]}))
            ]);
            let split = decision("split", &json!({"predecessors": ["H19.06"], "successors": successors}));
            refused(app, &split, 409, "reorganization-overlap");
        }
    }

    fn who_is_there_is_not_described_anew(app) {
        app.province();
        for told in [json!({"name": "Sở Mới"}), json!({"kind": "other"}), json!({"parent": "H19.09"})] {
            let mut heir = told.clone();
            heir["code"] = json!("H19.06");
            let merge = decision("merge", &json!({"predecessors": ["H19.06.02"], "successors": [heir]}));
            refused(app, &merge, 409, "successor-exists");
        }
    }

    fn a_coming_day_lets_nobody_out_of_the_subtree(app) {
        app.province();
        let clerk = app.caller("clerk", "H19.06", "organizations:write");
        for day in ["2021-07-01", "2027-01-01"] {
            let mut merge = decision("merge", &json!({"predecessors": ["H19.06"], "successors": [{"code": "H19.06.02"}]}));
            merge["effective_on"] = json!(day);
            clerk.post(URL, &merge).send().problem(403, "reorganization-outside-reach");
        }
    }

    fn nobody_comes_to_stand_below_itself(app) {
        app.province();
        for (who, below) in [("H19", "H19.06"), ("H19.06", "H19.06.02"), ("H19.06", "H19.06")] {
            let transfer = decision("transfer", &json!({"predecessors": [who], "parent": below}));
            refused(app, &transfer, 409, "organization-cycle");
        }
    }

    fn nobody_is_left_without_one_above(app) {
        app.province();
        refused(app, &decision("dissolve", &json!({"predecessors": ["H19.06"]})), 409, "reorganization-leaves-orphans");
        let successors = json!([new("H19.21", &json!({"weight": 50})), new("H19.22", &json!({"weight": 50}))]);
        let split = decision("split", &json!({"predecessors": ["H19.06"], "successors": successors}));
        refused(app, &split, 409, "reorganization-leaves-orphans");
    }

    fn what_was_recorded_is_not_rewritten(app) {
        app.province();
        let root = app.root();
        put(&root, "H19.06", &described("Tên khác", "department", Some("H19"), "2021-07-01")).expect(200);
        put(&root, "H19.09.01", &described("Tên khác", "division", Some("H19.09"), "2023-01-01")).expect(200);
        for (kind, more) in [
            ("rename", json!({"predecessors": ["H19.06"], "successors": [{"code": "H19.06", "name": "Mới"}]})),
            ("transfer", json!({"predecessors": ["H19.06"], "parent": "H19.09"})),
            ("dissolve", json!({"predecessors": ["H19.06.02", "H19.06"]})),
            // A child that has changed since.
            ("merge", json!({"predecessors": ["H19.09", "H19.06.02"], "successors": [new("H19.20", &json!({}))]})),
        ] {
            refused(app, &decision(kind, &more), 409, "organization-later-state");
        }
    }

    fn a_new_organization_is_described(app) {
        app.province();
        for more in [json!({"name": null}), json!({"kind": null})] {
            let merge = json!({"predecessors": ["H19.06", "H19.09"], "successors": [new("H19.20", &more)]});
            refused(app, &decision("merge", &merge), 422, "successor-undescribed");
        }
        let lost = json!({"predecessors": ["H19.06", "H19.09"], "successors": [new("H19.20", &json!({"parent": "H19.77"}))]});
        refused(app, &decision("merge", &lost), 422, "unknown-organization");
    }

    fn a_decision_changes_something(app) {
        app.province();
        let same = json!({"predecessors": ["H19.06"], "successors": [{"code": "H19.06", "name": "Tổ chức H19.06"}]});
        refused(app, &decision("rename", &same), 409, "reorganization-changes-nothing");
        let stays = json!({"predecessors": ["H19.06"], "parent": "H19"});
        refused(app, &decision("transfer", &stays), 409, "reorganization-changes-nothing");
    }

    fn a_foreign_party_looks_like_one_that_is_not_there(app) {
        app.province();
        let officer = app.caller("officer", "H19.06", "organizations:read organizations:write");
        for body in [
            json!({"kind": "transfer", "predecessors": ["?"], "parent": "H19.06"}),
            json!({"kind": "transfer", "predecessors": ["H19.06.02"], "parent": "?"}),
            json!({"kind": "dissolve", "predecessors": ["?"]}),
            json!({"kind": "rename", "predecessors": ["?"], "successors": [{"code": "?", "name": "Mới"}]}),
        ] {
            let told = |code: &str| {
                let text = body.to_string().replace('?', code);
                let body = decision("", &serde_json::from_str(&text).unwrap());
                let problem = officer.post(URL, &body).send().problem(422, "unknown-organization");
                problem["detail"].as_str().unwrap().replace(code, "?")
            };
            assert_eq!(told("H19.09.01"), told("H19.77"), "{body}");
        }
        // The root of the subtree cannot leave it, nor put a new one beside itself.
        let beside = json!([new("H19.06.5", &json!({"weight": 50, "children": ["H19.06.02"]})), new("H19.06.6", &json!({"weight": 50}))]);
        let split = decision("split", &json!({"predecessors": ["H19.06"], "successors": beside}));
        officer.post(URL, &split).send().problem(403, "reorganization-outside-reach");
        let within = json!({"predecessors": ["H19.06.02"], "successors": [{"code": "H19.06.02", "name": "Phòng mới"}]});
        let done = officer.post(URL, &decision("rename", &within)).send().expect(201);
        let id = done.json()["id"].as_str().unwrap().to_owned();
        let find = |org: &str| app.caller("reader", org, "organizations:read").get(&format!("{URL}/{id}")).send();
        for (org, status) in [("H19.06", 200), ("H19", 200), ("H19.06.02", 200), ("H19.09", 404)] {
            assert_eq!(find(org).status, status, "{org}");
        }
        app.root().get(&format!("{URL}/no-such-id")).send().problem(404, "not-found");
    }
}
