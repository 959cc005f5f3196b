//! Taking records: what each kind does alike.

use std::collections::{BTreeSet, HashMap};

use crate::kpis::counters::ledger::{Ledger, Sighting};
use crate::kpis::counters::model::{Entry, difference};
use crate::organizations::{OrganizationCode, OrganizationId, Reach, When, find_all};
use crate::platform::{Condition, Etag, Fault, Outcome, Work};

/// What a record adds to the ledger.
#[derive(Clone, Debug, Default)]
pub struct Adds {
    /// To counters.
    pub entries: Vec<Entry>,
    /// To counters of different things.
    pub sightings: Vec<Sighting>,
}

/// The organizations that records name, as far as the caller reaches them.
pub type Owners = HashMap<OrganizationCode, OrganizationId>;

/// A kind of record.
pub trait Record: Clone + Sized {
    /// What a caller pushes.
    type Pushed: Send + Sync;
    /// What is needed to decide about some records, read once for all of them.
    type Setting;

    /// Under what the record is found.
    fn key(pushed: &Self::Pushed) -> &str;

    /// Whether what could be read as its type also keeps the bounds that the document states of numbers and lengths.
    fn within_bounds(pushed: &Self::Pushed) -> bool;

    /// The organizations that it names.
    fn named(pushed: &Self::Pushed) -> Vec<&OrganizationCode>;

    /// Version of the record.
    fn version(&self) -> i64;

    /// The organizations that it adds to.
    fn organizations(&self) -> Vec<OrganizationId>;

    /// Reads what is needed to decide.
    fn setting(work: &mut Work<'_>, pushed: &[&Self::Pushed]) -> Result<Self::Setting, Fault>;

    /// Reads those of some keys that are there and within reach or not: the caller's reach is judged by [`Record::change`].
    fn load(work: &mut Work<'_>, keys: &[&str]) -> Result<HashMap<String, Self>, Fault>;

    /// What the record becomes, or none if it stays as it is. Refuses what cannot be, and what is out of reach.
    fn change(
        pushed: &Self::Pushed,
        before: Option<&Self>,
        owners: &Owners,
        setting: &Self::Setting,
        work: &Work<'_>,
    ) -> Result<Option<Self>, Fault>;

    /// What it adds to the ledger.
    fn adds(&self) -> Adds;

    /// Stores records, in place of those of the same keys.
    fn save(work: &mut Work<'_>, records: Vec<Self>) -> Result<(), Fault>;

    /// What the audit trail keeps of it.
    fn evidence(&self) -> serde_json::Value;
}

/// What became of records, in their order, and what the audit trail keeps of those that changed.
pub struct Taken {
    /// One for each.
    pub outcomes: Vec<Result<Outcome, Fault>>,
    /// Of those that changed.
    pub evidence: Vec<serde_json::Value>,
}

impl Taken {
    /// Whether anything changed.
    pub fn changed(&self) -> bool {
        !self.evidence.is_empty()
    }
}

/// Takes records with what they add, in the order given; the same key may come more than once. Each is refused for itself.
pub fn take<R: Record>(work: &mut Work<'_>, reach: &Reach, pushed: &[&R::Pushed]) -> Result<Taken, Fault> {
    let mut ledger = Ledger::open(work)?;
    let named: BTreeSet<_> = pushed.iter().flat_map(|pushed| R::named(pushed)).collect();
    let owners = find_all(work.conn, reach, &named, When::Now(work.today()))?;
    let keys: Vec<&str> =
        pushed.iter().map(|pushed| R::key(pushed)).collect::<BTreeSet<_>>().into_iter().collect();
    let mut known = R::load(work, &keys)?;
    let before = known.values().flat_map(R::organizations);
    ledger.cover(work, &owners.values().copied().chain(before).collect())?;
    let setting = R::setting(work, pushed)?;
    let mut changed: BTreeSet<String> = BTreeSet::new();
    let mut outcomes = Vec::with_capacity(pushed.len());
    for pushed in pushed {
        let key = R::key(pushed);
        let before = known.get(key);
        let outcome = R::change(pushed, before, &owners, &setting, work).and_then(|now| {
            let Some(now) = now else { return Ok((Outcome::Unchanged, None)) };
            let outcome = if before.is_some() { Outcome::Updated } else { Outcome::Created };
            enter(&mut ledger, before, &now)?;
            Ok((outcome, Some(now)))
        });
        outcomes.push(outcome.map(|(outcome, now)| {
            if let Some(now) = now {
                known.insert(key.to_owned(), now);
                changed.insert(key.to_owned());
            }
            outcome
        }));
    }
    let changed: Vec<R> = changed.iter().filter_map(|key| known.remove(key)).collect();
    let evidence = changed.iter().map(R::evidence).collect();
    R::save(work, changed)?;
    ledger.post(work)?;
    Ok(Taken { outcomes, evidence })
}

/// Takes one record under a condition. Answers how it is now.
pub fn take_one<R: Record>(
    work: &mut Work<'_>,
    reach: &Reach,
    pushed: &R::Pushed,
    condition: &Condition,
) -> Result<(Outcome, R, Vec<serde_json::Value>), Fault> {
    let key = R::key(pushed);
    // Nobody else takes records from here on, so what the condition was held against is what is changed.
    Ledger::open(work)?;
    let before = R::load(work, &[key])?.remove(key);
    condition.admits_put(before.map(|before| Etag::of(before.version())).as_ref())?;
    let mut taken = take::<R>(work, reach, &[pushed])?;
    let outcome = taken.outcomes.pop().unwrap_or_else(|| Err(Fault::broken("a record was lost")))?;
    let now = R::load(work, &[key])?.remove(key).ok_or_else(Fault::missing)?;
    Ok((outcome, now, taken.evidence))
}

fn enter<R: Record>(ledger: &mut Ledger, before: Option<&R>, now: &R) -> Result<(), Fault> {
    let before = before.map(R::adds).unwrap_or_default();
    let now = now.adds();
    ledger.add(&difference(&before.entries, &now.entries))?;
    for sighting in before.sightings {
        ledger.see(sighting, -1);
    }
    for sighting in now.sightings {
        ledger.see(sighting, 1);
    }
    Ok(())
}
