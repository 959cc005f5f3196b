//! Statuses that go out: whatever happens to a task that came by a message and has a code is told to who sent the document,
//! in the transaction in which it happens.

use std::collections::BTreeSet;

use chrono::NaiveDateTime;

use super::exchanged::{self, Link};
use super::model::{Deeds, Kept, MessageDirection, MessageId, MessageKind, Said, words_of};
use super::{history, reach, store};
use crate::directives::assignments::model::Entry as Happened;
use crate::directives::edxml::package::{Message, Party};
use crate::directives::edxml::status::{About, End, Entry, StatusCode, StatusMessage};
use crate::directives::edxml::writing::{Contents, Unwritten, write};
use crate::platform::clock::{local_time, new_id};
use crate::platform::digest::sha256_hex;
use crate::platform::text::has_invisible;
use crate::platform::{Fault, Outcome, Work};

/// Characters of a description (`Description`).
const DESCRIPTION: usize = 500;

/// Tells of what happened to tasks, as far as they came by messages.
pub fn answer(work: &mut Work<'_>, happened: &[Happened]) -> Result<(), Fault> {
    let coded: Vec<(&Happened, StatusCode)> =
        happened.iter().filter_map(|entry| Some((entry, entry.code?))).collect();
    if coded.is_empty() {
        return Ok(());
    }
    let ids: BTreeSet<&str> = coded.iter().map(|(entry, _)| entry.assignment.as_str()).collect();
    let links = exchanged::links(work.conn, &ids)?;
    let mut told = Vec::new();
    for (entry, code) in coded {
        if let Some(link) = asked_by(&links, entry, code) {
            told.push((link, status(link, code, entry.note.as_deref(), now(work))));
        }
    }
    send(work, told)
}

/// The moment as a status tells it: by a clock in Viet Nam, to the second.
pub(super) fn now(work: &Work<'_>) -> NaiveDateTime {
    use chrono::SubsecRound;
    local_time(work.now).trunc_subsecs(0)
}

/// The document that a status is about: the last by which the task came. Only an answer to a recall is about the document
/// that recalls; and a recall is the sender's to tell, not that of whoever else gave the task.
fn asked_by<'a>(links: &'a [Link], entry: &Happened, code: StatusCode) -> Option<&'a Link> {
    let answers = matches!(code, StatusCode::RecallAgreed | StatusCode::RecallDenied);
    let of = |link: &&Link| link.receiver.assignment.as_ref() == Some(&entry.assignment);
    let mut all = links.iter().rev().filter(of);
    let link = all.find(|link| answers || link.exchanged.kind != MessageKind::Revocation)?;
    (code.sent_by() == End::Receiver || link.by_sender).then_some(link)
}

fn status(link: &Link, code: StatusCode, note: Option<&str>, at: NaiveDateTime) -> StatusMessage {
    let (receiver, document) = (&link.receiver, &link.exchanged);
    let from = match code.sent_by() {
        End::Sender => Party::new(document.subject.origin.clone(), &document.origin_name),
        End::Receiver => Party::new(receiver.code.clone(), &receiver.name),
    };
    let about = About {
        sender: document.subject.origin.clone(),
        number: Some(document.number.clone()),
        issued_on: Some(document.issued_on),
        document: document.subject.document.clone(),
    };
    let description = Some(note.map_or_else(|| words_of(code).to_owned(), described));
    StatusMessage { from, about, staff: None, status: code, description, at }
}

/// A note as a description takes it: not longer, on one line.
fn described(note: &str) -> String {
    let line = note.split_whitespace().collect::<Vec<_>>().join(" ");
    let line: String = line.chars().filter(|c| !has_invisible(&c.to_string())).take(DESCRIPTION).collect();
    line.trim().to_owned()
}

/// A status has no files.
struct NoFiles;

impl Contents for NoFiles {
    fn content(&mut self, _: usize) -> std::io::Result<Box<dyn std::io::Read + '_>> {
        Err(std::io::Error::other("a status has no files"))
    }
}

/// The bytes of a message without files.
pub(super) fn written(message: &Message, now: NaiveDateTime) -> Result<Vec<u8>, Fault> {
    let mut bytes = Vec::new();
    match write(message, &mut NoFiles, now, &mut bytes) {
        Ok(()) => Ok(bytes),
        Err(Unwritten::Refused(refused)) => Err(refused.into()),
        Err(Unwritten::Broken(error)) => Err(Fault::broken(error)),
    }
}

/// Makes the messages of statuses, to be fetched by who sends them.
fn send(work: &mut Work<'_>, all: Vec<(&Link, StatusMessage)>) -> Result<(), Fault> {
    let count = i64::try_from(all.len()).map_err(Fault::broken)?;
    if count == 0 {
        return Ok(());
    }
    let first = work.numbers("edxml-messages", count)?;
    let (mut kept, mut said) = (Vec::new(), Vec::new());
    for (seq, (link, status)) in (first..).zip(all) {
        let one = message(work, link, status, seq)?;
        let Message::Status(status) = &one.message else { continue };
        said.push(Said {
            message: one.id.clone(),
            receiver: link.receiver.code.clone(),
            subject: one.subject.clone(),
            seq,
            entry: Entry { status: status.status, at: status.at, by: status.from.code.clone() },
            moved: true,
        });
        kept.push(one);
    }
    store::insert(work, &kept)?;
    history::append(work, &said)?;
    reach::tell(work, Outcome::Created, &kept.iter().map(|one| &one.id).collect::<Vec<_>>())
}

fn message(work: &Work<'_>, link: &Link, status: StatusMessage, seq: i64) -> Result<Kept, Fault> {
    let mut message = Message::Status(Box::new(status));
    // What somebody noted may be what no message may say, such as a mark of secrecy: then it says no more than the code.
    let bytes = written(&message, now(work)).or_else(|_| {
        if let Message::Status(status) = &mut message {
            status.description = Some(words_of(status.status).to_owned());
        }
        written(&message, now(work))
    })?;
    let id: MessageId = new_id().parse().map_err(|_| Fault::broken("a new id is no id"))?;
    Ok(Kept {
        id,
        seq,
        version: 1,
        direction: MessageDirection::Out,
        recorded_at: work.now,
        subject: link.exchanged.subject.clone(),
        sha256: sha256_hex(&bytes),
        bytes: u64::try_from(bytes.len()).unwrap_or_default(),
        directive: link.exchanged.directive.clone(),
        message,
        deeds: Deeds::default(),
        warnings: Vec::new(),
    })
}
