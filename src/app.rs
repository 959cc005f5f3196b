//! The service: its state, its middleware in order, its start and its end.

use std::net::SocketAddr;
use std::sync::atomic::Ordering;
use std::time::Duration;

use actix_cors::Cors;
use actix_web::dev::{Server, ServerHandle};
use actix_web::http::{Method, header};
use actix_web::middleware::{Compress, from_fn};
use actix_web::rt::task::JoinHandle;
use actix_web::web::{self, Data};
use actix_web::{App, HttpResponse, HttpServer};
use utoipa_swagger_ui::SwaggerUi;

use crate::changes::deliveries::courier::Courier;
use crate::changes::feed::pulse::Pulse;
use crate::changes::feed::{midnight, sweep};
use crate::directives::overview::remembered::Remembered;
use crate::platform::auth::Auth;
use crate::platform::config::{ChangesConfig, Config, EdxmlConfig, HttpConfig, PublicUrl, Publishing};
use crate::platform::digest::{Seal, Vault};
use crate::platform::fault::Fault;
use crate::platform::health::Phase;
use crate::platform::metrics::Metrics;
use crate::platform::outside::Outside;
use crate::platform::problems::ProblemKinds;
use crate::platform::sealing::Sealer;
use crate::platform::table::Forms;
use crate::platform::{Clock, Db, edge, input, problem};
use crate::routes;

/// Why the service does not start.
pub type StartFault = Box<dyn std::error::Error + Send + Sync>;

/// What every worker shares.
#[derive(Clone)]
struct State {
    db: Data<Db>,
    remembered: Data<Remembered>,
    auth: Data<Auth>,
    clock: Data<Clock>,
    seal: Data<Seal>,
    metrics: Data<Metrics>,
    phase: Data<Phase>,
    problems: Data<ProblemKinds>,
    forms: Data<Forms>,
    pulse: Data<Pulse>,
    outside: Data<Outside>,
    vault: Data<Vault>,
    sealer: Data<Sealer>,
    public_url: Data<PublicUrl>,
    changes: ChangesConfig,
    edxml: Data<EdxmlConfig>,
    publishing: Data<Publishing>,
    text: web::Bytes,
    origins: Vec<String>,
}

/// A service that is bound to its address.
pub struct Service {
    /// Where it listens.
    pub address: SocketAddr,
    server: Server,
    state: State,
    drain: Duration,
}

/// Tells a service to stop, from anywhere.
#[derive(Clone)]
pub struct Stopper {
    handle: ServerHandle,
    phase: Data<Phase>,
    drain: Duration,
}

impl Stopper {
    /// Stops without losing a request: says 503 at `/readyz` and closes connections as they are answered, waits for
    /// those who send requests to notice, then closes the door and lets running requests end.
    pub async fn stop(&self) {
        self.phase.draining.store(true, Ordering::Relaxed);
        actix_web::rt::time::sleep(self.drain).await;
        self.handle.stop(true).await;
    }

    /// Stops at once; what waits or works beside the requests ends too.
    pub async fn kill(&self) {
        self.phase.draining.store(true, Ordering::Relaxed);
        self.handle.stop(false).await;
    }
}

/// Binds a service; the database must be up to date. Refuses keys that cannot be read and an address that is taken.
pub fn bind(config: &Config, clock: Clock) -> Result<Service, StartFault> {
    let document = routes::document();
    let auth = Auth::open(&config.auth, clock.clone())?;
    let state = State {
        db: Data::new(Db::new(&config.database, clock.clone())),
        remembered: Data::new(Remembered::new((config.database.answers > 0).then(|| clock.clone()))),
        sealer: Data::new(Sealer::open(&config.sealing_keys, &auth)?),
        public_url: Data::new(PublicUrl(config.http.public_url.clone())),
        auth: Data::new(auth),
        clock: Data::new(clock),
        seal: Data::new(Seal::new(&config.secret)),
        metrics: Data::default(),
        phase: Data::default(),
        problems: Data::new(ProblemKinds(routes::problem_kinds())),
        forms: Data::new(Forms::of(document)),
        pulse: Data::default(),
        outside: Data::new(Outside::new(config.changes.outside.clone())),
        vault: Data::new(Vault::new(&config.secret)?),
        changes: config.changes.clone(),
        edxml: Data::new(config.edxml),
        publishing: Data::new(config.publishing),
        text: document.to_string().into(),
        origins: config.http.cors_origins.clone(),
    };
    let HttpConfig { address, workers, drain, stop, .. } = config.http;
    let shared = state.clone();
    let threads = usize::try_from(config.database.pool_size).unwrap_or(8) * 2;
    let server = HttpServer::new(move || {
        let state = shared.clone();
        App::new()
            .configure(|cfg| configure(cfg, &state))
            .default_service(web::to(|| async { Err::<HttpResponse, Fault>(Fault::missing()) }))
            // The last one is the outermost.
            .wrap(from_fn(edge::screen))
            .wrap(Compress::default())
            .wrap(cors(&state.origins))
            .wrap(from_fn(problem::render))
            .wrap(from_fn(edge::observe))
    })
    .workers(workers)
    // As many threads as connections, for each worker: all that wait for a lock may be of one worker, and its readers
    // must not wait behind them. A connection's permit comes before the thread, so the sum is bounded all the same.
    .worker_max_blocking_threads(threads)
    .keep_alive(Duration::from_secs(75))
    .client_request_timeout(Duration::from_secs(10))
    .shutdown_timeout(stop.as_secs())
    .disable_signals()
    .bind(address)
    .map_err(|error| format!("{address}: {error}"))?;
    let address = server.addrs().first().copied().unwrap_or(address);
    Ok(Service { address, server: server.run(), state, drain })
}

