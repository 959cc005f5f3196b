//! Subscriptions in the database.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Nullable, Text, Timestamp};

use super::model::{Delivery, DisabledReason, Subscription, SubscriptionStatus};
use crate::changes::feed::model::Position;
use crate::changes::kinds::ChangeKind;
use crate::organizations::{OrganizationCode, OrganizationId, Reach, When};
use crate::platform::{Conn, Fault, Sql, Work};
use crate::schema::{webhook_deliveries, webhook_subscriptions as subscriptions};

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    id: String,
    #[diesel(sql_type = Nullable<BigInt>)]
    organization_id: Option<OrganizationId>,
    #[diesel(sql_type = Nullable<Text>)]
    code: Option<OrganizationCode>,
    #[diesel(sql_type = Text)]
    url: String,
    #[diesel(sql_type = Text)]
    kinds: String,
    #[diesel(sql_type = Nullable<Text>)]
    description: Option<String>,
    #[diesel(sql_type = Text)]
    status: SubscriptionStatus,
    #[diesel(sql_type = Nullable<Text>)]
    reason: Option<DisabledReason>,
    #[diesel(sql_type = Text)]
    secret: String,
    #[diesel(sql_type = Nullable<Text>)]
    earlier_secret: Option<String>,
    #[diesel(sql_type = Nullable<Timestamp>)]
    earlier_until: Option<NaiveDateTime>,
    #[diesel(sql_type = BigInt)]
    version: i64,
    #[diesel(sql_type = Timestamp)]
    created_at: NaiveDateTime,
    #[diesel(embed)]
    delivery: DeliveryRow,
}

#[derive(QueryableByName)]
struct DeliveryRow {
    #[diesel(sql_type = BigInt)]
    next_seq: i64,
    #[diesel(sql_type = BigInt)]
    next_place: i64,
    #[diesel(sql_type = BigInt)]
    tries: i64,
    #[diesel(sql_type = Integer)]
    failures: i32,
    #[diesel(sql_type = Nullable<Timestamp>)]
    failing_since: Option<NaiveDateTime>,
    #[diesel(sql_type = Timestamp)]
    due_at: NaiveDateTime,
    #[diesel(sql_type = Nullable<Timestamp>)]
    delivered_at: Option<NaiveDateTime>,
    #[diesel(sql_type = Nullable<Integer>)]
    last_status: Option<i32>,
    #[diesel(sql_type = Nullable<Text>)]
    last_error: Option<String>,
}

const COLUMNS: &str = "SELECT s.id AS id, s.organization_id AS organization_id, o.code AS code, s.url AS url, s.kinds AS kinds, \
     s.description AS description, s.status AS status, s.reason AS reason, s.secret AS secret, \
     s.earlier_secret AS earlier_secret, s.earlier_until AS earlier_until, s.version AS version, \
     s.created_at AS created_at, d.next_seq AS next_seq, d.next_place AS next_place, \
     d.tries AS tries, d.failures AS failures, d.failing_since AS failing_since, d.due_at AS due_at, \
     d.delivered_at AS delivered_at, d.last_status AS last_status, d.last_error AS last_error \
     FROM webhook_subscriptions s JOIN webhook_deliveries d ON d.subscription_id = s.id \
     LEFT JOIN organizations o ON o.id = s.organization_id WHERE ";

fn utc(moment: Option<NaiveDateTime>) -> Option<DateTime<Utc>> {
    moment.map(|moment| moment.and_utc())
}

impl Row {
    fn subscription(self) -> Subscription {
        let found = self.delivery;
        let delivery = Delivery {
            next: Position { seq: found.next_seq, place: found.next_place },
            tries: found.tries,
            failures: found.failures,
            failing_since: utc(found.failing_since),
            due_at: found.due_at.and_utc(),
            delivered_at: utc(found.delivered_at),
            last_status: found.last_status,
            last_error: found.last_error,
        };
        Subscription {
            id: self.id,
            root: self.organization_id.zip(self.code),
            url: self.url,
            kinds: ChangeKind::split(&self.kinds),
            description: self.description,
            status: self.status,
            reason: self.reason,
            secret: self.secret,
            earlier: self.earlier_secret.zip(utc(self.earlier_until)),
            version: self.version,
            created_at: self.created_at.and_utc(),
            delivery,
        }
    }
}

