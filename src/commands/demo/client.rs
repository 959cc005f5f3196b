//! The demo's requests to its own service, as any client's.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::Value;
use ureq::http::Response;
use ureq::{Agent, Body, Error};

/// A client with a token.
pub(super) struct Client {
    agent: Agent,
    base: String,
    token: String,
}

impl Client {
    /// A client of the service at an address.
    pub(super) fn new(address: SocketAddr, token: &str) -> Self {
        let config = Agent::config_builder().timeout_global(Some(Duration::from_mins(1)));
        let agent = config.http_status_as_error(false).build().into();
        Self { agent, base: format!("http://{address}/api/v1"), token: format!("Bearer {token}") }
    }

    /// Asks for what is at a path, by some parameters.
    pub(super) fn get(&self, path: &str, query: &[(&str, &str)]) -> Result<Value, String> {
        let request = self.agent.get(format!("{}/{path}", self.base)).query_pairs(query.iter().copied());
        let text = taken(path, request.header("authorization", &self.token).call(), &[])?;
        serde_json::from_str(&text).map_err(|error| format!("{path}: {error}"))
    }

    /// Sends a body. Answers what the service did, unless that is nothing.
    pub(super) fn post(&self, path: &str, media: &str, body: &[u8]) -> Result<String, String> {
        let request = self.agent.post(format!("{}/{path}", self.base)).header("authorization", &self.token);
        taken(path, request.header("content-type", media).send(body), &[])
    }

    /// Tells a list what is not in it yet; what is there already is left as it is.
    pub(super) fn post_new(&self, path: &str, body: &[u8]) -> Result<(), String> {
        let request = self.agent.post(format!("{}/{path}", self.base)).header("authorization", &self.token);
        taken(path, request.header("content-type", "application/json").send(body), &[409]).map(|_| ())
    }

    /// Puts a body to where nothing is yet; what is there already is left as it is.
    pub(super) fn put_new(&self, path: &str, body: &[u8]) -> Result<(), String> {
        let request = self.agent.put(format!("{}/{path}", self.base)).header("authorization", &self.token);
        taken(path, request.header("content-type", "application/json").send(body), &[428]).map(|_| ())
    }
}

/// The body of an answer of success, or of one that is expected. Refuses any other, with what it says.
fn taken(path: &str, answer: Result<Response<Body>, Error>, expected: &[u16]) -> Result<String, String> {
    let mut answer = answer.map_err(|error| format!("{path}: {error}"))?;
    let status = answer.status();
    let text = answer.body_mut().read_to_string().unwrap_or_default();
    if status.is_success() || expected.contains(&status.as_u16()) {
        return Ok(text);
    }
    Err(format!("{path}: {status} {}", text.get(..2000).unwrap_or(&text)))
}
