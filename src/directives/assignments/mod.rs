//! Assignments (giao nhiệm vụ): which organization is to do what about a directive by when, how far it is, and how it ended.
//!
//! An organization hands parts on to those below it: an assignment then stands below another, and what is withdrawn takes its parts
//! along. What may happen to an assignment,
//! by whom, and which of the nine status codes of QCVN 102:2016/BTTTT says so, is one table in `machine`. What happened is
//! kept, event by event; how it stands follows from that.

pub mod actions;
mod adds;
pub mod api;
pub mod batch;
mod bodies;
mod history;
pub mod machine;
pub mod model;
pub mod store;

use crate::platform::Routes;

pub(super) fn routes(cfg: &mut Routes<'_>) {
    cfg.service(batch::assign_to_many)
        .service(api::assign_directive)
        .service(api::list_directive_assignments)
        .service(api::list_assignments)
        .service(api::find_assignment)
        .service(api::change_assignment)
        .service(api::record_assignment_event)
        .service(api::list_assignment_events);
}
