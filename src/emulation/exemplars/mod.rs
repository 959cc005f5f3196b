//! Exemplars (mô hình, điển hình): ways of doing that others can take over, and collectives and individuals that set an example; what
//! became of each, step by step, with the day, the decision and the evidence.
//!
//! An individual is named by a staff reference. Its title, and what is noted of it, are for who may see persons.

pub mod actions;
pub mod adds;
pub mod api;
mod bodies;
pub mod history;
pub mod life;
pub mod machine;
pub mod model;
pub mod store;

use crate::platform::Routes;

pub(super) fn routes(cfg: &mut Routes<'_>) {
    cfg.service(api::list_exemplars)
        .service(api::find_exemplar)
        .service(api::define_exemplar)
        .service(api::record_exemplar_event)
        .service(api::list_exemplar_events);
}
