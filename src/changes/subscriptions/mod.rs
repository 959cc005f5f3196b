//! Who wants to be told by a call (webhook).

pub mod actions;
pub mod api;
pub mod model;
pub mod store;

use crate::platform::Routes;

pub(super) fn routes(cfg: &mut Routes<'_>) {
    cfg.service(api::list_webhook_subscriptions)
        .service(api::create_webhook_subscription)
        .service(api::find_webhook_subscription)
        .service(api::change_webhook_subscription)
        .service(api::rotate_webhook_secret);
}
