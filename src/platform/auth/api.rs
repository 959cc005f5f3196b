//! Tokens for systems: client credentials (RFC 6749 §4.4), the published keys, the metadata (RFC 8414).

use std::future::{Ready, ready};
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest, HttpResponse, get, post};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::clients::{self, Client};
use super::{Auth, SCOPES};
use crate::platform::db::Db;
use crate::platform::digest::sha256_hex;
use crate::platform::fault::{Fault, kinds};
use crate::platform::input::Form;

/// A request for a token; the credentials come here or as HTTP Basic, not both.
#[derive(Deserialize, ToSchema)]
pub struct TokenRequest {
    /// Only `client_credentials`.
    #[schema(required = true, nullable = false, example = "client_credentials")]
    grant_type: Option<String>,
    /// Scopes, space separated; a part of what the client may have. Without it: all of that.
    #[schema(nullable = false, max_length = 1000, example = "kpis:read")]
    scope: Option<String>,
    /// The client's name.
    #[schema(nullable = false, max_length = 100, example = "one-stop")]
    client_id: Option<String>,
    /// The client's secret.
    #[schema(nullable = false, max_length = 200)]
    client_secret: Option<String>,
}

/// A token.
#[derive(Serialize, ToSchema)]
pub struct TokenResponse {
    /// The token, to be sent as `Authorization: Bearer …`.
    access_token: String,
    /// Always `Bearer`.
    #[schema(example = "Bearer")]
    token_type: &'static str,
    /// Seconds for which it is good.
    #[schema(minimum = 1, example = 3600)]
    expires_in: i64,
    /// What it is good for.
    #[schema(example = "kpis:read")]
    scope: String,
}

/// HTTP Basic credentials, if sent.
struct Basic(Option<(String, String)>);

impl FromRequest for Basic {
    type Error = Fault;
    type Future = Ready<Result<Self, Fault>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let Some(value) = req.headers().get(header::AUTHORIZATION) else { return ready(Ok(Self(None))) };
        let decoded = value
            .to_str()
            .ok()
            .and_then(|text| text.strip_prefix("Basic "))
            .and_then(|text| String::from_utf8(BASE64_STANDARD.decode(text.trim()).ok()?).ok());
        let pair = decoded.as_deref().and_then(|pair| pair.split_once(':'));
        ready(match pair {
            Some((id, secret)) => Ok(Self(Some((id.to_owned(), secret.to_owned())))),
            None => Err(refused(&kinds::INVALID_CLIENT, "invalid_client")),
        })
    }
}

/// A refusal that an OAuth client understands as well: `error` beside the problem's own members (RFC 6749 §5.2).
fn refused(kind: &'static crate::platform::fault::Kind, error: &'static str) -> Fault {
    let mut fault = Fault::of(kind).member("error", error);
    if error == "invalid_client" {
        fault.hints.challenge = Some("Basic realm=\"danvan\"".to_owned());
    }
    fault
}

/// Get a token.
///
/// Client credentials of a system that `danvan client add` registered. Only where danvan is its own issuer.
#[utoipa::path(
    tag = "tokens",
    request_body(content = TokenRequest, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, description = "A token", body = TokenResponse)),
    security(())
)]
#[post("/oauth/token")]
pub async fn issue_token(
    db: Data<Db>,
    auth: Data<Auth>,
    basic: Basic,
    form: Form<TokenRequest>,
) -> Result<HttpResponse, Fault> {
    if auth.issuer.is_none() {
        return Err(Fault::missing());
    }
    let Form(form) = form;
    if form.grant_type.as_deref() != Some("client_credentials") {
        let error = if form.grant_type.is_some() { "unsupported_grant_type" } else { "invalid_request" };
        return Err(refused(&kinds::INVALID_TOKEN_GRANT, error));
    }
    let (id, secret) = match (basic.0, form.client_id, form.client_secret) {
        (Some(pair), None, None) => pair,
        (None, Some(id), Some(secret)) => (id, secret),
        _ => return Err(refused(&kinds::INVALID_CLIENT, "invalid_client")),
    };
    let client = authenticate(&db, &auth, id, &secret).await?;
    let scope = granted(&client, form.scope.as_deref())?;
    let minutes = auth.config.token_minutes;
    let access_token = auth.issue(&client.id, &scope, &client.org, minutes)?;
    let token = TokenResponse { access_token, token_type: "Bearer", expires_in: minutes * 60, scope };
    Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).json(token))
}

