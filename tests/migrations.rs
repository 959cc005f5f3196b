//! The migrations: up, down and up again on both databases, and the same tables everywhere.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test says what went wrong by failing"
)]

use std::collections::BTreeMap;

use danvan::commands::prepare;
use danvan::platform::{Conn, db, migrate};
use diesel::sql_types::{BigInt, Text};
use diesel::{QueryableByName, RunQueryDsl};

#[expect(dead_code, reason = "these tests need only a part of it")]
#[path = "api/harness/database.rs"]
mod database;

use database::{Backend, Database};

/// Folders of migrations.
const COUNT: usize = 18;

/// Type of a column, and whether it may be null.
type Columns = BTreeMap<String, (String, bool)>;
type Tables = BTreeMap<String, Columns>;

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    of: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = BigInt)]
    nullable: i64,
}

const SQLITE: &str = "SELECT m.name AS of, c.name AS name, c.type AS kind, 1 - c.\"notnull\" AS nullable \
     FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";
const POSTGRES: &str = "SELECT CAST(table_name AS TEXT) AS of, CAST(column_name AS TEXT) AS name, \
     UPPER(CAST(data_type AS TEXT)) AS kind, CAST(CASE is_nullable WHEN 'YES' THEN 1 ELSE 0 END AS BIGINT) AS nullable \
     FROM information_schema.columns WHERE table_schema = 'public'";

/// The tables as the database knows them, without diesel's own.
fn tables(conn: &mut Conn) -> Tables {
    let statement = match conn {
        Conn::Sqlite(_) => SQLITE,
        Conn::Postgres(_) => POSTGRES,
    };
    let rows: Vec<Row> = diesel::sql_query(statement).load(conn).unwrap();
    let mut tables = Tables::new();
    for row in rows.into_iter().filter(|row| !row.of.starts_with("__diesel")) {
        let kind = row.kind.trim_end_matches(" WITHOUT TIME ZONE").to_owned();
        tables.entry(row.of).or_default().insert(row.name, (kind, row.nullable == 1));
    }
    tables
}

/// The tables as `src/schema.rs` tells them to the compiler.
fn declared() -> Tables {
    let mut tables = Tables::new();
    let mut table = String::new();
    for line in include_str!("../src/schema.rs").lines().map(str::trim) {
        if let Some((name, _)) = line.split_once(" (").filter(|_| line.ends_with('{')) {
            name.clone_into(&mut table);
        } else if let Some((column, kind)) = line.trim_end_matches(',').split_once(" -> ") {
            let inner = kind.strip_prefix("Nullable<").and_then(|kind| kind.strip_suffix('>'));
            let kind = (inner.unwrap_or(kind).to_uppercase(), inner.is_some());
            tables.entry(table.clone()).or_default().insert(column.to_owned(), kind);
        }
    }
    tables
}

fn connected(database: &Database) -> Conn {
    db::connect(&database.config.url).unwrap()
}

fn up_down_and_up(backend: Backend) {
    let database = Database::empty(backend);
    let mut conn = connected(&database);
    assert_eq!(migrate::up(&mut conn).unwrap(), COUNT);
    let first = tables(&mut conn);
    assert_eq!(migrate::up(&mut conn).unwrap(), 0, "again changes nothing");
    assert_eq!(migrate::down(&mut conn).unwrap(), COUNT);
    assert_eq!(tables(&mut conn), Tables::new(), "down leaves nothing behind");
    assert_eq!(migrate::up(&mut conn).unwrap(), COUNT);
    assert_eq!(tables(&mut conn), first);
    drop(conn);
    prepare(&database.config).unwrap();
    prepare(&database.config).unwrap();
    assert_eq!(database.count("SELECT COUNT(*) AS n FROM kpi_definitions"), 27);
    assert_eq!(database.count("SELECT COUNT(*) AS n FROM calendar_days"), 179);
}

#[test]
fn migrations_go_up_and_down_and_up_again_on_sqlite() {
    up_down_and_up(Backend::Sqlite);
}

#[test]
fn migrations_go_up_and_down_and_up_again_on_postgresql() {
    up_down_and_up(Backend::Postgres);
}

#[test]
fn both_databases_have_the_tables_that_the_code_is_compiled_against() {
    let declared = declared();
    assert!(declared.len() > 10, "schema.rs was read");
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let found = tables(&mut connected(&Database::new(backend)));
        assert_eq!(found.keys().collect::<Vec<_>>(), declared.keys().collect::<Vec<_>>(), "{backend:?}");
        for (table, columns) in &declared {
            assert_eq!(&found[table], columns, "{table} on {backend:?}");
        }
    }
}

#[test]
fn there_is_a_way_back_from_every_migration() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations");
    let folders: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    assert_eq!(folders.len(), COUNT);
    for folder in folders {
        assert!(folder.join("up.sql").exists() && folder.join("down.sql").exists(), "{}", folder.display());
    }
}
