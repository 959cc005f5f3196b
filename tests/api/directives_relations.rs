//! Relations between directives: the graph both ways, circles that are refused, what becomes of a directive in time, and who
//! may say so.

use std::slice::from_ref;
use std::sync::Barrier;

use serde_json::{Value, json};

use crate::directives_register::{BASE, SCOPES, directive, id_of, lasting, listed, with};
use crate::harness::{Answer, Client};
use crate::on_both;

const RELATIONS: &str = "/api/v1/directive-relations";

fn relate(client: &Client, from: &str, kind: &str, to: &Value) -> Answer {
    client.post(&format!("{BASE}/{from}/relations"), &json!({"kind": kind, "to": to})).send()
}

fn by_id(id: &str) -> Value {
    json!({ "id": id })
}

fn plan(n: usize) -> Value {
    directive(&format!("{n}-KH/TU"), "Tỉnh ủy", "Kế hoạch", Some("2020-03-01"))
}

/// Ids with their distance, and who is what to whom.
type Graph = (Vec<(String, i64)>, Vec<(String, String, String)>);

fn graph(client: &Client, id: &str, depth: i64) -> Graph {
    let found = client.get(&format!("{BASE}/{id}/relations?depth={depth}")).send().expect(200).json();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let nodes = found["directives"].as_array().unwrap().iter();
    let edges = found["relations"].as_array().unwrap().iter();
    (
        nodes.map(|node| (text(&node["id"]), node["depth"].as_i64().unwrap())).collect(),
        edges.map(|edge| (text(&edge["from"]), text(&edge["kind"]), text(&edge["to"]))).collect(),
    )
}

fn status(client: &Client, id: &str) -> Value {
    client.get(&format!("{BASE}/{id}")).send().expect(200).json()["status"].clone()
}

