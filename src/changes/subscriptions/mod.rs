//! Who wants to be told by a call (webhook).

pub mod actions;
pub mod api;
pub mod model;
pub mod store;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(api::list_webhook_subscriptions)
        .service(api::create_webhook_subscription)
        .service(api::find_webhook_subscription)
        .service(api::change_webhook_subscription)
        .service(api::rotate_webhook_secret);
}
