//! Sealed reports (báo cáo đã niêm phong): the bytes of a report as it stood, as JSON and as a document, with what was signed over
//! their digests. The seals of an organization are a chain: each says the digest of the one before it. Nothing of one is ever
//! changed; what its figures are worth today is told beside it.

pub mod actions;
pub mod api;
mod bodies;
pub mod model;
pub mod store;

use crate::platform::Routes;

pub(super) fn routes(cfg: &mut Routes<'_>) {
    cfg.service(api::seal_report)
        .service(api::list_sealed_reports)
        .service(api::show_sealed_report)
        .service(api::show_seal)
        .service(api::verify_sealed_report)
        .service(api::list_restatements)
        .service(api::show_sealing_keys);
}
