//! Nominations (đề cử): who stands for election in a group and round of a movement, by a staff reference.

pub mod actions;
pub mod api;
pub mod model;
pub mod store;

use crate::platform::Routes;

pub(super) fn routes(cfg: &mut Routes<'_>) {
    cfg.service(api::list_nominations).service(api::find_nomination).service(api::nominate);
}
