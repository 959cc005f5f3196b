//! The scorecard: an organization's KPIs of a period, stated beside computed beside target.

pub mod actions;
pub mod api;
pub mod store;

use crate::platform::Routes;

pub(super) fn routes(cfg: &mut Routes<'_>) {
    cfg.service(api::show_scorecard);
}
