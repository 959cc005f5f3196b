//! Every file of `tests/samples/edxml` through the API: each gets the answer that `answers.json` states.

use serde_json::{Map, Value, json};

use crate::directives_register::{BASE, id_of};
use crate::harness::{Answer, Backend, Client, TestApp};
use crate::on_both;

pub const MESSAGES: &str = "/api/v1/edxml/messages";
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/samples/edxml");
/// Ten in the morning of 26 November 2026, in Viet Nam: the clock of the answers.
pub const THEN: &str = "2026-11-26T03:00:00Z";

pub fn sample(name: &str) -> Vec<u8> {
    std::fs::read(format!("{FOLDER}/{name}")).unwrap()
}

pub fn text(name: &str) -> String {
    String::from_utf8(sample(name)).unwrap()
}

pub fn post(client: &Client, message: &[u8]) -> Answer {
    client.request("POST", MESSAGES).bytes("application/xml", message).send()
}

/// A new document of another number under another id.
pub fn numbered(number: &str, id: &str) -> String {
    let text = text("new.edxml").replacen("H19.06,2020/06/20,812/BC-SKHCN", id, 1);
    text.replace("<edXML:CodeNumber>812<", &format!("<edXML:CodeNumber>{number}<"))
}

/// The province of the samples, at the time of their answers.
pub fn province(app: &TestApp) {
    app.clock.set(THEN.parse().unwrap());
    app.province();
    for (code, kind, parent) in [
        ("H19.11", "department", Some("H19")),
        ("000.00.15.H19", "department", Some("H19")),
        ("G06", "ministry", None),
        ("28.22.H17", "other", None),
    ] {
        app.organization(code, kind, parent);
    }
}

fn forget(app: &TestApp) {
    let tables = "edxml_statuses edxml_receivers edxml_documents edxml_messages edxml_contents assignment_events assignments \
         directive_parties directive_words directive_relations directives document_exchanges";
    for table in tables.split_whitespace() {
        app.database.execute(&format!("DELETE FROM {table}"));
    }
}

fn answers() -> Vec<Map<String, Value>> {
    serde_json::from_str(&text("answers.json")).unwrap()
}

fn word<'a>(answer: &'a Map<String, Value>, name: &str) -> &'a str {
    answer.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// Pairs of place and code, the places left out where they do not count.
fn pairs(answer: &Map<String, Value>, name: &str) -> Vec<(String, String)> {
    let placed = !answer.contains_key("place");
    let all = answer.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    let pair = |pair: &Value| {
        let at = if placed { pair[0].as_str().unwrap() } else { "" };
        (at.to_owned(), pair[1].as_str().unwrap().to_owned())
    };
    all.iter().map(pair).collect()
}

fn event(client: &Client, id: &str, body: &Value) {
    client.post(&format!("/api/v1/assignments/{id}/events"), body).send().expect(200);
}

/// Everything that must be there before the sample comes.
fn prepare(root: &Client, answer: &Map<String, Value>) {
    let file = word(answer, "file");
    let before: &[(&str, &str)] = match file {
        "revocation.edxml" => &[("811", "H19.06,2014/02/30,811/BC-SKHCN")],
        "update.edxml" | "update-receivers.edxml" => &[("811", "H19.06,2020/06/19,811/BC-SKHCN")],
        "replacement.edxml" => {
            &[("810", "H19.06,2020/06/18,810/BC-SKHCN"), ("811", "H19.06,2020/06/19,811/BC-SKHCN")]
        }
        _ => &[],
    };
    for (number, id) in before {
        post(root, numbered(number, id).as_bytes()).expect(201);
    }
    if answer.contains_key("kept") {
        let other = text("new.edxml").replace("Tổng kết thực hiện", "Sơ kết thực hiện").into_bytes();
        post(root, &if word(answer, "answer") == "new" { sample(file) } else { other }).expect(201);
    }
    if !answer.get("roles").is_some_and(Value::is_object) {
        return;
    }
    let did = post(root, &sample("new.edxml")).expect(201).json()["did"].clone();
    let task = did["assignments"][0]["id"].as_str().unwrap().to_owned();
    let steps: &[Value] = match (word(answer, "before"), word(answer, "answer")) {
        ("06", _) => &[json!({"event": "accept"}), json!({"event": "report"})],
        (_, "status 04" | "status 05" | "status 06") => &[json!({"event": "accept"})],
        (_, "status 15" | "status 16") => &[json!({"event": "recall", "note": "Gửi nhầm"})],
        _ => &[],
    };
    for step in steps {
        event(root, &task, step);
    }
}

