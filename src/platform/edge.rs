//! The outermost ring of every request: who asked what in which language, one log line, metrics, the headers that
//! every answer has, and the promise that a panic becomes an answer.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage};
use futures_util::FutureExt;

use super::clock::new_id;
use super::fault::{Fault, kinds};
use super::health::Phase;
use super::log::{Line, write_line};
use super::metrics::Metrics;
use super::problem::{Language, Rendered};
use super::table::Forms;

/// What every part of a request's way may need to know of it.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The caller's `X-Request-Id` if it is a proper one, otherwise a new one.
    pub request_id: String,
    /// The trace that the request belongs to (W3C `traceparent`), if it says so.
    pub trace_id: Option<String>,
    /// The language of the answer.
    pub language: Language,
    /// The path that was asked for.
    pub path: String,
    /// Whether no trace is kept of it.
    pub untraced: Untraced,
}

impl Default for Facts {
    fn default() -> Self {
        Self {
            request_id: new_id(),
            trace_id: None,
            language: Language::Vi,
            path: String::new(),
            untraced: Untraced::default(),
        }
    }
}

/// Whether a request is to leave no trace: no line in the log, also when it fails or panics, and no number in the metrics. All
/// copies of a request's facts know when one of them learns it.
#[derive(Clone, Debug, Default)]
pub struct Untraced(Arc<AtomicBool>);

