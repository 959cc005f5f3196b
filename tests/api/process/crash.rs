//! Killed, or told to stop, under load: what was acknowledged stays, and nothing happens twice.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use serde_json::{Value, json};

use super::on_each;
use crate::harness::process::{Process, Site, printed, until};
use crate::harness::{Answer, Client};

const KEYS: usize = 45;
const URL: &str = "/api/v1/reorganizations";

/// A renaming, which cannot be done twice: each needs a day after the last change.
fn renaming(key: usize) -> Value {
    json!({"kind": "rename", "legal_basis": format!("QĐ {key}"), "effective_on": "2020-01-01",
        "predecessors": [format!("K{key}")], "successors": [{"code": format!("K{key}"), "name": format!("Mới {key}")}]})
}

fn keyed(client: &Client, key: usize) -> Result<Answer, ureq::Error> {
    client.post(URL, &renaming(key)).header("idempotency-key", &format!("key-{key}")).try_send()
}

/// The answer once nobody else works on the key: a session that died may hold it a moment longer.
fn replayed(client: &Client, key: usize) -> Answer {
    until("free", || keyed(client, key).ok().filter(|answer| !matches!(answer.status, 409 | 503)))
}

fn prepared(site: &Site) {
    let process = site.serve();
    let item =
        |key| json!({"code": format!("K{key}"), "name": "Cũ", "kind": "other", "valid_from": "2015-01-01"});
    let items: Vec<Value> = (0..KEYS).map(item).collect();
    let batch = json!({"items": items});
    let answer = site.root(&process).post("/api/v1/organizations/batch", &batch).send().expect(200);
    assert_eq!(answer.json()["summary"]["created"], KEYS);
}

fn decided(site: &Site, key: usize) -> i64 {
    site.database.count(&format!("SELECT COUNT(*) AS n FROM reorganizations WHERE legal_basis = 'QĐ {key}'"))
}

/// Sends every key that was not acknowledged yet, from three sides at once, until the process is dead or all are done.
fn push(client: &Client, acknowledged: &Mutex<HashMap<usize, String>>, done: &AtomicUsize) {
    std::thread::scope(|scope| {
        for side in 0..3 {
            scope.spawn(move || {
                for key in (0..KEYS).filter(|key| key % 3 == side) {
                    if acknowledged.lock().unwrap().contains_key(&key) {
                        continue;
                    }
                    let Ok(answer) = keyed(client, key) else { return };
                    if answer.status == 201 {
                        let id = answer.json()["id"].as_str().unwrap().to_owned();
                        acknowledged.lock().unwrap().insert(key, id);
                        done.fetch_add(1, Ordering::Relaxed);
                    }
                }
            });
        }
    });
}

pub(super) fn random(below: usize) -> usize {
    usize::try_from(RandomState::new().build_hasher().finish() % below as u64).unwrap()
}

/// Sends a request by hand, and reads nothing.
fn sent(base: &str, head: &str, body: &str) -> std::io::Result<TcpStream> {
    let mut stream = TcpStream::connect(base.strip_prefix("http://").unwrap())?;
    let length = body.len();
    write!(stream, "{head}\r\nhost: danvan\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}")?;
    Ok(stream)
}

/// Whether a request was answered, completely; otherwise the door was closed before it: not a byte came back.
fn asked(base: &str, head: &str) -> bool {
    let Ok(mut stream) = sent(base, head, "") else { return false };
    let mut text = String::new();
    let end = stream.read_to_string(&mut text);
    if text.is_empty() {
        return false;
    }
    end.expect("an answer to its end");
    assert!(text.starts_with("HTTP/1.1 200 "), "{text:?}");
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
    assert_eq!(body.len().to_string(), length);
    true
}

