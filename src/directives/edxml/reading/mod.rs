//! Reading a message: the bytes become marks and texts (`source`, `events`), those a tree without the files, whose content
//! goes by (`building`, `payload`, `archive`, `formats`), and the tree a [`Message`] (`fields`, `header`, `business`,
//! `attachments`), with everything that is wrong or doubtful told at once.
//!
//! Nothing of this knows HTTP or a database; it takes steps as the message is long, and memory as its header is.

mod archive;
mod attachments;
mod building;
mod business;
pub(super) mod events;
mod fields;
mod formats;
mod header;
mod payload;
mod source;

use std::io::{self, Read};

use chrono::NaiveDateTime;

use super::package::Message;
use super::refusals::Refused;
use super::tree::Element;
use super::warnings::Warning;
use building::Built;
use fields::Findings;

/// How much of a message is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the message.
    pub bytes: u64,
    /// Attachments.
    pub attachments: usize,
    /// Bytes of one attachment.
    pub attachment_bytes: u64,
    /// Bytes that an attached archive may become.
    pub unpacked_bytes: u64,
    /// Elements.
    pub elements: usize,
}

impl Default for Limits {
    fn default() -> Self {
        const MIB: u64 = 1024 * 1024;
        Self {
            bytes: 64 * MIB,
            attachments: 50,
            attachment_bytes: 48 * MIB,
            unpacked_bytes: 512 * MIB,
            elements: 20_000,
        }
    }
}

/// Who keeps the content of files as it goes by; `()` does not.
pub trait Keep {
    /// The next part of the file of this index, from 0 in the order of the message. A message that is refused in the end
    /// may have given parts away.
    fn part(&mut self, file: usize, part: &[u8]);
}

impl Keep for () {
    fn part(&mut self, _: usize, _: &[u8]) {}
}

/// A message that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// What it says.
    pub message: Message,
    /// What to look at.
    pub warnings: Vec<Warning>,
    /// SHA-256 of its bytes: two messages with the same are one.
    pub sha256: String,
    /// How many bytes it has.
    pub bytes: u64,
}

/// Why a message was not read.
#[derive(Debug)]
pub enum Failure {
    /// It is not right.
    Refused(Refused),
    /// It did not come to its end.
    Broken(io::Error),
}

impl From<Refused> for Failure {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

/// Reads a message. `now` is the time in Viet Nam, before which a document must have been issued.
pub fn read(
    from: impl Read,
    limits: &Limits,
    now: NaiveDateTime,
    keep: &mut impl Keep,
) -> Result<Received, Failure> {
    let Built { root, payloads, sha256, bytes } = building::build(from, limits, keep)?;
    let mut findings = Findings::new(now);
    let message = header::message(&root, &payloads, &mut findings);
    let (message, warnings) = findings.over(message)?;
    Ok(Received { message, warnings, sha256, bytes })
}

/// What a tree that was made to be written would be read as, its files being right.
pub(super) fn reread(
    root: &Element,
    files: &[super::package::Attachment],
    now: NaiveDateTime,
) -> Result<Message, Refused> {
    let mut findings = Findings::new(now);
    let payloads = attachments::believed(files);
    let message = header::message(root, &payloads, &mut findings);
    findings.over(message).map(|(message, _)| message)
}
