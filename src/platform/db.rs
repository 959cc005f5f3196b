//! The one door to the database: reading, writing, and what happens when it is away or busy.

use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_web::web;
use chrono::{DateTime, Utc};
use diesel::connection::{Instrumentation, InstrumentationEvent, SimpleConnection};
use diesel::r2d2::{ManageConnection, Pool, R2D2Connection};
use diesel::{Connection, PgConnection, SqliteConnection};
use tokio::sync::Semaphore;

use super::audit;
use super::clock::Clock;
use super::config::{DatabaseConfig, DatabaseUrl};
use super::fault::Fault;
use super::idempotency::{self, InFlight};
use super::metrics;
use super::recall::{Answers, Posed};
use super::reply::Reply;
use super::work::{self, Order, Work};

pub use conn::{Conn, MultiBackend};

#[expect(missing_docs, reason = "diesel's derive makes public items without any")]
mod conn {
    use diesel::{PgConnection, SqliteConnection};

    /// A connection to either database.
    #[derive(diesel::MultiConnection)]
    pub enum Conn {
        /// The embedded database.
        Sqlite(SqliteConnection),
        /// The province's database.
        Postgres(PgConnection),
    }
}

/// Runs a query that `Conn` itself cannot: batch inserts and `ON CONFLICT`, checked against each backend.
#[macro_export]
macro_rules! on_backend {
    ($conn:expr, $c:ident => $query:expr) => {
        match $conn {
            $crate::platform::Conn::Sqlite($c) => $query,
            $crate::platform::Conn::Postgres($c) => $query,
        }
    };
}

/// What a session may do; the database itself refuses more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Right {
    Read,
    Write,
}

/// A pooled connection that knows whether it is still good.
struct Held {
    conn: Conn,
    lost: bool,
    used: Instant,
}

/// Opens connections by the URL's scheme. diesel's own opener tries each backend in turn, hides the error and makes
/// an SQLite file of any other text.
struct Opener {
    url: DatabaseUrl,
    right: Right,
}

/// A connection unused for this long is tried before it is given out, so that a restart of the database between two
/// requests is not seen by the second.
const TRUSTED: Duration = Duration::from_millis(500);

const SQLITE_SESSION: &str = "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
     PRAGMA foreign_keys = ON; PRAGMA cache_size = -4096;";
/// What the planner is told of the cost of single pages is what holds for solid-state disks and memory; by its own default, of
/// disks that turn, it reads tables whole.
const POSTGRES_SESSION: &str = "SET TIME ZONE 'UTC'; SET statement_timeout = '30s'; SET lock_timeout = '10s'; \
     SET idle_in_transaction_session_timeout = '60s'; SET client_min_messages = warning; SET random_page_cost = 1.1;";

impl ManageConnection for Opener {
    type Connection = Held;
    type Error = diesel::r2d2::Error;

    fn connect(&self) -> Result<Held, Self::Error> {
        let conn = open(&self.url, self.right).map_err(diesel::r2d2::Error::ConnectionError)?;
        Ok(Held { conn, lost: false, used: Instant::now() })
    }
    fn is_valid(&self, held: &mut Held) -> Result<(), Self::Error> {
        if held.used.elapsed() < TRUSTED {
            return Ok(());
        }
        held.conn.ping().map_err(diesel::r2d2::Error::QueryError)
    }
    fn has_broken(&self, held: &mut Held) -> bool {
        held.lost || held.conn.is_broken()
    }
}

fn open(url: &DatabaseUrl, right: Right) -> diesel::ConnectionResult<Conn> {
    let failed = diesel::ConnectionError::CouldntSetupConfiguration;
    match url {
        DatabaseUrl::Sqlite(path) => {
            let mut conn = SqliteConnection::establish(path)?;
            begin_session(&mut conn).map_err(failed)?;
            if right == Right::Read {
                conn.batch_execute("PRAGMA query_only = ON;").map_err(failed)?;
            }
            conn.set_instrumentation(Counting);
            Ok(Conn::Sqlite(conn))
        }
        DatabaseUrl::Postgres(url) => {
            let mut conn = PgConnection::establish(url)?;
            conn.batch_execute(POSTGRES_SESSION).map_err(failed)?;
            if right == Right::Read {
                conn.batch_execute("SET default_transaction_read_only = on;").map_err(failed)?;
            }
            conn.set_instrumentation(Counting);
            Ok(Conn::Postgres(conn))
        }
    }
}

