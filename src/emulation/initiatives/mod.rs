//! Initiatives (sáng kiến): new solutions that work where they were applied, who thought of them with which share, and who
//! recognised them for how far (Luật Thi đua, khen thưởng 2022, Điều 3 khoản 4).
//!
//! An organization pushes an initiative whole, under a code of its own. A recognition is kept for good: what was recognised
//! wrongly is revoked, with its day, and no longer counts from that day on. The KPI `initiatives-recognised` counts each once.

pub mod actions;
pub mod adds;
pub mod api;
mod bodies;
pub mod model;
pub mod store;
pub mod sums;

use crate::platform::Routes;

pub(super) fn routes(cfg: &mut Routes<'_>) {
    cfg.service(api::show_initiatives_overview)
        .service(api::list_initiatives)
        .service(api::find_initiative)
        .service(api::push_initiative);
}