/// A subscription of which the caller knows: one for an organization that it reaches.
pub fn find(conn: &mut Conn, reach: &Reach, id: &str, when: When) -> Result<Subscription, Fault> {
    let statement = Sql::new(COLUMNS).code("s.id = ").text(id).code(" AND ").then(reach.holds(when));
    statement.rows::<Row>(conn)?.pop().map(Row::subscription).ok_or_else(Fault::missing)
}

/// Subscriptions of which the caller knows, the oldest first, after an id.
pub fn list(
    conn: &mut Conn,
    reach: &Reach,
    when: When,
    (after, count): (Option<String>, i64),
) -> Result<Vec<Subscription>, Fault> {
    let statement = Sql::new(COLUMNS).then(reach.holds(when)).code(" AND s.id > ");
    let statement = statement.text(after.unwrap_or_default()).code(" ORDER BY s.id LIMIT ").number(count);
    Ok(statement.rows::<Row>(conn)?.into_iter().map(Row::subscription).collect())
}

/// Adds a subscription and where its delivery begins.
pub fn add(work: &mut Work<'_>, new: &Subscription) -> Result<(), Fault> {
    let row = (
        subscriptions::id.eq(&new.id),
        subscriptions::organization_id.eq(new.root.as_ref().map(|(id, _)| *id)),
        subscriptions::url.eq(&new.url),
        subscriptions::kinds.eq(ChangeKind::joined(&new.kinds)),
        subscriptions::description.eq(&new.description),
        subscriptions::status.eq(new.status),
        subscriptions::secret.eq(&new.secret),
        subscriptions::version.eq(new.version),
        subscriptions::created_at.eq(new.created_at.naive_utc()),
        subscriptions::updated_at.eq(new.created_at.naive_utc()),
    );
    diesel::insert_into(subscriptions::table).values(row).execute(work.conn)?;
    let begin = (
        webhook_deliveries::subscription_id.eq(&new.id),
        webhook_deliveries::next_seq.eq(new.delivery.next.seq),
        webhook_deliveries::next_place.eq(new.delivery.next.place),
        webhook_deliveries::tries.eq(0),
        webhook_deliveries::failures.eq(0),
        webhook_deliveries::due_at.eq(new.delivery.due_at.naive_utc()),
        webhook_deliveries::held_until.eq(new.delivery.due_at.naive_utc()),
    );
    diesel::insert_into(webhook_deliveries::table).values(begin).execute(work.conn)?;
    Ok(())
}

/// Stores a change of the version before it. Refuses (412) if somebody else changed that meanwhile.
pub fn save(work: &mut Work<'_>, now: &Subscription) -> Result<(), Fault> {
    let (earlier, until) = now.earlier.clone().unzip();
    let changes = (
        subscriptions::url.eq(&now.url),
        subscriptions::kinds.eq(ChangeKind::joined(&now.kinds)),
        subscriptions::description.eq(&now.description),
        subscriptions::status.eq(now.status),
        subscriptions::reason.eq(now.reason),
        subscriptions::secret.eq(&now.secret),
        subscriptions::earlier_secret.eq(earlier),
        subscriptions::earlier_until.eq(until.map(|until| until.naive_utc())),
        subscriptions::version.eq(now.version),
        subscriptions::updated_at.eq(work.now.naive_utc()),
    );
    let before = subscriptions::table.find(&now.id).filter(subscriptions::version.eq(now.version - 1));
    if diesel::update(before).set(changes).execute(work.conn)? == 0 {
        Err(Fault::stale(None))
    } else {
        Ok(())
    }
}
