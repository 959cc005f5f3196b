//! A message as it is sent, signed by Standard Webhooks 1.0. Pure.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::changes::feed::model::{Position, Told};
use crate::platform::Fault;
use crate::platform::digest::hmac_sha256;

/// What is told.
#[derive(Serialize)]
struct Payload<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    /// Of the newest change.
    timestamp: Option<DateTime<Utc>>,
    data: Data<'a>,
}

#[derive(Serialize)]
struct Data<'a> {
    items: &'a [Told],
    next: &'a str,
}

/// A message.
#[derive(Clone, Debug)]
pub struct Message {
    /// Names what is told: a repetition has the same.
    pub id: String,
    /// JSON.
    pub body: Vec<u8>,
}

impl Message {
    /// What a subscriber is told of the changes between two positions; `next` is the cursor of the second.
    pub fn of(
        subscription: &str,
        from: Position,
        until: Position,
        items: &[Told],
        next: &str,
    ) -> Result<Self, Fault> {
        let timestamp = items.last().map(|told| told.at);
        let payload = Payload { kind: "changes", timestamp, data: Data { items, next } };
        let id = format!("{subscription}-{}-{}-{}-{}", from.seq, from.place, until.seq, until.place);
        Ok(Self { id, body: serde_json::to_vec(&payload).map_err(Fault::broken)? })
    }

    /// The headers of a call at a moment; one signature for each secret.
    pub fn headers(&self, at: DateTime<Utc>, secrets: &[Vec<u8>]) -> Vec<(&'static str, String)> {
        let timestamp = at.timestamp().to_string();
        let signed = [self.id.as_bytes(), b".", timestamp.as_bytes(), b".", &self.body].concat();
        let signature =
            |secret: &Vec<u8>| format!("v1,{}", BASE64_STANDARD.encode(hmac_sha256(secret, &signed)));
        let signatures: Vec<String> = secrets.iter().map(signature).collect();
        vec![
            ("content-type", "application/json".to_owned()),
            ("webhook-id", self.id.clone()),
            ("webhook-timestamp", timestamp),
            ("webhook-signature", signatures.join(" ")),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The vector of the Standard Webhooks libraries: a secret, an id, a timestamp, a payload and their signature.
    #[test]
    fn the_signature_is_that_of_the_published_libraries() {
        let secret = BASE64_STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let message =
            Message { id: "msg_p5jXN8AQM9LWM0D4loKWxJek".into(), body: br#"{"test": 2432232314}"#.to_vec() };
        let headers = message.headers(DateTime::from_timestamp(1_614_265_330, 0).unwrap(), &[secret]);
        let expected = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
        assert_eq!(headers.last().unwrap(), &("webhook-signature", expected.to_owned()));
    }
}
