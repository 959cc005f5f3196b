//! Messages in the database.

use std::collections::{BTreeSet, HashMap};

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Integer, Nullable, Text, Timestamp};

use super::model::{Exchanged, Kept, MessageDirection, MessageId, MessageKind, Receiver, Subject};
use crate::directives::assignments::model::AssignmentId;
use crate::directives::edxml::package::{DocumentId, Message};
use crate::directives::reach::visible;
use crate::directives::register::model::DirectiveId;
use crate::on_backend;
use crate::organizations::{OrganizationCode, OrganizationId, Reach, When};
use crate::platform::{Conn, Fault, Sql, Work};
use crate::schema::{edxml_documents, edxml_messages, edxml_receivers};

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

/// A message of a directive that the caller may know of; otherwise missing.
pub fn find(conn: &mut Conn, reach: &Reach, id: &MessageId, today: NaiveDate) -> Result<Kept, Fault> {
    let found = Sql::new(SELECT)
        .code("JOIN directives d ON d.id = m.directive_id WHERE m.id = ")
        .text(id.as_str())
        .code(" AND ")
        .then(visible(reach, When::Now(today)))
        .rows::<Row>(conn)?
        .pop();
    found.ok_or_else(Fault::missing)?.kept()
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
        .then(visible(reach, When::Now(today)));
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

/// Stores what a message did, once more was done.
pub fn update(work: &mut Work<'_>, kept: &Kept) -> Result<(), Fault> {
    let deeds = serde_json::to_string(&kept.deeds).map_err(Fault::broken)?;
    let changes = (edxml_messages::version.eq(kept.version), edxml_messages::deeds.eq(deeds));
    diesel::update(edxml_messages::table.find(kept.id.as_str())).set(changes).execute(work.conn)?;
    Ok(())
}

#[derive(QueryableByName)]
struct DocumentRow {
    #[diesel(sql_type = Text)]
    document: DocumentId,
    #[diesel(sql_type = Text)]
    origin_name: String,
    #[diesel(sql_type = Text)]
    number: String,
    #[diesel(sql_type = Date)]
    issued_on: NaiveDate,
    #[diesel(sql_type = Text)]
    kind: MessageKind,
    #[diesel(sql_type = Text)]
    message_id: MessageId,
    #[diesel(sql_type = Text)]
    sha256: String,
    #[diesel(sql_type = Text)]
    directive_id: DirectiveId,
}

impl DocumentRow {
    fn exchanged(self, origin: OrganizationCode) -> Exchanged {
        Exchanged {
            subject: Subject { origin, document: self.document },
            origin_name: self.origin_name,
            number: self.number,
            issued_on: self.issued_on,
            kind: self.kind,
            message: self.message_id,
            sha256: self.sha256,
            directive: self.directive_id,
        }
    }
}

const DOCUMENTS: &str = "d.document AS document, d.origin_name AS origin_name, d.number AS number, d.issued_on AS issued_on, \
     d.kind AS kind, d.message_id AS message_id, m.sha256 AS sha256, d.directive_id AS directive_id";

/// Those of some documents of one sender that were exchanged.
pub fn documents(
    conn: &mut Conn,
    origin: &OrganizationCode,
    ids: &BTreeSet<&DocumentId>,
) -> Result<HashMap<DocumentId, Exchanged>, Fault> {
    let rows = Sql::new("SELECT ")
        .code(DOCUMENTS)
        .code(" FROM edxml_documents d JOIN edxml_messages m ON m.id = d.message_id WHERE d.origin = ")
        .text(origin.as_str())
        .code(" AND d.document IN (")
        .few_texts(ids.iter().map(|id| id.as_str()))
        .code(")")
        .rows::<DocumentRow>(conn)?;
    Ok(rows.into_iter().map(|row| (row.document.clone(), row.exchanged(origin.clone()))).collect())
}

/// Stores that a document was exchanged, or by what it was last.
pub fn exchange(work: &mut Work<'_>, one: &Exchanged) -> Result<(), Fault> {
    let (kind, message) =
        (edxml_documents::kind.eq(one.kind), edxml_documents::message_id.eq(one.message.clone()));
    let row = (
        edxml_documents::origin.eq(one.subject.origin.clone()),
        edxml_documents::document.eq(one.subject.document.clone()),
        edxml_documents::origin_name.eq(one.origin_name.clone()),
        edxml_documents::number.eq(one.number.clone()),
        edxml_documents::issued_on.eq(one.issued_on),
        edxml_documents::directive_id.eq(one.directive.clone()),
        (kind, message.clone()),
    );
    on_backend!(&mut *work.conn, c => diesel::insert_into(edxml_documents::table)
        .values(&row)
        .on_conflict((edxml_documents::origin, edxml_documents::document))
        .do_update()
        .set((kind, message))
        .execute(c))?;
    Ok(())
}

#[derive(QueryableByName)]
struct ReceiverRow {
    #[diesel(sql_type = Text)]
    origin: OrganizationCode,
    #[diesel(sql_type = Text)]
    document: DocumentId,
    #[diesel(sql_type = Text)]
    code: OrganizationCode,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Nullable<BigInt>)]
    organization_id: Option<OrganizationId>,
    #[diesel(sql_type = Nullable<Text>)]
    assignment_id: Option<AssignmentId>,
}

