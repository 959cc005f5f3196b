//! The funnel (phễu): how many exemplars of a subtree stand how at the end of a day. The states are disjoint and add up to the total.

pub mod actions;
pub mod api;
pub mod model;
pub mod store;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(api::show_funnel);
}
