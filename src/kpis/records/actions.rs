//! Taking records: what each kind does alike.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use serde_json::json;

use super::held::{Kept, Told};
use super::model::{Refusal, is_to_come};
use super::store::{self, Stored};
use crate::kpis::counters::entries;
use crate::kpis::counters::ledger::{Ledger, Sighting};
use crate::kpis::counters::model::{Entry, difference};
use crate::organizations::{OrganizationCode, OrganizationId, Reach, When, find_all, reached};
use crate::platform::changes::Topic;
use crate::platform::digest::sha256_hex;
use crate::platform::input::wrong;
use crate::platform::{Change, Condition, Etag, Fault, Moment, Outcome, Work, Wrong};

/// What a record adds to the ledger.
#[derive(Clone, Debug, Default)]
pub struct Adds {
    /// To counters.
    pub entries: Vec<Entry>,
    /// To counters of different things.
    pub sightings: Vec<Sighting>,
}

/// The organizations that records name or belong to, as far as the caller reaches them.
#[derive(Debug, Default)]
pub struct Owners {
    named: HashMap<OrganizationCode, OrganizationId>,
    reached: HashSet<OrganizationId>,
}

impl Owners {
    /// Whose code this is, if it was named and the caller reaches it.
    pub fn of(&self, code: &OrganizationCode) -> Option<OrganizationId> {
        self.named.get(code).copied()
    }

    /// Whether the caller reaches an organization that is named, or that a record belongs to.
    pub fn reach(&self, id: OrganizationId) -> bool {
        self.reached.contains(&id)
    }
}

/// A kind of record.
pub trait Record: Clone + Sized {
    /// What a caller pushes.
    type Pushed: Send + Sync;
    /// What is needed to decide about some records, read once for all of them.
    type Setting;

    /// As what followers are told of it.
    const TOPIC: &'static Topic;
    /// How explanations call a record that they do not know themselves: what it adds is then kept entry by entry.
    const STATED: Option<&'static str> = None;

    /// Under what the record is found.
    fn key(pushed: &Self::Pushed) -> &str;

    /// When its own system last changed it, if it says so.
    fn changed_at(pushed: &Self::Pushed) -> Option<Moment>;

    /// When its own system changed it last of all that was ever pushed.
    fn last_changed_at(&self) -> Option<Moment>;

    /// Whether what could be read as its type also keeps the bounds that the document states of numbers and lengths.
    fn within_bounds(pushed: &Self::Pushed) -> bool;

    /// The organizations that it names.
    fn named(pushed: &Self::Pushed) -> Vec<&OrganizationCode>;

    /// Version of the record.
    fn version(&self) -> i64;

    /// The organizations that it adds to.
    fn organizations(&self) -> Vec<OrganizationId>;

    /// Under what a report lists what it adds, beside the organization.
    fn heading(&self) -> Option<&str> {
        None
    }

