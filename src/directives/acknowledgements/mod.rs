//! Acknowledgement by persons (tiếp nhận, đọc và quán triệt): to whom a directive was delivered, who opened it, who read it and for how
//! long, and who understood it.
//!
//! A person is the subject of a token: no name is kept, and nobody acknowledges for another. One person and one directive
//! make one record with four moments; each implies those before it and is never taken back. Who issued or registered the
//! directive may attach a short check: then only who passes it has understood. Answers are scored here; the right ones
//! leave the database by no operation.
//!
//! When somebody read something is told about a person (dữ liệu cá nhân), so lists of persons have a scope of their own and stay
//! within the caller's subtree; everybody else who may know of the directive sees numbers.

pub mod actions;
pub mod api;
mod bodies;
pub mod check;
pub mod checking;
pub mod model;
pub mod store;

use crate::platform::Routes;

pub(super) fn routes(cfg: &mut Routes<'_>) {
    cfg.service(api::acknowledge_directive)
        .service(api::list_acknowledgements)
        .service(api::find_own_acknowledgement)
        .service(api::count_acknowledgements)
        .service(api::find_check)
        .service(api::set_check);
}
