//! Explanations (diễn giải): a figure down to its formula, its counters, the organizations and the records behind it.

pub mod actions;
pub mod api;
pub mod model;
pub mod sources;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(api::explain_figure);
}
