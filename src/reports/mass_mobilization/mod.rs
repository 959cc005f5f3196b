//! The report on mass mobilization work (báo cáo công tác dân vận): its parts in order, each with what the department wrote, what
//! is said of records, the figures behind that, and tables.
//!
//! Every part is put together in `parts/` by one function of the same shape; every number that stands in a sentence is a figure
//! with the address under which it is explained. The document and the tables are made of the same parts.

pub mod actions;
pub mod api;
pub mod bodies;
pub mod composing;
mod grids;
pub mod model;
mod parts;
mod store;

use crate::platform::Routes;

pub(super) fn routes(cfg: &mut Routes<'_>) {
    cfg.service(api::show_mass_mobilization_report).service(api::show_report_table);
}
