//! The feed: what changed, in the order of the commits.

pub mod actions;
pub mod api;
pub mod midnight;
pub mod model;
pub mod pulse;
pub mod store;
pub mod sweep;

use crate::platform::Routes;

pub(super) fn routes(cfg: &mut Routes<'_>) {
    cfg.service(api::list_changes);
}
