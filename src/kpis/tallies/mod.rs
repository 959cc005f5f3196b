//! Tallies: what an organization counts of its own staff and divisions on a day, which nothing is pushed about: who meets
//! the standards of the title (tiêu chuẩn chức danh), who uses the provincial mailbox, which divisions were inspected.

pub mod actions;
mod adds;
pub mod api;
pub mod model;
pub mod store;

use crate::platform::Routes;

pub(super) fn routes(cfg: &mut Routes<'_>) {
    cfg.service(api::list_tallies).service(api::find_tally).service(api::state_tally);
}