/// The same work and the same answer for an unknown client, a disabled one and a wrong secret.
async fn authenticate(db: &Db, auth: &Auth, id: String, secret: &str) -> Result<Client, Fault> {
    let now = auth.clock.now();
    let name = id.clone();
    let found = db.read(move |conn| clients::find(conn, &name)).await?;
    let given = sha256_hex(secret.as_bytes());
    let kept = found.as_ref().map_or("", |client| client.secret_hash.as_str());
    let same = aws_lc_rs::constant_time::verify_slices_are_equal(given.as_bytes(), kept.as_bytes()).is_ok();
    match found {
        Some(client) if same && client.disabled_at.is_none() => Ok(client),
        _ => {
            // Only who guesses is made to wait: otherwise anybody could lock out a client by its name.
            auth.trials.admit(&id, now)?;
            auth.trials.failed(&id, now);
            Err(refused(&kinds::INVALID_CLIENT, "invalid_client"))
        }
    }
}

/// What is asked for, if the client may have all of it.
fn granted(client: &Client, asked: Option<&str>) -> Result<String, Fault> {
    let Some(asked) = asked.map(str::trim).filter(|asked| !asked.is_empty()) else {
        return Ok(client.scope.clone());
    };
    let held: Vec<&str> = client.scope.split_whitespace().collect();
    match asked.split_whitespace().find(|scope| !held.contains(scope)) {
        None => Ok(asked.to_owned()),
        Some(_) => Err(refused(&kinds::INVALID_TOKEN_GRANT, "invalid_scope")),
    }
}

/// A set of public keys (RFC 7517).
#[derive(Serialize, ToSchema)]
pub struct KeySet {
    /// The keys.
    #[schema(value_type = Vec<Object>)]
    keys: Vec<serde_json::Value>,
}

/// Show the public keys.
///
/// Tokens of our own issuer verify with these. Fetch them again when a token names a key that is not among them.
#[utoipa::path(
    tag = "tokens",
    responses((status = 200, description = "The keys", body = KeySet)),
    security(())
)]
#[get("/.well-known/jwks.json")]
pub async fn show_keys(auth: Data<Auth>) -> Result<HttpResponse, Fault> {
    let issuer = auth.issuer.as_ref().map(Arc::clone).ok_or_else(Fault::missing)?;
    Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "public, max-age=300")).json(issuer.jwks()))
}

/// What an OAuth client needs to know of our issuer (RFC 8414).
#[derive(Serialize, ToSchema)]
pub struct IssuerMetadata {
    /// The `iss` of our tokens.
    issuer: String,
    /// Where tokens are given.
    token_endpoint: String,
    /// Where the public keys are.
    jwks_uri: String,
    /// How tokens are asked for.
    grant_types_supported: Vec<&'static str>,
    /// How clients show who they are.
    token_endpoint_auth_methods_supported: Vec<&'static str>,
    /// What tokens can be good for.
    scopes_supported: Vec<&'static str>,
    /// None: there is no authorization endpoint.
    response_types_supported: Vec<&'static str>,
}

/// Show the issuer's metadata.
#[utoipa::path(
    tag = "tokens",
    responses((status = 200, description = "The metadata", body = IssuerMetadata)),
    security(())
)]
#[get("/.well-known/oauth-authorization-server")]
pub async fn show_issuer(auth: Data<Auth>) -> Result<HttpResponse, Fault> {
    if auth.issuer.is_none() {
        return Err(Fault::missing());
    }
    let base = &auth.config.issuer;
    let metadata = IssuerMetadata {
        issuer: base.clone(),
        token_endpoint: format!("{base}/oauth/token"),
        jwks_uri: format!("{base}/.well-known/jwks.json"),
        grant_types_supported: vec!["client_credentials"],
        token_endpoint_auth_methods_supported: vec!["client_secret_basic", "client_secret_post"],
        scopes_supported: SCOPES.iter().map(|(name, _)| *name).collect(),
        response_types_supported: Vec::new(),
    };
    Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "public, max-age=300")).json(metadata))
}
