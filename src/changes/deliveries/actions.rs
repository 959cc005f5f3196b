//! What a call is to tell, and what follows from how it went: the steps between two calls.

use chrono::{DateTime, TimeDelta, Utc};

use super::model::{GONE, asked_pause, pause, takes};
use super::store::{self, Lease};
use crate::changes::feed;
use crate::changes::feed::model::{Position, Refusal, Slice};
use crate::changes::feed::store::Asked;
use crate::changes::subscriptions;
use crate::changes::subscriptions::model::{DisabledReason, Subscription, SubscriptionStatus};
use crate::organizations::{Reach, When};
use crate::platform::auth::EVERYWHERE;
use crate::platform::clock::local_day;
use crate::platform::digest::random;
use crate::platform::outside::Posted;
use crate::platform::{Conn, Fault};

/// Changes of one call at most: with the longest keys less than 100 KiB.
const MOST: i64 = 200;

/// What there is to tell.
pub enum Found {
    /// Something, or at least somewhere to go on from.
    Parcel(Box<Parcel>),
    /// Nothing.
    Nothing,
    /// What it did not get is no longer kept.
    Lost,
}

/// Something to tell.
pub struct Parcel {
    /// To whom, as it was when that was looked for.
    pub subscription: Subscription,
    /// What.
    pub slice: Slice,
}

/// Looks what there is to tell a subscriber. The statements must see one moment; nothing is taken by it.
pub fn look(conn: &mut Conn, id: &str, now: DateTime<Utc>) -> Result<Found, Fault> {
    let (everywhere, today) = (Reach::at(EVERYWHERE), local_day(now));
    let subscription = subscriptions::store::find(conn, &everywhere, id, When::Now(today))?;
    if subscription.status == SubscriptionStatus::Disabled {
        return Ok(Found::Nothing);
    }
    let (next, until) = (subscription.delivery.next, store::tried(conn, id)?);
    let root = subscription.root.as_ref().map_or(EVERYWHERE, |(_, code)| code.as_str());
    let (reach, kinds) = (Reach::at(root), subscription.kinds.clone());
    let asked = Asked { reach, kinds, from: Some(next), until, count: MOST, today };
    let slice = match feed::store::read(conn, &asked) {
        Ok(slice) => slice,
        Err(fault) if Refusal::KINDS.contains(&fault.kind) => return Ok(Found::Lost),
        Err(fault) => return Err(fault),
    };
    Ok(Found::Parcel(Box::new(Parcel { subscription, slice })))
}

/// Takes what was found, if the delivery still stands as it stood then and nobody else has it: where the message ends is settled
/// before it is told the first time. Where there is nothing to tell it only goes on. Answers whether there is a call to make.
pub fn take(conn: &mut Conn, now: DateTime<Utc>, lease: &Lease, parcel: &Parcel) -> Result<bool, Fault> {
    let (delivery, until) = (&parcel.subscription.delivery, parcel.slice.next);
    if parcel.slice.items.is_empty() {
        store::pass(conn, now, (&lease.subscription, delivery.due_at), until)?;
        return Ok(false);
    }
    store::take(conn, now, lease, (delivery.due_at, until))
}

/// Keeps how a call went. Answers why the subscription is to be disabled, if it is.
pub fn conclude(
    conn: &mut Conn,
    now: DateTime<Utc>,
    lease: &Lease,
    until: Position,
    (went, longest): (&Result<Posted, String>, TimeDelta),
) -> Result<Option<DisabledReason>, Fault> {
    let (status, error, asked) = match went {
        Ok(Posted { status, .. }) if takes(*status) => {
            store::delivered(conn, now, lease, until, *status)?;
            return Ok(None);
        }
        Ok(Posted { status, retry_after }) => {
            let asked = retry_after.as_deref().and_then(|text| asked_pause(text, now));
            (Some(*status), format!("the target answered {status}"), asked)
        }
        Err(error) => (None, error.clone(), None),
    };
    let [chance] = random::<1>()?;
    let pause = |failures| pause(failures, chance, asked);
    let Some(since) = store::failed(conn, now, lease, (status, &error), &pause)? else { return Ok(None) };
    let failing = (now - since >= longest).then_some(DisabledReason::Failing);
    Ok(if status == Some(GONE) { Some(DisabledReason::Gone) } else { failing })
}
