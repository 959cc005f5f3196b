//! Relations between directives (quan hệ văn bản): which one puts which into practice, amends, replaces or revokes it, answers
//! or cites it, and since when.
//!
//! A relation is not taken away: it holds from a day until another. One that was recorded by mistake ends on the day it began.

pub mod actions;
pub mod api;
pub mod batch;
pub mod model;
pub mod store;

use crate::platform::Routes;

pub(super) fn routes(cfg: &mut Routes<'_>) {
    cfg.service(batch::relate_directives)
        .service(api::show_relations)
        .service(api::relate_directive)
        .service(api::find_relation)
        .service(api::change_relation);
}
