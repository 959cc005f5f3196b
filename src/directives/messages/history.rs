//! What was said of documents at their receivers, in the database: appended, and marked once a task followed.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Text, Timestamp};

use super::model::{MessageId, Said, Subject};
use crate::directives::edxml::status::{Entry, StatusCode};
use crate::on_backend;
use crate::organizations::OrganizationCode;
use crate::platform::sql::LISTED;
use crate::platform::{Conn, Fault, Sql, Work};
use crate::schema::edxml_statuses;

#[derive(QueryableByName)]
struct SaidRow {
    #[diesel(sql_type = Text)]
    message_id: MessageId,
    #[diesel(sql_type = Text)]
    receiver: OrganizationCode,
    #[diesel(sql_type = BigInt)]
    seq: i64,
    #[diesel(sql_type = Text)]
    status_code: StatusCode,
    #[diesel(sql_type = Timestamp)]
    said_at: NaiveDateTime,
    #[diesel(sql_type = Text)]
    said_by: OrganizationCode,
    #[diesel(sql_type = Integer)]
    moved: i32,
}

/// Everything that was said of a document, in the order in which it was heard.
pub fn of(conn: &mut Conn, subject: &Subject) -> Result<Vec<Said>, Fault> {
    let rows = Sql::new("SELECT message_id, receiver, seq, status_code, said_at, said_by, moved FROM edxml_statuses WHERE origin = ")
        .text(subject.origin.as_str())
        .code(" AND document = ")
        .text(subject.document.as_str())
        .code(" ORDER BY seq, receiver")
        .rows::<SaidRow>(conn)?;
    let said = |row: SaidRow| Said {
        message: row.message_id,
        receiver: row.receiver,
        subject: subject.clone(),
        seq: row.seq,
        entry: Entry { status: row.status_code, at: row.said_at, by: row.said_by },
        moved: row.moved == 1,
    };
    Ok(rows.into_iter().map(said).collect())
}

/// Keeps what was said.
pub fn append(work: &mut Work<'_>, all: &[Said]) -> Result<(), Fault> {
    for chunk in all.chunks(1_000) {
        let row = |said: &Said| {
            (
                edxml_statuses::message_id.eq(said.message.clone()),
                edxml_statuses::receiver.eq(said.receiver.clone()),
                edxml_statuses::origin.eq(said.subject.origin.clone()),
                edxml_statuses::document.eq(said.subject.document.clone()),
                edxml_statuses::seq.eq(said.seq),
                edxml_statuses::status_code.eq(said.entry.status),
                edxml_statuses::said_at.eq(said.entry.at),
                edxml_statuses::said_by.eq(said.entry.by.clone()),
                edxml_statuses::moved.eq(i32::from(said.moved)),
            )
        };
        let rows: Vec<_> = chunk.iter().map(row).collect();
        on_backend!(&mut *work.conn, c => diesel::insert_into(edxml_statuses::table).values(&rows).execute(c))?;
    }
    Ok(())
}

/// Marks what was said by a message at a receiver: the task followed.
pub fn mark_moved(
    work: &mut Work<'_>,
    message: &MessageId,
    receivers: &[OrganizationCode],
) -> Result<(), Fault> {
    for chunk in receivers.chunks(LISTED) {
        Sql::new("UPDATE edxml_statuses SET moved = 1 WHERE message_id = ")
            .text(message.as_str())
            .code(" AND receiver IN (")
            .few_texts(chunk.iter().map(OrganizationCode::as_str))
            .code(")")
            .run(work.conn)?;
    }
    Ok(())
}
