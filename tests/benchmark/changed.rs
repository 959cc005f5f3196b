//! What is asked first after a change: nothing that was answered before holds any more.

use std::time::{Duration, Instant};

use serde_json::json;

use super::contract::TARGET;
use super::harness::Request;
use super::http::Connection;
use super::report::{Row, millis};
use super::site::Running;

/// How often.
const TIMES: usize = 40;

/// A question, asked again and again with a change of no weight before each, and how slow an answer may be.
pub fn asked(name: &str, path: &str, limit: Option<Duration>, one: &Running, place: String) -> Row {
    let change = |n: usize| {
        let change = one.client.put(TARGET, &json!({"percent": 50 + n % 2}));
        if n == 0 { change } else { change.if_match("*") }
    };
    after(&change, (&format!("{name} (1 connection, a change before each)"), path), limit, one, place)
}

/// The same, with that change before each.
pub fn after(
    change: &dyn Fn(usize) -> Request,
    (name, path): (&str, &str),
    limit: Option<Duration>,
    one: &Running,
    place: String,
) -> Row {
    let times = times(change, path, one);
    let p95 = times.as_ref().ok().and_then(|times| times.get(TIMES * 95 / 100)).copied();
    Row {
        what: name.to_owned(),
        place,
        ours: times.map(|times| {
            let at = |percent: usize| times.get(TIMES * percent / 100).copied().unwrap_or_default();
            format!("p50 {}, p95 {}", millis(at(50)), millis(at(95)))
        }),
        base: String::new(),
        ratio: None,
        budget: limit.map_or_else(String::new, |limit| format!("p95 ≤ {} ms", limit.as_millis())),
        kept: limit.zip(p95).map(|(limit, p95)| p95 <= limit),
    }
}

/// In order of length.
fn times(change: &dyn Fn(usize) -> Request, path: &str, one: &Running) -> Result<Vec<Duration>, String> {
    let mut connection =
        Connection::open(&one.service.base, path, Some(&one.token)).map_err(|error| error.to_string())?;
    let mut times = Vec::new();
    for n in 0..TIMES {
        let answer = change(n).try_send().map_err(|error| error.to_string())?;
        // The first may find what an earlier question put there.
        if !matches!(answer.status, 200 | 201 | 428) {
            return Err(format!("{} {}", answer.status, answer.text()));
        }
        let started = Instant::now();
        let status = connection.ask().map_err(|error| error.to_string())?;
        times.push(started.elapsed());
        if status != 200 {
            return Err(status.to_string());
        }
    }
    times.sort_unstable();
    Ok(times)
}
