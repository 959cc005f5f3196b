//! Staffing (biên chế, công chức, viên chức và người lao động) as an organization states it for a day.

pub mod actions;
pub mod api;
pub mod model;
pub mod store;

use crate::platform::Routes;

pub(super) fn routes(cfg: &mut Routes<'_>) {
    cfg.service(api::list_staffing).service(api::find_staffing).service(api::state_staffing);
}
