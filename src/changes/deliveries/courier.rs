//! The courier of a process: finds who is to be told, calls them, some at once, and keeps how it went.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use actix_web::rt;
use actix_web::web::Data;
use chrono::TimeDelta;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::sleep;

use super::actions::{self, Found, Parcel};
use super::message::Message;
use super::store::{self, Lease};
use crate::changes::feed::model::CURSOR;
use crate::changes::subscriptions;
use crate::changes::subscriptions::model::DisabledReason;
use crate::platform::auth::EVERYWHERE;
use crate::platform::clock::new_id;
use crate::platform::digest::{Seal, Vault};
use crate::platform::health::Phase;
use crate::platform::outside::{Outside, Posted};
use crate::platform::page::sealed;
use crate::platform::{Clock, Db, Fault, Order};

/// Between two looks.
const PAUSE: Duration = Duration::from_secs(1);

/// Targets that a process calls at once.
const CALLS: u32 = 8;

/// Calls targets.
#[derive(Clone)]
pub struct Courier {
    db: Data<Db>,
    clock: Data<Clock>,
    phase: Data<Phase>,
    seal: Data<Seal>,
    vault: Data<Vault>,
    outside: Data<Outside>,
    /// How long a target may fail.
    longest: TimeDelta,
    free: Arc<Semaphore>,
}

impl Courier {
    /// A courier that disables who fails for longer than that.
    pub fn new(
        (db, clock, phase): (Data<Db>, Data<Clock>, Data<Phase>),
        (seal, vault, outside): (Data<Seal>, Data<Vault>, Data<Outside>),
        longest: TimeDelta,
    ) -> Self {
        let free = Arc::new(Semaphore::new(usize::try_from(CALLS).unwrap_or(1)));
        Self { db, clock, phase, seal, vault, outside, longest, free }
    }

    fn stops(&self) -> bool {
        self.phase.draining.load(Ordering::Relaxed)
    }

    /// Looks and calls until the process is told to stop.
    pub async fn run(&self) {
        while !self.stops() {
            if let Err(fault) = self.look().await {
                log::warn!("who is to be told of changes could not be read: {fault}");
            }
            sleep(PAUSE).await;
        }
    }

    /// Waits until the calls that are being made have ended, which they do in bounded time.
    pub async fn settled(&self) {
        // Only fails when the semaphore is closed, which nobody does.
        let _ = self.free.acquire_many(CALLS).await;
    }

    async fn look(&self) -> Result<(), Fault> {
        let free = i64::try_from(self.free.available_permits()).unwrap_or(0);
        if free == 0 {
            return Ok(());
        }
        let now = self.clock.now();
        for subscription in self.db.read(move |conn| store::due(conn, now, free)).await? {
            let Ok(permit) = Arc::clone(&self.free).try_acquire_owned() else { break };
            rt::spawn(self.clone().tell(subscription, permit));
        }
        Ok(())
    }

    /// Calls one target as long as there is something to tell.
    async fn tell(self, subscription: String, _permit: OwnedSemaphorePermit) {
        loop {
            match self.call(&subscription).await {
                Ok(true) if !self.stops() => {}
                Ok(_) => return,
                Err(fault) => {
                    log::warn!("subscription {subscription} was not told of changes: {fault}");
                    return;
                }
            }
        }
    }

    /// Makes one call. Answers whether it was taken.
    async fn call(&self, subscription: &str) -> Result<bool, Fault> {
        // Longer than looking, calling and keeping how it went: what lasts longer is told twice.
        let length = TimeDelta::from_std(self.outside.time() * 3).map_err(Fault::broken)?;
        let lease = Lease { subscription: subscription.to_owned(), holder: new_id(), length };
        let Some(parcel) = self.take(&lease).await? else { return Ok(false) };
        let until = parcel.slice.next;
        let went = self.post(parcel).await;
        let taken = went.as_ref().is_ok_and(|posted| super::model::takes(posted.status));
        let longest = self.longest;
        let conclude = move |conn: &mut _, now| actions::conclude(conn, now, &lease, until, (&went, longest));
        if let Some(reason) = self.db.tend(conclude).await? {
            self.disable(subscription, reason).await?;
        }
        Ok(taken)
    }

    /// Looks for something to tell, which may be long, and then takes it, which is short: nobody waits for the looking.
    async fn take(&self, lease: &Lease) -> Result<Option<Arc<Parcel>>, Fault> {
        let (id, now) = (lease.subscription.clone(), self.clock.now());
        let parcel = match self.db.snapshot(move |conn| actions::look(conn, &id, now)).await? {
            Found::Parcel(parcel) => Arc::<Parcel>::from(parcel),
            Found::Nothing => return Ok(None),
            Found::Lost => {
                self.disable(&lease.subscription, DisabledReason::Lost).await?;
                return Ok(None);
            }
        };
        let (found, lease) = (Arc::clone(&parcel), lease.clone());
        let taken = self.db.tend(move |conn, now| actions::take(conn, now, &lease, &found)).await?;
        Ok(taken.then_some(parcel))
    }

    /// Posts what is to be told. Answers what the target said, or why it said nothing.
    async fn post(&self, parcel: Arc<Parcel>) -> Result<Posted, String> {
        let Parcel { subscription, slice } = &*parcel;
        let until = slice.next;
        let now = self.clock.now();
        let sealed_ones = subscription.secrets(now).into_iter();
        let secrets = sealed_ones.map(|secret| self.vault.open(&subscription.id, secret));
        let prepared = secrets.collect::<Result<Vec<_>, Fault>>().and_then(|secrets| {
            let next = sealed(&self.seal, CURSOR, &until)?;
            let from = subscription.delivery.next;
            let message = Message::of(&subscription.id, from, until, &slice.items, &next)?;
            Ok((message.headers(now, &secrets), message.body))
        });
        let (headers, body) = prepared.map_err(|fault| fault.to_string())?;
        let (outside, url) = (self.outside.clone(), subscription.url.clone());
        let call = rt::task::spawn_blocking(move || outside.post(&url, &headers, &body));
        call.await.map_err(|error| error.to_string())?
    }

    async fn disable(&self, subscription: &str, reason: DisabledReason) -> Result<(), Fault> {
        log::warn!("subscription {subscription} is disabled: {reason}");
        let order = Order {
            actor: "danvan".to_owned(),
            reach: EVERYWHERE.to_owned(),
            act: "webhook.disable",
            subject: subscription.to_owned(),
            request_id: new_id(),
            key: None,
        };
        let id = subscription.to_owned();
        self.db.write(order, move |work| subscriptions::actions::disable(work, &id, reason)).await?;
        Ok(())
    }
}
