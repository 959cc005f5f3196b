//! The settings as text: for the operator's eyes, and as a file to start from.

use std::fmt::Write as _;

use super::{DATABASE_URL, Lookup, Reader, SETTINGS};

/// The settings as they are in force, with secrets hidden; the password of a URL is one.
pub fn shown(lookup: Lookup<'_>) -> String {
    let reader = Reader { lookup, faults: Vec::new() };
    SETTINGS.iter().fold(String::new(), |mut text, setting| {
        let value = reader.text(setting.name);
        let value = if setting.name == DATABASE_URL { hidden(&value) } else { value };
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{}={value}", setting.name);
        text
    })
}

/// Hides what stands between the user's name and the host.
fn hidden(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let (before, query) = rest.split_once('?').unwrap_or((rest, ""));
    let shown = match before.rsplit_once('@') {
        Some((user, host)) => format!("{scheme}://{}:***@{host}", user.split(':').next().unwrap_or("")),
        None => format!("{scheme}://{before}"),
    };
    // libpq knows `password` and `sslpassword`.
    let is_secret = |p: &&str| p.split('=').next().is_some_and(|name| name.ends_with("password"));
    let parameters = query.split('&').filter(|p| !p.is_empty() && !is_secret(p));
    let parameters: Vec<&str> = parameters.collect();
    if parameters.is_empty() { shown } else { format!("{shown}?{}", parameters.join("&")) }
}

/// The settings as a file to start from: `docker/env.example`, which a test compares.
pub fn example() -> String {
    let head =
        "# Settings of danvan, each with its usual value. Written by `danvan check-config --example`.\n";
    SETTINGS.iter().fold(head.to_owned(), |mut text, setting| {
        let _ = write!(text, "\n# {}\n{}={}\n", setting.about, setting.name, setting.usual);
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_hidden() {
        assert_eq!(
            hidden("postgres://u:p@ss@db:5432/x?sslmode=require&password=p"),
            "postgres://u:***@db:5432/x?sslmode=require"
        );
        assert_eq!(hidden("sqlite://a.db"), "sqlite://a.db");
    }
}
