//! Nominating; one unit of work.

use std::collections::BTreeSet;

use super::model::{Content, Nomination, NominationId, Refusal, admit};
use super::store;
use crate::emulation::movements;
use crate::emulation::participation::model::RoundKey;
use crate::emulation::topics::NOMINATION;
use crate::organizations::{self, OrganizationId, Reach, When};
use crate::platform::input::wrong;
use crate::platform::{Change, Condition, Etag, Fault, Outcome, Work, Wrong};

/// The tag of a nomination, as it is shown to who sees persons or to who does not: the votes are part of how it looks.
pub fn etag(nomination: &Nomination, sees_persons: bool) -> Etag {
    let votes = nomination.votes.map_or_else(String::new, |votes| votes.to_string());
    Etag::variant(nomination.version, format!("{}{votes}", if sees_persons { "p" } else { "c" }))
}

/// Nominates a person, or withdraws a nomination under a condition.
///
/// Refuses an organization or a movement out of sight like an unknown one, a round or group that the movement does not have, a person
/// who stands there already, and a nomination that was voted on.
pub fn nominate(
    work: &mut Work<'_>,
    reach: &Reach,
    id: &NominationId,
    content: &Content,
    condition: &Condition,
) -> Result<(Outcome, Nomination), Fault> {
    store::lock(work)?;
    let before = store::any(work.conn, id)?;
    if let Some(before) = &before {
        let of = BTreeSet::from([before.organization]);
        if organizations::reached(work.conn, reach, &of, When::Now(work.today()))?.is_empty() {
            return Err(Refusal::OfAnother.into());
        }
    }
    condition.admits_put(before.as_ref().map(|before| etag(before, false)).as_ref())?;
    let (organization, top) = admitted(work, reach, content)?;
    let (now, version) = (work.now, before.as_ref().map_or(0, |before| before.version) + 1);
    let nomination = match before {
        None => Nomination {
            id: id.clone(),
            version,
            created_at: now,
            updated_at: now,
            organization,
            content: content.clone(),
            votes: None,
        },
        Some(before) => {
            let mut wrongs = content.fixed(&before.content);
            if organization != before.organization {
                wrongs.push(Wrong::body("/organization", wrong::MISMATCH));
            }
            if !wrongs.is_empty() {
                return Err(Fault::invalid(wrongs));
            }
            if content.withdrawn_on == before.content.withdrawn_on {
                return Ok((Outcome::Unchanged, before));
            }
            if before.votes.is_some() {
                return Err(Refusal::Voted.into());
            }
            let content = Content { withdrawn_on: content.withdrawn_on, ..before.content };
            Nomination { version, updated_at: now, content, ..before }
        }
    };
    store::save(work, &nomination)?;
    let outcome = if version == 1 { Outcome::Created } else { Outcome::Updated };
    work.tell(Change::of(&NOMINATION, outcome, id.as_str()).within([organization, top]));
    Ok((outcome, nomination))
}

/// The organization that is named and the one in which the movement runs, if all that is said can be.
fn admitted(
    work: &mut Work<'_>,
    reach: &Reach,
    content: &Content,
) -> Result<(OrganizationId, OrganizationId), Fault> {
    let today = work.today();
    let named = BTreeSet::from([&content.organization]);
    let known = organizations::find_all(work.conn, reach, &named, When::Now(today))?;
    let movement = movements::actions::referred(work, reach, &content.movement)?;
    let mut wrongs = content.wrongs(today);
    if movement.is_none() {
        wrongs.push(Wrong::body("/movement", wrong::MISSING));
    }
    let organization = known.get(&content.organization).copied();
    if organization.is_none() {
        wrongs.push(Wrong::body("/organization", wrong::MISSING));
    }
    let (Some(organization), Some(movement), true) = (organization, movement, wrongs.is_empty()) else {
        return Err(Fault::invalid(wrongs));
    };
    let elsewhere = Wrong::body("/organization", wrong::MISMATCH);
    let key = RoundKey { movement: content.movement.clone(), round: content.round.clone() };
    movements::actions::must_run_in(work, &movement, organization, key.counted_on(), elsewhere)?;
    admit(&movement, &content.round, &content.group, today)?;
    Ok((organization, movement.organization))
}
