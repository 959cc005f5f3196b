//! How many were given what in a period: organizations and persons as counts, named nowhere.

pub mod actions;
pub mod api;
pub mod model;
pub mod store;

use crate::platform::Routes;

pub(super) fn routes(cfg: &mut Routes<'_>) {
    cfg.service(api::show_awards_overview);
}
