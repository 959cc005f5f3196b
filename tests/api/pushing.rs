//! How records get into a service under test, and what every answer to that must say.

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::harness::{Answer, Client};
use crate::oracle::dossier::Dossier;
use crate::oracle::records::Records;
use crate::oracle::script::{Script, Step};
use crate::oracle::wire;

pub const DOSSIERS: &str = "/api/v1/dossiers/batch";
const EXCHANGES: &str = "/api/v1/document-exchanges/batch";

/// In which clothes a batch comes.
#[derive(Clone, Copy, Debug)]
pub enum Form {
    Json,
    NdJson,
}

/// A batch on its way: nothing is said of what comes back.
pub fn batch(client: &Client, path: &str, items: &[Value], form: Form) -> crate::harness::Request {
    match form {
        Form::Json => client.post(path, &json!({"items": items})),
        Form::NdJson => {
            let lines: Vec<String> = items.iter().map(Value::to_string).collect();
            client.request("POST", path).bytes("application/x-ndjson", lines.join("\n").as_bytes())
        }
    }
}

/// Holds the answer to a batch against what must become of every item.
#[track_caller]
fn expect_outcomes(answer: &Answer, outcomes: &[&str], listed: bool) {
    let body = answer.json();
    let problems = || body["items"].as_array().into_iter().flatten().find(|item| item["problem"].is_object());
    for outcome in ["created", "updated", "unchanged", "failed"] {
        let expected = outcomes.iter().filter(|one| **one == outcome).count();
        assert_eq!(body["summary"][outcome], expected, "{outcome}: {} {:?}", body["summary"], problems());
    }
    assert_eq!(body["summary"]["total"], outcomes.len());
    let items = body["items"].as_array().unwrap();
    let shown = outcomes.iter().enumerate().filter(|(_, outcome)| listed || **outcome == "failed");
    let shown: Vec<_> = shown.collect();
    assert_eq!(items.len(), shown.len());
    for (item, (index, outcome)) in items.iter().zip(shown) {
        let repeated = item["problem"]["code"] == "repeated-in-batch";
        assert_eq!(repeated, *outcome == "failed", "{item}");
        assert_eq!((&item["index"], &item["outcome"]), (&json!(index), &json!(outcome)), "{item}");
    }
}

/// Pushes a batch, in one form or the other, and sees to the answer.
#[track_caller]
fn push(client: &Client, path: &str, items: &[Value], outcomes: &[&str], form: Form) {
    let path = match form {
        Form::Json => path.to_owned(),
        Form::NdJson => format!("{path}?answer=failed"),
    };
    let answer = batch(client, &path, items, form).send().expect(200);
    expect_outcomes(&answer, outcomes, matches!(form, Form::Json));
}

/// What becomes of a batch: what stands in it twice is taken once.
fn outcomes<'a, T>(
    batch: &'a [T],
    key: fn(&T) -> &str,
    mut push: impl FnMut(&'a T) -> &'static str,
) -> Vec<&'static str> {
    let mut seen = HashSet::new();
    batch.iter().map(|one| if seen.insert(key(one)) { push(one) } else { "failed" }).collect()
}

/// Pushes dossiers, and keeps what is then true.
#[track_caller]
pub fn dossiers(client: &Client, records: &mut Records, dossiers: &[Dossier], form: Form) {
    let items: Vec<Value> = dossiers.iter().map(wire::dossier).collect();
    let outcomes = outcomes(dossiers, |dossier| &dossier.code, |dossier| records.push_dossier(dossier));
    push(client, DOSSIERS, &items, &outcomes, form);
}

/// Puts in the organizations and procedures that records need.
#[track_caller]
pub fn begin(client: &Client, records: &Records) {
    for (path, items) in [
        ("/api/v1/organizations/batch", wire::organizations(&records.tree)),
        ("/api/v1/procedures/batch", records.procedures.values().map(wire::procedure).collect()),
    ] {
        push(client, path, &items, &vec!["created"; items.len()], Form::Json);
    }
}

/// Pushes everything in its order. Answers what is then true.
#[track_caller]
pub fn run(client: &Client, script: Script) -> Records {
    let mut records = script.beginning;
    begin(client, &records);
    for (n, step) in script.steps.into_iter().enumerate() {
        let form = if n % 2 == 0 { Form::Json } else { Form::NdJson };
        match step {
            Step::Dossiers(batch) => dossiers(client, &mut records, &batch, form),
            Step::Exchanges(batch) => {
                let items: Vec<Value> = batch.iter().map(wire::exchange).collect();
                let outcomes = outcomes(&batch, |one| &one.id, |one| records.push_exchange(one));
                push(client, EXCHANGES, &items, &outcomes, form);
            }
            Step::Decide(decision) => {
                let body = wire::decision(&decision, &records.tree);
                client.post("/api/v1/reorganizations", &body).send().expect(201);
                records.tree.decide(&decision);
            }
        }
    }
    records
}

/// Every dossier as the service has it, by its list and one by one, each held against its own life.
#[track_caller]
pub fn stored_dossiers(client: &Client) -> Vec<Dossier> {
    let mut found = Vec::new();
    let mut path = "/api/v1/dossiers?limit=200".to_owned();
    loop {
        let page = client.get(&path).send().expect(200).json();
        for item in page["items"].as_array().unwrap() {
            let one = format!("/api/v1/dossiers/{}", item["code"].as_str().unwrap());
            let whole = client.get(&one).send().expect(200).json();
            for field in ["organization", "procedure", "channel", "state", "accepted_on", "ended_on"] {
                assert_eq!(item[field], whole[field], "{field} of {item} and {whole}");
            }
            found.push(wire::shown_dossier(&whole));
        }
        let Some(next) = page["next"].as_str() else { return found };
        path = format!("/api/v1/dossiers?limit=200&cursor={next}");
    }
}
