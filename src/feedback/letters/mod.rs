//! Letters (đơn) and cases (vụ việc): a table by the columns of form 01/XLD.

pub mod actions;
pub mod api;
pub mod model;
pub mod store;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(api::report_letters);
}
