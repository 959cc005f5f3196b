//! Tasks of the example's directives, and readers of some: made up, as the example's README says.

use std::net::SocketAddr;

use serde::Deserialize;
use serde_json::{Value, json};

use super::DEPARTMENT;
use super::client::Client;

/// The tasks.
const TASKS: &str = include_str!("../../../examples/dong-nai-2020/assignments.json");

/// A person of an organization.
pub(super) struct Reader {
    /// The subject of its token.
    pub(super) subject: &'static str,
    /// The organization's code.
    pub(super) organization: &'static str,
    /// With which directives it has to do, and how far it came.
    steps: &'static [(&'static str, &'static str)],
}

const fn reader(
    subject: &'static str,
    organization: &'static str,
    steps: &'static [(&'static str, &'static str)],
) -> Reader {
    Reader { subject, organization, steps }
}

/// The readers.
pub(super) const READERS: [Reader; 4] = [
    reader("demo-reader-1", "H19.06.01", &[("30-CT/TU", "read"), ("16/CT-TTg", "read")]),
    reader("demo-reader-2", "H19.06.02", &[("30-CT/TU", "read"), ("2583/KH-UBND", "opened")]),
    reader("demo-reader-3", "H19.06.03", &[("30-CT/TU", "opened"), ("16/CT-TTg", "delivered")]),
    reader("demo-reader-4", "H19.06.08", &[("30-CT/TU", "delivered")]),
];

/// A task with what happened to it, and the parts of it, which are handed on once it is accepted.
#[derive(Deserialize)]
struct Task {
    assignment: Value,
    #[serde(default)]
    events: Vec<Value>,
    #[serde(default)]
    parts: Vec<Task>,
}

/// The tasks of a directive.
#[derive(Deserialize)]
struct Given {
    /// Its number.
    directive: String,
    tasks: Vec<Task>,
}

/// Gives all tasks and lets happen what happened to them; then the readers, each with a token of its own, read. A database that was kept
/// and has tasks keeps them.
pub(super) fn push(address: SocketAddr, token: &str, readers: &[String]) -> Result<(), String> {
    let client = Client::new(address, token);
    if !items(&client.get("assignments", &[("organization", DEPARTMENT), ("limit", "1")])?).is_empty() {
        return Ok(());
    }
    let given: Vec<Given> =
        serde_json::from_str(TASKS).map_err(|error| format!("assignments.json: {error}"))?;
    for Given { directive, tasks } in given {
        let directive = id_of(&client, &directive)?;
        for task in tasks {
            give(&client, &directive, None, task)?;
        }
    }
    for (reader, token) in READERS.iter().zip(readers) {
        let client = Client::new(address, token);
        for (number, step) in reader.steps {
            let path = format!("directives/{}/acknowledgements", id_of(&client, number)?);
            send(&client, &path, &json!({ "organization": reader.organization, "step": step }))?;
        }
    }
    Ok(())
}

fn items(list: &Value) -> &[Value] {
    list.get("items").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn send(client: &Client, path: &str, body: &Value) -> Result<Value, String> {
    let answer = client.post(path, "application/json", body.to_string().as_bytes())?;
    serde_json::from_str(&answer).map_err(|error| format!("{path}: {error}"))
}

fn id_in(thing: Option<&Value>) -> Result<String, String> {
    let id = thing.and_then(|thing| thing.get("id")).and_then(Value::as_str);
    id.map(ToOwned::to_owned).ok_or_else(|| "the service names nothing".to_owned())
}

fn id_of(client: &Client, number: &str) -> Result<String, String> {
    let found = client.get("directives", &[("number", number)])?;
    id_in(items(&found).first()).map_err(|why| format!("{number}: {why}"))
}

fn give(client: &Client, directive: &str, parent: Option<&str>, task: Task) -> Result<(), String> {
    let Task { mut assignment, events, parts } = task;
    if let (Some(parent), Some(assignment)) = (parent, assignment.as_object_mut()) {
        assignment.insert("parent".to_owned(), json!(parent));
    }
    let id = id_in(Some(&send(client, &format!("directives/{directive}/assignments"), &assignment)?))?;
    let mut parts = Some(parts);
    for event in events {
        send(client, &format!("assignments/{id}/events"), &event)?;
        if event.get("event").and_then(Value::as_str) == Some("accept") {
            for part in parts.take().into_iter().flatten() {
                give(client, directive, Some(&id), part)?;
            }
        }
    }
    Ok(())
}
