//! Which form of an answer the caller accepts.

/// Whether an `Accept` header takes one of the media types that we have. No header takes everything.
pub fn acceptable(accept: Option<&str>, ours: &[&str]) -> bool {
    let Some(accept) = accept else { return true };
    let mut refused = false;
    let taken = accept.split(',').any(|range| {
        let mut parts = range.split(';').map(str::trim);
        let kind = parts.next().unwrap_or("").to_ascii_lowercase();
        let zero =
            parts.any(|p| p.strip_prefix("q=").is_some_and(|q| q.parse::<f32>().is_ok_and(|q| q <= 0.0)));
        refused |= zero;
        !zero && ours.iter().any(|ours| covers(&kind, ours))
    });
    taken || (accept.trim().is_empty() && !refused)
}

fn covers(range: &str, media: &str) -> bool {
    range == "*/*"
        || range == media
        || range.strip_suffix('*').is_some_and(|prefix| prefix.ends_with('/') && media.starts_with(prefix))
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
