//! Organizations: the tree in time (cây tổ chức), reorganizations (sắp xếp tổ chức bộ máy), staffing (biên chế).
//!
//! Gives the other slices [`OrganizationId`] and [`Reach`]: which records a caller may know of.

mod reach;
pub mod register;
pub mod reorganizations;
pub mod staffing;
pub mod topics;

pub use reach::{Reach, When, find_all, find_at, find_named, lock, reached};
pub use register::model::{OrganizationCode, OrganizationId};

use crate::platform::Routes;
use crate::platform::fault::Kind;

/// The operations of this slice.
pub(crate) fn routes(cfg: &mut Routes<'_>) {
    cfg.configure(register::routes).configure(reorganizations::routes).configure(staffing::routes);
}

/// Why this slice refuses.
pub(crate) fn kinds() -> impl Iterator<Item = &'static &'static Kind> {
    register::model::Refusal::KINDS.iter().chain(reorganizations::model::Refusal::KINDS)
}
