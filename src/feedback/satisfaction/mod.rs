//! Satisfaction (mức độ hài lòng): ratings of how single dossiers were handled, and their summary.

pub mod actions;
mod adds;
pub mod api;
mod held;
pub mod model;
pub mod store;
pub mod summary;

use crate::platform::Routes;

pub(super) fn routes(cfg: &mut Routes<'_>) {
    cfg.service(api::push_ratings)
        .service(api::find_satisfaction_rating)
        .service(api::push_rating)
        .service(summary::report_satisfaction);
}
