//! How many statements a report takes: the same for little and for much, and for few years and many.

use serde_json::{Value, json};

use super::on_each;
use super::statements::{cost, forgetful};
use crate::kpis_catalog::TEN;

on_each! {
    fn a_report_of_much_costs_what_a_report_of_little_costs(backend) {
        let site = forgetful(backend);
        let process = site.serve();
        let root = site.root(&process);
        let post = |path: &str, items: Vec<Value>| root.post(&format!("/api/v1/{path}/batch?atomic=true"), &json!({"items": items})).send().expect(200);
        let organization = |code: &str, parent: Option<&str>| json!({"code": code, "name": "Sở", "kind": "other", "parent": parent, "valid_from": "2015-01-01"});
        let below = |code: &'static str, count: usize| (0..count).map(move |n| organization(&format!("{code}.{n}"), Some(code)));
        let tops = [organization("ALL", None), organization("FEW", Some("ALL")), organization("MANY", Some("ALL"))];
        post("organizations", tops.into_iter().chain(below("FEW", 1)).chain(below("MANY", 40)).collect());
        let directive = |code: &str, n: usize| json!({"number": format!("{n}/KH-UBND"), "issuer": {"name": format!("Cơ quan {}", n % 7)},
            "registered_by": code, "subject": "Dân vận", "issued_on": "2020-03-13"});
        post("directives", (1..=150).map(|n| directive("MANY", n)).chain([directive("FEW", 151)]).collect());
        for (code, kpis) in [("FEW", &TEN[..1]), ("MANY", &TEN[..])] {
            for (kpi, year) in kpis.iter().flat_map(|kpi| ["2019", "2020"].map(|year| (kpi, year))) {
                let path = |what: &str| format!("/api/v1/organizations/{code}/{what}/{kpi}/{year}");
                root.put(&path("reported-figures"), &json!({"percent": 90, "status": "estimate"})).send().expect(201);
            }
            root.put(&format!("/api/v1/organizations/{code}/staffing/2020-06-30"), &json!({"quota": 1, "present": 1, "total": 1})).send().expect(201);
        }
        let report = |code: &str, from: &str| cost(&process, &root, &format!("/api/v1/reports/mass-mobilization?org={code}&from={from}&to=2020-12-31"));
        let few = report("FEW", "2019-01-01");
        assert_eq!((report("MANY", "2019-01-01"), report("MANY", "2001-01-01")), (few, few));
        assert!(few < 80, "{few}");
    }
}
