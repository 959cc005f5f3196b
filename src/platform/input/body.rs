//! JSON bodies: read once, bounded, checked against the schema of their type, all faults at once.

use std::fmt::Write;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use actix_web::dev::{Decompress, Payload};
use actix_web::error::PayloadError;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, web};
use futures_util::{Stream, StreamExt};
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::time::timeout;
use utoipa::ToSchema;

use super::schema::{Schema, code_in, escaped};
use super::value;
use crate::platform::digest::sha256_hex;
use crate::platform::fault::{Fault, Place, Wrong, kinds};
use crate::platform::text::{Text, has_invisible};

/// A body of so many bytes is read where it arrives: that takes well under a millisecond.
const AT_ONCE: usize = 64 * 1024;

/// How long the next part of a body may take to come, and the whole of it: who sends a byte now and then holds a
/// connection that others need.
const SLOWEST_PART: Duration = Duration::from_secs(10);
const SLOWEST_BODY: Duration = Duration::from_mins(2);

fn slow() -> Fault {
    Fault::of(&kinds::REQUEST_TIMEOUT)
}

/// A type that comes as a body.
pub trait Body: DeserializeOwned + ToSchema + Send + 'static {
    /// Most bytes of the body, after decompression.
    const LIMIT: usize = 256 * 1024;

    /// What the body as a whole is checked against; a batch checks its items one by one.
    fn check() -> Result<Arc<Schema>, Fault> {
        Schema::of::<Self>()
    }
}

/// A body of `application/json`.
pub struct Json<T> {
    /// The body as its type.
    pub value: T,
    /// SHA-256 of the bytes: what makes two requests with one `Idempotency-Key` the same request.
    pub fingerprint: String,
}

/// A body of `application/merge-patch+json` (RFC 7396): `null` removes, arrays are replaced.
pub struct MergePatch<T> {
    /// The changes as their type.
    pub value: T,
}

impl<T: Body> FromRequest for Json<T> {
    type Error = Fault;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Fault>>>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let bytes = bytes(req, payload, "application/json", "accept-post", T::LIMIT);
        Box::pin(async move {
            let bytes = bytes.await?;
            if bytes.len() <= AT_ONCE {
                return Self::read(&bytes);
            }
            // A large body is not read on the thread that answers others.
            web::block(move || Self::read(&bytes)).await.map_err(Fault::broken)?
        })
    }
}

impl<T: Body> Json<T> {
    fn read(bytes: &[u8]) -> Result<Self, Fault> {
        Ok(Self { value: typed(value::read(bytes)?)?, fingerprint: sha256_hex(bytes) })
    }
}

impl<T: Body> FromRequest for MergePatch<T> {
    type Error = Fault;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Fault>>>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let bytes = bytes(req, payload, "application/merge-patch+json", "accept-patch", T::LIMIT);
        Box::pin(async move { Ok(Self { value: typed(value::read(&bytes.await?)?)? }) })
    }
}

/// Collects a body, decompressed, without ever holding more than the limit.
pub(super) fn bytes(
    req: &HttpRequest,
    payload: &mut Payload,
    media: &'static str,
    hint: &'static str,
    limit: usize,
) -> impl Future<Output = Result<Vec<u8>, Fault>> + use<> {
    let head = check_head(req, &[media], hint, limit);
    let mut arriving = Arriving::new(req, payload, limit);
    async move {
        head?;
        let mut bytes = Vec::new();
        while let Some(part) = arriving.next().await? {
            bytes.extend_from_slice(&part);
        }
        Ok(bytes)
    }
}

/// Bytes that are decompressed at once. What comes of them is held whole before any of it can be counted, and a few bytes can
/// become a thousand times as many.
const SLICE: usize = 256;

/// A body as it comes from the connection, in slices.
struct Slices {
    payload: Payload,
    held: web::Bytes,
    most: usize,
}

impl Stream for Slices {
    type Item = Result<web::Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        while self.held.is_empty() {
            match ready!(Pin::new(&mut self.payload).poll_next(cx)) {
                Some(Ok(bytes)) => self.held = bytes,
                other => return Poll::Ready(other),
            }
        }
        let size = self.most.min(self.held.len());
        Poll::Ready(Some(Ok(self.held.split_to(size))))
    }
}

/// A body as it arrives: decompressed, in time, and no more of it than its limit. It is read only when asked for.
pub(super) struct Arriving {
    stream: Decompress<Slices>,
    limit: usize,
    bytes: usize,
    waited: Duration,
}

