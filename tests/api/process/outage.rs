//! Without its database, or without a connection to it: 503 with `Retry-After`, and recovery by itself.

use diesel::connection::SimpleConnection;
use serde_json::{Value, json};

use super::on_each;
use crate::harness::process::{Process, Site, until};
use crate::harness::{Answer, Backend, Client, Proxy};

const H19: &str = "/api/v1/organizations/H19";

fn body(name: &str) -> Value {
    json!({"name": name, "kind": "province", "valid_from": "2015-01-01"})
}

/// Refused for now, with the moment to come back.
#[track_caller]
fn refused(answer: Answer) {
    assert!(
        answer.header("retry-after").is_some_and(|seconds| seconds.parse::<u32>().is_ok()),
        "{}",
        answer.text()
    );
    answer.problem(503, "temporarily-unavailable");
}

fn status(process: &Process, path: &str) -> u16 {
    process.anyone().get(path).send().status
}

#[test]
fn while_postgresql_is_away_it_says_so_and_recovers_by_itself() {
    let mut site = Site::new(Backend::Postgres);
    let proxy = Proxy::to(&site.database);
    site.set("DATABASE_URL", &proxy.url);
    site.set("DANVAN_DB_WAIT_MS", "300");
    let process = site.serve();
    let root = site.root(&process);
    root.put(H19, &body("Tỉnh")).send().expect(201);
    assert_eq!(status(&process, "/readyz"), 200);
    for outage in 0..2 {
        proxy.cut();
        for _ in 0..3 {
            refused(root.get(H19).send());
            refused(root.put("/api/v1/organizations/H20", &body("Khác")).send());
            refused(root.get("/api/v1/organizations").send());
        }
        assert_eq!((status(&process, "/livez"), status(&process, "/readyz")), (200, 503));
        assert_eq!(status(&process, "/api/v1/organizations"), 401, "what needs no database is answered");
        proxy.mend();
        until("recovered", || (status(&process, "/readyz") == 200).then_some(()));
        until("recovered", || (root.get(H19).send().status == 200).then_some(()));
        let name = format!("Tỉnh {outage}");
        until("recovered", || (root.put(H19, &body(&name)).if_match("*").send().status == 200).then_some(()));
        assert_eq!(root.get(H19).send().expect(200).json()["name"], name);
    }
    root.get("/api/v1/organizations/H20").send().problem(404, "not-found");
}

#[test]
fn it_starts_while_the_database_is_away() {
    let mut site = Site::new(Backend::Postgres);
    let proxy = Proxy::to(&site.database);
    site.set("DATABASE_URL", &proxy.url);
    site.set("DANVAN_DB_WAIT_MS", "300");
    site.set("DANVAN_MIGRATE", "false");
    proxy.cut();
    let process = site.serve();
    let root = site.root(&process);
    refused(root.get(H19).send());
    assert_eq!((status(&process, "/livez"), status(&process, "/readyz")), (200, 503));
    proxy.mend();
    until("there", || (status(&process, "/readyz") == 200).then_some(()));
    until("there", || (root.put(H19, &body("Tỉnh")).send().status == 201).then_some(()));
}

on_each! {
    fn with_every_connection_in_use_it_says_so_and_recovers_by_itself(backend) {
        let mut site = Site::new(backend);
        site.set("DANVAN_DB_POOL_SIZE", "1");
        site.set("DANVAN_DB_WAIT_MS", "200");
        let process = site.serve();
        let root = site.root(&process);
        root.put(H19, &body("Tỉnh")).send().expect(201);
        let mut holder = danvan::platform::db::connect(&site.database.config.url).unwrap();
        // What every change needs last of all.
        let lock = match backend {
            Backend::Sqlite => "BEGIN IMMEDIATE",
            Backend::Postgres => "BEGIN; UPDATE audit_head SET seq = seq",
        };
        holder.batch_execute(lock).unwrap();
        let answers = std::thread::scope(|scope| {
            let change = |n: i32| {
                let client: &Client = &root;
                scope.spawn(move || client.put(&format!("/api/v1/organizations/N{n}"), &body("Mới")).send())
            };
            let running: Vec<_> = (0..3).map(change).collect();
            // One holds the connection and waits for the lock; the others wait for the connection, in vain.
            until("refused", || (running.iter().filter(|thread| thread.is_finished()).count() == 2).then_some(()));
            root.get(H19).send().expect(200);
            assert_eq!((status(&process, "/livez"), status(&process, "/readyz")), (200, 200), "reading goes on");
            holder.batch_execute("ROLLBACK").unwrap();
            running.into_iter().map(|thread| thread.join().unwrap()).collect::<Vec<Answer>>()
        });
        let (taken, others): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 201);
        assert_eq!((taken.len(), others.len()), (1, 2));
        others.into_iter().for_each(refused);
        for n in 0..3 {
            let path = format!("/api/v1/organizations/N{n}");
            until("recovered", || matches!(root.put(&path, &body("Mới")).if_match("*").send().status, 200 | 412).then_some(()));
        }
        root.put("/api/v1/organizations/N9", &body("Mới")).send().expect(201);
    }
}
