//! What the operator reads: one line a request, as text or JSON. No token, no body, no raw path: the route's template.

use std::io::Write;
use std::sync::OnceLock;
use std::time::Instant;

use actix_web::HttpMessage;
use actix_web::body::BoxBody;
use actix_web::dev::ServiceResponse;
use actix_web::http::Method;
use serde_json::json;

use super::auth::Subject;
use super::config::LogFormat;
use super::edge::{Facts, size};

static FORMAT: OnceLock<LogFormat> = OnceLock::new();

/// Starts logging to standard error. `filter` is what the setting `DANVAN_LOG` says.
pub fn start(format: LogFormat, filter: &str) {
    let _ = FORMAT.set(format);
    let mut builder = env_logger::Builder::new();
    // A stranger who sends what is not HTTP is answered 400; a line for each would let him fill the log.
    builder.filter_module("actix_http", log::LevelFilter::Off);
    builder.parse_filters(filter);
    if format == LogFormat::Json {
        builder.format(|out, record| {
            let message = record.args().to_string();
            let line = if record.target() == TARGET {
                message
            } else {
                let at = out.timestamp_micros().to_string();
                json!({ "at": at, "level": record.level().as_str(), "target": record.target(), "message": message })
                    .to_string()
            };
            writeln!(out, "{line}")
        });
    }
    // A second start, as in a test that starts several services, keeps the first logger.
    let _ = builder.try_init();
}

const TARGET: &str = "danvan::request";

/// One request, as it is logged and counted.
pub struct Line {
    pub(super) method: String,
    pub(super) route: String,
    pub(super) status: u16,
    bytes: u64,
    subject: Option<String>,
    facts: Facts,
    began: Instant,
}

impl Line {
    pub(super) fn new(method: &Method, facts: &Facts, began: Instant) -> Self {
        let (route, subject) = ("(none)".to_owned(), None);
        // A method can be any word; only those of HTTP become labels.
        let known =
            matches!(method.as_str(), "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS");
        let method = if known { method.as_str() } else { "OTHER" }.to_owned();
        Self { method, route, status: 500, bytes: 0, subject, facts: facts.clone(), began }
    }

    pub(super) fn answered(&mut self, response: &ServiceResponse<BoxBody>) {
        self.status = response.status().as_u16();
        self.bytes = size(response);
        if let Some(route) = response.request().match_pattern() {
            self.route = route;
        }
        self.subject = response.request().extensions().get::<Subject>().map(|subject| subject.0.clone());
    }

    /// Whether no trace is kept of it.
    pub(super) fn is_untraced(&self) -> bool {
        self.facts.untraced.holds()
    }

    pub(super) fn seconds(&self) -> f64 {
        self.began.elapsed().as_secs_f64()
    }
}

pub(super) fn write_line(line: &Line) {
    if !log::log_enabled!(target: TARGET, log::Level::Info) {
        return;
    }
    let milliseconds = (line.seconds() * 100_000.0).round() / 100.0;
    let Line { method, route, status, bytes, subject, facts, .. } = line;
    let subject = subject.as_deref().unwrap_or("-");
    if FORMAT.get() == Some(&LogFormat::Json) {
        let line = json!({
            "level": "INFO", "target": TARGET, "method": method, "route": route, "status": status, "ms": milliseconds,
            "bytes": bytes, "subject": subject, "request_id": facts.request_id, "trace_id": facts.trace_id,
        });
        log::info!(target: TARGET, "{line}");
        return;
    }
    let id = &facts.request_id;
    log::info!(target: TARGET, "{method} {route} {status} {milliseconds} ms {bytes} B subject={subject:?} request={id}");
}
