//! What was counted of each organization, kept by the process: a change makes it count anew only whom it concerns.
//!
//! What is kept was counted at an end of the audit trail. The table of changes tells whom everything since then concerns, in the
//! order of the commits, so what is answered is exactly what counting everything would have answered, on every process and without
//! a time to live. Where the table does not reach back, or tells too much to be looked through, everything is counted again.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::model::{Bounds, OverviewBy, Part};
use super::store::{self, Counting, Unit, Whose};
use crate::organizations::{OrganizationId, When};
use crate::platform::audit::{self, End};
use crate::platform::{Conn, Fault, changes};

/// So many countings are kept: of some days, each told apart in three ways.
const KEPT: usize = 24;

/// What a counting depends on beside the database.
type Key = (OverviewBy, Bounds);

/// What was counted of organizations, at one end of the trail.
struct Counted {
    end: End,
    /// Of those that have nothing, too.
    parts: HashMap<OrganizationId, Arc<[Part]>>,
}

/// What a process keeps of its countings.
pub struct Remembered {
    keeps: bool,
    memory: Mutex<HashMap<Key, Arc<Counted>>>,
}

impl Remembered {
    /// Keeps countings, or counts everything each time.
    pub fn new(keeps: bool) -> Self {
        Self { keeps, memory: Mutex::default() }
    }

    /// What each organization of a subtree has itself. The statements must see one moment.
    pub fn count(
        &self,
        conn: &mut Conn,
        counting: &Counting<'_>,
        (top, when): (OrganizationId, When),
        units: &[Unit],
    ) -> Result<HashMap<OrganizationId, Arc<[Part]>>, Fault> {
        // Issuers are asked for in any words: what was counted of one would hardly be asked for again.
        let key = (self.keeps && counting.issuer.is_none()).then_some((counting.by, counting.bounds));
        let end = audit::end(conn)?;
        let mut parts = match key.and_then(|key| self.get(&key)) {
            Some(before) => carried_on(conn, &before, &end)?,
            None => HashMap::new(),
        };
        let missing: Vec<i64> =
            units.iter().filter(|unit| !parts.contains_key(&unit.id)).map(|unit| unit.id.0).collect();
        if missing.is_empty() {
            return Ok(parts);
        }
        let all = missing.len() == units.len();
        let whose = if all { Whose::Subtree(top, when) } else { Whose::Listed(&missing) };
        let mut counted = store::count(conn, counting, whose)?;
        for id in missing.into_iter().map(OrganizationId) {
            parts.insert(id, counted.remove(&id).unwrap_or_default().into());
        }
        if let Some(key) = key {
            self.keep(key, Counted { end, parts: parts.clone() });
        }
        Ok(parts)
    }

    fn get(&self, key: &Key) -> Option<Arc<Counted>> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
    }

    fn keep(&self, key: Key, counted: Counted) {
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        // An earlier moment may end later.
        if memory.get(&key).is_some_and(|known| known.end.seq > counted.end.seq) {
            return;
        }
        if memory.len() >= KEPT && !memory.contains_key(&key) {
            memory.clear();
        }
        memory.insert(key, Arc::new(counted));
    }
}

/// What still holds of a counting at a later end of the trail.
fn carried_on(
    conn: &mut Conn,
    before: &Counted,
    end: &End,
) -> Result<HashMap<OrganizationId, Arc<[Part]>>, Fault> {
    if before.end == *end {
        return Ok(before.parts.clone());
    }
    if !changes::tell_all_between(conn, &before.end, end)? {
        return Ok(HashMap::new());
    }
    let mut parts = before.parts.clone();
    for organization in store::concerned(conn, (before.end.seq, end.seq))? {
        parts.remove(&organization);
    }
    Ok(parts)
}
