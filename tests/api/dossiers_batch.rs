//! Dossiers in batches: each once, twice without effect, and refused as by PUT, whatever odd value comes.

use std::slice::from_ref;

use serde_json::{Value, json};

use crate::dossiers::{at, create, dossier, push, refused, shown, with};
use crate::harness::{Client, TestApp};
use crate::ledger::assert_rolled_up;
use crate::on_both;

const BATCH: &str = "/api/v1/dossiers/batch";
const ACCEPTED: (&str, &str) = ("accepted", "2020-06-04T08:30");

fn rows(app: &TestApp) -> [i64; 6] {
    let count = |what: &str| app.database.count(&format!("SELECT {what}"));
    [
        "COUNT(*) AS n FROM dossiers",
        "COUNT(*) AS n FROM counter_days",
        "COUNT(*) AS n FROM counter_years",
        "COUNT(*) AS n FROM audit_entries",
        "CAST(COALESCE(SUM(version), 0) AS BIGINT) AS n FROM dossiers",
        "CAST(COALESCE(SUM(h11), 0) AS BIGINT) AS n FROM counter_years",
    ]
    .map(count)
}

/// A dossier as text, under a code of its own by PUT and in a batch: whether each took it.
fn taken(client: &Client, n: usize, text: &str) -> (bool, bool) {
    let (one, line) = (text.replace("CODE", &format!("P{n}")), text.replace("CODE", &format!("Q{n}")));
    let put = client.request("PUT", &at(&format!("P{n}"))).bytes("application/json", one.as_bytes()).send();
    let many = client.request("POST", BATCH).bytes("application/x-ndjson", line.as_bytes()).send();
    let outcome = many.expect(200).json()["items"][0]["outcome"].clone();
    (put.status == 201, outcome == "created")
}

