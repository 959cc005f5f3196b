//! A unit of work: one transaction, with who asked, the moment, the audit entry and the idempotency key.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::connection::{AnsiTransactionManager, TransactionManager};
use diesel::result::{DatabaseErrorKind, Error as Sql};
use diesel::{Connection, RunQueryDsl};

use super::audit;
use super::changes::{self, Change};
use super::clock::{Clock, local_day};
use super::db::Conn;
use super::fault::{Fault, kinds};
use super::idempotency::{self, Key};
use super::reply::Reply;
use crate::on_backend;

type Manager = <Conn as Connection>::TransactionManager;

/// How often a transaction that the database broke off is tried.
const ATTEMPTS: usize = 4;

/// What is asked for, by whom.
#[derive(Clone, Debug)]
pub struct Order {
    /// Who: the token's subject.
    pub actor: String,
    /// What the actor reaches: a token of another reach must not be given what this one was answered.
    pub reach: String,
    /// What, in the form `noun.verb`.
    pub act: &'static str,
    /// On which record.
    pub subject: String,
    /// In which request.
    pub request_id: String,
    /// The caller's `Idempotency-Key`, if it sent one.
    pub key: Option<Key>,
}

impl Order {
    /// Makes a repetition of the same request answer what the first one answered.
    #[must_use]
    pub fn once(mut self, key: Option<Key>, fingerprint: &str) -> Self {
        self.key = key.map(|key| key.with(fingerprint));
        self
    }
}

/// A connection inside a transaction, and the moment everything in it carries.
pub struct Work<'a> {
    /// The connection.
    pub conn: &'a mut Conn,
    /// Who asked.
    pub actor: &'a str,
    /// The moment, the same for the whole transaction.
    pub now: DateTime<Utc>,
    /// What was told so far.
    told: Vec<Change>,
}

impl Work<'_> {
    /// The day in Viet Nam.
    pub fn today(&self) -> NaiveDate {
        local_day(self.now)
    }

    /// Says what became of a thing, for those who follow; what stays as it was is left out.
    pub fn tell(&mut self, change: Change) {
        if !change.is_none() {
            self.told.push(change);
        }
    }

    /// Hands out `count` numbers of a sequence and returns the first. Until the transaction ends nobody else gets one:
    /// the sequence is also the lock of its family of records.
    pub fn numbers(&mut self, sequence: &'static str, count: i64) -> Result<i64, Fault> {
        use crate::schema::sequences::dsl::{last, name, sequences};
        use diesel::ExpressionMethods;

        // One statement: of two transactions that are the first to ask, the second waits instead of failing.
        let raised: i64 = on_backend!(&mut *self.conn, c => diesel::insert_into(sequences)
            .values((name.eq(sequence), last.eq(count)))
            .on_conflict(name)
            .do_update()
            .set(last.eq(last + count))
            .returning(last)
            .get_result(c))?;
        Ok(raised - count + 1)
    }
}

