//! Many rows in few statements: one for all of them on PostgreSQL, one for some hundred on SQLite.
//!
//! Thousands of records a second come in by batches; a statement for each row, or a value for each cell, would cost more
//! than the work itself. PostgreSQL takes each column as one array; SQLite takes rows of values, in chunks of one size so
//! that the statement is prepared once.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{Array, BigInt, Date, Integer, Text, Timestamp};
use diesel::sqlite::Sqlite;
use diesel::{QueryResult, RunQueryDsl};

use super::db::Conn;
use super::fault::Fault;

/// The values of one column, a value for each row.
pub enum Values {
    /// BIGINT.
    Number(Vec<i64>),
    /// INTEGER.
    Count(Vec<i32>),
    /// TEXT.
    Words(Vec<String>),
    /// DATE.
    Day(Vec<NaiveDate>),
    /// TIMESTAMP, in UTC.
    Moment(Vec<NaiveDateTime>),
}

impl Values {
    fn len(&self) -> usize {
        match self {
            Self::Number(values) => values.len(),
            Self::Count(values) => values.len(),
            Self::Words(values) => values.len(),
            Self::Day(values) => values.len(),
            Self::Moment(values) => values.len(),
        }
    }
}

/// Rows for a table, and what to do with those that are there already.
pub struct Bulk {
    table: &'static str,
    columns: Vec<(String, Values)>,
    conflict: String,
}

impl Bulk {
    /// Rows for a table.
    pub fn new(table: &'static str) -> Self {
        Self { table, columns: Vec::new(), conflict: String::new() }
    }

    /// Adds a column; all have as many values as there are rows.
    #[must_use]
    pub fn column(mut self, name: impl Into<String>, values: Values) -> Self {
        self.columns.push((name.into(), values));
        self
    }

    /// A row whose key is there already takes the place of the old one.
    #[must_use]
    pub fn replacing(self, key: &str) -> Self {
        self.on_conflict(key, |name, _| format!("excluded.{name}"))
    }

    /// A row whose key is there already is added to the old one, column by column.
    #[must_use]
    pub fn adding(self, key: &str) -> Self {
        self.on_conflict(key, |name, table| format!("{table}.{name} + excluded.{name}"))
    }

    fn on_conflict(mut self, key: &str, value: impl Fn(&str, &str) -> String) -> Self {
        let is_key = |name: &str| key.split(',').any(|part| part.trim() == name);
        let others = self.columns.iter().map(|(name, _)| name).filter(|name| !is_key(name));
        let set: Vec<String> = others.map(|name| format!("{name} = {}", value(name, self.table))).collect();
        self.conflict = format!(" ON CONFLICT ({key}) DO UPDATE SET {}", set.join(", "));
        self
    }

    fn names(&self) -> String {
        self.columns.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ")
    }

    /// Stores the rows.
    pub fn run(self, conn: &mut Conn) -> Result<(), Fault> {
        let rows = self.columns.first().map_or(0, |(_, values)| values.len());
        if rows == 0 {
            return Ok(());
        }
        match conn {
            Conn::Postgres(c) => {
                Arrays(self).execute(c)?;
            }
            Conn::Sqlite(c) => {
                let most = (PARAMETERS / self.columns.len().max(1)).min(CHUNK);
                let mut first = 0;
                while first < rows {
                    let count = most.min(rows - first);
                    Tuples { bulk: &self, first, count, whole: count == most }.execute(c)?;
                    first += count;
                }
            }
        }
        Ok(())
    }
}

/// What SQLite binds in a statement.
const PARAMETERS: usize = 32_766;
/// Rows of one statement: more gain nothing.
const CHUNK: usize = 128;

/// The rows as PostgreSQL takes them: an array a column.
struct Arrays(Bulk);

impl QueryFragment<Pg> for Arrays {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        let bulk = &self.0;
        out.push_sql(&format!("INSERT INTO {} ({}) SELECT * FROM unnest(", bulk.table, bulk.names()));
        for (index, (_, values)) in bulk.columns.iter().enumerate() {
            if index > 0 {
                out.push_sql(", ");
            }
            match values {
                Values::Number(values) => out.push_bind_param::<Array<BigInt>, _>(values)?,
                Values::Count(values) => out.push_bind_param::<Array<Integer>, _>(values)?,
                Values::Words(values) => out.push_bind_param::<Array<Text>, _>(values)?,
                Values::Day(values) => out.push_bind_param::<Array<Date>, _>(values)?,
                Values::Moment(values) => out.push_bind_param::<Array<Timestamp>, _>(values)?,
            }
        }
        out.push_sql(")");
        out.push_sql(&bulk.conflict);
        Ok(())
    }
}

impl QueryId for Arrays {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl RunQueryDsl<diesel::PgConnection> for Arrays {}

/// Some of the rows as SQLite takes them: a tuple a row.
struct Tuples<'a> {
    bulk: &'a Bulk,
    first: usize,
    count: usize,
    /// Of the usual size, whose statement is worth keeping.
    whole: bool,
}

impl QueryFragment<Sqlite> for Tuples<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        if !self.whole {
            out.unsafe_to_cache_prepared();
        }
        out.push_sql(&format!("INSERT INTO {} ({}) VALUES ", self.bulk.table, self.bulk.names()));
        for row in self.first..self.first + self.count {
            out.push_sql(if row == self.first { "(" } else { ", (" });
            for (index, (_, values)) in self.bulk.columns.iter().enumerate() {
                if index > 0 {
                    out.push_sql(", ");
                }
                bind(values, row, &mut out)?;
            }
            out.push_sql(")");
        }
        out.push_sql(&self.bulk.conflict);
        Ok(())
    }
}

/// Binds a value of a column; a row without one is a fault of the caller, and fails.
fn bind<'b>(values: &'b Values, row: usize, out: &mut AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
    let missing = || diesel::result::Error::QueryBuilderError("a column is shorter than its rows".into());
    match values {
        Values::Number(values) => out.push_bind_param::<BigInt, _>(values.get(row).ok_or_else(missing)?),
        Values::Count(values) => out.push_bind_param::<Integer, _>(values.get(row).ok_or_else(missing)?),
        Values::Words(values) => out.push_bind_param::<Text, _>(values.get(row).ok_or_else(missing)?),
        Values::Day(values) => out.push_bind_param::<Date, _>(values.get(row).ok_or_else(missing)?),
        Values::Moment(values) => out.push_bind_param::<Timestamp, _>(values.get(row).ok_or_else(missing)?),
    }
}

impl QueryId for Tuples<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl RunQueryDsl<diesel::SqliteConnection> for Tuples<'_> {}
