//! What a handler answers, complete before the transaction ends, so that a repetition can be given the same.

use std::borrow::Cow;
use std::sync::Arc;

use actix_web::body::BoxBody;
use actix_web::http::header::{self, HeaderName};
use actix_web::http::{Method, StatusCode};
use actix_web::web::{self, Bytes};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, Responder};
use chrono::{DateTime, Utc};
use futures_util::{Stream, stream};
use serde::{Deserialize, Serialize};

use super::digest::sha256_hex;
use super::edge::listed;
use super::fault::Fault;
use super::page::is_cursor;
use super::problem::Language;
use super::revision::{Etag, kept_already};
use super::spool::Spool;

/// What became of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is new.
    Created,
    /// It was changed.
    Updated,
    /// It was so already.
    Unchanged,
}

/// An answer of JSON, or a file.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Reply {
    status: u16,
    body: String,
    location: Option<String>,
    etag: Option<String>,
    modified: Option<DateTime<Utc>>,
    /// The cursor of the next page.
    next: Option<String>,
    language: Option<String>,
    /// What a file is; such an answer is never kept under an `Idempotency-Key`.
    #[serde(skip)]
    file: Option<File>,
    /// Another `Accept` would have been answered otherwise.
    #[serde(skip)]
    negotiated: bool,
    /// A part that does not tell answers apart.
    #[serde(skip)]
    aside: Option<String>,
    /// What tells it apart, if that is known already.
    #[serde(skip)]
    digest: Option<String>,
    #[serde(skip)]
    evidence: Option<String>,
    /// What is shown in place of the body this once.
    #[serde(skip)]
    once: Option<String>,
    #[serde(skip)]
    changed: bool,
    #[serde(skip)]
    replayed: bool,
}

/// An answer that is saved, not read by a program.
#[derive(Clone, Debug)]
struct File {
    bytes: Bytes,
    /// The bytes, where they are too many to be held.
    spool: Option<Arc<Spool>>,
    media: &'static str,
    disposition: String,
}

impl Reply {
    /// 200 with a view; nothing was changed.
    pub fn ok(view: &impl Serialize) -> Result<Self, Fault> {
        let body = serde_json::to_string(view).map_err(Fault::broken)?;
        Ok(Self::with_body(body))
    }

    /// 200 with JSON that was written before, to the byte.
    pub fn as_written(body: String) -> Self {
        Self::with_body(body)
    }

    /// 200 with a file.
    pub fn file(bytes: Vec<u8>, media: &'static str, disposition: String) -> Self {
        let file = File { bytes: bytes.into(), spool: None, media, disposition };
        Self { file: Some(file), ..Self::with_body(String::new()) }
    }

    /// 200 with a file that is sent part by part. It has the tag of its record: its bytes are not looked at.
    pub fn spooled(spool: Spool, etag: &Etag, media: &'static str, disposition: String) -> Self {
        let file = File { bytes: Bytes::new(), spool: Some(Arc::new(spool)), media, disposition };
        Self { file: Some(file), ..Self::with_body(String::new()) }.tagged(etag)
    }

    fn with_body(body: String) -> Self {
        Self {
            status: 200,
            body,
            location: None,
            etag: None,
            modified: None,
            next: None,
            aside: None,
            digest: None,
            language: None,
            file: None,
            negotiated: false,
            evidence: None,
            once: None,
            changed: false,
            replayed: false,
        }
    }

    /// 200 after a change.
    pub fn changed_to(view: &impl Serialize) -> Result<Self, Fault> {
        Ok(Self { changed: true, ..Self::ok(view)? })
    }

    /// 201 after a creation at a location.
    pub fn created(view: &impl Serialize, location: String) -> Result<Self, Fault> {
        Ok(Self { status: 201, location: Some(location), ..Self::changed_to(view)? })
    }

    /// What became of a record, and how it is now; `location` is its own URL.
    pub fn of(outcome: Outcome, view: &impl Serialize, location: String) -> Result<Self, Fault> {
        match outcome {
            Outcome::Created => Self::created(view, location),
            Outcome::Updated => Self::changed_to(view),
            Outcome::Unchanged => Self::ok(view),
        }
    }

