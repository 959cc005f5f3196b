//! `Idempotency-Key`: a POST that is sent again is answered with what the first one was answered, also after a crash,
//! because the answer is kept in the transaction of the change.

use std::collections::HashSet;
use std::future::{Ready, ready};
use std::sync::{Arc, Mutex, PoisonError};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use diesel::sql_types::Bool;
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl};

use super::db::Conn;
use super::fault::{Fault, kinds};
use super::reply::Reply;
use super::work::Order;
use crate::schema::idempotency_keys::dsl;

/// Hours for which an answer is kept.
const KEPT_HOURS: i64 = 48;

/// A key as the caller sent it, for the route it was sent to.
#[derive(Clone, Debug)]
pub struct Key {
    text: String,
    route: String,
    fingerprint: String,
}

/// The `Idempotency-Key` header, if there is one. Refuses (400) an empty, long or unprintable one.
pub struct IdempotencyKey(pub Option<Key>);

impl Key {
    pub(super) fn with(self, fingerprint: &str) -> Self {
        Self { fingerprint: fingerprint.to_owned(), ..self }
    }
}

impl FromRequest for IdempotencyKey {
    type Error = Fault;
    type Future = Ready<Result<Self, Fault>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let mut values = req.headers().get_all("idempotency-key");
        let refused = || Fault::of(&kinds::INVALID_IDEMPOTENCY_KEY);
        ready(match (values.next(), values.next()) {
            (None, _) => Ok(Self(None)),
            (Some(value), None) => match value.to_str() {
                Ok(text)
                    if (1..=255).contains(&text.len())
                        && text.bytes().all(|b| (b'!'..=b'~').contains(&b)) =>
                {
                    let route = format!("{} {}", req.path(), req.query_string());
                    Ok(Self(Some(Key { text: text.to_owned(), route, fingerprint: String::new() })))
                }
                _ => Err(refused()),
            },
            _ => Err(refused()),
        })
    }
}

/// The keys that this process is working on.
#[derive(Clone, Default)]
pub struct InFlight(Arc<Mutex<HashSet<String>>>);

/// Holds a key until the work on it ends.
pub struct Claim {
    keys: InFlight,
    key: Option<String>,
}

impl InFlight {
    /// Claims an order's key. Refuses (409) when the first request with it is still running.
    pub fn claim(&self, order: &Order) -> Result<Claim, Fault> {
        let key = order.key.as_ref().map(|key| format!("{}\n{}\n{}", owner(order), key.route, key.text));
        if let Some(key) = &key
            && !self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key.clone())
        {
            return Err(in_progress());
        }
        Ok(Claim { keys: self.clone(), key })
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        if let Some(key) = &self.key {
            self.keys.0.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
        }
    }
}

/// Whose keys these are: a subject's, with one reach.
fn owner(order: &Order) -> String {
    format!("{}\n{}", order.actor, order.reach)
}

fn in_progress() -> Fault {
    Fault::of(&kinds::IN_PROGRESS).retry_after(1)
}

/// The answer given to the first request with this key, if there was one; answers that were kept long enough are let go.
///
/// Refuses (422) another request under the same key, and (409) when another process still works on the first.
pub(super) fn earlier(conn: &mut Conn, order: &Order, now: DateTime<Utc>) -> Result<Option<Reply>, Fault> {
    let Some(key) = &order.key else { return Ok(None) };
    if let Conn::Postgres(postgres) = conn {
        // Only PostgreSQL has several processes that write at once; SQLite's write lock is already ours.
        let name = format!("{}\n{}\n{}", owner(order), key.route, key.text);
        let free = diesel::dsl::sql::<Bool>("pg_try_advisory_xact_lock(hashtextextended(")
            .bind::<diesel::sql_types::Text, _>(name)
            .sql(", 0))");
        if !diesel::select(free).get_result::<bool>(postgres)? {
            return Err(in_progress());
        }
    }
    diesel::delete(dsl::idempotency_keys.filter(dsl::created_at.lt(expired(now)))).execute(conn)?;
    answered(conn, order, now)
}

/// Answers that were kept before this moment count no more.
fn expired(now: DateTime<Utc>) -> NaiveDateTime {
    (now - TimeDelta::hours(KEPT_HOURS)).naive_utc()
}

/// The answer given to the first request with this key, if there was one. Changes nothing.
///
/// Refuses (422) another request under the same key.
pub(super) fn answered(conn: &mut Conn, order: &Order, now: DateTime<Utc>) -> Result<Option<Reply>, Fault> {
    let Some(key) = &order.key else { return Ok(None) };
    let kept: Option<(String, String)> = dsl::idempotency_keys
        .find((owner(order), &key.route, &key.text))
        .filter(dsl::created_at.ge(expired(now)))
        .select((dsl::fingerprint, dsl::answer))
        .first(conn)
        .optional()?;
    match kept {
        None => Ok(None),
        Some((fingerprint, _)) if fingerprint != key.fingerprint => Err(Fault::of(&kinds::KEY_REUSED)),
        Some((_, answer)) => Reply::replay(&answer).map(Some),
    }
}

/// Keeps the answer under the order's key.
pub(super) fn keep(conn: &mut Conn, order: &Order, now: DateTime<Utc>, reply: &Reply) -> Result<(), Fault> {
    let Some(key) = &order.key else { return Ok(()) };
    let answer = serde_json::to_string(reply).map_err(Fault::broken)?;
    let row = (
        dsl::owner.eq(owner(order)),
        dsl::route.eq(&key.route),
        dsl::key.eq(&key.text),
        dsl::fingerprint.eq(&key.fingerprint),
        dsl::answer.eq(answer),
        dsl::created_at.eq(now.naive_utc()),
    );
    diesel::insert_into(dsl::idempotency_keys).values(row).execute(conn)?;
    Ok(())
}
