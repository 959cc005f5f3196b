//! Figures (số liệu): ratios of sums of counters, as of the moment that they are asked for.

pub mod actions;
pub mod api;
pub mod model;
pub mod store;

use crate::platform::Routes;

pub(super) fn routes(cfg: &mut Routes<'_>) {
    cfg.service(api::list_figures);
}
