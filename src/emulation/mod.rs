//! Emulation (thi đua): movements and their rounds, who takes part, exemplars, and whom a council elects.
//!
//! | room | what it holds |
//! |---|---|
//! | `persons` | how persons are named: by a reference, and by name only where a decision makes them public |
//! | `movements` | movements: who launched them, where they run, their groups, criteria and rounds, how far they are |
//! | `participation` | how many members of an organization take part in a round |
//! | `exemplars` | models and exemplary collectives and individuals, from registration to replication |
//! | `funnel` | how many exemplars of a subtree stand how, as of any day |
//! | `nominations` | who stands for election in a group and round |
//! | `elections` | votes counted over all members of a council, the face elected |
//! | `faces` | the faces elected in a subtree, beside each other |
//! | `topics` | what of this slice changes |
//!
//! Who holds no `emulation:persons` sees counts and organizations: no answer to it, no error, no change that is told, no order and
//! no search depends on who a person is.

pub mod elections;
pub mod exemplars;
pub mod faces;
pub mod funnel;
pub mod movements;
pub mod nominations;
pub mod participation;
pub mod persons;
pub mod topics;

use crate::platform::auth::{Scope, SeePersons};
use crate::platform::fault::Kind;
use crate::platform::{Caller, Etag};
use utoipa_actix_web::service_config::ServiceConfig;

/// The operations of this slice.
pub(crate) fn routes(cfg: &mut ServiceConfig) {
    cfg.configure(movements::routes)
        .configure(participation::routes)
        .configure(exemplars::routes)
        .configure(funnel::routes)
        .configure(nominations::routes)
        .configure(elections::routes)
        .configure(faces::routes);
}

/// Why this slice refuses.
pub(crate) fn kinds() -> impl Iterator<Item = &'static &'static Kind> {
    [
        movements::model::Refusal::KINDS,
        exemplars::model::Refusal::KINDS,
        nominations::model::Refusal::KINDS,
        elections::model::Refusal::KINDS,
    ]
    .into_iter()
    .flatten()
}

/// Whether a caller is told of persons.
fn sees_persons(who: &Caller) -> bool {
    who.holds(SeePersons::NAME)
}

/// The tag of a version that shows persons to some and not to others.
fn etag(version: i64, persons: bool) -> Etag {
    if persons { Etag::variant(version, "persons") } else { Etag::of(version) }
}
