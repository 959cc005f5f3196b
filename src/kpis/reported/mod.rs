//! Figures that departments state themselves: estimate (ước), final (chính thức), revised (điều chỉnh), with their history.
//! They stand beside what is computed and are never mixed with it.

pub mod actions;
pub mod api;
pub mod model;
pub mod store;

use crate::platform::Routes;

pub(super) fn routes(cfg: &mut Routes<'_>) {
    cfg.service(api::find_reported_figure).service(api::report_figure);
}
