//! Consultations on directives (lấy ý kiến, góp ý): what people think of one while it can still be changed, signed or unsigned.
//!
//! # Why nobody can tell whose an unsigned opinion is
//!
//! People say what they think only if it cannot be held against them; yet one person must not speak for ten. Both is had by blind
//! signatures (RFC 9474, suite RSABSSA-SHA384-PSS-Randomized):
//!
//! 1. The consultation has one RSA key of its own. Its public part and thumbprint are published with the consultation, and stand in
//!    the audit trail since it was opened. Its private part is sealed in the database under the service's own secret.
//! 2. A person's client makes up a *ticket*, 64 random bytes, and *blinds* it: it hides it under a random factor. With the
//!    person's token it has the blinded ticket signed. The service keeps that this person got a ticket, and signs for it no more.
//! 3. The client takes the factor away. What is left is the key's signature on the ticket, which the service never saw.
//! 4. Later, without a token, the client hands in the opinion with the ticket and its signature. The service sees that the
//!    signature is the key's, that the ticket is not spent, and keeps both with the opinion: it is spent now.
//!
//! For each ticket that is handed in and each blinded one that was signed there is exactly one factor that joins them, and all
//! factors are equally likely. So not even who keeps every message, holds the private key and can break any cipher learns
//! anything from comparing them: each opinion fits each person that got a ticket. A second key, by which somebody could be marked, is
//! seen by whoever compares thumbprints with others or with the audit trail.
//!
//! What could tell in other ways is not kept: no subject, no organization, no request id, no moment but the day; no line in the
//! log, no number in the metrics, not even that of statements and connections; no audit entry, no change told to followers. Only when
//! something of ours breaks a line says what, and nothing of the request: neither its id nor its path. The opinions of a day are written
//! anew with each one that comes, in the order of their random tickets, so that their places and transaction numbers tell no order. They
//! are shown, and counted, from the next day on: who watches the list cannot put a time to them. The operation refuses requests that
//! carry a token.
//!
//! # What it costs
//!
//! - A ticket that is lost is a voice lost: nobody can tell which one it was, so there is no second. A repetition under the same
//!   `Idempotency-Key` gives a lost answer again, for 48 hours.
//! - An unsigned opinion cannot be withdrawn, changed or answered in private, and it is shown a day late.
//! - It has no audit entry. What vouches for it is its ticket, kept with the key's signature beside it: who reads the database can check
//!   each under the public key. Who only reads the API cannot, since tickets are not shown: it sees how many tickets were given, and that
//!   there are never more unsigned opinions. Who holds the private key, which takes the database and the service's secret, can forge
//!   tickets, up to the number of those that were given and not used without being noticed. It gains no knowledge by that.
//! - Who keeps the ticket can find the opinion again, and can be made to: destroy it after use if that is to be feared.
//! - Cryptography hides the author among all who got a ticket, not better. In a group of three, or by style, by content or by who
//!   was at work that day, people can still be guessed. Ask for the ticket early and hand in later, over another connection, best
//!   from another network: who watches the network, the proxy before this service, the memory of its process or the database server's own
//!   log and statistics sees addresses and times. None of them may log these two paths together; the service itself logs the second not at
//!   all. A client that gives both requests one `X-Request-Id` or trace joins them for whoever sees both. Who compares copies of the
//!   database that were made within one day, or reads what its journal (WAL) and pages not yet cleaned still hold, can tell which opinion
//!   came between two of them.
//! - A flood is bounded by one opinion a ticket, and tickets by one a subject: whoever gives out tokens decides how many those are.

pub mod actions;
pub mod api;
mod bodies;
pub mod model;
pub mod store;
pub mod ticket;

use crate::platform::Routes;

pub(super) fn routes(cfg: &mut Routes<'_>) {
    cfg.service(api::find_consultation)
        .service(api::open_consultation)
        .service(api::give_ticket)
        .service(api::list_opinions)
        .service(api::give_opinion)
        .service(api::hand_in_unsigned_opinion);
}
