//! Our own issuer, which signs with Ed25519 keys and shows their public halves.

use std::path::PathBuf;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

use super::token::Claims;
use crate::platform::digest::sha256_url;

/// Why an issuer cannot be made or cannot sign; names the file.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct IssuerFault(String);

/// What was signed, with all that it takes to verify it.
#[derive(Clone, Debug)]
pub struct Signed {
    /// The signature with what it is over: a JWS in the compact form (RFC 7515 §3.1).
    pub jws: String,
    /// The name of the key.
    pub kid: String,
    /// The public half of the key, as a JWK (RFC 7517).
    pub jwk: Value,
}

/// Signs access tokens with its first key and shows the public halves of all its keys.
#[derive(Debug)]
pub struct Issuer {
    signer: Pair,
    older: Vec<Pair>,
}

/// A private key with what is told of it in public. Its `Debug` hides the private half.
#[derive(Debug)]
struct Pair {
    kid: String,
    x: String,
    private: EncodingKey,
}

impl Issuer {
    /// Makes an issuer from files, each with one Ed25519 private key (PKCS#8, PEM). The first signs, all
    /// verify, so that keys can be rotated. Refuses an empty list, an unreadable file, another type of key.
    pub fn from_pem_files(paths: &[PathBuf]) -> Result<Self, IssuerFault> {
        let read = |path: &PathBuf| -> Result<(String, Vec<u8>), IssuerFault> {
            let place = path.display().to_string();
            let fault = |fault: std::io::Error| IssuerFault(format!("{place} cannot be read: {fault}"));
            Ok((place.clone(), std::fs::read(path).map_err(fault)?))
        };
        Self::from_pems(paths.iter().map(read).collect::<Result<_, _>>()?)
    }

    /// Makes an issuer with a fresh key that dies with the process: for the demo and for tests.
    pub fn ephemeral() -> Result<Self, IssuerFault> {
        Self::from_pems(vec![("a fresh key".to_owned(), new_key_pem()?.into_bytes())])
    }

    /// Takes pairs of a place, named in the refusal, and a PEM text.
    pub(super) fn from_pems(pems: Vec<(String, Vec<u8>)>) -> Result<Self, IssuerFault> {
        let mut pairs = pems.into_iter().map(Pair::from_pem);
        let none = || IssuerFault("an issuer needs at least one private key".to_owned());
        let signer = pairs.next().ok_or_else(none)??;
        let older = pairs.collect::<Result<_, _>>()?;
        Ok(Self { signer, older })
    }

    /// The public keys as a JSON Web Key Set (RFC 7517), the signing one first.
    pub fn jwks(&self) -> Value {
        let keys: Vec<Value> = std::iter::once(&self.signer).chain(&self.older).map(Pair::public).collect();
        json!({ "keys": keys })
    }

    /// Signs claims as an access token (RFC 9068: type `at+jwt`). They are taken as they are: whoever
    /// calls has chosen issuer, audience and times. Refuses only what cannot be written as JSON.
    pub fn sign(&self, claims: &Claims) -> Result<String, IssuerFault> {
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some("at+jwt".to_owned());
        header.kid = Some(self.signer.kid.clone());
        jsonwebtoken::encode(&header, claims, &self.signer.private)
            .map_err(|fault| IssuerFault(format!("the token could not be signed: {fault}")))
    }

    /// Signs a text that is no token; `typ` says what it is, so that it is never taken for one.
    pub fn sign_text(&self, typ: &str, text: &str) -> Result<Signed, IssuerFault> {
        let kid = self.signer.kid.clone();
        let header = json!({ "alg": Algorithm::EdDSA, "typ": typ, "kid": kid }).to_string();
        let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(text));
        let signature =
            jsonwebtoken::crypto::sign(message.as_bytes(), &self.signer.private, Algorithm::EdDSA);
        let signature =
            signature.map_err(|fault| IssuerFault(format!("the text could not be signed: {fault}")))?;
        Ok(Signed { jws: format!("{message}.{signature}"), kid, jwk: self.signer.public() })
    }
}

