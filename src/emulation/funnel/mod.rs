//! The funnel (phễu): how many exemplars of a subtree stand how at the end of a day. The states are disjoint and add up to the total.

pub mod actions;
pub mod api;
pub mod model;
pub mod store;

use crate::platform::Routes;

pub(super) fn routes(cfg: &mut Routes<'_>) {
    cfg.service(api::show_funnel);
}
