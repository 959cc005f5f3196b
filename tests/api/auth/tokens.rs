//! What a token must be to be let in.

use danvan::platform::config::DatabaseUrl;
use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::{Value, json};

use super::forge::{BACKENDS, Forge, admitted, moment, now, refused};
use super::key_sets::Endpoint;
use crate::harness::{TestApp, Token, foreign_key_token};
use crate::on_both;

/// A service on each database, with somebody who makes tokens for it.
fn on_each(test: impl Fn(&TestApp, &Forge)) {
    let forge = Forge::new();
    for backend in BACKENDS {
        let (app, _set) = forge.service(backend, |_| {});
        test(&app, &forge);
    }
}

/// Makes each change to a good token's claims.
fn judge(app: &TestApp, forge: &Forge, reason: Option<&str>, changes: &[Value]) {
    for change in changes {
        let token = forge.token(&json!({}), change);
        match reason {
            Some(reason) => refused(app, &token, reason),
            None => admitted(app, &token),
        }
    }
}

#[test]
fn auth_what_is_no_token_or_is_signed_by_somebody_else_is_refused() {
    on_each(|app, forge| {
        let good = forge.token(&json!({}), &json!({}));
        admitted(app, &good);
        let (message, _) = good.rsplit_once('.').unwrap();
        for malformed in ["x", "a.b", "a.b.c", "..", &format!("{good}.d"), &format!("?{good}")] {
            refused(app, malformed, "token-malformed");
        }
        refused(app, &format!("{message}.AAAA"), "token-signature-invalid");
        refused(app, &format!("{message}."), "token-signature-invalid");
        let other = forge.message(&json!({}), &json!({ "org": "H19" }));
        let signature = good.rsplit_once('.').unwrap().1;
        refused(app, &format!("{other}.{signature}"), "token-signature-invalid");
        refused(app, &foreign_key_token(&Token::new("ann", "*", "organizations:read")), "token-key-unknown");
    });
}

#[test]
fn auth_no_algorithm_but_the_keys_own_is_accepted() {
    on_each(|app, forge| {
        let none = json!({ "alg": "none" });
        refused(app, &format!("{}.", forge.message(&none, &json!({}))), "token-algorithm-refused");
        let x = forge.jwks["keys"][0]["x"].as_str().unwrap();
        for secret in [x.as_bytes(), forge.jwks.to_string().as_bytes()] {
            let hmac = EncodingKey::from_secret(secret);
            let token = forge.signed(&json!({ "alg": "HS256" }), &json!({}), Algorithm::HS256, &hmac);
            refused(app, &token, "token-algorithm-refused");
        }
        for (alg, reason) in [
            ("RS256", "token-key-unknown"),
            ("ES256", "token-key-unknown"),
            ("eddsa", "token-algorithm-refused"),
            ("", "token-algorithm-refused"),
        ] {
            refused(app, &forge.token(&json!({ "alg": alg }), &json!({})), reason);
        }
    });
}

#[test]
fn auth_a_token_that_brings_its_own_key_is_refused_and_nothing_is_fetched() {
    let stranger = Forge::new();
    let endpoint = Endpoint::serving(&stranger.jwks);
    on_each(|app, forge| {
        for header in [
            json!({ "crit": ["exp"] }),
            json!({ "jku": endpoint.url() }),
            json!({ "x5u": endpoint.url() }),
            json!({ "x5c": ["AAAA"] }),
            json!({ "jwk": stranger.jwks["keys"][0] }),
        ] {
            refused(app, &forge.token(&header, &json!({})), "token-header-refused");
            let mut theirs = header.clone();
            theirs["kid"] = stranger.kid();
            let token = forge.signed(&theirs, &json!({}), Algorithm::EdDSA, &stranger.key);
            refused(app, &token, "token-header-refused");
        }
    });
    assert_eq!(endpoint.fetches(), 0);
}

#[test]
fn auth_an_expiry_is_a_whole_number_of_seconds_and_always_there() {
    on_each(|app, forge| {
        let late = now() + 3600;
        let bad = [
            json!(null),
            json!(late.to_string()),
            json!(4_000_000_000.0),
            json!(4_000_000_000.5),
            json!(-1),
            json!(1e300),
            json!(u64::MAX),
            json!(true),
            json!([late]),
        ];
        judge(app, forge, Some("token-expiry-invalid"), &bad.map(|exp| json!({ "exp": exp })));
        judge(app, forge, Some("token-expired"), &[json!({ "exp": 0 }), json!({ "exp": now() - 31 })]);
        judge(app, forge, None, &[json!({ "exp": i64::MAX })]);
        let bad = ["nbf", "iat"].map(|name| json!({ name: now().to_string() }));
        judge(app, forge, Some("token-time-invalid"), &bad);
    });
}

