//! Targets (chỉ tiêu được giao): what an organization is to reach in a period.

pub mod actions;
pub mod api;
pub mod store;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(api::find_target).service(api::set_target);
}
