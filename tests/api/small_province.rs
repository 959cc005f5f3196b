//! Records made by hand, few enough to be counted on one's fingers, and how figures of them are asked for.

use serde_json::{Value, json};

use crate::harness::Client;
use crate::reorganizations::{URL, decision};

/// A dossier that came by hand: accepted on a day, due on another, settled on a third, or open where that is empty.
pub fn dossier(code: &str, organization: &str, [accepted, due, settled]: [&str; 3]) -> Value {
    let mut events = vec![json!({"status": "accepted", "at": format!("{accepted}T08:00:00+07:00")})];
    if !settled.is_empty() {
        events.push(json!({"status": "completed", "at": format!("{settled}T09:00:00+07:00")}));
    }
    json!({
        "code": code, "organization": organization, "procedure": "1.000", "channel": "direct",
        "due_at": format!("{due}T17:00:00+07:00"), "events": events
    })
}

/// A record with another value in a field.
pub fn but(mut record: Value, field: &str, value: &str) -> Value {
    record[field] = json!(value);
    record
}

/// A dossier of a procedure that was filed online.
pub fn filed_online(code: &str, organization: &str, procedure: &str, days: [&str; 3]) -> Value {
    but(but(dossier(code, organization, days), "procedure", procedure), "channel", "online")
}

/// Dossiers of one month, accepted on the 1st and due on the 10th: so many settled on the 9th, and so many on the 11th.
/// They lie in the month of the same name of both schemes.
pub fn settled(organization: &str, month: &str, on_time: usize, late: usize) -> Vec<Value> {
    let made = |n: usize| {
        let day = if n < on_time { "09" } else { "11" };
        let days = [format!("{month}-01"), format!("{month}-10"), format!("{month}-{day}")];
        dossier(&format!("{organization}-{month}-{n}"), organization, days.each_ref().map(String::as_str))
    };
    (0..on_time + late).map(made).collect()
}

/// A procedure that some organizations handle and offer at a level, from 2015 on.
pub fn procedure(code: &str, organizations: &[&str], level: &str) -> Value {
    let handled = |organization: &&str| json!({"organization": organization, "from": "2015-01-01"});
    json!({
        "code": code, "name": {"vi": format!("Thủ tục {code}")}, "field": "Khoa học và công nghệ",
        "organizations": organizations.iter().map(handled).collect::<Vec<_>>(),
        "states": [{"from": "2015-01-01", "level": level, "published": true, "standardised": true}]
    })
}

/// Pushes new records, all of which must be taken.
#[track_caller]
pub fn push(client: &Client, records: &str, items: &[Value]) {
    let path = format!("/api/v1/{records}/batch");
    let answer = client.post(&path, &json!({"items": items})).send().expect(200);
    assert_eq!(answer.each("outcome"), vec!["created"; items.len()], "{}", answer.text());
}

/// Who offers what online, and what was accepted so around 2020:
///
/// - P1 at level 4, handled by H19.06 and H19.09: D1 and D2 by H19.06.02 on 2 March and 4 May, D7 by H19.09.01 on 1 July;
/// - P2 at level 3, handled by H19.06: D3 came by hand;
/// - P3 at level 2, which is not online, handled by H19.06: D4 all the same, by H19.06 on 3 March;
/// - P4 at level 3, handled by H19.09: D5 by H19.06, which does not handle it, on 4 March; D6 by H19.09 on 30 December 2019;
/// - P5 at level 4 until 30 November 2020, then not online, handled by H19.06: D8 by H19.06 on 3 February.
pub fn online_services(client: &Client) {
    let mut withdrawn = procedure("P5", &["H19.06"], "4");
    let none = json!({"from": "2020-12-01", "level": "none", "published": true, "standardised": true});
    withdrawn["states"].as_array_mut().unwrap().push(none);
    let procedures = [
        procedure("P1", &["H19.06", "H19.09"], "4"),
        procedure("P2", &["H19.06"], "3"),
        procedure("P3", &["H19.06"], "2"),
        procedure("P4", &["H19.09"], "3"),
        withdrawn,
    ];
    push(client, "procedures", &procedures);
    let by_hand = dossier("D3", "H19.06", ["2020-03-05", "2020-03-20", "2020-03-10"]);
    let dossiers = [
        filed_online("D1", "H19.06.02", "P1", ["2020-03-02", "2020-03-20", "2020-03-10"]),
        filed_online("D2", "H19.06.02", "P1", ["2020-05-04", "2020-05-20", "2020-05-10"]),
        but(by_hand, "procedure", "P2"),
        filed_online("D4", "H19.06", "P3", ["2020-03-03", "2020-03-20", "2020-03-10"]),
        filed_online("D5", "H19.06", "P4", ["2020-03-04", "2020-03-20", "2020-03-10"]),
        filed_online("D6", "H19.09", "P4", ["2019-12-30", "2020-01-20", "2020-01-10"]),
        filed_online("D7", "H19.09.01", "P1", ["2020-07-01", "2020-07-20", "2020-07-10"]),
        filed_online("D8", "H19.06", "P5", ["2020-02-03", "2020-02-20", "2020-02-10"]),
    ];
    push(client, "dossiers", &dossiers);
}

/// Reorganizes from a day on.
#[track_caller]
pub fn reorganize(client: &Client, kind: &str, day: &str, more: &Value) {
    client.post(URL, &but(decision(kind, more), "effective_on", day)).send().expect(201);
}

/// The figures of a question.
#[track_caller]
pub fn figures(client: &Client, query: &str) -> Vec<Value> {
    let answer = client.get(&format!("/api/v1/figures?{query}")).send().expect(200).json();
    answer["items"].as_array().unwrap().clone()
}

/// Whose figures a question has: what out of what, in percent.
#[track_caller]
pub fn told(client: &Client, query: &str) -> Vec<Value> {
    let line =
        |item: &Value| json!([item["organization"], item["numerator"], item["denominator"], item["percent"]]);
    figures(client, query).iter().map(line).collect()
}

/// The one figure that a question has: what out of what, in percent.
#[track_caller]
pub fn one(client: &Client, query: &str) -> Value {
    let found = figures(client, query);
    assert_eq!(found.len(), 1, "{query}: {found:?}");
    json!([found[0]["numerator"], found[0]["denominator"], found[0]["percent"]])
}
