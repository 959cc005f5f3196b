//! Sealing: signing what is to be verified years later by whoever holds our public keys, with a tool of theirs.

use std::path::PathBuf;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey};
use serde_json::{Value, json};

use super::auth::{Auth, Issuer, Signed};
use super::fault::Fault;

/// Signs with the first of the sealing keys, or of those of our own issuer; there may be neither.
#[derive(Clone)]
pub struct Sealer(Option<Arc<Issuer>>);

impl Sealer {
    /// Opens the keys. Refuses files that cannot be read or hold no fit key.
    pub fn open(files: &[PathBuf], auth: &Auth) -> Result<Self, String> {
        if files.is_empty() {
            return Ok(Self(auth.issuer().cloned()));
        }
        let issuer = Issuer::from_pem_files(files).map_err(|fault| fault.to_string())?;
        Ok(Self(Some(Arc::new(issuer))))
    }

    /// Signs a text; `typ` says what it is. None where there is no key.
    pub fn seal(&self, typ: &str, text: &str) -> Option<Result<Signed, Fault>> {
        let issuer = self.0.as_ref()?;
        Some(issuer.sign_text(typ, text).map_err(Fault::broken))
    }

    /// Whether anything can be sealed.
    pub fn has_key(&self) -> bool {
        self.0.is_some()
    }

    /// The public halves of the keys in use, the sealing one first.
    pub fn keys(&self) -> Vec<Value> {
        let set = self.0.as_ref().map(|issuer| issuer.jwks());
        let keys = set.as_ref().and_then(|set| set.get("keys")).and_then(Value::as_array);
        keys.cloned().unwrap_or_default()
    }
}

/// The text of a compact JWS, whether its signature holds or not.
pub fn read(jws: &str) -> Option<String> {
    let text = jws.split('.').nth(1)?;
    String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()
}

/// The text of a compact JWS, if it says that it is of this `typ` and the key verifies it.
pub fn opened(jws: &str, typ: &str, jwk: &Value) -> Option<String> {
    let (message, signature) = jws.rsplit_once('.')?;
    let (header, _) = message.split_once('.')?;
    let header: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).ok()?).ok()?;
    // Nothing else in the header has a say: neither another key nor another algorithm.
    if header != json!({ "alg": "EdDSA", "typ": typ, "kid": jwk.get("kid")? }) {
        return None;
    }
    let x = URL_SAFE_NO_PAD.decode(jwk.get("x")?.as_str()?).ok().filter(|x| x.len() == 32)?;
    let key = DecodingKey::from_ed_der(&x);
    let verified = jsonwebtoken::crypto::verify(signature, message.as_bytes(), &key, Algorithm::EdDSA);
    if matches!(verified, Ok(true)) { read(jws) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_text_opens_with_its_own_key_as_what_it_is_and_as_it_is() {
        let sealer = Sealer(Some(Arc::new(Issuer::ephemeral().unwrap())));
        let other = Sealer(Some(Arc::new(Issuer::ephemeral().unwrap())));
        let signed = sealer.seal("a+json", "{\"ư\":1}").unwrap().unwrap();
        assert_eq!(signed.jwk, sealer.keys()[0]);
        assert_eq!(opened(&signed.jws, "a+json", &signed.jwk).as_deref(), Some("{\"ư\":1}"));
        assert_eq!(opened(&signed.jws, "b+json", &signed.jwk), None);
        let mut renamed = other.keys()[0].clone();
        renamed["kid"] = signed.jwk["kid"].clone();
        assert_eq!(opened(&signed.jws, "a+json", &renamed), None);
        for place in 0..signed.jws.len() {
            let mut bytes = signed.jws.clone().into_bytes();
            bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(bytes).unwrap();
            assert_eq!(opened(&changed, "a+json", &signed.jwk), None, "byte {place}");
        }
        assert!(Sealer(None).seal("a", "b").is_none() && Sealer(None).keys().is_empty());
    }
}
