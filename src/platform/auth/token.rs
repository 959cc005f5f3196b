//! Access tokens (RFC 9068): their claims, and the verifier that admits or refuses them at a given moment.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, AlgorithmFamily};
use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::keys::KeyRing;

/// The longest token that is looked at, in bytes.
const MAX_TOKEN: usize = 8 * 1024;
/// The longest identifier in a token, in characters.
const MAX_NAME: usize = 255;
/// The largest leeway, in seconds.
const MAX_LEEWAY: i64 = 60;
/// How many verified tokens are remembered.
const MAX_SEEN: usize = 10_000;

macro_rules! faults {
    ($($name:ident = $code:literal $text:literal),* $(,)?) => {
        /// Why a token is refused. Never holds anything of the token.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub(super) enum TokenFault { $(#[doc = $code] $name),* }

        impl TokenFault {
            /// The stable name of the fault.
            pub(super) const fn code(self) -> &'static str {
                match self { $(Self::$name => $code),* }
            }

            /// What is wrong, in a few English words for `error_description`.
            pub(super) const fn description(self) -> &'static str {
                match self { $(Self::$name => $text),* }
            }
        }
    };
}

faults! {
    TooLarge = "token-too-large" "the token is larger than 8 KiB",
    Malformed = "token-malformed" "the token is not a signed JSON Web Token",
    WrongAlgorithm = "token-algorithm-refused" "the signature algorithm is not accepted",
    WrongHeader = "token-header-refused" "the header has crit, jku, jwk, x5u or x5c, which are not accepted",
    WrongType = "token-type-refused" "the token is not of type at+jwt",
    UnknownKey = "token-key-unknown" "the signing key is not known",
    BadSignature = "token-signature-invalid" "the signature does not match",
    WrongIssuer = "token-issuer-refused" "the issuer (iss) is not accepted",
    WrongAudience = "token-audience-refused" "the audience (aud) does not name this service",
    BadSubject = "token-subject-invalid" "the subject (sub) is missing, empty or too long",
    BadExpiry = "token-expiry-invalid" "the expiry (exp) is missing or not a whole number of seconds",
    BadTime = "token-time-invalid" "nbf or iat is not a whole number of seconds",
    BadClaim = "token-claim-invalid" "scope, jti, org or client_id is not a proper text",
    Expired = "token-expired" "the token has expired",
    NotYetValid = "token-not-yet-valid" "the token is not valid yet (nbf)",
    FromFuture = "token-from-future" "the token was issued in the future (iat)",
    Revoked = "token-revoked" "the token has been revoked",
}

fn ensure(holds: bool, fault: TokenFault) -> Result<(), TokenFault> {
    if holds { Ok(()) } else { Err(fault) }
}

/// What an access token says. Times are seconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Claims {
    /// Who issued the token.
    pub iss: String,
    /// Whom it stands for: 1 to 255 characters.
    pub sub: String,
    /// Which services it is meant for.
    pub aud: Vec<String>,
    /// From when on it is no longer valid.
    pub exp: i64,
    /// When it was issued.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iat: Option<i64>,
    /// From when on it is valid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nbf: Option<i64>,
    /// Its own name, by which it can be revoked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jti: Option<String>,
    /// What it allows: names with a space between them.
    pub scope: String,
    /// The organization of the subject.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub org: Option<String>,
    /// The program to which it was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
}

impl Claims {
    /// Whether the token allows exactly this scope.
    pub fn has_scope(&self, scope: &str) -> bool {
        self.scope.split(' ').any(|granted| !granted.is_empty() && granted == scope)
    }

