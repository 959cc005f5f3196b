//! Whoever makes tokens by hand, good ones and bad ones.

use std::io::Write;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use danvan::platform::auth::{Issuer, KeySource, new_key_pem};
use danvan::platform::config::{Config, Keys};
use jsonwebtoken::{Algorithm, EncodingKey, crypto};
use serde_json::{Value, json};
use tempfile::NamedTempFile;

use crate::harness::{Backend, Client, TestApp};

pub const BACKENDS: [Backend; 2] = [Backend::Sqlite, Backend::Postgres];

/// The moment of every test's service, in seconds.
pub fn now() -> i64 {
    crate::harness::NOW.parse::<DateTime<Utc>>().unwrap().timestamp()
}

pub fn moment(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).unwrap()
}

/// A key whose private half is at hand.
pub struct Forge {
    pub key: EncodingKey,
    pub jwks: Value,
    file: NamedTempFile,
}

impl Forge {
    pub fn new() -> Self {
        let pem = new_key_pem().unwrap();
        let mut file = NamedTempFile::new().unwrap();
        file.write_all(pem.as_bytes()).unwrap();
        let jwks = Issuer::from_pem_files(&[file.path().to_owned()]).unwrap().jwks();
        Self { key: EncodingKey::from_ed_pem(pem.as_bytes()).unwrap(), jwks, file }
    }

    pub fn kid(&self) -> Value {
        self.jwks["keys"][0]["kid"].clone()
    }

    /// A service that reads this key from a file.
    pub fn service(&self, backend: Backend, settings: impl FnOnce(&mut Config)) -> (TestApp, NamedTempFile) {
        let mut set = NamedTempFile::new().unwrap();
        set.write_all(self.jwks.to_string().as_bytes()).unwrap();
        let source = KeySource::File(set.path().to_owned());
        let app = TestApp::start_with(backend, |config| {
            config.auth.keys = Keys::External(source);
            settings(config);
        });
        (app, set)
    }

    /// A service that signs with this key itself.
    pub fn issuing(&self, backend: Backend) -> TestApp {
        let path = self.file.path().to_owned();
        TestApp::start_with(backend, |config| config.auth.keys = Keys::Own(vec![path]))
    }

    /// A good token but for these changes of its header and its claims; `null` takes a member away.
    pub fn token(&self, header: &Value, claims: &Value) -> String {
        self.signed(header, claims, Algorithm::EdDSA, &self.key)
    }

    pub fn signed(&self, header: &Value, claims: &Value, alg: Algorithm, key: &EncodingKey) -> String {
        let message = self.message(header, claims);
        format!("{message}.{}", crypto::sign(message.as_bytes(), key, alg).unwrap())
    }

    /// The part of a token that is signed.
    pub fn message(&self, header: &Value, claims: &Value) -> String {
        let good_header = json!({ "alg": "EdDSA", "typ": "at+jwt", "kid": self.kid() });
        let good_claims = json!({
            "iss": "https://id.example.vn", "sub": "ann", "aud": "danvan", "exp": now() + 3600, "iat": now(),
            "scope": "organizations:read", "org": "*"
        });
        format!("{}.{}", part(good_header, header), part(good_claims, claims))
    }
}

fn part(mut good: Value, changes: &Value) -> String {
    let members = good.as_object_mut().unwrap();
    members.extend(changes.as_object().unwrap().clone());
    members.retain(|_, value| !value.is_null());
    URL_SAFE_NO_PAD.encode(good.to_string())
}

/// Asks for something that any good token may have.
#[track_caller]
pub fn admitted(app: &TestApp, token: &str) {
    app.bearer(token).get("/api/v1/organizations").send().expect(200);
}

/// The token is refused for this reason, and nothing of it comes back.
#[track_caller]
pub fn refused(app: &TestApp, token: &str, reason: &str) {
    let answer = app.bearer(token).get("/api/v1/organizations").send();
    let challenge = answer.header("www-authenticate").unwrap_or_default().to_owned();
    let text = answer.text();
    assert_eq!(answer.problem(401, "invalid-token")["reason"], reason, "{token}");
    let expected = "Bearer realm=\"danvan\", error=\"invalid_token\", error_description=\"";
    assert!(challenge.starts_with(expected), "{challenge}");
    let longest = token.split('.').max_by_key(|part| part.len()).unwrap();
    let echoed = longest.len() > 8 && (text.contains(longest) || challenge.contains(longest));
    assert!(!echoed, "the token is echoed: {text} {challenge}");
}

/// Asks again until it holds.
#[track_caller]
pub fn eventually(what: &str, holds: impl Fn() -> bool) {
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(30);
    while !holds() {
        assert!(std::time::Instant::now() < deadline, "it never came: {what}");
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
}

pub fn status(client: &Client) -> u16 {
    client.get("/api/v1/organizations").send().status
}
