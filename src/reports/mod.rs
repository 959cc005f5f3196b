//! Reports (báo cáo): what a department would otherwise write by hand, put together from what all slices above know.
//!
//! | room | what it holds |
//! |---|---|
//! | `mass_mobilization` | the report on mass mobilization work (công tác dân vận): its parts, as JSON, as a document, as tables |
//! | `narratives` | what a department writes in it itself: paragraphs for each part, and the cover |
//! | `sealed` | reports kept as they stood, chained and signed |
//! | `docx` | administrative documents in the form of NĐ 30/2020/NĐ-CP |

pub mod api;
pub mod docx;
pub mod mass_mobilization;
pub mod model;
pub mod narratives;
pub mod sealed;
pub mod topics;

use crate::platform::Routes;
use crate::platform::fault::Kind;

/// The operations of this slice.
pub(crate) fn routes(cfg: &mut Routes<'_>) {
    cfg.configure(narratives::routes).configure(mass_mobilization::routes).configure(sealed::routes);
}

/// Why this slice refuses.
pub(crate) fn kinds() -> impl Iterator<Item = &'static &'static Kind> {
    model::Refusal::KINDS.iter().chain(sealed::model::Refusal::KINDS)
}