    fn read(payload: &str) -> Result<Self, TokenFault> {
        let mut members = Members::read(payload)?;
        Ok(Self {
            iss: members.text("iss", TokenFault::WrongIssuer)?.ok_or(TokenFault::WrongIssuer)?,
            sub: members.text("sub", TokenFault::BadSubject)?.ok_or(TokenFault::BadSubject)?,
            aud: match members.0.remove("aud") {
                Some(Value::String(one)) => vec![one],
                many => many
                    .and_then(|many| serde_json::from_value(many).ok())
                    .ok_or(TokenFault::WrongAudience)?,
            },
            exp: members.seconds("exp", TokenFault::BadExpiry)?.ok_or(TokenFault::BadExpiry)?,
            iat: members.seconds("iat", TokenFault::BadTime)?,
            nbf: members.seconds("nbf", TokenFault::BadTime)?,
            jti: members.text("jti", TokenFault::BadClaim)?,
            scope: match members.0.remove("scope") {
                None => String::new(),
                Some(Value::String(scope)) => scope,
                Some(_) => return Err(TokenFault::BadClaim),
            },
            org: members.text("org", TokenFault::BadClaim)?,
            client_id: members.text("client_id", TokenFault::BadClaim)?,
        })
    }
}

/// The members of a JSON object; an array in its place or a member twice is refused.
struct Members(HashMap<String, Value>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object without a member twice")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
        let mut members = HashMap::new();
        while let Some((name, value)) = map.next_entry()? {
            if members.insert(name, value).is_some() {
                return Err(A::Error::custom("a member is there twice"));
            }
        }
        Ok(Members(members))
    }
}

impl Members {
    fn read(part: &str) -> Result<Self, TokenFault> {
        let json = URL_SAFE_NO_PAD.decode(part).map_err(|_| TokenFault::Malformed)?;
        serde_json::from_slice(&json).map_err(|_| TokenFault::Malformed)
    }

    /// A text fit for logs and look-ups, if the member is there: 1 to 255 characters, no control characters.
    fn text(&mut self, name: &str, fault: TokenFault) -> Result<Option<String>, TokenFault> {
        let fits = |text: &str| text.chars().count() <= MAX_NAME && !text.chars().any(char::is_control);
        match self.0.remove(name) {
            None => Ok(None),
            Some(Value::String(text)) if !text.is_empty() && fits(&text) => Ok(Some(text)),
            Some(_) => Err(fault),
        }
    }

    /// A JSON integer, if the member is there; a float is refused even if it is whole.
    fn seconds(&self, name: &str, fault: TokenFault) -> Result<Option<i64>, TokenFault> {
        let whole = |value: &Value| value.as_i64().filter(|seconds| *seconds >= 0).ok_or(fault);
        self.0.get(name).map(whole).transpose()
    }

    /// The key and the algorithm that a header names, if nothing in it is refused.
    fn admit(mut self, require_at_jwt: bool) -> Result<(Option<String>, Algorithm), TokenFault> {
        let name = self.text("alg", TokenFault::WrongAlgorithm)?.unwrap_or_default();
        let algorithm = name.parse::<Algorithm>().map_err(|_| TokenFault::WrongAlgorithm)?;
        // `none` is no algorithm of the library; what is left besides is bound to the type of the key.
        ensure(algorithm.family() != AlgorithmFamily::Hmac, TokenFault::WrongAlgorithm)?;
        // A key that the token itself brings or points to proves nothing, and fetching it would be a way in.
        let refused = ["crit", "jku", "jwk", "x5u", "x5c"].iter().any(|name| self.0.contains_key(*name));
        ensure(!refused, TokenFault::WrongHeader)?;
        let typ = self.text("typ", TokenFault::WrongType)?.unwrap_or_default().to_ascii_lowercase();
        let is_at_jwt = typ == "at+jwt" || typ == "application/at+jwt";
        ensure(is_at_jwt || !require_at_jwt, TokenFault::WrongType)?;
        Ok((self.text("kid", TokenFault::Malformed)?, algorithm))
    }
}

/// What a token must say to be admitted.
#[derive(Clone, Debug)]
pub(super) struct Rules {
    /// The only issuer, compared to the last character.
    pub(super) issuer: String,
    /// The name of this service among the audiences.
    pub(super) audience: String,
    /// Seconds by which clocks may differ, 0 to 60; what lies outside counts as the nearer bound.
    pub(super) leeway: i64,
    /// Whether the header must say `at+jwt`, so that no ID token passes for an access token.
    pub(super) require_at_jwt: bool,
}