#[test]
fn auth_clocks_may_differ_by_the_leeway_and_no_more() {
    on_each(|app, forge| {
        let exp = now() + 100;
        let token = forge.token(&json!({}), &json!({ "exp": exp }));
        app.clock.set(moment(exp + 30));
        admitted(app, &token);
        app.clock.set(moment(exp + 31));
        refused(app, &token, "token-expired");
        app.clock.set(moment(now()));
        admitted(app, &token);
        judge(app, forge, None, &[json!({ "nbf": now() + 30 }), json!({ "iat": now() + 30 })]);
        judge(app, forge, Some("token-not-yet-valid"), &[json!({ "nbf": now() + 31 })]);
        judge(app, forge, Some("token-from-future"), &[json!({ "iat": now() + 31 })]);
    });
}

#[test]
fn auth_a_token_must_be_for_this_service_and_from_its_issuer_to_the_last_character() {
    on_each(|app, forge| {
        let aud = |aud: Value| json!({ "aud": aud });
        judge(app, forge, None, &[aud(json!(["other", "danvan"])), aud(json!(["danvan"]))]);
        let wrong = [
            json!(null),
            json!([]),
            json!(["other"]),
            json!("other"),
            json!("danvan/"),
            json!(5),
            json!([5]),
        ];
        judge(app, forge, Some("token-audience-refused"), &wrong.map(aud));
        let wrong = [
            json!("https://id.example.vn/"),
            json!("https://ID.example.vn"),
            json!(null),
            json!(["https://id.example.vn"]),
        ];
        judge(app, forge, Some("token-issuer-refused"), &wrong.map(|iss| json!({ "iss": iss })));
        let wrong = [json!(null), json!(""), json!(7), json!("a\nb"), json!("x".repeat(256))];
        judge(app, forge, Some("token-subject-invalid"), &wrong.map(|sub| json!({ "sub": sub })));
    });
}

#[test]
fn auth_an_id_token_is_no_access_token() {
    on_each(|app, forge| {
        for typ in ["at+jwt", "AT+JWT", "application/at+jwt"] {
            admitted(app, &forge.token(&json!({ "typ": typ }), &json!({})));
        }
        for typ in [json!("JWT"), json!(null), json!("id+jwt")] {
            refused(app, &forge.token(&json!({ "typ": typ }), &json!({})), "token-type-refused");
        }
    });
}

#[test]
fn auth_a_token_is_eight_kibibytes_at_most() {
    on_each(|app, forge| {
        let large = |length: usize| forge.token(&json!({}), &json!({ "note": "n".repeat(length) }));
        admitted(app, &large(4_000));
        for length in [8_192, 30_000] {
            refused(app, &large(length), "token-too-large");
        }
        // Beyond what a head may hold, the connection may close before the whole was sent.
        if let Ok(answer) = app.bearer(&"x".repeat(1_000_000)).get("/api/v1/organizations").try_send() {
            assert!([400, 401, 431].contains(&answer.status), "{}", answer.status);
        }
    });
}

on_both! {
    fn auth_a_token_comes_in_one_header_as_bearer_and_nowhere_else(app) {
        let token = Token::new("ann", "*", "organizations:read").signed();
        let path = "/api/v1/organizations";
        app.anyone().get(path).header("authorization", &format!("bearer {token}")).send().expect(200);
        for values in [
            vec![format!("Bearer {token}"), format!("Bearer {token}")],
            vec![format!("Basic {token}")],
            vec![format!("Bearer{token}")],
            vec![token.clone()],
            vec!["Bearer ".to_owned()],
        ] {
            let request = values.iter().fold(app.anyone().get(path), |request, value| request.also("authorization", value));
            let answer = request.send();
            let challenge = "Bearer realm=\"danvan\", error=\"invalid_request\"";
            assert_eq!(answer.header("www-authenticate"), Some(challenge), "{values:?}");
            answer.problem(400, "invalid-token-request");
        }
        let in_query = format!("{path}?access_token={token}");
        let answer = app.anyone().get(&in_query).send();
        assert_eq!(answer.header("www-authenticate"), Some("Bearer realm=\"danvan\""));
        answer.problem(401, "unauthenticated");
        let faults = app.root().get(&in_query).send().faults();
        assert_eq!(faults[0].0, "access_token");
    }
}

#[test]
fn auth_a_bad_token_takes_no_database_connection() {
    let forge = Forge::new();
    for backend in BACKENDS {
        // Nothing listens there: whoever asks for a connection is answered 503.
        let (app, _set) = forge.service(backend, |config| {
            config.database.url = DatabaseUrl::Postgres("postgres://danvan@127.0.0.1:1/none".to_owned());
            config.database.patience = std::time::Duration::from_millis(100);
        });
        app.anyone().get("/api/v1/organizations").send().problem(401, "unauthenticated");
        refused(&app, "x", "token-malformed");
        refused(&app, &forge.token(&json!({}), &json!({ "exp": 1 })), "token-expired");
        let poor = forge.token(&json!({}), &json!({ "scope": "" }));
        app.bearer(&poor).get("/api/v1/organizations").send().problem(403, "insufficient-scope");
        let good = forge.token(&json!({}), &json!({}));
        app.bearer(&good).get("/api/v1/organizations").send().problem(503, "temporarily-unavailable");
    }
}
