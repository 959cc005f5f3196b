//! Participation (tham gia phong trào): how many of an organization's members take part in a round of a movement. Each organization
//! states those whom none below it states, so that the sum over a subtree counts nobody twice.

pub mod actions;
mod adds;
pub mod api;
pub mod model;
pub mod store;

use crate::platform::Routes;

pub(super) fn routes(cfg: &mut Routes<'_>) {
    cfg.service(api::show_participation).service(api::find_participation).service(api::state_participation);
}
