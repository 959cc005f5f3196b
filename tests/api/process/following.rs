//! Following what changes over several processes: nothing is missed, nothing comes twice, whoever is killed.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};

use super::crash::random;
use super::on_each;
use crate::changes::{CHANGES, acts, end};
use crate::harness::process::{Site, printed, until};
use crate::harness::{Answer, Backend, Client, Reaction, Receiver, Request};
use crate::small_province::dossier;
use crate::webhooks::{subscribe, target};

const WRITERS: usize = 8;
const ROUNDS: usize = 12;
const DAYS: [&str; 3] = ["2020-06-01", "2020-06-19", "2020-06-18"];

/// Of a change: kind and key.
type Thing = (String, String);

/// The answer, once the database has time for the request: until then nothing is done.
fn taken(request: impl Fn() -> Request) -> Answer {
    until("taken", || Some(request().send()).filter(|answer| answer.status != 503))
}

/// What a writer does in a round, in whatever order the eight of them come: a target of its own, then some dossiers, then
/// its organization. Answers what became of what.
fn write(client: &Client, writer: usize, round: usize) -> Vec<(Thing, &'static str)> {
    let code = format!("W{writer}");
    let act = if round == 0 { "created" } else { "updated" };
    let path = format!("/api/v1/organizations/{code}/targets/satisfaction/2020");
    let set = || client.put(&path, &json!({"percent": round}));
    taken(|| if round == 0 { set() } else { set().if_match("*") }).expect(if round == 0 { 201 } else { 200 });
    let items: Vec<Value> = (0..3).map(|n| dossier(&format!("{code}-{round}-{n}"), &code, DAYS)).collect();
    let batch = taken(|| client.post("/api/v1/dossiers/batch", &json!({"items": items}))).expect(200);
    assert_eq!(batch.json()["summary"]["created"], 3);
    let name = json!({"name": format!("Tên {round}"), "valid_from": "2015-01-01"});
    let path = format!("/api/v1/organizations/{code}");
    taken(|| client.patch(&path, &name).if_match("*")).expect(200);
    let mut done = vec![(("target".to_owned(), format!("{code} satisfaction 2020 calendar")), act)];
    done.extend((0..3).map(|n| (("dossier".to_owned(), format!("{code}-{round}-{n}")), "created")));
    done.push((("organization".to_owned(), code), "updated"));
    done
}

/// A consumer of its own, which a test kills: reads from the cursor in a file, and keeps what it read with the next cursor in
/// one step, until it is told that the writers are done and there is no more.
#[test]
#[ignore = "a process of the test below"]
#[expect(clippy::disallowed_methods, reason = "told by the test that starts it")]
fn a_consumer() {
    let told = |name: &str| std::env::var(name).expect("started by a test");
    let (base, token, file, done) =
        (told("FEED_BASE"), told("FEED_TOKEN"), told("FEED_FILE"), told("FEED_DONE"));
    let client = Client::new(&base, Some(format!("Bearer {token}")));
    let mut kept: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    loop {
        let last = Path::new(&done).exists();
        let cursor = kept["next"].as_str().unwrap();
        let path = format!("{CHANGES}?after={cursor}&limit=7&wait={}", i32::from(!last));
        let answer = taken(|| client.get(&path)).expect(200).json();
        kept["items"].as_array_mut().unwrap().extend(answer["items"].as_array().unwrap().clone());
        kept["next"] = answer["next"].clone();
        let next = format!("{file}.next");
        std::fs::write(&next, kept.to_string()).unwrap();
        std::fs::rename(&next, &file).unwrap();
        if last && answer["more"] == false && answer["items"] == json!([]) {
            return;
        }
    }
}

fn consumer(base: &str, token: &str, file: &str, done: &str) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "process::following::a_consumer", "--ignored", "--test-threads=1"]);
    command.env("FEED_BASE", base).env("FEED_TOKEN", token).env("FEED_FILE", file).env("FEED_DONE", done);
    command.stdout(Stdio::null()).stderr(Stdio::inherit()).spawn().unwrap()
}

