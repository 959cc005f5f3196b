//! Form II.06a (Biểu II.06a/VPCP/KSTT, TT 01/2020/TT-VPCP): how dossiers were handled in a period.

pub mod actions;
pub mod api;
pub mod model;
pub mod store;

use crate::platform::Routes;

pub(super) fn routes(cfg: &mut Routes<'_>) {
    cfg.service(api::report_handling);
}
