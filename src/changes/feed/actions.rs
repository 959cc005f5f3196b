//! Beginning a day: telling of the organizations that change their place in the tree on it.

use chrono::NaiveDate;
use serde_json::json;

use super::store;
use crate::organizations::register::store::{Move, moves};
use crate::organizations::topics::ORGANIZATION;
use crate::platform::{Answer, Change, Conn, Fault, OPEN_START, Outcome, Reply, Work};

/// Who moved since the last day that was begun; none if this one was. Before the first day there was nobody to be told.
pub fn due(conn: &mut Conn, today: NaiveDate) -> Result<Option<Vec<Move>>, Fault> {
    let before = store::begun(conn)?;
    if before >= today {
        return Ok(None);
    }
    if before == OPEN_START { Ok(Some(Vec::new())) } else { moves(conn, before, today).map(Some) }
}

/// Begins a day and tells who moved. Nothing happens if another process was first.
pub fn tell(work: &mut Work<'_>, today: NaiveDate) -> Answer {
    let due = due(work.conn, today)?;
    if !store::begin_day(work.conn, today)? {
        return Reply::ok(&());
    }
    let moves = due.unwrap_or_default();
    for moved in &moves {
        let change = Change::of(&ORGANIZATION, Outcome::Updated, moved.code.as_str());
        work.tell(change.within([moved.id]).leaving(moved.above));
    }
    let codes: Vec<&str> = moves.iter().map(|moved| moved.code.as_str()).collect();
    Reply::changed_to(&json!({ "day": today, "moved": codes }))
}
