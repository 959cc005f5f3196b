//! Giving titles in a few words, for the tests of awards.

use serde_json::{Value, json};

use crate::harness::{Answer, Client};

pub const AWARDS: &str = "/api/v1/awards";

/// A proposal's id.
#[track_caller]
pub fn propose(client: &Client, body: &Value) -> String {
    client.post(AWARDS, body).send().expect(201).json()["id"].as_str().unwrap().to_owned()
}

/// Records a step.
pub fn step(client: &Client, id: &str, body: &Value) -> Answer {
    client.post(&format!("{AWARDS}/{id}/events"), body).send()
}

/// Proposed and appraised on a day.
#[track_caller]
pub fn appraised(client: &Client, mut body: Value, on: &str) -> String {
    body["on"] = json!(on);
    let id = propose(client, &body);
    step(client, &id, &json!({"step": "appraise", "on": on, "basis": "45/BC"})).expect(200);
    id
}

/// Decides on a day.
pub fn decide(client: &Client, id: &str, on: &str) -> Answer {
    step(client, id, &json!({"step": "decide", "on": on, "basis": "4410/QĐ-UBND"}))
}

/// Revokes on a day.
pub fn revoke(client: &Client, id: &str, on: &str) -> Answer {
    step(
        client,
        id,
        &json!({"step": "revoke", "on": on, "basis": "12/QĐ-UBND", "note": "Khai báo không đúng"}),
    )
}

/// Proposed, appraised and given on a day.
#[track_caller]
pub fn given(client: &Client, body: Value, on: &str) -> String {
    let id = appraised(client, body, on);
    decide(client, &id, on).expect(200);
    id
}

/// A title for a person of an organization.
pub fn of_person(title: &str, year: i32, organization: &str, staff: &str) -> Value {
    json!({"title": title, "year": year, "organization": organization, "staff": staff})
}

/// Sets the rules of a title for individuals, from 2015 on.
#[track_caller]
pub fn define(client: &Client, id: &str, more: &Value) {
    let mut rule = json!({
        "name": {"vi": format!("Danh hiệu {id}"), "en": format!("Title {id}")}, "form": "title", "level": "base",
        "recipient": "individual", "legal_basis": ["Quy chế thử nghiệm"], "valid_from": "2010-01-01"
    });
    for (name, value) in more.as_object().unwrap() {
        rule[name] = value.clone();
    }
    client.put(&format!("/api/v1/award-titles/{id}"), &rule).send().expect(201);
}

/// What is answered to whether somebody may be given a title.
pub fn eligibility(client: &Client, query: &str) -> Answer {
    client.get(&format!("/api/v1/emulation/eligibility?{query}")).send()
}
