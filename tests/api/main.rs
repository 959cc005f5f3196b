//! The service through its API, on both databases.

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
