//! The caller of an operation: who, with which right, for which subtree.

use std::future::{Ready, ready};
use std::marker::PhantomData;
use std::ops::Deref;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage, HttpRequest};

use super::scope::Scope;
use super::token::Claims;
use super::{Auth, Subject};
use crate::platform::edge::Facts;
use crate::platform::fault::{Fault, kinds};
use crate::platform::work::Order;

/// The word in the `org` claim that stands for all organizations.
pub const EVERYWHERE: &str = "*";

/// Proof that the caller holds scope `S`; made from the request's token, without the database.
///
/// Refuses with 401 without a good token, 403 when the token lacks the scope.
pub struct May<S> {
    caller: Caller,
    scope: PhantomData<S>,
}

/// Who asks.
#[derive(Clone, Debug)]
pub struct Caller {
    claims: Arc<Claims>,
    request_id: String,
}

impl Caller {
    /// The token's subject.
    pub fn subject(&self) -> &str {
        &self.claims.sub
    }

    /// The code of the organization at the root of what the caller may see, or [`EVERYWHERE`]. A token that names
    /// none reaches nothing, which the empty code stands for.
    pub fn org(&self) -> &str {
        self.claims.org.as_deref().unwrap_or("")
    }

    /// Refuses (403) a caller that is bound to a subtree: what it asks for concerns all.
    pub fn must_reach_everywhere(&self) -> Result<(), Fault> {
        if self.org() == EVERYWHERE { Ok(()) } else { Err(Fault::of(&kinds::OUT_OF_REACH)) }
    }

    /// Whether the token holds a scope beside the one of the operation.
    pub fn holds(&self, scope: &str) -> bool {
        self.claims.has_scope(scope)
    }

    /// Refuses (403) a caller whose token lacks a scope.
    pub fn must_hold(&self, scope: &'static str) -> Result<(), Fault> {
        if self.holds(scope) { Ok(()) } else { Err(lacks(scope)) }
    }

    /// What the caller asks for, on which record.
    pub fn orders(&self, act: &'static str, subject: impl Into<String>) -> Order {
        Order {
            actor: self.claims.sub.clone(),
            reach: self.org().to_owned(),
            act,
            subject: subject.into(),
            request_id: self.request_id.clone(),
            key: None,
        }
    }
}

impl<S> Deref for May<S> {
    type Target = Caller;
    fn deref(&self) -> &Caller {
        &self.caller
    }
}

impl<S: Scope> FromRequest for May<S> {
    type Error = Fault;
    type Future = Ready<Result<Self, Fault>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(caller(req, S::NAME).map(|caller| Self { caller, scope: PhantomData }))
    }
}

fn caller(req: &HttpRequest, scope: &'static str) -> Result<Caller, Fault> {
    let auth = req.app_data::<Data<Auth>>().ok_or_else(|| Fault::broken("no auth configured"))?;
    let claims = auth.verify(bearer(req)?)?;
    req.extensions_mut().insert(Subject(claims.sub.clone()));
    if !claims.has_scope(scope) {
        return Err(lacks(scope));
    }
    let request_id =
        req.extensions().get::<Facts>().map(|facts| facts.request_id.clone()).unwrap_or_default();
    Ok(Caller { claims, request_id })
}

fn lacks(scope: &'static str) -> Fault {
    let mut fault = Fault::of(&kinds::INSUFFICIENT_SCOPE).member("scope", scope);
    fault.hints.challenge =
        Some(format!("Bearer realm=\"danvan\", error=\"insufficient_scope\", scope=\"{scope}\""));
    fault
}

/// The token of the one `Authorization` header. A token in the query or the body is never read (RFC 6750 §2).
fn bearer(req: &HttpRequest) -> Result<&str, Fault> {
    let malformed = || {
        let mut fault = Fault::of(&kinds::INVALID_TOKEN_REQUEST);
        fault.hints.challenge = Some("Bearer realm=\"danvan\", error=\"invalid_request\"".to_owned());
        fault
    };
    let mut headers = req.headers().get_all(header::AUTHORIZATION);
    let Some(first) = headers.next() else {
        let mut fault = Fault::of(&kinds::UNAUTHENTICATED);
        fault.hints.challenge = Some("Bearer realm=\"danvan\"".to_owned());
        return Err(fault);
    };
    let (scheme, token) = first.to_str().ok().and_then(|text| text.split_once(' ')).ok_or_else(malformed)?;
    if headers.next().is_some() || !scheme.eq_ignore_ascii_case("bearer") || token.trim().is_empty() {
        return Err(malformed());
    }
    Ok(token.trim())
}