impl Rules {
    fn admit(&self, claims: &Claims, now: i64) -> Result<(), TokenFault> {
        let leeway = self.leeway.clamp(0, MAX_LEEWAY);
        let latest = now.saturating_add(leeway);
        ensure(claims.iss == self.issuer, TokenFault::WrongIssuer)?;
        ensure(claims.aud.contains(&self.audience), TokenFault::WrongAudience)?;
        ensure(claims.exp.saturating_add(leeway) >= now, TokenFault::Expired)?;
        ensure(claims.nbf.is_none_or(|nbf| nbf <= latest), TokenFault::NotYetValid)?;
        ensure(claims.iat.is_none_or(|iat| iat <= latest), TokenFault::FromFuture)
    }
}

/// One entry of the list of revocations; a subject and a token id in one entry count each for itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Revocation {
    /// Whose tokens are refused if they were issued before `not_before`.
    pub subject: Option<String>,
    /// The `jti` of a token that is refused.
    pub token_id: Option<String>,
    /// Seconds since 1970.
    pub not_before: i64,
}

/// The tokens that are refused although they are genuine. Shared in an `Arc`.
#[derive(Debug, Default)]
pub(super) struct Revocations(RwLock<(HashSet<String>, HashMap<String, i64>)>);

impl Revocations {
    /// Replaces the whole list. Of several entries for one subject the latest moment counts.
    pub(super) fn replace(&self, list: Vec<Revocation>) {
        let (mut tokens, mut subjects) = (HashSet::new(), HashMap::new());
        for Revocation { subject, token_id, not_before } in list {
            tokens.extend(token_id);
            if let Some(subject) = subject {
                let moment = subjects.entry(subject).or_insert(not_before);
                *moment = not_before.max(*moment);
            }
        }
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = (tokens, subjects);
    }

    /// Whether a token is revoked: by its `jti`, or by its subject if it was issued earlier than stated. A
    /// token that does not say when it was issued counts as issued in 1970.
    pub(super) fn cover(&self, claims: &Claims) -> bool {
        let list = self.0.read().unwrap_or_else(PoisonError::into_inner);
        claims.jti.as_ref().is_some_and(|id| list.0.contains(id))
            || list.1.get(&claims.sub).is_some_and(|moment| claims.iat.unwrap_or(0) < *moment)
    }
}

type Print = [u8; 32];

/// Tokens that were verified with the keys of one generation. When it is full, it starts afresh.
#[derive(Default)]
struct Seen {
    generation: u64,
    tokens: HashMap<Print, Arc<Claims>>,
}

impl Seen {
    fn get(&mut self, print: &Print, generation: u64) -> Option<Arc<Claims>> {
        if self.generation != generation {
            *self = Self { generation, ..Self::default() };
        }
        self.tokens.get(print).cloned()
    }

    fn keep(&mut self, print: Print, generation: u64, claims: &Arc<Claims>) {
        if self.tokens.len() >= MAX_SEEN {
            self.tokens.clear();
        }
        // Keys that changed meanwhile might not verify the token again.
        if self.generation == generation {
            self.tokens.insert(print, Arc::clone(claims));
        }
    }
}

/// Verifies access tokens offline. Shared in an `Arc`.
pub(super) struct Verifier {
    rules: Rules,
    keys: Arc<KeyRing>,
    revocations: Arc<Revocations>,
    seen: Mutex<Seen>,
}

impl Verifier {
    /// A verifier that takes its keys from a ring and its refusals from a list, both of which may change.
    pub(super) fn new(rules: Rules, keys: Arc<KeyRing>, revocations: Arc<Revocations>) -> Self {
        Self { rules, keys, revocations, seen: Mutex::default() }
    }

