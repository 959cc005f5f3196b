//! Initiatives (sáng kiến): new solutions that work where they were applied, who thought of them with which share, and who
//! recognised them for how far (Luật Thi đua, khen thưởng 2022, Điều 3 khoản 4).
//!
//! An organization pushes an initiative whole, under a code of its own. A recognition is kept for good: what was recognised
//! wrongly is revoked, with its day: from that day on no title rests on it. The KPI `initiatives-recognised` and the overview count what
//! happened: an initiative in the period in which it was first recognised, whatever became of it, and a revocation in the period of its day.

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
