//! How many statements a reading takes: the same for little and for much.

use serde_json::{Value, json};

use super::on_each;
use crate::harness::Client;
use crate::harness::process::{Process, Site};
use crate::kpis_catalog::TEN;

fn statements(process: &Process) -> u64 {
    let text = process.anyone().get("/metrics").send().expect(200).text();
    let line = text.lines().find(|line| line.starts_with("danvan_db_statements_total")).unwrap();
    line.rsplit(' ').next().unwrap().parse().unwrap()
}

/// Statements of one reading. The process also looks after itself now and then, which only adds: the least counts.
fn cost(process: &Process, client: &Client, path: &str) -> u64 {
    let once = || {
        let before = statements(process);
        client.get(path).send().expect(200);
        statements(process) - before
    };
    (0..8).map(|_| once()).min().unwrap()
}

on_each! {
    fn a_scorecard_of_ten_kpis_costs_what_one_of_none_costs(backend) {
        let site = Site::new(backend);
        let process = site.serve();
        let root = site.root(&process);
        let body = json!({"name": "Sở", "kind": "department", "valid_from": "2015-01-01"});
        root.put("/api/v1/organizations/H19.06", &body).send().expect(201);
        for (year, kpis) in [("2019", &TEN[..1]), ("2020", &TEN[..])] {
            for kpi in kpis {
                let path = |what: &str| format!("/api/v1/organizations/H19.06/{what}/{kpi}/{year}");
                root.put(&path("reported-figures"), &json!({"percent": 90, "status": "estimate"})).send().expect(201);
                root.put(&path("targets"), &json!({"percent": 95})).send().expect(201);
            }
        }
        let card = |year: &str| format!("/api/v1/organizations/H19.06/scorecard?period={year}");
        let costs = ["2010", "2019", "2020"].map(|year| cost(&process, &root, &card(year)));
        assert_eq!(costs, [1, 1, 1]);
    }

    fn a_list_of_three_hundred_organizations_costs_what_a_list_of_one_costs(backend) {
        let site = Site::new(backend);
        let process = site.serve();
        let root = site.root(&process);
        let item = |n: usize| {
            let parent = (n > 0).then_some("L0");
            json!({"code": format!("L{n}"), "name": "Tổ chức", "kind": "other", "parent": parent, "valid_from": "2015-01-01", "codes": [{"code": format!("L{n}.1")}]})
        };
        let items: Vec<Value> = (0..300).map(item).collect();
        root.post("/api/v1/organizations/batch", &json!({"items": items})).send().expect(200);
        for query in ["", "&within=L0", "&q=to+chuc", "&parent=L0"] {
            let list = |limit: usize| format!("/api/v1/organizations?limit={limit}{query}");
            assert!(root.get(&list(300)).send().expect(200).each("code").len() >= 299);
            assert_eq!(cost(&process, &root, &list(300)), cost(&process, &root, &list(1)), "{query}");
        }
        assert_eq!(cost(&process, &root, "/api/v1/organizations/L0/tree"), cost(&process, &root, "/api/v1/organizations/L1/tree"));
        assert_eq!(cost(&process, &root, "/api/v1/organizations/L0"), 1);
    }
}
