//! Proposals (hồ sơ đề nghị khen thưởng) and what becomes of them: appraisal, vote of the council, decision, revocation. Nothing is deleted.
//!
//! What one proposing unit is given is decided one at a time, so that caps hold whoever decides at once; what can be given once is
//! claimed in the database, so that it holds across units.

pub mod actions;
pub mod api;
mod bodies;
pub mod history;
pub mod machine;
pub mod model;
pub mod refusals;
pub mod store;

use crate::platform::Routes;

pub(super) fn routes(cfg: &mut Routes<'_>) {
    cfg.service(api::list_awards)
        .service(api::propose_award)
        .service(api::find_award)
        .service(api::list_award_events)
        .service(api::record_award_event);
}
