//! Setting limits, and those that the service brings along.

use super::model::Limit;
use super::store::{self, Kept};
use crate::feedback::topics::FEEDBACK_LIMIT;
use crate::platform::{Change, Condition, Etag, Fault, Outcome, Reply, Work};

fn told(limit: &Limit, outcome: Outcome) -> Change {
    Change::of(&FEEDBACK_LIMIT, outcome, format!("{} {}", limit.name, limit.valid_from))
}

/// Sets a limit from a day on, or corrects it under a condition. Last days that are known stay as they are.
pub fn set(work: &mut Work<'_>, limit: &Limit, condition: &Condition) -> Result<(Outcome, Kept), Fault> {
    store::lock(work)?;
    let current = store::find(work.conn, limit.name, limit.valid_from)?;
    condition.admits_put(current.as_ref().map(|kept| Etag::of(kept.version)).as_ref())?;
    let outcome = match &current {
        Some(kept) if kept.limit == *limit => return Ok((Outcome::Unchanged, kept.clone())),
        Some(_) => Outcome::Updated,
        None => Outcome::Created,
    };
    let version = current.map_or(0, |kept| kept.version) + 1;
    store::save(work, limit, version)?;
    work.tell(told(limit, outcome));
    Ok((outcome, Kept { version, updated_at: work.now, limit: limit.clone() }))
}

/// Confirmed limits, and where a law is known to be in force whose numbers are not.
const LIMITS: &str = include_str!("limits.json");

/// Puts in the limits that the service brings along and the database does not know. One that is known is left as it is.
pub fn load_limits(work: &mut Work<'_>) -> Result<Reply, Fault> {
    store::lock(work)?;
    let all: Vec<Limit> = serde_json::from_str(LIMITS).map_err(Fault::broken)?;
    let mut added = Vec::new();
    for limit in all {
        if store::find(work.conn, limit.name, limit.valid_from)?.is_none() {
            store::save(work, &limit, 1)?;
            work.tell(told(&limit, Outcome::Created));
            added.push((limit.name, limit.valid_from));
        }
    }
    if added.is_empty() { Reply::ok(&added) } else { Reply::changed_to(&added) }
}
