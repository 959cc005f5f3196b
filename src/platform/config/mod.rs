//! The settings: read once from the environment, checked at the start, handed down; the only reader of the environment.

mod changes;
mod database;
mod edxml;
mod publishing;
mod text;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use super::auth::{Freshness, KeySource};
pub use changes::ChangesConfig;
pub use database::{DatabaseConfig, DatabaseUrl};
pub use edxml::EdxmlConfig;
pub use publishing::Publishing;
pub use text::{example, shown};

/// A setting, as the operator sees it.
struct Setting {
    name: &'static str,
    usual: &'static str,
    about: &'static str,
}

macro_rules! settings {
    ($($name:ident = $usual:literal $about:literal;)*) => {
        $(const $name: &str = stringify!($name);)*
        const SETTINGS: &[Setting] = &[$(Setting { name: $name, usual: $usual, about: $about }),*];
    };
}

settings! {
    DATABASE_URL = "sqlite://danvan.db" "The database: sqlite://FILE, or postgres://USER:PASSWORD@HOST/NAME?sslmode=verify-full&sslrootcert=FILE.";
    DANVAN_ADDRESS = "127.0.0.1:8080" "Where the service listens, address:port.";
    DANVAN_PUBLIC_URL = "http://127.0.0.1:8080" "The address that clients use, without a slash at the end; also the issuer of our own tokens.";
    DANVAN_WORKERS = "" "Threads that answer requests; empty: one for each core.";
    DANVAN_DB_POOL_SIZE = "8" "Connections for reading, and as many for writing (SQLite: one for writing).";
    DANVAN_DB_WAIT_MS = "1000" "Milliseconds that a request waits for a connection before it is answered 503.";
    DANVAN_ANSWERS_MIB = "16" "Memory for answers that are asked for again before anything changes, in MiB; 0: none, and nothing is kept of what was counted for an overview of directives.";
    DANVAN_MIGRATE = "true" "Bring the database up to date at the start of `serve`; with false, run `danvan migrate` first.";
    DANVAN_SECRET_FILE = "" "File with at least 32 random characters, the same for every process: signs cursors, and seals the secrets of webhooks and the keys of consultations. Needed by `serve`.";
    DANVAN_SIGNING_KEY_FILES = "" "Private keys of our own issuer (`danvan key` makes one), comma separated: the first signs, all verify.";
    DANVAN_SEALING_KEY_FILES = "" "Private keys with which reports are sealed (`danvan key` makes one), comma separated: the first seals, the others did before and still verify; empty: those of our own issuer.";
    DANVAN_JWKS_FILE = "" "Key set of an external issuer, in a file; instead of our own issuer.";
    DANVAN_JWKS_URL = "" "Key set of an external issuer, at an address; instead of our own issuer.";
    DANVAN_JWKS_CA_FILE = "" "Authorities (PEM) to trust for DANVAN_JWKS_URL, if it is not a public one.";
    DANVAN_JWKS_REFRESH_SECONDS = "300" "Seconds between two looks at an external key set.";
    DANVAN_ISSUER = "" "The `iss` that tokens must carry, exactly; empty: DANVAN_PUBLIC_URL.";
    DANVAN_AUDIENCE = "danvan" "The `aud` that tokens must carry.";
    DANVAN_REQUIRE_AT_JWT = "true" "Refuse tokens whose header does not say typ at+jwt (RFC 9068), such as ID tokens.";
    DANVAN_TOKEN_LEEWAY_SECONDS = "30" "How much clocks may differ, at most 60.";
    DANVAN_TOKEN_MINUTES = "60" "How long our own tokens last.";
    DANVAN_CORS_ORIGINS = "" "Origins of web front ends that may call, comma separated; never `*`.";
    DANVAN_LOG = "info" "What is logged: error, warn, info, debug, or module=level, comma separated.";
    DANVAN_LOG_FORMAT = "text" "text or json.";
    DANVAN_DRAIN_SECONDS = "5" "Seconds between saying 503 at /readyz and closing the door, when told to stop.";
    DANVAN_CHANGES_KEPT_DAYS = "90" "Days for which changes are kept for those who follow them.";
    DANVAN_WEBHOOK_NETWORKS = "" "Networks that webhooks may reach although they are not public, such as 10.20.0.0/16, comma separated.";
    DANVAN_WEBHOOK_HTTP = "false" "Let webhooks go to http:// too.";
    DANVAN_WEBHOOK_TIMEOUT_SECONDS = "10" "Seconds that the target of a webhook has to answer, at most 60.";
    DANVAN_WEBHOOK_FAILING_HOURS = "72" "Hours of failing after which a webhook is disabled.";
    DANVAN_EDXML_CONTENTS = "hash" "What is kept of files attached to messages of edXML: hash (digest, name, type and size) or keep (the content too).";
    DANVAN_EDXML_MIB = "64" "Most MiB of a message of edXML, at most 512.";
    DANVAN_LEAST_PUBLISHED = "5" "Figures about few people that are below this number are left out of what is published.";
    DANVAN_STOP_SECONDS = "30" "Seconds that running requests then have to end.";
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For a person at a terminal.
    Text,
    /// One object a line, for a collector.
    Json,
}