impl Pair {
    fn from_pem((place, pem): (String, Vec<u8>)) -> Result<Self, IssuerFault> {
        let fault = || IssuerFault(format!("{place} is no unencrypted Ed25519 private key (PKCS#8 in PEM)"));
        let private = EncodingKey::from_ed_pem(&pem).map_err(|_| fault())?;
        let pair = Ed25519KeyPair::from_pkcs8(private.as_bytes()).map_err(|_| fault())?;
        let x = URL_SAFE_NO_PAD.encode(pair.public_key());
        // Its required members in this very form (RFC 7638).
        let kid = sha256_url(&format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#));
        Ok(Self { kid, x, private })
    }

    fn public(&self) -> Value {
        json!({ "kty": "OKP", "crv": "Ed25519", "x": self.x, "kid": self.kid, "alg": "EdDSA", "use": "sig" })
    }
}

/// Makes a new Ed25519 private key as PEM, fit for [`Issuer::from_pem_files`]. The text is a secret.
pub fn new_key_pem() -> Result<String, IssuerFault> {
    // Version 1 of PKCS#8, not 2: OpenSSL's commands and every JWT library read it.
    let document = Ed25519KeyPair::generate()
        .and_then(|pair| pair.to_pkcs8v1())
        .map_err(|_| IssuerFault("no new key could be made".to_owned()))?;
    // 48 bytes are 64 characters: exactly one line of PEM.
    let body = STANDARD.encode(&document);
    Ok(format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n"))
}

#[cfg(test)]
pub(super) mod tests {
    use std::sync::Arc;

    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::signature as sig;
    use chrono::{DateTime, Utc};
    use jsonwebtoken::crypto;

    use super::super::keys::{Freshness, KeyRing, KeySource};
    use super::super::token::{Revocations, Rules, TokenFault, Verifier};
    use super::*;

    pub(in super::super) const NOW: i64 = 1_800_000_000;
    const ISS: &str = "https://danvan.example";
    /// The key of RFC 8037, appendix A.
    const RFC_8037: &str = "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g";

    /// A service that trusts one key, and whoever makes tokens of every sort with that key.
    pub(in super::super) struct Bench {
        pub(in super::super) verifier: Verifier,
        pub(in super::super) revocations: Arc<Revocations>,
        signer: EncodingKey,
        jwk: Value,
    }

    impl Bench {
        pub(in super::super) fn of(issuer: Issuer) -> Self {
            let (signer, jwk) = (issuer.signer.private.clone(), issuer.signer.public());
            let ring = KeyRing::open(KeySource::Own(Arc::new(issuer)), Freshness::default()).unwrap();
            let revocations = Arc::new(Revocations::default());
            let (issuer, audience) = (ISS.to_owned(), "danvan".to_owned());
            let rules = Rules { issuer, audience, leeway: 30, require_at_jwt: true };
            let verifier = Verifier::new(rules, Arc::new(ring), Arc::clone(&revocations));
            Self { verifier, revocations, signer, jwk }
        }

        /// A good token but for these changes to its header and its claims; `null` takes a member away.
        pub(in super::super) fn token(&self, header: &Value, claims: &Value) -> String {
            self.signed(header, claims, Algorithm::EdDSA, &self.signer)
        }

        fn signed(&self, header: &Value, claims: &Value, alg: Algorithm, key: &EncodingKey) -> String {
            let part = |mut good: Value, changes: &Value| {
                let members = good.as_object_mut().unwrap();
                members.extend(changes.as_object().unwrap().clone());
                members.retain(|_, value| !value.is_null());
                URL_SAFE_NO_PAD.encode(good.to_string())
            };
            let header = part(json!({ "alg": alg, "typ": "at+jwt", "kid": self.jwk["kid"] }), header);
            let (iat, exp) = (NOW, NOW + 300);
            let good =
                json!({ "iss": ISS, "sub": "ann", "aud": "danvan", "exp": exp, "iat": iat, "jti": "t1" });
            let message = format!("{header}.{}", part(good, claims));
            let signature = crypto::sign(message.as_bytes(), key, alg).unwrap();
            format!("{message}.{signature}")
        }

        /// Makes each change to a good token, in its header or in its claims, and compares the verdict.
        fn judge(&self, in_header: bool, verdict: Option<TokenFault>, changes: &Value) {
            for change in changes.as_array().unwrap() {
                let none = json!({});
                let (header, claims) = if in_header { (change, &none) } else { (&none, change) };
                assert_eq!(self.verdict(&self.token(header, claims), 0), verdict, "{change}");
            }
        }

        pub(in super::super) fn verdict(&self, token: &str, later: i64) -> Option<TokenFault> {
            self.verifier.verify(token, at(later)).err()
        }
    }

    fn at(later: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(NOW + later, 0).unwrap()
    }

    pub(in super::super) fn pem(der: &[u8]) -> Vec<u8> {
        let body = STANDARD.encode(der);
        format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n").into_bytes()
    }

    #[test]
    fn headers_cannot_choose_their_key_or_their_rules() {
        use TokenFault::{BadSignature, Malformed, UnknownKey, WrongAlgorithm, WrongHeader, WrongType};
        let bench = Bench::of(Issuer::ephemeral().unwrap());
        let key = &bench.jwk;
        bench.judge(true, None, &json!([{}, { "kid": null }, { "typ": "Application/AT+JWT" }]));
        for (fault, changes) in [
            (WrongType, json!([{ "typ": "JWT" }, { "typ": null }, { "typ": 1 }])),
            (WrongAlgorithm, json!([{ "alg": "none" }, { "alg": null }, { "alg": "HS256" }, { "alg": 1 }])),
            (WrongHeader, json!([{ "crit": ["exp"] }, { "jku": "http://[::1]" }, { "jwk": key }])),
            (WrongHeader, json!([{ "x5u": "http://[::1]" }, { "x5c": [] }])),
            (UnknownKey, json!([{ "alg": "ES256" }, { "kid": "x" }])),
        ] {
            bench.judge(true, Some(fault), &changes);
        }
        let public = key["x"].as_str().unwrap();
        for secret in [public.as_bytes(), &URL_SAFE_NO_PAD.decode(public).unwrap()] {
            let secret = EncodingKey::from_secret(secret);
            for (alg, verdict) in [("HS256", WrongAlgorithm), ("EdDSA", BadSignature)] {
                let token = bench.signed(&json!({ "alg": alg }), &json!({}), Algorithm::HS256, &secret);
                assert_eq!(bench.verdict(&token, 0), Some(verdict));
            }
        }
        let good = bench.token(&json!({}), &json!({}));
        assert_eq!(bench.verdict(&good[..=good.rfind('.').unwrap()], 0), Some(BadSignature));
        assert_eq!(bench.verdict(&"x".repeat(1_000_000), 0), Some(TokenFault::TooLarge));
        let twice = URL_SAFE_NO_PAD.encode(r#"{"alg":"EdDSA","alg":"EdDSA"}"#);
        for text in ["", "..", "a.b", "W10.W10.", &format!("{good}.x"), &format!("{twice}.e30.")] {
            assert_eq!(bench.verdict(text, 0), Some(Malformed), "{text}");
        }
    }

    #[test]
    fn every_claim_is_read_strictly() {
        use TokenFault::{BadClaim, BadExpiry, BadSubject, BadTime, WrongAudience, WrongIssuer};
        let (bench, longest, long) =
            (Bench::of(Issuer::ephemeral().unwrap()), "x".repeat(255), "x".repeat(256));
        bench.judge(
            false,
            None,
            &json!([{ "aud": ["x", "danvan"] }, { "sub": longest }, { "scope": "a b" }]),
        );
        bench.judge(false, None, &json!([{ "exp": NOW - 30 }, { "nbf": NOW + 30, "iat": NOW + 30 }]));
        for (fault, changes) in [
            (WrongAudience, json!([{ "aud": null }, { "aud": ["x"] }, { "aud": "danvan/" }, { "aud": [] }])),
            (WrongIssuer, json!([{ "iss": format!("{ISS}/") }, { "iss": null }, { "iss": [ISS] }])),
            (BadSubject, json!([{ "sub": null }, { "sub": "" }, { "sub": long }, { "sub": "a\n" }])),
            (BadExpiry, json!([{ "exp": null }, { "exp": "1800000300" }, { "exp": 1_800_000_300.0 }])),
            (BadExpiry, json!([{ "exp": -1 }, { "exp": 1e300 }, { "exp": u64::MAX }, { "exp": [NOW] }])),
            (BadTime, json!([{ "nbf": "1" }, { "nbf": 1.5 }, { "iat": -1 }, { "iat": 1e300 }])),
            (BadClaim, json!([{ "scope": ["a"] }, { "org": "" }, { "jti": 7 }, { "client_id": {} }])),
            (TokenFault::Expired, json!([{ "exp": NOW - 31 }, { "exp": 0 }])),
            (TokenFault::NotYetValid, json!([{ "nbf": NOW + 31 }])),
            (TokenFault::FromFuture, json!([{ "iat": NOW + 31 }])),
        ] {
            bench.judge(false, Some(fault), &changes);
        }
    }

    #[test]
    fn only_ed25519_keys_sign_and_older_ones_still_verify() {
        let (old, new) = (pem(&STANDARD.decode(RFC_8037).unwrap()), new_key_pem().unwrap().into_bytes());
        let ec =
            sig::EcdsaKeyPair::generate_pkcs8(&sig::ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new());
        let make = |pems: &[&[u8]]| {
            Issuer::from_pems(pems.iter().map(|pem| ("here".to_owned(), pem.to_vec())).collect())
        };
        for wrong in [pem(ec.unwrap().as_ref()), Vec::new()] {
            assert!(make(&[&old, &wrong]).unwrap_err().to_string().starts_with("here is no "));
        }
        assert!(make(&[]).is_err() && Issuer::from_pem_files(&["/nowhere".into()]).is_err());
        let before = Bench::of(make(&[&old]).unwrap());
        assert_eq!(before.jwk["kid"], "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k", "RFC 8037, A.3");
        let claims = before.verifier.verify(&before.token(&json!({}), &json!({})), at(0)).unwrap();
        let token = make(&[&old]).unwrap().sign(&claims).unwrap();
        assert_eq!(before.verifier.verify(&token, at(0)), Ok(claims));
        assert_eq!(Bench::of(make(&[&new, &old]).unwrap()).verdict(&token, 0), None);
        assert_eq!(Bench::of(make(&[&new]).unwrap()).verdict(&token, 0), Some(TokenFault::UnknownKey));
    }
}