impl From<ReceiverRow> for Receiver {
    fn from(row: ReceiverRow) -> Self {
        let ReceiverRow { origin, document, code, name, organization_id, assignment_id } = row;
        let subject = Subject { origin, document };
        Self { subject, code, name, organization: organization_id, assignment: assignment_id }
    }
}

const RECEIVERS: &str = "SELECT r.origin AS origin, r.document AS document, r.code AS code, r.name AS name, \
     r.organization_id AS organization_id, r.assignment_id AS assignment_id FROM edxml_receivers r ";

/// Who received some documents of one sender, by document and code.
pub fn receivers(
    conn: &mut Conn,
    origin: &OrganizationCode,
    ids: &BTreeSet<&DocumentId>,
) -> Result<Vec<Receiver>, Fault> {
    let rows = Sql::new(RECEIVERS)
        .code("WHERE r.origin = ")
        .text(origin.as_str())
        .code(" AND r.document IN (")
        .few_texts(ids.iter().map(|id| id.as_str()))
        .code(") ORDER BY r.document, r.code")
        .rows::<ReceiverRow>(conn)?;
    Ok(rows.into_iter().map(Receiver::from).collect())
}

/// Stores who received a document, or what task came of it.
pub fn receive(work: &mut Work<'_>, all: &[Receiver]) -> Result<(), Fault> {
    for chunk in all.chunks(1_000) {
        let row = |one: &Receiver| {
            (
                edxml_receivers::origin.eq(one.subject.origin.clone()),
                edxml_receivers::document.eq(one.subject.document.clone()),
                edxml_receivers::code.eq(one.code.clone()),
                edxml_receivers::name.eq(one.name.clone()),
                edxml_receivers::organization_id.eq(one.organization),
                edxml_receivers::assignment_id.eq(one.assignment.clone()),
            )
        };
        let rows: Vec<_> = chunk.iter().map(row).collect();
        let to = diesel::upsert::excluded(edxml_receivers::assignment_id);
        on_backend!(&mut *work.conn, c => diesel::insert_into(edxml_receivers::table)
            .values(&rows)
            .on_conflict((edxml_receivers::origin, edxml_receivers::document, edxml_receivers::code))
            .do_update()
            .set(edxml_receivers::assignment_id.eq(to))
            .execute(c))?;
    }
    Ok(())
}

/// A task that came by a message, with the document that brought it.
#[derive(Clone, Debug)]
pub struct Link {
    /// Who received it.
    pub receiver: Receiver,
    /// The document.
    pub exchanged: Exchanged,
    /// Who gave the task is who sent the document.
    pub by_sender: bool,
}

#[derive(QueryableByName)]
struct LinkRow {
    #[diesel(embed)]
    receiver: ReceiverRow,
    #[diesel(embed)]
    document: DocumentRow,
    #[diesel(sql_type = Integer)]
    by_sender: i32,
}

/// The documents by which some tasks came, the earliest first.
pub fn links(conn: &mut Conn, assignments: &BTreeSet<&str>) -> Result<Vec<Link>, Fault> {
    let rows = Sql::new("SELECT r.origin AS origin, r.code AS code, r.name AS name, r.organization_id AS organization_id, ")
        .code("r.assignment_id AS assignment_id, ")
        .code(DOCUMENTS)
        .code(", CASE WHEN EXISTS (SELECT 1 FROM assignments a JOIN organization_codes k ON k.organization_id = a.assigner_id ")
        .code("WHERE a.id = r.assignment_id AND k.code = r.origin) THEN 1 ELSE 0 END AS by_sender FROM edxml_receivers r ")
        .code("JOIN edxml_documents d ON d.origin = r.origin AND d.document = r.document ")
        .code("JOIN edxml_messages m ON m.id = d.message_id WHERE r.assignment_id IN (")
        .few_texts(assignments.iter().copied())
        .code(") ORDER BY m.seq")
        .rows::<LinkRow>(conn)?;
    let link = |row: LinkRow| {
        let receiver = Receiver::from(row.receiver);
        let exchanged = row.document.exchanged(receiver.subject.origin.clone());
        Link { receiver, exchanged, by_sender: row.by_sender == 1 }
    };
    Ok(rows.into_iter().map(link).collect())
}