/// Whose tokens are believed.
#[derive(Clone, Debug)]
pub struct AuthConfig {
    /// Where the keys are: files of our own, or an external set.
    pub keys: Keys,
    /// `iss`.
    pub issuer: String,
    /// `aud`.
    pub audience: String,
    /// Whether `typ` must be `at+jwt`.
    pub require_at_jwt: bool,
    /// Seconds of difference between clocks.
    pub leeway: i64,
    /// Minutes that our own tokens last.
    pub token_minutes: i64,
    /// How fresh an external key set must be.
    pub freshness: Freshness,
}

/// Where the keys are.
#[derive(Clone, Debug)]
pub enum Keys {
    /// Our own issuer, from files.
    Own(Vec<PathBuf>),
    /// Our own issuer with a key that dies with the process: the demo.
    Ephemeral,
    /// An external issuer.
    External(KeySource),
    /// None were named: commands that need none may go on.
    Missing,
}

/// Where and how the service listens.
#[derive(Clone, Debug)]
pub struct HttpConfig {
    /// Address and port.
    pub address: SocketAddr,
    /// The address that clients use.
    pub public_url: String,
    /// Threads that answer.
    pub workers: usize,
    /// Origins that may call from a browser.
    pub cors_origins: Vec<String>,
    /// Time between 503 at `/readyz` and closing the door.
    pub drain: Duration,
    /// Time for running requests to end.
    pub stop: Duration,
}

/// The address that clients use, without a slash at the end: for links that must lead here from elsewhere.
#[derive(Clone, Debug)]
pub struct PublicUrl(pub String);

/// All settings.
#[derive(Clone)]
pub struct Config {
    /// The database.
    pub database: DatabaseConfig,
    /// Tokens.
    pub auth: AuthConfig,
    /// The listener.
    pub http: HttpConfig,
    /// How changes are followed.
    pub changes: ChangesConfig,
    /// How messages of edXML are taken.
    pub edxml: EdxmlConfig,
    /// Files of the keys with which reports are sealed; none: those of our own issuer.
    pub sealing_keys: Vec<PathBuf>,
    /// What is left out of tables.
    pub publishing: Publishing,
    /// Signs cursors, and seals the secrets of webhooks and the keys of consultations.
    pub secret: Vec<u8>,
    /// What is logged.
    pub log: String,
    /// How log lines look.
    pub log_format: LogFormat,
}

/// Everything that is wrong with the settings.
#[derive(Debug, thiserror::Error)]
#[error("the settings are not right:\n{}", .0.join("\n"))]
pub struct ConfigFault(pub Vec<String>);

/// Reads a setting by its name.
pub type Lookup<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The environment of the process.
#[expect(clippy::disallowed_methods, reason = "this is the one door")]
pub fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

struct Reader<'a> {
    lookup: Lookup<'a>,
    faults: Vec<String>,
}

