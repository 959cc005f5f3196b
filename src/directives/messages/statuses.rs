//! Statuses that come in: what became of a document at its receivers, or that its sender wants it back.

use std::collections::BTreeSet;

use super::handing::{Tasks, deed, happened};
use super::incoming::{arrived, tell_of};
use super::model::{Deeds, Exchanged, Fate, HEADER, Kept, Receiver, Said, Subject, words_of};
use super::parties::Agencies;
use super::{history, store};
use crate::directives::assignments::actions as assignments;
use crate::directives::assignments::model::Assignment;
use crate::directives::edxml::reading::Received;
use crate::directives::edxml::refusals::{Refusal, Refused};
use crate::directives::edxml::status::{Added, Entry, History, Roles, StatusCode, StatusMessage};
use crate::directives::edxml::warnings::{EdxmlWarning, Warning};
use crate::organizations::{self, OrganizationCode, Reach, When};
use crate::platform::{Fault, Outcome, Work};

/// Takes a status. The task follows where the machine of states admits it and the caller reaches the side whose event it is;
/// everything is kept in the history.
///
/// Refuses one of a document that was not exchanged or does not concern the caller, and one that is not its sender's to send.
pub(super) fn take(
    work: &mut Work<'_>,
    reach: &Reach,
    received: &Received,
    status: &StatusMessage,
) -> Result<(Outcome, Kept), Fault> {
    let subject = Subject { origin: status.about.sender.clone(), document: status.about.document.clone() };
    let ids = BTreeSet::from([&subject.document]);
    let exchanged = store::documents(work.conn, &subject.origin, &ids)?.remove(&subject.document);
    let codes = BTreeSet::from([&status.from.code, &subject.origin]);
    let agencies = Agencies::load(work.conn, reach, &codes, work.today())?;
    let receivers = store::receivers(work.conn, &subject.origin, &ids)?;
    let recalls = status.status == StatusCode::RecallAsked;
    // A recall is for all who received the document.
    let to = receivers.iter().filter(|_| recalls).filter_map(|receiver| receiver.organization).collect();
    let to = organizations::reached(work.conn, reach, &to, When::Now(work.today()))?;
    let concerned = agencies.any_reached() || !to.is_empty() || reach.root().is_none();
    let exchanged = exchanged.filter(|_| concerned);
    let is_from = |receiver: &&Receiver| is_receiver(&agencies, receiver, &status.from.code);
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
    if let Some(known) = store::by_digest(work.conn, &received.sha256)? {
        return Ok((Outcome::Unchanged, known));
    }
    let at: Vec<&Receiver> = receivers.iter().filter(|receiver| recalls || is_from(receiver)).collect();
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

impl Hearing<'_> {
    fn hear(self, work: &mut Work<'_>, reach: &Reach, received: &Received) -> Result<(Outcome, Kept), Fault> {
        let before = history::of(work.conn, &self.exchanged.subject)?;
        let entry = self.entry();
        let again = |receiver: &&&Receiver| {
            before.iter().any(|said| said.receiver == receiver.code && said.entry == entry)
        };
        if !self.at.is_empty() && self.at.iter().all(|receiver| again(&receiver)) {
            let first = before.iter().find(|said| said.entry == entry).map(|said| said.message.clone());
            if let Some(first) = first {
                return Ok((Outcome::Unchanged, store::find(work.conn, reach, &first, work.today())?));
            }
        }
        let mut sides = Tasks::load(work, reach, &self.at)?;
        let mut kept =
            arrived(work, received, self.exchanged.subject.clone(), self.exchanged.directive.clone())?;
        let (mut said, mut moves, mut doubtful) = (Vec::new(), Vec::new(), false);
        for receiver in &self.at {
            let added = self.added(&before, receiver);
            let task =
                receiver.assignment.as_ref().and_then(|id| sides.ready(id, self.status.status.event()));
            doubtful |= self.is_doubtful(added, receiver.assignment.is_some() && task.is_none());
            said.push(Said {
                message: kept.id.clone(),
                receiver: receiver.code.clone(),
                subject: self.exchanged.subject.clone(),
                seq: kept.seq,
                entry: entry.clone(),
                moved: task.is_some(),
            });
            moves.extend(task);
        }
        if doubtful {
            kept.warnings.push(Warning::at(format!("{HEADER}/StatusCode"), EdxmlWarning::StatusOrder));
        }
        store::insert(work, std::slice::from_ref(&kept))?;
        history::append(work, &said)?;
        kept.deeds = self.move_all(work, reach, moves)?;
        store::update(work, &kept)?;
        tell_of(work, &kept)?;
        Ok((Outcome::Created, kept))
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

    fn move_all(&self, work: &mut Work<'_>, reach: &Reach, all: Vec<Assignment>) -> Result<Deeds, Fault> {
        let mut deeds = Deeds::default();
        let note = self.status.description.clone().or_else(|| Some(words_of(self.status.status).to_owned()));
        for task in all {
            // What is told late counts on the day of what was heard last.
            let on = self.status.at.date().clamp(task.last_on, work.today().max(task.last_on));
            let happened = happened(self.status.status.event(), on, note.clone());
            let now = assignments::record(work, reach, &task.id, &happened)?;
            deeds.assignments.push(deed(&now, Fate::Updated));
        }
        Ok(deeds)
    }
}
