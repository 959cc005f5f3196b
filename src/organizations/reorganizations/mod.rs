//! Reorganizations (sắp xếp, tổ chức lại): merge, split, rename, transfer, dissolve, each with its legal basis. Nothing
//! is deleted and nothing that was true before the effective day changes.

pub mod actions;
pub mod api;
pub mod model;
mod plan;
pub mod store;

use crate::platform::Routes;

pub(super) fn routes(cfg: &mut Routes<'_>) {
    cfg.service(api::reorganize).service(api::find_reorganization);
}
