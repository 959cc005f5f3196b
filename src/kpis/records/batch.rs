//! Many records in one call, streamed.

use std::sync::{Arc, Mutex, PoisonError};

use actix_web::web;

use super::actions::{Record, Taken, take};
use crate::organizations::Reach;
use crate::platform::edge::Facts;
use crate::platform::input::Items;
use crate::platform::input::batch::{self, BatchMode, Fate, ItemOutcome};
use crate::platform::{Answer, Body, Caller, Db, Fault, IdempotencyKey, Outcome, Reply};

/// Items of one transaction: enough to spread its cost, few enough that other writers do not wait long.
const CHUNK: usize = 2_000;

/// An item's code, as far as it could be read, and the record or what is wrong with it.
type Read<P> = (Option<String>, Result<P, Fault>);

/// What is pushed, beside the records.
pub struct Push<'a> {
    /// Who pushes.
    pub who: &'a Caller,
    /// What, for the audit trail.
    pub act: &'static str,
    /// How the batch is worked on.
    pub mode: BatchMode,
    /// The caller's key.
    pub key: IdempotencyKey,
    /// Who asked in which language.
    pub facts: Facts,
}

/// Takes a batch of records.
///
/// Handfuls are taken as they arrive, each in its own transaction; what was taken stays taken when the rest of the body
/// cannot be read, and the fault says how many. With `atomic` or an `Idempotency-Key` all are taken in one.
pub async fn push<R>(db: &Db, push: Push<'_>, items: Items) -> Answer
where
    R: Record + 'static,
    R::Pushed: Body,
{
    if push.mode.atomic || push.key.0.is_some() {
        at_once::<R>(db, push, items).await
    } else {
        by_chunks::<R>(db, push, items).await
    }
}

async fn by_chunks<R>(db: &Db, push: Push<'_>, mut items: Items) -> Answer
where
    R: Record + 'static,
    R::Pushed: Body,
{
    let mut fates: Vec<Fate> = Vec::new();
    let count = |fates: &[Fate]| fates.iter().filter(|(_, fate)| fate.is_ok()).count();
    loop {
        let taken =
            |fault: Fault| fault.member("taken", if push.mode.validate_only { 0 } else { count(&fates) });
        let Some(chunk) = items.next_chunk(CHUNK).await.map_err(taken)? else { break };
        let read = read_all::<R>(chunk).await?;
        fates.extend(take_chunk::<R>(db, &push, read).await.map_err(taken)?);
    }
    batch::answer(fates, push.mode, &push.facts)
}

async fn read_all<R>(chunk: Vec<Vec<u8>>) -> Result<Vec<Read<R::Pushed>>, Fault>
where
    R: Record + 'static,
    R::Pushed: Body,
{
    web::block(move || chunk.iter().map(|bytes| read::<R>(bytes)).collect()).await.map_err(Fault::broken)
}

fn read<R>(bytes: &[u8]) -> Read<R::Pushed>
where
    R: Record,
    R::Pushed: Body,
{
    match serde_json::from_slice::<R::Pushed>(bytes) {
        Ok(pushed) if R::within_bounds(&pushed) => (Some(R::key(&pushed).to_owned()), Ok(pushed)),
        // What is wrong is found slowly and told exactly.
        _ => batch::read_item(bytes),
    }
}

/// Takes some items in a transaction. Answers their fates.
async fn take_chunk<R>(db: &Db, push: &Push<'_>, read: Vec<Read<R::Pushed>>) -> Result<Vec<Fate>, Fault>
where
    R: Record + 'static,
    R::Pushed: Body,
{
    let reach = Reach::of(push.who);
    let read = Arc::new(read);
    let done: Arc<Mutex<Option<Taken>>> = Arc::default();
    let order = push.who.orders(push.act, format!("{} items", read.len()));
    let (dry, given, slot) = (push.mode.validate_only, Arc::clone(&read), Arc::clone(&done));
    db.write(order, move |work| {
        let good: Vec<&R::Pushed> = given.iter().filter_map(|(_, read)| read.as_ref().ok()).collect();
        let taken = take::<R>(work, &reach, &good)?;
        let reply = if taken.changed() && !dry { Reply::changed_to(&"taken")? } else { Reply::ok(&"taken")? };
        let reply = reply.with_evidence(&taken.evidence)?;
        *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(taken);
        Ok(reply)
    })
    .await?;
    let taken = done.lock().unwrap_or_else(PoisonError::into_inner).take();
    let taken = taken.ok_or_else(|| Fault::broken("a batch was not taken"))?;
    let read = Arc::into_inner(read).ok_or_else(|| Fault::broken("a batch is still in use"))?;
    Ok(fates(read, taken.outcomes))
}

fn fates<P>(read: Vec<Read<P>>, outcomes: Vec<Result<Outcome, Fault>>) -> Vec<Fate> {
    let mut outcomes = outcomes.into_iter();
    let fate = |(code, read): Read<P>| {
        let outcome = match read {
            Err(fault) => Err(fault),
            Ok(_) => outcomes.next().unwrap_or_else(|| Err(Fault::broken("an item was lost"))),
        };
        (code, outcome.map(ItemOutcome::from))
    };
    read.into_iter().map(fate).collect()
}

async fn at_once<R>(db: &Db, push: Push<'_>, mut items: Items) -> Answer
where
    R: Record + 'static,
    R::Pushed: Body,
{
    let mut read = Vec::new();
    while let Some(chunk) = items.next_chunk(CHUNK).await? {
        read.extend(read_all::<R>(chunk).await?);
    }
    let order = push.who.orders(push.act, format!("{} items", read.len()));
    let order = order.once(push.key.0, &items.fingerprint());
    let (reach, mode, facts) = (Reach::of(push.who), push.mode, push.facts);
    db.write(order, move |work| {
        let good: Vec<&R::Pushed> = read.iter().filter_map(|(_, read)| read.as_ref().ok()).collect();
        let taken = take::<R>(work, &reach, &good)?;
        let mut outcomes = taken.outcomes.into_iter();
        let fate = |(code, read): &Read<R::Pushed>| {
            let outcome = match read {
                Err(fault) => Err(fault.again()),
                Ok(_) => outcomes.next().unwrap_or_else(|| Err(Fault::broken("an item was lost"))),
            };
            (code.clone(), outcome.map(ItemOutcome::from))
        };
        batch::answer(read.iter().map(fate).collect(), mode, &facts)?.with_evidence(&taken.evidence)
    })
    .await
}
