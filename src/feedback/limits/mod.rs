//! Time limits (thời hạn) of what citizens say: how many days by which article, each from a day on. They are data: laws
//! change, and what is not known of one stays unknown until somebody enters it.

pub mod actions;
pub mod api;
pub mod model;
pub mod store;

use crate::platform::Routes;

pub(super) fn routes(cfg: &mut Routes<'_>) {
    cfg.service(api::list_limits).service(api::find_limit).service(api::set_limit);
}