on_both! {
    fn the_same_batch_twice_changes_nothing(app) {
        app.province();
        let root = app.root();
        let mut items: Vec<Value> = (0..20).map(|n| dossier(&format!("D{n:02}"), &[ACCEPTED, ("in_progress", "2020-06-05T09:00")])).collect();
        items[7] = dossier("D07", &[("completed", "2020-06-05T09:00")]);
        let mut fates = vec!["created"; 20];
        fates[7] = "failed";
        let before = rows(app);
        assert_eq!(root.post(&format!("{BATCH}?validate_only=true"), &json!({"items": items})).send().expect(200).each("outcome"), fates);
        root.post(&format!("{BATCH}?atomic=true"), &json!({"items": items})).send().problem(422, "batch-refused");
        assert_eq!(rows(app), before);
        assert_eq!(push(&root, &items).expect(200).each("outcome"), fates);
        let (after, tag) = (rows(app), root.get(&at("D00")).send().expect(200).etag());
        assert_eq!((after[0], after[3], after[4]), (19, before[3] + 1, 19), "19 dossiers, one entry of the trail");
        fates = vec!["unchanged"; 20];
        fates[7] = "failed";
        assert_eq!(push(&root, &items).expect(200).each("outcome"), fates);
        let keyed = root.post(BATCH, &json!({"items": items})).header("idempotency-key", "k1").send();
        assert_eq!(keyed.expect(200).each("outcome"), fates);
        items.remove(7);
        items.reverse();
        let lines: Vec<String> = items.iter().map(Value::to_string).collect();
        let sent = root.request("POST", &format!("{BATCH}?answer=failed&atomic=true")).bytes("application/x-ndjson", lines.join("\n").as_bytes());
        let answer = sent.send().expect(200).json();
        assert_eq!(answer["summary"], json!({"total": 19, "created": 0, "updated": 0, "unchanged": 19, "failed": 0}));
        assert_eq!(answer["items"], json!([]));
        assert_eq!((rows(app), root.get(&at("D00")).send().expect(200).etag()), (after, tag));
        assert_rolled_up(app);
    }

    fn a_record_comes_once_in_a_batch(app) {
        app.province();
        let root = app.root();
        let one = |code: &str, status: &str| dossier(code, &[ACCEPTED, (status, "2020-06-05T09:00")]);
        let items = [one("A", "in_progress"), one("B", "in_progress"), one("A", "completed")];
        let sent = |query: &str| root.post(&format!("{BATCH}{query}"), &json!({"items": items})).header("accept-language", "en").send();
        let whole = sent("?atomic=true").problem(422, "batch-refused");
        assert_eq!(whole["summary"], json!({"total": 3, "created": 2, "updated": 0, "unchanged": 0, "failed": 1}));
        assert_eq!(whole["items"][2]["problem"]["code"], "repeated-in-batch");
        // What is only looked at is answered as what is done.
        for (query, outcome) in [("?validate_only=true", "created"), ("", "created"), ("", "unchanged"), ("?validate_only=true", "unchanged")] {
            let answer = sent(query).expect(200);
            assert_eq!(answer.each("outcome"), [outcome, outcome, "failed"], "{query}");
            let problem = answer.json()["items"][2]["problem"].clone();
            assert_eq!((&problem["status"], &problem["code"]), (&json!(409), &json!("repeated-in-batch")));
            assert!(problem["detail"].as_str().unwrap().contains('0'), "the index of the first: {problem}");
        }
        assert_eq!(shown(&root, "A")["state"], "in_progress");
        // However far apart they stand.
        let mut many: Vec<Value> = (0..2_100).map(|n| one(&format!("D{n}"), "in_progress")).collect();
        many[2_050] = one("D3", "completed");
        for query in ["?answer=failed&validate_only=true", "?answer=failed"] {
            let answer = root.post(&format!("{BATCH}{query}"), &json!({"items": many})).header("accept-language", "en").send().expect(200).json();
            assert_eq!(answer["summary"], json!({"total": 2100, "created": 2099, "updated": 0, "unchanged": 0, "failed": 1}));
            let item = &answer["items"][0];
            assert_eq!((&item["index"], &item["problem"]["code"]), (&json!(2050), &json!("repeated-in-batch")));
            assert!(item["problem"]["detail"].as_str().unwrap().contains(" 3"), "{item}");
        }
        let procedure = json!({"code": "1", "name": {"vi": "Cấp giấy phép"}, "field": "Sở hữu trí tuệ", "organizations": [{"organization": "H19.06", "from": "2015-01-01"}]});
        let document = json!({"id": "A", "organization": "H19.06", "issued_on": "2020-06-04", "scope": ["internal"], "medium": "paper"});
        for (path, item) in [("procedures", procedure), ("document-exchanges", document)] {
            for query in ["?validate_only=true", ""] {
                let answer = root.post(&format!("/api/v1/{path}/batch{query}"), &json!({"items": [item, item]})).send().expect(200);
                assert_eq!(answer.each("outcome"), ["created", "failed"], "{path}");
                assert_eq!(answer.json()["items"][1]["problem"]["code"], "repeated-in-batch", "{path}");
            }
        }
    }

    fn what_is_wrong_is_named_alike_for_one_and_in_a_batch(app) {
        app.province();
        let root = app.root();
        let change = |field: &str, value: Value| with(dossier("A", &[ACCEPTED]), field, value);
        let event = |value: Value| change("events", json!([value]));
        let moment = "2020-06-04T08:30:00+07:00";
        for (body, place, code) in [
            (change("organization", json!("H19.77")), "/organization", "not-found"),
            (change("procedure", json!("1 001")), "/procedure", "wrong-form"),
            (change("channel", json!("fax")), "/channel", "not-in-set"),
            (change("term", json!({"amount": 3651, "unit": "month"})), "/term/amount", "out-of-range"),
            (change("term", json!({"amount": -1, "unit": "month"})), "/term/amount", "out-of-range"),
            (change("term", json!({"amount": 1.5, "unit": "month"})), "/term/amount", "wrong-type"),
            (change("term", json!({"amount": 1, "unit": "week"})), "/term/unit", "not-in-set"),
            (change("term", json!({"amount": 1})), "/term/unit", "required"),
            (change("due_at", json!("2020-06-25")), "/due_at", "invalid-value"),
            (change("due_at", json!("0020-06-25T00:00:00Z")), "/due_at", "moment-invalid"),
            (change("events", json!([])), "/events", "wrong-number-of-items"),
            (change("events", vec![json!({"status": "accepted", "at": moment}); 201].into()), "/events", "wrong-number-of-items"),
            (change("events", json!({})), "/events", "wrong-type"),
            (event(json!({"status": "done", "at": moment})), "/events/0/status", "not-in-set"),
            (event(json!({"at": moment})), "/events/0/status", "required"),
            (event(json!({"status": "accepted"})), "/events/0/at", "required"),
            // RFC 3339 lets applications part day and time by a space; the document's date-time does not.
            (event(json!({"status": "accepted", "at": "2020-06-04 08:30:00+07:00"})), "/events/0/at", "invalid-value"),
            (event(json!({"status": "accepted", "at": "2020-06-04T08:30:00"})), "/events/0/at", "invalid-value"),
            // A promise belongs to `rescheduled`, and always.
            (event(json!({"status": "rescheduled", "at": moment})), "/events/0/due_at", "required"),
            (event(json!({"status": "accepted", "at": moment, "due_at": moment})), "/events/0/due_at", "mismatch"),
            (change("updated_at", json!("2020-06-01")), "/updated_at", "invalid-value"),
            (json!({"code": "A", "procedure": "1", "events": [{"status": "accepted", "at": moment}]}), "/organization", "required"),
        ] {
            let told = refused(&root, &body);
            assert_eq!((&told[0], &told[1]), (&json!(422), &json!("invalid-request")), "{body}");
            assert!(told[3].as_array().unwrap().contains(&json!([place, code])), "{body}: {told}");
        }
        // An object is written as one, not as the list of its values.
        for body in [
            change("term", json!([15, "working_day"])), event(json!([moment, "accepted"])), change("events", Value::Null),
            json!(["A", "H19.06", "1", "online", null, moment, [{"status": "accepted", "at": moment}], null]),
        ] {
            assert_eq!(refused(&root, &body)[0], 422, "{body}");
        }
        assert_eq!(rows(app)[0], 0);
    }

    fn an_odd_value_is_taken_by_both_or_by_neither(app) {
        app.province();
        let root = app.root();
        let around = |event: &str| format!(
            "{{\"code\":\"CODE\",\"organization\":\"H19.06\",\"procedure\":\"1\",\"term\":{{\"amount\":15,\"unit\":\"working_day\"}},\"events\":[{event}]}}"
        );
        let moment = |at: &str| around(&format!("{{\"status\":\"accepted\",\"at\":\"{at}\"}}"));
        let plain = moment("2020-06-04T08:30:00+07:00");
        let mut odd: Vec<String> = [
            "2020-06-04 08:30:00+07:00", "2020-06-04t08:30:00z", "2020-06-04T08:30+07:00", "2020-06-04T08:30:00+0700", "2020-06-04T08:30:00",
            "2020-06-04T24:00:00+07:00", "2020-06-04T08:30:60+07:00", "2020-06-30T23:59:60Z", "2020-06-04T08:30:00.5+07:00",
            "2020-06-04T08:30:00,5+07:00", "2020-06-04T08:30:00.+07:00", "2020-06-04T08:30:00-00:00", "2020-06-04T08:30:00\u{2212}07:00",
            "2020-06-04T08:30:00+24:00", "2020-06-04T08:30:00+07:60", " 2020-06-04T08:30:00+07:00", "2020-06-04T08:30:00+07:00 ", "2020-06-04", "",
        ].map(moment).into();
        odd.extend([
            around("{\"status\":\"accepted\",\"at\":\"2020-06-04T08:30:00+07:00\",\"due_at\":null}"),
            around("{\"status\":\"accepted\",\"at\":1591234200}"),
            around("{\"status\":\"accepted\",\"status\":\"accepted\",\"at\":\"2020-06-04T08:30:00+07:00\"}"),
            around("{\"status\":{\"accepted\":null},\"at\":\"2020-06-04T08:30:00+07:00\"}"),
            around("[\"2020-06-04T08:30:00+07:00\",\"accepted\"]"),
            plain.replace("15,", "15.0,"), plain.replace("15,", "1.5e1,"), plain.replace("15,", "-0,"), plain.replace("15,", "\"15\","),
            plain.replace("\"amount\"", "\"am\\u006funt\""), plain.replace("\"CODE\"", "\"CODE\",\"code\":\"CODE\""),
            plain.replace("\"procedure\"", "\"channel\":null,\"procedure\""), plain.replace("\"procedure\"", "\"due_at\":null,\"updated_at\":null,\"procedure\""),
            plain.replace("{\"amount\":15,\"unit\":\"working_day\"}", "[15,\"working_day\"]"),
        ]);
        let mut accepted: Vec<&String> = Vec::new();
        for (n, text) in odd.iter().enumerate() {
            let (one, many) = taken(&root, n, text);
            assert_eq!(one, many, "by PUT and in a batch: {text}");
            if one {
                accepted.push(text);
            }
        }
        // Whole numbers are whole however they are written (JSON Schema 2020-12), and a name however its letters are.
        for text in [plain.replace("15,", "15.0,"), plain.replace("\"amount\"", "\"am\\u006funt\""), moment("2020-06-04T08:30:00.5+07:00")] {
            assert!(accepted.contains(&&text), "{text}");
        }
        assert!(!accepted.contains(&&moment("2020-06-04 08:30:00+07:00")));
    }

    fn nothing_that_names_a_person_is_taken(app) {
        app.province();
        let root = app.root();
        let (secret, moment) = ("Nguyễn Thị Bí Mật 0912345678", "2020-06-04T08:30:00+07:00");
        for name in [
            "citizen", "citizen_name", "applicant", "applicant_name", "owner", "name", "full_name", "ho_ten", "phone", "email", "address",
            "identity_number", "note", "summary", "attachments",
        ] {
            let body = with(dossier("A", &[ACCEPTED]), name, json!(secret));
            let told = refused(&root, &body);
            assert_eq!((&told[1], &told[3]), (&json!("invalid-request"), &json!([[format!("/{name}"), "unknown-name"]])));
            let answer = create(&root, &body);
            assert!(!answer.text().contains("Bí Mật"), "{}", answer.text());
        }
        for event in [
            json!({"status": "accepted", "at": moment, "by": secret}), json!({"status": "accepted", "at": moment, "note": secret}),
            json!({"status": "accepted", "at": moment, "citizen": {"name": secret}}),
        ] {
            let told = refused(&root, &with(dossier("A", &[ACCEPTED]), "events", json!([event])));
            assert_eq!(told[3][0][1], "unknown-name", "{event}");
        }
        let kept = ["SELECT COUNT(*) AS n FROM dossiers", "SELECT COUNT(*) AS n FROM audit_entries WHERE detail LIKE '%Bí Mật%' OR subject LIKE '%Bí Mật%'"];
        assert_eq!(kept.map(|count| app.database.count(count)), [0, 0]);
        // A slip of the pen is told apart from that: the nearest name is named.
        for (wrong, right) in [("organisation", "organization"), ("procedur", "procedure"), ("chanel", "channel"), ("updatedAt", "updated_at")] {
            let answer = root.put(&at("A"), &with(dossier("A", &[ACCEPTED]), wrong, json!("x"))).header("accept-language", "en").send();
            let detail = answer.json()["errors"][0]["detail"].as_str().unwrap().to_owned();
            assert!(detail.contains(&format!("did you mean {right}?")), "{detail}");
        }
        let event = json!([{"status": "accepted", "at": moment, "dueAt": moment}]);
        let answer = root.put(&at("A"), &with(dossier("A", &[ACCEPTED]), "events", event)).header("accept-language", "en").send();
        let fault = answer.problem(422, "invalid-request")["errors"][0].clone();
        assert_eq!(fault["pointer"], "/events/0/dueAt");
        assert!(fault["detail"].as_str().unwrap().contains("due_at"), "{fault}");
        assert_eq!(push(&root, from_ref(&dossier("A", &[ACCEPTED]))).each("outcome"), ["created"]);
    }
}
