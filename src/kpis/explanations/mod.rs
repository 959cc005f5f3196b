//! Explanations (diễn giải): a figure down to its formula, its counters, the organizations and the records behind it.

pub mod actions;
pub mod api;
pub mod model;
pub mod sources;

use crate::platform::Routes;

pub(super) fn routes(cfg: &mut Routes<'_>) {
    cfg.service(api::explain_figure);
}
