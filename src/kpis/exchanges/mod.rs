//! Documents that organizations issue, electronically or on paper: one by one, or counted by the day.

mod adds;
pub mod api;
pub mod held;
pub mod model;
pub mod store;

use crate::platform::Routes;

pub(super) fn routes(cfg: &mut Routes<'_>) {
    cfg.service(api::push_exchanges)
        .service(api::list_exchanges)
        .service(api::find_exchange)
        .service(api::push_exchange);
}
