//! Dossiers (hồ sơ thủ tục hành chính): citizens' cases at the one-stop, their states, their clock, their due days.

pub mod actions;
mod adds;
pub mod api;
mod due;
mod life;
pub mod model;
mod sequence;
pub mod store;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(api::push_dossiers)
        .service(api::list_dossiers)
        .service(api::find_dossier)
        .service(api::push_dossier);
}
