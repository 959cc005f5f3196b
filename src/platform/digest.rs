//! Digests: SHA-256 for fingerprints and chains, HMAC for what must come back unchanged.

use std::fmt::Write;

use aws_lc_rs::{digest, hmac};

/// SHA-256 of some bytes, as 64 hexadecimal digits.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&digest::digest(&digest::SHA256, bytes))
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
