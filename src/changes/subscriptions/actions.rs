//! Subscribing, changing and disabling a subscription, giving it another secret.

use super::model::{DisabledReason, OVERLAP, Refusal, Subscription, SubscriptionStatus};
use super::store;
use crate::changes::deliveries;
use crate::changes::feed::model::Position;
use crate::changes::feed::store::{last, oldest};
use crate::changes::kinds::ChangeKind;
use crate::changes::subscriptions::model::Delivery;
use crate::organizations::{Reach, When, find_named};
use crate::platform::clock::new_id;
use crate::platform::digest::{Vault, random};
use crate::platform::input::Patched;
use crate::platform::{Answer, Caller, Condition, Etag, Fault, Outcome, Reply, Work};

/// Where deliveries begin, or go on. Refuses (409) a position of which not all is kept.
fn begin(work: &mut Work<'_>, start: Position) -> Result<Position, Fault> {
    let end = Position::after(last(work.conn)?);
    if start == Position::END {
        return Ok(end);
    }
    let kept = oldest(work.conn)?..=end;
    if kept.contains(&start) { Ok(start) } else { Err(Refusal::Unkept.into()) }
}

/// The tag of a subscription: its version, and how its delivery stands.
pub fn etag(subscription: &Subscription) -> Etag {
    let Delivery { tries, next, .. } = &subscription.delivery;
    Etag::variant(subscription.version, format_args!("{tries}-{}-{}", next.seq, next.place))
}

/// What is asked for.
#[derive(Clone, Debug)]
pub struct New {
    /// The target.
    pub url: String,
    /// What is told; each kind was allowed to the caller.
    pub kinds: Vec<ChangeKind>,
    /// What it is for.
    pub description: Option<String>,
    /// From where.
    pub start: Position,
}

/// Subscribes for what the caller reaches. Answers the subscription with its secret.
///
/// Refuses (404) a caller whose organization there is not.
pub fn subscribe(
    work: &mut Work<'_>,
    reach: &Reach,
    new: &New,
    vault: &Vault,
) -> Result<(Subscription, Vec<u8>), Fault> {
    let today = When::Now(work.today());
    let root = reach.root().map(|root| find_named(work.conn, reach, root, today)).transpose()?;
    let (id, secret) = (new_id(), random::<32>()?);
    let delivery = Delivery {
        next: begin(work, new.start)?,
        tries: 0,
        failures: 0,
        failing_since: None,
        due_at: work.now,
        delivered_at: None,
        last_status: None,
        last_error: None,
    };
    let subscription = Subscription {
        root,
        url: new.url.clone(),
        kinds: new.kinds.clone(),
        description: new.description.clone(),
        status: SubscriptionStatus::Active,
        reason: None,
        secret: vault.seal(&id, &secret)?,
        earlier: None,
        version: 1,
        created_at: work.now,
        delivery,
        id,
    };
    store::add(work, &subscription)?;
    Ok((subscription, secret.to_vec()))
}

/// What a caller changes of a subscription; what it leaves out stays.
#[derive(Clone, Debug)]
pub struct Change {
    /// The target.
    pub url: Option<String>,
    /// What is told.
    pub kinds: Option<Vec<ChangeKind>>,
    /// What it is for.
    pub description: Patched<String>,
    /// Whether anything is delivered.
    pub status: Option<SubscriptionStatus>,
    /// From where it goes on.
    pub start: Option<Position>,
}

/// A subscription that the caller may change: it must hold the right to each kind that is told, since it could have all of
/// that sent to itself.
fn held(work: &mut Work<'_>, reach: &Reach, who: &Caller, id: &str) -> Result<Subscription, Fault> {
    let found = store::find(work.conn, reach, id, When::Now(work.today()))?;
    ChangeKind::allowed(who, Some(found.kinds.clone()))?;
    Ok(found)
}

/// Changes a subscription under a condition.
///
/// Refuses (409) to go on from where nothing is kept any more.
pub fn change(
    work: &mut Work<'_>,
    (reach, who): (&Reach, &Caller),
    id: &str,
    change: &Change,
    condition: &Condition,
) -> Result<(Outcome, Subscription), Fault> {
    let before = held(work, reach, who, id)?;
    condition.admits_change(&etag(&before))?;
    let mut now = before.clone();
    now.url = change.url.clone().unwrap_or(now.url);
    now.kinds = change.kinds.clone().unwrap_or(now.kinds);
    now.description = change.description.clone().over(now.description);
    if let Some(status) = change.status.filter(|status| *status != before.status) {
        now.status = status;
        now.reason = (status == SubscriptionStatus::Disabled).then_some(DisabledReason::Asked);
    }
    let same = (&now.url, &now.kinds, &now.description, now.status)
        == (&before.url, &before.kinds, &before.description, before.status);
    if same && change.start.is_none() {
        return Ok((Outcome::Unchanged, before));
    }
    let next = change.start.map(|start| begin(work, start)).transpose()?.unwrap_or(before.delivery.next);
    if now.status == SubscriptionStatus::Active && next < oldest(work.conn)? {
        return Err(Refusal::Unkept.into());
    }
    now.version = before.version + 1;
    store::save(work, &now)?;
    // What was being tried was for another target, or of other kinds.
    deliveries::store::restart(work, id, next)?;
    let (failures, failing_since, due_at) = (0, None, work.now);
    now.delivery = Delivery { next, failures, failing_since, due_at, ..now.delivery };
    Ok((Outcome::Updated, now))
}

/// Gives a subscription another secret; the one before signs too for a day. Answers it with the secret.
pub fn rotate(
    work: &mut Work<'_>,
    (reach, who): (&Reach, &Caller),
    id: &str,
    vault: &Vault,
) -> Result<(Subscription, Vec<u8>), Fault> {
    let before = held(work, reach, who, id)?;
    let secret = random::<32>()?;
    let now = Subscription {
        secret: vault.seal(id, &secret)?,
        earlier: Some((before.secret, work.now + OVERLAP)),
        version: before.version + 1,
        ..before
    };
    store::save(work, &now)?;
    Ok((now, secret.to_vec()))
}

/// Disables a subscription for a reason of the service's own.
pub fn disable(work: &mut Work<'_>, id: &str, reason: DisabledReason) -> Answer {
    let everywhere = Reach::at(crate::platform::auth::EVERYWHERE);
    let before = store::find(work.conn, &everywhere, id, When::Now(work.today()))?;
    if before.status == SubscriptionStatus::Disabled {
        return Reply::ok(&id);
    }
    let (status, reason) = (SubscriptionStatus::Disabled, Some(reason));
    let now = Subscription { status, reason, version: before.version + 1, ..before };
    store::save(work, &now)?;
    Reply::changed_to(&serde_json::json!({ "id": id, "status": status, "reason": reason }))
}
