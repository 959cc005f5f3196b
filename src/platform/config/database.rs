//! The settings of the database: which one, and how it is reached.

use std::str::FromStr;
use std::time::Duration;

use super::{
    DANVAN_ANSWERS_MIB, DANVAN_DB_POOL_SIZE, DANVAN_DB_WAIT_MS, DANVAN_MIGRATE, DATABASE_URL, Reader,
};

/// Which database.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// A file.
    Sqlite(String),
    /// A libpq URL.
    Postgres(String),
}

impl FromStr for DatabaseUrl {
    type Err = String;

    fn from_str(url: &str) -> Result<Self, String> {
        match url.split_once("://") {
            Some(("sqlite", path)) if !path.is_empty() => Ok(Self::Sqlite(path.to_owned())),
            Some(("postgres" | "postgresql", _)) => Ok(Self::Postgres(url.to_owned())),
            _ => Err("must begin with sqlite:// or postgres://".to_owned()),
        }
    }
}

/// How to reach the database.
#[derive(Clone)]
pub struct DatabaseConfig {
    /// Which one.
    pub url: DatabaseUrl,
    /// Connections of each side.
    pub pool_size: u32,
    /// How long a request waits for one.
    pub patience: Duration,
    /// Bytes of answers that are kept as long as they hold.
    pub answers: usize,
    /// Whether `serve` brings it up to date.
    pub migrate: bool,
}

impl Reader<'_> {
    pub(super) fn database(&mut self) -> DatabaseConfig {
        DatabaseConfig {
            url: self.parsed(DATABASE_URL, DatabaseUrl::Sqlite("danvan.db".to_owned())),
            pool_size: self.number(DANVAN_DB_POOL_SIZE, 1, 500).try_into().unwrap_or(8),
            patience: Duration::from_millis(self.number(DANVAN_DB_WAIT_MS, 10, 60_000).unsigned_abs()),
            answers: usize::try_from(self.number(DANVAN_ANSWERS_MIB, 0, 4096)).unwrap_or(0) << 20,
            migrate: self.parsed(DANVAN_MIGRATE, true),
        }
    }
}
