//! Messages of edXML (QCVN 102:2016) as they come in and go out, and what they do to the register.
//!
//! | message | directive | tasks of the receivers within reach | counts |
//! |---|---|---|---|
//! | new (0) | found by its number, or registered | given: arrived, lead, by the due date; 01 goes out | once, for its sender |
//! | update (2) | changed, if `DocumentInfo` says so and it is the caller's | given to who is added, wanted back of who is removed | – |
//! | revocation (1) | found or registered; revokes the other, if both are the caller's | wanted back of its receivers | – |
//! | replacement (3) | as new; replaces the others, if both are the caller's | given; those of the others are wanted back | as new |
//! | 01 | – | – (it is there) | – |
//! | 02, 03, 04, 05, 06 | – | refused, accepted, handed on, in progress, reported | – |
//! | 13, of the sender | – | recall requested, of all receivers | – |
//! | 15, 16 | – | withdrawn; as before the recall | – |
//!
//! What moves a task is `assignments/machine.rs` alone: what it does not admit in the state of the task, or of whose side the caller does not
//! reach the organization, stays in the history of the document with a warning. Wanted back means a recall, to which the receiver agrees
//! (15) or not (16); a task that was refused is cancelled. An update moves no due date: that is an extension, which is asked for.
//!
//! Whatever happens to a task that came by a message and has a code makes a status in the same transaction (`outgoing`), also
//! when it happened by a message: who sent the document may be another than who heard of it. A recall (13) is told only where the
//! sender of the document gave the task.
//!
//! A document is told from others by its sender and the id that it has there. It is the same when its bytes are, or all that it says but for the
//! agencies that it passed and its signature. Nothing proves that a message is from whom it says. So nobody may do more by a message than by
//! its own rights, and a directive that is out of sight stays so, unless the caller sends the very message that made it. It may come from
//! several callers, and each adds what it may and those before it might not: tasks of its receivers, recalls, relations, the
//! count. Who reaches the sender of a document vouches for it: what took its id before without that gives way, and what comes later without it
//! takes no place. To whom neither sender nor receivers are within reach a taken id is refused all the same, which tells that it is
//! taken: two documents cannot have it.
//!
//! Who gave a task that came by a message depends on who posts it: the sender, if the caller reaches that; else the usual assigner of
//! `assignments` (who issued or registered the directive, else the root of the caller's subtree).
//!
//! A message is for who reaches its sender or a receiver, a status for who reaches its sender, the document's sender, or the receiver that it
//! is about (`reach`). A status is taken from the same. A recall (13) that is posted without reach to the sender is for the receivers within reach.
//!
//! `known` looks up agencies, `reach` tells who may know of a message, `exchanged` and `history` hold documents and statuses, `document` makes a directive of a document and the other way, `incoming` (with `registering`, `receiving`, `counting`, `handing`) and
//! `statuses` take messages, `outgoing` and `sending` make them, `contents` keeps files.

pub mod actions;
pub mod api;
mod bodies;
mod contents;
mod counting;
mod document;
mod exchanged;
mod handing;
mod history;
mod incoming;
mod known;
pub mod model;
pub mod outgoing;
mod reach;
mod receiving;
mod registering;
mod sending;
mod statuses;
pub mod store;

use crate::platform::Routes;

pub(super) fn routes(cfg: &mut Routes<'_>) {
    cfg.service(api::receive_edxml_message)
        .service(api::list_edxml_messages)
        .service(api::find_edxml_message)
        .service(api::write_edxml_message);
}
