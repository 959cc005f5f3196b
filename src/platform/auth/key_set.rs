//! Key sets (RFC 7517): which of their keys may verify, and how a set is fetched from a file or an address.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey};
use serde_json::Value;
use ureq::Agent;
use ureq::tls::{PemItem, RootCerts, TlsConfig, TlsProvider, parse_pem};

use super::keys::KeyFault;

/// The largest key set that is read.
const MAX_SET_BYTES: u64 = 256 * 1024;
/// The longest that one fetch may take, from the name to the last byte.
const FETCH_TIME: Duration = Duration::from_secs(5);

/// A public key, bound to what it may verify, so that a token cannot choose another algorithm.
pub(super) struct PublicKey {
    pub(super) kid: Option<String>,
    pub(super) public: Arc<DecodingKey>,
    only: Option<Algorithm>,
}

/// The usable keys of a JSON Web Key Set. The others are left out with a warning: only public keys for
/// signatures are taken, and one bad key does not hide the good ones. Refuses what is no set at all.
pub(super) fn read_set(document: &[u8]) -> Result<Vec<PublicKey>, KeyFault> {
    let set: Value = serde_json::from_slice(document).map_err(|fault| KeyFault::at("the key set", fault))?;
    let Some(keys) = set.get("keys").and_then(Value::as_array) else {
        return Err(KeyFault::at("the key set", "it is not a JSON Web Key Set"));
    };
    let warn = |reason: &&str| log::warn!("a verification key is ignored: {reason}");
    Ok(keys.iter().filter_map(|jwk| PublicKey::read(jwk).inspect_err(warn).ok()).collect())
}

impl PublicKey {
    /// Whether a token of this algorithm may be verified with the key.
    pub(super) fn fits(&self, algorithm: Algorithm) -> bool {
        self.public.family() == algorithm.family() && self.only.is_none_or(|only| only == algorithm)
    }

    /// Reads one key; the error says why it is not used.
    fn read(jwk: &Value) -> Result<Self, &'static str> {
        let text = |name: &str| jwk.get(name).and_then(Value::as_str);
        let part = |name: &str| URL_SAFE_NO_PAD.decode(text(name).unwrap_or_default()).unwrap_or_default();
        if text("kty") == Some("oct") {
            return Err("it is symmetric, so whoever verifies with it could sign");
        }
        if jwk.get("d").is_some() {
            return Err("its private half is in the set, so whoever reads the set could sign");
        }
        let verifies = |ops: &Value| ops.as_array().is_some_and(|ops| ops.iter().any(|op| op == "verify"));
        if jwk.get("use").is_some_and(|purpose| purpose != "sig")
            || jwk.get("key_ops").is_some_and(|ops| !verifies(ops))
        {
            return Err("it is not for signatures");
        }
        // The uncompressed point of a curve, and the raw 32 bytes below, are what the library means by DER.
        let x = part("x");
        let point = [[4_u8].as_slice(), &x, &part("y")].concat();
        let (implied, public) = match (text("kty"), text("crv"), point.len()) {
            (Some("RSA"), _, _) => (None, rsa(&part("n"), &part("e"))?),
            (Some("EC"), Some("P-256"), 65) => (Some(Algorithm::ES256), DecodingKey::from_ec_der(&point)),
            (Some("EC"), Some("P-384"), 97) => (Some(Algorithm::ES384), DecodingKey::from_ec_der(&point)),
            (Some("OKP"), Some("Ed25519"), 33) => (Some(Algorithm::EdDSA), DecodingKey::from_ed_der(&x)),
            _ => return Err("it is none of RSA, P-256, P-384 and Ed25519, or of a wrong length"),
        };
        let mut key = Self { kid: text("kid").map(str::to_owned), only: implied, public: Arc::new(public) };
        if let Some(declared) = jwk.get("alg") {
            let declared = declared.as_str().and_then(|name| name.parse::<Algorithm>().ok());
            key.only = declared.filter(|declared| key.fits(*declared));
            key.only.ok_or("its algorithm does not suit its type")?;
        }
        Ok(key)
    }
}

fn rsa(n: &[u8], e: &[u8]) -> Result<DecodingKey, &'static str> {
    // Some issuers write a sign byte before the modulus, which the library refuses.
    let n = n.get(n.iter().take_while(|byte| **byte == 0).count()..).unwrap_or_default();
    let is_long = n.len() > 256 || (n.len() == 256 && n.first() >= Some(&0x80));
    if is_long { Ok(DecodingKey::from_rsa_raw_components(n, e)) } else { Err("it has less than 2048 bits") }
}

/// The content of a file, refused when it is larger than a key set may be.
pub(super) fn read_file(path: &Path) -> Result<Vec<u8>, KeyFault> {
    let mut content = Vec::new();
    let read = File::open(path).and_then(|file| file.take(MAX_SET_BYTES + 1).read_to_end(&mut content));
    match read.map(u64::try_from) {
        Ok(Ok(0..=MAX_SET_BYTES)) => Ok(content),
        Ok(_) => Err(KeyFault::at(path.display(), "it is larger than 256 KiB")),
        Err(fault) => Err(KeyFault::at(path.display(), fault)),
    }
}

/// What fetches a key set from this address; refuses an address of another scheme and an unreadable CA file.
pub(super) fn agent(url: &str, ca_file: Option<&Path>) -> Result<Agent, KeyFault> {
    let https = url.starts_with("https://");
    if !https && !url.starts_with("http://") {
        return Err(KeyFault::at(url, "it is neither an https nor an http address"));
    }
    let roots = ca_file.map_or(Ok(RootCerts::PlatformVerifier), authorities)?;
    let tls = TlsConfig::builder().provider(TlsProvider::NativeTls).root_certs(roots).build();
    let agent = Agent::config_builder()
        .timeout_connect(Some(FETCH_TIME))
        .timeout_global(Some(FETCH_TIME))
        .max_redirects(0)
        .https_only(https)
        .tls_config(tls);
    Ok(agent.build().new_agent())
}

fn authorities(path: &Path) -> Result<RootCerts, KeyFault> {
    let mut found = Vec::new();
    for item in parse_pem(&read_file(path)?) {
        if let PemItem::Certificate(authority) = item.map_err(|fault| KeyFault::at(path.display(), fault))? {
            found.push(authority);
        }
    }
    if found.is_empty() {
        return Err(KeyFault::at(path.display(), "it holds no certificate"));
    }
    Ok(RootCerts::new_with_certs(&found))
}

/// The key set at an address. Refuses any status but 200, so a redirect too, and a body that is too large.
pub(super) fn download(agent: &Agent, url: &str) -> Result<Vec<u8>, KeyFault> {
    let answer = agent.get(url).header("accept", "application/jwk-set+json, application/json").call();
    let mut answer = answer.map_err(|fault| KeyFault::at(url, fault))?;
    // Redirects arrive here too, since none is followed.
    if answer.status().as_u16() != 200 {
        return Err(KeyFault::at(url, format_args!("it answers {}", answer.status())));
    }
    let body = answer.body_mut().with_config().limit(MAX_SET_BYTES).read_to_vec();
    body.map_err(|fault| KeyFault::at(url, fault))
}
