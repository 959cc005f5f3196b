//! Statuses that come in: what became of a document at its receivers, or that its sender wants it back.

use std::collections::BTreeSet;

use super::handing::{Tasks, deed, happened};
use super::incoming::{arrived, tell_of};
use super::known::Agencies;
use super::model::{Exchanged, Fate, HEADER, Kept, Receiver, Said, Subject, TaskDeed, words_of};
use super::{exchanged, history, store};
use crate::directives::assignments::actions as assignments;
use crate::directives::assignments::model::Assignment;
use crate::directives::edxml::reading::Received;
use crate::directives::edxml::refusals::{Refusal, Refused};
use crate::directives::edxml::status::{Added, Entry, History, Roles, StatusCode, StatusMessage};
use crate::directives::edxml::warnings::{EdxmlWarning, Warning};
use crate::organizations::{self, OrganizationCode, Reach, When};
use crate::platform::{Fault, Outcome, Work};

/// Takes a status. The task follows where the machine of states admits it and the caller reaches the side whose event it is;
/// everything is kept in the history. What was said before is said once; tasks follow that did not then, and a recall is for
/// the receivers within reach, too.
///
/// Refuses one of a document that was not exchanged, or of which the caller reaches neither who sent it nor a receiver that the
/// status is about: both in the same words. Refuses one that is not its sender's to send.
pub(super) fn take(
    work: &mut Work<'_>,
    reach: &Reach,
    received: &Received,
    status: &StatusMessage,
) -> Result<(Outcome, Kept), Fault> {
    let subject = Subject { origin: status.about.sender.clone(), document: status.about.document.clone() };
    let ids = BTreeSet::from([&subject.document]);
    let exchanged = exchanged::documents(work.conn, &subject.origin, &ids)?.remove(&subject.document);
    let receivers = exchanged::receivers(work.conn, &subject.origin, &ids)?;
    let codes = receivers.iter().map(|receiver| &receiver.code).chain([&status.from.code, &subject.origin]);
    let agencies = Agencies::load(work.conn, reach, &codes.collect(), work.today())?;
    let is_from = |receiver: &&Receiver| is_receiver(&agencies, receiver, &status.from.code);
    // A recall is for all who received the document.
    let recalls = status.status == StatusCode::RecallAsked;
    let mut at: Vec<&Receiver> = receivers.iter().filter(|receiver| recalls || is_from(receiver)).collect();
    let sends = reach.root().is_none() || agencies.reached(&subject.origin).is_some();
    if !sends {
        let of = at.iter().filter_map(|receiver| receiver.organization).collect();
        let reached = organizations::reached(work.conn, reach, &of, When::Now(work.today()))?;
        at.retain(|receiver| {
            agencies.reached(&receiver.code).is_some()
                || receiver.organization.is_some_and(|id| reached.contains(&id))
        });
    }
    let exchanged = exchanged.filter(|_| sends || !at.is_empty());
    let roles = exchanged.as_ref().map(|_| Roles {
        is_sender: agencies.are_one(&status.from.code, &subject.origin),
        is_receiver: receivers.iter().any(|receiver| is_from(&receiver)),
    });
    status.check(roles).map_err(|refusal| {
        let of_document = matches!(refusal, Refusal::StatusDocument { .. });
        let place = if of_document { "ResponseFor/DocumentId" } else { "From/OrganId" };
        Refused::because(format!("{HEADER}/{place}"), refusal)
    })?;
    let exchanged = exchanged.ok_or_else(Fault::missing)?;
    Hearing { exchanged, at, status }.hear(work, reach, received)
}

fn is_receiver(agencies: &Agencies, receiver: &Receiver, code: &OrganizationCode) -> bool {
    let known = agencies.of(code).map(|agency| agency.id);
    receiver.code == *code || known.is_some() && receiver.organization == known
}

/// A status that is being heard.
struct Hearing<'a> {
    exchanged: Exchanged,
    /// At which receivers it says something.
    at: Vec<&'a Receiver>,
    status: &'a StatusMessage,
}

/// What a status says now.
#[derive(Default)]
struct Heard {
    /// For the first time.
    new: Vec<Said>,
    /// Receivers at which it was said before, and whose task follows now.
    moved: Vec<OrganizationCode>,
    /// The tasks that follow.
    moves: Vec<Assignment>,
    /// Somebody should look at it.
    doubtful: bool,
}

