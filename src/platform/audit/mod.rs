//! The audit trail: who did what when, append-only, each entry chained to the one before it.
//!
//! The entry is written in the transaction of the change, last of all: the row that holds the end of the chain stays
//! locked until the transaction ends, so the order of the numbers is the order of the commits, without gaps.

pub mod api;
mod model;
mod store;

pub use model::End;
pub(super) use store::append;
pub use store::{end, verify};

use crate::platform::Routes;

pub(crate) fn routes(cfg: &mut Routes<'_>) {
    cfg.service(api::list_audit_entries);
}