impl Untraced {
    /// From now on no trace is kept.
    pub fn begin(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether that was said.
    pub fn holds(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Longest URL that is read; longer filters belong into a body.
const LONGEST_URL: usize = 8 * 1024;

/// The outermost middleware.
pub async fn observe(
    mut req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let began = Instant::now();
    let facts = facts(&req);
    let method = req.method().clone();
    let phase = req.app_data::<Data<Phase>>().cloned();
    let metrics = req.app_data::<Data<Metrics>>().cloned();
    req.extensions_mut().insert(facts.clone());
    if method == Method::HEAD {
        // HEAD is GET without the body, which the HTTP encoder leaves out.
        req.head_mut().method = Method::GET;
    }
    let answer = AssertUnwindSafe(next.call(req)).catch_unwind().await;
    let answer = match answer {
        Ok(Ok(response)) => Ok(response.map_into_boxed_body()),
        Ok(Err(error)) => Err(error),
        Err(_) => Err(Rendered::of_panic(&facts).into()),
    };
    let mut line = Line::new(&method, &facts, began);
    match answer {
        Ok(mut response) => {
            line.answered(&response);
            finish(&mut response, &facts, phase.as_ref());
            conclude(&line, metrics.as_ref());
            Ok(response)
        }
        Err(error) => {
            line.status = error.as_response_error().status_code().as_u16();
            conclude(&line, metrics.as_ref());
            Err(error)
        }
    }
}

fn conclude(line: &Line, metrics: Option<&Data<Metrics>>) {
    if line.is_untraced() {
        return;
    }
    if let Some(metrics) = metrics {
        metrics.observe(&line.method, &line.route, line.status, line.seconds());
    }
    write_line(line);
}

fn facts(req: &ServiceRequest) -> Facts {
    let header = |name: &str| req.headers().get(name).and_then(|value| value.to_str().ok());
    let proper = |id: &&str| {
        (8..=128).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    let trace = header("traceparent").and_then(|parent| parent.split('-').nth(1)).filter(|id| {
        id.len() == 32 && id.bytes().all(|b| b.is_ascii_hexdigit()) && id.bytes().any(|b| b != b'0')
    });
    Facts {
        request_id: header("x-request-id").filter(proper).map_or_else(new_id, ToOwned::to_owned),
        trace_id: trace.map(ToOwned::to_owned),
        language: Language::of(listed(req.headers(), &header::ACCEPT_LANGUAGE).as_deref()),
        path: req.path().to_owned(),
        untraced: Untraced::default(),
    }
}

/// A header that is a list, whole: it may stand on several lines (RFC 9110 §5.3). One that is no text is left out.
pub(super) fn listed(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let lines: Vec<&str> = headers.get_all(name).filter_map(|value| value.to_str().ok()).collect();
    (!lines.is_empty()).then(|| lines.join(","))
}

fn finish(response: &mut ServiceResponse<BoxBody>, facts: &Facts, phase: Option<&Data<Phase>>) {
    let status = response.status();
    if response.request().method() == Method::OPTIONS && status == StatusCode::OK {
        *response.response_mut().status_mut() = StatusCode::NO_CONTENT;
    }
    if phase.is_some_and(|phase| phase.draining.load(Ordering::Relaxed)) {
        response.response_mut().head_mut().set_connection_type(actix_web::http::ConnectionType::Close);
    }
    mark_coding(response.headers_mut());
    own_headers(response.headers_mut(), facts);
}

/// A compressed answer is another representation: its strong tag must differ (RFC 9110 §8.8.3).
fn mark_coding(headers: &mut HeaderMap) {
    let coding = headers.get(header::CONTENT_ENCODING).and_then(|coding| coding.to_str().ok());
    let tag = headers.get(header::ETAG).and_then(|tag| tag.to_str().ok()).filter(|tag| tag.starts_with('"'));
    if let (Some(coding), Some(inner)) = (coding, tag.and_then(|tag| tag.strip_suffix('"')))
        && let Ok(value) = HeaderValue::from_str(&format!("{inner}-{coding}\""))
    {
        headers.insert(header::ETAG, value);
    }
}

/// What a browser may do with an answer that is data: nothing.
const DATA_POLICY: &str = "default-src 'none'; frame-ancestors 'none'";
/// What a browser may do with the documentation's page: load what this service itself serves, and call it.
const PAGE_POLICY: &str =
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'";

/// The headers of every answer.
pub(super) fn own_headers(headers: &mut HeaderMap, facts: &Facts) {
    let fixed = [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "no-referrer"),
        ("strict-transport-security", "max-age=31536000"),
        ("cross-origin-resource-policy", "same-site"),
    ];
    for (name, value) in fixed {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    if !headers.contains_key("content-security-policy") {
        let policy =
            HeaderValue::from_static(if facts.path.starts_with("/docs") { PAGE_POLICY } else { DATA_POLICY });
        headers.insert(HeaderName::from_static("content-security-policy"), policy);
    }
    if let Ok(id) = HeaderValue::from_str(&facts.request_id) {
        headers.insert(HeaderName::from_static("x-request-id"), id);
    }
    headers.append(header::VARY, HeaderValue::from_static("Accept-Encoding"));
}

/// Refuses what no operation would read: URLs beyond the bound, a path with U+0000, which not every database can
/// even be asked for, and `Accept` that leaves out every form of the answer.
pub async fn screen(
    mut req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    if req.uri().path_and_query().map_or(0, |whole| whole.as_str().len()) > LONGEST_URL {
        return Ok(refuse(req, Fault::of(&kinds::TOO_LONG)));
    }
    if req.path().contains("%00") {
        return Ok(refuse(req, Fault::missing()));
    }
    if req.path().starts_with("/api/")
        && let Err(fault) = admit(&mut req)
    {
        return Ok(refuse(req, fault));
    }
    next.call(req).await.map(ServiceResponse::map_into_boxed_body)
}

fn admit(req: &mut ServiceRequest) -> Result<(), Fault> {
    match req.app_data::<Data<Forms>>().cloned() {
        Some(forms) => forms.admit(req),
        None => Forms::default().admit(req),
    }
}

fn refuse(req: ServiceRequest, fault: Fault) -> ServiceResponse<BoxBody> {
    req.error_response(fault)
}

/// How many bytes an answer has, for the log.
pub(super) fn size(response: &ServiceResponse<BoxBody>) -> u64 {
    match response.response().body().size() {
        BodySize::Sized(bytes) => bytes,
        BodySize::None | BodySize::Stream => 0,
    }
}
