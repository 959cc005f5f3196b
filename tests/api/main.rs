//! The service through its API, on both databases.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test says what went wrong by failing"
)]

mod harness;

mod audit;
mod kpis_catalog;
mod kpis_reported;
mod organizations;
mod organizations_batch;
mod organizations_list;
mod process;
mod reorganizations;
mod reorganizations_refused;
mod scorecard;
mod staffing;
