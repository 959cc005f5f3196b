//! Taking messages, and giving them back.

use std::collections::BTreeSet;
use std::io::{self, BufWriter, Write};

use chrono::{DateTime, NaiveDate, Utc};

use super::contents::{self, Aside, Stored};
use super::model::{Kept, MessageId, Refusal};
use super::store::{self, Filter};
use super::{incoming, statuses};
use crate::directives::assignments::store as assignments;
use crate::directives::edxml::package::Message;
use crate::directives::edxml::reading::Received;
use crate::directives::edxml::writing::{Unwritten, write};
use crate::directives::register::store as directives;
use crate::organizations::Reach;
use crate::platform::clock::local_time;
use crate::platform::spool::Spool;
use crate::platform::{Condition, Conn, Etag, Fault, Outcome, Work};

/// The tag of a message.
pub fn etag(kept: &Kept) -> Etag {
    Etag::of(kept.version)
}

/// Takes a message that was read, and the contents of its files where they are to be kept. Sent twice, it is taken once. `counts`
/// says whether the caller may change the records that a document counts by.
pub fn receive(
    work: &mut Work<'_>,
    (reach, counts): (&Reach, bool),
    received: &Received,
    files: Option<&Aside>,
) -> Result<(Outcome, Kept), Fault> {
    // Before the locks, for which everybody else waits.
    let more = match (&received.message, files) {
        (Message::Package(package), Some(files)) => contents::keep(work, &package.attachments, files)?,
        _ => 0,
    };
    // In this order everywhere: whoever works on tasks may have to make a message, too.
    directives::lock(work)?;
    assignments::lock(work)?;
    let (outcome, kept) = match &received.message {
        Message::Package(package) => incoming::take(work, (reach, counts), received, package)?,
        Message::Status(status) => statuses::take(work, reach, received, status)?,
    };
    let outcome = if outcome == Outcome::Unchanged && more > 0 { Outcome::Updated } else { outcome };
    let kept = for_caller(work.conn, reach, vec![kept], work.today())?.pop();
    Ok((outcome, kept.ok_or_else(|| Fault::broken("a message was lost"))?))
}

/// A message of a directive that the caller may know of; otherwise missing.
pub fn find(conn: &mut Conn, reach: &Reach, id: &MessageId, today: NaiveDate) -> Result<Kept, Fault> {
    let kept = store::find(conn, reach, id, today)?;
    for_caller(conn, reach, vec![kept], today)?.pop().ok_or_else(Fault::missing)
}

/// A page of messages after a place.
pub fn list(
    conn: &mut Conn,
    reach: &Reach,
    filter: &Filter,
    today: NaiveDate,
    page: (i64, i64),
) -> Result<Vec<Kept>, Fault> {
    let kept = store::list(conn, reach, filter, today, page)?;
    for_caller(conn, reach, kept, today)
}

/// The same without what messages did out of the caller's sight.
fn for_caller(
    conn: &mut Conn,
    reach: &Reach,
    mut all: Vec<Kept>,
    today: NaiveDate,
) -> Result<Vec<Kept>, Fault> {
    if reach.root().is_none() {
        return Ok(all);
    }
    let tasks = all.iter().flat_map(|kept| &kept.deeds.assignments);
    let tasks: BTreeSet<&str> = tasks.map(|task| task.id.as_str()).collect();
    let tasks = assignments::find_all(conn, reach, &tasks, today)?;
    let tasks: BTreeSet<String> = tasks.into_iter().map(|task| task.id.to_string()).collect();
    let others = all.iter().flat_map(|kept| &kept.deeds.relations);
    let others: BTreeSet<&str> = others.map(|relation| relation.directive.as_str()).collect();
    let others = directives::find_all(conn, reach, &others, today)?;
    let others: BTreeSet<String> = others.into_iter().map(|shown| shown.directive.id.to_string()).collect();
    for kept in &mut all {
        kept.deeds.assignments.retain(|task| tasks.contains(task.id.as_str()));
        kept.deeds.relations.retain(|relation| others.contains(relation.directive.as_str()));
    }
    Ok(all)
}

/// The tag of a message as XML.
pub fn xml_etag(kept: &Kept) -> Etag {
    Etag::variant(kept.version, "xml")
}

/// A message as XML, in the form that the axis accepts; empty if the caller has it already.
///
/// Refuses (410) one of whose files the contents were not kept.
pub fn as_xml(
    conn: &mut Conn,
    reach: &Reach,
    id: &MessageId,
    condition: &Condition,
    now: DateTime<Utc>,
) -> Result<(Kept, Spool), Fault> {
    let kept = store::find(conn, reach, id, local_time(now).date())?;
    let files = match &kept.message {
        Message::Package(package) => package.attachments.as_slice(),
        Message::Status(_) => [].as_slice(),
    };
    let known = contents::known(conn, files)?;
    if files.iter().any(|file| !known.contains(&file.sha256)) {
        return Err(Refusal::NotKept.into());
    }
    let spool = Spool::new().map_err(Fault::broken)?;
    if condition.knows(&xml_etag(&kept)) {
        return Ok((kept, spool));
    }
    let mut to = BufWriter::new(spool);
    match write(&kept.message, &mut Stored { conn, files }, local_time(now), &mut to) {
        Ok(()) => {}
        Err(Unwritten::Refused(refused)) => return Err(Fault::broken(refused)),
        Err(Unwritten::Broken(error)) => return Err(Fault::broken(error)),
    }
    let spool = flushed(to).map_err(Fault::broken)?;
    Ok((kept, spool))
}

fn flushed(mut to: BufWriter<Spool>) -> io::Result<Spool> {
    to.flush()?;
    to.into_inner().map_err(io::IntoInnerError::into_error)
}
