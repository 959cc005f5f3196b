//! The service through its API, on both databases.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may panic, and so may what it is made of"
)]

mod harness;

mod auth;
mod every_operation;
mod organizations;
