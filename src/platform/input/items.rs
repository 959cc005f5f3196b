//! Bulk bodies: thousands of items, read one handful after the other, with no more memory for many than for few.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpRequest};

use super::body::{Arriving, check_head};
use super::splitter::{Form, Splitter};
use crate::platform::digest::Sha256;
use crate::platform::fault::{Fault, kinds};

pub use super::splitter::MOST_ITEMS;

/// Most bytes of a body, after decompression.
const LIMIT: usize = 64 * 1024 * 1024;
/// A part of a body is cut in pieces of so many bytes: one that was compressed may become very large.
const PIECE: usize = 64 * 1024;

const JSON: &str = "application/json";
const LINES: &str = "application/x-ndjson";

/// A body of items: `{"items": […]}` as `application/json`, or one on each line as `application/x-ndjson`.
///
/// Nothing is read from the connection that was not asked for.
pub struct Items {
    arriving: Arriving,
    splitter: Splitter,
    /// What arrived and is not cut yet.
    left: Bytes,
    digest: Sha256,
    state: State,
}

enum State {
    Open,
    /// Everything was read.
    Complete,
    /// Nothing more can be read; why, until it is told.
    Broken(Option<Fault>),
}

impl FromRequest for Items {
    type Error = Fault;
    type Future = Ready<Result<Self, Fault>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let media = check_head(req, &[JSON, LINES], "accept-post", LIMIT);
        ready(media.map(|media| Self {
            arriving: Arriving::new(req, payload, LIMIT),
            splitter: Splitter::new(if media == JSON { Form::Array } else { Form::Lines }),
            left: Bytes::new(),
            digest: Sha256::default(),
            state: State::Open,
        }))
    }
}

impl Items {
    /// The bytes of the next items, as many as are asked for unless fewer are left; none when all were given out, and
    /// only then was the whole body read.
    ///
    /// An item is not read yet: whether it is JSON is for whoever asks, and its own fault. Refuses a body that is none
    /// of items (400, 422), too large (413), too slow (408), of no item or of too many (422): in whichever way it
    /// arrives, at the first call that cannot be given as many items as it asks for.
    pub async fn next_chunk(&mut self, most: usize) -> Result<Option<Vec<Vec<u8>>>, Fault> {
        let most = most.max(1);
        while self.splitter.ready() < most {
            match &mut self.state {
                State::Open => {}
                State::Complete => break,
                State::Broken(fault) => {
                    return Err(fault.take().unwrap_or_else(|| Fault::of(&kinds::MALFORMED)));
                }
            }
            if let Err(fault) = self.read().await {
                self.state = State::Broken(Some(fault));
            }
        }
        let items = self.splitter.take(most);
        Ok((!items.is_empty()).then_some(items))
    }

    /// SHA-256 of the bytes read so far: of all of them, once there is no next chunk.
    pub fn fingerprint(&self) -> String {
        self.digest.hex()
    }

    async fn read(&mut self) -> Result<(), Fault> {
        if self.left.is_empty() {
            let Some(part) = self.arriving.next().await? else {
                self.state = State::Complete;
                return self.splitter.finish();
            };
            self.left = part;
        }
        let piece = self.left.split_to(self.left.len().min(PIECE));
        self.digest.add(&piece);
        self.splitter.push(&piece)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::io::Write;
    use std::rc::Rc;

    use actix_web::error::PayloadError;
    use actix_web::test::TestRequest;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use futures_util::stream;

    use super::*;
    use crate::platform::digest::sha256_hex;

    /// A body of these parts, and how many of them were asked for.
    fn request(kind: &str, coding: &str, parts: Vec<Bytes>) -> (Result<Items, Fault>, Rc<Cell<usize>>) {
        let asked = Rc::new(Cell::new(0));
        let counter = Rc::clone(&asked);
        let parts = stream::iter(parts.into_iter().map(move |part| {
            counter.set(counter.get() + 1);
            Ok::<_, PayloadError>(part)
        }));
        let mut payload: Payload = Payload::Stream { payload: Box::pin(parts) as _ };
        let head = TestRequest::post().insert_header(("content-type", kind));
        let req = head.insert_header(("content-encoding", coding)).to_http_request();
        (Items::from_request(&req, &mut payload).into_inner(), asked)
    }

    fn lines(from: usize, to: usize) -> Bytes {
        (from..to).map(|n| format!("{{\"n\":{n}}}\n")).collect::<Vec<_>>().concat().into()
    }

    fn zipped(bytes: &[u8]) -> Bytes {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap().into()
    }

    async fn code(items: Result<Items, Fault>) -> &'static str {
        let mut items = match items {
            Ok(items) => items,
            Err(fault) => return fault.kind.code,
        };
        loop {
            match items.next_chunk(1000).await {
                Ok(Some(_)) => {}
                Ok(None) => return "ok",
                Err(fault) => return fault.kind.code,
            }
        }
    }