impl Service {
    /// How to stop it.
    pub fn stopper(&self) -> Stopper {
        Stopper { handle: self.server.handle(), phase: self.state.phase.clone(), drain: self.drain }
    }

    /// A token of its own issuer, for whoever starts it.
    pub fn token(&self, subject: &str, scope: &str, org: &str, minutes: i64) -> Result<String, Fault> {
        self.state.auth.issue(subject, scope, org, minutes)
    }

    /// Serves until it is stopped.
    pub async fn run(self) -> std::io::Result<()> {
        let (db, auth) = (self.state.db.clone(), self.state.auth.clone());
        actix_web::rt::spawn(async move {
            loop {
                if let Err(fault) = auth.refresh_revocations(&db).await {
                    log::warn!("revoked tokens could not be read: {fault}");
                }
                actix_web::rt::time::sleep(Duration::from_secs(2)).await;
            }
        });
        let follow = Following::start(&self.state);
        let ended = self.server.await;
        follow.end().await;
        ended
    }
}

/// What brings changes to those who follow them, beside the requests.
struct Following {
    courier: Courier,
    tasks: Vec<JoinHandle<()>>,
}

impl Following {
    fn start(state: &State) -> Self {
        let State { db, clock, phase, seal, vault, outside, pulse, changes, .. } = state.clone();
        let courier =
            Courier::new((db.clone(), clock.clone(), phase.clone()), (seal, vault, outside), changes.failing);
        let calling = courier.clone();
        let (sweeping, beginning) = ((db.clone(), clock.clone()), (db.clone(), clock));
        let tasks = vec![
            actix_web::rt::spawn(async move { calling.run().await }),
            actix_web::rt::spawn(async move { pulse.run(&db, &phase).await }),
            actix_web::rt::spawn(async move { sweep::run(&sweeping.0, &sweeping.1, changes.kept).await }),
            actix_web::rt::spawn(async move { midnight::run(&beginning.0, &beginning.1).await }),
        ];
        Self { courier, tasks }
    }

    /// Begins nothing new, and waits until the calls that are being made have ended.
    async fn end(self) {
        self.tasks.iter().for_each(JoinHandle::abort);
        self.courier.settled().await;
    }
}

fn configure(cfg: &mut web::ServiceConfig, state: &State) {
    let State { db, auth, clock, seal, metrics, phase, problems, forms, .. } = state.clone();
    let State { pulse, outside, vault, sealer, public_url, publishing, edxml, remembered, .. } =
        state.clone();
    cfg.app_data(db).app_data(auth).app_data(clock).app_data(seal);
    cfg.app_data(pulse).app_data(outside).app_data(vault).app_data(sealer);
    cfg.app_data(public_url).app_data(publishing).app_data(edxml).app_data(remembered);
    cfg.app_data(metrics).app_data(phase).app_data(problems).app_data(forms);
    cfg.app_data(input::path_config());
    routes::mount(cfg, routes::document());
    let text = state.text.clone();
    let document = move || {
        let text = text.clone();
        async move {
            HttpResponse::Ok()
                .insert_header((header::CACHE_CONTROL, "public, max-age=300"))
                .content_type("application/json")
                .body(text)
        }
    };
    routes::knows(cfg, "/openapi.json", vec![Method::GET, Method::HEAD]);
    cfg.route("/openapi.json", web::get().to(document));
    cfg.service(web::redirect("/docs", "/docs/"));
    cfg.service(SwaggerUi::new("/docs/{_:.*}").config(utoipa_swagger_ui::Config::from("/openapi.json")));
}

fn cors(origins: &[String]) -> Cors {
    let cors = Cors::default()
        .allowed_methods(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"])
        .allowed_headers([
            "authorization",
            "content-type",
            "if-match",
            "if-none-match",
            "idempotency-key",
            "accept-language",
            "prefer",
            "x-request-id",
        ])
        .expose_headers([
            "etag",
            "link",
            "location",
            "retry-after",
            "x-request-id",
            "idempotent-replayed",
            "content-disposition",
        ])
        .max_age(3600);
    origins.iter().fold(cors, |cors, origin| cors.allowed_origin(origin))
}
