//! Opening a consultation, giving tickets, taking opinions.

use chrono::{DateTime, NaiveDate, Utc};

use super::model::{Author, Consultation, Days, MOST_SIGNED, Numbers, Opinion, Refusal, Said};
use super::store;
use super::ticket::{Blinded, Ticket};
use crate::directives::acknowledgements::store::member_of;
use crate::directives::register::actions::must_own;
use crate::directives::register::model::DirectiveId;
use crate::directives::register::store as directives;
use crate::directives::told::tell_one;
use crate::directives::topics::{CONSULTATION, OPINION};
use crate::organizations::{OrganizationCode, Reach};
use crate::platform::blind::{BlindKey, PublicKey};
use crate::platform::clock::{local_day, new_id};
use crate::platform::digest::Vault;
use crate::platform::input::wrong;
use crate::platform::{Change, Condition, Conn, Etag, Fault, Outcome, Work, Wrong};

/// A consultation with its numbers.
pub type Shown = (Consultation, Numbers);

/// The tag of a consultation as it is shown on a day.
pub fn etag((consultation, numbers): &Shown, today: NaiveDate) -> Etag {
    let phase = consultation.days.phase(today);
    let Numbers { tickets, signed, unsigned, .. } = numbers;
    Etag::variant(consultation.version, format_args!("{phase}.{tickets}.{signed}.{unsigned}"))
}

/// The consultation on a directive; missing if there is none, or the caller may not know of the directive.
pub fn find(
    conn: &mut Conn,
    reach: &Reach,
    directive: &DirectiveId,
    today: NaiveDate,
) -> Result<Shown, Fault> {
    directives::find(conn, reach, directive, today)?;
    let found = store::find(conn, directive)?.ok_or_else(Fault::missing)?;
    Ok((found, store::numbers(conn, directive, today)?))
}

/// Whether the consultation that a caller opens is new, so that a key must be made, which takes too long for a transaction.
///
/// Refuses a directive out of sight (404) and one of others (403).
pub fn is_new(
    conn: &mut Conn,
    reach: &Reach,
    directive: &DirectiveId,
    today: NaiveDate,
) -> Result<bool, Fault> {
    let shown = directives::find(conn, reach, directive, today)?;
    must_own(conn, reach, &shown.directive, today)?;
    Ok(store::find(conn, directive)?.is_none())
}

/// A key that was made for a new consultation.
pub struct NewKey {
    /// What is published.
    pub public: PublicKey,
    /// What signs, sealed.
    pub sealed: String,
}

impl NewKey {
    /// Makes one for the consultation on a directive. Takes a good part of a second.
    pub fn make(directive: &DirectiveId, vault: &Vault) -> Result<Self, Fault> {
        let key = BlindKey::generate()?;
        Ok(Self { public: key.public(), sealed: vault.seal(&owner(directive), &key.to_der()?)? })
    }
}

/// Whose a consultation's key is, in the vault: in the place of another's it opens for nobody.
fn owner(directive: &DirectiveId) -> String {
    format!("consultation {directive}")
}

/// Opens a consultation on a directive, or moves its days under a condition.
///
/// Refuses a directive out of sight (404), one of others (403), and another first day when it has begun (409).
pub fn open(
    work: &mut Work<'_>,
    reach: &Reach,
    directive: &DirectiveId,
    days: Days,
    key: Option<&NewKey>,
    condition: &Condition,
) -> Result<(Outcome, Shown), Fault> {
    let today = work.today();
    let shown = directives::find(work.conn, reach, directive, today)?;
    must_own(work.conn, reach, &shown.directive, today)?;
    directives::lock(work)?;
    let current = store::hold(work.conn, directive)?;
    condition.admits_put(current.as_ref().map(|current| Etag::of(current.version)).as_ref())?;
    days.may_replace(current.as_ref().map(|current| current.days), today)?;
    let (outcome, now) = match (current, key) {
        (Some(current), _) if current.days == days => (Outcome::Unchanged, current),
        (Some(current), _) => {
            let now = Consultation { version: current.version + 1, days, ..current };
            store::update(work, directive, &now)?;
            (Outcome::Updated, now)
        }
        (None, Some(key)) => {
            let now = Consultation { version: 1, days, key: key.public.clone() };
            store::insert(work, directive, &now, &key.sealed)?;
            (Outcome::Created, now)
        }
        (None, None) => return Err(Fault::broken("a consultation is gone")),
    };
    tell_one(work, &CONSULTATION, outcome, directive.as_str(), directive)?;
    Ok((outcome, (now, store::numbers(work.conn, directive, today)?)))
}