    /// Verifies a token at a moment; the clock of the system is never asked.
    ///
    /// Refuses what is too large, not signed by a key of the ring with an algorithm of that key, of another
    /// type, not from our issuer or not for us, expired or not valid yet, or revoked. Up to 10,000 genuine
    /// tokens are remembered while the keys stay the same; all but the signature is checked each time.
    pub(super) fn verify(&self, token: &str, now: DateTime<Utc>) -> Result<Arc<Claims>, TokenFault> {
        ensure(token.len() <= MAX_TOKEN, TokenFault::TooLarge)?;
        let mut print = Print::default();
        print.copy_from_slice(digest::digest(&digest::SHA256, token.as_bytes()).as_ref());
        // Asked before the key is looked up, see `Seen::keep`.
        let generation = self.keys.generation();
        let remembered = self.seen().get(&print, generation);
        let claims = if let Some(claims) = remembered {
            claims
        } else {
            let claims = self.read(token).map(Arc::new)?;
            self.seen().keep(print, generation, &claims);
            claims
        };
        self.rules.admit(&claims, now.timestamp())?;
        ensure(!self.revocations.cover(&claims), TokenFault::Revoked)?;
        Ok(claims)
    }

    /// The claims of a token with a good header and signature; whether they suit us is not asked here.
    fn read(&self, token: &str) -> Result<Claims, TokenFault> {
        let (message, signature) = token.rsplit_once('.').ok_or(TokenFault::Malformed)?;
        let (header, payload) = message.split_once('.').ok_or(TokenFault::Malformed)?;
        ensure(!payload.contains('.'), TokenFault::Malformed)?;
        let (kid, algorithm) = Members::read(header)?.admit(self.rules.require_at_jwt)?;
        let key = self.keys.find(kid.as_deref(), algorithm).ok_or(TokenFault::UnknownKey)?;
        let verified = jsonwebtoken::crypto::verify(signature, message.as_bytes(), &key, algorithm);
        ensure(matches!(verified, Ok(true)), TokenFault::BadSignature)?;
        Claims::read(payload)
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::issuer::{Issuer, tests::Bench, tests::NOW};
    use super::*;

    #[test]
    fn a_remembered_token_still_expires_and_can_still_be_revoked() {
        let bench = Bench::of(Issuer::ephemeral().unwrap());
        let token = bench.token(&json!({}), &json!({}));
        let undated = bench.token(&json!({}), &json!({ "iat": null, "jti": "t2" }));
        let by_id = |id: &str| Revocation { token_id: Some(id.to_owned()), ..Revocation::default() };
        let by_subject = |name: &str, not_before| Revocation {
            subject: Some(name.to_owned()),
            token_id: None,
            not_before,
        };
        for (list, refused, undated_refused) in [
            (vec![], false, false),
            (vec![by_id("t1"), by_id("t3")], true, false),
            (vec![by_subject("ann", NOW), by_subject("bob", NOW + 9)], false, true),
            (vec![by_subject("ann", NOW + 1), by_subject("ann", NOW)], true, true),
            (vec![], false, false),
        ] {
            bench.revocations.replace(list.clone());
            let revoked = |token: &str| bench.verdict(token, 0) == Some(TokenFault::Revoked);
            assert_eq!((revoked(&token), revoked(&undated)), (refused, undated_refused), "{list:?}");
        }
        assert_eq!(bench.verdict(&token, 330), None);
        assert_eq!(bench.verdict(&token, 331), Some(TokenFault::Expired));
    }

    #[test]
    fn no_more_than_ten_thousand_tokens_are_remembered_and_none_beyond_its_keys() {
        let bench = Bench::of(Issuer::ephemeral().unwrap());
        let claims = bench.verifier.read(&bench.token(&json!({}), &json!({}))).map(Arc::new).unwrap();
        let mut seen = Seen::default();
        for n in 0..12_000_u32 {
            let mut print = Print::default();
            print[..4].copy_from_slice(&n.to_le_bytes());
            seen.keep(print, 0, &claims);
            assert!(seen.get(&print, 0).is_some() && seen.tokens.len() <= 10_000);
        }
        seen.keep([9; 32], 1, &claims);
        assert!(seen.get(&[9; 32], 1).is_none() && seen.tokens.is_empty());
    }
}
