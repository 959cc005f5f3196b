//! How many statements a reading takes: the same for little and for much.

use serde_json::{Value, json};

use super::on_each;
use crate::harness::process::{Process, Site};
use crate::harness::{Backend, Client};
use crate::kpis_catalog::TEN;

fn statements(process: &Process) -> u64 {
    let text = process.anyone().get("/metrics").send().expect(200).text();
    let line = text.lines().find(|line| line.starts_with("danvan_db_statements_total")).unwrap();
    line.rsplit(' ').next().unwrap().parse().unwrap()
}

/// A site whose service counts again whatever it is asked.
pub(super) fn forgetful(backend: Backend) -> Site {
    let mut site = Site::new(backend);
    site.set("DANVAN_ANSWERS_MIB", "0");
    site
}

/// Statements of one of some requests that cost the same. The process also looks after itself now and then, which only adds: the least
/// counts.
pub(super) fn least(process: &Process, times: usize, mut ask: impl FnMut(usize)) -> u64 {
    let once = |place: usize| {
        let before = statements(process);
        ask(place);
        statements(process) - before
    };
    (0..times).map(once).min().unwrap()
}

/// Statements of one reading.
pub(super) fn cost(process: &Process, client: &Client, path: &str) -> u64 {
    least(process, 8, |_| {
        client.get(path).send().expect(200);
    })
}

on_each! {
    fn a_scorecard_of_ten_kpis_costs_what_one_of_none_costs(backend) {
        let site = forgetful(backend);
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
        // Begin, the lines, the sums of earlier years, the sums, what was seen, end; without any KPI only the lines and the sums.
        assert_eq!(costs, [4, 6, 6]);
    }

    fn what_is_asked_again_costs_a_look_at_the_end_of_the_trail(backend) {
        let site = Site::new(backend);
        let process = site.serve();
        let root = site.root(&process);
        let body = json!({"name": "Sở", "kind": "department", "valid_from": "2015-01-01"});
        root.put("/api/v1/organizations/H19.06", &body).send().expect(201);
        let card = "/api/v1/organizations/H19.06/scorecard?period=2020";
        let once = || {
            let before = statements(&process);
            let card = root.get(card).send().expect(200).json();
            (card["items"][0]["reported"]["percent"].clone(), statements(&process) - before)
        };
        assert!(once().1 >= 4 && (0..8).map(|_| once().1).min() == Some(1), "the end of the trail");
        let figure = format!("/api/v1/organizations/H19.06/reported-figures/{}/2020", TEN[0]);
        root.put(&figure, &json!({"percent": 90, "status": "estimate"})).send().expect(201);
        let (percent, cost) = once();
        assert!(percent == json!(90) && cost >= 6, "{percent} {cost}");
    }

    fn figures_of_many_cost_what_figures_of_one_cost(backend) {
        let site = forgetful(backend);
        let process = site.serve();
        let root = site.root(&process);
        let item = |n: usize| json!({
            "code": format!("L{n}"), "name": "Tổ chức", "kind": "other", "parent": (n > 0).then_some("L0"), "valid_from": "2015-01-01"
        });
        let items: Vec<Value> = (0..100).map(item).collect();
        root.post("/api/v1/organizations/batch", &json!({"items": items})).send().expect(200);
        let dossier = |n: usize| json!({
            "code": format!("D{n}"), "organization": format!("L{}", n % 100), "procedure": "1.001", "channel": "online",
            "term": {"amount": 3, "unit": "working_day"}, "events": [{"status": "accepted", "at": "2020-06-04T08:30:00+07:00"}]
        });
        let items: Vec<Value> = (0..300).map(dossier).collect();
        root.post("/api/v1/dossiers/batch", &json!({"items": items})).send().expect(200);
        let all = TEN.join(",");
        let few = format!("/api/v1/figures?kpi={all}&org=L1&period=2020");
        let many = format!("/api/v1/figures?kpi={all}&org=L0&include=children&from=2020-01-01&to=2020-12-31&interval=quarter");
        assert_eq!(root.get(&many).send().expect(200).json()["items"].as_array().unwrap().len(), 99 * 4 * 10);
        assert_eq!(cost(&process, &root, &many), cost(&process, &root, &few));
        let case = |n: usize| json!({
            "code": format!("P{n}"), "organization": format!("L{}", n % 100), "kind": "feedback", "channel": "portal", "received_on": "2020-06-04"
        });
        let rating = |n: usize| json!({"id": format!("R{n}"), "organization": format!("L{}", n % 100), "rated_on": "2020-06-04", "overall": 2});
        let cases: Vec<Value> = (0..300).map(case).collect();
        let ratings: Vec<Value> = (0..300).map(rating).collect();
        root.post("/api/v1/feedback-cases/batch", &json!({"items": cases})).send().expect(200);
        root.post("/api/v1/satisfaction-ratings/batch", &json!({"items": ratings})).send().expect(200);
        let others = [
            "rankings?kpi=on-time-dossiers", "reports/dossier-handling?by=unit", "reports/dossier-handling?by=field",
            "figures/explain?kpi=on-time-dossiers-all", "reports/letter-handling?audience=internal",
            "reports/receptions?scheme=calendar", "reports/satisfaction?scheme=calendar",
        ];
        for other in others {
            let of = |org: &str| cost(&process, &root, &format!("/api/v1/{other}&period=2020&org={org}"));
            assert_eq!(of("L0"), of("L1"), "{other}");
        }
        let list = |limit: usize| cost(&process, &root, &format!("/api/v1/dossiers?organization=L0&limit={limit}"));
        assert_eq!((list(300), list(1)), (1, 1));
        // Begin, what is kept, how far to look, the changes, end.
        let changes = |limit: usize| cost(&process, &root, &format!("/api/v1/changes?limit={limit}"));
        assert_eq!((changes(300), changes(1)), (5, 5));
        let cases = |limit: usize| cost(&process, &root, &format!("/api/v1/feedback-cases?organization=L0&limit={limit}"));
        assert_eq!((cases(300), cases(1)), (1, 1));
    }

    fn a_list_of_three_hundred_organizations_costs_what_a_list_of_one_costs(backend) {
        let site = forgetful(backend);
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
