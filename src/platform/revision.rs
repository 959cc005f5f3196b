//! Versions of records: `ETag`, `If-Match`, `If-None-Match` (RFC 9110 §13).

use std::fmt;
use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::{self, HeaderName};
use actix_web::{FromRequest, HttpRequest};

use super::edge::listed;
use super::fault::{Fault, kinds};

/// The strong tag of a record's version. `variant` tells apart what one version looks like on different days; a
/// condition compares the version alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Etag {
    version: i64,
    variant: String,
}

impl Etag {
    /// The tag of a version that always looks the same.
    pub fn of(version: i64) -> Self {
        Self { version, variant: String::new() }
    }

    /// The tag of a version that looks different in each variant.
    pub fn variant(version: i64, variant: impl fmt::Display) -> Self {
        Self { version, variant: format!(".{variant}") }
    }
}

impl fmt::Display for Etag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}{}\"", self.version, self.variant)
    }
}

/// The conditions that a request states.
#[derive(Clone, Debug, Default)]
pub struct Condition {
    if_match: Option<String>,
    if_none_match: Option<String>,
}

impl Condition {
    /// Whatever version is there: for a change that does not come from who read one.
    pub fn any() -> Self {
        Self { if_match: Some("*".to_owned()), if_none_match: None }
    }

    /// Whether who reads has this version already, so that it need not be made: the answer is 304 (RFC 9110 §13.1.2).
    pub fn knows(&self, current: &Etag) -> bool {
        self.if_none_match.as_ref().is_some_and(|list| named(list, &current.to_string()).is_some())
    }

    /// Whether a PUT may go on: it creates what is not there, and replaces only the version that it names.
    ///
    /// Refuses with 428 when the record is there and no version is named, with 412 when another is.
    pub fn admits_put(&self, current: Option<&Etag>) -> Result<(), Fault> {
        match current {
            None if self.if_match.is_some() => Err(Fault::stale(None)),
            None => Ok(()),
            Some(tag) => match &self.if_none_match {
                Some(list) if list.trim() == "*" || names(list, tag) => {
                    Err(Fault::stale(Some(tag.to_string())))
                }
                _ => self.admits_change(tag),
            },
        }
    }

    /// Whether a change of a record that is there may go on.
    pub fn admits_change(&self, current: &Etag) -> Result<(), Fault> {
        match &self.if_match {
            None => {
                let mut fault = Fault::of(&kinds::CONDITION_REQUIRED);
                fault.hints.etag = Some(current.to_string());
                Err(fault)
            }
            Some(list) if list.trim() == "*" || names(list, current) => Ok(()),
            Some(_) => Err(Fault::stale(Some(current.to_string()))),
        }
    }
}

/// `If-Match` compares strongly: a weak tag names nothing.
fn names(list: &str, current: &Etag) -> bool {
    let version = current.version.to_string();
    list.split(',').any(|tag| {
        let plain = plain(tag).unwrap_or_default();
        let inner = plain.strip_prefix('"').and_then(|tag| tag.strip_suffix('"'));
        inner.is_some_and(|inner| inner.split('.').next() == Some(version.as_str()))
    })
}

/// A strong tag without the mark of a compressed answer, which `edge.rs` adds.
fn plain(tag: &str) -> Option<String> {
    let tag = tag.trim();
    (!tag.starts_with("W/")).then(|| unmarked(tag).0)
}

/// A tag without the mark of a compressed answer, and the mark.
fn unmarked(tag: &str) -> (String, &'static str) {
    let mark = ["-gzip\"", "-deflate\""].into_iter().find_map(|mark| Some((tag.strip_suffix(mark)?, mark)));
    mark.map_or_else(|| (tag.to_owned(), "\""), |(tag, mark)| (format!("{tag}\""), mark))
}

/// The tag of what the caller has already, if its `If-None-Match` names this one.
pub(super) fn kept_already(req: &HttpRequest, etag: &str) -> Option<String> {
    named(&listed(req.headers(), &header::IF_NONE_MATCH)?, etag)
}

/// The tag as a list names it: compared weakly, and with the mark of the compressed answer where that is what the caller has.
fn named(list: &str, etag: &str) -> Option<String> {
    if list.trim() == "*" {
        return Some(etag.to_owned());
    }
    let weak = |tag: &str| unmarked(tag.trim().trim_start_matches("W/"));
    let (_, mark) = list.split(',').map(weak).find(|(tag, _)| *tag == weak(etag).0)?;
    let strong = etag.strip_suffix('"').filter(|_| etag.starts_with('"'));
    Some(strong.map_or_else(|| etag.to_owned(), |inner| format!("{inner}{mark}")))
}

impl FromRequest for Condition {
    type Error = Fault;
    type Future = Ready<Result<Self, Fault>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let list = |name: HeaderName| listed(req.headers(), &name);
        ready(Ok(Self { if_match: list(header::IF_MATCH), if_none_match: list(header::IF_NONE_MATCH) }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn condition(if_match: Option<&str>, if_none_match: Option<&str>) -> Condition {
        Condition { if_match: if_match.map(Into::into), if_none_match: if_none_match.map(Into::into) }
    }
    fn code(result: Result<(), Fault>) -> &'static str {
        result.err().map_or("ok", |fault| fault.kind.code)
    }

    #[test]
    fn a_put_creates_or_names_the_version_it_replaces() {
        let tag = Etag::variant(3, "2020-01-01");
        let put =
            |if_match, if_none_match, current| code(condition(if_match, if_none_match).admits_put(current));
        assert_eq!(put(None, None, None), "ok");
        assert_eq!(put(None, Some("*"), None), "ok");
        assert_eq!(put(Some("\"3\""), None, None), "version-mismatch");
        assert_eq!(put(None, None, Some(&tag)), "condition-required");
        assert_eq!(put(None, Some("*"), Some(&tag)), "version-mismatch");
        assert_eq!(put(Some("\"2.2020-01-01\""), None, Some(&tag)), "version-mismatch");
        for same in ["\"3.2020-01-01\"", "\"3\"", "\"3-gzip\"", "*", "\"1\", \"3.2019-01-01\""] {
            assert_eq!(put(Some(same), None, Some(&tag)), "ok", "{same}");
        }
        assert_eq!(put(Some("W/\"3\""), None, Some(&tag)), "version-mismatch");
        assert_eq!(put(Some("3"), None, Some(&tag)), "version-mismatch");
    }
}
