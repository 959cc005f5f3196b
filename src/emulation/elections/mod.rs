//! Elections (bình chọn): the votes of a council, counted over all its members, and the face elected (gương mặt điển hình tiên tiến) of a
//! group and round. One election stands for each; one that is revoked stays beside it.

pub mod actions;
pub mod api;
mod bodies;
pub mod model;
pub mod store;

use crate::platform::Routes;

pub(super) fn routes(cfg: &mut Routes<'_>) {
    cfg.service(api::list_elections)
        .service(api::find_election)
        .service(api::elect_face)
        .service(api::publish_face)
        .service(api::revoke_election);
}