/// Signs the caller's blinded ticket, once. Answers the signature and the key.
///
/// Refuses an organization that the directive does not concern (403) and who got a ticket (409).
pub fn give(
    work: &mut Work<'_>,
    reach: &Reach,
    directive: &DirectiveId,
    (organization, blinded): (&OrganizationCode, &Blinded),
    vault: &Vault,
) -> Result<(Vec<u8>, PublicKey), Fault> {
    let today = work.today();
    directives::find(work.conn, reach, directive, today)?;
    let consultation = store::find(work.conn, directive)?.ok_or_else(Fault::missing)?;
    member_of(work.conn, reach, directive, organization, today)?;
    consultation.days.must_not_be_over(today)?;
    if !store::give(work, directive, work.actor)? {
        return Err(Refusal::TicketGiven.into());
    }
    let sealed = store::sealed_key(work.conn, directive)?;
    let key = BlindKey::from_der(&vault.open(&owner(directive), &sealed)?)?;
    let beyond = || Fault::invalid(vec![Wrong::body("/blinded_message", wrong::RANGE)]);
    Ok((key.sign(&blinded.0)?.ok_or_else(beyond)?, consultation.key))
}

/// Takes a signed opinion of the caller.
///
/// Refuses an organization that the directive does not concern (403), and opinions when none are asked for (409).
pub fn sign(
    work: &mut Work<'_>,
    reach: &Reach,
    directive: &DirectiveId,
    organization: &OrganizationCode,
    said: &Said,
) -> Result<Opinion, Fault> {
    let today = work.today();
    let shown = directives::find(work.conn, reach, directive, today)?;
    let consultation = store::find(work.conn, directive)?.ok_or_else(Fault::missing)?;
    let (id, organization) = member_of(work.conn, reach, directive, organization, today)?;
    consultation.days.must_be_open(today)?;
    if store::signed_by(work.conn, directive, work.actor)? >= MOST_SIGNED {
        return Err(Refusal::TooMany { most: MOST_SIGNED }.into());
    }
    let author = Author { subject: work.actor.to_owned(), organization, given_at: work.now };
    let opinion = Opinion {
        id: new_id().parse().map_err(Fault::broken)?,
        given_on: today,
        said: said.clone(),
        author: Some(author),
    };
    store::sign(work, directive, id, &opinion)?;
    // Who else may know of the directive does not see what others say of it.
    work.tell(Change::of(&OPINION, Outcome::Created, opinion.id.as_str()).within(shown.directive.owners()));
    Ok(opinion)
}

/// Refuses a ticket that the consultation's key did not sign; where there is no consultation, in the same words.
pub fn admit(conn: &mut Conn, directive: &DirectiveId, ticket: &Ticket) -> Result<(), Fault> {
    let consultation = store::find(conn, directive)?.ok_or(Refusal::NoTicket)?;
    ticket.must_be_of(&consultation.key)
}

/// Takes an unsigned opinion for a ticket that was admitted. The same once more changes nothing.
///
/// Refuses a spent ticket, and opinions when none are asked for (409).
pub fn hand_in(
    conn: &mut Conn,
    now: DateTime<Utc>,
    directive: &DirectiveId,
    ticket: &Ticket,
    said: &Said,
) -> Result<Opinion, Fault> {
    let today = local_day(now);
    let consultation = store::hold(conn, directive)?.ok_or(Refusal::NoTicket)?;
    match store::spent(conn, directive, ticket)? {
        Some(same) if same.said == *said => return Ok(same),
        Some(_) => return Err(Refusal::Spent.into()),
        None => consultation.days.must_be_open(today)?,
    }
    let opinion = Opinion { id: ticket.opinion()?, given_on: today, said: said.clone(), author: None };
    store::mix_in(conn, directive, ticket, &opinion)?;
    Ok(opinion)
}
