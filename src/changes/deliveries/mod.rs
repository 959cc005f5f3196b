//! Calling those who subscribed: signed, in order, at least once.
//!
//! Every process looks each second for subscriptions with something to tell, and takes some of them by a lease in the
//! database, so that one process at a time calls a target. What a call tells is settled before it is made the first time:
//! a repetition, by whatever process, tells the same under the same id. A lease that runs out, because its process died, is
//! taken by another.

pub mod actions;
pub mod courier;
pub mod message;
pub mod model;
pub mod store;
