//! Documents that were exchanged, who received each, and the tasks that came of them, in the database.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Integer, Nullable, Text};
use diesel::upsert::excluded;

use super::model::{Exchanged, MessageId, MessageKind, Receiver, Subject};
use crate::directives::assignments::model::AssignmentId;
use crate::directives::edxml::package::DocumentId;
use crate::directives::register::model::DirectiveId;
use crate::on_backend;
use crate::organizations::{OrganizationCode, OrganizationId};
use crate::platform::sql::in_lists;
use crate::platform::{Conn, Fault, Sql, Work};
use crate::schema::{edxml_documents, edxml_receivers};

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
    #[diesel(sql_type = Integer)]
    vouched: i32,
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
            vouched: self.vouched == 1,
        }
    }
}

const DOCUMENTS: &str = "d.document AS document, d.origin_name AS origin_name, d.number AS number, d.issued_on AS issued_on, \
     d.kind AS kind, d.message_id AS message_id, m.sha256 AS sha256, d.directive_id AS directive_id, d.vouched AS vouched";

/// Those of some documents of one sender that were exchanged.
pub fn documents(
    conn: &mut Conn,
    origin: &OrganizationCode,
    ids: &BTreeSet<&DocumentId>,
) -> Result<HashMap<DocumentId, Exchanged>, Fault> {
    let ids: Vec<&str> = ids.iter().map(|id| id.as_str()).collect();
    let rows = in_lists(&ids, |ids| {
        Sql::new("SELECT ")
            .code(DOCUMENTS)
            .code(" FROM edxml_documents d JOIN edxml_messages m ON m.id = d.message_id WHERE d.origin = ")
            .text(origin.as_str())
            .code(" AND d.document IN (")
            .few_texts(ids.iter().copied())
            .code(")")
            .rows::<DocumentRow>(conn)
    })?;
    Ok(rows.into_iter().map(|row| (row.document.clone(), row.exchanged(origin.clone()))).collect())
}

/// Stores that a document was exchanged, or what it is now.
pub fn save_document(work: &mut Work<'_>, one: &Exchanged) -> Result<(), Fault> {
    let row = (
        edxml_documents::origin.eq(one.subject.origin.clone()),
        edxml_documents::document.eq(one.subject.document.clone()),
        edxml_documents::origin_name.eq(one.origin_name.clone()),
        edxml_documents::number.eq(one.number.clone()),
        edxml_documents::issued_on.eq(one.issued_on),
        edxml_documents::kind.eq(one.kind),
        edxml_documents::message_id.eq(one.message.clone()),
        edxml_documents::directive_id.eq(one.directive.clone()),
        edxml_documents::vouched.eq(i32::from(one.vouched)),
    );
    let changed = (
        edxml_documents::origin_name.eq(excluded(edxml_documents::origin_name)),
        edxml_documents::number.eq(excluded(edxml_documents::number)),
        edxml_documents::issued_on.eq(excluded(edxml_documents::issued_on)),
        edxml_documents::kind.eq(excluded(edxml_documents::kind)),
        edxml_documents::message_id.eq(excluded(edxml_documents::message_id)),
        edxml_documents::directive_id.eq(excluded(edxml_documents::directive_id)),
        edxml_documents::vouched.eq(excluded(edxml_documents::vouched)),
    );
    on_backend!(&mut *work.conn, c => diesel::insert_into(edxml_documents::table)
        .values(&row)
        .on_conflict((edxml_documents::origin, edxml_documents::document))
        .do_update()
        .set(changed)
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
    let ids: Vec<&str> = ids.iter().map(|id| id.as_str()).collect();
    let rows = in_lists(&ids, |ids| {
        Sql::new(RECEIVERS)
            .code("WHERE r.origin = ")
            .text(origin.as_str())
            .code(" AND r.document IN (")
            .few_texts(ids.iter().copied())
            .code(") ORDER BY r.document, r.code")
            .rows::<ReceiverRow>(conn)
    })?;
    Ok(rows.into_iter().map(Receiver::from).collect())
}

/// Forgets who received a document, before it is said anew.
pub fn forget_receivers(work: &mut Work<'_>, subject: &Subject) -> Result<(), Fault> {
    let receivers = edxml_receivers::table
        .filter(edxml_receivers::origin.eq(subject.origin.as_str()))
        .filter(edxml_receivers::document.eq(subject.document.as_str()));
    diesel::delete(receivers).execute(work.conn)?;
    Ok(())
}

/// Stores who received a document, or whose code that is and what task came of it.
pub fn save_receivers(work: &mut Work<'_>, all: &[Receiver]) -> Result<(), Fault> {
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
        let changed = (
            edxml_receivers::organization_id.eq(excluded(edxml_receivers::organization_id)),
            edxml_receivers::assignment_id.eq(excluded(edxml_receivers::assignment_id)),
        );
        on_backend!(&mut *work.conn, c => diesel::insert_into(edxml_receivers::table)
            .values(&rows)
            .on_conflict((edxml_receivers::origin, edxml_receivers::document, edxml_receivers::code))
            .do_update()
            .set(changed)
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
    let ids: Vec<&str> = assignments.iter().copied().collect();
    let rows = in_lists(&ids, |ids| {
        Sql::new("SELECT r.origin AS origin, r.code AS code, r.name AS name, r.organization_id AS organization_id, ")
        .code("r.assignment_id AS assignment_id, ")
        .code(DOCUMENTS)
        .code(", CASE WHEN EXISTS (SELECT 1 FROM assignments a JOIN organization_codes k ON k.organization_id = a.assigner_id ")
        .code("WHERE a.id = r.assignment_id AND k.code = r.origin) THEN 1 ELSE 0 END AS by_sender FROM edxml_receivers r ")
        .code("JOIN edxml_documents d ON d.origin = r.origin AND d.document = r.document ")
        .code("JOIN edxml_messages m ON m.id = d.message_id WHERE r.assignment_id IN (")
        .few_texts(ids.iter().copied())
        .code(") ORDER BY m.seq")
        .rows::<LinkRow>(conn)
    })?;
    let link = |row: LinkRow| {
        let receiver = Receiver::from(row.receiver);
        let exchanged = row.document.exchanged(receiver.subject.origin.clone());
        Link { receiver, exchanged, by_sender: row.by_sender == 1 }
    };
    Ok(rows.into_iter().map(link).collect())
}