fn organizations(root: &Client) {
    let item =
        |n| json!({"code": format!("W{n}"), "name": "Tên", "kind": "other", "valid_from": "2015-01-01"});
    let items: Vec<Value> = (0..WRITERS).map(item).collect();
    root.post("/api/v1/organizations/batch", &json!({"items": items})).send().expect(200);
}

/// Each change of each thing, in the order in which they came.
fn by_thing(changes: impl Iterator<Item = (Thing, String)>) -> BTreeMap<Thing, Vec<String>> {
    let mut found: BTreeMap<Thing, Vec<String>> = BTreeMap::new();
    changes.for_each(|(thing, act)| found.entry(thing).or_default().push(act));
    found
}

/// One order, that of the commits: what a writer did later comes later.
fn assert_in_order(items: &[Value]) {
    let place = |(place, item): (usize, &Value)| (item["key"].as_str().unwrap().to_owned(), place);
    let places: HashMap<String, usize> =
        items.iter().enumerate().filter(|(_, item)| item["kind"] == "dossier").map(place).collect();
    for (writer, round) in (0..WRITERS).flat_map(|writer| (1..ROUNDS).map(move |round| (writer, round))) {
        let place = |round: usize| places[&format!("W{writer}-{round}-0")];
        assert!(place(round - 1) < place(round), "{writer} {round}");
    }
}

