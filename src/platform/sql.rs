//! Statements written as SQL, with their values bound where they stand.
//!
//! A piece of text and a value take turns, so the placeholders are numbered by the backend and cannot be confused:
//! SQLite numbers `$n` by first occurrence, PostgreSQL by `n`. Unlike `diesel::sql_query`, the statement is prepared
//! once a connection and kept.

use std::borrow::Cow;
use std::marker::PhantomData;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::deserialize::QueryableByName;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::query_dsl::methods::LoadQuery;
use diesel::sql_types::{BigInt, Date, Text, Timestamp, Untyped};
use diesel::{QueryResult, RunQueryDsl};

use super::db::{Conn, MultiBackend};
use super::fault::Fault;

enum Piece {
    Code(Cow<'static, str>),
    Words(String),
    Day(NaiveDate),
    Moment(NaiveDateTime),
    Number(i64),
}

/// A statement being written.
#[derive(Default)]
pub struct Sql {
    pieces: Vec<Piece>,
    /// Holds a list of any length: each length is another text, which would fill the cache of prepared statements.
    listed: bool,
}

impl Sql {
    /// Begins a statement.
    pub fn new(code: &'static str) -> Self {
        Self::default().code(code)
    }

    /// Adds SQL. Never a caller's text: `'static` holds that.
    #[must_use]
    pub fn code(mut self, code: &'static str) -> Self {
        self.pieces.push(Piece::Code(Cow::Borrowed(code)));
        self
    }

    /// Adds SQL that the program put together from its own parts.
    #[must_use]
    pub fn built(mut self, code: String) -> Self {
        self.pieces.push(Piece::Code(Cow::Owned(code)));
        self
    }

    /// Binds a text.
    #[must_use]
    pub fn text(mut self, value: impl Into<String>) -> Self {
        self.pieces.push(Piece::Words(value.into()));
        self
    }

    /// Binds a day.
    #[must_use]
    pub fn day(mut self, value: NaiveDate) -> Self {
        self.pieces.push(Piece::Day(value));
        self
    }

    /// Binds a moment.
    #[must_use]
    pub fn moment(mut self, value: DateTime<Utc>) -> Self {
        self.pieces.push(Piece::Moment(value.naive_utc()));
        self
    }

    /// Binds a number.
    #[must_use]
    pub fn number(mut self, value: i64) -> Self {
        self.pieces.push(Piece::Number(value));
        self
    }

    /// Binds numbers, with commas between them, for `IN (…)`; nothing becomes `NULL`, which is in no list.
    #[must_use]
    pub fn numbers(self, values: impl IntoIterator<Item = i64>) -> Self {
        self.list(values, Self::number)
    }

    /// Binds texts, with commas between them, for `IN (…)`.
    #[must_use]
    pub fn texts<'a>(self, values: impl IntoIterator<Item = &'a str>) -> Self {
        self.list(values, Self::text)
    }

    /// Binds a few texts for `IN (…)`, up to the next power of two with one that is in no list: few lengths make few
    /// statements, so they are kept prepared.
    #[must_use]
    pub fn few_texts<'a>(self, values: impl IntoIterator<Item = &'a str>) -> Self {
        let mut values: Vec<&str> = values.into_iter().collect();
        values.resize(values.len().max(1).next_power_of_two(), "\u{1}");
        let listed = self.listed;
        let mut sql = self.texts(values);
        sql.listed = listed;
        sql
    }

    fn list<T>(mut self, values: impl IntoIterator<Item = T>, bind: impl Fn(Self, T) -> Self) -> Self {
        let mut any = false;
        for value in values {
            self = bind(if any { self.code(", ") } else { self }, value);
            any = true;
        }
        self.listed = true;
        if any { self } else { self.code("NULL") }
    }

    /// Adds another statement's pieces.
    #[must_use]
    pub fn then(mut self, other: Self) -> Self {
        self.pieces.extend(other.pieces);
        self.listed |= other.listed;
        self
    }

    /// Runs the statement and reads its rows by the names of their columns.
    pub fn rows<T: QueryableByName<MultiBackend> + 'static>(self, conn: &mut Conn) -> Result<Vec<T>, Fault> {
        Ok(self.load::<T>(conn)?)
    }

    /// Runs the statement and reads its rows by the places of their columns, of SQL types `S`: for many rows of many columns,
    /// whose names would be looked up in every one.
    pub fn tuples<S, T>(self, conn: &mut Conn) -> Result<Vec<T>, Fault>
    where
        S: 'static,
        Typed<S>: for<'q> LoadQuery<'q, Conn, T>,
    {
        Ok(Typed { sql: self, types: PhantomData::<S> }.load::<T>(conn)?)
    }

    /// Runs the statement. Answers how many rows it changed.
    pub fn run(self, conn: &mut Conn) -> Result<usize, Fault> {
        Ok(self.execute(conn)?)
    }
}

/// A statement whose columns have known types.
pub struct Typed<S> {
    sql: Sql,
    types: PhantomData<S>,
}

impl<S> QueryFragment<MultiBackend> for Typed<S> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        self.sql.walk_ast(out)
    }
}

impl<S: 'static> QueryId for Typed<S> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<S> Query for Typed<S> {
    type SqlType = S;
}

impl<S> RunQueryDsl<Conn> for Typed<S> {}

/// Values of one list: SQLite binds 32,766 in a statement, and a power of two is what [`Sql::few_texts`] fills up to.
pub const LISTED: usize = 16_384;

/// Runs a statement as often as its list of values needs: once, but for very long ones.
pub fn in_lists<V, T>(
    values: &[V],
    mut run: impl FnMut(&[V]) -> Result<Vec<T>, Fault>,
) -> Result<Vec<T>, Fault> {
    let mut rows = Vec::new();
    for chunk in values.chunks(LISTED) {
        rows.extend(run(chunk)?);
    }
    Ok(rows)
}

impl QueryFragment<MultiBackend> for Sql {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        if self.listed {
            out.unsafe_to_cache_prepared();
        }
        for piece in &self.pieces {
            match piece {
                Piece::Code(code) => out.push_sql(code),
                Piece::Words(value) => out.push_bind_param::<Text, _>(value)?,
                Piece::Day(value) => out.push_bind_param::<Date, _>(value)?,
                Piece::Moment(value) => out.push_bind_param::<Timestamp, _>(value)?,
                Piece::Number(value) => out.push_bind_param::<BigInt, _>(value)?,
            }
        }
        Ok(())
    }
}

impl QueryId for Sql {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for Sql {
    type SqlType = Untyped;
}

impl RunQueryDsl<Conn> for Sql {}
