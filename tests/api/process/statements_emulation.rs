//! How many statements movements, participation, exemplars, nominations and elections take: the same for few and for many.

use serde_json::json;

use super::on_each;
use super::statements::{cost, forgetful};
use crate::emulation_exemplars::id;

on_each! {
    fn emulation_costs_the_same_for_few_and_for_many(backend) {
        let site = forgetful(backend);
        let process = site.serve();
        let root = site.root(&process);
        let put = |path: &str, body: &serde_json::Value| root.put(&format!("/api/v1/{path}"), body).send().expect(201);
        put("organizations/H19", &json!({"name": "Tỉnh", "kind": "province", "valid_from": "2015-01-01"}));
        put("organizations/H20", &json!({"name": "Tỉnh khác", "kind": "province", "valid_from": "2015-01-01"}));
        for (code, organization) in [("m", "H19"), ("n", "H20")] {
            put(&format!("movements/{code}"), &json!({
                "name": "Phong trào", "organization": organization, "launched_by": {"name": "Công đoàn"}, "launched_on": "2015-01-05",
                "starts_on": "2015-01-01", "rounds": "month", "groups": [{"code": "g", "name": "Khối"}]
            }));
        }
        for month in 1..=12 {
            let round = format!("2020-{month:02}");
            put(&format!("organizations/H19/participation/m/{round}"), &json!({"members": 12, "taking_part": month}));
            let exemplar = json!({"organization": "H19", "kind": "model", "field": "economy", "level": "base", "year": 2020, "title": "Mô hình", "registered_on": "2020-02-03"});
            put(&format!("exemplars/{}", id(month)), &exemplar);
            put(&format!("nominations/{}", id(month)), &json!({"movement": "m", "round": round, "group": "g", "organization": "H19", "person": "cb-1"}));
            let votes = json!({"movement": "m", "round": round, "group": "g", "council_members": 9, "votes": [{"nomination": id(month), "votes": 5}], "elected": id(month)});
            root.post("/api/v1/elections", &votes).send().expect(201);
        }
        let cost = |path: &str| cost(&process, &root, &format!("/api/v1/{path}"));
        for list in ["movements", "exemplars", "nominations", "elections"] {
            assert_eq!((cost(&format!("{list}?limit=100")), cost(&format!("{list}?limit=1"))), (1, 1), "{list}");
        }
        for table in ["emulation/funnel?", "emulation/participation?period=2020&", "emulation/faces?period=2020&"] {
            // Begin, the organization, the rows, end.
            assert_eq!((cost(&format!("{table}org=H19")), cost(&format!("{table}org=H20"))), (4, 4), "{table}");
        }
    }
}