    /// Adds the version of the record.
    #[must_use]
    pub fn tagged(mut self, etag: &Etag) -> Self {
        self.etag = Some(etag.to_string());
        self
    }

    /// Says which part of the answer is another each time it is asked for: answers that differ in nothing else are the same.
    #[must_use]
    pub fn aside(mut self, part: String) -> Self {
        self.aside = Some(part);
        self
    }

    /// Writes the part anew that is another each time.
    #[must_use]
    pub(super) fn renewed(mut self, part: Option<&str>) -> Self {
        if let Some((old, part)) = self.aside.as_deref().zip(part)
            && let Some(at) = self.body.rfind(old)
        {
            self.body.replace_range(at..at + old.len(), part);
            self.aside = Some(part.to_owned());
        }
        self
    }

    /// Finds out now what tells the answer apart, so that it need not be found again.
    #[must_use]
    pub(super) fn sealed(mut self) -> Self {
        self.digest = Some(self.digest());
        self
    }

    fn digest(&self) -> String {
        self.digest.clone().unwrap_or_else(|| {
            let mut digest = sha256_hex(&self.compared());
            digest.truncate(20);
            digest
        })
    }

    /// Bytes of the answer.
    pub(super) fn size(&self) -> usize {
        self.bytes().len()
    }

    /// Adds when the record last changed.
    #[must_use]
    pub fn modified(mut self, at: DateTime<Utc>) -> Self {
        self.modified = Some(at);
        self
    }

    /// Says in which language the answer is.
    #[must_use]
    pub fn in_language(mut self, language: Language) -> Self {
        self.language = Some(language.tag().to_owned());
        self
    }

    /// Adds the cursor of the next page.
    #[must_use]
    pub fn with_next(mut self, next: Option<String>) -> Self {
        self.next = next;
        self
    }

    /// Says that another `Accept` would have been answered otherwise.
    #[must_use]
    pub fn negotiated(mut self) -> Self {
        self.negotiated = true;
        self
    }

    /// What tells the answer apart from others.
    fn compared(&self) -> Cow<'_, [u8]> {
        let aside = self.aside.as_deref().filter(|_| self.file.is_none());
        match aside.and_then(|part| self.body.rsplit_once(part)) {
            Some((before, after)) => [before, after].concat().into_bytes().into(),
            None => self.bytes().into(),
        }
    }

    #[cfg(test)]
    pub(super) fn text(&self) -> &str {
        &self.body
    }

    fn bytes(&self) -> &[u8] {
        self.file.as_ref().map_or(self.body.as_bytes(), |file| &file.bytes)
    }

    /// Says what the audit entry keeps, where the answer does not hold the state after the change.
    pub fn with_evidence(mut self, evidence: &impl Serialize) -> Result<Self, Fault> {
        self.evidence = Some(serde_json::to_string(evidence).map_err(Fault::broken)?);
        Ok(self)
    }

    /// Says what is shown this once, such as a secret: neither the audit entry nor a repetition holds it.
    pub fn shown_once(mut self, view: &impl Serialize) -> Result<Self, Fault> {
        self.once = Some(serde_json::to_string(view).map_err(Fault::broken)?);
        Ok(self)
    }

    /// The answer that a change was given before, under its `Idempotency-Key`.
    pub(super) fn replay(text: &str) -> Result<Self, Fault> {
        let earlier: Self = serde_json::from_str(text).map_err(Fault::broken)?;
        Ok(Self { replayed: true, ..earlier })
    }

    pub(super) fn changed(&self) -> bool {
        self.changed
    }

    /// What the audit entry keeps: the state after the change, or what the action says it is.
    pub(super) fn evidence(&self) -> String {
        self.evidence.clone().unwrap_or_else(|| self.body.clone())
    }
}

impl Responder for Reply {
    type Body = BoxBody;

