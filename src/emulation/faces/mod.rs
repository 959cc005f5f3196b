//! Faces (gương mặt điển hình tiên tiến): who was elected in a subtree, round by round, as a table.

pub mod actions;
pub mod api;
pub mod store;

use crate::platform::Routes;

pub(super) fn routes(cfg: &mut Routes<'_>) {
    cfg.service(api::show_faces);
}