impl Reader<'_> {
    fn text(&self, name: &str) -> String {
        let usual = SETTINGS.iter().find(|setting| setting.name == name).map_or("", |setting| setting.usual);
        (self.lookup)(name)
            .filter(|value| !value.trim().is_empty())
            .map_or(usual.to_owned(), |v| v.trim().to_owned())
    }

    fn parsed<T: FromStr<Err: std::fmt::Display>>(&mut self, name: &str, fallback: T) -> T {
        self.text(name).parse().unwrap_or_else(|error| {
            self.faults.push(format!("{name}: {error}"));
            fallback
        })
    }

    fn number(&mut self, name: &str, least: i64, most: i64) -> i64 {
        let value = self.parsed(name, least);
        if !(least..=most).contains(&value) {
            self.faults.push(format!("{name}: must lie between {least} and {most}"));
        }
        value.clamp(least, most)
    }

    fn seconds(&mut self, name: &str, most: i64) -> Duration {
        Duration::from_secs(self.number(name, 0, most).unsigned_abs())
    }

    fn list(&self, name: &str) -> Vec<String> {
        self.text(name)
            .split(',')
            .map(str::trim)
            .filter(|item| !item.is_empty())
            .map(ToOwned::to_owned)
            .collect()
    }

    fn path(&self, name: &str) -> Option<PathBuf> {
        Some(self.text(name)).filter(|path| !path.is_empty()).map(PathBuf::from)
    }

    fn url(&mut self, name: &str) -> String {
        let url = self.text(name);
        if !(url.starts_with("http://") || url.starts_with("https://")) || url.ends_with('/') {
            self.faults.push(format!("{name}: must begin with http:// or https:// and not end with a slash"));
        }
        url
    }

    fn keys(&mut self) -> Keys {
        let own: Vec<PathBuf> = self.list(DANVAN_SIGNING_KEY_FILES).into_iter().map(PathBuf::from).collect();
        let ca_file = self.path(DANVAN_JWKS_CA_FILE);
        let mut named = Vec::new();
        if !own.is_empty() {
            named.push(Keys::Own(own));
        }
        if let Some(path) = self.path(DANVAN_JWKS_FILE) {
            named.push(Keys::External(KeySource::File(path)));
        }
        if !self.text(DANVAN_JWKS_URL).is_empty() {
            named.push(Keys::External(KeySource::Url { url: self.url(DANVAN_JWKS_URL), ca_file }));
        }
        if named.len() > 1 {
            self.faults.push(format!(
                "{DANVAN_SIGNING_KEY_FILES}, {DANVAN_JWKS_FILE}, {DANVAN_JWKS_URL}: name one only"
            ));
        }
        named.pop().unwrap_or(Keys::Missing)
    }

    fn auth(&mut self, public_url: &str) -> AuthConfig {
        let refresh = Duration::from_secs(self.number(DANVAN_JWKS_REFRESH_SECONDS, 1, 86_400).unsigned_abs());
        let cool_down = Freshness::default().cool_down.min(refresh);
        AuthConfig {
            keys: self.keys(),
            issuer: Some(self.text(DANVAN_ISSUER))
                .filter(|iss| !iss.is_empty())
                .unwrap_or(public_url.to_owned()),
            audience: self.text(DANVAN_AUDIENCE),
            require_at_jwt: self.parsed(DANVAN_REQUIRE_AT_JWT, true),
            leeway: self.number(DANVAN_TOKEN_LEEWAY_SECONDS, 0, 60),
            token_minutes: self.number(DANVAN_TOKEN_MINUTES, 1, 1440),
            freshness: Freshness { refresh, cool_down, ..Freshness::default() },
        }
    }

    fn http(&mut self) -> HttpConfig {
        let workers = if self.text(DANVAN_WORKERS).is_empty() {
            std::thread::available_parallelism().map_or(2, usize::from)
        } else {
            self.number(DANVAN_WORKERS, 1, 1024).try_into().unwrap_or(2)
        };
        let cors_origins = self.list(DANVAN_CORS_ORIGINS);
        if cors_origins.iter().any(|origin| !origin.starts_with("http") || origin.ends_with('/')) {
            self.faults.push(format!(
                "{DANVAN_CORS_ORIGINS}: each must be an origin such as https://dashboard.example.vn"
            ));
        }
        HttpConfig {
            address: self.parsed(DANVAN_ADDRESS, SocketAddr::from(([127, 0, 0, 1], 8080))),
            public_url: self.url(DANVAN_PUBLIC_URL),
            workers,
            cors_origins,
            drain: self.seconds(DANVAN_DRAIN_SECONDS, 600),
            stop: self.seconds(DANVAN_STOP_SECONDS, 600),
        }
    }

    fn log_format(&mut self) -> LogFormat {
        match self.text(DANVAN_LOG_FORMAT).as_str() {
            "text" => LogFormat::Text,
            "json" => LogFormat::Json,
            _ => {
                self.faults.push(format!("{DANVAN_LOG_FORMAT}: must be text or json"));
                LogFormat::Text
            }
        }
    }

    fn secret(&mut self) -> Vec<u8> {
        let Some(path) = self.path(DANVAN_SECRET_FILE) else { return Vec::new() };
        let secret = std::fs::read_to_string(&path).unwrap_or_else(|error| {
            self.faults.push(format!("{DANVAN_SECRET_FILE}: {}: {error}", path.display()));
            String::new()
        });
        secret.trim().as_bytes().to_vec()
    }
}

