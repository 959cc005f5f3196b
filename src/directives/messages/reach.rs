//! Who may know of a message, and is told of it.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::model::MessageId;
use crate::directives::reach::visible;
use crate::directives::topics::EDXML_MESSAGE;
use crate::organizations::{OrganizationId, Reach, When};
use crate::platform::sql::LISTED;
use crate::platform::{Change, Conn, Fault, Outcome, Sql, Work};

/// Holds when receiver `r` has to do with message `m`: it receives the document, or the status is about it.
const OF_RECEIVER: &str = "r.origin = m.origin AND r.document = m.document AND (m.kind <> 'status' OR EXISTS \
     (SELECT 1 FROM edxml_statuses s WHERE s.message_id = m.id AND s.receiver = r.code))";

/// SQL that holds when the caller may know of message `m` of directive `d`: it may know of the directive, and reaches who sends the
/// message or sent the document, or a receiver that it has to do with. That a directive is public does not make its messages so.
pub fn seen(reach: &Reach, today: NaiveDate) -> Sql {
    if reach.root().is_none() {
        return Sql::new("1 = 1");
    }
    let when = When::Now(today);
    visible(reach, when)
        .code(" AND (EXISTS (SELECT 1 FROM organization_codes k JOIN organizations o ON o.id = k.organization_id ")
        .code("WHERE k.code IN (m.sender_code, m.origin) AND ")
        .then(reach.holds(when))
        .code(") OR EXISTS (SELECT 1 FROM edxml_receivers r JOIN organizations o ON o.id = r.organization_id WHERE ")
        .code(OF_RECEIVER)
        .code(" AND ")
        .then(reach.holds(when))
        .code("))")
}

#[derive(QueryableByName)]
struct Concerned {
    #[diesel(sql_type = Text)]
    id: MessageId,
    #[diesel(sql_type = BigInt)]
    organization_id: OrganizationId,
}

/// The organizations that some messages concern, as far as they may know of the directives.
fn concerned(
    conn: &mut Conn,
    ids: &[&MessageId],
) -> Result<HashMap<MessageId, BTreeSet<OrganizationId>>, Fault> {
    const KNOWS: &str = " AND (d.is_public = 1 OR EXISTS (SELECT 1 FROM directive_parties p WHERE p.directive_id = d.id AND p.organization_id = ";
    let mut found: HashMap<MessageId, BTreeSet<OrganizationId>> = HashMap::new();
    // They stand in the statement twice.
    for ids in ids.chunks(LISTED / 2) {
        let texts = || ids.iter().map(|id| id.as_str());
        let rows = Sql::new("SELECT m.id AS id, k.organization_id AS organization_id FROM edxml_messages m ")
            .code("JOIN directives d ON d.id = m.directive_id JOIN organization_codes k ON k.code IN (m.sender_code, m.origin) WHERE m.id IN (")
            .few_texts(texts())
            .code(")")
            .code(KNOWS)
            .code("k.organization_id)) UNION SELECT m.id AS id, r.organization_id AS organization_id FROM edxml_messages m ")
            .code("JOIN directives d ON d.id = m.directive_id JOIN edxml_receivers r ON ")
            .code(OF_RECEIVER)
            .code(" AND r.organization_id IS NOT NULL WHERE m.id IN (")
            .few_texts(texts())
            .code(")")
            .code(KNOWS)
            .code("r.organization_id))")
            .rows::<Concerned>(conn)?;
        for Concerned { id, organization_id } in rows {
            found.entry(id).or_default().insert(organization_id);
        }
    }
    Ok(found)
}

/// Tells of messages: those who may know of them.
pub fn tell(work: &mut Work<'_>, outcome: Outcome, messages: &[&MessageId]) -> Result<(), Fault> {
    let mut concerned = concerned(work.conn, messages)?;
    for id in messages {
        let of = concerned.remove(*id).unwrap_or_default();
        work.tell(Change::of(&EDXML_MESSAGE, outcome, id.as_str()).within(of));
    }
    Ok(())
}
