//! How many statements directives, their relations and assignments take: the same for few and for many.

use std::cell::Cell;

use chrono::{Days, NaiveDate};
use danvan::platform::Clock;
use serde_json::{Value, json};

use super::on_each;
use super::statements::{cost, forgetful, least};
use crate::harness::Client;

/// How often each change is made.
const TIMES: usize = 4;
/// Items of a batch with which more than one statement for all of them would be seen. SQLite writes a hundred rows at a time.
const MANY: usize = 12;

/// Days ago that wholes are given; parts are given on later days, each on another.
const LONG_AGO: usize = 30;

fn days_ago(count: usize) -> NaiveDate {
    Clock::system().today() - Days::new(u64::try_from(count).unwrap())
}

/// Three hundred signed opinions and readers of every directive with a consultation; in the dialect that both databases share.
const SAID: [&str; 2] = [
    "INSERT INTO signed_opinions (id, directive_id, subject, organization_id, given_at, given_on, stance, content) \
     WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300) \
     SELECT '0199b2c4-5d6e-7f80-9123-' || CAST(100000000000 + i AS TEXT), c.directive_id, 'p' || CAST(i AS TEXT), o.id, \
     '2020-06-01 00:00:00', '2020-06-01', 'agrees', 'A' FROM n CROSS JOIN consultations c CROSS JOIN organizations o WHERE o.code = 'H19'",
    "INSERT INTO acknowledgements (directive_id, subject, organization_id, delivered_at, delivered_on) \
     WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300) \
     SELECT c.directive_id, 'p' || CAST(i AS TEXT), o.id, '2020-06-01 00:00:00', '2020-06-01' \
     FROM n CROSS JOIN consultations c CROSS JOIN organizations o WHERE o.code = 'H19'",
];

/// Who makes directives and assignments, each time others.
struct Maker<'a> {
    root: &'a Client,
    made: Cell<usize>,
}

impl Maker<'_> {
    fn post(&self, path: &str, items: &[Value]) -> Vec<String> {
        let answer = self.root.post(&format!("/api/v1/{path}/batch?atomic=true"), &json!({"items": items}));
        let answer = answer.send().expect(200);
        let code = |item: &Value| item["code"].as_str().unwrap().to_owned();
        answer.json()["items"].as_array().unwrap().iter().map(code).collect()
    }

    fn next(&self) -> usize {
        self.made.set(self.made.get() + 1);
        self.made.get()
    }

    /// Directives with new numbers. Answers their numbers.
    fn directives(&self, count: usize) -> Vec<String> {
        let directive = |n: usize| {
            json!({
                "number": format!("{n}/KH-UBND"), "issuer": {"organization": "H19"}, "subject": "Dân vận", "issued_on": "2020-03-13"
            })
        };
        let items: Vec<Value> = (0..count).map(|_| directive(self.next())).collect();
        self.post("directives", &items);
        items.iter().map(|item| item["number"].as_str().unwrap().to_owned()).collect()
    }

    /// Assignments of a directive, each a part of one of some others, in turn.
    fn assignments(&self, directive: &str, count: usize, parents: &[String]) -> Vec<String> {
        let due = Clock::system().today() + Days::new(9);
        let parent = |n: usize| (!parents.is_empty()).then(|| &parents[n % parents.len()]);
        let item = |n: usize| {
            json!({
                "organization": "H19", "role": "lead", "content": format!("Việc {n}"), "due_on": due, "parent": parent(n),
                "assigned_on": days_ago(if parents.is_empty() { LONG_AGO } else { n })
            })
        };
        self.post(&format!("directives/{directive}/assignments"), &(0..count).map(item).collect::<Vec<_>>())
    }

    fn happens(&self, assignment: &str, event: &str, on: NaiveDate) {
        let path = format!("/api/v1/assignments/{assignment}/events");
        self.root.post(&path, &json!({"event": event, "note": "Lý do", "on": on})).send().expect(200);
    }
}

