//! Whether somebody meets the rules of a title for a year: each condition, and the records that meet or miss it.
//!
//! Only records of organizations within the caller's reach are looked at. Who decides for all looks at all.

pub mod actions;
pub mod api;
pub mod model;
pub mod store;

use crate::platform::Routes;

pub(super) fn routes(cfg: &mut Routes<'_>) {
    cfg.service(api::show_eligibility);
}
