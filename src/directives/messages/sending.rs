//! A directive as the message that brings it to other agencies.

use std::collections::BTreeSet;

use super::document;
use super::known::Agencies;
use super::model::HEADER;
use super::outgoing::written;
use crate::directives::edxml::agencies::on_sending;
use crate::directives::edxml::package::{Message, Party};
use crate::directives::edxml::refusals::{Refusal, Refused};
use crate::directives::register::actions::must_own;
use crate::directives::register::model::DirectiveId;
use crate::directives::register::store as directives;
use crate::organizations::{OrganizationCode, Reach};
use crate::platform::clock::local_time;
use crate::platform::{Conn, Fault};
use chrono::{DateTime, SubsecRound, Utc};

/// The bytes of the message that brings a directive to some agencies.
///
/// Refuses a directive out of sight (404) or of others (403), one of which not enough is known, and agencies that are not known
/// or closed on its day.
pub fn package(
    conn: &mut Conn,
    reach: &Reach,
    id: &DirectiveId,
    to: &[OrganizationCode],
    now: DateTime<Utc>,
) -> Result<Vec<u8>, Fault> {
    let today = local_time(now).date();
    let directive = directives::find(conn, reach, id, today)?.directive;
    must_own(conn, reach, &directive, today)?;
    let issuer = &directive.content.issuer;
    let codes: BTreeSet<&OrganizationCode> = to.iter().chain(&issuer.organization).collect();
    let agencies = Agencies::load(conn, reach, &codes, today)?;
    let named = |code: &OrganizationCode, name: Option<&String>| {
        // The names of those out of reach are not told.
        let known = agencies.reached(code).map(|agency| &agency.name);
        Party::new(code.clone(), name.or(known).map_or(code.as_str(), String::as_str))
    };
    let from = issuer.organization.as_ref().map(|code| named(code, issuer.name.as_ref()));
    let to = to.iter().map(|code| named(code, None)).collect();
    let changed = local_time(directive.updated_at).trunc_subsecs(0);
    let package = document::package(&directive, from, to, changed)?;
    on_sending(&package, |code, day| agencies.standing(code, day))?;
    if package.to.is_empty() {
        return Err(Refused::because(format!("{HEADER}/To"), Refusal::Missing).into());
    }
    written(&Message::Package(Box::new(package)), local_time(now))
}
