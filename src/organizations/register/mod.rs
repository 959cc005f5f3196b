//! The register of organizations: names, kinds, parents and codes, each with its validity.

pub mod actions;
pub mod api;
pub mod batch;
pub mod held;
pub(super) mod keep;
pub mod model;
pub mod store;
mod subtree;
pub mod tree;

use crate::platform::Routes;

pub(super) fn routes(cfg: &mut Routes<'_>) {
    cfg.service(api::list_organizations)
        .service(batch::define_organizations)
        .service(subtree::show_tree)
        .service(api::find_organization)
        .service(api::define_organization)
        .service(api::change_organization);
}
