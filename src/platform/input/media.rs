//! Which form of an answer the caller accepts.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest};

use crate::platform::edge::listed;
use crate::platform::fault::Fault;

/// Whether the caller would rather have XML than JSON, of an answer that there is in both.
#[derive(Clone, Copy, Debug)]
pub struct PrefersXml(pub bool);

impl FromRequest for PrefersXml {
    type Error = Fault;
    type Future = Ready<Result<Self, Fault>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let accept = listed(req.headers(), &header::ACCEPT);
        let best = preferred(accept.as_deref(), &["application/json", "application/xml"]);
        ready(Ok(Self(best == Some(1))))
    }
}

/// Whether an `Accept` header takes one of the media types that we have. No header takes everything.
pub fn acceptable(accept: Option<&str>, ours: &[&str]) -> bool {
    preferred(accept, ours).is_some()
}

/// Which of the media types that we have an `Accept` header likes best (RFC 9110 §12.5.1): of those it likes alike, the
/// one it names more closely, and then our first.
pub fn preferred(accept: Option<&str>, ours: &[&str]) -> Option<usize> {
    let accept = accept.filter(|accept| !accept.trim().is_empty()).unwrap_or("*/*");
    let ranges: Vec<Range> = accept.split(',').map(Range::read).collect();
    let liked = ours.iter().enumerate().filter_map(|(index, media)| {
        let closest =
            ranges.iter().filter(|range| range.covers(media)).max_by_key(|range| range.closeness())?;
        (closest.quality > 0.0).then_some((index, closest))
    });
    // Of equals the last would be taken: so from behind.
    let all: Vec<_> = liked.collect();
    let by_liking = |(_, a): &&(usize, &Range), (_, b): &&(usize, &Range)| {
        a.quality.total_cmp(&b.quality).then(a.closeness().cmp(&b.closeness()))
    };
    all.iter().rev().max_by(by_liking).map(|(index, _)| *index)
}

/// One media range of an `Accept` header.
struct Range {
    kind: String,
    quality: f32,
}

impl Range {
    fn read(text: &str) -> Self {
        let mut parts = text.split(';').map(str::trim);
        let kind = parts.next().unwrap_or("").to_ascii_lowercase();
        let quality = parts.find_map(|p| p.strip_prefix("q=").or_else(|| p.strip_prefix("Q="))?.parse().ok());
        Self { kind, quality: quality.unwrap_or(1.0) }
    }

    fn covers(&self, media: &str) -> bool {
        let prefix = self.kind.strip_suffix('*');
        self.kind == "*/*"
            || self.kind == media
            || prefix.is_some_and(|prefix| prefix.ends_with('/') && media.starts_with(prefix))
    }

    /// How closely it names what it covers.
    fn closeness(&self) -> u8 {
        match self.kind.as_str() {
            "*/*" => 0,
            kind if kind.ends_with("/*") => 1,
            _ => 2,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_with_their_quality() {
        let json = &["application/json", "application/problem+json"];
        for taken in [
            None,
            Some("*/*"),
            Some("application/*"),
            Some("text/html, application/json;q=0.1"),
            Some("Application/JSON"),
        ] {
            assert!(acceptable(taken, json), "{taken:?}");
        }
        for refused in [Some("text/csv"), Some("application/json;q=0"), Some("application/xml, text/*")] {
            assert!(!acceptable(refused, json), "{refused:?}");
        }
    }
}
