//! The scorecard: an organization's KPIs of a period, stated beside computed beside target.

pub mod actions;
pub mod api;
pub mod store;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(api::show_scorecard);
}
