//! The service through its API, on both databases.

mod harness;

mod organizations;
mod organizations_batch;
mod organizations_list;
mod reorganizations;
mod reorganizations_refused;
mod staffing;
