//! `Idempotency-Key`: a request that is sent again has its effect once.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::harness::{Answer, Client, Request, TestApp};
use crate::http::{ORGANIZATIONS, at_once, raw, status};
use crate::on_both;

const BATCH: &str = "/api/v1/organizations/batch";
const REORGANIZATIONS: &str = "/api/v1/reorganizations";

fn batch(name: &str) -> Value {
    json!({"items": [{"code": "H19.06", "name": name, "kind": "department", "valid_from": "2015-01-01"}]})
}

fn split() -> Value {
    json!({"kind": "split", "legal_basis": "Nghị quyết 1", "effective_on": "2025-07-01", "predecessors": ["H19.06"],
    "successors": [
        {"code": "H19.61", "weight": 60, "name": "Một", "kind": "department"},
        {"code": "H19.62", "weight": 40, "name": "Hai", "kind": "department", "children": ["H19.06.02"]},
    ]})
}

fn keyed(caller: &Client, path: &str, body: &Value, key: &str) -> Request {
    caller.post(path, body).header("idempotency-key", key)
}

fn replayed(answer: &Answer) -> bool {
    answer.header("idempotent-replayed") == Some("true")
}

fn name(app: &TestApp, code: &str) -> Value {
    app.root().get(&format!("{ORGANIZATIONS}/{code}")).send().expect(200).json()["name"].clone()
}

fn audited(app: &TestApp, act: &str) -> i64 {
    app.database.count(&format!("SELECT count(*) AS n FROM audit_entries WHERE act = '{act}'"))
}