/// Performs an order: begins, works, writes the audit entry, keeps the answer under its key, commits.
pub(crate) fn perform(
    conn: &mut Conn,
    order: &Order,
    clock: &Clock,
    f: &dyn Fn(&mut Work<'_>) -> Result<Reply, Fault>,
) -> Result<Reply, Fault> {
    let mut left = ATTEMPTS;
    loop {
        left -= 1;
        match attempt(conn, order, clock, f) {
            Err(fault) if left > 0 && fault.worth_repeating() => {}
            done => return done,
        }
    }
}

fn attempt(
    conn: &mut Conn,
    order: &Order,
    clock: &Clock,
    f: &dyn Fn(&mut Work<'_>) -> Result<Reply, Fault>,
) -> Result<Reply, Fault> {
    begin(conn)?;
    // Not before: a transaction may have waited long for its connection and its lock.
    let done = inside(conn, order, clock.now(), f);
    let keep = done.as_ref().is_ok_and(Reply::changed);
    let ended = if keep { Manager::commit_transaction(conn) } else { Manager::rollback_transaction(conn) };
    match (done, ended) {
        (Ok(reply), Ok(())) => Ok(reply),
        (Ok(_), Err(error)) => Err(error.into()),
        (Err(fault), _) => Err(fault),
    }
}

/// Changes what is nobody's decision, such as how far a delivery got: without an audit entry.
pub(in crate::platform) fn tend<T>(
    conn: &mut Conn,
    clock: &Clock,
    f: impl Fn(&mut Conn, DateTime<Utc>) -> Result<T, Fault>,
) -> Result<T, Fault> {
    let mut left = ATTEMPTS;
    loop {
        left -= 1;
        begin(conn)?;
        let done = f(conn, clock.now());
        let ended = match &done {
            Ok(_) => Manager::commit_transaction(conn),
            Err(_) => Manager::rollback_transaction(conn),
        };
        match (done, ended) {
            (Err(fault), _) if left > 0 && fault.worth_repeating() => {}
            (Ok(_), Err(error)) => return Err(error.into()),
            (done, _) => return done,
        }
    }
}

fn inside(
    conn: &mut Conn,
    order: &Order,
    now: DateTime<Utc>,
    f: &dyn Fn(&mut Work<'_>) -> Result<Reply, Fault>,
) -> Result<Reply, Fault> {
    if let Some(earlier) = idempotency::earlier(conn, order, now)? {
        return Ok(earlier);
    }
    let mut work = Work { conn, actor: &order.actor, now, told: Vec::new() };
    let reply = f(&mut work)?;
    let told = work.told;
    if reply.changed() {
        idempotency::keep(conn, order, now, &reply)?;
        let seq = audit::append(conn, order, now, reply.evidence())?;
        changes::append(conn, seq, now, &told)?;
    }
    Ok(reply)
}

/// SQLite takes its write lock at once, so that a read never has to be upgraded, which would fail instead of wait.
fn begin(conn: &mut Conn) -> Result<(), Fault> {
    match conn {
        Conn::Sqlite(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN IMMEDIATE")?,
        Conn::Postgres(c) => AnsiTransactionManager::begin_transaction(c)?,
    }
    Ok(())
}

/// Reads with several statements that all see one moment.
pub(in crate::platform) fn in_snapshot<T>(
    conn: &mut Conn,
    f: impl FnOnce(&mut Conn) -> Result<T, Fault>,
) -> Result<T, Fault> {
    match conn {
        Conn::Sqlite(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN DEFERRED")?,
        Conn::Postgres(c) => {
            AnsiTransactionManager::begin_transaction_sql(
                c,
                "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            )?;
        }
    }
    let done = f(conn);
    Manager::rollback_transaction(conn)?;
    done
}

/// What the database says, as a fault: what a caller did becomes a refusal, what passes by itself becomes "later".
impl From<Sql> for Fault {
    fn from(error: Sql) -> Self {
        use DatabaseErrorKind as Kind;
        let base = match &error {
            Sql::NotFound => Self::missing(),
            Sql::DatabaseError(Kind::UniqueViolation | Kind::ForeignKeyViolation, _) => {
                Self::of(&kinds::CONFLICT)
            }
            Sql::DatabaseError(Kind::CheckViolation | Kind::NotNullViolation, _) => Self::of(&kinds::INVALID),
            // A sum that grew beyond its column over several requests.
            Sql::DatabaseError(_, info) if info.message().contains("out of range") => {
                Self::of(&kinds::INVALID)
            }
            Sql::DatabaseError(_, info) if info.message().contains("statement timeout") => {
                Self::of(&kinds::QUERY_TIMEOUT).retry_after(5)
            }
            Sql::DatabaseError(kind, info) if passes(*kind, info.message()) => {
                Self::of(&kinds::UNAVAILABLE).retry_after(1)
            }
            Sql::BrokenTransactionManager => Self::of(&kinds::UNAVAILABLE).retry_after(1),
            _ => Self::of(&kinds::INTERNAL),
        };
        Self { source: Some(Box::new(error)), ..base }
    }
}

fn passes(kind: DatabaseErrorKind, message: &str) -> bool {
    use DatabaseErrorKind as Kind;
    const PASSING: &[&str] = &[
        "connection",
        "terminating",
        "shutting down",
        "starting up",
        "deadlock detected",
        "could not serialize",
        "lock timeout",
        "database is locked",
        "read-only transaction",
        "recovery mode",
    ];
    let closed =
        matches!(kind, Kind::SerializationFailure | Kind::ClosedConnection | Kind::UnableToSendCommand);
    closed || PASSING.iter().any(|sign| message.contains(sign))
}

impl Fault {
    fn sql(&self) -> Option<&Sql> {
        self.source.as_ref()?.downcast_ref::<Sql>()
    }

    /// Whether the same transaction may well succeed when tried again.
    fn worth_repeating(&self) -> bool {
        match self.sql() {
            Some(Sql::DatabaseError(DatabaseErrorKind::SerializationFailure, _)) => true,
            Some(Sql::DatabaseError(_, info)) => info.message().contains("deadlock detected"),
            _ => false,
        }
    }

    /// Whether the connection on which this happened must not be used again.
    pub(super) fn lost_connection(&self) -> bool {
        match self.sql() {
            Some(Sql::BrokenTransactionManager) => true,
            Some(Sql::DatabaseError(kind, info)) => passes(*kind, info.message()) && !self.worth_repeating(),
            _ => false,
        }
    }
}