impl Config {
    /// Reads the settings. Refuses with everything that is wrong, not only the first.
    pub fn read(lookup: Lookup<'_>) -> Result<Self, ConfigFault> {
        let mut reader = Reader { lookup, faults: Vec::new() };
        let http = reader.http();
        let config = Self {
            database: reader.database(),
            auth: reader.auth(&http.public_url),
            http,
            changes: reader.changes(),
            edxml: reader.edxml(),
            sealing_keys: reader.list(DANVAN_SEALING_KEY_FILES).into_iter().map(PathBuf::from).collect(),
            publishing: reader.publishing(),
            secret: reader.secret(),
            log: reader.text(DANVAN_LOG),
            log_format: reader.log_format(),
        };
        if reader.faults.is_empty() { Ok(config) } else { Err(ConfigFault(reader.faults)) }
    }

    /// Refuses settings with which a service must not be seen by others: no keys, or a weak secret.
    pub fn fit_to_serve(self) -> Result<Self, ConfigFault> {
        let mut faults = Vec::new();
        if matches!(self.auth.keys, Keys::Missing) {
            faults.push(format!(
                "{DANVAN_SIGNING_KEY_FILES}, {DANVAN_JWKS_FILE} or {DANVAN_JWKS_URL}: one is needed"
            ));
        }
        let distinct = self.secret.iter().collect::<std::collections::HashSet<_>>().len();
        if self.secret.len() < 32 || distinct < 8 {
            faults.push(format!("{DANVAN_SECRET_FILE}: must hold at least 32 random characters"));
        }
        if faults.is_empty() { Ok(self) } else { Err(ConfigFault(faults)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<Config, Vec<String>> {
        let lookup =
            |name: &str| pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        Config::read(&lookup).map_err(|fault| fault.0)
    }

    #[test]
    fn every_fault_is_told_at_once() {
        let faults =
            read(&[(DATABASE_URL, "danvan.db"), (DANVAN_ADDRESS, "here"), (DANVAN_LOG_FORMAT, "xml")])
                .err()
                .unwrap();
        assert_eq!(faults.len(), 3, "{faults:?}");
    }

    #[test]
    fn a_weak_secret_or_no_key_stops_the_start() {
        let faults = read(&[]).unwrap().fit_to_serve().err().unwrap().0;
        assert_eq!(faults.len(), 2);
        let mut config = read(&[(DANVAN_JWKS_URL, "https://id.example.vn/jwks")]).unwrap();
        config.secret = b"00000000000000000000000000000000".to_vec();
        assert!(config.clone().fit_to_serve().is_err());
        config.secret = b"k3Tq9vXw2LmZp7Rs8YbNc4Hd6FgJa1Ue".to_vec();
        assert!(config.fit_to_serve().is_ok());
    }
}
