//! Dossiers (hồ sơ thủ tục hành chính): citizens' cases at the one-stop, their states, their clock, their due days.

pub mod actions;
mod adds;
pub mod api;
mod due;
mod life;
pub mod model;
mod sequence;
pub mod store;

use crate::platform::Routes;

pub(super) fn routes(cfg: &mut Routes<'_>) {
    cfg.service(api::push_dossiers)
        .service(api::list_dossiers)
        .service(api::find_dossier)
        .service(api::push_dossier);
}
