//! Documents and days' counts: what they add, what is kept of secret ones, lists, batches, rights, closed periods.

use serde_json::{Value, json};

use crate::harness::{Answer, Client, TestApp};
use crate::ledger::{all, around, assert_rolled_up};
use crate::on_both;

const BASE: &str = "/api/v1/document-exchanges";
const BATCH: &str = "/api/v1/document-exchanges/batch";

fn document(id: &str) -> Value {
    json!({
        "id": id, "organization": "H19.06", "number": "123/SKHCN-VP", "issued_on": "2020-06-04",
        "scope": ["inter_agency", "internal"], "medium": "electronic_signed", "secret": false, "recalled": false
    })
}

fn day(id: &str, counts: &Value) -> Value {
    json!({"id": id, "organization": "H19.06", "issued_on": "2020-06-04", "counts": counts})
}

fn with(mut body: Value, field: &str, value: Value) -> Value {
    body[field] = value;
    body
}

fn at(id: &str) -> String {
    format!("{BASE}/{id}")
}

fn push(client: &Client, items: &[Value]) -> Answer {
    client.post(BATCH, &json!({"items": items})).send()
}

/// What the counters of a scope got in the half month of a day: signed, unsigned, parallel, mixed, paper.
fn got(app: &TestApp, code: &str, scope: &str, day: &str) -> [i64; 5] {
    ["electronic-signed", "electronic-unsigned", "parallel", "mixed", "paper"]
        .map(|medium| around(app, code, &format!("documents-{scope}-{medium}"), day))
}

fn rows(app: &TestApp) -> [i64; 4] {
    ["document_exchanges", "counter_days", "counter_years", "audit_entries"]
        .map(|table| app.database.count(&format!("SELECT COUNT(*) AS n FROM {table}")))
}

