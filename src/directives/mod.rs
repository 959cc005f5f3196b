//! Directives (văn bản chỉ đạo): what the Party and the State tell an organization to do, and how it is found by its number.
//!
//! | room | what it holds |
//! |---|---|
//! | `edxml` | documents and statuses as they go between agencies: reading and writing messages of QCVN 102 |
//! | `numbering` | document numbers: finding them in a text, reading them, telling which are one document |

pub mod edxml;
pub mod numbering;

use crate::platform::fault::Kind;
use utoipa_actix_web::service_config::ServiceConfig;

/// The operations of this slice.
pub(crate) fn routes(cfg: &mut ServiceConfig) {
    cfg.configure(numbering::routes);
}

/// Why this slice refuses.
pub(crate) fn kinds() -> impl Iterator<Item = &'static &'static Kind> {
    edxml::refusals::Refusal::KINDS.iter()
}
