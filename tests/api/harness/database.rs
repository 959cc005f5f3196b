//! A database for each test, copied from one that was brought up to date once.

use std::path::Path;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use danvan::commands::prepare;
use danvan::platform::config::{DatabaseConfig, DatabaseUrl};
use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};

/// Which database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    Sqlite,
    Postgres,
}

/// A database that is gone when it is dropped.
pub struct Database {
    pub config: DatabaseConfig,
    _folder: Option<tempfile::TempDir>,
    name: Option<String>,
}

fn config(url: DatabaseUrl) -> DatabaseConfig {
    DatabaseConfig { url, pool_size: 4, answers: 1 << 24, patience: Duration::from_secs(5), migrate: true }
}

fn sqlite(path: &Path) -> DatabaseConfig {
    config(DatabaseUrl::Sqlite(path.to_str().unwrap().to_owned()))
}

/// The server that the PostgreSQL half runs on. Its absence is a failure, never a skip.
#[expect(clippy::disallowed_methods, reason = "a test is told by its runner, not by the service's settings")]
fn server() -> String {
    std::env::var("DANVAN_TEST_POSTGRES")
        .expect("DANVAN_TEST_POSTGRES is not set: run tests/run, which starts a PostgreSQL of its own")
}

fn named(name: &str) -> String {
    let server = server();
    let (before, query) = server.split_once('?').unwrap_or((&server, ""));
    let (host, _) = before.rsplit_once('/').unwrap();
    format!("{host}/{name}?{query}")
}

fn administer(sql: &str) {
    PgConnection::establish(&server()).unwrap().batch_execute(sql).unwrap();
}

static SQLITE_TEMPLATE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("template.db");
    prepare(&sqlite(&path)).unwrap();
    // Everything out of the write-ahead log and into the one file that is copied.
    let mut conn = diesel::SqliteConnection::establish(path.to_str().unwrap()).unwrap();
    conn.batch_execute("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    drop(conn);
    std::fs::read(path).unwrap()
});

static POSTGRES_TEMPLATE: LazyLock<String> = LazyLock::new(|| {
    let name = format!("danvan_template_{}", std::process::id());
    administer(&format!("DROP DATABASE IF EXISTS {name}"));
    administer(&format!("CREATE DATABASE {name}"));
    prepare(&config(DatabaseUrl::Postgres(named(&name)))).unwrap();
    name
});

impl Database {
    /// A database that is up to date and empty but for the catalogue.
    pub fn new(backend: Backend) -> Self {
        match backend {
            Backend::Sqlite => {
                let this = Self::empty(backend);
                let DatabaseUrl::Sqlite(path) = &this.config.url else { unreachable!() };
                std::fs::write(path, &*SQLITE_TEMPLATE).unwrap();
                this
            }
            Backend::Postgres => Self::postgres(&format!("TEMPLATE {}", &*POSTGRES_TEMPLATE)),
        }
    }

    /// A database without any table.
    pub fn empty(backend: Backend) -> Self {
        match backend {
            Backend::Sqlite => {
                let folder = tempfile::tempdir().unwrap();
                let config = sqlite(&folder.path().join("danvan.db"));
                Self { config, _folder: Some(folder), name: None }
            }
            Backend::Postgres => Self::postgres(""),
        }
    }

    fn postgres(template: &str) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("danvan_test_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        administer(&format!("DROP DATABASE IF EXISTS {name}"));
        administer(&format!("CREATE DATABASE {name} {template}"));
        Self { config: config(DatabaseUrl::Postgres(named(&name))), _folder: None, name: Some(name) }
    }

    /// The URL as a setting has it.
    pub fn url(&self) -> String {
        match &self.config.url {
            DatabaseUrl::Sqlite(path) => format!("sqlite://{path}"),
            DatabaseUrl::Postgres(url) => url.clone(),
        }
    }

    /// Runs SQL behind the service's back.
    pub fn execute(&self, sql: &str) {
        danvan::platform::db::connect(&self.config.url).unwrap().batch_execute(sql).unwrap();
    }

    /// The number that a query answers in a column named `n`.
    pub fn count(&self, sql: &str) -> i64 {
        #[derive(diesel::QueryableByName)]
        struct Count {
            #[diesel(sql_type = diesel::sql_types::BigInt)]
            n: i64,
        }
        let mut conn = danvan::platform::db::connect(&self.config.url).unwrap();
        let rows: Vec<Count> = diesel::RunQueryDsl::load(diesel::sql_query(sql), &mut conn).unwrap();
        rows[0].n
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Some(name) = &self.name {
            administer(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}