on_each! {
    fn changes_of_directives_cost_the_same_for_few_and_for_many(backend) {
        let site = forgetful(backend);
        let process = site.serve();
        let root = site.root(&process);
        let maker = Maker { root: &root, made: Cell::new(0) };
        maker.post("organizations", &[json!({"code": "H19", "name": "Tỉnh", "kind": "province", "valid_from": "2015-01-01"})]);
        let few_and_many = |what: &str, cost: &dyn Fn(usize) -> u64| assert_eq!(cost(1), cost(MANY), "{what}");
        few_and_many("registering", &|count| least(&process, TIMES, |_| {
            maker.directives(count);
        }));
        few_and_many("relating", &|count| {
            let pairs: Vec<Vec<Value>> = (0..TIMES).map(|_| {
                let (from, to) = (maker.directives(count), maker.directives(count));
                let pair = |(from, to)| json!({"from": {"number": from}, "kind": "amends", "to": {"number": to}});
                from.into_iter().zip(to).map(pair).collect()
            }).collect();
            least(&process, TIMES, |time| {
                maker.post("directive-relations", &pairs[time]);
            })
        });
        let number = maker.directives(1).remove(0);
        let directive = root.get(&format!("/api/v1/directives?number={number}")).send().expect(200).each("id").remove(0);
        few_and_many("assigning", &|count| least(&process, TIMES, |_| {
            maker.assignments(&directive, count, &[]);
        }));
        // As many wholes as parts, each whole handed on.
        few_and_many("handing on", &|count| {
            let wholes: Vec<Vec<String>> = (0..TIMES).map(|_| maker.assignments(&directive, count, &[])).collect();
            for whole in wholes.iter().flatten() {
                maker.happens(whole, "accept", days_ago(LONG_AGO));
            }
            least(&process, TIMES, |time| {
                maker.assignments(&directive, count, &wholes[time]);
            })
        });
        few_and_many("withdrawing", &|count| {
            let wholes = maker.assignments(&directive, TIMES, &[]);
            for whole in &wholes {
                maker.happens(whole, "accept", days_ago(LONG_AGO));
                maker.assignments(&directive, count, std::slice::from_ref(whole));
                maker.happens(whole, "recall", days_ago(0));
            }
            least(&process, TIMES, |time| maker.happens(&wholes[time], "agree_recall", days_ago(0)))
        });
        let open = "SELECT COUNT(*) AS n FROM assignments p JOIN assignments w ON w.id = p.parent_id WHERE w.state = 'withdrawn' AND p.state <> 'withdrawn'";
        let parts = "SELECT COUNT(*) AS n FROM assignments p JOIN assignments w ON w.id = p.parent_id WHERE w.state = 'withdrawn'";
        assert_eq!((site.database.count(open), site.database.count(parts)), (0, i64::try_from(TIMES * (1 + MANY)).unwrap()));
    }

    fn directives_and_what_belongs_to_them_cost_the_same_for_few_and_for_many(backend) {
        let site = forgetful(backend);
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
        post("organizations", vec![json!({"code": "H19.01", "name": "Xã", "kind": "commune", "parent": "H19", "valid_from": "2015-01-01"})]);
        for by in ["organization", "issuer", "type&issuer=UBND"] {
            let of = |org: &str| cost(&format!("directives/overview?org={org}&by={by}"));
            assert_eq!(of("H19"), of("H19.01"), "{by}");
        }
        let today = Clock::system().today();
        let path = format!("/api/v1/directives/{hub}/consultation");
        root.put(&path, &json!({"opens_on": today, "closes_on": today})).send().expect(201);
        for said in SAID {
            site.database.execute(said);
        }
        for list in ["opinions", "acknowledgements", "acknowledgement-counts"] {
            let of = |limit: usize| cost(&format!("directives/{hub}/{list}?limit={limit}"));
            assert_eq!(of(300), of(1), "{list}");
        }
        let listed = |list: &str| root.get(&format!("/api/v1/directives/{hub}/{list}?limit=300")).send().json()["items"].as_array().map(Vec::len);
        assert_eq!((listed("opinions"), listed("acknowledgements")), (Some(300), Some(300)));
    }
}
