//! How many statements a reading takes through every tree and of every list, and a push: the same for little and for much.

use serde_json::{Value, json};

use super::on_each;
use super::statements::{cost, forgetful};
use crate::harness::Client;
use crate::harness::process::Process;

/// Those right below two organizations.
const BELOW: [(&str, usize); 2] = [("FEW", 10), ("MANY", 50)];
/// When dossiers end.
const JUNE: &str = "2020-06-10T09:00:00+07:00";

/// What is pushed, by how often it was tried before.
type Items<'a> = &'a dyn Fn(usize) -> Vec<Value>;

/// Two organizations below one, the first with few and the second with many below it. Answers the codes of all.
fn organizations(root: &Client) -> Vec<String> {
    let mut codes = vec!["ALL".to_owned()];
    let mut items = vec![json!({"code": "ALL", "name": "Tỉnh", "kind": "other", "valid_from": "2015-01-01"})];
    let mut add = |code: String, parent: &str| {
        items.push(json!({"code": code, "name": "Sở", "kind": "other", "parent": parent, "valid_from": "2015-01-01"}));
        codes.push(code);
    };
    for (code, below) in BELOW {
        add(code.to_owned(), "ALL");
        (0..below).for_each(|n| add(format!("{code}.{n}"), code));
    }
    push(root, "organizations", &items);
    codes
}

/// Dossiers of these organizations in turn: each second one filed online, all of them settled late.
fn dossiers(name: &str, count: usize, of: &[String], settled: &str) -> Vec<Value> {
    let dossier = |n: usize| {
        let channel = if n.is_multiple_of(2) { "online" } else { "post" };
        json!({
            "code": format!("{name}-{n}"), "organization": of[n % of.len()], "procedure": format!("P{}", n % 7),
            "channel": channel, "due_at": "2020-01-20T17:00:00+07:00",
            "events": [{"status": "accepted", "at": "2020-01-06T08:00:00+07:00"}, {"status": "completed", "at": settled}]
        })
    };
    (0..count).map(dossier).collect()
}

/// Pushes a batch, all of which must be taken. Answers what became of it.
#[track_caller]
fn push(client: &Client, records: &str, items: &[Value]) -> Value {
    let path = format!("/api/v1/{records}/batch?answer=failed");
    let answer = client.post(&path, &json!({"items": items})).send().expect(200).json();
    assert_eq!(answer["summary"]["failed"], 0, "{answer}");
    answer["summary"].clone()
}

/// Statements and units of work since the process began.
fn counted(process: &Process) -> [u64; 2] {
    let text = process.anyone().get("/metrics").send().expect(200).text();
    ["danvan_db_statements_total", "danvan_db_checkouts_total"].map(|name| {
        let line = text.lines().find(|line| line.starts_with(name)).unwrap();
        line.rsplit(' ').next().unwrap().parse().unwrap()
    })
}

