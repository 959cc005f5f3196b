//! Cases (vụ việc): feedback, proposals, complaints and denunciations, each with its letters, days and result.

mod adds;
pub mod api;
mod due;
pub mod held;
pub mod model;
pub mod store;

use crate::platform::Routes;

pub(super) fn routes(cfg: &mut Routes<'_>) {
    cfg.service(api::push_feedback_cases)
        .service(api::list_feedback_cases)
        .service(api::find_feedback_case)
        .service(api::push_feedback_case);
}
