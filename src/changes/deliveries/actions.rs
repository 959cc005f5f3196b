//! What a call is to tell, and what follows from how it went: the steps between two calls.

use chrono::{DateTime, TimeDelta, Utc};

use super::model::{GONE, pause, takes};
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
use crate::platform::{Conn, Fault};

/// Changes of one call at most: with the longest keys less than 100 KiB.
const MOST: i64 = 200;

/// What became of looking for something to tell.
pub enum Found {
    /// Something to tell: to whom, and up to where.
    Parcel(Box<Parcel>),
    /// Nothing.
    Nothing,
    /// What it did not get is no longer kept.
    Lost,
}

/// Something to tell.
pub struct Parcel {
    /// To whom.
    pub subscription: Subscription,
    /// What.
    pub slice: Slice,
    /// Up to where.
    pub until: Position,
}

/// Takes a delivery and looks what there is to tell.
pub fn take(conn: &mut Conn, now: DateTime<Utc>, lease: &Lease) -> Result<Found, Fault> {
    let Some(until) = store::take(conn, now, lease)? else { return Ok(Found::Nothing) };
    let (everywhere, today) = (Reach::at(EVERYWHERE), local_day(now));
    let subscription = subscriptions::store::find(conn, &everywhere, &lease.subscription, When::Now(today))?;
    let next = subscription.delivery.next;
    if subscription.status == SubscriptionStatus::Disabled {
        store::pass(conn, now, lease, next)?;
        return Ok(Found::Nothing);
    }
    let root = subscription.root.as_ref().map_or(EVERYWHERE, |(_, code)| code.as_str());
    let (reach, kinds) = (Reach::at(root), subscription.kinds.clone());
    let asked = Asked { reach, kinds, from: Some(next), until, count: MOST, today };
    let slice = match feed::store::read(conn, &asked) {
        Ok(slice) => slice,
        Err(fault) if Refusal::KINDS.contains(&fault.kind) => return Ok(Found::Lost),
        Err(fault) => return Err(fault),
    };
    if slice.items.is_empty() {
        store::pass(conn, now, lease, slice.next)?;
        return Ok(Found::Nothing);
    }
    let until = slice.next;
    store::settle(conn, lease, until)?;
    Ok(Found::Parcel(Box::new(Parcel { subscription, slice, until })))
}

/// Keeps how a call went. Answers why the subscription is to be disabled, if it is.
pub fn conclude(
    conn: &mut Conn,
    now: DateTime<Utc>,
    lease: &Lease,
    until: Position,
    (went, longest): (&Result<u16, String>, TimeDelta),
) -> Result<Option<DisabledReason>, Fault> {
    let (status, error) = match went {
        Ok(status) if takes(*status) => {
            store::delivered(conn, now, lease, until, *status)?;
            return Ok(None);
        }
        Ok(status) => (Some(*status), format!("the target answered {status}")),
        Err(error) => (None, error.clone()),
    };
    let [chance] = random::<1>()?;
    let pause = |failures| pause(failures, chance);
    let Some(since) = store::failed(conn, now, lease, (status, &error), &pause)? else { return Ok(None) };
    let failing = (now - since >= longest).then_some(DisabledReason::Failing);
    Ok(if status == Some(GONE) { Some(DisabledReason::Gone) } else { failing })
}
