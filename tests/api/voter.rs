//! The client's side of blind signatures, written from RFC 9474 and RFC 8017 alone: another library, and no code of the service.

use aws_lc_rs::digest::{SHA384, digest};
use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use num_bigint::BigUint;
use serde_json::{Value, json};

use crate::harness::Client;

pub fn random(count: usize) -> Vec<u8> {
    let mut bytes = vec![0; count];
    SystemRandom::new().fill(&mut bytes).unwrap();
    bytes
}

pub fn text(bytes: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

pub fn number(text: &Value) -> BigUint {
    BigUint::from_bytes_be(&BASE64_URL_SAFE_NO_PAD.decode(text.as_str().unwrap()).unwrap())
}

/// I2OSP (RFC 8017 §4.1).
fn octets(number: &BigUint, count: usize) -> Vec<u8> {
    let bytes = number.to_bytes_be();
    [vec![0; count - bytes.len()], bytes].concat()
}

/// MGF1 with SHA-384 (RFC 8017 §B.2.1).
fn mask(seed: &[u8], count: usize) -> Vec<u8> {
    let block = |counter: u32| digest(&SHA384, &[seed, &counter.to_be_bytes()].concat()).as_ref().to_vec();
    let mut mask: Vec<u8> = (0..).flat_map(block).take(count).collect();
    mask.truncate(count);
    mask
}

/// EMSA-PSS-ENCODE with SHA-384 (RFC 8017 §9.1.1) for a modulus of so many bits, a multiple of 8.
pub fn encoded(message: &[u8], salt: &[u8], bits: u64) -> BigUint {
    let size = usize::try_from(bits / 8).unwrap();
    let hash = digest(&SHA384, message);
    let hash = digest(&SHA384, &[&[0; 8], hash.as_ref(), salt].concat());
    let block = [vec![0; size - salt.len() - 48 - 2], vec![1], salt.to_vec()].concat();
    let mask = mask(hash.as_ref(), block.len());
    let mut block: Vec<u8> = block.iter().zip(mask).map(|(a, b)| a ^ b).collect();
    // emBits is one less than the modulus has.
    block[0] &= 0x7f;
    BigUint::from_bytes_be(&[block.as_slice(), hash.as_ref(), &[0xbc]].concat())
}

/// A key as a consultation publishes it.
#[derive(Clone)]
pub struct Key {
    pub n: BigUint,
    pub e: BigUint,
}

impl Key {
    #[track_caller]
    pub fn of(client: &Client, directive: &str) -> Self {
        let shown =
            client.get(&format!("/api/v1/directives/{directive}/consultation")).send().expect(200).json();
        assert_eq!(shown["suite"], "RSABSSA-SHA384-PSS-Randomized");
        Self { n: number(&shown["public_key"]["n"]), e: number(&shown["public_key"]["e"]) }
    }

    fn size(&self) -> usize {
        usize::try_from(self.n.bits().div_ceil(8)).unwrap()
    }

    /// What the key's signature opens to.
    pub fn opened(&self, signature: &BigUint) -> BigUint {
        signature.modpow(&self.e, &self.n)
    }
}

/// A ticket on its way to be signed.
pub struct Blinded {
    key: Key,
    message: Vec<u8>,
    encoded: BigUint,
    factor: BigUint,
    pub hidden: BigUint,
}

/// A ticket that can be spent.
#[derive(Clone)]
pub struct Ticket {
    pub message: Vec<u8>,
    pub signature: BigUint,
    pub size: usize,
}

impl Blinded {
    /// Prepare and Blind (RFC 9474 §4.1, §4.2).
    pub fn new(key: &Key) -> Self {
        let message = random(64);
        let encoded = encoded(&message, &random(48), key.n.bits());
        let factor = BigUint::from_bytes_be(&random(key.size())) % &key.n;
        let hidden = &encoded * key.opened(&factor) % &key.n;
        Self { key: key.clone(), message, encoded, factor, hidden }
    }

    pub fn body(&self, organization: &str) -> Value {
        json!({"organization": organization, "blinded_message": text(&octets(&self.hidden, self.key.size()))})
    }

    /// Finalize (RFC 9474 §4.4).
    #[track_caller]
    pub fn finalized(self, blind_signature: &BigUint) -> Ticket {
        let signature = blind_signature * self.factor.modinv(&self.key.n).unwrap() % &self.key.n;
        assert_eq!(self.key.opened(&signature), self.encoded, "the signature is not the key's");
        Ticket { message: self.message, signature, size: self.key.size() }
    }
}

impl Ticket {
    pub fn body(&self, stance: &str, said: &str) -> Value {
        let signature = text(&octets(&self.signature, self.size));
        json!({"ticket": {"message": text(&self.message), "signature": signature}, "stance": stance, "text": said})
    }
}

/// Gets a person a ticket.
#[track_caller]
pub fn ticket(client: &Client, directive: &str, organization: &str) -> Ticket {
    let blinded = Blinded::new(&Key::of(client, directive));
    let at = format!("/api/v1/directives/{directive}/consultation/tickets");
    let signed = client.post(&at, &blinded.body(organization)).send().expect(200).json();
    blinded.finalized(&number(&signed["blind_signature"]))
}

#[test]
fn the_clients_side_is_that_of_rfc_9474() {
    let vector: Value = serde_json::from_str(include_str!("../samples/rfc9474-pss-randomized.json")).unwrap();
    let part = |name: &str| BigUint::parse_bytes(vector[name].as_str().unwrap().as_bytes(), 16).unwrap();
    let bytes = |name: &str| octets(&part(name), vector[name].as_str().unwrap().len() / 2);
    let key = Key { n: part("n"), e: part("e") };
    let encoded = encoded(&bytes("input_msg"), &bytes("salt"), key.n.bits());
    let factor = part("inv").modinv(&key.n).unwrap();
    let hidden = &encoded * key.opened(&factor) % &key.n;
    assert_eq!(hidden, part("blinded_msg"));
    let ticket = Blinded { key, message: bytes("input_msg"), encoded, factor, hidden };
    assert_eq!(ticket.finalized(&part("blind_sig")).signature, part("sig"));
}