impl Hearing<'_> {
    fn hear(self, work: &mut Work<'_>, reach: &Reach, received: &Received) -> Result<(Outcome, Kept), Fault> {
        let before = history::of(work.conn, &self.exchanged.subject)?;
        let first = self.first(work, &before, received)?;
        let is_new = first.is_none();
        let mut kept = match first {
            Some(first) => first,
            None => {
                arrived(work, received, self.exchanged.subject.clone(), self.exchanged.directive.clone())?
            }
        };
        let mut sides = Tasks::load(work, reach, &self.at)?;
        let heard = self.sort(&before, &mut sides, &kept);
        if !is_new && heard.new.is_empty() && heard.moves.is_empty() {
            return Ok((Outcome::Unchanged, kept));
        }
        if is_new {
            if heard.doubtful {
                kept.warnings.push(Warning::at(format!("{HEADER}/StatusCode"), EdxmlWarning::StatusOrder));
            }
            store::insert(work, std::slice::from_ref(&kept))?;
        } else {
            kept.version += 1;
        }
        history::append(work, &heard.new)?;
        history::mark_moved(work, &kept.id, &heard.moved)?;
        kept.deeds.assignments.extend(self.move_all(work, reach, heard.moves)?);
        store::update(work, &kept)?;
        tell_of(work, &kept)?;
        Ok((if is_new { Outcome::Created } else { Outcome::Updated }, kept))
    }

    /// The message that said the same before.
    fn first(
        &self,
        work: &mut Work<'_>,
        before: &[Said],
        received: &Received,
    ) -> Result<Option<Kept>, Fault> {
        if let Some(known) = store::by_digest(work.conn, &received.sha256)? {
            return Ok(Some(known));
        }
        let entry = self.entry();
        let at = |said: &&Said| self.at.iter().any(|receiver| receiver.code == said.receiver);
        match before.iter().find(|said| said.entry == entry && at(said)) {
            Some(said) => store::by_id(work.conn, &said.message),
            None => Ok(None),
        }
    }

    /// What is said at which receivers for the first time, and which tasks follow now.
    fn sort(&self, before: &[Said], sides: &mut Tasks, kept: &Kept) -> Heard {
        let (mut heard, entry) = (Heard::default(), self.entry());
        for receiver in &self.at {
            let known = before.iter().find(|said| said.receiver == receiver.code && said.entry == entry);
            if known.is_some_and(|known| known.moved) {
                continue;
            }
            let event = self.status.status.event();
            let task = receiver.assignment.as_ref().and_then(|id| sides.ready(id, event));
            if known.is_some() {
                heard.moved.extend(task.is_some().then(|| receiver.code.clone()));
            } else {
                let stands = receiver.assignment.is_some() && task.is_none();
                heard.doubtful |= self.is_doubtful(self.added(before, receiver), stands);
                heard.new.push(Said {
                    message: kept.id.clone(),
                    receiver: receiver.code.clone(),
                    subject: self.exchanged.subject.clone(),
                    seq: kept.seq,
                    entry: entry.clone(),
                    moved: task.is_some(),
                });
            }
            heard.moves.extend(task);
        }
        heard
    }

    fn entry(&self) -> Entry {
        let status = self.status;
        Entry { status: status.status, at: status.at, by: status.from.code.clone() }
    }

    fn added(&self, history: &[Said], receiver: &Receiver) -> Added {
        let of = history.iter().filter(|said| said.receiver == receiver.code);
        let mut before = History::of(of.map(|said| said.entry.clone()).collect());
        before.add(self.entry(), self.exchanged.kind.asks())
    }

    /// Whether somebody should look at it: it follows from nothing, or the task did not follow.
    fn is_doubtful(&self, added: Added, stands: bool) -> bool {
        match self.status.status {
            // That it is there is told by ourselves as well, when the task is given.
            StatusCode::Arrived => false,
            // An update is agreed to, or not; the task goes on.
            StatusCode::RecallAgreed | StatusCode::RecallDenied if self.exchanged.kind.asks() => {
                added == Added::OutOfOrder
            }
            _ => added == Added::OutOfOrder || stands,
        }
    }

    fn move_all(
        &self,
        work: &mut Work<'_>,
        reach: &Reach,
        all: Vec<Assignment>,
    ) -> Result<Vec<TaskDeed>, Fault> {
        let note = self.status.description.clone().or_else(|| Some(words_of(self.status.status).to_owned()));
        let event = |task: Assignment| {
            // What is told late counts on the day of what was heard last.
            let on = self.status.at.date().clamp(task.last_on, work.today().max(task.last_on));
            (task.id, happened(self.status.status.event(), on, note.clone()))
        };
        let events: Vec<_> = all.into_iter().map(event).collect();
        let recorded = assignments::record_all(work, reach, &events)?;
        Ok(recorded.iter().map(|task| deed(task, Fate::Updated)).collect())
    }
}