impl Arriving {
    pub(super) fn new(req: &HttpRequest, payload: &mut Payload, limit: usize) -> Self {
        let packed = req.headers().contains_key(header::CONTENT_ENCODING);
        let most = if packed { SLICE } else { usize::MAX };
        let stream = Slices { payload: payload.take(), held: web::Bytes::new(), most };
        let stream = Decompress::from_headers(stream, req.headers());
        Self { stream, limit, bytes: 0, waited: Duration::ZERO }
    }

    /// The next part; none at the end. Only the caller's time is counted, not what is done with the parts meanwhile.
    pub(super) async fn next(&mut self) -> Result<Option<web::Bytes>, Fault> {
        let asked = Instant::now();
        let part = timeout(SLOWEST_PART, self.stream.next()).await.map_err(|_| slow())?;
        let Some(part) = part else { return Ok(None) };
        self.waited += asked.elapsed();
        if self.waited > SLOWEST_BODY {
            return Err(slow());
        }
        let part = part.map_err(|error| {
            let text = Text::new(
                "The body ended early or cannot be decompressed.",
                "Nội dung bị ngắt hoặc không giải nén được.",
            );
            Fault { source: Some(Box::new(error)), ..Fault::new(&kinds::MALFORMED, text) }
        })?;
        self.bytes += part.len();
        if self.bytes > self.limit {
            return Err(too_large(self.limit));
        }
        Ok(Some(part))
    }
}

/// Which of the media types that are read here a request's body has, and whether it may be read at all.
pub(super) fn check_head(
    req: &HttpRequest,
    media: &[&'static str],
    hint: &'static str,
    limit: usize,
) -> Result<&'static str, Fault> {
    let unsupported = || {
        let mut fault = Fault::of(&kinds::UNSUPPORTED_MEDIA);
        fault.hints.accepted = Some((hint, media.join(", ").into()));
        fault
    };
    let header = |name| req.headers().get(name).and_then(|value| value.to_str().ok());
    let mut given = header(header::CONTENT_TYPE).unwrap_or("").split(';').map(str::trim);
    let kind = given.next().unwrap_or("");
    let media = media.iter().find(|media| kind.eq_ignore_ascii_case(media)).ok_or_else(unsupported)?;
    if given.any(|parameter| {
        parameter
            .to_ascii_lowercase()
            .strip_prefix("charset=")
            .is_some_and(|set| set.trim_matches('"') != "utf-8")
    }) {
        return Err(unsupported());
    }
    let coding = header(header::CONTENT_ENCODING).unwrap_or("identity");
    if !["identity", "gzip"].iter().any(|known| coding.eq_ignore_ascii_case(known)) {
        return Err(unsupported());
    }
    match header(header::CONTENT_LENGTH).and_then(|length| length.parse::<usize>().ok()) {
        Some(length) if length > limit => Err(too_large(limit)),
        _ => Ok(media),
    }
}

fn too_large(limit: usize) -> Fault {
    let text = Text::new(
        format!("The body may have at most {limit} bytes."),
        format!("Nội dung được tối đa {limit} byte."),
    );
    Fault::new(&kinds::TOO_LARGE, text).member("limit", limit)
}

/// A value as its type, or everything that is wrong with it.
pub(super) fn typed<T: Body>(value: Value) -> Result<T, Fault> {
    let schema = T::check()?;
    let mut wrongs = schema.wrongs(&value, &Place::Body);
    match &value {
        Value::Object(members) => {
            for (name, member) in members.iter().filter(|(name, _)| !schema.is_prose(name)) {
                invisible(member, &mut format!("/{}", escaped(name)), &mut wrongs);
            }
        }
        other => invisible(other, &mut String::new(), &mut wrongs),
    }
    if !wrongs.is_empty() {
        return Err(Fault::invalid(wrongs));
    }
    serde_path_to_error::deserialize(value).map_err(|error| {
        let code = code_in(&error.inner().to_string());
        Fault::invalid(vec![Wrong::body(pointer(error.path()), code)])
    })
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    let segment = |segment: &Segment| match segment {
        Segment::Seq { index } => format!("/{index}"),
        Segment::Map { key } => format!("/{}", escaped(key)),
        Segment::Enum { .. } | Segment::Unknown => String::new(),
    };
    path.iter().map(segment).collect()
}

/// No text of any body may hold what nobody can see, but for prose, which is not kept.
fn invisible(value: &Value, at: &mut String, wrongs: &mut Vec<Wrong>) {
    let here = at.len();
    match value {
        Value::String(text) if has_invisible(text) => {
            wrongs.push(Wrong::body(at.clone(), super::wrong::INVISIBLE));
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                let _ = write!(at, "/{index}");
                invisible(item, at, wrongs);
                at.truncate(here);
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                let _ = write!(at, "/{}", escaped(name));
                invisible(member, at, wrongs);
                at.truncate(here);
            }
        }
        _ => {}
    }
}
