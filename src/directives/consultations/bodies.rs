//! What callers send and get of consultations and opinions.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::actions::Shown;
use super::model::{Days, Numbers, Opinion, OpinionId, Phase, Said, Stance};
use super::ticket::Ticket;
use crate::organizations::OrganizationCode;
use crate::platform::blind::{EXPONENT, PublicKey, SUITE};
use crate::platform::text::stored;
use crate::platform::{Body, Fault};

/// 384 bytes in base64url, for the document.
fn example_384() -> &'static str {
    "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH"
}

/// 64 bytes in base64url, for the document.
fn example_64() -> &'static str {
    "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBw"
}

/// A consultation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewConsultation {
    /// First day on which opinions are taken.
    #[schema(format = Date, example = "2026-02-02")]
    opens_on: NaiveDate,
    /// Last day; today or later, unless it stays as it was.
    #[schema(format = Date, example = "2026-02-20")]
    closes_on: NaiveDate,
}

impl Body for NewConsultation {}

impl From<NewConsultation> for Days {
    fn from(new: NewConsultation) -> Self {
        Self { opens_on: new.opens_on, closes_on: new.closes_on }
    }
}

/// A public key as a JWK (RFC 7517).
#[derive(Debug, Serialize, ToSchema)]
pub struct PublicKeyView {
    /// Family of the key.
    #[schema(example = "RSA")]
    kty: &'static str,
    /// Modulus, in base64url.
    #[schema(example = example_384)]
    n: String,
    /// Public exponent, in base64url.
    #[schema(example = "AQAB")]
    e: &'static str,
}

impl From<PublicKey> for PublicKeyView {
    fn from(key: PublicKey) -> Self {
        Self { kty: "RSA", n: key.modulus, e: EXPONENT }
    }
}

/// A consultation on a directive.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConsultationView {
    /// First day on which opinions are taken.
    #[schema(example = "2026-02-02")]
    opens_on: NaiveDate,
    /// Last day.
    #[schema(example = "2026-02-20")]
    closes_on: NaiveDate,
    /// How it stands today.
    phase: Phase,
    /// How tickets are signed, by the name of RFC 9474 §5.
    #[schema(example = "RSABSSA-SHA384-PSS-Randomized")]
    suite: &'static str,
    /// The one key that signs them; it never changes.
    public_key: PublicKeyView,
    /// Thumbprint of the key (RFC 7638, SHA-256): compare it with others. It stands in the audit trail too.
    #[schema(example = "m1rYCqtPy7LCM9Ue7tQYYNtqGqtWiCnJuVbW0lSH9wY")]
    key_thumbprint: String,
    /// Tickets that were given.
    #[schema(minimum = 0, example = 40)]
    tickets: i64,
    /// Signed opinions.
    #[schema(minimum = 0, example = 12)]
    signed: i64,
    /// Unsigned opinions that are shown: those of earlier days.
    #[schema(minimum = 0, example = 25)]
    unsigned: i64,
    /// Of both, those that agree.
    #[schema(minimum = 0, example = 20)]
    agree: i64,
    /// Those that disagree.
    #[schema(minimum = 0, example = 5)]
    disagree: i64,
    /// Those that say something else.
    #[schema(minimum = 0, example = 12)]
    other: i64,
}

impl ConsultationView {
    pub(super) fn of((consultation, numbers): Shown, today: NaiveDate) -> Self {
        let Numbers { tickets, signed, unsigned, agree, disagree } = numbers;
        Self {
            opens_on: consultation.days.opens_on,
            closes_on: consultation.days.closes_on,
            phase: consultation.days.phase(today),
            suite: SUITE,
            key_thumbprint: consultation.key.thumbprint(),
            public_key: consultation.key.into(),
            tickets,
            signed,
            unsigned,
            agree,
            disagree,
            other: signed + unsigned - agree - disagree,
        }
    }
}

/// A blinded ticket to be signed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTicket {
    /// Code of your organization.
    pub(super) organization: OrganizationCode,
    /// The ticket under its blinding factor (`blinded_msg`), 384 bytes in base64url without padding.
    #[schema(pattern = "^[A-Za-z0-9_-]{512}$", example = example_384)]
    pub(super) blinded_message: String,
}

impl Body for NewTicket {}

