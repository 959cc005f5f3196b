//! Directives (văn bản chỉ đạo): what the Party and the State tell an organization to do, and how it is found by its number.
//!
//! | room | what it holds |
//! |---|---|
//! | `edxml` | documents and statuses as they go between agencies: reading and writing messages of QCVN 102 |
//! | `messages` | such messages taken in, what they do to the register, and the statuses that answer them |
//! | `numbering` | document numbers: finding them in a text, reading them, telling which are one document |
//! | `register` | directives, each once, found by number, by what is said of them, and by words |
//! | `relations` | what one directive is to another, and since when |
//! | `assignments` | who is to do what about a directive by when, and how far it is |
//! | `overview` | what of a subtree's tasks is due, late, done, as of any day |
//! | `acknowledgements` | which persons received, opened, read and understood a directive; checks of understanding |
//! | `consultations` | opinions on a directive, signed, or unsigned so that nobody can tell whose they are |
//! | `told`, `topics` | who is told what changed about directives |
//! | `reach` | which directives a caller may know of |

pub mod acknowledgements;
pub mod assignments;
pub mod consultations;
pub mod edxml;
pub mod messages;
pub mod numbering;
pub mod overview;
pub mod reach;
pub mod register;
pub mod relations;
mod told;
pub mod topics;

use crate::platform::Routes;
use crate::platform::fault::Kind;

/// The operations of this slice.
pub(crate) fn routes(cfg: &mut Routes<'_>) {
    cfg.configure(numbering::routes)
        // Before the register, whose path of one directive would fit the path of its message too.
        .configure(messages::routes)
        .configure(overview::routes)
        .configure(register::routes)
        .configure(relations::routes)
        .configure(assignments::routes)
        .configure(acknowledgements::routes)
        .configure(consultations::routes);
}

/// Why this slice refuses.
pub(crate) fn kinds() -> impl Iterator<Item = &'static &'static Kind> {
    [
        register::model::Refusal::KINDS,
        relations::model::Refusal::KINDS,
        assignments::model::Refusal::KINDS,
        acknowledgements::model::Refusal::KINDS,
        consultations::model::Refusal::KINDS,
        edxml::refusals::Refusal::KINDS,
        messages::model::Refusal::KINDS,
    ]
    .into_iter()
    .flatten()
}