/// Sets up an SQLite session. Where several processes open a new file at once, each turning to the write-ahead log, SQLite
/// refuses instead of waiting; so this waits.
fn begin_session(conn: &mut SqliteConnection) -> diesel::QueryResult<()> {
    let deadline = Instant::now() + Duration::from_secs(5);
    loop {
        match conn.batch_execute(SQLITE_SESSION) {
            Err(error) if error.to_string().contains("locked") && Instant::now() < deadline => {
                std::thread::sleep(Duration::from_millis(20));
            }
            done => return done,
        }
    }
}

/// Counts statements, so that a test can say how many a request makes.
struct Counting;

impl Instrumentation for Counting {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        if matches!(event, InstrumentationEvent::StartQuery { .. }) {
            metrics::statement();
        }
    }
}

/// One side of the door: connections of one right, and as many permits, taken before a thread is.
struct Side {
    pool: Pool<Opener>,
    permits: Arc<Semaphore>,
}

impl Side {
    fn new(config: &DatabaseConfig, right: Right) -> Self {
        // SQLite has one writer at a time: a second connection would only wait for the first one's lock.
        let size = match (&config.url, right) {
            (DatabaseUrl::Sqlite(_), Right::Write) => 1,
            _ => config.pool_size,
        };
        let opener = Opener { url: config.url.clone(), right };
        let pool = Pool::builder()
            .max_size(size)
            .min_idle(Some(0))
            .connection_timeout(config.patience)
            .max_lifetime(Some(Duration::from_mins(10)))
            .test_on_check_out(true)
            .error_handler(Box::new(diesel::r2d2::NopErrorHandler))
            .build_unchecked(opener);
        Self { pool, permits: Arc::new(Semaphore::new(size.try_into().unwrap_or(1))) }
    }
}

/// The door to the database.
pub struct Db {
    readers: Side,
    writers: Side,
    patience: Duration,
    clock: Clock,
    in_flight: InFlight,
    answers: Arc<Answers>,
}

impl Db {
    /// A door that opens connections when they are needed: the service starts while the database is away.
    pub fn new(config: &DatabaseConfig, clock: Clock) -> Self {
        Self {
            readers: Side::new(config, Right::Read),
            writers: Side::new(config, Right::Write),
            patience: config.patience,
            clock,
            in_flight: InFlight::default(),
            answers: Arc::new(Answers::new(config.answers)),
        }
    }

