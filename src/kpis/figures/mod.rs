//! Figures (số liệu): ratios of sums of counters, as of the moment that they are asked for.

pub mod actions;
pub mod api;
pub mod model;
pub mod store;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(api::list_figures);
}
