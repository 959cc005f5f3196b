//! The register of directives (sổ văn bản): what was issued, by whom, under which number. A document is in it once, however
//! its number is written.
//!
//! `identity` tells from a number which document is meant; `words` and `search` find it by what it is about.

pub mod actions;
pub mod api;
pub mod batch;
mod bodies;
pub mod change;
pub mod identity;
pub mod model;
mod patch;
pub mod search;
pub mod store;
mod words;

use crate::platform::Routes;

pub(super) fn routes(cfg: &mut Routes<'_>) {
    cfg.service(batch::register_directives)
        .service(api::register_directive)
        .service(api::list_directives)
        .service(api::find_directive)
        .service(api::change_directive);
}
