//! The feed: what changed, in the order of the commits.

pub mod actions;
pub mod api;
pub mod midnight;
pub mod model;
pub mod pulse;
pub mod store;
pub mod sweep;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(api::list_changes);
}
