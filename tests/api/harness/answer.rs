//! An answer, and what a test expects of it.

use serde_json::Value;

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    headers: ureq::http::HeaderMap,
    body: Vec<u8>,
}

impl Answer {
    pub fn read(mut response: ureq::http::Response<ureq::Body>) -> Result<Self, ureq::Error> {
        let body = response.body_mut().with_config().limit(64 * 1024 * 1024).read_to_vec()?;
        Ok(Self { status: response.status().as_u16(), headers: response.headers().clone(), body })
    }

    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text());
        self
    }

    /// A problem document of this kind, complete in every member.
    #[track_caller]
    pub fn problem(self, status: u16, code: &str) -> Value {
        let this = self.expect(status);
        assert_eq!(this.header("content-type"), Some("application/problem+json"));
        let problem = this.json();
        assert_eq!(problem["code"], code, "{problem}");
        assert_eq!(problem["status"], status);
        assert_eq!(problem["type"], format!("/problems/{code}"));
        assert_eq!(problem["request_id"].as_str(), this.header("x-request-id"));
        for member in ["title", "detail", "instance"] {
            assert!(problem[member].is_string(), "{member} in {problem}");
        }
        problem
    }

    /// The places and codes of the single faults.
    #[track_caller]
    pub fn faults(self) -> Vec<(String, String)> {
        let problem = self.problem(422, "invalid-request");
        let place = |fault: &Value| {
            fault["pointer"].as_str().or(fault["parameter"].as_str()).unwrap_or("").to_owned()
        };
        let errors = problem["errors"].as_array().cloned().unwrap_or_default();
        errors.iter().map(|fault| (place(fault), fault["code"].as_str().unwrap().to_owned())).collect()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// All values of a header, joined.
    pub fn headers(&self, name: &str) -> String {
        self.headers.get_all(name).iter().map(|value| value.to_str().unwrap()).collect::<Vec<_>>().join(", ")
    }

    #[track_caller]
    pub fn etag(&self) -> String {
        self.header("etag").expect("an ETag").to_owned()
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn bytes(&self) -> &[u8] {
        &self.body
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// One field of every item of a list.
    #[track_caller]
    pub fn each(&self, field: &str) -> Vec<String> {
        let list = self.json();
        list["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| item[field].as_str().unwrap().to_owned())
            .collect()
    }
}
