//! A caller that stays unknown: the opposite of [`May`](super::May).

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpMessage, HttpRequest};

use crate::platform::fault::{Fault, kinds};

/// Proof that a request names nobody, and that no trace is kept of it: neither a line in the log nor a number in the metrics.
///
/// Refuses (400) a request with an `Authorization` header, so that no client tells who it is by mistake.
pub struct Nobody(());

/// Left on a request of which no trace is kept.
#[derive(Clone, Copy, Debug)]
pub struct Untraced;

impl FromRequest for Nobody {
    type Error = Fault;
    type Future = Ready<Result<Self, Fault>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        req.extensions_mut().insert(Untraced);
        let named = req.headers().contains_key(header::AUTHORIZATION);
        ready(if named { Err(Fault::of(&kinds::TOKEN_UNWANTED)) } else { Ok(Self(())) })
    }
}
