//! Forms, as OAuth clients send them. Members that are not known are ignored, as RFC 6749 §3.2 asks.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use serde::de::DeserializeOwned;

use super::body::bytes;
use crate::platform::fault::{Fault, kinds};

/// Most bytes of a form.
const LIMIT: usize = 16 * 1024;

/// A body of `application/x-www-form-urlencoded`.
pub struct Form<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Form<T> {
    type Error = Fault;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Fault>>>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let bytes = bytes(req, payload, "application/x-www-form-urlencoded", "accept-post", LIMIT);
        Box::pin(async move {
            let bytes = bytes.await?;
            let text = std::str::from_utf8(&bytes).map_err(|_| Fault::of(&kinds::MALFORMED))?;
            let form = web::Query::<T>::from_query(text).map_err(|_| Fault::of(&kinds::MALFORMED))?;
            Ok(Self(form.into_inner()))
        })
    }
}
