//! Targets (chỉ tiêu được giao): what an organization is to reach in a period.

pub mod actions;
pub mod api;
pub mod store;

use crate::platform::Routes;

pub(super) fn routes(cfg: &mut Routes<'_>) {
    cfg.service(api::find_target).service(api::set_target);
}
