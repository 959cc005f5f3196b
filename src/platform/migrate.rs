//! Bringing a database up to date: one tree of migrations, one process at a time.

use std::error::Error;

use diesel::RunQueryDsl;
use diesel::connection::SimpleConnection;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::db::Conn;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations");

/// Locks out other processes that start at the same moment; any number that nothing else uses.
const LOCK: &str = "SELECT pg_advisory_lock(7226510394511)";
const UNLOCK: &str = "SELECT pg_advisory_unlock(7226510394511)";

type Failed = Box<dyn Error + Send + Sync>;

/// Runs the migrations that the database has not seen. Answers how many.
pub fn up(conn: &mut Conn) -> Result<usize, Failed> {
    match conn {
        Conn::Sqlite(c) => c.immediate_transaction(|c| Ok(c.run_pending_migrations(MIGRATIONS)?.len())),
        Conn::Postgres(c) => {
            // A migration may take as long as it needs, and wait for another process as long as that one does.
            c.batch_execute("SET statement_timeout = 0; SET lock_timeout = 0")?;
            diesel::sql_query(LOCK).execute(c)?;
            // A copy of the "C" collation under SQLite's name for byte order, so that one dialect serves both.
            let done = c
                .batch_execute("CREATE COLLATION IF NOT EXISTS \"binary\" FROM \"C\"")
                .map_err(Failed::from)
                .and_then(|()| Ok(c.run_pending_migrations(MIGRATIONS)?.len()));
            diesel::sql_query(UNLOCK).execute(c)?;
            done
        }
    }
}

/// Takes every migration back. For tests only: it drops all data.
pub fn down(conn: &mut Conn) -> Result<usize, Failed> {
    match conn {
        Conn::Sqlite(c) => Ok(c.revert_all_migrations(MIGRATIONS)?.len()),
        Conn::Postgres(c) => Ok(c.revert_all_migrations(MIGRATIONS)?.len()),
    }
}
