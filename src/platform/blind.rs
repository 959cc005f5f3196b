//! Blind signatures (RFC 9474, RSABSSA-SHA384-PSS-Randomized): the signer's side. It signs what it cannot see, and tells later
//! that a signature is its own, but not when it gave it.
//!
//! The computation is OpenSSL's, which is linked for TLS anyway: raw RSA in constant time, with its own blinding against timing.
//! What RFC 9474 adds on this side is only that each result is checked before it is given out.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use openssl::bn::BigNum;
use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::pkey::{PKey, Private};
use openssl::rsa::{Padding, Rsa};
use openssl::sign::{RsaPssSaltlen, Verifier};

use super::digest::sha256_url;
use super::fault::Fault;

/// The name that RFC 9474 §5 gives to what is done here.
pub const SUITE: &str = "RSABSSA-SHA384-PSS-Randomized";
/// Bits of a new key: as hard to break as 128 bits (NIST SP 800-57 part 1). Only forging depends on it; a blinded message
/// tells nothing even to who can break any key.
const BITS: u32 = 3072;
/// Bytes of a blinded message, and of a signature, under a new key.
pub const SIGNATURE_BYTES: usize = 384;
/// Bytes of a message as the client prepared it: 32 random ones before its own 32 (RFC 9474 §4.1).
pub const MESSAGE_BYTES: usize = 64;
/// Bytes of the salt, as many as SHA-384 has.
const SALT_BYTES: i32 = 48;
/// 65,537, the public exponent of every key, as a JWK has it.
pub const EXPONENT: &str = "AQAB";

/// A key that signs.
pub struct BlindKey(Rsa<Private>);

impl BlindKey {
    /// A new key. Takes a good part of a second.
    pub fn generate() -> Result<Self, Fault> {
        Rsa::generate(BITS).map(Self).map_err(Fault::broken)
    }

    /// A key from the bytes of [`Self::to_der`].
    pub fn from_der(der: &[u8]) -> Result<Self, Fault> {
        Rsa::private_key_from_der(der).map(Self).map_err(Fault::broken)
    }

    /// The key as PKCS #1 in DER. Secret.
    pub fn to_der(&self) -> Result<Vec<u8>, Fault> {
        self.0.private_key_to_der().map_err(Fault::broken)
    }

    /// What tells its signatures.
    pub fn public(&self) -> PublicKey {
        PublicKey { modulus: BASE64_URL_SAFE_NO_PAD.encode(self.0.n().to_vec()) }
    }

    /// Signs a blinded message (RFC 9474 §4.3). None for what is not as long as the key, or no number below its modulus.
    pub fn sign(&self, blinded: &[u8]) -> Result<Option<Vec<u8>>, Fault> {
        let size = usize::try_from(self.0.size()).map_err(Fault::broken)?;
        let number = BigNum::from_slice(blinded).map_err(Fault::broken)?;
        if blinded.len() != size || number >= *self.0.n() {
            return Ok(None);
        }
        let (mut signature, mut opened) = (vec![0; size], vec![0; size]);
        self.0.private_encrypt(blinded, &mut signature, Padding::NONE).map_err(Fault::broken)?;
        self.0.public_decrypt(&signature, &mut opened, Padding::NONE).map_err(Fault::broken)?;
        // A signature that was computed wrongly could tell the key.
        if opened != blinded {
            return Err(Fault::broken("a blind signature was computed wrongly"));
        }
        Ok(Some(signature))
    }
}

/// What tells a key's signatures from others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    /// The modulus in base64url, as a JWK has it.
    pub modulus: String,
}

impl PublicKey {
    /// By what people compare keys: the JWK thumbprint (RFC 7638) with SHA-256, in base64url.
    pub fn thumbprint(&self) -> String {
        let jwk = format!("{{\"e\":\"{EXPONENT}\",\"kty\":\"RSA\",\"n\":\"{}\"}}", self.modulus);
        sha256_url(&jwk)
    }

    /// Whether a signature is one of the key on a prepared message.
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        // What OpenSSL cannot even read is no signature.
        self.verified(message, signature).unwrap_or(false)
    }

    fn verified(&self, message: &[u8], signature: &[u8]) -> Result<bool, ErrorStack> {
        let modulus = BASE64_URL_SAFE_NO_PAD.decode(&self.modulus).unwrap_or_default();
        let exponent = BigNum::from_u32(65_537)?;
        let key = PKey::from_rsa(Rsa::from_public_components(BigNum::from_slice(&modulus)?, exponent)?)?;
        let mut verifier = Verifier::new(MessageDigest::sha384(), &key)?;
        verifier.set_rsa_padding(Padding::PKCS1_PSS)?;
        verifier.set_rsa_mgf1_md(MessageDigest::sha384())?;
        verifier.set_rsa_pss_saltlen(RsaPssSaltlen::custom(SALT_BYTES))?;
        verifier.verify_oneshot(signature, message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The test vector of this suite in RFC 9474 Appendix A.1.
    fn vector(field: &str) -> Vec<u8> {
        let all: serde_json::Value =
            serde_json::from_str(include_str!("../../tests/samples/rfc9474-pss-randomized.json")).unwrap();
        let hex = all[field].as_str().unwrap();
        BigNum::from_hex_str(hex).unwrap().to_vec_padded(i32::try_from(hex.len() / 2).unwrap()).unwrap()
    }

    fn key() -> BlindKey {
        let number = |field: &str| BigNum::from_slice(&vector(field)).unwrap();
        let builder = openssl::rsa::RsaPrivateKeyBuilder::new(number("n"), number("e"), number("d")).unwrap();
        BlindKey(builder.set_factors(number("p"), number("q")).unwrap().build())
    }

    #[test]
    fn it_signs_and_verifies_as_in_rfc_9474() {
        let key = key();
        assert_eq!(key.sign(&vector("blinded_msg")).unwrap(), Some(vector("blind_sig")));
        assert!(key.public().verifies(&vector("input_msg"), &vector("sig")));
        let mut other = vector("input_msg");
        other[0] ^= 1;
        assert!(!key.public().verifies(&other, &vector("sig")));
        assert!(!key.public().verifies(&vector("input_msg"), &vector("blind_sig")));
        assert!(!key.public().verifies(&vector("input_msg"), b"short"));
    }

    #[test]
    fn it_signs_only_numbers_below_its_modulus() {
        let key = key();
        assert_eq!(key.sign(&vector("n")).unwrap(), None);
        assert_eq!(key.sign(&vector("blinded_msg")[1..]).unwrap(), None);
        assert_eq!(key.sign(&[0; 513]).unwrap(), None);
    }

    #[test]
    fn a_new_key_is_kept_as_bytes_and_has_the_stated_size() {
        let key = BlindKey::generate().unwrap();
        let again = BlindKey::from_der(&key.to_der().unwrap()).unwrap();
        assert_eq!(again.public(), key.public());
        assert_eq!(key.public().thumbprint().len(), 43);
        let signature = again.sign(&[1; SIGNATURE_BYTES]).unwrap().map(|signature| signature.len());
        assert_eq!(
            signature,
            Some(SIGNATURE_BYTES),
            "a number that begins with 1 is below a modulus that begins with a set bit"
        );
    }
}
