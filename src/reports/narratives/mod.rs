//! Narratives: what a department writes in its report itself, part by part, and the cover (number, place, day, subject,
//! recipients, signature). Each is kept under its version, for an organization and the days of a report.

pub mod actions;
pub mod api;
pub mod model;
pub mod store;

use crate::platform::Routes;

pub(super) fn routes(cfg: &mut Routes<'_>) {
    cfg.service(api::find_cover)
        .service(api::write_cover)
        .service(api::find_narrative)
        .service(api::write_narrative);
}
