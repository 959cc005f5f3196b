//! Directives (văn bản chỉ đạo): what the Party and the State tell an organization to do, and how it is found by its number.
//!
//! | room | what it holds |
//! |---|---|
//! | `numbering` | document numbers: finding them in a text, reading them, telling which are one document |

pub mod numbering;

use crate::platform::fault::Kind;
use utoipa_actix_web::service_config::ServiceConfig;

/// The operations of this slice.
pub(crate) fn routes(cfg: &mut ServiceConfig) {
    cfg.configure(numbering::routes);
}

/// Why this slice refuses: so far for no reason of its own.
pub(crate) fn kinds() -> impl Iterator<Item = &'static &'static Kind> {
    std::iter::empty()
}
