//! Tickets for unsigned opinions, as clients write them. Pure.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

use super::model::{OpinionId, Refusal};
use crate::platform::blind::{MESSAGE_BYTES, PublicKey, SIGNATURE_BYTES};
use crate::platform::digest::sha256_hex;
use crate::platform::input::wrong;
use crate::platform::{Fault, Wrong};

/// Bytes in base64url without padding, which leaves only one way of writing them.
fn bytes(text: &str, size: usize, at: &str) -> Result<Vec<u8>, Fault> {
    let read = BASE64_URL_SAFE_NO_PAD.decode(text).ok().filter(|bytes| bytes.len() == size);
    read.ok_or_else(|| Fault::invalid(vec![Wrong::body(at, wrong::PATTERN)]))
}

/// A ticket under its blinding factor.
#[derive(Clone, Debug)]
pub struct Blinded(pub Vec<u8>);

impl Blinded {
    /// Reads what a client wrote.
    pub fn read(text: &str) -> Result<Self, Fault> {
        bytes(text, SIGNATURE_BYTES, "/blinded_message").map(Self)
    }
}

/// A signature as clients read it.
pub fn written(signature: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(signature)
}

/// A ticket with its signature.
#[derive(Clone, Debug)]
pub struct Ticket {
    message: Vec<u8>,
    signature: Vec<u8>,
}

impl Ticket {
    /// Reads what a client wrote.
    pub fn read(message: &str, signature: &str) -> Result<Self, Fault> {
        Ok(Self {
            message: bytes(message, MESSAGE_BYTES, "/ticket/message")?,
            signature: bytes(signature, SIGNATURE_BYTES, "/ticket/signature")?,
        })
    }

    /// Refuses a ticket that a key did not sign.
    pub fn must_be_of(&self, key: &PublicKey) -> Result<(), Fault> {
        if key.verifies(&self.message, &self.signature) { Ok(()) } else { Err(Refusal::NoTicket.into()) }
    }

    /// What is spent.
    pub fn message(&self) -> String {
        written(&self.message)
    }

    /// By what it can be checked under the public key.
    pub fn signature(&self) -> String {
        written(&self.signature)
    }

    /// The id of the opinion that it is spent on: SHA-256 of the message, as a UUID of version 8. Ids that the service makes itself
    /// begin with the moment.
    pub fn opinion(&self) -> Result<OpinionId, Fault> {
        let hex = sha256_hex(&self.message);
        let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
        let id = [
            part(0, 8),
            part(8, 12),
            &format!("8{}", part(13, 16)),
            &format!("8{}", part(17, 20)),
            part(20, 32),
        ];
        id.join("-").parse().map_err(Fault::broken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_is_written_in_one_way_and_names_its_opinion() {
        let (message, signature) = (written(&[7; 64]), written(&[9; 384]));
        let ticket = Ticket::read(&message, &signature).unwrap();
        assert_eq!((ticket.message(), ticket.signature()), (message.clone(), signature.clone()));
        // printf '\007%.0s' {1..64} | sha256sum
        assert_eq!(ticket.opinion().unwrap().as_str(), "6cfeeb3a-a25d-8f41-8dae-5eec17d7369c");
        let trailing_bits = format!("{}d", &message[..85]);
        for bad in [&message[1..], &format!("{message}=="), &trailing_bits, &"+".repeat(86)] {
            assert!(Ticket::read(bad, &signature).is_err(), "{bad}");
        }
        assert!(Ticket::read(&message, &message).is_err());
    }
}
