//! Rankings (xếp hạng): organizations beside each other by one KPI, and how they moved.

pub mod actions;
pub mod api;
pub mod model;

use crate::platform::Routes;

pub(super) fn routes(cfg: &mut Routes<'_>) {
    cfg.service(api::list_ranking);
}
