//! A year of dossiers for the example's department, which its report does not hold: generated, and pushed as any one-stop
//! system would.

use std::net::SocketAddr;

use serde_json::{Value, json};

use super::DEPARTMENT;
use super::client::Client;
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
        let client = Client::new(address, token);
        let path = |kind: &str| format!("{kind}/batch?answer=failed&atomic=true");
        client.post(&path("procedures"), "application/json", &self.procedures)?;
        client.post(&path("dossiers"), "application/x-ndjson", &self.dossiers)?;
        Ok(())
    }
}
