//! The form of an answer: created records, preferences, compression; and what an overloaded service answers.

use std::io::Read;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use flate2::read::GzDecoder;
use serde_json::json;

use crate::harness::{Answer, Backend, TestApp};
use crate::http::{DEPARTMENT, ORGANIZATIONS, named};
use crate::on_both;

fn unzipped(answer: &Answer) -> Vec<u8> {
    let mut bytes = Vec::new();
    GzDecoder::new(answer.bytes()).read_to_end(&mut bytes).unwrap();
    bytes
}

on_both! {
    fn what_is_created_is_answered_with_its_place_its_version_and_itself(app) {
        app.province();
        let root = app.root();
        let renamed = json!({"kind": "rename", "legal_basis": "Quyết định 1", "effective_on": "2026-01-01",
            "predecessors": ["H19.09"], "successors": [{"code": "H19.09", "name": "Tên mới"}]});
        let staffing = json!({"quota": 1, "present": 1, "total": 1});
        for created in [
            root.put("/api/v1/organizations/H19.70", &named("Sở")).send().expect(201),
            root.put(&format!("{DEPARTMENT}/staffing/2020-12-31"), &staffing).send().expect(201),
            root.post("/api/v1/reorganizations", &renamed).send().expect(201),
        ] {
            let found = root.get(created.header("location").unwrap()).send().expect(200);
            assert_eq!(found.json(), created.json());
            if created.header("etag").is_some() {
                assert_eq!(found.etag(), created.etag());
            }
        }
    }

    fn a_caller_may_ask_for_less_than_the_whole_answer(app) {
        let root = app.root();
        let prefer = |value: &str, name: &str| root.put(DEPARTMENT, &named(name)).header("prefer", value);
        let created = prefer("return=minimal", "Một").send().expect(204);
        assert_eq!((created.text().as_str(), created.header("preference-applied")), ("", Some("return=minimal")));
        assert_eq!(created.header("location"), Some(DEPARTMENT));
        let updated = prefer("respond-async, return=minimal", "Hai").if_match(&created.etag()).send().expect(204);
        assert_eq!(updated.text(), "");
        assert_eq!(updated.etag(), root.get(DEPARTMENT).send().etag());
        // A list in a header may stand on several lines (RFC 7240 §2).
        let lines = prefer("respond-async", "Ba").also("prefer", "return=minimal").if_match("*").send();
        lines.expect(204);
        for other in ["return=representation", "return=minimalist", "handling=strict", ""] {
            let whole = prefer(other, other).if_match("*").send();
            let whole = if other.is_empty() { whole.expect(422) } else { whole.expect(200) };
            assert_eq!(whole.header("preference-applied"), None, "{other}");
        }
        let read = root.get(DEPARTMENT).header("prefer", "return=minimal").send().expect(200);
        assert_eq!((read.json()["code"].as_str(), read.header("preference-applied")), (Some("H19.06"), None));
        prefer("return=minimal", "").if_match("*").send().problem(422, "invalid-request");
    }

    fn an_answer_that_cannot_be_read_again_is_never_left_out(app) {
        let root = app.root();
        let send = |query: &str| {
            let body = json!({"items": [{"code": "H19"}, {"code": "H20", "name": "Tỉnh", "kind": "province",
                "valid_from": "2015-01-01"}]});
            root.post(&format!("/api/v1/organizations/batch{query}"), &body).header("prefer", "return=minimal").send()
        };
        for query in ["?validate_only=true", "", "?answer=failed"] {
            let answer = send(query).expect(200);
            assert_eq!(answer.json()["summary"]["failed"], 1, "{query}");
            assert_eq!(answer.header("preference-applied"), None, "{query}");
        }
    }

    fn a_long_answer_is_compressed_for_those_who_can_read_it(app) {
        let root = app.root();
        let plain = root.get("/api/v1/kpis").send().expect(200);
        assert_eq!(plain.header("content-encoding"), None);
        let asked = |coding: &str| root.get("/api/v1/kpis").header("accept-encoding", coding).send().expect(200);
        for coding in ["gzip", "br, gzip;q=0.5", "gzip, deflate, br, zstd"] {
            let answer = asked(coding);
            assert_eq!(answer.header("content-encoding"), Some("gzip"), "{coding}");
            assert!(answer.bytes().len() < plain.bytes().len(), "{coding}");
            assert_eq!(unzipped(&answer), plain.bytes(), "{coding}");
        }
        for coding in ["identity", "br", "gzip;q=0", ""] {
            let answer = asked(coding);
            assert_eq!(answer.header("content-encoding"), None, "{coding}");
            assert_eq!(answer.bytes(), plain.bytes(), "{coding}");
        }
        for answer in [plain, asked("gzip")] {
            assert!(answer.headers("vary").to_ascii_lowercase().contains("accept-encoding"));
        }
    }

    fn every_answer_tells_a_browser_to_trust_nothing_in_it(app) {
        app.province();
        for path in [ORGANIZATIONS, "/nowhere", "/livez", "/problems", "/openapi.json", "/api/v1/organizations/H99", "/docs/"] {
            let answer = app.root().get(path).send();
            assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
            assert_eq!(answer.header("x-frame-options"), Some("DENY"), "{path}");
            assert!(answer.header("content-security-policy").is_some(), "{path}");
            assert!(answer.header("x-request-id").is_some(), "{path}");
        }
    }
}

/// Holds back every writer of a database until it is dropped.
fn hold(app: &TestApp) -> danvan::platform::db::Conn {
    let mut conn = danvan::platform::db::connect(&app.database.config.url).unwrap();
    match app.backend {
        Backend::Sqlite => conn.batch_execute("BEGIN IMMEDIATE").unwrap(),
        Backend::Postgres => {
            conn.batch_execute("BEGIN; LOCK TABLE organizations, sequences IN SHARE MODE").unwrap();
        }
    }
    conn
}

/// One connection that is held back: the one request that got it waits, the others are sent away, the process lives on.
fn an_overloaded_service_says_when_to_come_back(backend: Backend) {
    let app = TestApp::start_with(backend, |config| {
        config.database.pool_size = 1;
        config.database.patience = Duration::from_millis(200);
    });
    app.organization("H19.06", "department", None);
    let held = hold(&app);
    let (sender, receiver) = std::sync::mpsc::channel();
    let statuses = std::thread::scope(|scope| {
        for n in 0..6 {
            let (sender, root) = (sender.clone(), app.root());
            scope.spawn(move || {
                let path = format!("{ORGANIZATIONS}/H{n}");
                sender.send(root.put(&path, &named("Sở")).send()).unwrap();
            });
        }
        let away: Vec<Answer> = receiver.iter().take(5).collect();
        app.anyone().get("/livez").send().expect(200);
        app.root().get(DEPARTMENT).send().expect(200);
        drop(held);
        (away, receiver.recv().unwrap())
    });
    let (away, waited) = statuses;
    for answer in away {
        assert!(answer.header("retry-after").is_some_and(|seconds| seconds.parse::<u32>().is_ok()));
        answer.problem(503, "temporarily-unavailable");
    }
    waited.expect(201);
    assert_eq!(app.database.count("SELECT count(*) AS n FROM organizations"), 2);
    app.root().put("/api/v1/organizations/H20", &named("Sở")).send().expect(201);
}

#[test]
fn an_overloaded_service_says_when_to_come_back_on_sqlite() {
    an_overloaded_service_says_when_to_come_back(Backend::Sqlite);
}

#[test]
fn an_overloaded_service_says_when_to_come_back_on_postgres() {
    an_overloaded_service_says_when_to_come_back(Backend::Postgres);
}
