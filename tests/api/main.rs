//! The service through its API, on both databases.

mod harness;

mod auth;
mod every_operation;
mod organizations;
