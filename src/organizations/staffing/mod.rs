//! Staffing (biên chế, công chức, viên chức và người lao động) as an organization states it for a day.

pub mod actions;
pub mod api;
pub mod model;
pub mod store;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(api::list_staffing).service(api::find_staffing).service(api::state_staffing);
}
