//! What was counted of each organization, kept by the process: a change makes it count anew only whom it concerns.
//!
//! What is kept was counted at an end of the audit trail. The table of changes tells whom everything since then concerns, in the
//! order of the commits, so what is answered is exactly what counting everything would have answered, on every process and without
//! a time to live. Where the table does not reach back, or tells too much to be looked through, everything is counted again.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::NaiveDate;

use super::model::{Bounds, OverviewBy, Part};
use super::store::{self, Counting, Unit, Whose};
use crate::organizations::{OrganizationId, When};
use crate::platform::audit::{self, End};
use crate::platform::{Clock, Conn, Fault, changes};

/// So many countings of tasks are kept: of some days, each told apart in three ways.
const DAYS: usize = 24;

/// So many numbers of opinions are kept: of subtrees and days.
const NUMBERS: usize = 1_000;

/// What each organization has itself; of those that have nothing, too.
type Parts = HashMap<OrganizationId, Arc<[Part]>>;

/// What a process keeps of its countings.
pub struct Remembered {
    /// Tells when a number of opinions may be kept; none keeps nothing.
    clock: Option<Clock>,
    parts: Memory<(OverviewBy, Bounds), Parts>,
    /// By top and tree, and by the day on which it was asked: unsigned opinions are known a day later.
    opinions: Memory<(OrganizationId, When, NaiveDate), i64>,
}

impl Remembered {
    /// Keeps countings, or without a clock counts everything each time.
    pub fn new(clock: Option<Clock>) -> Self {
        Self { clock, parts: Memory::new(DAYS), opinions: Memory::new(NUMBERS) }
    }

    /// What each organization of a subtree has itself. The statements must see one moment.
    pub fn count(
        &self,
        conn: &mut Conn,
        counting: &Counting<'_>,
        (top, when): (OrganizationId, When),
        units: &[Unit],
    ) -> Result<Parts, Fault> {
        let key = self.is_kept(counting.issuer).then_some((counting.by, counting.bounds));
        let end = audit::end(conn)?;
        let mut parts = match key.and_then(|key| self.parts.get(&key)) {
            Some(before) => carried_on(conn, &before, &end)?,
            None => Parts::new(),
        };
        let missing: Vec<i64> =
            units.iter().filter(|unit| !parts.contains_key(&unit.id)).map(|unit| unit.id.0).collect();
        if !missing.is_empty() {
            let all = missing.len() == units.len();
            let whose = if all { Whose::Subtree(top, when) } else { Whose::Listed(&missing) };
            let mut counted = store::count(conn, counting, whose)?;
            for id in missing.into_iter().map(OrganizationId) {
                parts.insert(id, counted.remove(&id).unwrap_or_default().into());
            }
        }
        if let Some(key) = key {
            self.parts.keep(key, end, parts.clone());
        }
        Ok(parts)
    }

    /// How many opinions had been given by a day on what concerns a subtree. The statements must see one moment.
    pub fn opinions(
        &self,
        conn: &mut Conn,
        (top, when): (OrganizationId, When),
        (day, today): (NaiveDate, NaiveDate),
        issuer: Option<&str>,
    ) -> Result<i64, Fault> {
        // An unsigned opinion of yesterday leaves no entry, and may come in just after midnight.
        let settled = self.clock.as_ref().is_some_and(Clock::is_day_settled);
        let key = (self.is_kept(issuer) && settled).then_some((top, when, today));
        let end = audit::end(conn)?;
        let n = match key.and_then(|key| self.opinions.get(&key)) {
            Some(before) if still_holds(conn, &before.0, &end)? => before.1,
            _ => store::opinions_on(conn, (top, when), (day, today), issuer)?,
        };
        if let Some(key) = key {
            self.opinions.keep(key, end, n);
        }
        Ok(n)
    }

    /// Issuers are asked for in any words: what was counted of one would hardly be asked for again.
    fn is_kept(&self, issuer: Option<&str>) -> bool {
        self.clock.is_some() && issuer.is_none()
    }
}

/// What still holds of a counting at a later end of the trail.
fn carried_on(conn: &mut Conn, (before, parts): &(End, Parts), end: &End) -> Result<Parts, Fault> {
    if !changes::tell_all_between(conn, before, end)? {
        return Ok(Parts::new());
    }
    let mut parts = parts.clone();
    for organization in store::concerned(conn, (before.seq, end.seq))? {
        parts.remove(&organization);
    }
    Ok(parts)
}

fn still_holds(conn: &mut Conn, before: &End, end: &End) -> Result<bool, Fault> {
    Ok(changes::tell_all_between(conn, before, end)?
        && !store::are_opinions_told(conn, (before.seq, end.seq))?)
}

/// Values, each with the end of the trail at which it held.
struct Memory<K, V> {
    most: usize,
    values: Mutex<HashMap<K, Arc<(End, V)>>>,
}

impl<K: Eq + Hash, V> Memory<K, V> {
    fn new(most: usize) -> Self {
        Self { most, values: Mutex::default() }
    }

    fn get(&self, key: &K) -> Option<Arc<(End, V)>> {
        self.values.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
    }

    fn keep(&self, key: K, end: End, value: V) {
        let mut values = self.values.lock().unwrap_or_else(PoisonError::into_inner);
        // Who began earlier may end later.
        if values.get(&key).is_some_and(|known| known.0.seq > end.seq) {
            return;
        }
        if values.len() >= self.most && !values.contains_key(&key) {
            values.clear();
        }
        values.insert(key, Arc::new((end, value)));
    }
}
