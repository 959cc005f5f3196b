//! Records as callers push them: one under a condition, or many in one call, streamed.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use actix_web::web;
use chrono::NaiveDate;
use serde::Serialize;

use super::actions::{Record, Taken, take, take_one};
use crate::organizations::Reach;
use crate::platform::edge::Facts;
use crate::platform::input::batch::{self, BatchMode, Fate, ItemOutcome, Read};
use crate::platform::input::{Items, wrong};
use crate::platform::{
    Answer, Body, Caller, Condition, Db, Etag, Fault, IdempotencyKey, Outcome, Reply, Work, Wrong,
};

/// Items of one handful: enough to spread the cost of statements, few enough that other writers do not wait long and that a
/// batch needs no more memory than its bytes.
const HANDFUL: usize = 5_000;

/// Single faults that are told of all items of a batch together; of each item at least one is.
const TOLD: usize = 10_000;

/// What is pushed, beside the record.
pub struct One<'a> {
    /// Who pushes.
    pub who: &'a Caller,
    /// What, for the audit trail.
    pub act: &'static str,
    /// Where records of the kind are found.
    pub path: &'static str,
    /// Under what, by the address.
    pub key: String,
    /// Where the body says the same.
    pub place: &'static str,
    /// On which condition.
    pub condition: Condition,
}

/// Takes a record, and answers how it is now: as a view, with its version, of a day.
///
/// Refuses a body that says another key than the address.
pub async fn push_one<R, V>(
    db: &Db,
    one: One<'_>,
    pushed: R::Pushed,
    shown: impl Fn(R, NaiveDate) -> (V, Etag) + Send + 'static,
) -> Answer
where
    R: Record + 'static,
    V: Serialize,
{
    let One { who, act, path, key, place, condition } = one;
    if R::key(&pushed) != key {
        return Err(Fault::invalid(vec![Wrong::body(place, wrong::MISMATCH)]));
    }
    let (reach, order) = (Reach::of(who), who.orders(act, key.clone()));
    db.write(order, move |work| {
        let (outcome, record, evidence) = take_one::<R>(work, &reach, &pushed, &condition)?;
        let (view, etag) = shown(record, work.today());
        Reply::of(outcome, &view, format!("{path}/{key}"))?.tagged(&etag).with_evidence(&evidence)
    })
    .await
}

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
        by_handfuls::<R>(db, push, items).await
    }
}