on_both! {
    fn a_graph_goes_both_ways_as_far_as_is_asked(app) {
        let root = app.root();
        let ids: Vec<String> = (1..=5).map(|n| id_of(&root, &plan(n))).collect();
        // 1 → 2 → 3 ← 4, and 5 alone.
        for (from, kind, to) in [(0, "implements", 1), (1, "implements", 2), (3, "cites", 2)] {
            let answer = relate(&root, &ids[from], kind, &by_id(&ids[to])).expect(201);
            let view = answer.json();
            assert_eq!((&view["from"], &view["to"], &view["kind"]), (&json!(ids[from]), &json!(ids[to]), &json!(kind)));
            assert_eq!((&view["since"], &view["until"]), (&json!("2020-03-01"), &Value::Null), "since the first was issued");
            let found = root.get(answer.header("location").unwrap()).send().expect(200);
            assert_eq!((found.json(), found.etag()), (view, answer.etag()));
        }
        let near = |id: usize, depth: i64| {
            let mut found = graph(&root, &ids[id], depth).0;
            assert_eq!(found.remove(0), (ids[id].clone(), 0));
            found.sort();
            let mut found: Vec<(usize, i64)> = found.iter().map(|(id, depth)| (ids.iter().position(|one| one == id).unwrap() + 1, *depth)).collect();
            found.sort_unstable();
            found
        };
        assert_eq!(near(1, 0), []);
        assert_eq!(near(1, 1), [(1, 1), (3, 1)]);
        assert_eq!(near(0, 2), [(2, 1), (3, 2)]);
        assert_eq!(near(0, 8), [(2, 1), (3, 2), (4, 3)]);
        assert_eq!(near(4, 8), []);
        assert_eq!(graph(&root, &ids[0], 8).1.len(), 3);
        assert_eq!(graph(&root, &ids[0], 1).1, [(ids[0].clone(), "implements".to_owned(), ids[1].clone())]);
        assert_eq!(root.get(&format!("{BASE}/{}/relations?depth=9", ids[0])).send().faults()[0].0, "depth");
    }

    fn a_circle_of_putting_into_practice_is_refused(app) {
        let root = app.root();
        let ids: Vec<String> = (1..=3).map(|n| id_of(&root, &plan(n))).collect();
        relate(&root, &ids[0], "implements", &by_id(&ids[0])).problem(409, "directive-relation-cycle");
        let first = relate(&root, &ids[0], "implements", &by_id(&ids[1])).expect(201);
        relate(&root, &ids[1], "implements", &by_id(&ids[2])).expect(201);
        for (from, to) in [(1, 0), (2, 0), (2, 1)] {
            relate(&root, &ids[from], "implements", &by_id(&ids[to])).problem(409, "directive-relation-cycle");
        }
        relate(&root, &ids[2], "cites", &by_id(&ids[0])).expect(201);
        relate(&root, &ids[0], "implements", &by_id(&ids[1])).problem(409, "directives-related");
        // Once one of them is over, there is no circle; to take it up again would make one.
        let at = first.header("location").unwrap();
        let ended = root.patch(at, &json!({"until": "2020-03-01"})).if_match(&first.etag()).send().expect(200);
        relate(&root, &ids[2], "implements", &by_id(&ids[0])).expect(201);
        root.patch(at, &json!({"until": null})).if_match(&ended.etag()).send().problem(409, "directive-relation-cycle");
        // A batch that would make one on its own.
        let items: Vec<Value> = [(4, 5), (5, 6), (6, 4)].map(|(from, to)| {
            json!({"from": {"number": format!("{from}-KH/TU")}, "kind": "implements", "to": {"number": format!("{to}-KH/TU")}})
        }).into();
        (4..=6).for_each(|n| { id_of(&root, &plan(n)); });
        let batch = root.post(&format!("{RELATIONS}/batch"), &json!({"items": items})).send().expect(200);
        assert_eq!(batch.each("outcome"), ["created", "created", "failed"]);
    }

    fn of_two_that_would_close_a_circle_at_once_one_does_not(app) {
        let root = app.root();
        let ids: Vec<String> = (1..=2).map(|n| id_of(&root, &plan(n))).collect();
        let start = Barrier::new(2);
        let statuses: Vec<u16> = std::thread::scope(|scope| {
            let all: Vec<_> = [(0, 1), (1, 0)].map(|(from, to)| {
                let (root, start, ids) = (&root, &start, &ids);
                scope.spawn(move || {
                    start.wait();
                    relate(root, &ids[from], "implements", &by_id(&ids[to])).status
                })
            }).into();
            all.into_iter().map(|one| one.join().unwrap()).collect()
        });
        assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
        assert_eq!(statuses.iter().filter(|status| **status == 409).count(), 1, "{statuses:?}");
    }

    fn what_becomes_of_a_directive_follows_from_the_day(app) {
        let root = lasting(app, "root", "*");
        let old = id_of(&root, &directive("1744/2014/QĐ-UBND", "UBND tỉnh", "Tiêu chí", Some("2014-06-12")));
        let new = id_of(&root, &directive("9/2026/QĐ-UBND", "UBND tỉnh", "Tiêu chí mới", Some("2026-01-02")));
        let nameless = id_of(&root, &directive("3/QĐ-UBND", "UBND tỉnh", "Không rõ ngày", None));
        assert_eq!(relate(&root, &nameless, "revokes", &by_id(&old)).faults(), [("/since".to_owned(), "required".to_owned())]);
        let before = root.get(&format!("{BASE}/{old}")).send().etag();
        let to = |since: &str| json!({"kind": "replaces", "to": by_id(&old), "since": since});
        let relation = root.post(&format!("{BASE}/{new}/relations"), &to("2026-02-01")).send().expect(201);
        relate(&root, &new, "amends", &by_id(&old)).expect(201);
        assert_eq!(status(&root, &old), "amended", "the replacement is to come");
        let amended = root.get(&format!("{BASE}/{old}")).send().etag();
        assert_ne!(amended, before);
        assert_eq!(listed(&root, "status=amended", "id"), from_ref(&old));
        app.clock.set("2026-01-31T16:59:59Z".parse().unwrap());
        assert_eq!(status(&root, &old), "amended");
        app.clock.set("2026-01-31T17:00:00Z".parse().unwrap());
        assert_eq!((status(&root, &old), listed(&root, "status=replaced", "id")), (json!("replaced"), vec![old.clone()]));
        assert_ne!(root.get(&format!("{BASE}/{old}")).send().etag(), amended, "no longer what the caller has");
        assert_eq!(listed(&root, "status=issued&number=1744/2014/Q%C4%90-UBND", "id"), [""; 0]);
        // Recorded by mistake: it ends on the day it began.
        root.patch(relation.header("location").unwrap(), &json!({"until": "2026-02-01"})).if_match("*").send().expect(200);
        assert_eq!(status(&root, &old), "amended");
    }

    fn a_number_names_a_directive_if_only_one_can_be_meant(app) {
        let root = app.root();
        let one = id_of(&root, &directive("16/CT-TTg", "Thủ tướng", "S", Some("2016-05-16")));
        let plan = id_of(&root, &plan(1));
        let made = relate(&root, &plan, "implements", &json!({"number": "16/2016/CT-TTg"})).expect(201);
        assert_eq!(made.json()["to"], one);
        let other = id_of(&root, &directive("16/CT-TTg", "Thủ tướng", "S", Some("2017-05-16")));
        relate(&root, &plan, "cites", &json!({"number": "16/CT-TTg"})).problem(422, "directive-ambiguous");
        assert_eq!(relate(&root, &plan, "cites", &json!({"number": "16/CT-TTg", "year": 2017})).expect(201).json()["to"], other);
        let draft = id_of(&root, &json!({"number": "/BC-SKHCN", "issuer": {"name": "Sở"}, "subject": "Báo cáo"}));
        assert_eq!(relate(&root, &plan, "cites", &json!({"number": "Số /BC-SKHCN"})).expect(201).json()["to"], draft);
        let faults = |to: Value| relate(&root, &plan, "cites", &to).faults();
        let fault = |at: &str, code: &str| vec![(at.to_owned(), code.to_owned())];
        assert_eq!(faults(json!({"number": "99/CT-TTg"})), fault("/to/number", "not-found"));
        assert_eq!(faults(json!({"id": "0197f0c0-0000-7000-8000-000000000000"})), fault("/to/id", "not-found"));
        assert_eq!(faults(json!({})), fault("/to/number", "required"));
        assert_eq!(faults(json!({"id": one, "number": "16/CT-TTg"})), fault("/to/id", "mismatch"));
    }

    fn a_caller_relates_what_is_its_own_and_sees_what_it_may_know_of(app) {
        app.province();
        let (science, home) = (app.caller("science", "H19.06", SCOPES), app.caller("home", "H19.09", SCOPES));
        let public = id_of(&app.root(), &with(directive("16/CT-TTg", "Thủ tướng", "S", Some("2016-05-16")), "public", json!(true)));
        let own = id_of(&science, &plan(1));
        let theirs = id_of(&home, &plan(2));
        let made = relate(&science, &own, "implements", &by_id(&public)).expect(201);
        relate(&home, &theirs, "implements", &by_id(&public)).expect(201);
        // Another's, as if there were none; a public one is not for everyone to change.
        relate(&science, &theirs, "cites", &by_id(&public)).problem(404, "not-found");
        assert_eq!(relate(&science, &own, "cites", &by_id(&theirs)).faults(), [("/to/id".to_owned(), "not-found".to_owned())]);
        assert_eq!(relate(&science, &own, "cites", &json!({"number": "2-KH/TU"})).faults(), [("/to/number".to_owned(), "not-found".to_owned())]);
        relate(&science, &public, "cites", &by_id(&own)).problem(403, "directive-of-another");
        relate(&science, &own, "revokes", &by_id(&public)).problem(403, "directive-of-another");
        home.get(made.header("location").unwrap()).send().problem(404, "not-found");
        home.patch(made.header("location").unwrap(), &json!({"until": "2021-01-01"})).if_match("*").send().problem(404, "not-found");
        assert_eq!(graph(&science, &public, 8).0, [(public.clone(), 0), (own.clone(), 1)]);
        assert_eq!(graph(&home, &public, 8).0, [(public.clone(), 0), (theirs.clone(), 1)]);
        assert_eq!(graph(&app.root(), &own, 2).0.len(), 3);
        home.get(&format!("{BASE}/{own}/relations")).send().problem(404, "not-found");
    }

    fn a_batch_can_be_sent_twice(app) {
        let root = app.root();
        (1..=3).for_each(|n| { id_of(&root, &plan(n)); });
        let item = |from: usize, kind: &str, to: usize| json!({"from": {"number": format!("{from}-KH/TU"), "year": 2020}, "kind": kind, "to": {"number": format!("0{to}-KH/TU")}});
        let items = json!({"items": [item(1, "implements", 2), item(2, "cites", 3), item(1, "implements", 2), item(1, "cites", 9), item(1, "likes", 2)]});
        let send = |query: &str| root.post(&format!("{RELATIONS}/batch{query}"), &items).send();
        send("?atomic=true").problem(422, "batch-refused");
        assert_eq!(app.database.count("SELECT COUNT(*) AS n FROM directive_relations"), 0);
        assert_eq!(send("").expect(200).each("outcome"), ["created", "created", "unchanged", "failed", "failed"]);
        assert_eq!(send("").expect(200).each("outcome"), ["unchanged", "unchanged", "unchanged", "failed", "failed"]);
        assert_eq!(app.database.count("SELECT COUNT(*) AS n FROM directive_relations"), 2);
    }
}
