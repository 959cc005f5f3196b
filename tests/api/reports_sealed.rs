//! Sealed reports: the same bytes always, a chain, a signature that others verify, and what was restated since.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use openssl::hash::MessageDigest;
use openssl::pkey::{Id, PKey};
use openssl::sign::Verifier;
use serde_json::{Value, json};

use crate::harness::{Answer, Client, TestApp};
use crate::on_both;
use crate::reports::{path, year};
use crate::small_province::{push, settled};

const SEALED: &str = "/api/v1/reports/sealed";

fn seal(client: &Client) -> Value {
    let body = json!({"org": "H19.06", "from": "2019-01-01", "to": "2020-12-31"});
    client.post(SEALED, &body).send().expect(201).json()
}

fn of(seal: &Value, what: &str) -> String {
    format!("{SEALED}/{}{what}", seal["id"].as_str().unwrap())
}

fn sha256(bytes: &[u8]) -> String {
    let digest = openssl::hash::hash(MessageDigest::sha256(), bytes).unwrap();
    digest.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

fn decoded(part: &str) -> Vec<u8> {
    BASE64_URL_SAFE_NO_PAD.decode(part).unwrap()
}

/// What is signed, if the signature is that of the key of its `kid`: read by OpenSSL, from the published keys alone.
fn verified(jws: &str, keys: &Value) -> Option<Value> {
    let [header, payload, signature] = jws.split('.').collect::<Vec<_>>().try_into().unwrap();
    let kid = serde_json::from_slice::<Value>(&decoded(header)).unwrap()["kid"].clone();
    let key = keys["keys"].as_array().unwrap().iter().find(|key| key["kid"] == kid)?;
    let public = PKey::public_key_from_raw_bytes(&decoded(key["x"].as_str().unwrap()), Id::ED25519).unwrap();
    let mut verifier = Verifier::new_without_digest(&public).unwrap();
    let message = format!("{header}.{payload}");
    let holds = verifier.verify_oneshot(&decoded(signature), message.as_bytes()).unwrap();
    holds.then(|| serde_json::from_slice(&decoded(payload)).unwrap())
}

/// The whole check of whoever holds the files, the seal and the keys, and no service.
fn offline(seal: &Value, json: &[u8], docx: &[u8], keys: &Value) -> bool {
    verified(seal["jws"].as_str().unwrap(), keys)
        .is_some_and(|said| said["json"]["sha256"] == sha256(json) && said["docx"]["sha256"] == sha256(docx))
}

fn forms(client: &Client, seal: &Value) -> [Answer; 2] {
    ["", ".docx"].map(|end| client.get(&of(seal, end)).send().expect(200))
}

fn verdict(app: &TestApp, seal: &Value) -> [bool; 4] {
    let view = app.root().get(&of(seal, "/verify")).send().expect(200).json();
    ["valid", "signature", "content", "chain"].map(|what| view[what].as_bool().unwrap())
}

on_both! {
    fn a_sealed_report_has_always_the_same_bytes(app) {
        let root = year(app);
        let (live, document) = (root.get(&path("")).send().expect(200), root.get(&path(".docx")).send().expect(200));
        let sealed = seal(&root);
        let before = forms(&root, &sealed);
        assert_eq!((before[0].text(), before[1].bytes()), (live.text(), document.bytes()), "as it stood");
        push(&root, "dossiers", &settled("H19.06", "2020-07", 4, 0));
        root.put(&path("/narratives/results"), &json!({"paragraphs": ["Viết sau."]})).send().expect(201);
        assert_ne!(root.get(&path("")).send().expect(200).text(), live.text());
        let after = forms(&root, &sealed);
        for (before, after) in before.iter().zip(&after) {
            assert_eq!((before.bytes(), before.etag()), (after.bytes(), after.etag()));
        }
        assert_eq!(root.get(&of(&sealed, "/seal")).send().expect(200).json(), sealed);
        assert_eq!(root.get(SEALED).send().expect(200).each("id"), [sealed["id"].as_str().unwrap()]);
    }

    fn seals_are_a_chain_that_others_verify_with_the_published_keys(app) {
        let root = year(app);
        let keys = app.anyone().get("/api/v1/reports/sealing-keys").send().expect(200).json();
        let (first, second) = (seal(&root), seal(&root));
        assert_eq!((&first["number"], &first["previous"]), (&json!(1), &Value::Null));
        assert_eq!((&second["number"], second["previous"].as_str().unwrap()), (&json!(2), sha256(first["jws"].as_str().unwrap().as_bytes()).as_str()));
        for sealed in [&first, &second] {
            let [json, docx] = forms(&root, sealed);
            assert!(offline(sealed, json.bytes(), docx.bytes(), &keys));
            // What is signed is what is shown.
            let mut said = verified(sealed["jws"].as_str().unwrap(), &keys).unwrap();
            said["jws"] = sealed["jws"].clone();
            assert_eq!(&said, sealed);
            assert_eq!(verdict(app, sealed), [true; 4]);
            for place in [0, 1_000, json.bytes().len() - 1] {
                let mut changed = json.bytes().to_vec();
                changed[place] ^= 1;
                assert!(!offline(sealed, &changed, docx.bytes(), &keys), "byte {place}");
            }
            let parts: Vec<&str> = sealed["jws"].as_str().unwrap().split('.').collect();
            let payload = BASE64_URL_SAFE_NO_PAD.encode(String::from_utf8(decoded(parts[1])).unwrap().replace("H19.06", "H19.09"));
            assert_eq!(verified(&format!("{}.{payload}.{}", parts[0], parts[2]), &keys), None);
        }
        // Another organization has a chain of its own.
        let other = json!({"org": "H19.09", "from": "2020-01-01", "to": "2020-12-31"});
        let other = root.post(SEALED, &other).send().expect(201).json();
        assert_eq!((&other["number"], &other["previous"]), (&json!(1), &Value::Null));
        assert_eq!(root.get(&format!("{SEALED}?org=H19.06")).send().expect(200).json()["items"].as_array().unwrap().len(), 2);
    }

    fn one_changed_byte_in_the_database_is_seen(app) {
        let root = year(app);
        let (first, second) = (seal(&root), seal(&root));
        let id = |seal: &Value| seal["id"].as_str().unwrap().to_owned();
        let swap = |form: &str, from: &str, to: &str| {
            app.database.execute(&format!(
                "UPDATE sealed_report_pieces SET content = REPLACE(content, '{from}', '{to}') WHERE form = '{form}' AND report_id = '{}'", id(&first)
            ));
        };
        swap("json", "eyJvcmdh", "eyJvcmdi");
        assert_eq!(verdict(app, &first), [false, true, false, true]);
        root.get(&of(&first, "")).send().problem(409, "sealed-report-changed");
        root.get(&of(&first, "/restatements")).send().problem(409, "sealed-report-changed");
        root.get(&of(&first, ".docx")).send().expect(200);
        swap("json", "eyJvcmdi", "eyJvcmdh");
        assert_eq!(verdict(app, &first), [true; 4]);
        swap("docx", "UEsDB", "UEsDC");
        assert_eq!(verdict(app, &first), [false, true, false, true]);
        swap("docx", "UEsDC", "UEsDB");
        // A signature that another one replaces, or one that is taken out, breaks the chain of those after it.
        app.database.execute(&format!("UPDATE sealed_reports SET jws = jws || 'A' WHERE id = '{}'", id(&first)));
        assert_eq!(verdict(app, &first), [false, false, false, false]);
        assert_eq!(verdict(app, &second), [false, true, true, false]);
    }

    fn a_key_that_the_service_does_not_publish_is_told(app) {
        let sealed = seal(&year(app));
        // Each has sealing keys of its own; the database is one.
        let other = TestApp::start_with(app.backend, |config| config.database.url = app.database.config.url.clone());
        for (service, published) in [(app, true), (&other, false)] {
            let view = service.root().get(&of(&sealed, "/verify")).send().expect(200).json();
            assert_eq!((&view["valid"], &view["published"]), (&json!(published), &json!(published)));
            assert_eq!(view["signature"], true, "by the key that stands beside it in the database");
        }
    }

    fn what_is_corrected_later_stands_beside_the_sealed_report(app) {
        let root = year(app);
        let sealed = seal(&root);
        let restated = || root.get(&of(&sealed, "/restatements")).send().expect(200).json();
        assert_eq!(restated()["items"], json!([]));
        push(&root, "dossiers", &settled("H19.06", "2020-07", 4, 0));
        let stated = json!({"percent": 82, "status": "final"});
        root.put("/api/v1/organizations/H19.06/reported-figures/on-time-dossiers/2020", &stated).if_match("*").send().expect(200);
        let items = restated()["items"].clone();
        let told: Vec<_> = items.as_array().unwrap().iter().map(|item| (item["figure"].as_str().unwrap(), &item["sealed"], &item["today"])).collect();
        // 5 of 6, then 9 of 10. Other readings of the same dossiers changed too.
        assert!(told.contains(&("results.on-time-dossiers.computed", &json!(83.33), &json!(90))), "{told:?}");
        assert!(told.contains(&("results.on-time-dossiers.reported", &json!(80), &json!(82))), "{told:?}");
        assert!(told.iter().all(|(key, ..)| key.starts_with("results.")), "{told:?}");
        assert_eq!(verdict(app, &sealed), [true; 4]);
    }

    fn who_does_not_reach_the_organization_finds_no_sealed_report(app) {
        let root = year(app);
        let sealed = seal(&root);
        let other = app.caller("other", "H19.09", "reports:read reports:write");
        for what in ["", ".docx", "/seal", "/verify", "/restatements"] {
            other.get(&of(&sealed, what)).send().problem(404, "not-found");
        }
        assert_eq!(other.get(SEALED).send().expect(200).json()["items"], json!([]));
        let body = json!({"org": "H19.06", "from": "2019-01-01", "to": "2020-12-31"});
        other.post(SEALED, &body).send().problem(404, "not-found");
        other.get(&format!("{SEALED}?org=H19.06")).send().problem(404, "not-found");
        let own = app.caller("own", "H19.06", "reports:read");
        own.get(&of(&sealed, "")).send().expect(200);
        own.post(SEALED, &body).send().problem(403, "insufficient-scope");
    }

    fn a_repeated_seal_is_the_first_one(app) {
        let root = year(app);
        let body = json!({"org": "H19.06", "from": "2019-01-01", "to": "2020-12-31"});
        let once = || root.post(SEALED, &body).header("idempotency-key", "2020").send().expect(201);
        let (first, again) = (once(), once());
        assert_eq!(first.text(), again.text());
        assert_eq!(again.header("idempotent-replayed"), Some("true"));
        assert_eq!(first.header("location").unwrap(), of(&first.json(), ""));
        assert_eq!(app.database.count("SELECT COUNT(*) AS n FROM sealed_reports"), 1);
        let kept = app.database.count("SELECT COUNT(*) AS n FROM audit_entries WHERE act = 'report.seal'");
        assert_eq!(kept, 1);
    }

    fn a_seal_says_as_of_which_entry_of_the_trail_the_report_was_read(app) {
        let root = year(app);
        let end = app.database.count("SELECT MAX(seq) AS n FROM audit_entries");
        let sealed = seal(&root);
        assert_eq!(sealed["trail"]["seq"], end);
        let trail = root.get("/api/v1/audit-entries?limit=500").send().expect(200).json();
        let last = trail["items"].as_array().unwrap().iter().find(|entry| entry["seq"] == end).unwrap();
        assert_eq!(last["hash"], sealed["trail"]["hash"]);
    }
}

mod without_a_key {
    use super::*;
    use crate::harness::Backend;

    #[test]
    fn nothing_is_sealed() {
        let app = TestApp::start_with(Backend::Sqlite, |config| config.sealing_keys.clear());
        app.province();
        let body = json!({"org": "H19.06", "from": "2020-01-01", "to": "2020-12-31"});
        app.root().post(SEALED, &body).send().problem(409, "sealing-not-configured");
        assert_eq!(
            app.anyone().get("/api/v1/reports/sealing-keys").send().expect(200).json(),
            json!({"keys": []})
        );
    }
}
