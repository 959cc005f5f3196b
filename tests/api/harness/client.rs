//! A caller of the API.

use serde_json::Value;

use super::answer::Answer;

/// Who calls.
#[derive(Clone)]
pub struct Client {
    agent: ureq::Agent,
    base: String,
    authorization: Option<String>,
}

/// A request being made.
pub struct Request {
    client: Client,
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    body: Option<Vec<u8>>,
}

impl Client {
    pub fn new(base: &str, authorization: Option<String>) -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .allow_non_standard_methods(true)
            .timeout_global(Some(std::time::Duration::from_mins(1)));
        Self { agent: config.build().into(), base: base.into(), authorization }
    }

    pub fn request(&self, method: &str, path: &str) -> Request {
        let headers =
            self.authorization.iter().map(|value| ("authorization".into(), value.clone())).collect();
        Request { client: self.clone(), method: method.into(), path: path.into(), headers, body: None }
    }

    pub fn get(&self, path: &str) -> Request {
        self.request("GET", path)
    }

    pub fn put(&self, path: &str, body: &Value) -> Request {
        self.request("PUT", path).json(body)
    }

    pub fn post(&self, path: &str, body: &Value) -> Request {
        self.request("POST", path).json(body)
    }

    pub fn patch(&self, path: &str, body: &Value) -> Request {
        self.request("PATCH", path).json(body).header("content-type", "application/merge-patch+json")
    }
}

impl Request {
    /// Sets a header, in place of one of that name.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(known, _)| known != name);
        self.also(name, value)
    }

    /// Adds a header beside others of that name.
    pub fn also(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    pub fn json(self, body: &Value) -> Self {
        self.bytes("application/json", body.to_string().as_bytes())
    }

    pub fn bytes(mut self, content_type: &str, body: &[u8]) -> Self {
        self.body = Some(body.to_vec());
        self.header("content-type", content_type)
    }

    /// Only that version is changed.
    pub fn if_match(self, etag: &str) -> Self {
        self.header("if-match", etag)
    }

    #[track_caller]
    pub fn send(self) -> Answer {
        self.try_send().unwrap()
    }

    /// The answer, or why none came.
    pub fn try_send(self) -> Result<Answer, ureq::Error> {
        let uri = format!("{}{}", self.client.base, self.path);
        let mut request = ureq::http::Request::builder().method(self.method.as_str()).uri(uri);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let answer = match self.body {
            Some(body) => self.client.agent.run(request.body(body).unwrap())?,
            None => self.client.agent.run(request.body(()).unwrap())?,
        };
        Answer::read(answer)
    }
}
