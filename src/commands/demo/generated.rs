//! A year of dossiers for the example's department, which its report does not hold: generated, and pushed as any one-stop
//! system would.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::{Value, json};

use super::DEPARTMENT;
use crate::app::StartFault;
use crate::commands::generate;

/// The year of the report.
const YEAR: i32 = 2020;
/// About what a department of science and technology settles in a year.
const DOSSIERS: u64 = 1_500;

/// The bodies, made before the service is asked for anything.
pub(super) struct Records {
    procedures: Vec<u8>,
    dossiers: Vec<u8>,
}

impl Records {
    /// The same whenever they are made.
    pub(super) fn new() -> Result<Self, StartFault> {
        let (procedures, dossiers) = generate::year(DEPARTMENT, YEAR, DOSSIERS)?;
        let mut body: Value = serde_json::from_slice(&procedures)?;
        for procedure in body.get_mut("items").and_then(Value::as_array_mut).into_iter().flatten() {
            // As the report says of all the department's procedures.
            procedure["states"] = json!([
                { "from": "2015-01-01", "level": "3", "published": true, "standardised": false },
                { "from": "2020-01-01", "level": "4", "published": true, "standardised": true },
            ]);
        }
        Ok(Self { procedures: serde_json::to_vec(&body)?, dossiers })
    }

    /// Pushes them. Pushed again, they change nothing.
    pub(super) fn push(&self, address: SocketAddr, token: &str) -> Result<(), String> {
        batch(address, token, "procedures", "application/json", &self.procedures)?;
        batch(address, token, "dossiers", "application/x-ndjson", &self.dossiers)
    }
}

fn batch(address: SocketAddr, token: &str, kind: &str, media: &str, body: &[u8]) -> Result<(), String> {
    let config = ureq::Agent::config_builder().timeout_global(Some(Duration::from_mins(1)));
    let agent: ureq::Agent = config.http_status_as_error(false).build().into();
    let url = format!("http://{address}/api/v1/{kind}/batch?answer=failed&atomic=true");
    let request = agent.post(&url).header("authorization", format!("Bearer {token}"));
    let answer = request.header("content-type", media).send(body);
    let mut answer = answer.map_err(|error| format!("{kind}: {error}"))?;
    if answer.status().is_success() {
        return Ok(());
    }
    let problem = answer.body_mut().read_to_string().unwrap_or_default();
    Err(format!("{kind}: {} {}", answer.status(), problem.get(..2000).unwrap_or(&problem)))
}
