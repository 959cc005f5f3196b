//! The service through its API, on both databases.

mod harness;

mod http;
mod http_bodies;
mod http_conditions;
mod http_errors;
mod http_forms;
mod http_keys;
mod http_pages;
mod organizations;
