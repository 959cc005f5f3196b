//! Surveys of satisfaction (khảo sát mức độ hài lòng), as those who held them count the answers.

mod adds;
pub mod api;
mod held;
pub mod model;
pub mod store;

use crate::platform::Routes;

pub(super) fn routes(cfg: &mut Routes<'_>) {
    cfg.service(api::push_surveys)
        .service(api::list_surveys)
        .service(api::find_survey)
        .service(api::push_survey);
}
