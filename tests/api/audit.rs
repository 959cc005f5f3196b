//! The audit trail: one entry a change, and no tampering that does not show.

use std::sync::atomic::{AtomicBool, Ordering};

use danvan::platform::audit;
use serde_json::{Value, json};

use crate::harness::TestApp;
use crate::on_both;
use crate::organizations::{create, described};
use crate::reorganizations::decision;

const LIST: &str = "/api/v1/audit-entries";

/// How many entries the trail has, or why it is broken.
fn verified(app: &TestApp) -> Result<i64, String> {
    let mut conn = danvan::platform::db::connect(&app.database.config.url).unwrap();
    audit::verify(&mut conn).unwrap().map_err(|flaw| flaw.to_string())
}

fn entries(app: &TestApp) -> Vec<Value> {
    app.root().get(&format!("{LIST}?limit=500")).send().expect(200).json()["items"]
        .as_array()
        .unwrap()
        .clone()
}

on_both! {
    fn every_change_has_one_entry_that_says_who_did_what(app) {
        app.province();
        let known = entries(app).len();
        let all = "organizations:read organizations:write kpis:read kpis:write";
        let clerk = app.caller("one-stop", "H19", all);
        let department = "/api/v1/organizations/H19.06";
        let staffing = json!({"quota": 47, "present": 47, "total": 182});
        let figure = json!({"percent": 90, "status": "estimate"});
        let batch = json!({"items": [{"code": "H19.30", "name": "Sở", "kind": "department", "parent": "H19", "valid_from": "2015-01-01"}]});
        let dissolve = decision("dissolve", &json!({"predecessors": ["H19.30"]}));
        let sent = [
            ("organization.change", "H19.06", clerk.patch(department, &json!({"name": "Mới"})).if_match("*")),
            ("organization.define", "H19.31", clerk.put("/api/v1/organizations/H19.31", &described("Sở", "department", Some("H19"), "2015-01-01"))),
            ("organization.define-batch", "1 items", clerk.post("/api/v1/organizations/batch", &batch)),
            ("organization.reorganize", "Nghị quyết 18-NQ/TW", clerk.post("/api/v1/reorganizations", &dissolve)),
            ("staffing.state", "H19.06 2020-06-30", clerk.put(&format!("{department}/staffing/2020-06-30"), &staffing)),
            ("figure.report", "H19.06 satisfaction 2020 calendar", clerk.put(&format!("{department}/reported-figures/satisfaction/2020"), &figure)),
            ("target.set", "H19.06 satisfaction 2020 nd09", clerk.put(&format!("{department}/targets/satisfaction/2020?scheme=nd09"), &json!({"percent": 95}))),
        ];
        for (n, (act, subject, request)) in sent.into_iter().enumerate() {
            let answer = request.send();
            assert!(matches!(answer.status, 200 | 201), "{act}: {}", answer.text());
            let trail = entries(app);
            assert_eq!(trail.len(), known + n + 1, "{act}");
            let entry = trail.last().unwrap();
            assert_eq!((&entry["actor"], &entry["act"], &entry["subject"]), (&json!("one-stop"), &json!(act), &json!(subject)));
            assert_eq!(entry["request_id"].as_str(), answer.header("x-request-id"));
            if act == "organization.define-batch" {
                // The answer of a batch says what became of each item; the trail keeps what was taken.
                assert_eq!((&entry["detail"][0]["code"], &entry["detail"][0]["name"]), (&json!("H19.30"), &json!("Sở")));
            } else {
                assert_eq!(entry["detail"], answer.json());
            }
            assert_eq!(entry["previous"], trail[trail.len() - 2]["hash"]);
            assert_eq!(entry["at"], "2026-01-05T01:00:00Z");
        }
        assert_eq!(verified(app), Ok(i64::try_from(known + 7).unwrap()));
    }

    fn what_changes_nothing_leaves_no_entry(app) {
        app.province();
        let known = verified(app).unwrap();
        let root = app.root();
        let department = "/api/v1/organizations/H19.06";
        let same = described("Tổ chức H19.06", "department", Some("H19"), "2015-01-01");
        let rename = decision("rename", &json!({"predecessors": ["H19.06"], "successors": [{"code": "H19.06", "name": "Mới"}]}));
        let mut item = same.clone();
        item["code"] = json!("H19.06");
        let mut other = item.clone();
        other["name"] = json!("Mới");
        for (status, request) in [
            (200, root.get(department)),
            (200, root.put(department, &same).if_match("*")),
            (428, root.put(department, &same)),
            (412, root.put(department, &same).if_match("\"9\"")),
            (422, root.put(department, &json!({"name": 1})).if_match("*")),
            (404, root.patch("/api/v1/organizations/H19.77", &json!({"name": "Mới"})).if_match("*")),
            (409, root.patch(department, &json!({"parent": "H19.06.02"})).if_match("*")),
            (403, app.caller("reader", "*", "organizations:read").put(department, &same).if_match("*")),
            (404, app.caller("other", "H19.09", "organizations:write").put(department, &same).if_match("*")),
            (401, app.anyone().put(department, &same).if_match("*")),
            (200, root.post("/api/v1/reorganizations?validate_only=true", &rename)),
            (200, root.post("/api/v1/organizations/batch", &json!({"items": [item, {}]}))),
            (200, root.post("/api/v1/organizations/batch?validate_only=true", &json!({"items": [other]}))),
            (422, root.post("/api/v1/organizations/batch?atomic=true", &json!({"items": [other, {}]}))),
        ] {
            let answer = request.send();
            assert_eq!(answer.status, status, "{}", answer.text());
            assert_eq!(verified(app), Ok(known), "{}", answer.text());
        }
        let key = |body: &Value| root.post("/api/v1/reorganizations", body).header("idempotency-key", "k-1").send();
        key(&rename).expect(201);
        assert_eq!(key(&rename).expect(201).header("idempotent-replayed"), Some("true"));
        assert_eq!(verified(app), Ok(known + 1), "a repetition is not a change");
    }

    fn every_tampering_shows(app) {
        app.province();
        let whole = verified(app).unwrap();
        app.database.execute("CREATE TABLE saved AS SELECT * FROM audit_entries");
        app.database.execute("CREATE TABLE saved_head AS SELECT * FROM audit_head");
        let last = format!("DELETE FROM audit_entries WHERE seq = {whole}");
        let columns = ["actor", "act", "subject", "request_id", "detail", "previous", "hash"];
        let mut tamperings: Vec<String> =
            columns.iter().map(|column| format!("UPDATE audit_entries SET {column} = {column} || ' ' WHERE seq = 3")).collect();
        tamperings.extend([
            "UPDATE audit_entries SET at = '2020-01-01 00:00:00' WHERE seq = 3".to_owned(),
            "UPDATE audit_entries SET seq = 1000 WHERE seq = 3".to_owned(),
            "DELETE FROM audit_entries WHERE seq = 1".to_owned(),
            "DELETE FROM audit_entries WHERE seq = 3".to_owned(),
            last.clone(),
            "DELETE FROM audit_entries WHERE seq > 1".to_owned(),
            "DELETE FROM audit_entries".to_owned(),
            format!("INSERT INTO audit_entries SELECT {whole} + 1, at, actor, act, subject, request_id, detail, hash, hash FROM audit_entries WHERE seq = {whole}"),
            // The end is cut off and the head is told so, but not the hash that stands there.
            format!("{last}; UPDATE audit_head SET seq = {whole} - 1"),
            "UPDATE audit_head SET hash = ''".to_owned(),
            // Two entries change places.
            "UPDATE audit_entries SET seq = -1 WHERE seq = 2; UPDATE audit_entries SET seq = 2 WHERE seq = 3; \
             UPDATE audit_entries SET seq = 3 WHERE seq = -1".to_owned(),
        ]);
        for tampering in tamperings {
            app.database.execute(&tampering);
            assert!(verified(app).is_err(), "{tampering}");
            app.database.execute("DELETE FROM audit_entries; INSERT INTO audit_entries SELECT * FROM saved");
            app.database.execute("DELETE FROM audit_head; INSERT INTO audit_head SELECT * FROM saved_head");
            assert_eq!(verified(app), Ok(whole));
        }
    }

    fn eight_writers_at_once_leave_a_chain_without_gaps(app) {
        app.organization("H19", "province", None);
        let (threads, each) = (8, 8);
        let known = verified(app).unwrap();
        let running = AtomicBool::new(true);
        std::thread::scope(|scope| {
            let watcher = scope.spawn(|| {
                while running.load(Ordering::Relaxed) {
                    verified(app).expect("the trail is whole at every moment, also while it grows");
                }
            });
            let writer = |thread: i32| move || {
                let root = app.root();
                for n in 0..each {
                    create(&root, &format!("H19.{thread}.{n}"), &described("Sở", "department", Some("H19"), "2015-01-01"));
                }
            };
            let writers: Vec<_> = (0..threads).map(|thread| scope.spawn(writer(thread))).collect();
            let done: Vec<_> = writers.into_iter().map(std::thread::ScopedJoinHandle::join).collect();
            running.store(false, Ordering::Relaxed);
            watcher.join().unwrap();
            for done in done {
                done.unwrap();
            }
        });
        let count = i64::from(threads * each);
        assert_eq!(verified(app), Ok(known + count));
        assert_eq!(app.database.count("SELECT COUNT(*) AS n FROM audit_entries"), known + count);
        assert_eq!(app.database.count("SELECT COUNT(*) AS n FROM organizations"), count + 1);
    }

    fn the_trail_is_for_auditors_of_everything(app) {
        app.province();
        app.anyone().get(LIST).send().problem(401, "unauthenticated");
        let all_but = "organizations:read organizations:write kpis:read kpis:write";
        app.caller("writer", "*", all_but).get(LIST).send().problem(403, "insufficient-scope");
        for org in ["H19", ""] {
            app.caller("local", org, "admin").get(LIST).send().problem(403, "out-of-reach");
        }
        let auditor = app.caller("auditor", "*", "admin");
        let page = auditor.get(&format!("{LIST}?limit=2")).send().expect(200).json();
        let numbers = |page: &Value| -> Vec<i64> { page["items"].as_array().unwrap().iter().map(|e| e["seq"].as_i64().unwrap()).collect() };
        assert_eq!(numbers(&page), [1, 2]);
        let next = page["next"].as_str().unwrap();
        assert_eq!(numbers(&auditor.get(&format!("{LIST}?limit=2&cursor={next}")).send().expect(200).json()), [3, 4]);
        for method in ["POST", "PUT", "DELETE", "PATCH"] {
            auditor.request(method, LIST).json(&json!({})).send().problem(405, "method-not-allowed");
        }
    }
}
