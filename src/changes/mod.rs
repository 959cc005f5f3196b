//! Following what changes: the feed, and webhooks that bring it.
//!
//! | room | what it holds |
//! |---|---|
//! | `kinds` | the kinds of things that change, of all slices, and who may follow them |
//! | `feed` | what changed, in the order of the commits, by cursor; waiting for the next; moves of a day that begins; what is no longer kept |
//! | `subscriptions` | who wants to be told by a call |
//! | `deliveries` | the calls: signed, at least once, in order |
//!
//! The table of changes is itself the outbox: a delivery is a cursor in it. Every slice says what changes
//! (`platform/changes.rs`), so this one stands below all of them.

pub mod deliveries;
pub mod feed;
pub mod kinds;
pub mod subscriptions;

use crate::platform::Routes;
use crate::platform::fault::Kind;

/// The operations of this slice.
pub(crate) fn routes(cfg: &mut Routes<'_>) {
    cfg.configure(feed::routes).configure(subscriptions::routes);
}

/// Why this slice refuses.
pub(crate) fn kinds() -> impl Iterator<Item = &'static &'static Kind> {
    feed::model::Refusal::KINDS.iter().chain(subscriptions::model::Refusal::KINDS)
}
