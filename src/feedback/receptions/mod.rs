//! Receptions of citizens (tiếp công dân): what the register of an organization holds of a day, and the sums of a period.

pub mod actions;
pub mod api;
mod bodies;
pub mod model;
pub mod store;

use crate::platform::Routes;

pub(super) fn routes(cfg: &mut Routes<'_>) {
    cfg.service(api::list_receptions)
        .service(api::find_reception)
        .service(api::state_reception)
        .service(api::report_receptions);
}