async fn by_handfuls<R>(db: &Db, push: Push<'_>, mut items: Items) -> Answer
where
    R: Record + 'static,
    R::Pushed: Body,
{
    let mut fates: Vec<Fate> = Vec::new();
    let count = |fates: &[Fate]| fates.iter().filter(|(_, fate)| fate.is_ok()).count();
    let mut reader = Reader::default();
    loop {
        let taken =
            |fault: Fault| fault.member("taken", if push.mode.validate_only { 0 } else { count(&fates) });
        let Some(handful) = items.next_chunk(HANDFUL).await.map_err(taken)? else { break };
        let read = web::block(move || (reader.read::<R>(&handful), reader)).await.map_err(Fault::broken)?;
        reader = read.1;
        fates.extend(take_handful::<R>(db, &push, read.0).await.map_err(taken)?);
    }
    batch::answer(fates, push.mode, &push.facts)
}

/// Reads the items of a batch, handful after handful.
#[derive(Default)]
struct Reader {
    /// Where a record stands first.
    firsts: HashMap<String, usize>,
    items: usize,
    /// Single faults that were told.
    told: usize,
}

impl Reader {
    fn read<R>(&mut self, handful: &[Vec<u8>]) -> Vec<Read<R::Pushed>>
    where
        R: Record,
        R::Pushed: Body,
    {
        let read = handful.iter().map(|bytes| {
            let index = self.items;
            self.items += 1;
            let (code, read) = read::<R>(bytes);
            let read = read.and_then(|pushed| {
                let key = R::key(&pushed);
                if let Some(first) = self.firsts.get(key) {
                    return Err(Fault::repeated(key, *first));
                }
                self.firsts.insert(key.to_owned(), index);
                Ok(pushed)
            });
            (code, read.map_err(|fault| self.tell(fault)))
        });
        read.collect()
    }

    /// Keeps as many single faults of an item as may still be told.
    fn tell(&mut self, fault: Fault) -> Fault {
        let fault = fault.with_at_most(TOLD.saturating_sub(self.told).max(1));
        self.told += fault.wrongs.len();
        fault
    }
}

fn read<R>(bytes: &[u8]) -> Read<R::Pushed>
where
    R: Record,
    R::Pushed: Body,
{
    // Only an object: serde would read a list of the fields as well.
    let is_object = bytes.trim_ascii_start().starts_with(b"{");
    match serde_json::from_slice::<R::Pushed>(bytes) {
        Ok(pushed) if is_object && R::within_bounds(&pushed) => {
            (Some(R::key(&pushed).to_owned()), Ok(pushed))
        }
        // What is wrong is found slowly and told exactly.
        _ => batch::read_item(bytes),
    }
}

/// Takes what could be read.
fn take_read<R: Record>(
    work: &mut Work<'_>,
    reach: &Reach,
    read: &[Read<R::Pushed>],
) -> Result<Taken, Fault> {
    let good: Vec<&R::Pushed> = read.iter().filter_map(|(_, read)| read.as_ref().ok()).collect();
    take::<R>(work, reach, &good)
}

/// What became of the items: of those that could be read, what became of the records.
fn fates<P>(read: &[Read<P>], outcomes: Vec<Result<Outcome, Fault>>) -> Vec<Fate> {
    batch::fates(read, outcomes.into_iter().map(|outcome| (None, outcome.map(ItemOutcome::from))))
}

/// Takes some items in a transaction of their own. Answers their fates.
async fn take_handful<R>(db: &Db, push: &Push<'_>, read: Vec<Read<R::Pushed>>) -> Result<Vec<Fate>, Fault>
where
    R: Record + 'static,
    R::Pushed: Body,
{
    let reach = Reach::of(push.who);
    let order = push.who.orders(push.act, format!("{} items", read.len()));
    // A unit of work gives back a reply and nothing else; what became of the items leaves beside it.
    let done: Arc<Mutex<Vec<Fate>>> = Arc::default();
    let (dry, slot) = (push.mode.validate_only, Arc::clone(&done));
    db.write(order, move |work| {
        let taken = take_read::<R>(work, &reach, &read)?;
        let reply = if taken.changed() && !dry { Reply::changed_to(&"taken")? } else { Reply::ok(&"taken")? };
        let reply = reply.with_evidence(&taken.evidence)?;
        *slot.lock().unwrap_or_else(PoisonError::into_inner) = fates(&read, taken.outcomes);
        Ok(reply)
    })
    .await?;
    Ok(std::mem::take(&mut *done.lock().unwrap_or_else(PoisonError::into_inner)))
}

/// Takes all items in one transaction, still handful after handful: all that is held of the batch is its bytes.
async fn at_once<R>(db: &Db, push: Push<'_>, mut items: Items) -> Answer
where
    R: Record + 'static,
    R::Pushed: Body,
{
    let mut handfuls = Vec::new();
    while let Some(handful) = items.next_chunk(HANDFUL).await? {
        handfuls.push(handful);
    }
    let count: usize = handfuls.iter().map(Vec::len).sum();
    let order = push.who.orders(push.act, format!("{count} items"));
    let order = order.once(push.key.0, &items.fingerprint());
    let (reach, mode, facts) = (Reach::of(push.who), push.mode, push.facts);
    db.write(order, move |work| {
        let (mut reader, mut all, mut evidence) = (Reader::default(), Vec::with_capacity(count), Vec::new());
        for handful in &handfuls {
            let read = reader.read::<R>(handful);
            let taken = take_read::<R>(work, &reach, &read)?;
            evidence.extend(taken.evidence);
            all.extend(fates(&read, taken.outcomes));
        }
        batch::answer(all, mode, &facts)?.with_evidence(&evidence)
    })
    .await
}
