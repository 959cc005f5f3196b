//! An external issuer's key set at an address: rotation, outage, and how often it is asked.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use danvan::platform::auth::{Freshness, KeySource};
use danvan::platform::config::Keys;
use serde_json::{Value, json};

use super::forge::{BACKENDS, Forge, admitted, eventually, refused, status};
use crate::harness::{Backend, TestApp};

#[derive(Default)]
struct Shared {
    set: Mutex<Option<String>>,
    fetches: AtomicUsize,
    closed: AtomicBool,
}

/// A server on this machine that gives out a key set, or 503 while it has none.
pub struct Endpoint {
    address: SocketAddr,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

impl Endpoint {
    pub fn serving(set: &Value) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared::default());
        let theirs = Arc::clone(&shared);
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if theirs.closed.load(Ordering::SeqCst) {
                    break;
                }
                theirs.fetches.fetch_add(1, Ordering::SeqCst);
                let _ = answer(&stream.unwrap(), theirs.set.lock().unwrap().as_deref());
            }
        });
        let this = Self { address, shared, thread: Some(thread) };
        this.now_serves(Some(set));
        this
    }

    pub fn url(&self) -> String {
        format!("http://{}/jwks.json", self.address)
    }

    pub fn fetches(&self) -> usize {
        self.shared.fetches.load(Ordering::SeqCst)
    }

    fn now_serves(&self, set: Option<&Value>) {
        *self.shared.set.lock().unwrap() = set.map(Value::to_string);
    }

    fn service(&self, backend: Backend, refresh: Duration, cool_down: Duration) -> TestApp {
        TestApp::start_with(backend, |config| {
            config.auth.keys = Keys::External(KeySource::Url { url: self.url(), ca_file: None });
            config.auth.freshness = Freshness { refresh, cool_down, ..Freshness::default() };
        })
    }
}

fn answer(stream: &TcpStream, set: Option<&str>) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream).lines();
    while lines.next().transpose()?.is_some_and(|line| !line.is_empty()) {}
    let (status, body) = set.map_or(("503 Service Unavailable", ""), |set| ("200 OK", set));
    let head = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
    (&mut &*stream).write_all(format!("{head}{body}").as_bytes())
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        self.shared.closed.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

const SOON: Duration = Duration::from_millis(20);
const NEVER: Duration = Duration::from_hours(1);

fn both(a: &Forge, b: &Forge) -> Value {
    json!({ "keys": [a.jwks["keys"][0], b.jwks["keys"][0]] })
}

#[test]
fn auth_a_new_key_is_fetched_when_a_token_names_it_and_the_old_one_stays_good_beside_it() {
    let (old, new) = (Forge::new(), Forge::new());
    let token = |forge: &Forge| forge.token(&json!({}), &json!({}));
    for backend in BACKENDS {
        let endpoint = Endpoint::serving(&old.jwks);
        let app = endpoint.service(backend, NEVER, SOON);
        admitted(&app, &token(&old));
        endpoint.now_serves(Some(&both(&old, &new)));
        eventually("the new key", || status(&app.bearer(&token(&new))) == 200);
        admitted(&app, &token(&old));
    }
}

#[test]
fn auth_a_key_that_left_the_set_is_refused_after_the_next_refresh() {
    let (old, new) = (Forge::new(), Forge::new());
    for backend in BACKENDS {
        let endpoint = Endpoint::serving(&both(&old, &new));
        let app = endpoint.service(backend, SOON, SOON);
        let token = old.token(&json!({}), &json!({}));
        admitted(&app, &token);
        endpoint.now_serves(Some(&new.jwks));
        eventually("the refusal of the old key", || status(&app.bearer(&token)) == 401);
        refused(&app, &token, "token-key-unknown");
        admitted(&app, &new.token(&json!({}), &json!({})));
    }
}

#[test]
fn auth_while_the_key_set_is_away_the_last_good_keys_serve_and_others_are_refused() {
    let (known, unknown) = (Forge::new(), Forge::new());
    for backend in BACKENDS {
        let endpoint = Endpoint::serving(&known.jwks);
        let app = endpoint.service(backend, SOON, SOON);
        endpoint.now_serves(None);
        let before = endpoint.fetches();
        eventually("three failed fetches", || endpoint.fetches() >= before + 3);
        admitted(&app, &known.token(&json!({}), &json!({})));
        refused(&app, &unknown.token(&json!({}), &json!({})), "token-key-unknown");
        app.anyone().get("/readyz").send().expect(200);
        assert_eq!(app.metric("danvan_auth_keys"), 1);
    }
}

#[test]
fn auth_without_any_key_nobody_is_let_in_and_the_service_is_not_ready() {
    let forge = Forge::new();
    for backend in BACKENDS {
        let endpoint = Endpoint::serving(&forge.jwks);
        endpoint.now_serves(None);
        let app = endpoint.service(backend, NEVER, SOON);
        refused(&app, &forge.token(&json!({}), &json!({})), "token-key-unknown");
        app.anyone().get("/readyz").send().expect(503);
        endpoint.now_serves(Some(&forge.jwks));
        eventually("readiness", || app.anyone().get("/readyz").send().status == 200);
        admitted(&app, &forge.token(&json!({}), &json!({})));
    }
}

#[test]
fn auth_unknown_keys_cause_no_fetch_within_the_cool_down() {
    let forge = Forge::new();
    for backend in BACKENDS {
        let endpoint = Endpoint::serving(&forge.jwks);
        let app = endpoint.service(backend, NEVER, NEVER);
        for n in 0..200 {
            let token = forge.token(&json!({ "kid": format!("unknown-{n}") }), &json!({}));
            refused(&app, &token, "token-key-unknown");
        }
        assert_eq!(endpoint.fetches(), 1, "the one at the start");
    }
}
