//! What Prometheus reads. Labels hold the route's template and never anything that a caller wrote.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};

use actix_web::HttpResponse;
use actix_web::web::Data;
use prometheus_client::encoding::{EncodeLabelSet, text::encode};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use super::auth::Auth;
use super::fault::Fault;

static STATEMENTS: AtomicU64 = AtomicU64::new(0);
static CHECKOUTS: AtomicU64 = AtomicU64::new(0);

thread_local! {
    /// Whether what this thread does with the database is counted.
    static COUNTS: Cell<bool> = const { Cell::new(true) };
}

/// As long as it lives, nothing that its thread does with the database is counted: a step of a counter tells a moment.
pub(super) struct Uncounted(());

impl Uncounted {
    pub(super) fn begin() -> Self {
        COUNTS.set(false);
        Self(())
    }
}

impl Drop for Uncounted {
    fn drop(&mut self) {
        COUNTS.set(true);
    }
}

/// Whether it is counted now.
pub(super) fn counts() -> bool {
    COUNTS.get()
}

/// Counts an SQL statement.
pub(super) fn statement() {
    STATEMENTS.fetch_add(counts().into(), Ordering::Relaxed);
}

/// Counts a connection taken from a pool.
pub(super) fn checkout() {
    CHECKOUTS.fetch_add(counts().into(), Ordering::Relaxed);
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Labels {
    method: String,
    route: String,
    status: u16,
}

/// The metrics of one service.
pub struct Metrics {
    registry: Registry,
    requests: Family<Labels, Counter>,
    seconds: Family<Route, Histogram>,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Route {
    route: String,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("danvan");
        let requests = Family::<Labels, Counter>::default();
        let seconds = Family::<Route, Histogram>::new_with_constructor(|| {
            Histogram::new([0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0])
        });
        registry.register("http_requests", "Requests answered", requests.clone());
        registry.register("http_request_seconds", "Time to answer", seconds.clone());
        Self { registry, requests, seconds }
    }
}

impl Metrics {
    pub(super) fn observe(&self, method: &str, route: &str, status: u16, seconds: f64) {
        let labels = Labels { method: method.to_owned(), route: route.to_owned(), status };
        self.requests.get_or_create(&labels).inc();
        self.seconds.get_or_create(&Route { route: route.to_owned() }).observe(seconds);
    }

    fn text(&self, auth: &Auth) -> Result<String, Fault> {
        let mut text = String::new();
        encode(&mut text, &self.registry).map_err(Fault::broken)?;
        let keys = auth.keys_state();
        let more = format!(
            "# TYPE danvan_db_statements counter\ndanvan_db_statements_total {}\n\
             # TYPE danvan_db_checkouts counter\ndanvan_db_checkouts_total {}\n\
             # TYPE danvan_auth_keys gauge\ndanvan_auth_keys {}\n\
             # TYPE danvan_auth_keys_age_seconds gauge\ndanvan_auth_keys_age_seconds {}\n",
            STATEMENTS.load(Ordering::Relaxed),
            CHECKOUTS.load(Ordering::Relaxed),
            keys.keys,
            keys.age_seconds,
        );
        let end = text.rfind("# EOF").unwrap_or(text.len());
        text.insert_str(end, &more);
        Ok(text)
    }
}

/// `GET /metrics`.
pub async fn show_metrics(metrics: Data<Metrics>, auth: Data<Auth>) -> Result<HttpResponse, Fault> {
    let text = metrics.text(&auth)?;
    Ok(HttpResponse::Ok()
        .content_type("application/openmetrics-text; version=1.0.0; charset=utf-8")
        .body(text))
}
