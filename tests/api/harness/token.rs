//! Tokens of the tests' own issuer.

use std::sync::LazyLock;

use chrono::{DateTime, Utc};
use danvan::platform::auth::{Claims, Issuer};

/// The moment at which every test's service stands.
pub const NOW: &str = "2026-01-05T01:00:00Z";
pub const ISSUER: &str = "https://id.example.vn";
pub const AUDIENCE: &str = "danvan";

static OURS: LazyLock<Issuer> = LazyLock::new(|| Issuer::ephemeral().unwrap());
static THEIRS: LazyLock<Issuer> = LazyLock::new(|| Issuer::ephemeral().unwrap());

/// The issuer whose key set the services read.
pub fn issuer() -> &'static Issuer {
    &OURS
}

/// A token being made.
#[derive(Clone)]
pub struct Token(pub Claims);

impl Token {
    pub fn new(subject: &str, org: &str, scope: &str) -> Self {
        Self(Claims {
            iss: ISSUER.into(),
            sub: subject.into(),
            aud: vec![AUDIENCE.into()],
            exp: 0,
            iat: None,
            nbf: None,
            jti: None,
            scope: scope.into(),
            org: (!org.is_empty()).then(|| org.into()),
            client_id: None,
        })
        .issued_at(NOW.parse().unwrap())
    }

    /// Good for an hour from a moment on.
    pub fn issued_at(mut self, now: DateTime<Utc>) -> Self {
        (self.0.iat, self.0.exp) = (Some(now.timestamp()), now.timestamp() + 3600);
        self
    }

    pub fn signed(&self) -> String {
        OURS.sign(&self.0).unwrap()
    }
}

/// A token with good claims, signed by a key that nobody published.
pub fn foreign_key_token(token: &Token) -> String {
    THEIRS.sign(&token.0).unwrap()
}
