//! Letters (đơn) and cases (vụ việc): a table by the columns of form 01/XLD.

pub mod actions;
pub mod api;
pub mod model;
pub mod store;

use crate::platform::Routes;

pub(super) fn routes(cfg: &mut Routes<'_>) {
    cfg.service(api::report_letters);
}
