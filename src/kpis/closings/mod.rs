//! Closing a period (chốt số liệu): after it, the records that make up its figures no longer change.

pub mod actions;
pub mod api;
pub mod model;
pub mod store;

use crate::platform::Routes;

pub(super) fn routes(cfg: &mut Routes<'_>) {
    cfg.service(api::find_closing).service(api::close_period);
}