    /// Reads what is needed to decide.
    fn setting(work: &mut Work<'_>, pushed: &[&Self::Pushed]) -> Result<Self::Setting, Fault>;

    /// Reads those of some keys that are there, within reach or not.
    fn load(work: &mut Work<'_>, keys: &[&str]) -> Result<HashMap<String, Self>, Fault>;

    /// Refuses a caller that may not change the record as it is, whatever it is to become.
    fn admits(&self, owners: &Owners) -> Result<(), Fault>;

    /// What the record becomes, or none if it stays as it is. Refuses what cannot be, and what names an organization out of
    /// reach; the caller may change what was there before.
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

/// Takes records with what they add, in the order given, each key once. Each is refused for itself.
pub fn take<R: Record>(work: &mut Work<'_>, reach: &Reach, pushed: &[&R::Pushed]) -> Result<Taken, Fault> {
    let mut ledger = Ledger::open(work)?;
    let keys: Vec<&str> =
        pushed.iter().map(|pushed| R::key(pushed)).collect::<BTreeSet<_>>().into_iter().collect();
    let mut known = R::load(work, &keys)?;
    let before: BTreeSet<OrganizationId> = known.values().flat_map(R::organizations).collect();
    let owners = owners::<R>(work, reach, pushed, &before)?;
    ledger.cover(work, owners.named.values().copied().chain(before).collect())?;
    let setting = R::setting(work, pushed)?;
    let mut changed: BTreeMap<String, Change> = BTreeMap::new();
    let mut outcomes = Vec::with_capacity(pushed.len());
    let mut stated: Vec<(&'static str, &str, Entry)> = Vec::new();
    for pushed in pushed {
        let key = R::key(pushed);
        let before = known.get(key);
        let admitted = before.map_or(Ok(()), |before| before.admits(&owners));
        let news = admitted.and_then(|()| is_news::<R>(pushed, before, work));
        let change = || R::change(pushed, before, &owners, &setting, work);
        let changed_to = news.and_then(|news| if news { change() } else { Ok(None) });
        let outcome = changed_to.and_then(|now| {
            let Some(now) = now else { return Ok((Outcome::Unchanged, None)) };
            let outcome = if before.is_some() { Outcome::Updated } else { Outcome::Created };
            let entered = enter(&mut ledger, before, &now)?;
            if let Some(kind) = R::STATED {
                stated.extend(entered.into_iter().map(|entry| (kind, key, entry)));
            }
            let change = Change::of(R::TOPIC, outcome, key).within(now.organizations());
            let change = change.leaving(before.map(R::organizations).unwrap_or_default());
            Ok((outcome, Some((now, change))))
        });
        outcomes.push(outcome.map(|(outcome, now)| {
            if let Some((now, change)) = now {
                known.insert(key.to_owned(), now);
                changed.insert(key.to_owned(), change);
            }
            outcome
        }));
    }
    let mut records: Vec<R> = Vec::with_capacity(changed.len());
    for (key, change) in changed {
        records.extend(known.remove(&key));
        work.tell(change);
    }
    let evidence = records.iter().map(R::evidence).collect();
    R::save(work, records)?;
    entries::save(work, &stated)?;
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
    if let Some(before) = &before {
        // Before the condition: its refusal tells the version, which is not for everyone.
        let belongs = before.organizations().into_iter().collect();
        before.admits(&owners::<R>(work, reach, &[], &belongs)?)?;
    }
    condition.admits_put(before.map(|before| Etag::of(before.version())).as_ref())?;
    let mut taken = take::<R>(work, reach, &[pushed])?;
    let outcome = taken.outcomes.pop().unwrap_or_else(|| Err(Fault::broken("a record was lost")))?;
    let now = R::load(work, &[key])?.remove(key).ok_or_else(Fault::missing)?;
    Ok((outcome, now, taken.evidence))
}

/// Those of the organizations that are named, and of some others, which the caller reaches.
fn owners<R: Record>(
    work: &mut Work<'_>,
    reach: &Reach,
    pushed: &[&R::Pushed],
    others: &BTreeSet<OrganizationId>,
) -> Result<Owners, Fault> {
    let when = When::Now(work.today());
    let named: BTreeSet<_> = pushed.iter().flat_map(|pushed| R::named(pushed)).collect();
    let named = find_all(work.conn, reach, &named, when)?;
    let mut reached = reached(work.conn, reach, others, when)?;
    reached.extend(named.values());
    Ok(Owners { named, reached })
}

/// Whether what is pushed is not older than what is known. Refuses what is said to be of a time to come.
fn is_news<R: Record>(pushed: &R::Pushed, before: Option<&R>, work: &Work<'_>) -> Result<bool, Fault> {
    let Some(at) = R::changed_at(pushed) else { return Ok(true) };
    if is_to_come(at, work.now) {
        return Err(Fault::invalid(vec![Wrong::body("/updated_at", wrong::FUTURE)]));
    }
    Ok(before.and_then(R::last_changed_at).is_none_or(|known| known <= at))
}

/// Enters what a record adds now in place of what it added before. Answers the difference.
fn enter<R: Record>(ledger: &mut Ledger, before: Option<&R>, now: &R) -> Result<Vec<Entry>, Fault> {
    let moves = before.is_some_and(|before| before.heading() != now.heading());
    let before = before.map(R::adds).unwrap_or_default();
    let now = now.adds();
    if moves {
        for adds in [&before, &now] {
            ledger.admit(&difference(&[], &adds.entries))?;
        }
    }
    let mut seen: BTreeMap<Sighting, i32> = BTreeMap::new();
    for (sightings, n) in [(before.sightings, -1), (now.sightings, 1)] {
        for sighting in sightings {
            *seen.entry(sighting).or_default() += n;
        }
    }
    seen.retain(|_, n| *n != 0);
    let change = difference(&before.entries, &now.entries);
    ledger.add(&change, seen.into_iter().collect())?;
    Ok(change)
}

impl<B: Stored> Record for Kept<B> {
    type Pushed = B::Pushed;
    type Setting = B::Setting;

    const TOPIC: &'static Topic = B::TOPIC;
    const STATED: Option<&'static str> = B::STATED;

    fn key(pushed: &B::Pushed) -> &str {
        pushed.key()
    }

    fn changed_at(pushed: &B::Pushed) -> Option<Moment> {
        pushed.updated_at()
    }

    fn last_changed_at(&self) -> Option<Moment> {
        self.body.updated_at()
    }

    fn within_bounds(pushed: &B::Pushed) -> bool {
        B::fits(pushed)
    }

    fn named(pushed: &B::Pushed) -> Vec<&OrganizationCode> {
        vec![pushed.organization()]
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn organizations(&self) -> Vec<OrganizationId> {
        vec![self.organization]
    }

    fn setting(work: &mut Work<'_>, _: &[&B::Pushed]) -> Result<B::Setting, Fault> {
        B::setting(work.conn)
    }

    fn load(work: &mut Work<'_>, keys: &[&str]) -> Result<HashMap<String, Self>, Fault> {
        store::load(work.conn, keys)
    }

    fn admits(&self, owners: &Owners) -> Result<(), Fault> {
        if owners.reach(self.organization) {
            return Ok(());
        }
        Err(Refusal::Foreign { key: self.body.key().to_owned() }.into())
    }

    fn change(
        pushed: &B::Pushed,
        before: Option<&Self>,
        owners: &Owners,
        setting: &B::Setting,
        work: &Work<'_>,
    ) -> Result<Option<Self>, Fault> {
        let unknown = || Fault::invalid(vec![Wrong::body("/organization", wrong::MISSING)]);
        let organization = owners.of(pushed.organization()).ok_or_else(unknown)?;
        let changed_at = pushed.updated_at().or(before.and_then(Self::last_changed_at));
        let body = B::of(pushed, before.map(|before| &before.body), setting).changed_at(changed_at);
        let wrongs = body.wrongs(pushed, work.today());
        if !wrongs.is_empty() {
            return Err(Fault::invalid(wrongs));
        }
        if before.is_some_and(|before| before.body == body) {
            return Ok(None);
        }
        let version = before.map_or(0, |before| before.version) + 1;
        Ok(Some(Self { version, updated_at: work.now, organization, body }))
    }

    fn adds(&self) -> Adds {
        Adds { entries: self.body.adds(self.organization), sightings: Vec::new() }
    }

    fn save(work: &mut Work<'_>, records: Vec<Self>) -> Result<(), Fault> {
        store::save(work.conn, &records)
    }

    fn evidence(&self) -> serde_json::Value {
        let body = serde_json::to_vec(&self.body).unwrap_or_default();
        json!([self.body.key(), self.version, sha256_hex(&body)])
    }
}
