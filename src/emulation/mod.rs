//! Emulation and commendation (thi đua, khen thưởng): who did what well, and what they were given for it.
//!
//! | room | what it holds |
//! |---|---|
//! | `initiatives` | initiatives (sáng kiến): authors with their shares, recognitions |
//! | `awards` | titles and commendations: their rules, ratings, proposals and decisions, who may be given what |
//! | `persons` | how persons are named |
//! | `topics` | what of this slice changes |
//!
//! Persons are staff references, which mean something to the personnel system alone. Who holds no `emulation:persons` is told of
//! organizations and counts.

pub mod awards;
pub mod initiatives;
pub mod persons;
pub mod topics;

use chrono::{Datelike, NaiveDate};

use crate::organizations::When;
use crate::platform::auth::{Scope, SeePersons};
use crate::platform::fault::Kind;
use crate::platform::input::wrong;
use crate::platform::{Caller, Etag, Fault, Wrong};
use utoipa_actix_web::service_config::ServiceConfig;

/// The operations of this slice.
pub(crate) fn routes(cfg: &mut ServiceConfig) {
    cfg.configure(initiatives::routes).configure(awards::routes);
}

/// Why this slice refuses.
pub(crate) fn kinds() -> impl Iterator<Item = &'static &'static Kind> {
    initiatives::model::Refusal::KINDS.iter().chain(awards::kinds())
}

/// Whether a caller is told of persons.
fn sees_persons(who: &Caller) -> bool {
    who.holds(SeePersons::NAME)
}

/// The tag of a version that shows persons to some and not to others.
fn etag(version: i64, persons: bool) -> Etag {
    if persons { Etag::variant(version, "persons") } else { Etag::of(version) }
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
