//! Messages in the database.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text, Timestamp};

use super::model::{Kept, MessageDirection, MessageId, MessageKind, Subject};
use super::reach::seen;
use crate::directives::edxml::package::{DocumentId, Message};
use crate::directives::register::model::DirectiveId;
use crate::on_backend;
use crate::organizations::{OrganizationCode, Reach};
use crate::platform::{Conn, Fault, Sql, Work};
use crate::schema::edxml_messages;

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    id: MessageId,
    #[diesel(sql_type = BigInt)]
    seq: i64,
    #[diesel(sql_type = BigInt)]
    version: i64,
    #[diesel(sql_type = Text)]
    direction: MessageDirection,
    #[diesel(sql_type = Timestamp)]
    recorded_at: NaiveDateTime,
    #[diesel(sql_type = Text)]
    origin: OrganizationCode,
    #[diesel(sql_type = Text)]
    document: DocumentId,
    #[diesel(sql_type = Text)]
    sha256: String,
    #[diesel(sql_type = BigInt)]
    bytes: i64,
    #[diesel(sql_type = Text)]
    directive_id: DirectiveId,
    #[diesel(sql_type = Text)]
    header: String,
    #[diesel(sql_type = Text)]
    deeds: String,
    #[diesel(sql_type = Text)]
    warnings: String,
}

impl Row {
    fn kept(self) -> Result<Kept, Fault> {
        Ok(Kept {
            id: self.id,
            seq: self.seq,
            version: self.version,
            direction: self.direction,
            recorded_at: self.recorded_at.and_utc(),
            subject: Subject { origin: self.origin, document: self.document },
            sha256: self.sha256,
            bytes: u64::try_from(self.bytes).unwrap_or_default(),
            directive: self.directive_id,
            message: serde_json::from_str(&self.header).map_err(Fault::broken)?,
            deeds: serde_json::from_str(&self.deeds).map_err(Fault::broken)?,
            warnings: serde_json::from_str(&self.warnings).map_err(Fault::broken)?,
        })
    }
}

const SELECT: &str = "SELECT m.id AS id, m.seq AS seq, m.version AS version, m.direction AS direction, m.recorded_at AS recorded_at, \
     m.origin AS origin, m.document AS document, m.sha256 AS sha256, m.bytes AS bytes, m.directive_id AS directive_id, \
     m.header AS header, m.deeds AS deeds, m.warnings AS warnings FROM edxml_messages m ";

/// A message that the caller may know of; otherwise missing.
pub fn find(conn: &mut Conn, reach: &Reach, id: &MessageId, today: NaiveDate) -> Result<Kept, Fault> {
    let found = Sql::new(SELECT)
        .code("JOIN directives d ON d.id = m.directive_id WHERE m.id = ")
        .text(id.as_str())
        .code(" AND ")
        .then(seen(reach, today))
        .rows::<Row>(conn)?
        .pop();
    found.ok_or_else(Fault::missing)?.kept()
}

/// A message, within reach or not.
pub fn by_id(conn: &mut Conn, id: &MessageId) -> Result<Option<Kept>, Fault> {
    let statement = Sql::new(SELECT).code("WHERE m.id = ").text(id.as_str());
    statement.rows::<Row>(conn)?.pop().map(Row::kept).transpose()
}

/// The message that came in with these bytes.
pub fn by_digest(conn: &mut Conn, sha256: &str) -> Result<Option<Kept>, Fault> {
    let statement = Sql::new(SELECT).code("WHERE m.direction = 'in' AND m.sha256 = ").text(sha256);
    statement.code(" ORDER BY m.seq LIMIT 1").rows::<Row>(conn)?.pop().map(Row::kept).transpose()
}

/// Which messages a list is to hold.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of this directive.
    pub directive: Option<DirectiveId>,
    /// That go this way.
    pub direction: Option<MessageDirection>,
    /// Of this kind.
    pub kind: Option<MessageKind>,
    /// From the agency with this code.
    pub sender: Option<OrganizationCode>,
}

/// A page of messages in the order of the commits, after a place.
pub fn list(
    conn: &mut Conn,
    reach: &Reach,
    filter: &Filter,
    today: NaiveDate,
    (after, count): (i64, i64),
) -> Result<Vec<Kept>, Fault> {
    let mut statement = Sql::new(SELECT)
        .code("JOIN directives d ON d.id = m.directive_id WHERE m.seq > ")
        .number(after)
        .code(" AND ")
        .then(seen(reach, today));
    if let Some(directive) = &filter.directive {
        statement = statement.code(" AND m.directive_id = ").text(directive.as_str());
    }
    if let Some(direction) = filter.direction {
        statement = statement.code(" AND m.direction = ").text(direction.as_str());
    }
    if let Some(kind) = filter.kind {
        statement = statement.code(" AND m.kind = ").text(kind.as_str());
    }
    if let Some(sender) = &filter.sender {
        statement = statement.code(" AND m.sender_code = ").text(sender.as_str());
    }
    let rows = statement.code(" ORDER BY m.seq LIMIT ").number(count).rows::<Row>(conn)?;
    rows.into_iter().map(Row::kept).collect()
}

/// Stores new messages.
pub fn insert(work: &mut Work<'_>, new: &[Kept]) -> Result<(), Fault> {
    let text = |value: serde_json::Result<String>| value.map_err(Fault::broken);
    let row = |kept: &Kept| {
        let status = match &kept.message {
            Message::Status(status) => Some(status.status),
            Message::Package(_) => None,
        };
        Ok((
            edxml_messages::id.eq(kept.id.clone()),
            edxml_messages::seq.eq(kept.seq),
            edxml_messages::version.eq(kept.version),
            edxml_messages::direction.eq(kept.direction),
            edxml_messages::kind.eq(MessageKind::of(&kept.message)),
            edxml_messages::recorded_at.eq(kept.recorded_at.naive_utc()),
            edxml_messages::sender_code.eq(kept.message.from().code.clone()),
            edxml_messages::origin.eq(kept.subject.origin.clone()),
            edxml_messages::document.eq(kept.subject.document.clone()),
            edxml_messages::status_code.eq(status),
            edxml_messages::sha256.eq(kept.sha256.clone()),
            edxml_messages::bytes.eq(i64::try_from(kept.bytes).unwrap_or(i64::MAX)),
            edxml_messages::directive_id.eq(kept.directive.clone()),
            edxml_messages::header.eq(text(serde_json::to_string(&kept.message))?),
            edxml_messages::deeds.eq(text(serde_json::to_string(&kept.deeds))?),
            edxml_messages::warnings.eq(text(serde_json::to_string(&kept.warnings))?),
        ))
    };
    // SQLite binds 32,766 values in a statement.
    for chunk in new.chunks(1_000) {
        let rows: Vec<_> = chunk.iter().map(row).collect::<Result<_, Fault>>()?;
        on_backend!(&mut *work.conn, c => diesel::insert_into(edxml_messages::table).values(&rows).execute(c))?;
    }
    Ok(())
}

/// Stores what a message did and what to look at, once more was done.
pub fn update(work: &mut Work<'_>, kept: &Kept) -> Result<(), Fault> {
    let deeds = serde_json::to_string(&kept.deeds).map_err(Fault::broken)?;
    let warnings = serde_json::to_string(&kept.warnings).map_err(Fault::broken)?;
    let changes = (
        edxml_messages::version.eq(kept.version),
        edxml_messages::deeds.eq(deeds),
        edxml_messages::warnings.eq(warnings),
    );
    diesel::update(edxml_messages::table.find(kept.id.as_str())).set(changes).execute(work.conn)?;
    Ok(())
}