on_each! {
    fn killed_at_any_moment_it_loses_nothing_and_repeats_nothing(backend) {
        let site = Site::new(backend);
        prepared(&site);
        let acknowledged = Mutex::new(HashMap::new());
        let done = AtomicUsize::new(0);
        for round in 1..=4 {
            let mut process = site.serve();
            let client = site.root(&process);
            let enough = done.load(Ordering::Relaxed) + random(KEYS / 4);
            std::thread::scope(|scope| {
                let pushing = scope.spawn(|| push(&client, &acknowledged, &done));
                until("so far", || (done.load(Ordering::Relaxed) >= enough || pushing.is_finished()).then_some(()));
                for _ in 0..random(200_000) {
                    std::hint::spin_loop();
                }
                process.kill();
            });
            assert!(done.load(Ordering::Relaxed) <= KEYS, "round {round}");
        }
        let process = site.serve();
        let client = site.root(&process);
        for key in 0..KEYS {
            let before = decided(&site, key);
            let answer = replayed(&client, key).expect(201);
            let known = acknowledged.lock().unwrap().get(&key).cloned();
            if let Some(id) = known {
                assert_eq!((before, answer.json()["id"].as_str()), (1, Some(id.as_str())), "key {key} was acknowledged");
            }
            assert_eq!(before == 1, answer.header("idempotent-replayed").is_some(), "key {key}");
            assert_eq!(decided(&site, key), 1);
            let organization = client.get(&format!("/api/v1/organizations/K{key}")).send().expect(200).json();
            assert_eq!(organization["name"], format!("Mới {key}"));
        }
        let changes = site.database.count("SELECT COUNT(*) AS n FROM audit_entries WHERE act = 'organization.reorganize'");
        assert_eq!(changes, i64::try_from(KEYS).unwrap());
        printed(&site.run(&["audit"]));
    }

    fn killed_between_commit_and_answer_it_answers_the_repetition(backend) {
        let site = Site::new(backend);
        prepared(&site);
        for key in 0..3 {
            let mut process = site.serve();
            let token = printed(&site.run(&["token", "--org", "*", "--scope", "organizations:write"]));
            let head = format!(
                "POST {URL} HTTP/1.1\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\nidempotency-key: key-{key}",
                token.trim()
            );
            let unread = sent(&process.base, &head, &renaming(key).to_string()).unwrap();
            until("committed", || (decided(&site, key) == 1).then_some(()));
            process.kill();
            drop(unread);
            let process = site.serve();
            // A key belongs to whoever sent it: the same subject asks again.
            let answer = replayed(&site.caller(&process, "*", "organizations:write"), key).expect(201);
            assert_eq!(answer.header("idempotent-replayed"), Some("true"));
            assert_eq!(decided(&site, key), 1);
        }
    }

    fn told_to_stop_under_load_it_answers_every_request_that_it_took(backend) {
        let mut site = Site::new(backend);
        site.set("DANVAN_DRAIN_SECONDS", "3");
        prepared(&site);
        let mut process = site.serve();
        let token = printed(&site.run(&["token", "--org", "*", "--scope", "organizations:read"]));
        let head = format!("GET /api/v1/organizations?limit=500 HTTP/1.1\r\nauthorization: Bearer {}", token.trim());
        let (answered, draining) = (AtomicUsize::new(0), AtomicBool::new(false));
        std::thread::scope(|scope| {
            let (base, head, counted, told) = (&process.base, &head, &answered, &draining);
            // As a reverse proxy does: nothing more once `/readyz` says no. Not one request may fail.
            let polite = move || while !told.load(Ordering::Relaxed) {
                assert!(asked(base, head), "a request that came in time");
                counted.fetch_add(1, Ordering::Relaxed);
            };
            // Until the door is closed.
            let stubborn = move || while asked(base, head) {
                counted.fetch_add(1, Ordering::Relaxed);
            };
            let loads = [scope.spawn(polite), scope.spawn(polite)].into_iter();
            let loads = loads.chain([scope.spawn(stubborn), scope.spawn(stubborn)]).collect::<Vec<_>>();
            until("under load", || (answered.load(Ordering::Relaxed) > 20).then_some(()));
            process.terminate();
            until("draining", || (process.anyone().get("/readyz").send().status == 503).then_some(()));
            draining.store(true, Ordering::Relaxed);
            for load in loads {
                load.join().unwrap();
            }
        });
        process.ended();
        let logged = process.rest().iter().filter(|line| line.contains("GET /api/v1/organizations 200 ")).count();
        assert_eq!(logged, answered.load(Ordering::Relaxed), "whatever it took was answered to its end");
    }
}

/// Kept here so that a dead process is named as such.
#[test]
fn a_killed_process_answers_nothing() {
    let site = Site::new(crate::harness::Backend::Sqlite);
    let mut process: Process = site.serve();
    process.anyone().get("/livez").send().expect(200);
    process.kill();
    assert!(process.anyone().get("/livez").try_send().is_err());
}