on_both! {
    fn a_document_counts_once_in_each_scope_on_its_day(app) {
        app.province();
        let root = app.root();
        let first = root.put(&at("A-1"), &document("A-1")).send().expect(201);
        assert_eq!(first.header("location"), Some(at("A-1").as_str()));
        let shown = root.get(&at("A-1")).send().expect(200);
        assert_eq!((shown.json(), shown.etag()), (first.json(), first.etag()));
        let mut expected = document("A-1");
        (expected["scope"], expected["counts"], expected["updated_at"]) = (json!(["internal", "inter_agency"]), Value::Null, Value::Null);
        assert_eq!(shown.json(), expected);
        assert_eq!(got(app, "H19.06", "internal", "2020-06-04"), [1, 0, 0, 0, 0]);
        assert_eq!(got(app, "H19.06", "interagency", "2020-06-04"), [1, 0, 0, 0, 0]);
        for (at_most, medium) in ["electronic_unsigned", "parallel", "mixed", "paper"].into_iter().enumerate() {
            let body = with(with(document("B"), "medium", json!(medium)), "scope", json!(["internal"]));
            assert_eq!(push(&root, &[body]).each("outcome"), [if at_most == 0 { "created" } else { "updated" }]);
            let mut internal = [1, 0, 0, 0, 0];
            internal[at_most + 1] = 1;
            assert_eq!(got(app, "H19.06", "internal", "2020-06-04"), internal, "{medium}");
        }
        assert_eq!(all(app, "documents-"), 3);
        assert_rolled_up(app);
    }

    fn a_correction_takes_back_what_was_added(app) {
        app.province();
        let root = app.root();
        let first = root.put(&at("A"), &document("A")).send().expect(201).etag();
        root.put(&at("A"), &document("A")).send().problem(428, "condition-required");
        let swapped = with(document("A"), "scope", json!(["internal", "inter_agency"]));
        assert_eq!(root.put(&at("A"), &swapped).if_match(&first).send().expect(200).etag(), first, "the same in another order");
        let moved = with(with(document("A"), "organization", json!("H19.09")), "issued_on", json!("2020-07-15"));
        let second = root.put(&at("A"), &moved).if_match(&first).send().expect(200).etag();
        assert_eq!(all(app, "documents-"), 2);
        assert_eq!(got(app, "H19.06", "internal", "2020-06-04"), [0; 5]);
        assert_eq!(got(app, "H19.09", "internal", "2020-07-15"), [1, 0, 0, 0, 0]);
        let third = root.put(&at("A"), &with(moved, "recalled", json!(true))).if_match(&second).send().expect(200);
        assert_eq!((third.json()["recalled"].clone(), all(app, "documents-")), (json!(true), 0));
        let counts = json!([{"scope": "internal", "medium": "paper", "count": 7}, {"scope": "internal", "medium": "mixed", "count": 0}]);
        let as_day = root.put(&at("A"), &day("A", &counts)).if_match(&third.etag()).send().expect(200).json();
        assert_eq!((&as_day["counts"], &as_day["medium"], &as_day["scope"]), (&counts, &Value::Null, &Value::Null));
        assert_eq!(got(app, "H19.06", "internal", "2020-06-04"), [0, 0, 0, 0, 7]);
        assert_rolled_up(app);
        let newer = with(document("B"), "updated_at", json!("2020-06-02T00:00:00+07:00"));
        let older = with(with(document("B"), "updated_at", json!("2020-06-01T00:00:00+07:00")), "medium", json!("paper"));
        for (one, outcome) in [(newer, "created"), (older, "unchanged")] {
            assert_eq!(push(&root, &[one]).each("outcome"), [outcome]);
        }
    }

    fn of_a_secret_document_nothing_is_kept_and_nothing_counted(app) {
        app.province();
        let root = app.root();
        let secret = with(with(document("S"), "secret", json!(true)), "number", json!("45/MẬT-SKHCN"));
        let shown = root.put(&at("S"), &secret).send().expect(201);
        for field in ["number", "scope", "medium", "counts"] {
            assert_eq!(shown.json()[field], Value::Null, "{field}");
        }
        assert_eq!((shown.json()["secret"].clone(), all(app, "documents-")), (json!(true), 0));
        assert_eq!(push(&root, &[with(secret.clone(), "number", json!("46/MẬT-SKHCN"))]).each("outcome"), ["unchanged"]);
        let kept = app.database.count("SELECT COUNT(*) AS n FROM document_exchanges WHERE body LIKE '%SKHCN%' OR pairs <> 0");
        let audited = app.database.count("SELECT COUNT(*) AS n FROM audit_entries WHERE detail LIKE '%SKHCN%'");
        assert_eq!((kept, audited), (0, 0));
        // What turns out to be secret is forgotten.
        let etag = root.put(&at("T"), &document("T")).send().expect(201).etag();
        root.put(&at("T"), &with(document("T"), "secret", json!(true))).if_match(&etag).send().expect(200);
        assert_eq!(all(app, "documents-"), 0);
        assert_eq!(root.get(&at("T")).send().json()["number"], Value::Null);
    }

    fn what_is_wrong_is_named_alike_for_one_and_in_a_batch(app) {
        app.province();
        let root = app.root();
        let line = |count: i64| json!({"scope": "internal", "medium": "paper", "count": count});
        let cases = [
            (with(document("A"), "scope", json!([])), "/scope", "wrong-number-of-items"),
            (with(document("A"), "scope", json!(["internal", "internal"])), "/scope", "repeated"),
            (with(document("A"), "scope", json!("internal")), "/scope", "wrong-type"),
            (with(document("A"), "scope", json!(["inter-agency"])), "/scope/0", "not-in-set"),
            (with(document("A"), "medium", json!("fax")), "/medium", "not-in-set"),
            (with(document("A"), "medium", Value::Null), "/medium", "wrong-type"),
            (with(document("A"), "secret", Value::Null), "/secret", "wrong-type"),
            (with(document("A"), "number", json!(" ")), "/number", "wrong-form"),
            (with(document("A"), "number", json!("a\u{202e}b")), "/number", "invisible-character"),
            (with(document("A"), "issued_on", json!("2020-6-4")), "/issued_on", "date-invalid"),
            (with(document("A"), "issued_on", json!("2999-01-01")), "/issued_on", "in-the-future"),
            (with(document("A"), "issued_on", json!("0020-06-04")), "/issued_on", "out-of-range"),
            (with(document("A"), "organization", json!("H19.77")), "/organization", "not-found"),
            (with(document("A"), "recaled", json!(true)), "/recaled", "unknown-name"),
            (with(document("A"), "counts", json!([line(1)])), "/counts", "unknown-name"),
            (with(document("A"), "updated_at", json!("0020-06-04T00:00:00Z")), "/updated_at", "moment-invalid"),
            (json!({"id": "A", "organization": "H19.06", "issued_on": "2020-06-04"}), "/medium", "required"),
            (day("A", &json!([])), "/counts", "wrong-number-of-items"),
            (day("A", &json!([line(1), line(2)])), "/counts/1", "repeated"),
            (day("A", &json!([line(-1)])), "/counts/0/count", "out-of-range"),
            (day("A", &json!([line(10_001)])), "/counts/0/count", "out-of-range"),
            (day("A", &json!([{"scope": "internal", "count": 1}])), "/counts/0/medium", "required"),
            (with(day("A", &json!([line(1)])), "secret", json!(false)), "/secret", "unknown-name"),
        ];
        for (body, place, code) in cases {
            let one = root.put(&at("A"), &body).send().faults();
            assert!(one.contains(&(place.to_owned(), code.to_owned())), "{body}: {one:?}");
            let batch = push(&root, &[body]).expect(200).json();
            assert_eq!(batch["items"][0]["code"], "A");
            let errors = batch["items"][0]["problem"]["errors"].as_array().unwrap().clone();
            let errors: Vec<_> = errors.iter().map(|e| (e["pointer"].as_str().unwrap(), e["code"].as_str().unwrap())).collect();
            assert_eq!(errors, one.iter().map(|(place, code)| (place.as_str(), code.as_str())).collect::<Vec<_>>());
        }
        assert_eq!(root.put(&at("B"), &document("A")).send().faults(), [("/id".to_owned(), "mismatch".to_owned())]);
        root.get(&at("A")).send().problem(404, "not-found");
        assert_eq!(rows(app)[..3], [0; 3]);
        // Whole numbers count, however they are written.
        let lines = "{\"id\":\"A\",\"organization\":\"H19.06\",\"issued_on\":\"2020-06-04\",\"counts\":[{\"scope\":\"internal\",\"medium\":\"paper\",\"count\":2.0}]}";
        let sent = root.request("POST", BATCH).bytes("application/x-ndjson", lines.as_bytes()).send();
        assert_eq!((sent.each("outcome"), all(app, "documents-")), (vec!["created".to_owned()], 2));
        // It is 5 January 2026 in Viet Nam.
        let today = with(document("C"), "issued_on", json!("2026-01-05"));
        root.put(&at("C"), &today).send().expect(201);
        let faults = root.put(&at("D"), &with(document("D"), "issued_on", json!("2026-01-06"))).send().faults();
        assert_eq!(faults, [("/issued_on".to_owned(), "in-the-future".to_owned())]);
    }

    fn a_record_of_another_stays_as_it_is(app) {
        app.province();
        let (science, health) = (app.caller("science", "H19.06", "records:read records:write"), app.caller("health", "H19.09", "records:read records:write"));
        let etag = science.put(&at("A"), &document("A")).send().expect(201).etag();
        health.get(&at("A")).send().problem(404, "not-found");
        assert_eq!(health.get(BASE).send().expect(200).json()["items"], json!([]));
        let taken = with(document("A"), "organization", json!("H19.09"));
        health.put(&at("A"), &taken).send().problem(409, "record-of-another");
        health.put(&at("A"), &taken).if_match(&etag).send().problem(409, "record-of-another");
        assert_eq!(push(&health, std::slice::from_ref(&taken)).expect(200).json()["items"][0]["problem"]["code"], "record-of-another");
        assert_eq!(health.put(&at("B"), &document("B")).send().faults(), [("/organization".to_owned(), "not-found".to_owned())]);
        // Who reaches both may move it, whether or not the batch names where it was.
        let above = app.caller("above", "H19", "records:read records:write");
        assert_eq!(push(&above, &[taken]).expect(200).each("outcome"), ["updated"]);
        assert_eq!(got(app, "H19.09", "internal", "2020-06-04"), [1, 0, 0, 0, 0]);
        science.put(&at("A"), &document("A")).if_match("*").send().problem(409, "record-of-another");
        app.caller("reader", "H19.06", "records:read").put(&at("C"), &document("C")).send().problem(403, "insufficient-scope");
    }

    fn lists_are_in_order_and_in_pages(app) {
        app.province();
        let root = app.root();
        let of = |id: &str, organization: &str, issued_on: &str, scope: &str, medium: &str| json!({
            "id": id, "organization": organization, "issued_on": issued_on, "scope": [scope], "medium": medium
        });
        let counts = json!([{"scope": "internal", "medium": "paper", "count": 0}, {"scope": "inter_agency", "medium": "mixed", "count": 3}]);
        let items = [
            of("C", "H19.06", "2020-06-03", "internal", "paper"), of("A", "H19.06", "2020-06-05", "inter_agency", "parallel"),
            of("D", "H19.06.02", "2020-06-01", "internal", "mixed"), of("B", "H19.09", "2020-06-02", "internal", "paper"),
            day("E", &counts), with(document("F"), "secret", json!(true)),
        ];
        assert_eq!(push(&root, &items).expect(200).each("outcome"), ["created"; 6]);
        let listed = |client: &Client, query: &str| client.get(&format!("{BASE}{query}")).send().expect(200).each("id");
        assert_eq!(listed(&root, ""), ["C", "E", "F", "A", "D", "B"]);
        for (query, ids) in [
            ("?organization=H19.06", &["C", "E", "F", "A", "D"][..]), ("?organization=H19.06.02", &["D"]), ("?organization=H19.77", &[]),
            ("?scope=inter_agency", &["E", "A"]), ("?medium=paper", &["C", "E", "B"]), ("?medium=mixed&scope=internal", &["D"]),
            ("?medium=mixed&scope=inter_agency", &["E"]), ("?issued_from=2020-06-03&issued_to=2020-06-04", &["C", "E", "F"]),
            ("?issued_to=2020-06-02&organization=H19", &["D", "B"]),
        ] {
            assert_eq!(listed(&root, query), ids, "{query}");
        }
        assert_eq!(listed(&app.caller("other", "H19.09", "records:read"), ""), ["B"]);
        let (mut seen, mut query) = (Vec::new(), String::from("?limit=2"));
        loop {
            let page = root.get(&format!("{BASE}{query}")).send().expect(200);
            seen.extend(page.each("id"));
            let Some(next) = page.json()["next"].as_str().map(ToOwned::to_owned) else { break };
            query = format!("?limit=2&cursor={next}");
        }
        assert_eq!(seen, ["C", "E", "F", "A", "D", "B"]);
        assert_eq!(root.get(&format!("{BASE}?medium=fax")).send().faults()[0].0, "medium");
    }

    fn a_batch_of_thousands_meets_every_fate(app) {
        app.province();
        let root = app.root();
        let mut items: Vec<Value> = (0..5_500).map(|n| with(document(&format!("D{n}")), "number", json!(format!("{n}/SKHCN")))).collect();
        items[17] = with(document("D17"), "medium", json!("fax"));
        items[5_400] = with(document("D1"), "medium", json!("paper"));
        let before = rows(app);
        let refused = root.post(&format!("{BATCH}?atomic=true"), &json!({"items": items})).send().problem(422, "batch-refused");
        // One that cannot be read, and one that stands in another handful already.
        let summary = json!({"total": 5500, "created": 5498, "updated": 0, "unchanged": 0, "failed": 2});
        assert_eq!(refused["summary"], summary);
        let dry = format!("{BATCH}?validate_only=true&answer=failed");
        let dry = root.post(&dry, &json!({"items": items})).send().expect(200).json();
        assert_eq!(rows(app), before);
        let done = root.post(&format!("{BATCH}?answer=failed"), &json!({"items": items})).send().expect(200).json();
        assert_eq!(done["summary"], summary);
        let told = |answer: &Value, at: usize| {
            let item = &answer["items"][at];
            (item["index"].clone(), item["code"].clone(), item["problem"]["code"].clone(), item["problem"]["detail"].clone())
        };
        assert_eq!((told(&done, 0), told(&done, 1)), (told(&dry, 0), told(&dry, 1)), "as it was foretold");
        assert_eq!((&done["items"][0]["index"], &done["items"][0]["code"]), (&json!(17), &json!("D17")));
        assert_eq!((told(&done, 1).0, told(&done, 1).2), (json!(5_400), json!("repeated-in-batch")));
        assert!(told(&done, 1).3.as_str().unwrap().contains(" 1."), "it tells where the first is");
        assert_eq!(got(app, "H19.06", "internal", "2020-06-04"), [5498, 0, 0, 0, 0]);
        assert_rolled_up(app);
        items.remove(5_400);
        items.remove(17);
        let after = rows(app);
        let again = root.post(BATCH, &json!({"items": items})).header("idempotency-key", "k1").send().expect(200).json();
        assert_eq!((&again["summary"]["unchanged"], rows(app)), (&json!(5498), after));
        // The largest counts that one batch can bring still fit.
        let counts = json!([{"scope": "internal", "medium": "parallel", "count": 10_000}]);
        let most: Vec<Value> = (0..2_100).map(|n| day(&format!("M{n}"), &counts)).collect();
        root.post(&format!("{BATCH}?atomic=true"), &json!({"items": most})).send().expect(200);
        assert_eq!(got(app, "H19.06", "internal", "2020-06-04")[2], 21_000_000);
    }

    fn a_closed_period_keeps_its_documents(app) {
        app.province();
        let root = app.root();
        let etag = root.put(&at("A"), &document("A")).send().expect(201).etag();
        let closing = json!({"scheme": "nd09", "reason": "Chốt số liệu"});
        root.put("/api/v1/organizations/H19.06/closings/2020-06", &closing).send().expect(201);
        root.put(&at("B"), &document("B")).send().problem(409, "period-closed");
        root.put(&at("A"), &with(document("A"), "medium", json!("paper"))).if_match(&etag).send().problem(409, "period-closed");
        root.put(&at("A"), &with(document("A"), "issued_on", json!("2020-07-01"))).if_match(&etag).send().problem(409, "period-closed");
        // What counts nowhere changes nothing, nor does a number.
        root.put(&at("S"), &with(document("S"), "secret", json!(true))).send().expect(201);
        let etag = root.put(&at("A"), &with(document("A"), "number", json!("124/SKHCN"))).if_match(&etag).send().expect(200).etag();
        root.put(&at("A"), &with(document("A"), "secret", json!(true))).if_match(&etag).send().problem(409, "period-closed");
        // The reporting month of June goes from 15 May to 14 June (NĐ 09/2019).
        root.put(&at("C"), &with(document("C"), "issued_on", json!("2020-06-15"))).send().expect(201);
        assert_eq!(push(&root, &[with(document("D"), "organization", json!("H19.09")), document("E")]).each("outcome"), ["created", "failed"]);
        assert_eq!(all(app, "documents-"), 6);
    }
}
