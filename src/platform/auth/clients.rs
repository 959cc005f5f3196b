//! The systems that may ask for tokens: what the database knows of them. A secret is kept as its hash only.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::token::Revocation;
use crate::platform::db::Conn;
use crate::platform::digest::{random, sha256_hex};
use crate::platform::fault::Fault;
use crate::platform::reply::Reply;
use crate::platform::work::Work;
use crate::schema::{clients, revocations};

/// A system that may ask for tokens.
#[derive(Clone, Debug, Queryable)]
pub struct Client {
    /// Its name.
    pub id: String,
    /// SHA-256 of its secret. The secret has 256 random bits, so a slow hash would protect nothing more.
    pub secret_hash: String,
    /// The scopes it may ask for, space separated.
    pub scope: String,
    /// The code of its organization, or `*`.
    pub org: String,
    /// Since when.
    pub created_at: NaiveDateTime,
    /// Until when, if it was disabled.
    pub disabled_at: Option<NaiveDateTime>,
}

/// A new random secret of 256 bits, printable.
pub fn new_secret() -> Result<String, Fault> {
    Ok(BASE64_URL_SAFE_NO_PAD.encode(random::<32>()?))
}

/// The client of a name.
pub fn find(conn: &mut Conn, id: &str) -> Result<Option<Client>, Fault> {
    let columns = (
        clients::id,
        clients::secret_hash,
        clients::scope,
        clients::org,
        clients::created_at,
        clients::disabled_at,
    );
    Ok(clients::table.find(id).select(columns).first(conn).optional()?)
}

/// All clients by name.
pub fn list(conn: &mut Conn) -> Result<Vec<Client>, Fault> {
    let columns = (
        clients::id,
        clients::secret_hash,
        clients::scope,
        clients::org,
        clients::created_at,
        clients::disabled_at,
    );
    Ok(clients::table.order(clients::id).select(columns).load(conn)?)
}

/// Adds a client. Refuses (409) a name that is taken, also by a disabled one.
pub fn add(work: &mut Work<'_>, id: &str, secret: &str, scope: &str, org: &str) -> Result<Reply, Fault> {
    let row = (
        clients::id.eq(id),
        clients::secret_hash.eq(sha256_hex(secret.as_bytes())),
        clients::scope.eq(scope),
        clients::org.eq(org),
        clients::created_at.eq(work.now.naive_utc()),
    );
    diesel::insert_into(clients::table).values(row).execute(work.conn)?;
    Reply::changed_to(&serde_json::json!({ "client": id, "scope": scope, "org": org }))
}

/// Disables a client and refuses the tokens that it was given, within seconds, in every process.
///
/// Refuses (404) a name that is not there.
pub fn disable(work: &mut Work<'_>, id: &str) -> Result<Reply, Fault> {
    let changed = diesel::update(clients::table.find(id))
        .set(clients::disabled_at.eq(Some(work.now.naive_utc())))
        .execute(work.conn)?;
    if changed == 0 {
        return Err(Fault::missing());
    }
    revoke(work.conn, "subject", id, work.now)?;
    Reply::changed_to(&serde_json::json!({ "client": id, "disabled": true }))
}

/// Refuses the tokens of a subject issued up to now, or one token by its id.
fn revoke(conn: &mut Conn, kind: &str, value: &str, now: DateTime<Utc>) -> Result<(), Fault> {
    // A token of the same second as the order was issued before it: the bound is the next second.
    let bound = now.timestamp() + 1;
    let known = revocations::table.find((kind, value));
    if diesel::update(known).set(revocations::not_before.eq(bound)).execute(conn)? == 0 {
        let row =
            (revocations::kind.eq(kind), revocations::value.eq(value), revocations::not_before.eq(bound));
        diesel::insert_into(revocations::table).values(row).execute(conn)?;
    }
    Ok(())
}

/// Refuses one token by its id (`jti`).
pub fn revoke_token(work: &mut Work<'_>, token_id: &str) -> Result<Reply, Fault> {
    revoke(work.conn, "token", token_id, work.now)?;
    Reply::changed_to(&serde_json::json!({ "revoked": token_id }))
}

/// All that is revoked.
pub fn revoked(conn: &mut Conn) -> Result<Vec<Revocation>, Fault> {
    let rows: Vec<(String, String, i64)> = revocations::table
        .select((revocations::kind, revocations::value, revocations::not_before))
        .load(conn)?;
    let revocation = |(kind, value, not_before): (String, String, i64)| match kind.as_str() {
        "subject" => Revocation { subject: Some(value), token_id: None, not_before },
        _ => Revocation { subject: None, token_id: Some(value), not_before },
    };
    Ok(rows.into_iter().map(revocation).collect())
}
