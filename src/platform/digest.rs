//! Digests and seals: SHA-256 for fingerprints and chains, HMAC for what must come back unchanged, and a vault for secrets
//! that the service must be able to read again.

use std::fmt::Write;
use std::sync::Arc;

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use aws_lc_rs::{digest, hkdf, hmac};
use base64::Engine;
use base64::prelude::{BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD};

use super::fault::Fault;

/// SHA-256 of some bytes, as 64 hexadecimal digits.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&digest::digest(&digest::SHA256, bytes))
}

/// SHA-256 of a text in base64url without padding, which is how a JWK thumbprint (RFC 7638) is written.
pub fn sha256_url(text: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, text.as_bytes()))
}

fn hex(digest: &digest::Digest) -> String {
    digest.as_ref().iter().fold(String::with_capacity(64), |mut hex, byte| {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// SHA-256 of bytes that come part by part.
pub struct Sha256(digest::Context);

impl Sha256 {
    /// Adds the next part.
    pub fn add(&mut self, part: &[u8]) {
        self.0.update(part);
    }

    /// The digest of all parts so far, as 64 hexadecimal digits.
    pub fn hex(&self) -> String {
        hex(&self.0.clone().finish())
    }
}

impl Default for Sha256 {
    fn default() -> Self {
        Self(digest::Context::new(&digest::SHA256))
    }
}

/// Signs what the service gives out and wants back, such as cursors.
#[derive(Clone)]
pub struct Seal(hmac::Key);

impl Seal {
    /// A seal with the service's secret; every process of one installation needs the same.
    pub fn new(secret: &[u8]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, secret))
    }

    /// The signature of a text.
    pub fn sign(&self, text: &str) -> Vec<u8> {
        hmac::sign(&self.0, text.as_bytes()).as_ref().to_vec()
    }

    /// Whether a signature is ours, in constant time.
    pub fn is_ours(&self, text: &str, signature: &[u8]) -> bool {
        hmac::verify(&self.0, text.as_bytes(), signature).is_ok()
    }
}

/// Random bytes of the system.
pub fn random<const N: usize>() -> Result<[u8; N], Fault> {
    let mut bytes = [0; N];
    SystemRandom::new().fill(&mut bytes).map_err(|_| Fault::broken("the system gave no random bytes"))?;
    Ok(bytes)
}

/// Signs bytes with a key that somebody else holds too.
pub fn hmac_sha256(key: &[u8], bytes: &[u8]) -> Vec<u8> {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), bytes).as_ref().to_vec()
}

/// Keeps secrets in the database so that nobody reads them who does not have the service's own: AES-256-GCM under a key
/// that HKDF-SHA256 makes of it.
#[derive(Clone)]
pub struct Vault(Arc<RandomizedNonceKey>);

impl Vault {
    /// A vault of the service's secret; every process of one installation needs the same.
    pub fn new(secret: &[u8]) -> Result<Self, Fault> {
        let broken = |_| Fault::broken("no key for the vault");
        let prk = hkdf::Salt::new(hkdf::HKDF_SHA256, b"danvan").extract(secret);
        let mut key = [0; 32];
        prk.expand(&[b"vault 1"], &AES_256_GCM).and_then(|okm| okm.fill(&mut key)).map_err(broken)?;
        Ok(Self(Arc::new(RandomizedNonceKey::new(&AES_256_GCM, &key).map_err(broken)?)))
    }

    /// Seals bytes for one owner; nobody opens them for another.
    pub fn seal(&self, owner: &str, bytes: &[u8]) -> Result<String, Fault> {
        let mut sealed = bytes.to_vec();
        let nonce = self.0.seal_in_place_append_tag(Aad::from(owner.as_bytes()), &mut sealed);
        let nonce = nonce.map_err(|_| Fault::broken("a secret could not be sealed"))?;
        Ok(BASE64_STANDARD_NO_PAD.encode([nonce.as_ref().as_slice(), &sealed].concat()))
    }

    /// The bytes that were sealed for an owner. Fails when the service has another secret than it had then.
    pub fn open(&self, owner: &str, sealed: &str) -> Result<Vec<u8>, Fault> {
        let broken = || Fault::broken("a secret was sealed under another DANVAN_SECRET_FILE");
        let bytes = BASE64_STANDARD_NO_PAD.decode(sealed).map_err(Fault::broken)?;
        let (nonce, sealed) = bytes.split_at_checked(NONCE_LEN).ok_or_else(broken)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| broken())?;
        let mut sealed = sealed.to_vec();
        let opened = self.0.open_in_place(nonce, Aad::from(owner.as_bytes()), &mut sealed);
        opened.map(|bytes| bytes.to_vec()).map_err(|_| broken())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vault_opens_for_the_owner_under_the_same_secret_only() {
        let vault = Vault::new(b"a secret of at least 32 characters").unwrap();
        let sealed = vault.seal("a", b"whsec").unwrap();
        assert_ne!(sealed, vault.seal("a", b"whsec").unwrap(), "each time with another nonce");
        assert_eq!(
            Vault::new(b"a secret of at least 32 characters").unwrap().open("a", &sealed).unwrap(),
            b"whsec"
        );
        assert!(vault.open("b", &sealed).is_err());
        assert!(vault.open("a", &sealed[1..]).is_err() && vault.open("a", "").is_err());
        assert!(Vault::new(b"another secret of 32 characters ..").unwrap().open("a", &sealed).is_err());
    }

    #[test]
    fn hmac_is_that_of_rfc_4231() {
        // Test case 2.
        let signed = hmac_sha256(b"Jefe", b"what do ya want for nothing?");
        let hex = signed.iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
        assert_eq!(hex, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }
}