on_each! {
    fn a_consumer_killed_at_random_reads_every_change_once_while_eight_write(backend) {
        let site = Site::new(backend);
        let processes = [site.serve(), site.serve()];
        let clients = processes.each_ref().map(|process| site.root(process));
        organizations(&clients[0]);
        let file = site.file("consumed", json!({"items": [], "next": end(&clients[0])}).to_string().as_bytes());
        let done = site.folder.path().join("done");
        let all = danvan::platform::auth::SCOPES.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(" ");
        let token = printed(&site.run(&["token", "--org", "*", "--scope", &all]));
        let bases = processes.each_ref().map(|process| process.base.clone());
        let start = |n: usize| consumer(&bases[n % 2], token.trim(), &file, done.to_str().unwrap());
        let finished = AtomicBool::new(false);
        let (written, kills) = std::thread::scope(|scope| {
            let killing = scope.spawn(|| {
                let mut kills = 0;
                while !finished.load(Ordering::Relaxed) {
                    let mut child = start(kills);
                    let before = std::fs::read(&file).unwrap();
                    // It dies somewhere after it has begun to keep something, or in the middle of a wait.
                    until("consuming", || (finished.load(Ordering::Relaxed) || std::fs::read(&file).unwrap() != before).then_some(()));
                    for _ in 0..random(2_000_000) {
                        std::hint::spin_loop();
                    }
                    child.kill().unwrap();
                    child.wait().unwrap();
                    kills += 1;
                }
                kills
            });
            let writers: Vec<_> = (0..WRITERS)
                .map(|writer| {
                    let client = &clients[writer % 2];
                    scope.spawn(move || (0..ROUNDS).flat_map(|round| write(client, writer, round)).collect::<Vec<_>>())
                })
                .collect();
            let written: Vec<(Thing, &str)> = writers.into_iter().flat_map(|writer| writer.join().unwrap()).collect();
            finished.store(true, Ordering::Relaxed);
            (written, killing.join().unwrap())
        });
        std::fs::write(&done, "").unwrap();
        assert!(start(0).wait().unwrap().success());
        let kept: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
        let items = kept["items"].as_array().unwrap();
        let text = |item: &Value, field: &str| item[field].as_str().unwrap().to_owned();
        let read = by_thing(items.iter().map(|item| ((text(item, "kind"), text(item, "key")), text(item, "act"))));
        assert_eq!(read, by_thing(written.into_iter().map(|(thing, act)| (thing, act.to_owned()))), "after {kills} kills");
        assert_eq!(items.len(), WRITERS * ROUNDS * 5);
        assert_in_order(items);
        assert!(kills > 0);
    }

    fn who_waits_is_told_what_another_process_writes(backend) {
        let site = Site::new(backend);
        let mut processes = [site.serve(), site.serve()];
        let [waiter, writer] = processes.each_ref().map(|process| site.root(process));
        organizations(&writer);
        let cursor = end(&waiter);
        let told = std::thread::scope(|scope| {
            let waiting = scope.spawn(|| waiter.get(&format!("{CHANGES}?after={cursor}&wait=30")).send().expect(200).json());
            target(&writer, "W1", "satisfaction");
            waiting.join().unwrap()
        });
        assert_eq!((told["items"].as_array().unwrap().len(), &told["items"][0]["key"]), (1, &json!("W1 satisfaction 2020 calendar")));
        // A process that is told to stop does not keep anybody waiting.
        let cursor = told["next"].as_str().unwrap().to_owned();
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| waiter.get(&format!("{CHANGES}?after={cursor}&wait=30")).try_send());
            processes[0].terminate();
            // Answered with nothing, or not taken any more because it came after the door was closed.
            if let Ok(answer) = waiting.join().unwrap() {
                assert_eq!(answer.expect(200).json()["items"], json!([]));
            }
        });
        processes[0].ended();
    }

    fn a_call_that_nobody_answered_is_made_again_by_another_process(backend) {
        let mut site = Site::new(backend);
        for (name, value) in [("DANVAN_WEBHOOK_NETWORKS", "127.0.0.0/8"), ("DANVAN_WEBHOOK_HTTP", "true"), ("DANVAN_WEBHOOK_TIMEOUT_SECONDS", "2")] {
            site.set(name, value);
        }
        let mut first = site.serve();
        let (root, receiver) = (site.root(&first), Receiver::start());
        organizations(&root);
        receiver.react(&[Reaction::Silence]);
        let (place, secret) = subscribe(&root, &json!({"url": receiver.url(), "kinds": ["target"]}));
        target(&root, "W1", "satisfaction");
        let unanswered = receiver.call();
        first.kill();
        let second = site.serve();
        let root = site.root(&second);
        target(&root, "W2", "satisfaction");
        let again = receiver.call();
        assert_eq!((again.header("webhook-id"), &again.body), (unanswered.header("webhook-id"), &unanswered.body));
        assert_eq!((again.signed(&secret), receiver.call().told()[0][1].as_str()), (1, "W2 satisfaction 2020 calendar"));
        let delivered = until("delivered", || {
            let found = root.get(&place).send().expect(200).json();
            (found["delivery"]["failures"] == 0 && found["delivery"]["tries"] == 2).then_some(found)
        });
        let next = delivered["delivery"]["next"].as_str().unwrap();
        assert_eq!(acts(&root, next), Vec::<[String; 3]>::new());
    }
}

#[test]
fn a_target_of_this_machine_is_refused_unless_the_settings_allow_it() {
    let mut site = Site::new(Backend::Sqlite);
    let receiver = Receiver::start();
    let refused = |site: &Site, url: &str| {
        let process = site.serve();
        let answer = site.root(&process).post("/api/v1/webhook-subscriptions", &json!({"url": url})).send();
        answer.status == 422 && answer.json()["code"] == "webhook-target-refused"
    };
    let encrypted = receiver.url().replace("http:", "https:");
    assert!(refused(&site, &receiver.url()) && refused(&site, &encrypted));
    site.set("DANVAN_WEBHOOK_HTTP", "true");
    assert!(refused(&site, &receiver.url()));
    site.set("DANVAN_WEBHOOK_NETWORKS", "127.0.0.0/8");
    assert!(!refused(&site, &receiver.url()));
}
