//! A caller that stays unknown: the opposite of [`May`](super::May).

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpMessage, HttpRequest};

use crate::platform::edge::Facts;
use crate::platform::fault::{Fault, kinds};

/// Proof that a request names nobody, and that no trace is kept of it ([`Untraced`](crate::platform::edge::Untraced)).
///
/// Refuses (400) a request with an `Authorization` header, so that no client tells who it is by mistake.
pub struct Nobody(());

impl FromRequest for Nobody {
    type Error = Fault;
    type Future = Ready<Result<Self, Fault>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let Some(facts) = req.extensions().get::<Facts>().cloned() else {
            return ready(Err(Fault::broken("a request without its facts")));
        };
        // First of all: what is refused leaves no trace either.
        facts.untraced.begin();
        let named = req.headers().contains_key(header::AUTHORIZATION);
        ready(if named { Err(Fault::of(&kinds::TOKEN_UNWANTED)) } else { Ok(Self(())) })
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[actix_web::test]
    async fn who_stays_unknown_leaves_no_trace_taken_or_refused() {
        for (token, code) in [(None, "ok"), (Some("Bearer x"), "token-unwanted")] {
            let facts = Facts::default();
            let line = facts.clone();
            let request = token
                .into_iter()
                .fold(TestRequest::post(), |request, token| {
                    request.insert_header((header::AUTHORIZATION, token))
                })
                .to_http_request();
            request.extensions_mut().insert(facts);
            assert!(!line.untraced.holds());
            let taken = Nobody::extract(&request).await;
            assert_eq!(taken.err().map_or("ok", |fault| fault.kind.code), code);
            // The copy from which the line in the log would be made, also if what comes after panics.
            assert!(line.untraced.holds());
        }
    }
}
