//! Emulation and commendation (thi đua, khen thưởng): movements and their rounds, who takes part, exemplars, whom a council elects, and
//! what was given for it.
//!
//! | room | what it holds |
//! |---|---|
//! | `initiatives` | initiatives (sáng kiến): authors with their shares, recognitions |
//! | `awards` | titles and commendations: their rules, ratings, proposals and decisions, who may be given what |
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
//! Persons are staff references, which mean something to the personnel system alone. Who holds no `emulation:persons` is told of
//! organizations and counts, and records nothing about a person. What is kept beside an answer names nobody.

pub mod awards;
pub mod elections;
pub mod exemplars;
pub mod faces;
pub mod funnel;
pub mod initiatives;
pub mod movements;
pub mod nominations;
pub mod participation;
pub mod persons;
pub mod topics;

use chrono::{Datelike, NaiveDate};

use crate::organizations::When;
use crate::platform::Routes;
use crate::platform::auth::{Scope, SeePersons};
use crate::platform::fault::Kind;
use crate::platform::input::wrong;
use crate::platform::{Caller, Etag, Fault, Wrong};

/// The operations of this slice.
pub(crate) fn routes(cfg: &mut Routes<'_>) {
    cfg.configure(movements::routes)
        .configure(participation::routes)
        .configure(exemplars::routes)
        .configure(funnel::routes)
        .configure(nominations::routes)
        .configure(elections::routes)
        .configure(faces::routes)
        .configure(initiatives::routes)
        .configure(awards::routes);
}

/// Why this slice refuses.
pub(crate) fn kinds() -> impl Iterator<Item = &'static &'static Kind> {
    let movements = [
        movements::refusals::Refusal::KINDS,
        exemplars::model::Refusal::KINDS,
        nominations::model::Refusal::KINDS,
        elections::model::Refusal::KINDS,
        initiatives::model::Refusal::KINDS,
    ];
    movements.into_iter().flatten().chain(awards::kinds())
}

/// Whether a caller is told of persons.
fn sees_persons(who: &Caller) -> bool {
    who.holds(SeePersons::NAME)
}

/// The tag of a version that shows persons to some and not to others.
fn etag(version: i64, persons: bool) -> Etag {
    if persons { Etag::variant(version, "persons") } else { Etag::of(version) }
}

/// The day of which a period's organizations are: its last, or today while that is to come. What is planned lets nobody see before its
/// day what will stand below.
fn known_by(last: NaiveDate, today: NaiveDate) -> NaiveDate {
    last.min(today)
}

/// The first and the last day that are asked about, and of which day the tree is: without a last day, today; without a first, the
/// first of that year. Refuses what lies ahead, and a first day after the last.
fn spanned(
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
    today: NaiveDate,
) -> Result<(NaiveDate, NaiveDate, When), Fault> {
    let last = to.unwrap_or(today);
    let first = from.or_else(|| NaiveDate::from_ymd_opt(last.year(), 1, 1)).unwrap_or(last);
    if last > today {
        return Err(Fault::invalid(vec![Wrong::parameter("to", wrong::FUTURE)]));
    }
    if first > last {
        return Err(Fault::invalid(vec![Wrong::parameter("to", wrong::ORDER)]));
    }
    Ok((first, last, When::of(to, today)))
}