    fn respond_to(self, req: &HttpRequest) -> HttpResponse {
        let read = matches!(*req.method(), Method::GET | Method::HEAD);
        let etag = self.etag.clone().or_else(|| {
            // A list has no version of its own; its bytes are compared.
            read.then(|| format!("W/\"{}\"", self.digest()))
        });
        let kept = etag.as_deref().filter(|_| read).and_then(|tag| kept_already(req, tag));
        let unchanged = kept.is_some();
        // An answer that no GET gives again, such as what became of a batch or a secret, is never left out.
        let again = self.once.is_none() && (self.etag.is_some() || self.location.is_some());
        let minimal = !read && again && Self::prefers_minimal(req);
        let status = if unchanged { 304 } else { self.status };
        let mut response = HttpResponseBuilder::new(StatusCode::from_u16(status).unwrap_or(StatusCode::OK));
        self.head(&mut response, kept.or(etag), req);
        if minimal {
            response.insert_header(("preference-applied", "return=minimal"));
        }
        match (unchanged, minimal) {
            (true, _) => response.finish(),
            // Also for what was created, whose place the Location tells: the document knows no 201 without a body.
            (_, true) => response.status(StatusCode::NO_CONTENT).finish(),
            _ => match self.file {
                None => response.content_type("application/json").body(self.once.unwrap_or(self.body)),
                Some(file) => {
                    response.insert_header((header::CONTENT_DISPOSITION, file.disposition));
                    response.content_type(file.media);
                    match file.spool {
                        None => response.body(file.bytes),
                        Some(spool) => response.no_chunking(spool.length()).streaming(parts(spool)),
                    }
                }
            },
        }
    }
}

impl Reply {
    fn prefers_minimal(req: &HttpRequest) -> bool {
        let prefer = listed(req.headers(), &HeaderName::from_static("prefer")).unwrap_or_default();
        prefer.split(',').any(|p| p.trim().eq_ignore_ascii_case("return=minimal"))
    }

    fn head(&self, response: &mut HttpResponseBuilder, etag: Option<String>, req: &HttpRequest) {
        response.insert_header((header::CACHE_CONTROL, "private, no-cache"));
        if let Some(etag) = etag {
            response.insert_header((header::ETAG, etag));
        }
        if let Some(modified) = self.modified {
            response.insert_header((header::LAST_MODIFIED, httpdate::fmt_http_date(modified.into())));
        }
        if let Some(location) = &self.location {
            response.insert_header((header::LOCATION, location.as_str()));
        }
        if let Some(next) = &self.next {
            response.insert_header((header::LINK, format!("<{}>; rel=\"next\"", same_url_at(req, next))));
        }
        if let Some(language) = &self.language {
            response.insert_header((header::CONTENT_LANGUAGE, language.as_str()));
            response.append_header((header::VARY, "Accept-Language"));
        }
        if self.negotiated {
            response.append_header((header::VARY, "Accept"));
        }
        if self.replayed {
            response.insert_header(("idempotent-replayed", "true"));
        }
    }
}

/// Bytes that are sent at once.
const PART: usize = 64 * 1024;

/// What was put aside, part by part, each read where that may take its time.
fn parts(spool: Arc<Spool>) -> impl Stream<Item = std::io::Result<Bytes>> + 'static {
    stream::try_unfold(0_u64, move |at| {
        let spool = Arc::clone(&spool);
        async move {
            let read = web::block(move || spool.part(at, PART)).await;
            let part = read.map_err(std::io::Error::other)??;
            let next = at + u64::try_from(part.len()).unwrap_or_default();
            Ok((!part.is_empty()).then(|| (Bytes::from(part), next)))
        }
    })
}

/// The request's own URL with another cursor.
fn same_url_at(req: &HttpRequest, cursor: &str) -> String {
    let others = req.query_string().split('&').filter(|pair| !pair.is_empty() && !is_cursor(pair));
    let query: Vec<&str> = others.collect();
    let glue = if query.is_empty() { "" } else { "&" };
    format!("{}?{}{glue}cursor={cursor}", req.path(), query.join("&"))
}
