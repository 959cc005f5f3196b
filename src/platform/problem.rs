//! Every refusal as a problem document (RFC 9457), in the caller's language: the one place where faults meet HTTP.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpResponse, ResponseError};
use serde::Serialize;
use serde_json::{Map, Value};

use super::edge::Facts;
use super::fault::{Class, Fault, Kind, Place, kinds};
use super::text::Text;

/// The media type of a problem document.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// How many single faults a document lists.
pub(super) const MOST_ERRORS: usize = 100;

/// The status code of each class of refusal. No other place knows.
fn status(class: Class) -> StatusCode {
    match class {
        Class::Malformed => StatusCode::BAD_REQUEST,
        Class::Slow => StatusCode::REQUEST_TIMEOUT,
        Class::Anonymous => StatusCode::UNAUTHORIZED,
        Class::Forbidden => StatusCode::FORBIDDEN,
        Class::Missing => StatusCode::NOT_FOUND,
        Class::Gone => StatusCode::GONE,
        Class::Method => StatusCode::METHOD_NOT_ALLOWED,
        Class::Unacceptable => StatusCode::NOT_ACCEPTABLE,
        Class::Conflict => StatusCode::CONFLICT,
        Class::Stale => StatusCode::PRECONDITION_FAILED,
        Class::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Class::TooLong => StatusCode::URI_TOO_LONG,
        Class::Media => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Class::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        Class::Unconditional => StatusCode::PRECONDITION_REQUIRED,
        Class::Throttled => StatusCode::TOO_MANY_REQUESTS,
        Class::HeadTooLarge => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
        Class::Broken => StatusCode::INTERNAL_SERVER_ERROR,
        Class::Busy => StatusCode::SERVICE_UNAVAILABLE,
    }
}

/// The status code of a kind of problem, for the list at `/problems`.
pub fn status_of(kind: &Kind) -> u16 {
    status(kind.class).as_u16()
}

/// The languages of the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// Vietnamese, when nothing is asked for.
    Vi,
    /// English.
    En,
}

impl Language {
    /// The better of our languages by an `Accept-Language` header; Vietnamese when it names neither.
    pub fn of(accept: Option<&str>) -> Self {
        let quality = |wanted: &str| -> f32 {
            let ranges = accept.unwrap_or("").split(',').filter_map(|range| {
                let mut parts = range.split(';').map(str::trim);
                let tag = parts.next()?.split('-').next()?.to_ascii_lowercase();
                let q = parts.find_map(|p| p.strip_prefix("q=")?.parse().ok()).unwrap_or(1.0);
                (tag == wanted).then_some(q)
            });
            ranges.fold(0.0, f32::max)
        };
        if quality("en") > quality("vi") { Self::En } else { Self::Vi }
    }

    /// The tag for `Content-Language`.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Vi => "vi",
            Self::En => "en",
        }
    }

    /// What is said in it.
    pub fn of_text(self, text: &Text) -> &str {
        match self {
            Self::Vi => &text.vi,
            Self::En => &text.en,
        }
    }

    fn title(self, kind: &'static Kind) -> &'static str {
        match self {
            Self::Vi => kind.vi,
            Self::En => kind.en,
        }
    }
}

/// A problem document (RFC 9457). Some kinds have further members.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Problem {
    /// Where this kind of problem is described.
    #[serde(rename = "type")]
    #[schema(example = "/problems/not-found")]
    kind: String,
    /// The kind of problem, in the caller's language.
    title: &'static str,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// What happened, in the caller's language.
    detail: String,
    /// The path that was asked for.
    instance: String,
    /// Stable name of the kind of problem.
    #[schema(example = "not-found")]
    code: &'static str,
    /// Names this request in the log.
    request_id: String,
    /// Every single fault of the request, at most a hundred.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    errors: Vec<SingleFault>,
    /// There are more faults than are listed.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    errors_truncated: bool,
    #[serde(flatten)]
    #[schema(ignore)]
    members: Map<String, Value>,
}

/// One fault of a request.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct SingleFault {
    /// JSON Pointer into the body.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "/name")]
    pointer: Option<String>,
    /// Name of the parameter, where it is none of the body.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "limit")]
    parameter: Option<String>,
    /// Stable name of the fault.
    code: &'static str,
    /// What is wrong, in the caller's language.
    detail: String,
}

impl Problem {
    /// A fault as a document for one caller.
    pub fn of(fault: &Fault, facts: &Facts) -> Self {
        let single = |wrong: &super::fault::Wrong| {
            let (pointer, parameter) = match &wrong.place {
                Place::Body(pointer) => (Some(pointer.clone()), None),
                Place::Parameter(name) => (None, Some(name.clone())),
            };
            SingleFault {
                pointer,
                parameter,
                code: wrong.code,
                detail: facts.language.of_text(&wrong.detail).to_owned(),
            }
        };
        Self {
            kind: format!("/problems/{}", fault.kind.code),
            title: facts.language.title(fault.kind),
            status: status(fault.kind.class).as_u16(),
            detail: facts.language.of_text(&fault.detail).to_owned(),
            instance: facts.path.clone(),
            code: fault.kind.code,
            request_id: facts.request_id.clone(),
            errors: fault.wrongs.iter().take(MOST_ERRORS).map(single).collect(),
            errors_truncated: fault.hints.truncated || fault.wrongs.len() > MOST_ERRORS,
            members: fault
                .hints
                .members
                .iter()
                .map(|(name, value)| ((*name).to_owned(), value.clone()))
                .collect(),
        }
    }
}

