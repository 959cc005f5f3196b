//! One line a slice: the routes, the document and the list of problems come from the same place.

use actix_web::web;
use utoipa::openapi::OpenApi;
use utoipa_actix_web::service_config::ServiceConfig;
use utoipa_actix_web::{AppExt, scope};

use crate::platform::fault::{Fault, Kind, kinds};
use crate::platform::input::batch::BATCH_REFUSED;
use crate::platform::{audit, auth, health, metrics, problems};
use crate::{kpis, openapi, organizations};

/// Where the API lives.
pub const BASE: &str = "/api/v1";

/// The slices, below [`BASE`].
fn slices(cfg: &mut ServiceConfig) {
    cfg.configure(organizations::routes).configure(kpis::routes).configure(audit::routes);
}

/// What stands beside the API: tokens, problems, health.
fn service(cfg: &mut ServiceConfig) {
    cfg.service(auth::api::issue_token)
        .service(auth::api::show_keys)
        .service(auth::api::show_issuer)
        .service(problems::list_problems)
        .service(problems::show_problem)
        .service(health::show_live)
        .service(health::show_ready);
}

/// Every kind of problem of the service.
pub fn problem_kinds() -> Vec<&'static Kind> {
    let slices = organizations::kinds().chain(kpis::kinds()).copied();
    let mut all: Vec<&'static Kind> = Vec::new();
    for kind in kinds::ALL.iter().copied().chain([&BATCH_REFUSED]).chain(slices) {
        // Two slices may refuse in the same words.
        if !all.contains(&kind) {
            all.push(kind);
        }
    }
    all
}

/// The OpenAPI document, from the code.
pub fn document() -> OpenApi {
    let api = scope::scope(BASE).configure(slices);
    let (_, document) =
        actix_web::App::new().into_utoipa_app().service(api).configure(service).split_for_parts();
    openapi::finished(document)
}

/// Mounts everything, with an answer for every other method of every path.
pub(crate) fn mount(cfg: &mut web::ServiceConfig, document: &OpenApi) {
    let api = web::scope(BASE)
        .configure(|cfg| slices(&mut ServiceConfig::new(cfg)))
        .configure(|cfg| other_methods(cfg, document, BASE));
    cfg.service(api)
        .configure(|cfg| service(&mut ServiceConfig::new(cfg)))
        .route("/metrics", web::get().to(metrics::show_metrics))
        .configure(|cfg| knows(cfg, "/metrics", "GET, HEAD, OPTIONS"))
        .configure(|cfg| other_methods(cfg, document, ""));
}

/// A path that is known answers another method with 405 and the methods it knows, and OPTIONS with those alone. Must
/// come after the handlers: they are tried in order.
fn other_methods(cfg: &mut web::ServiceConfig, document: &OpenApi, base: &str) {
    for (path, item) in &document.paths.paths {
        let Some(path) = path.strip_prefix(base).filter(|_| !base.is_empty() || !path.starts_with(BASE))
        else {
            continue;
        };
        let known = [
            ("GET, HEAD", item.get.is_some()),
            ("POST", item.post.is_some()),
            ("PUT", item.put.is_some()),
            ("PATCH", item.patch.is_some()),
            ("DELETE", item.delete.is_some()),
        ];
        let known = known.iter().filter(|(_, there)| *there).map(|(method, _)| *method);
        knows(cfg, path, known.chain(["OPTIONS"]).collect::<Vec<_>>().join(", ").leak());
    }
}

/// A path that answers these methods alone.
pub(crate) fn knows(cfg: &mut web::ServiceConfig, path: &str, allow: &'static str) {
    let other = move |req: actix_web::HttpRequest| async move {
        if req.method() == actix_web::http::Method::OPTIONS {
            return Ok(actix_web::HttpResponse::NoContent().insert_header(("allow", allow)).finish());
        }
        let mut fault = Fault::of(&kinds::METHOD_NOT_ALLOWED);
        fault.hints.accepted = Some(("allow", allow));
        Err::<actix_web::HttpResponse, Fault>(fault)
    };
    cfg.service(web::resource(path).default_service(web::to(other)));
}