/// A signature on a blinded ticket.
#[derive(Debug, Serialize, ToSchema)]
pub struct BlindSignature {
    /// The signature under the blinding factor (`blind_sig`), 384 bytes in base64url without padding.
    #[schema(example = example_384)]
    pub(super) blind_signature: String,
    /// Thumbprint of the key that signed.
    #[schema(example = "m1rYCqtPy7LCM9Ue7tQYYNtqGqtWiCnJuVbW0lSH9wY")]
    pub(super) key_thumbprint: String,
}

/// What you think of a directive, signed by being sent with your token.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewOpinion {
    /// Code of your organization.
    pub(super) organization: OrganizationCode,
    /// What you say of the directive as a whole.
    stance: Stance,
    /// In words.
    #[schema(
        min_length = 1,
        max_length = 4_000,
        pattern = r"\S",
        example = "Đề nghị nêu rõ thời hạn ở Điều 3."
    )]
    text: String,
}

impl Body for NewOpinion {}

impl NewOpinion {
    pub(super) fn said(&self) -> Said {
        Said { stance: self.stance, text: stored(&self.text) }
    }
}

/// A ticket, with the signature that was made by taking the blinding factor away.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignedTicket {
    /// The ticket as it was prepared (`input_msg`): 32 random bytes, then your own 32 random bytes; in base64url without padding.
    #[schema(pattern = "^[A-Za-z0-9_-]{86}$", example = example_64)]
    message: String,
    /// The signature (`sig`), 384 bytes in base64url without padding.
    #[schema(pattern = "^[A-Za-z0-9_-]{512}$", example = example_384)]
    signature: String,
}

/// What somebody thinks of a directive.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewUnsignedOpinion {
    /// The ticket that is spent on it.
    ticket: SignedTicket,
    /// What is said of the directive as a whole.
    stance: Stance,
    /// In words.
    #[schema(
        min_length = 1,
        max_length = 4_000,
        pattern = r"\S",
        example = "Đề nghị nêu rõ thời hạn ở Điều 3."
    )]
    text: String,
}

impl Body for NewUnsignedOpinion {
    const LIMIT: usize = 32 * 1024;
}

impl NewUnsignedOpinion {
    pub(super) fn read(&self) -> Result<(Ticket, Said), Fault> {
        let ticket = Ticket::read(&self.ticket.message, &self.ticket.signature)?;
        Ok((ticket, Said { stance: self.stance, text: stored(&self.text) }))
    }
}

/// An unsigned opinion that was taken.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnsignedReceipt {
    /// Its id: SHA-256 of the ticket's message, as a UUID of version 8.
    id: OpinionId,
    /// The day on which it was handed in, which is all that is kept of the time.
    #[schema(example = "2026-02-05")]
    given_on: NaiveDate,
    /// From this day on it is shown.
    #[schema(required = true, example = "2026-02-06")]
    shown_from: Option<NaiveDate>,
}

impl From<Opinion> for UnsignedReceipt {
    fn from(opinion: Opinion) -> Self {
        Self { shown_from: opinion.given_on.succ_opt(), id: opinion.id, given_on: opinion.given_on }
    }
}

/// What somebody thinks of a directive.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "0199b2c4-5d6e-7f80-9123-456789abcdef", "signed": false, "subject": null, "organization": null,
    "stance": "other", "text": "Đề nghị nêu rõ thời hạn ở Điều 3.", "given_on": "2026-02-05", "given_at": null
}))]
pub struct OpinionView {
    /// Id.
    id: OpinionId,
    /// Whether it is signed. Of an unsigned one nobody knows whose it is.
    signed: bool,
    /// The subject of the author's token.
    #[schema(required = true)]
    subject: Option<String>,
    /// Code of the author's organization.
    #[schema(required = true)]
    organization: Option<OrganizationCode>,
    /// What it says of the directive as a whole.
    stance: Stance,
    /// In words.
    text: String,
    /// On which day it was given.
    given_on: NaiveDate,
    /// When.
    #[schema(required = true)]
    given_at: Option<DateTime<Utc>>,
}

impl From<Opinion> for OpinionView {
    fn from(opinion: Opinion) -> Self {
        let author = opinion.author;
        Self {
            id: opinion.id,
            signed: author.is_some(),
            stance: opinion.said.stance,
            text: opinion.said.text,
            given_on: opinion.given_on,
            given_at: author.as_ref().map(|author| author.given_at),
            organization: author.as_ref().map(|author| author.organization.clone()),
            subject: author.map(|author| author.subject),
        }
    }
}