/// Statements of a push in one transaction: of one during which the process did not look after itself, which it does every
/// other second.
fn cost_of(root: &Client, process: &Process, (items, outcome): (Items<'_>, &str)) -> u64 {
    let known = dossiers("KNOWN", 1, &["ALL".to_owned()], JUNE);
    let alone = (0..50).find_map(|round| {
        let items = items(round);
        // A connection that was not used for a moment is tried first; so it is used.
        push(root, "dossiers", &known);
        let before = counted(process);
        assert_eq!(push(root, "dossiers", &items)[outcome], items.len());
        let [statements, works] = counted(process);
        (works - before[1] == 1).then_some(statements - before[0])
    });
    alone.expect("a push while nothing else is done")
}

/// Statements of a push of dossiers that are new, of the same again, and of the same with another end.
fn costs(root: &Client, process: &Process, count: usize, of: &[String]) -> [u64; 3] {
    let name = |round: usize| format!("D{count}-{round}");
    let new = |round: usize| dossiers(&name(round), count, of, JUNE);
    let again = |_: usize| dossiers(&name(0), count, of, JUNE);
    let corrected = |round: usize| {
        let month = 7 + round % 2;
        dossiers(&name(0), count, of, &format!("2020-{month:02}-10T09:00:00+07:00"))
    };
    let pushes: [(Items<'_>, &str); 3] = [(&new, "created"), (&again, "unchanged"), (&corrected, "updated")];
    pushes.map(|push| cost_of(root, process, push))
}

on_each! {
    fn figures_through_every_tree_cost_the_same_of_ten_and_of_fifty_below(backend) {
        let site = forgetful(backend);
        let process = site.serve();
        let root = site.root(&process);
        let codes = organizations(&root);
        push(&root, "dossiers", &dossiers("D", 200, &codes, JUNE));
        // Of sums, of stocks, of different things.
        let kpis = ["on-time-dossiers", "on-time-dossiers-all", "procedures-with-online-dossiers"];
        for periods in ["period=2020", "period=this_year", "period=2020&basis=as_is", "period=this_year&basis=as_is"] {
            for (include, few, many) in [("self", 1, 1), ("subtree", 1, 1), ("children", 10, 50), ("descendants", 10, 50)] {
                let path = |org: &str| format!("/api/v1/figures?kpi={}&org={org}&include={include}&{periods}", kpis.join(","));
                let found = |org: &str| root.get(&path(org)).send().expect(200).json()["items"].as_array().unwrap().len();
                assert_eq!((found("FEW"), found("MANY")), (few * kpis.len(), many * kpis.len()), "{include} {periods}");
                let [few, many] = ["FEW", "MANY"].map(|org| cost(&process, &root, &path(org)));
                assert_eq!(few, many, "{include} {periods}");
                // Begin, who, what, whose, earlier years, sums, days when it is running, what was seen, targets, end.
                assert!(many <= 10, "{include} {periods}: {many}");
            }
        }
    }

    fn lists_of_procedures_and_documents_cost_the_same_for_one_and_for_three_hundred(backend) {
        let site = forgetful(backend);
        let process = site.serve();
        let root = site.root(&process);
        let codes = organizations(&root);
        let of = |n: usize| &codes[n % codes.len()];
        let procedure = |n: usize| json!({
            "code": format!("P{n}"), "name": {"vi": format!("Thủ tục {n}")}, "field": "Khoa học",
            "organizations": [{"organization": of(n), "from": "2015-01-01"}, {"organization": of(n + 1), "from": "2015-01-01"}],
            "states": [{"from": "2015-01-01", "level": "4", "published": true, "standardised": true}]
        });
        let document = |n: usize| json!({
            "id": format!("E{n}"), "organization": of(n), "issued_on": "2020-06-04", "scope": ["internal"], "medium": "paper"
        });
        push(&root, "procedures", &(0..300).map(procedure).collect::<Vec<_>>());
        push(&root, "document-exchanges", &(0..300).map(document).collect::<Vec<_>>());
        // Begin, the page, who of its handlers is within reach, end; one who reaches everything need not ask that.
        let within = site.caller(&process, "ALL", "records:read");
        for (client, most) in [(&root, 3), (&within, 4)] {
            for query in ["", "&q=thu+tuc", "&level=4&published=true", "&organization=ALL", "&as_of=2020-06-30"] {
                let list = |limit: usize| cost(&process, client, &format!("/api/v1/procedures?limit={limit}{query}"));
                assert_eq!((list(1), list(300)), (most, most), "{query}");
            }
            assert!(cost(&process, client, "/api/v1/procedures/P1") <= most);
            for query in ["", "&organization=MANY", "&scope=internal&medium=paper"] {
                let list = |limit: usize| cost(&process, client, &format!("/api/v1/document-exchanges?limit={limit}{query}"));
                assert_eq!((list(1), list(300)), (1, 1), "{query}");
            }
            assert_eq!(cost(&process, client, "/api/v1/document-exchanges/E1"), 1);
        }
    }

    fn a_push_of_three_hundred_dossiers_costs_what_a_push_of_ten_costs(backend) {
        let mut site = forgetful(backend);
        site.set("DANVAN_DB_POOL_SIZE", "1");
        let process = site.serve();
        let root = site.root(&process);
        let codes = organizations(&root);
        let (ten, many) = (costs(&root, &process, 10, &codes), costs(&root, &process, 300, &codes));
        if backend == Backend::Postgres {
            assert_eq!(ten, many);
        } else {
            // SQLite binds so many values in a statement and no more: rows go in by handfuls.
            for (ten, many) in ten.into_iter().zip(many) {
                assert!(many <= ten + 300 / 10, "{ten}, {many}");
            }
            assert_eq!(ten[1], many[1], "nothing is written");
        }
    }
}
