//! How many statements initiatives, awards and eligibility take: the same for few and for many.

use serde_json::json;

use super::on_each;
use super::statements::{cost, forgetful};
use crate::awarding::{define, given, of_person};

on_each! {
    fn awards_and_what_they_depend_on_cost_the_same_for_few_and_for_many(backend) {
        let site = forgetful(backend);
        let process = site.serve();
        let root = site.root(&process);
        for code in ["H19", "H20"] {
            let body = json!({"name": "Tỉnh", "kind": "province", "valid_from": "2015-01-01"});
            root.put(&format!("/api/v1/organizations/{code}"), &body).send().expect(201);
        }
        define(&root, "held", &json!({}));
        define(&root, "goal", &json!({"conditions": [
            {"any_of": [{"kind": "title", "title": "held", "times": 3}]}, {"any_of": [{"kind": "rating", "rating": "good"}, {"kind": "initiative", "scope": "base"}]}
        ]}));
        for n in 0..12 {
            given(&root, of_person("held", 2011 + n, "H19", "CB-1"), "2022-12-01");
            let body = json!({"title": "Sáng kiến", "submitted_on": "2020-01-15", "authors": [{"staff": "CB-1", "share": 50}, {"staff": "CB-2", "share": 50}],
                "recognitions": [{"scope": "base", "on": "2020-08-01", "decision": "1/QĐ"}]});
            root.put(&format!("/api/v1/organizations/H19/initiatives/SK-{n}"), &body).send().expect(201);
            let rating = json!({"rating": "good", "decided_on": "2025-12-05"});
            root.put(&format!("/api/v1/organizations/H19/staff/CB-1/ratings/{}", 2011 + n), &rating).send().expect(201);
        }
        let cost = |path: &str| cost(&process, &root, &format!("/api/v1/{path}"));
        assert_eq!((cost("awards?limit=300"), cost("awards?limit=1")), (1, 1));
        // Begin, the initiatives, their authors, their recognitions, end.
        assert_eq!((cost("initiatives?limit=300"), cost("initiatives?limit=1")), (5, 5));
        // Begin, the title, what was given, the ratings, the initiatives, whether there is any record, end.
        let asked = |staff: &str| cost(&format!("emulation/eligibility?subject={staff}&title=goal&year=2022"));
        assert_eq!((asked("CB-1"), asked("CB-9")), (7, 7));
        for overview in ["awards", "initiatives"] {
            let of = |organization: &str| cost(&format!("{overview}/overview?org={organization}&from=2020-01-01&to=2025-12-31"));
            assert_eq!(of("H19"), of("H20"), "{overview}");
        }
    }
}
