//! How many were given what in a period: organizations and persons as counts, named nowhere.

pub mod actions;
pub mod api;
pub mod model;
pub mod store;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(api::show_awards_overview);
}
