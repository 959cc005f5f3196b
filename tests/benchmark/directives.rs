//! The overview of a province with many directives and tasks: what is due, late and done, and who read what.

use std::time::Duration;

use serde_json::{Value, json};

use super::contract::{
    ASSIGNMENTS, DIRECTIVES, DIRECTIVES_BATCH, ORGANIZATIONS, PROVINCE, READERS, TASKS, TASKS_REPORTED, YEAR,
};
use super::harness::{Backend, Request};
use super::report::{Row, millis};
use super::site::Running;
use super::{Options, changed, http};

/// The ninety-fifth percentile, at most.
const SLOWEST: Duration = Duration::from_millis(30);

/// Tasks whose progress is told between two questions.
const IN_HAND: usize = 40;

/// Loads each database and asks it.
pub fn all(options: &Options, backends: &[Backend]) -> Vec<Row> {
    let of = |backend: &Backend| {
        let one = Running::start(*backend).unwrap_or_else(|why| panic!("{backend:?}: {why}"));
        let place = format!("{backend:?}, {} directives", options.directives);
        let tasks = load(&one, options.directives).unwrap_or_else(|why| panic!("{place}: {why}"));
        one.analyze();
        eprintln!("{place}: loaded");
        let half = format!("as_of={YEAR}-06-30");
        let questions = ["by=organization", "by=issuer", "by=type", &half].map(overview);
        let mut rows = vec![repeated(options, &one, &questions[0], &place)];
        let progress = |n: usize| {
            let happened = json!({"event": "progress", "percent": n % 100});
            one.client.post(&format!("{ASSIGNMENTS}/{}/events", tasks[n % tasks.len()]), &happened)
        };
        let changed = questions.iter().map(|(name, path)| {
            changed::after(
                &progress,
                (&format!("{name} (1 connection, progress of a task before each)"), path),
                Some(SLOWEST),
                &one,
                place.clone(),
            )
        });
        rows.extend(changed);
        rows
    };
    backends.iter().flat_map(of).collect()
}

fn overview(query: &str) -> (String, String) {
    let path = format!("/api/v1/directives/overview?org={PROVINCE}&{query}");
    (format!("overview of the province, {query}"), path)
}

/// Asked again and again, with nothing changed in between.
fn repeated(options: &Options, one: &Running, (name, path): &(String, String), place: &str) -> Row {
    let lasts = Duration::from_secs(options.seconds);
    let speed = http::round(&one.service.base, path, Some(&one.token), 1, lasts);
    Row {
        what: format!("{name} (1 connection)"),
        place: place.to_owned(),
        kept: speed.as_ref().ok().map(|speed| speed.p95 <= SLOWEST),
        ours: speed.map(|speed| format!("p50 {}, p95 {}", millis(speed.p50), millis(speed.p95))),
        base: String::new(),
        ratio: None,
        budget: "p95 ≤ 30 ms".to_owned(),
    }
}

fn send(request: Request) -> Result<Value, String> {
    let answer = request.try_send().map_err(|error| error.to_string())?;
    if answer.status == 200 { Ok(answer.json()) } else { Err(format!("{} {}", answer.status, answer.text())) }
}

/// Codes or ids of what a call lists.
fn named(list: &Value, field: &str) -> Vec<String> {
    let items = list["items"].as_array().into_iter().flatten();
    items.filter_map(|item| item[field].as_str().map(str::to_owned)).collect()
}

/// Registers directives of the year, gives tasks of each to organizations in turn, and lets every fifth be done, one half of them late.
/// Answers some that are in hand.
fn load(one: &Running, count: usize) -> Result<Vec<String>, String> {
    let organizations = named(&send(one.client.get(ORGANIZATIONS))?, "code");
    let day = |n: usize| format!("{YEAR}-{:02}-{:02}", n % 11 + 1, n % 28 + 1);
    let issuers = [
        json!({"organization": PROVINCE}),
        json!({"name": "Tỉnh ủy"}),
        json!({"name": "Thủ tướng Chính phủ"}),
    ];
    let types = ["KH-UBND", "CT-UBND", "QĐ-UBND", "CV-UBND"];
    let directive = |n: usize| {
        let number = format!("{n}/{}", types[n % types.len()]);
        json!({"number": number, "issuer": issuers[n % issuers.len()], "subject": "Dân vận khéo", "issued_on": day(n)})
    };
    let all: Vec<Value> = (1..=count).map(directive).collect();
    for batch in all.chunks(1_000) {
        send(one.client.post(DIRECTIVES_BATCH, &json!({"items": batch})))?;
    }
    let (mut ids, mut next) = (Vec::new(), String::new());
    while ids.len() < count {
        let page = send(one.client.get(&format!("{DIRECTIVES}?limit=500{next}")))?;
        ids.extend(named(&page, "id"));
        next = page["next"].as_str().map_or(String::new(), |cursor| format!("&cursor={cursor}"));
    }
    let task = |n: usize| {
        json!({
            "organization": organizations[n * 7 % organizations.len()], "role": "lead", "content": "Báo cáo kết quả",
            "assigned_on": day(n), "due_on": (!n.is_multiple_of(9)).then(|| format!("{YEAR}-12-{:02}", n % 31 + 1))
        })
    };
    let (mut done, mut in_hand) = (Vec::new(), Vec::new());
    for (place, id) in ids.iter().enumerate() {
        let items: Vec<Value> = (0..TASKS).map(|n| task(place * TASKS + n)).collect();
        let path = format!("{DIRECTIVES}/{id}/assignments/batch?atomic=true");
        let given = named(&send(one.client.post(&path, &json!({"items": items})))?, "code");
        in_hand.extend(given.get(1).filter(|_| place < IN_HAND).cloned());
        done.extend(given.into_iter().step_by(TASKS_REPORTED));
    }
    for (n, id) in done.iter().enumerate() {
        let on = if n.is_multiple_of(2) { format!("{YEAR}-12-01") } else { format!("{}-01-15", YEAR + 1) };
        for event in ["accept", "report"] {
            send(one.client.post(&format!("{ASSIGNMENTS}/{id}/events"), &json!({"event": event, "on": on})))?;
        }
    }
    for id in &in_hand {
        send(one.client.post(&format!("{ASSIGNMENTS}/{id}/events"), &json!({"event": "accept"})))?;
    }
    for readers in READERS {
        one.site.database.execute(readers);
    }
    Ok(in_hand)
}
