//! A whole service, listening, with a clock that stands still.

use std::io::Write;
use std::net::SocketAddr;
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use actix_web::rt::System;
use chrono::TimeDelta;
use danvan::app::{self, Stopper};
use danvan::platform::Clock;
use danvan::platform::auth::{Freshness, KeySource};
use danvan::platform::config::{
    AuthConfig, ChangesConfig, Config, EdxmlConfig, HttpConfig, Keys, LogFormat, Publishing,
};
use danvan::platform::outside::{Names, OutsideConfig};

use super::client::Client;
use super::database::{Backend, Database};
use super::token::{AUDIENCE, ISSUER, NOW, Token, issuer};

/// A service of one test.
pub struct TestApp {
    pub base: String,
    pub database: Database,
    pub clock: Clock,
    pub backend: Backend,
    _keys: tempfile::NamedTempFile,
    stopper: Stopper,
    thread: Option<JoinHandle<()>>,
}

impl TestApp {
    pub fn start(backend: Backend) -> Self {
        Self::start_with(backend, |_| {})
    }

    /// A service with other settings.
    pub fn start_with(backend: Backend, settings: impl FnOnce(&mut Config)) -> Self {
        let database = Database::new(backend);
        let mut keys = tempfile::NamedTempFile::new().unwrap();
        keys.write_all(issuer().jwks().to_string().as_bytes()).unwrap();
        let mut config = Config {
            database: database.config.clone(),
            auth: AuthConfig {
                keys: Keys::External(KeySource::File(keys.path().to_owned())),
                issuer: ISSUER.into(),
                audience: AUDIENCE.into(),
                require_at_jwt: true,
                leeway: 30,
                token_minutes: 60,
                freshness: Freshness::default(),
            },
            http: HttpConfig {
                address: SocketAddr::from(([127, 0, 0, 1], 0)),
                public_url: "http://127.0.0.1".into(),
                workers: 2,
                cors_origins: vec!["https://dashboard.example.vn".into()],
                drain: Duration::ZERO,
                stop: Duration::from_secs(5),
            },
            changes: ChangesConfig {
                kept: TimeDelta::days(90),
                failing: TimeDelta::hours(72),
                outside: OutsideConfig {
                    plain: true,
                    networks: vec!["127.0.0.0/8".parse().unwrap()],
                    time: Duration::from_secs(5),
                    // No test asks the network; an address that is written as a number is one.
                    names: Names::Told(Arc::new(|place| Ok(place.parse().into_iter().collect()))),
                },
            },
            edxml: EdxmlConfig::of(64, false),
            publishing: Publishing { least: 5 },
            secret: b"a secret for tests, 32 characters!".to_vec(),
            log: "off".into(),
            log_format: LogFormat::Text,
        };
        settings(&mut config);
        let clock = Clock::stopped_at(NOW.parse().unwrap());
        let (base, stopper, thread) = serve(config, clock.clone());
        Self { base, database, clock, backend, _keys: keys, stopper, thread: Some(thread) }
    }

    /// A caller with a subject, the root of its subtree and its scopes.
    pub fn caller(&self, subject: &str, org: &str, scope: &str) -> Client {
        self.bearer(&Token::new(subject, org, scope).issued_at(self.clock.now()).signed())
    }

    /// A caller that may do everything in a subtree, for so long that a test may set the clock days ahead.
    pub fn lasting(&self, org: &str) -> Client {
        let all = danvan::platform::auth::SCOPES.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(" ");
        let mut token = Token::new("lasting", org, &all);
        token.0.exp += 30 * 86_400;
        self.bearer(&token.signed())
    }

    /// A caller that reaches and may do everything.
    pub fn root(&self) -> Client {
        let all = danvan::platform::auth::SCOPES.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(" ");
        self.caller("root", "*", &all)
    }

    /// A caller with whatever text as its token.
    pub fn bearer(&self, token: &str) -> Client {
        Client::new(&self.base, Some(format!("Bearer {token}")))
    }

    /// A caller without a token.
    pub fn anyone(&self) -> Client {
        Client::new(&self.base, None)
    }

    /// Puts in an organization.
    pub fn organization(&self, code: &str, kind: &str, parent: Option<&str>) {
        let body = serde_json::json!({
            "name": format!("Tổ chức {code}"), "kind": kind, "parent": parent, "valid_from": "2015-01-01"
        });
        self.root().put(&format!("/api/v1/organizations/{code}"), &body).send().expect(201);
    }

    /// Two departments of one province, each with a division.
    pub fn province(&self) {
        for (code, kind, parent) in [
            ("H19", "province", None),
            ("H19.06", "department", Some("H19")),
            ("H19.06.02", "division", Some("H19.06")),
            ("H19.09", "department", Some("H19")),
            ("H19.09.01", "division", Some("H19.09")),
        ] {
            self.organization(code, kind, parent);
        }
    }

    /// What the metrics say of a counter.
    pub fn metric(&self, name: &str) -> u64 {
        let text = self.anyone().get("/metrics").send().expect(200).text();
        let line =
            text.lines().find(|line| line.starts_with(name)).unwrap_or_else(|| panic!("no {name} in {text}"));
        line.rsplit(' ').next().unwrap().parse().unwrap()
    }
}

fn serve(config: Config, clock: Clock) -> (String, Stopper, JoinHandle<()>) {
    let (sender, receiver) = mpsc::channel();
    let thread = std::thread::spawn(move || {
        System::new().block_on(async move {
            let service = app::bind(&config, clock).unwrap();
            sender.send((service.address, service.stopper())).unwrap();
            service.run().await.unwrap();
        });
    });
    let (address, stopper) = receiver.recv().unwrap();
    (format!("http://{address}"), stopper, thread)
}

impl Drop for TestApp {
    fn drop(&mut self) {
        let stopper = self.stopper.clone();
        System::new().block_on(async move { stopper.kill().await });
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
