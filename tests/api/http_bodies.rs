//! Bodies: which forms are read, how much of them, and what text, numbers and days become.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use crate::harness::{Answer, Client, TestApp};
use crate::http::{DEPARTMENT, ORGANIZATIONS, escaped, named, raw, status};
use crate::on_both;

/// Most bytes of a body that is one record.
const LIMIT: usize = 256 * 1024;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A good definition with blanks up to a length.
fn padded(length: usize) -> Vec<u8> {
    let mut bytes = named("Sở").to_string().into_bytes();
    bytes.resize(length, b' ');
    bytes
}

fn put(app: &TestApp, content_type: &str, body: &[u8]) -> Answer {
    app.root().put(DEPARTMENT, &json!(null)).bytes(content_type, body).send()
}

fn first_fault(answer: Answer) -> (String, String) {
    let faults = answer.faults();
    assert_eq!(faults.len(), 1, "{faults:?}");
    faults[0].clone()
}

fn fault(place: &str, code: &str) -> (String, String) {
    (place.to_owned(), code.to_owned())
}

fn first_kpi(root: &Client) -> Value {
    root.get("/api/v1/kpis?limit=1").send().expect(200).json()["items"][0].clone()
}

on_both! {
    fn a_body_is_read_up_to_its_limit_and_no_further(app) {
        put(app, "application/json", &padded(LIMIT)).expect(201);
        let problem = put(app, "application/json", &padded(LIMIT + 1)).problem(413, "body-too-large");
        assert_eq!(problem["limit"], LIMIT);
        let head = |more: &str| format!("PUT {DEPARTMENT} HTTP/1.1\r\ncontent-type: application/json\r\n{more}");
        // Only announced, never sent: the answer does not wait for it.
        for length in ["262145", "1000000000000"] {
            let answer = raw(app, &head(&format!("content-length: {length}")), b"");
            assert_eq!(status(&answer), 413, "{answer}");
        }
        // Not announced: as many bytes as are one too many, and no end.
        let mut chunk = format!("{:x}\r\n", LIMIT + 1).into_bytes();
        chunk.extend(padded(LIMIT + 1));
        let answer = raw(app, &head("transfer-encoding: chunked"), &chunk);
        assert_eq!(status(&answer), 413, "{answer}");
        assert!(answer.contains("body-too-large"), "{answer}");
    }

    fn a_body_that_does_not_come_is_not_waited_for_for_ever(app) {
        let head = "PUT /api/v1/organizations/H19.70 HTTP/1.1\r\ncontent-type: application/json\r\ncontent-length: 1000";
        let answer = raw(app, head, b"{");
        assert_eq!(status(&answer), 408, "{answer}");
        assert!(answer.contains("\"code\":\"request-timeout\""), "{answer}");
    }

    fn a_compressed_body_is_bounded_by_what_it_becomes(app) {
        let send = |coding: &str, body: &[u8]| {
            let request = app.root().put(DEPARTMENT, &json!(null)).bytes("application/json", body);
            request.header("content-encoding", coding).send()
        };
        send("gzip", &gzip(&padded(LIMIT))).expect(201);
        send("gzip", &gzip(&padded(LIMIT + 1))).problem(413, "body-too-large");
        let bomb = gzip(&padded(64 * 1024 * 1024));
        assert!(bomb.len() < LIMIT, "{}", bomb.len());
        send("gzip", &bomb).problem(413, "body-too-large");
        let whole = gzip(&padded(1000));
        send("gzip", &whole[..whole.len() / 2]).problem(400, "malformed-request");
        send("gzip", b"{}").problem(400, "malformed-request");
        for coding in ["br", "zstd", "deflate", "gzip, gzip", "snappy"] {
            send(coding, &whole).problem(415, "unsupported-media-type");
        }
        send("identity", &padded(1000)).problem(428, "condition-required");
        send("GZIP", &whole).problem(428, "condition-required");
    }

    fn a_form_that_is_not_read_is_refused_with_the_one_that_is(app) {
        let root = app.root();
        let body = named("Sở").to_string().into_bytes();
        for good in ["application/json", "Application/JSON", "application/json; charset=utf-8",
            "application/json;charset=\"UTF-8\""] {
            assert_ne!(put(app, good, &body).status, 415, "{good}");
        }
        for bad in ["text/plain", "application/xml", "application/json; charset=iso-8859-1", "application/jsonp",
            "application/merge-patch+json", "multipart/form-data; boundary=x", "", "json", "application/json, text/plain"] {
            put(app, bad, &body).problem(415, "unsupported-media-type");
        }
        for path in ["/api/v1/organizations/batch", "/api/v1/reorganizations"] {
            let answer = root.post(path, &json!(null)).bytes("text/csv", b"a,b").send();
            assert_eq!(answer.header("accept-post"), Some("application/json"), "{path}");
            answer.problem(415, "unsupported-media-type");
        }
        for form in ["application/json", "application/json-patch+json"] {
            let answer = root.request("PATCH", DEPARTMENT).bytes(form, b"{}").if_match("*").send();
            assert_eq!(answer.header("accept-patch"), Some("application/merge-patch+json"), "{form}");
            answer.problem(415, "unsupported-media-type");
        }
    }

    fn a_merge_patch_sets_removes_and_leaves_alone(app) {
        let root = app.root();
        app.province();
        let mut body = named("Sở Khoa học");
        body["short_name"] = json!("KH");
        root.put("/api/v1/organizations/H19.70", &body).send().expect(201);
        let record = "/api/v1/organizations/H19.70";
        let patch = |body: Value| root.patch(record, &body).if_match("*").send();
        let from = "2015-01-01";
        let same = patch(json!({})).expect(200);
        assert_eq!(same.etag(), root.get(record).send().etag());
        let changed = patch(json!({"name": "Sở Mới", "valid_from": from})).expect(200).json();
        assert_eq!((&changed["name"], &changed["short_name"]), (&json!("Sở Mới"), &json!("KH")));
        let removed = patch(json!({"short_name": null, "parent": "H19", "valid_from": from})).expect(200).json();
        assert_eq!((&removed["short_name"], &removed["parent"]), (&json!(null), &json!("H19")));
        assert_eq!(removed["name"], "Sở Mới");
        for field in ["name", "kind", "valid_from"] {
            let faults = patch(json!({ field: null })).faults();
            assert!(faults.contains(&fault(&format!("/{field}"), "wrong-type")), "{field}: {faults:?}");
        }
        assert_eq!(first_fault(patch(json!({"codes": []}))), fault("/codes", "unknown-name"));
        for whole in [json!([]), json!("x"), json!(null)] {
            assert_eq!(first_fault(patch(whole)), fault("", "wrong-type"));
        }
        assert_eq!(root.get(record).send().json(), removed);
    }

    fn text_is_stored_in_one_form_however_it_was_typed(app) {
        let root = app.root();
        // The same name composed, decomposed, and with blanks at its ends.
        let (composed, decomposed) = ("Sở Xây dựng", " So\u{31b}\u{309} Xa\u{302}y du\u{31b}\u{323}ng ");
        let mut body = named(decomposed);
        body["short_name"] = json!(decomposed);
        let created = root.put(DEPARTMENT, &body).send().expect(201).json();
        assert_eq!((&created["name"], &created["short_name"]), (&json!(composed), &json!(composed)));
        body["name"] = json!(composed);
        body["short_name"] = json!(composed);
        root.put(DEPARTMENT, &body).if_match("*").send().expect(200);
        assert_eq!(app.database.count("SELECT count(*) AS n FROM audit_entries WHERE act = 'organization.define'"), 1, "nothing has changed");
        let staffing = json!({"quota": 1, "present": 1, "total": 1, "qualifications": [{"name": decomposed, "count": 1}]});
        let stated = root.put(&format!("{DEPARTMENT}/staffing/2020-12-31"), &staffing).send().expect(201).json();
        assert_eq!(stated["qualifications"][0]["name"], composed);
        let kpi = first_kpi(&root);
        let figure = json!({"percent": 1, "status": "final", "source": decomposed});
        let path = format!("{DEPARTMENT}/reported-figures/{}/2020", kpi["id"].as_str().unwrap());
        assert_eq!(root.put(&path, &figure).send().expect(201).json()["source"], composed);
        let dissolved = json!({"kind": "dissolve", "legal_basis": decomposed, "effective_on": "2026-01-01",
            "predecessors": ["H19.06"]});
        assert_eq!(root.post("/api/v1/reorganizations", &dissolved).send().expect(201).json()["legal_basis"], composed);
        let mut definition = kpi;
        definition.as_object_mut().unwrap().retain(|name, _| name != "id" && name != "valid_to");
        for at in ["/name/vi", "/definition/en", "/numerator/label/vi", "/method", "/legal_basis/0"] {
            *definition.pointer_mut(at).unwrap() = json!(decomposed);
        }
        let defined = root.put("/api/v1/kpis/ours", &definition).send().expect(201).json();
        for at in ["/name/vi", "/definition/en", "/numerator/label/vi", "/method", "/legal_basis/0"] {
            assert_eq!(defined.pointer(at).unwrap(), composed, "{at}");
        }
    }

    fn nothing_is_written_that_nobody_can_see(app) {
        for bad in ["a\u{0}b", "a\u{200b}b", "\u{feff}a", "a\u{202e}b", "a\u{2066}b", "a\u{7f}b", "a\u{1b}[0m", "a\u{85}b",
            "a\u{ad}b", "a\u{180e}b", "a\u{115f}b", "a\u{e0041}b"] {
            let answer = app.root().put(DEPARTMENT, &named(bad)).send();
            assert_eq!(first_fault(answer), fault("/name", "invisible-character"), "{bad:?}");
        }
        for blank in ["", " ", "\t\n", "\u{a0}", "\u{3000}"] {
            let answer = app.root().put(DEPARTMENT, &named(blank)).send();
            assert!(answer.faults().iter().all(|(place, _)| place == "/name"), "{blank:?}");
        }
        for code in ["H19\u{200b}", "H19.\u{0}", "Н19", "H１9", "h19", "H19 ", "H19..1", ".H19", "H19.", "", "H1234567"] {
            let body = json!({"name": "Sở", "kind": "department", "valid_from": "2015-01-01", "codes": [{"code": code}]});
            let faults = app.root().put(DEPARTMENT, &body).send().faults();
            assert!(!faults.is_empty() && faults.iter().all(|(place, _)| place == "/codes/0/code"), "{code:?}: {faults:?}");
        }
        app.root().get(DEPARTMENT).send().problem(404, "not-found");
    }

    fn a_day_is_one_of_the_calendar_in_its_one_form(app) {
        app.province();
        let root = app.root();
        for bad in ["9999-12-31", "2026-02-30", "2026-02-29", "2026-13-01", "2026-00-10", "2026-01-00", "2026-1-1", "20260101", "2026-01",
            "01/01/2026", "2026-01-01T00:00:00Z", "2026-01-01 ", "+2026-01-01", "2026-W01-1", "today", "",
            "10000-01-01", "-0001-01-01", "２０２６-01-01"] {
            let mut body = named("Sở");
            body["valid_from"] = json!(bad);
            let answer = root.put("/api/v1/organizations/H19.70", &body).send();
            assert_eq!(first_fault(answer), fault("/valid_from", "date-invalid"), "{bad}");
            let query = escaped(bad);
            let answer = root.get(&format!("{ORGANIZATIONS}?as_of={query}")).send();
            assert_eq!(first_fault(answer), fault("as_of", "date-invalid"), "{bad}");
            if !bad.is_empty() {
                let answer = root.get(&format!("{DEPARTMENT}/staffing/{query}")).send();
                if answer.status != 404 || !bad.contains('/') {
                    assert_eq!(first_fault(answer), fault("date", "date-invalid"), "{bad}");
                }
            }
        }
        let mut number = named("Sở");
        number["valid_from"] = json!(20_260_101);
        let answer = root.put("/api/v1/organizations/H19.70", &number).send();
        assert_eq!(first_fault(answer), fault("/valid_from", "wrong-type"));
        for day in ["2024-02-29", "1900-01-01", "0001-01-01", "0000-01-01", "9999-12-30"] {
            root.get(&format!("{ORGANIZATIONS}?as_of={day}")).send().expect(200);
            root.get(&format!("{DEPARTMENT}/staffing/{day}")).send().problem(404, "not-found");
        }
        for day in ["0000-01-01", "9999-12-30"] {
            let mut body = named("Sở");
            body["valid_from"] = json!(day);
            let answer = root.put(&format!("{ORGANIZATIONS}/H{}", &day[..2]), &body).send();
            assert!(answer.status < 500, "{day}: {}", answer.text());
        }
    }

    fn a_period_stands_under_its_one_name(app) {
        app.province();
        let root = app.root();
        let kpi = first_kpi(&root)["id"].as_str().unwrap().to_owned();
        for bad in ["2020-Q5", "2020-q1", "2020-1", "2020-13", "2020-00", "20", "2020-H3", "2020-M1", "2020-9m", "2020-", "1899"] {
            let answer = root.get(&format!("{DEPARTMENT}/targets/{kpi}/{bad}")).send();
            assert_eq!(first_fault(answer), fault("period", "period-invalid"), "{bad}");
            let faults = root.get(&format!("{DEPARTMENT}/scorecard?period={bad}")).send().faults();
            assert!(faults.iter().all(|(place, _)| place == "period"), "{bad}: {faults:?}");
        }
    }

    fn a_decimal_comes_back_as_it_was_sent(app) {
        app.province();
        let root = app.root();
        let kpi = first_kpi(&root)["id"].as_str().unwrap().to_owned();
        let path = format!("{DEPARTMENT}/targets/{kpi}/2020");
        root.put(&path, &json!({"percent": 1})).send().expect(201);
        let round = |text: &str| {
            let body = format!("{{\"percent\": {text}}}");
            let request = root.put(&path, &json!(null)).bytes("application/json", body.as_bytes());
            request.if_match("*").send().expect(200);
            let shown = root.get(&path).send().expect(200).json()["percent"].as_f64();
            // Of at most ten digits each names a double of its own, so that equal doubles are equal decimals.
            assert_eq!(shown, text.parse().ok(), "{text}");
        };
        for text in ["0", "0.1", "0.000001", "94.44", "99.999999", "1000", "999.999999", "33.333333", "0.3"] {
            round(text);
        }
        let mut runner = TestRunner::new(Config { cases: 100, failure_persistence: None, ..Config::default() });
        runner
            .run(&(0..1000_u32, 1..1_000_000_u32), |(whole, millionths)| {
                round(format!("{whole}.{millionths:06}").trim_end_matches('0'));
                Ok(())
            })
            .unwrap();
        for (text, code) in [("0.0000001", "too-many-decimals"), ("-0.5", "out-of-range"), ("1000.000001", "out-of-range"),
            ("\"95\"", "wrong-type"), ("9007199254740993", "out-of-range"), ("1e300", "out-of-range")] {
            let body = format!("{{\"percent\": {text}}}");
            let request = root.put(&path, &json!(null)).bytes("application/json", body.as_bytes());
            assert_eq!(first_fault(request.if_match("*").send()), fault("/percent", code), "{text}");
        }
    }

    fn a_number_beyond_its_column_is_out_of_range(app) {
        app.province();
        for number in ["2147483648", "9007199254740993", "18446744073709551616", "-1", "1e30", "1.5"] {
            let body = format!("{{\"quota\": {number}, \"present\": 1, \"total\": 1}}");
            let path = format!("{DEPARTMENT}/staffing/2020-12-31");
            let answer = app.root().put(&path, &json!(null)).bytes("application/json", body.as_bytes()).send();
            let faults = answer.faults();
            assert!(!faults.is_empty() && faults.iter().all(|(place, _)| place == "/quota"), "{number}: {faults:?}");
        }
    }

    fn a_batch_has_a_bounded_number_of_items(app) {
        let send = |items: Vec<Value>| app.root().post("/api/v1/organizations/batch", &json!({ "items": items })).send();
        assert_eq!(first_fault(send(vec![])), fault("/items", "wrong-number-of-items"));
        assert_eq!(first_fault(send(vec![json!({}); 10_001])), fault("/items", "wrong-number-of-items"));
        assert_eq!(app.database.count("SELECT count(*) AS n FROM organizations"), 0);
    }
}