    #[actix_web::test]
    async fn no_more_is_read_than_is_asked_for() {
        let parts: Vec<Bytes> = (0..100).map(|n| lines(n * 10, n * 10 + 10)).collect();
        let (items, asked) = request(LINES, "identity", parts.clone());
        let mut items = items.unwrap();
        assert_eq!(asked.get(), 0);
        assert_eq!(items.next_chunk(25).await.unwrap().unwrap().len(), 25);
        assert_eq!(asked.get(), 3);
        assert_eq!(items.fingerprint(), sha256_hex(&parts[..3].concat()));
        let mut count = 25;
        while let Some(chunk) = items.next_chunk(25).await.unwrap() {
            assert_eq!(chunk[0], format!("{{\"n\":{count}}}").as_bytes());
            count += chunk.len();
        }
        assert_eq!(count, 1000);
        assert_eq!(items.fingerprint(), sha256_hex(&parts.concat()));
        assert!(items.next_chunk(25).await.unwrap().is_none());
    }

    #[actix_web::test]
    async fn a_fault_comes_after_the_chunks_that_are_full() {
        let body = format!("{{\"items\":[{}1,]}}", "1,".repeat(24));
        for length in [1, 7, body.len()] {
            let parts = body.as_bytes().chunks(length).map(Bytes::copy_from_slice).collect();
            let mut items = request(JSON, "identity", parts).0.unwrap();
            assert_eq!(items.next_chunk(10).await.unwrap().unwrap().len(), 10);
            assert_eq!(items.next_chunk(10).await.unwrap().unwrap().len(), 10);
            for _ in 0..2 {
                assert_eq!(items.next_chunk(10).await.unwrap_err().kind.code, "malformed-request");
            }
        }
    }

    #[actix_web::test]
    async fn compressed_bodies_are_bounded_by_what_they_become() {
        let item = format!("\"{}\"\n", "a".repeat(200 * 1024));
        let body = |count| zipped(item.repeat(count).as_bytes());
        let most = LIMIT / item.len();
        assert_eq!(code(request(LINES, "gzip", vec![body(most)]).0).await, "ok");
        assert_eq!(code(request(LINES, "gzip", vec![body(most + 1)]).0).await, "body-too-large");
        let half = body(1).slice(..body(1).len() / 2);
        assert_eq!(code(request(LINES, "gzip", vec![half]).0).await, "malformed-request");
    }

    #[actix_web::test]
    async fn only_the_two_forms_are_read() {
        let body = || vec![lines(0, 3)];
        for (kind, coding) in
            [("text/csv", "identity"), (LINES, "br"), ("application/x-ndjson; charset=latin1", "")]
        {
            let fault = request(kind, coding, body()).0.err().unwrap();
            assert_eq!(fault.kind.code, "unsupported-media-type", "{kind}");
            let (hint, accepted) = fault.hints.accepted.unwrap();
            assert_eq!((hint, accepted.as_ref()), ("accept-post", "application/json, application/x-ndjson"));
        }
        assert_eq!(code(request("Application/X-NDJSON; charset=utf-8", "identity", body()).0).await, "ok");
        assert_eq!(code(request(JSON, "identity", body()).0).await, "malformed-request");
    }
}