/// Makes agencies unknown or closed, as the answer says, and back.
fn standing(app: &TestApp, answer: &Map<String, Value>, back: bool) {
    for (code, how) in answer.get("standing").and_then(Value::as_object).into_iter().flatten() {
        let (from, to) = if back { ("Z99", code.as_str()) } else { (code.as_str(), "Z99") };
        let day = if back { "9999-12-31" } else { "2016-01-01" };
        app.database.execute(&match how.as_str() {
            Some("unknown") => format!("UPDATE organization_codes SET code = '{to}' WHERE code = '{from}'"),
            _ => format!("UPDATE organization_codes SET valid_to = '{day}' WHERE code = '{code}'"),
        });
    }
}

/// Sends a sample as it is meant.
fn answered(root: &Client, answer: &Map<String, Value>) -> Answer {
    if !answer.contains_key("sending") {
        return post(root, &sample(word(answer, "file")));
    }
    let body = json!({
        "number": "812/BC-SKHCN", "issuer": {"organization": "H19.06"}, "subject": "Tổng kết", "issued_on": "2020-06-20",
        "signer": {"name": "Nguyễn Văn A"}
    });
    let id = id_of(root, &body);
    // The code that is closed or unknown is found as it was, and looked at as of the day of issue.
    root.get(&format!("{BASE}/{id}.edxml?to=H19.09")).send()
}

#[track_caller]
fn check(answer: &Map<String, Value>, got: &Answer) {
    let file = word(answer, "file");
    let body = got.json();
    let expected = word(answer, "answer");
    if expected == "refused" {
        let findings = pairs(answer, "findings");
        assert!((400..500).contains(&got.status), "{file}: {body}");
        assert!(findings.iter().any(|(_, code)| body["code"] == code.as_str()), "{file}: {body}");
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let errors = body["errors"].as_array().into_iter().flatten();
        let errors: Vec<_> = errors.map(|one| (text(&one["pointer"]), text(&one["code"]))).collect();
        let alone = matches!(got.status, 400 | 413);
        assert_eq!(errors, if alone { Vec::new() } else { findings }, "{file}");
        return;
    }
    let again = expected == "new" && answer.contains_key("kept");
    assert_eq!(got.status, if again { 200 } else { 201 }, "{file}: {body}");
    let kind = expected.split(' ').next().unwrap();
    assert_eq!(body["kind"], kind, "{file}");
    if let Some((_, code)) = expected.split_once(' ') {
        assert_eq!(body["status"]["status"], code, "{file}");
    }
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let warned = body["warnings"].as_array().unwrap().iter();
    let warned: Vec<_> = warned.map(|one| (text(&one["at"]), text(&one["code"]))).collect();
    assert_eq!(warned, pairs(answer, "warnings"), "{file}");
    if let Some(files) = answer.get("files") {
        let found = body["content"]["attachments"].as_array().unwrap().iter();
        let found: Value = found.map(|file| json!([file["name"], file["size"], file["sha256"]])).collect();
        assert_eq!(&found, files, "{file}");
    }
}

on_both! {
    fn each_sample_gets_its_answer(app) {
        province(app);
        let root = app.root();
        let mut count = 0;
        for answer in answers() {
            // Nothing is sent out of its order: what may not happen to a task is refused before there is anything to send.
            if answer.contains_key("limits") || word(&answer, "file") == "refused-status-order-on-sending.edxml" {
                continue;
            }
            forget(app);
            prepare(&root, &answer);
            standing(app, &answer, false);
            let got = answered(&root, &answer);
            standing(app, &answer, true);
            check(&answer, &got);
            count += 1;
        }
        assert!(count > 120, "{count}");
    }
}

#[test]
fn a_sample_that_is_too_large_is_refused_by_the_limits_that_are_set() {
    for answer in answers() {
        let Some(limits) = answer.get("limits") else { continue };
        let said = |name: &str| limits[name].as_u64();
        let app = TestApp::start_with(Backend::Sqlite, |config| {
            let edxml = &mut config.edxml;
            edxml.bytes = said("bytes").unwrap_or(edxml.bytes);
            edxml.attachment_bytes = said("attachment_bytes").unwrap_or(edxml.attachment_bytes);
            let few =
                |name: &str, usual: usize| said(name).map_or(usual, |most| usize::try_from(most).unwrap());
            edxml.attachments = few("attachments", edxml.attachments);
            edxml.elements = few("elements", edxml.elements);
        });
        province(&app);
        check(&answer, &post(&app.root(), &sample(word(&answer, "file"))));
    }
}
