//! How many statements directives, their relations and assignments take: the same for few and for many.

use serde_json::{Value, json};

use super::on_each;
use super::statements::cost;
use crate::harness::process::Site;

on_each! {
    fn directives_and_what_belongs_to_them_cost_the_same_for_few_and_for_many(backend) {
        let site = Site::new(backend);
        let process = site.serve();
        let root = site.root(&process);
        let post = |path: &str, items: Vec<Value>| root.post(&format!("/api/v1/{path}/batch?atomic=true"), &json!({"items": items})).send().expect(200);
        post("organizations", vec![json!({"code": "H19", "name": "Tỉnh", "kind": "province", "valid_from": "2015-01-01"})]);
        let directive = |n: usize| json!({"number": format!("{n}/KH-UBND"), "issuer": {"organization": "H19"}, "subject": "Dân vận khéo", "issued_on": "2020-03-13"});
        post("directives", (1..=300).map(directive).collect());
        let relation = |n: usize| json!({"from": {"number": format!("{n}/KH-UBND")}, "kind": "implements", "to": {"number": "1/KH-UBND"}});
        post("directive-relations", (3..=300).map(relation).collect());
        let id = |number: &str| root.get(&format!("/api/v1/directives?number={number}/KH-UBND")).send().expect(200).each("id").remove(0);
        let (hub, alone) = (id("1"), id("2"));
        let assignment = |n: usize| json!({"organization": "H19", "role": "lead", "content": format!("Việc {n}")});
        post(&format!("directives/{hub}/assignments"), (0..300).map(assignment).collect());
        let cost = |path: &str| cost(&process, &root, &format!("/api/v1/{path}"));
        for query in ["", "&q=dan+van+kheo", "&organization=H19&year=2020&status=issued&issuer=UBND"] {
            assert_eq!((cost(&format!("directives?limit=300{query}")), cost(&format!("directives?limit=1{query}"))), (1, 1), "{query}");
        }
        assert_eq!(cost(&format!("directives/{hub}")), 1);
        assert_eq!(root.get(&format!("/api/v1/directives/{hub}/relations")).send().json()["directives"].as_array().map(Vec::len), Some(299));
        // Begin, the directives, their relations, end.
        assert_eq!((cost(&format!("directives/{hub}/relations?depth=3")), cost(&format!("directives/{alone}/relations?depth=3"))), (4, 4));
        assert_eq!((cost(&format!("directives/{hub}/assignments?limit=300")), cost(&format!("directives/{alone}/assignments"))), (4, 4));
        assert_eq!((cost("assignments?limit=300&organization=H19"), cost("assignments?limit=1")), (1, 1));
    }
}
