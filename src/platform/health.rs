//! Whether the process lives, and whether it should be sent requests.

use std::sync::atomic::{AtomicBool, Ordering};

use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use serde::Serialize;
use utoipa::ToSchema;

use super::auth::Auth;
use super::db::Db;
use super::fault::{Fault, kinds};

/// What the process is doing.
#[derive(Default)]
pub struct Phase {
    /// It was told to stop: it answers what comes, and asks to be sent nothing more.
    pub draining: AtomicBool,
}

/// What the process says of itself.
#[derive(Serialize, ToSchema)]
pub struct HealthView {
    /// `live` or `ready`.
    #[schema(example = "ready")]
    status: &'static str,
}

/// Say whether the process lives.
///
/// Independent of the database.
#[utoipa::path(
    tag = "service",
    responses((status = 200, description = "It lives", body = HealthView)),
    security(())
)]
#[get("/livez")]
pub async fn show_live() -> HttpResponse {
    HttpResponse::Ok().insert_header(("cache-control", "no-store")).json(HealthView { status: "live" })
}

/// Say whether requests can be answered.
///
/// 503 while the process stops, and while the database or the keys are away.
#[utoipa::path(
    tag = "service",
    responses((status = 200, description = "It is ready", body = HealthView)),
    security(())
)]
#[get("/readyz")]
pub async fn show_ready(db: Data<Db>, auth: Data<Auth>, phase: Data<Phase>) -> Result<HttpResponse, Fault> {
    let draining = phase.draining.load(Ordering::Relaxed);
    let database = !draining && db.is_ready().await;
    let keys = !auth.keys_state().stale;
    if database && keys {
        let mut response = HttpResponse::Ok();
        return Ok(response
            .insert_header(("cache-control", "no-store"))
            .json(HealthView { status: "ready" }));
    }
    let fault = Fault::of(&kinds::UNAVAILABLE).retry_after(1);
    Err(fault.member("draining", draining).member("database", draining || database).member("keys", keys))
}
