//! Our own issuer: client credentials, what they are refused, the published keys.

use std::process::Command;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use danvan::platform::auth::SCOPES;
use serde_json::{Value, json};

use super::forge::{BACKENDS, Forge, admitted, eventually, moment, now, refused, status};
use crate::harness::{Answer, TestApp};
use crate::on_both;

/// What an operator types.
fn danvan(app: &TestApp, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_danvan"))
        .args(arguments)
        .env("DATABASE_URL", app.database.url())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Registers a client and answers its secret.
fn client(app: &TestApp, id: &str) -> String {
    let scope = "organizations:read kpis:read";
    let printed = danvan(app, &["client", "add", id, "--scope", scope, "--org", "*"]);
    printed.lines().find_map(|line| line.strip_prefix("client_secret=")).unwrap().to_owned()
}

fn ask(app: &TestApp, form: &str) -> Answer {
    app.anyone()
        .request("POST", "/oauth/token")
        .bytes("application/x-www-form-urlencoded", form.as_bytes())
        .send()
}

fn by_form(app: &TestApp, id: &str, secret: &str, more: &str) -> Answer {
    ask(app, &format!("grant_type=client_credentials&client_id={id}&client_secret={secret}{more}"))
}

fn by_basic(app: &TestApp, id: &str, secret: &str) -> Answer {
    let pair = BASE64_STANDARD.encode(format!("{id}:{secret}"));
    app.anyone()
        .request("POST", "/oauth/token")
        .header("authorization", &format!("Basic {pair}"))
        .bytes("application/x-www-form-urlencoded", b"grant_type=client_credentials")
        .send()
}

fn token(answer: &Value) -> String {
    answer["access_token"].as_str().unwrap().to_owned()
}

fn on_each(test: impl Fn(&TestApp)) {
    let forge = Forge::new();
    for backend in BACKENDS {
        test(&forge.issuing(backend));
    }
}

#[test]
fn auth_a_client_gets_a_token_by_basic_and_by_form() {
    on_each(|app| {
        let secret = client(app, "one-stop");
        for answer in [by_basic(app, "one-stop", &secret), by_form(app, "one-stop", &secret, "")] {
            let answer = answer.expect(200);
            assert_eq!(answer.header("cache-control"), Some("no-store"));
            let granted = answer.json();
            assert_eq!(granted["token_type"], "Bearer");
            assert_eq!(granted["expires_in"], 3600);
            assert_eq!(granted["scope"], "organizations:read kpis:read");
            admitted(app, &token(&granted));
        }
    });
}

#[test]
fn auth_a_client_may_ask_for_less_and_never_for_more() {
    on_each(|app| {
        let secret = client(app, "one-stop");
        let less = by_form(app, "one-stop", &secret, "&scope=kpis%3Aread").expect(200).json();
        assert_eq!(less["scope"], "kpis:read");
        let reader = app.bearer(&token(&less));
        reader.get("/api/v1/kpis").send().expect(200);
        reader.get("/api/v1/organizations").send().problem(403, "insufficient-scope");
        for more in ["admin", "kpis%3Aread+admin", "nothing"] {
            let refusal = by_form(app, "one-stop", &secret, &format!("&scope={more}"));
            assert_eq!(refusal.problem(400, "invalid-token-grant")["error"], "invalid_scope");
        }
    });
}

#[test]
fn auth_an_unknown_client_and_a_wrong_secret_are_answered_alike() {
    on_each(|app| {
        let secret = client(app, "one-stop");
        let said = |answer: Answer| {
            assert_eq!(answer.header("www-authenticate"), Some("Basic realm=\"danvan\""));
            let mut problem = answer.problem(401, "invalid-client");
            assert_eq!(problem["error"], "invalid_client");
            problem.as_object_mut().unwrap().remove("request_id");
            problem
        };
        let wrong = said(by_form(app, "one-stop", "wrong", ""));
        assert_eq!(said(by_form(app, "nobody", "wrong", "")), wrong);
        assert_eq!(said(by_basic(app, "one-stop", "wrong")), wrong);
        assert_eq!(said(by_basic(app, "nobody", &secret)), wrong);
        assert_eq!(said(ask(app, "grant_type=client_credentials")), wrong);
    });
}

#[test]
fn auth_another_grant_is_refused_by_its_oauth_name() {
    on_each(|app| {
        let secret = client(app, "one-stop");
        for (grant, error) in [("grant_type=password", "unsupported_grant_type"), ("x=y", "invalid_request")]
        {
            let answer = ask(app, &format!("{grant}&client_id=one-stop&client_secret={secret}"));
            assert_eq!(answer.problem(400, "invalid-token-grant")["error"], error);
        }
    });
}

#[test]
fn auth_ten_failures_make_whoever_guesses_wait_and_lock_nobody_out() {
    on_each(|app| {
        let (secret, other) = (client(app, "one-stop"), client(app, "i-office"));
        for _ in 0..10 {
            by_form(app, "one-stop", "wrong", "").problem(401, "invalid-client");
        }
        let answer = by_form(app, "one-stop", "wrong", "");
        assert_eq!(answer.header("retry-after"), Some("60"));
        answer.problem(429, "too-many-requests");
        by_form(app, "one-stop", &secret, "").expect(200);
        by_form(app, "i-office", &other, "").expect(200);
        app.clock.set(moment(now() + 60));
        by_form(app, "one-stop", "wrong", "").problem(401, "invalid-client");
    });
}

#[test]
fn auth_a_disabled_client_gets_no_token_and_those_it_has_are_refused() {
    on_each(|app| {
        let (secret, other) = (client(app, "one-stop"), client(app, "i-office"));
        let held = token(&by_form(app, "one-stop", &secret, "").expect(200).json());
        let kept = token(&by_form(app, "i-office", &other, "").expect(200).json());
        admitted(app, &held);
        danvan(app, &["client", "disable", "one-stop"]);
        by_form(app, "one-stop", &secret, "").problem(401, "invalid-client");
        eventually("the refusal of its token", || status(&app.bearer(&held)) == 401);
        refused(app, &held, "token-revoked");
        admitted(app, &kept);
    });
}

#[test]
fn auth_the_keys_and_the_metadata_are_published() {
    let forge = Forge::new();
    for backend in BACKENDS {
        let app = forge.issuing(backend);
        let keys = app.anyone().get("/.well-known/jwks.json").send().expect(200).json();
        assert_eq!(keys, forge.jwks);
        assert!(keys["keys"][0]["d"].is_null(), "the private half stays");
        let metadata = app.anyone().get("/.well-known/oauth-authorization-server").send().expect(200).json();
        let expected = json!({
            "issuer": "https://id.example.vn",
            "token_endpoint": "https://id.example.vn/oauth/token",
            "jwks_uri": "https://id.example.vn/.well-known/jwks.json",
            "grant_types_supported": ["client_credentials"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "scopes_supported": SCOPES.iter().map(|(name, _)| *name).collect::<Vec<_>>(),
            "response_types_supported": [],
        });
        assert_eq!(metadata, expected);
    }
}

on_both! {
    fn auth_where_the_issuer_is_anothers_there_is_no_token_to_be_had(app) {
        by_form(app, "one-stop", "secret", "").problem(404, "not-found");
        for path in ["/.well-known/jwks.json", "/.well-known/oauth-authorization-server"] {
            app.anyone().get(path).send().problem(404, "not-found");
        }
    }
}