on_both! {
    fn a_request_sent_again_is_answered_as_before(app) {
        app.province();
        let root = app.root();
        let send = |body: &Value| keyed(&root, REORGANIZATIONS, body, "k-1").send();
        let first = send(&split()).expect(201);
        assert!(!replayed(&first));
        for _ in 0..2 {
            let again = send(&split()).expect(201);
            assert!(replayed(&again));
            assert_eq!(again.bytes(), first.bytes());
            for header in ["location", "etag", "content-type"] {
                assert_eq!(again.header(header), first.header(header), "{header}");
            }
        }
        assert_eq!(audited(app, "organization.reorganize"), 1);
        // The answer stays what it was, whatever has changed since.
        keyed(&root, BATCH, &batch("A"), "k-2").send();
        assert_eq!(send(&split()).expect(201).bytes(), first.bytes());
    }

    fn a_key_is_good_for_one_request_only(app) {
        let root = app.root();
        let first = keyed(&root, BATCH, &batch("Một"), "k").send().expect(200);
        keyed(&root, BATCH, &batch("Hai"), "k").send().problem(422, "idempotency-key-reused");
        // The same data in other bytes is another request: nobody should have to guess what counts as the same.
        let spaced = batch("Một").to_string().replace(':', ": ");
        let other = root.post(BATCH, &json!(null)).bytes("application/json", spaced.as_bytes());
        other.header("idempotency-key", "k").send().problem(422, "idempotency-key-reused");
        assert_eq!(name(app, "H19.06"), "Một");
        let again = keyed(&root, BATCH, &batch("Một"), "k").send().expect(200);
        assert!(replayed(&again) && again.bytes() == first.bytes());
    }

    fn each_caller_and_each_route_has_keys_of_its_own(app) {
        app.province();
        let (root, other) = (app.root(), app.caller("other", "*", "organizations:read organizations:write"));
        assert!(!replayed(&keyed(&root, BATCH, &batch("Một"), "k").send().expect(200)));
        assert!(!replayed(&keyed(&other, BATCH, &batch("Hai"), "k").send().expect(200)));
        assert_eq!(name(app, "H19.06"), "Hai");
        assert!(!replayed(&keyed(&root, REORGANIZATIONS, &split(), "k").send().expect(201)));
        let looking = format!("{BATCH}?validate_only=true");
        assert!(!replayed(&keyed(&root, &looking, &batch("Ba"), "k").send().expect(200)));
        // Keys differ by case and by everything else that can be seen.
        assert!(!replayed(&keyed(&root, BATCH, &batch("Bốn"), "K").send().expect(200)));
    }

    fn a_request_that_was_refused_leaves_its_key_free(app) {
        app.province();
        let root = app.root();
        let send = |body: &Value| keyed(&root, REORGANIZATIONS, body, "k").send();
        let mut wrong = split();
        wrong["predecessors"] = json!(["H19.77"]);
        assert!((400..500).contains(&send(&wrong).status));
        wrong["kind"] = json!("explode");
        send(&wrong).problem(422, "invalid-request");
        keyed(&root, REORGANIZATIONS, &json!(null), "k").bytes("application/json", b"{").send().problem(400, "malformed-request");
        keyed(&app.caller("root", "*", "organizations:read"), REORGANIZATIONS, &split(), "k").send().expect(403);
        let done = send(&split()).expect(201);
        assert!(!replayed(&done));
        assert!(replayed(&send(&split()).expect(201)));
        // A batch in which nothing was done did not use its key either.
        let refused = json!({"items": [{"code": "H19.80"}]});
        assert_eq!(keyed(&root, BATCH, &refused, "b").send().expect(200).json()["summary"]["failed"], 1);
        let good = keyed(&root, BATCH, &json!({"items": [
            {"code": "H19.80", "name": "Sở", "kind": "department", "parent": "H19", "valid_from": "2015-01-01"}]}), "b").send();
        assert_eq!(good.expect(200).json()["summary"]["created"], 1);
    }

    fn looking_only_uses_up_no_key(app) {
        app.province();
        let path = format!("{REORGANIZATIONS}?validate_only=true");
        for _ in 0..2 {
            let look = keyed(&app.root(), &path, &split(), "k").send().expect(200);
            assert!(!replayed(&look) && look.json()["id"].is_null());
        }
        assert_eq!(app.database.count("SELECT count(*) AS n FROM idempotency_keys"), 0);
    }

    fn a_key_is_1_to_255_visible_ascii_characters(app) {
        let root = app.root();
        for key in ["a", &"k".repeat(255), "a!~/\"'(),:;<=>?@[]{}", "8e03978e-40d5-43dd-bc93-6894a57f9324"] {
            keyed(&root, BATCH, &batch(key), key).send().expect(200);
        }
        for key in ["", &"k".repeat(256), "a b", "a\tb"] {
            keyed(&root, BATCH, &batch("x"), key).send().problem(400, "invalid-idempotency-key");
        }
        let two = keyed(&root, BATCH, &batch("x"), "one").also("idempotency-key", "two").send();
        two.problem(400, "invalid-idempotency-key");
        let body = batch("x").to_string();
        let head = format!("POST {BATCH} HTTP/1.1\r\ncontent-type: application/json\r\ncontent-length: {}\r\nidempotency-key: khóa",
            body.len());
        assert_eq!(status(&raw(app, &head, body.as_bytes())), 400);
        assert_ne!(name(app, "H19.06"), "x");
    }

    fn an_answer_is_kept_for_a_day_at_least(app) {
        app.province();
        let root = app.root();
        let first = keyed(&root, REORGANIZATIONS, &split(), "k").send().expect(201);
        let now: DateTime<Utc> = app.clock.now();
        app.clock.set(now + TimeDelta::minutes(24 * 60 + 1));
        // Another request with a key is when old answers are let go. Tokens of yesterday have ended.
        let mut token = crate::harness::Token::new("root", "*", "organizations:read organizations:write");
        token.0.exp += 7 * 24 * 3600;
        let later = app.bearer(&token.signed());
        keyed(&later, BATCH, &batch("A"), "other").send();
        let again = keyed(&later, REORGANIZATIONS, &split(), "k").send().expect(201);
        assert!(replayed(&again));
        assert_eq!(again.bytes(), first.bytes());
    }

    fn the_same_request_from_many_threads_has_one_effect(app) {
        app.province();
        for round in 0..3 {
            let mut decision = split();
            if round > 0 {
                decision = json!({"kind": "rename", "legal_basis": "Quyết định", "effective_on": format!("2025-08-0{round}"),
                    "predecessors": ["H19.09"], "successors": [{"code": "H19.09", "name": format!("Tên {round}")}]});
            }
            let key = format!("round-{round}");
            let before = audited(app, "organization.reorganize");
            let answers = at_once(24, |_| keyed(&app.root(), REORGANIZATIONS, &decision, &key).send());
            let statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
            let firsts = answers.iter().filter(|answer| answer.status == 201 && !replayed(answer)).count();
            assert_eq!(firsts, 1, "{statuses:?}");
            assert_eq!(audited(app, "organization.reorganize"), before + 1);
            let done = answers.iter().find(|answer| answer.status == 201).unwrap();
            for answer in &answers {
                match answer.status {
                    201 => assert_eq!(answer.bytes(), done.bytes()),
                    // 503 only when no connection was to be had in time.
                    409 | 503 => assert!(answer.header("retry-after").is_some(), "{}", answer.text()),
                    other => panic!("{other}: {}", answer.text()),
                }
            }
            assert!(replayed(&keyed(&app.root(), REORGANIZATIONS, &decision, &key).send().expect(201)));
        }
    }

    fn a_put_sent_again_leaves_the_same_state(app) {
        let root = app.root();
        let path = format!("{ORGANIZATIONS}/H19.06");
        let body = crate::http::named("Sở");
        let first = root.put(&path, &body).send().expect(201);
        let again = root.put(&path, &body).if_match(&first.etag()).send().expect(200);
        assert_eq!((again.json(), again.etag()), (first.json(), first.etag()));
        assert_eq!(audited(app, "organization.define"), 1);
    }
}
