//! Rankings (xếp hạng): organizations beside each other by one KPI, and how they moved.

pub mod actions;
pub mod api;
pub mod model;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(api::list_ranking);
}
