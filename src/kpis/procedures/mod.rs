//! Administrative procedures (thủ tục hành chính): who handles them, how long they may take, how far they are online.

pub mod actions;
mod adds;
pub mod api;
pub mod model;
pub mod store;

use crate::platform::Routes;

pub(super) fn routes(cfg: &mut Routes<'_>) {
    cfg.service(api::push_procedures)
        .service(api::list_procedures)
        .service(api::find_procedure)
        .service(api::push_procedure);
}