    /// Reads. The session cannot write. Use one statement; several see the same moment only in [`Db::snapshot`].
    pub async fn read<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut Conn) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        self.run(&self.readers, COUNTED, f).await
    }

    /// Reads with several statements that all see one moment.
    pub async fn snapshot<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut Conn) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        self.run(&self.readers, COUNTED, |conn| work::in_snapshot(conn, f)).await
    }

    /// As the same question was answered since the last change, or else with several statements that all see one moment.
    pub async fn recall(
        &self,
        posed: Posed,
        f: impl FnOnce(&mut Conn) -> Result<Reply, Fault> + Send + 'static,
    ) -> Result<Reply, Fault> {
        // What leaves no entry, such as an unsigned opinion of yesterday, may come in just after midnight.
        if !self.answers.keeps() || !self.clock.is_day_settled() {
            return self.snapshot(f).await;
        }
        let answers = Arc::clone(&self.answers);
        self.run(&self.readers, COUNTED, move |conn| {
            if let Some(reply) = answers.given(&posed, &audit::end(conn)?) {
                return Ok(reply);
            }
            // Asked again: in between, the trail may have gone on.
            work::in_snapshot(conn, |conn| Ok((audit::end(conn)?, f(conn)?)))
                .map(|(end, reply)| answers.keep(posed, end, reply))
        })
        .await
    }

    /// What an order with this key was answered before, if it was: for what is made at length before it is written. [`Db::write`] asks
    /// again.
    pub async fn answered(&self, order: &Order) -> Result<Option<Reply>, Fault> {
        let (order, now) = (order.clone(), self.clock.now());
        self.read(move |conn| idempotency::answered(conn, &order, now)).await
    }

    /// Changes something: one transaction with the audit entry and the idempotency key in it.
    ///
    /// `f` runs again when the database asks for it, so it must do nothing but work on `Work`.
    pub async fn write(
        &self,
        order: Order,
        f: impl Fn(&mut Work<'_>) -> Result<Reply, Fault> + Send + 'static,
    ) -> Result<Reply, Fault> {
        let _claim = self.in_flight.claim(&order)?;
        let clock = self.clock.clone();
        self.run(&self.writers, COUNTED, move |conn| work::perform(conn, &order, &clock, &f)).await
    }

    /// Changes what is nobody's decision, such as how far a delivery got: one transaction, without an audit entry.
    ///
    /// `f` runs again when the database asks for it.
    pub async fn tend<T: Send + 'static>(
        &self,
        f: impl Fn(&mut Conn, DateTime<Utc>) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        let clock = self.clock.clone();
        self.run(&self.writers, COUNTED, move |conn| work::tend(conn, &clock, &f)).await
    }

    /// The same door for what is to leave no trace: its connections and statements are not counted.
    pub fn untraced(&self) -> UntracedDb<'_> {
        UntracedDb(self)
    }

    /// Whether the database answers.
    pub async fn is_ready(&self) -> bool {
        self.read(|conn| conn.ping().map_err(Fault::from)).await.is_ok()
    }

    async fn run<T: Send + 'static>(
        &self,
        side: &Side,
        counted: bool,
        f: impl FnOnce(&mut Conn) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        let permit = tokio::time::timeout(self.patience, Arc::clone(&side.permits).acquire_owned()).await;
        let permit =
            permit.map_err(|_| Fault::busy("every connection stayed in use"))?.map_err(Fault::broken)?;
        let pool = side.pool.clone();
        let patience = self.patience;
        let block = web::block(move || {
            let _permit = permit;
            let _uncounted = (!counted).then(metrics::Uncounted::begin);
            metrics::checkout();
            let mut held = pool.get_timeout(patience).map_err(Fault::busy)?;
            let done = f(&mut held.conn);
            held.lost = done.as_ref().is_err_and(Fault::lost_connection);
            held.used = Instant::now();
            done
        });
        block.await.map_err(Fault::broken)?
    }
}

/// Whether the metrics count what is done.
const COUNTED: bool = true;

/// A door whose uses are not counted.
pub struct UntracedDb<'a>(&'a Db);

impl UntracedDb<'_> {
    /// As [`Db::read`].
    pub async fn read<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut Conn) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        self.0.run(&self.0.readers, !COUNTED, f).await
    }

    /// As [`Db::tend`].
    pub async fn tend<T: Send + 'static>(
        &self,
        f: impl Fn(&mut Conn, DateTime<Utc>) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        let clock = self.0.clock.clone();
        self.0.run(&self.0.writers, !COUNTED, move |conn| work::tend(conn, &clock, &f)).await
    }
}

/// Opens one connection that may write, for the commands that run beside the service.
pub fn connect(url: &DatabaseUrl) -> diesel::ConnectionResult<Conn> {
    open(url, Right::Write)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[actix_web::test]
    async fn what_leaves_no_trace_is_not_counted_and_what_comes_after_is() {
        let folder = tempfile::tempdir().unwrap();
        let config = DatabaseConfig {
            url: DatabaseUrl::Sqlite(folder.path().join("danvan.db").to_string_lossy().into_owned()),
            pool_size: 1,
            patience: Duration::from_secs(5),
            answers: 0,
            migrate: false,
        };
        let db = Db::new(&config, Clock::system());
        // A writer first: readers open no new file.
        assert!(!db.untraced().tend(|_, _| Ok(metrics::counts())).await.unwrap());
        assert!(!db.untraced().read(|_| Ok(metrics::counts())).await.unwrap());
        assert!(db.read(|_| Ok(metrics::counts())).await.unwrap());
        assert!(db.tend(|_, _| Ok(metrics::counts())).await.unwrap());
    }
}
