//! Faces (gương mặt điển hình tiên tiến): who was elected in a subtree, round by round, as a table.

pub mod actions;
pub mod api;
pub mod store;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(api::show_faces);
}