/// A fault leaves its handler as a bare status; [`render`] gives it its document.
impl ResponseError for Fault {
    fn status_code(&self) -> StatusCode {
        status(self.kind.class)
    }

    fn error_response(&self) -> HttpResponse<BoxBody> {
        let mut response = HttpResponse::build(self.status_code());
        if self.kind.class == Class::Slow {
            // What is left of the request must not be taken for the next one.
            response.force_close();
        }
        if let Some(seconds) = self.hints.retry_after {
            response.insert_header((header::RETRY_AFTER, seconds));
        }
        if let Some(etag) = &self.hints.etag {
            response.insert_header((header::ETAG, etag.as_str()));
        }
        if let Some(challenge) = &self.hints.challenge {
            response.insert_header((header::WWW_AUTHENTICATE, challenge.as_str()));
        }
        if let Some((name, accepted)) = &self.hints.accepted {
            response.insert_header((*name, accepted.as_ref()));
        }
        response.finish()
    }
}

/// Gives every refusal its document: ours, and the framework's own.
pub async fn render(
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let facts = req.extensions().get::<Facts>().cloned().unwrap_or_default();
    let response = match next.call(req).await {
        Ok(response) => response.map_into_boxed_body(),
        Err(error) => return Err(Rendered::of(&error, &facts).into()),
    };
    if !response.status().is_client_error() && !response.status().is_server_error() {
        return Ok(response);
    }
    let fault = match response.response().error() {
        Some(error) => from_error(error),
        None => from_status(response.status()),
    };
    let (request, bare) = response.into_parts();
    Ok(ServiceResponse::new(request, document(bare, &fault, &facts)))
}

fn document(bare: HttpResponse<BoxBody>, fault: &Fault, facts: &Facts) -> HttpResponse<BoxBody> {
    if let Some(source) = &fault.source {
        log_source(source.as_ref(), fault.kind, facts);
    }
    let body = serde_json::to_string(&Problem::of(fault, facts)).unwrap_or_default();
    let mut response = bare.set_body(BoxBody::new(body));
    *response.status_mut() = status(fault.kind.class);
    let headers = response.headers_mut();
    let mut set =
        |name: HeaderName, value: &'static str| headers.insert(name, HeaderValue::from_static(value));
    set(header::CONTENT_TYPE, PROBLEM_JSON);
    set(header::CONTENT_LANGUAGE, facts.language.tag());
    set(header::CACHE_CONTROL, "no-store");
    headers.append(header::VARY, HeaderValue::from_static("Accept-Language"));
    response
}

/// What broke is always said; of a request that leaves no trace nothing else is.
fn log_source(source: &(dyn std::error::Error + Send + Sync), kind: &Kind, facts: &Facts) {
    if facts.untraced.holds() {
        log::error!("{}: {source}", kind.code);
    } else {
        log::error!("request {}: {}: {source}", facts.request_id, kind.code);
    }
}

/// A fault is one of ours, or what actix says in its own words.
fn from_error(error: &Error) -> Fault {
    match error.as_error::<Fault>() {
        Some(fault) => fault.copy(),
        None => from_status(error.as_response_error().status_code()),
    }
}

fn from_status(code: StatusCode) -> Fault {
    let classes = kinds::ALL.iter().find(|kind| status(kind.class) == code);
    let usual = match code {
        StatusCode::BAD_REQUEST => &kinds::MALFORMED,
        StatusCode::SERVICE_UNAVAILABLE => &kinds::UNAVAILABLE,
        StatusCode::UNPROCESSABLE_ENTITY => &kinds::INVALID,
        _ if code.is_server_error() => &kinds::INTERNAL,
        _ => classes.unwrap_or(&&kinds::MALFORMED),
    };
    Fault::of(usual)
}

impl Fault {
    /// What the answer needs of a fault that actix owns. The source is logged as text.
    fn copy(&self) -> Self {
        Self {
            kind: self.kind,
            detail: self.detail.clone(),
            wrongs: self.wrongs.clone(),
            hints: self.hints.clone(),
            source: self.source.as_ref().map(|source| source.to_string().into()),
        }
    }
}

/// A document for a fault that left the middleware as an error.
#[derive(Debug)]
pub struct Rendered {
    fault: Fault,
    facts: Facts,
}

impl Rendered {
    /// The document of an error that actix carries.
    pub fn of(error: &Error, facts: &Facts) -> Self {
        Self { fault: from_error(error), facts: facts.clone() }
    }

    /// The document of a panic; what it said is in the log.
    pub fn of_panic(facts: &Facts) -> Self {
        Self { fault: Fault::of(&kinds::INTERNAL), facts: facts.clone() }
    }
}

impl std::fmt::Display for Rendered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.fault.fmt(f)
    }
}

impl ResponseError for Rendered {
    fn status_code(&self) -> StatusCode {
        status(self.fault.kind.class)
    }

    fn error_response(&self) -> HttpResponse<BoxBody> {
        let mut response = document(self.fault.error_response(), &self.fault, &self.facts);
        super::edge::own_headers(response.headers_mut(), &self.facts);
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_better_language_is_chosen() {
        for (accept, tag) in [
            (None, "vi"),
            (Some("vi"), "vi"),
            (Some("en"), "en"),
            (Some("en-GB,en;q=0.9"), "en"),
            (Some("en;q=.5,vi"), "vi"),
            (Some("en;q=0.5, vi;q=0.4"), "en"),
            (Some("fr"), "vi"),
            (Some("*"), "vi"),
        ] {
            assert_eq!(Language::of(accept).tag(), tag, "{accept:?}");
        }
    }
}
