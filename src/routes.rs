//! One line a slice: the routes, the document and the list of problems come from the same place.

use std::sync::LazyLock;

use actix_web::http::{Method, header};
use actix_web::{HttpRequest, HttpResponse, guard, web};
use serde_json::Value;

use crate::platform::fault::{Fault, Kind, kinds};
use crate::platform::input::batch::BATCH_REFUSED;
use crate::platform::routing::Described;
use crate::platform::{Routes, audit, auth, health, metrics, problems};
use crate::{changes, directives, emulation, feedback, kpis, openapi, organizations, reports};

/// Where the API lives.
pub const BASE: &str = "/api/v1";

/// The slices, below [`BASE`].
fn slices(cfg: &mut Routes<'_>) {
    cfg.configure(organizations::routes)
        .configure(kpis::routes)
        .configure(directives::routes)
        .configure(emulation::routes)
        .configure(feedback::routes)
        .configure(reports::routes)
        .configure(changes::routes)
        .configure(audit::routes);
}

/// What stands beside the API: tokens, problems, health.
fn service(cfg: &mut Routes<'_>) {
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
    let slices = organizations::kinds().chain(kpis::kinds()).chain(directives::kinds());
    let slices = slices
        .chain(emulation::kinds())
        .chain(feedback::kinds())
        .chain(reports::kinds())
        .chain(changes::kinds())
        .copied();
    let mut all: Vec<&'static Kind> = Vec::new();
    for kind in kinds::ALL.iter().copied().chain([&BATCH_REFUSED]).chain(slices) {
        // Two slices may refuse in the same words.
        if !all.contains(&kind) {
            all.push(kind);
        }
    }
    all
}

/// The OpenAPI document, from the code: made once in a process.
pub fn document() -> &'static Value {
    static DOCUMENT: LazyLock<Value> = LazyLock::new(made);
    &DOCUMENT
}

fn made() -> Value {
    openapi::finished(&Described::of(BASE, slices).and(Described::of("", service)))
}

/// Mounts everything, with an answer for every other method of every path.
///
/// A path that ends with a parameter fits more than it should, `/organizations/{code}` also `/organizations/batch`: so the other
/// methods of paths without one come before the handlers, and those of paths with one after them.
pub(crate) fn mount(cfg: &mut web::ServiceConfig, document: &Value) {
    let api = web::scope(BASE)
        .configure(|cfg| other_methods(cfg, document, BASE, false))
        .configure(|cfg| slices(&mut Routes::Served(cfg)))
        .configure(|cfg| other_methods(cfg, document, BASE, true));
    cfg.service(api)
        .configure(|cfg| other_methods(cfg, document, "", false))
        .configure(|cfg| service(&mut Routes::Served(cfg)))
        .configure(|cfg| other_methods(cfg, document, "", true))
        .configure(|cfg| knows(cfg, "/metrics", vec![Method::GET, Method::HEAD]))
        .route("/metrics", web::get().to(metrics::show_metrics));
}

/// A path that is known answers a method that it does not know with 405 and those it knows, and OPTIONS with those alone.
fn other_methods(cfg: &mut web::ServiceConfig, document: &Value, base: &str, with_parameter: bool) {
    for (path, item) in document.get("paths").and_then(Value::as_object).into_iter().flatten() {
        // What ends with more than a parameter, `{id}.edxml`, fits nothing else.
        let fits_more = path.contains('{') && !path.contains("}.");
        let ours = fits_more == with_parameter && (!base.is_empty() || !path.starts_with(BASE));
        let Some(path) = path.strip_prefix(base).filter(|_| ours) else { continue };
        let known = [
            (Method::GET, "get"),
            (Method::HEAD, "get"),
            (Method::POST, "post"),
            (Method::PUT, "put"),
            (Method::PATCH, "patch"),
            (Method::DELETE, "delete"),
        ];
        let known = known.into_iter().filter(|(_, name)| item.get(name).is_some());
        knows(cfg, path, known.map(|(method, _)| method).collect());
    }
}

/// A path that answers these methods alone.
pub(crate) fn knows(cfg: &mut web::ServiceConfig, path: &str, methods: Vec<Method>) {
    let names = methods.iter().map(Method::as_str).chain(["OPTIONS"]).collect::<Vec<_>>().join(", ");
    let other = guard::fn_guard(move |ctx| !methods.contains(&ctx.head().method));
    let refuse = move |req: HttpRequest| {
        let names = names.clone();
        async move {
            if req.method() == Method::OPTIONS {
                return Ok(HttpResponse::NoContent().insert_header((header::ALLOW, names)).finish());
            }
            let mut fault = Fault::of(&kinds::METHOD_NOT_ALLOWED);
            fault.hints.accepted = Some(("allow", names.into()));
            Err::<HttpResponse, Fault>(fault)
        }
    };
    cfg.service(web::resource(path).guard(other).default_service(web::to(refuse)));
}
