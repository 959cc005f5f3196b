//! Consultations and opinions in the database.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Nullable, Text, Timestamp};

use super::model::{Author, Consultation, Days, Numbers, Opinion, OpinionId, Said, Stance};
use super::ticket::Ticket;
use crate::directives::reach::owned;
use crate::directives::register::model::DirectiveId;
use crate::on_backend;
use crate::organizations::{OrganizationCode, OrganizationId, Reach, When};
use crate::platform::blind::PublicKey;
use crate::platform::{Bulk, Conn, Fault, Sql, Values, Work};
use crate::schema::{consultation_tickets, consultations, signed_opinions};

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    version: i64,
    #[diesel(sql_type = Date)]
    opens_on: NaiveDate,
    #[diesel(sql_type = Date)]
    closes_on: NaiveDate,
    #[diesel(sql_type = Text)]
    modulus: String,
}

impl From<Row> for Consultation {
    fn from(row: Row) -> Self {
        Self {
            version: row.version,
            days: Days { opens_on: row.opens_on, closes_on: row.closes_on },
            key: PublicKey { modulus: row.modulus },
        }
    }
}

fn select(directive: &DirectiveId) -> Sql {
    Sql::new("SELECT version, opens_on, closes_on, modulus FROM consultations WHERE directive_id = ")
        .text(directive.as_str())
}

/// The consultation on a directive, if there is one.
pub fn find(conn: &mut Conn, directive: &DirectiveId) -> Result<Option<Consultation>, Fault> {
    Ok(select(directive).rows::<Row>(conn)?.pop().map(Consultation::from))
}

/// The consultation on a directive; until the transaction ends it is changed, and handed opinions, by nobody else.
pub fn hold(conn: &mut Conn, directive: &DirectiveId) -> Result<Option<Consultation>, Fault> {
    let statement = match conn {
        Conn::Postgres(_) => select(directive).code(" FOR UPDATE"),
        Conn::Sqlite(_) => select(directive),
    };
    Ok(statement.rows::<Row>(conn)?.pop().map(Consultation::from))
}

/// The key of a consultation that signs, sealed.
pub fn sealed_key(conn: &mut Conn, directive: &DirectiveId) -> Result<String, Fault> {
    let found = consultations::table.find(directive.as_str()).select(consultations::sealed_key);
    Ok(found.first(conn)?)
}

/// Stores a new consultation.
pub fn insert(
    work: &mut Work<'_>,
    directive: &DirectiveId,
    new: &Consultation,
    sealed_key: &str,
) -> Result<(), Fault> {
    let row = (
        consultations::directive_id.eq(directive.as_str()),
        consultations::version.eq(new.version),
        consultations::opens_on.eq(new.days.opens_on),
        consultations::closes_on.eq(new.days.closes_on),
        consultations::modulus.eq(&new.key.modulus),
        consultations::sealed_key.eq(sealed_key),
        consultations::created_at.eq(work.now.naive_utc()),
        consultations::updated_at.eq(work.now.naive_utc()),
    );
    diesel::insert_into(consultations::table).values(row).execute(work.conn)?;
    Ok(())
}

/// Stores the days of a consultation under its version. Its key never changes.
pub fn update(work: &mut Work<'_>, directive: &DirectiveId, now: &Consultation) -> Result<(), Fault> {
    let changes = (
        consultations::version.eq(now.version),
        consultations::opens_on.eq(now.days.opens_on),
        consultations::closes_on.eq(now.days.closes_on),
        consultations::updated_at.eq(work.now.naive_utc()),
    );
    diesel::update(consultations::table.find(directive.as_str())).set(changes).execute(work.conn)?;
    Ok(())
}

/// Keeps that a person got a ticket. Answers whether it is the first.
pub fn give(work: &mut Work<'_>, directive: &DirectiveId, subject: &str) -> Result<bool, Fault> {
    let row = (
        consultation_tickets::directive_id.eq(directive.as_str()),
        consultation_tickets::subject.eq(subject),
    );
    let stored = on_backend!(&mut *work.conn, c => diesel::insert_into(consultation_tickets::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(stored == 1)
}

/// SQL for the opinions that are known on a day: `directive_id`, `stance`, `signed` (1 or 0), of all that had been given by another.
/// Unsigned ones are known from the day after they were given.
pub fn opinions(by: NaiveDate, today: NaiveDate) -> Sql {
    // The days stand outside, so that PostgreSQL looks into both tables by directive where a few are asked for.
    Sql::new("SELECT b.directive_id AS directive_id, b.stance AS stance, b.signed AS signed FROM (")
        .code("SELECT directive_id, stance, given_on, 1 AS signed FROM signed_opinions UNION ALL ")
        .code("SELECT directive_id, stance, given_on, 0 FROM unsigned_opinions) b WHERE b.given_on <= ")
        .day(by)
        .code(" AND (b.signed = 1 OR b.given_on < ")
        .day(today)
        .code(")")
}

#[derive(QueryableByName)]
struct NumbersRow {
    #[diesel(sql_type = BigInt)]
    tickets: i64,
    #[diesel(sql_type = BigInt)]
    signed: i64,
    #[diesel(sql_type = BigInt)]
    opinions: i64,
    #[diesel(sql_type = BigInt)]
    agree: i64,
    #[diesel(sql_type = BigInt)]
    disagree: i64,
}

/// How many tickets and opinions there are.
pub fn numbers(conn: &mut Conn, directive: &DirectiveId, today: NaiveDate) -> Result<Numbers, Fault> {
    let row = Sql::new("SELECT (SELECT COUNT(*) FROM consultation_tickets t WHERE t.directive_id = ")
        .text(directive.as_str())
        .code(") AS tickets, COUNT(CASE q.signed WHEN 1 THEN 1 END) AS signed, COUNT(*) AS opinions, ")
        .code("COUNT(CASE q.stance WHEN 'agrees' THEN 1 END) AS agree, ")
        .code("COUNT(CASE q.stance WHEN 'disagrees' THEN 1 END) AS disagree FROM (")
        .then(opinions(today, today))
        .code(") q WHERE q.directive_id = ")
        .text(directive.as_str())
        .rows::<NumbersRow>(conn)?
        .pop();
    let numbers = |row: NumbersRow| Numbers {
        tickets: row.tickets,
        signed: row.signed,
        unsigned: row.opinions - row.signed,
        agree: row.agree,
        disagree: row.disagree,
    };
    Ok(row.map(numbers).unwrap_or_default())
}

/// How many signed opinions a person gave.
pub fn signed_by(conn: &mut Conn, directive: &DirectiveId, subject: &str) -> Result<i64, Fault> {
    let of = signed_opinions::directive_id.eq(directive.as_str()).and(signed_opinions::subject.eq(subject));
    Ok(signed_opinions::table.filter(of).count().get_result(conn)?)
}

/// Stores a signed opinion.
pub fn sign(
    work: &mut Work<'_>,
    directive: &DirectiveId,
    member_of: OrganizationId,
    opinion: &Opinion,
) -> Result<(), Fault> {
    let row = (
        signed_opinions::id.eq(opinion.id.as_str()),
        signed_opinions::directive_id.eq(directive.as_str()),
        signed_opinions::subject.eq(work.actor),
        signed_opinions::organization_id.eq(member_of),
        signed_opinions::given_at.eq(work.now.naive_utc()),
        signed_opinions::given_on.eq(opinion.given_on),
        signed_opinions::stance.eq(opinion.said.stance),
        signed_opinions::content.eq(&opinion.said.text),
    );
    diesel::insert_into(signed_opinions::table).values(row).execute(work.conn)?;
    Ok(())
}

/// An unsigned opinion as it is stored.
#[derive(QueryableByName)]
struct Unsigned {
    #[diesel(sql_type = Text)]
    ticket: String,
    #[diesel(sql_type = Text)]
    signature: String,
    #[diesel(sql_type = Text)]
    id: OpinionId,
    #[diesel(sql_type = Date)]
    given_on: NaiveDate,
    #[diesel(sql_type = Text)]
    stance: Stance,
    #[diesel(sql_type = Text)]
    content: String,
}

fn unsigned(directive: &DirectiveId) -> Sql {
    Sql::new("SELECT ticket, signature, id, given_on, stance, content FROM unsigned_opinions WHERE directive_id = ")
        .text(directive.as_str())
}

/// On which opinion a ticket was spent, if it was.
pub fn spent(conn: &mut Conn, directive: &DirectiveId, ticket: &Ticket) -> Result<Option<Opinion>, Fault> {
    let found = unsigned(directive).code(" AND ticket = ").text(ticket.message());
    let opinion = |found: Unsigned| Opinion {
        id: found.id,
        given_on: found.given_on,
        said: Said { stance: found.stance, text: found.content },
        author: None,
    };
    Ok(found.rows::<Unsigned>(conn)?.pop().map(opinion))
}

/// Stores an unsigned opinion among the others of its day, all of which are written anew in the order of their tickets: neither
/// their places nor their transaction tell which came last. For who holds the consultation.
pub fn mix_in(
    conn: &mut Conn,
    directive: &DirectiveId,
    ticket: &Ticket,
    opinion: &Opinion,
) -> Result<(), Fault> {
    let mut all: Vec<Unsigned> =
        unsigned(directive).code(" AND given_on = ").day(opinion.given_on).rows(conn)?;
    all.push(Unsigned {
        ticket: ticket.message(),
        signature: ticket.signature(),
        id: opinion.id.clone(),
        given_on: opinion.given_on,
        stance: opinion.said.stance,
        content: opinion.said.text.clone(),
    });
    all.sort_by(|a, b| a.ticket.cmp(&b.ticket));
    Sql::new("DELETE FROM unsigned_opinions WHERE directive_id = ")
        .text(directive.as_str())
        .code(" AND given_on = ")
        .day(opinion.given_on)
        .run(conn)?;
    let words = |of: fn(&Unsigned) -> String| Values::Words(all.iter().map(of).collect());
    Bulk::new("unsigned_opinions")
        .column("directive_id", Values::Words(vec![directive.to_string(); all.len()]))
        .column("ticket", words(|one| one.ticket.clone()))
        .column("signature", words(|one| one.signature.clone()))
        .column("id", words(|one| one.id.to_string()))
        .column("given_on", Values::Day(all.iter().map(|one| one.given_on).collect()))
        .column("stance", words(|one| one.stance.to_string()))
        .column("content", words(|one| one.content.clone()))
        .run(conn)
}

#[derive(QueryableByName)]
struct OpinionRow {
    #[diesel(sql_type = Text)]
    id: OpinionId,
    #[diesel(sql_type = Date)]
    given_on: NaiveDate,
    #[diesel(sql_type = Nullable<Timestamp>)]
    given_at: Option<NaiveDateTime>,
    #[diesel(sql_type = Nullable<Text>)]
    subject: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    organization: Option<OrganizationCode>,
    #[diesel(sql_type = Text)]
    stance: Stance,
    #[diesel(sql_type = Text)]
    content: String,
}

impl From<OpinionRow> for Opinion {
    fn from(row: OpinionRow) -> Self {
        let author = row.subject.zip(row.organization).zip(row.given_at);
        let author = author.map(|((subject, organization), given_at)| Author {
            subject,
            organization,
            given_at: given_at.and_utc(),
        });
        let said = Said { stance: row.stance, text: row.content };
        Self { id: row.id, given_on: row.given_on, said, author }
    }
}

/// Which opinions are listed.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// What they say of the directive as a whole.
    pub stance: Option<Stance>,
    /// Signed, or unsigned.
    pub signed: Option<bool>,
}

/// Where an opinion stands in the list.
pub type Place = (NaiveDate, OpinionId);

/// The opinions on a directive, the latest day first, after one of them: for who reaches its issuer or registrar all that are
/// shown on a day; for others what they signed themselves.
pub fn list(
    conn: &mut Conn,
    (reach, subject): (&Reach, &str),
    directive: &DirectiveId,
    filter: &Filter,
    today: NaiveDate,
    (after, count): (Option<Place>, i64),
) -> Result<Vec<Opinion>, Fault> {
    let when = When::Now(today);
    let mut statement = Sql::new("SELECT q.id AS id, q.given_on AS given_on, q.given_at AS given_at, q.subject AS subject, ")
        .code("q.organization AS organization, q.stance AS stance, q.content AS content FROM (")
        .code("SELECT s.id AS id, s.given_on AS given_on, s.given_at AS given_at, s.subject AS subject, so.code AS organization, ")
        .code("s.stance AS stance, s.content AS content, 1 AS signed FROM signed_opinions s ")
        .code("JOIN organizations so ON so.id = s.organization_id JOIN directives d ON d.id = s.directive_id ")
        .code("WHERE s.directive_id = ")
        .text(directive.as_str())
        .code(" AND (s.subject = ")
        .text(subject)
        .code(" OR ")
        .then(owned(reach, when))
        .code(") UNION ALL SELECT u.id, u.given_on, NULL, NULL, NULL, u.stance, u.content, 0 FROM unsigned_opinions u ")
        .code("JOIN directives d ON d.id = u.directive_id WHERE u.directive_id = ")
        .text(directive.as_str())
        .code(" AND u.given_on < ")
        .day(today)
        .code(" AND ")
        .then(owned(reach, when))
        .code(") q WHERE 1 = 1");
    if let Some(stance) = filter.stance {
        statement = statement.code(" AND q.stance = ").text(stance.as_str());
    }
    if let Some(signed) = filter.signed {
        statement = statement.code(" AND q.signed = ").number(i64::from(signed));
    }
    if let Some((day, id)) = after {
        statement = statement.code(" AND (q.given_on < ").day(day).code(" OR q.given_on = ").day(day);
        statement = statement.code(" AND q.id > ").text(id.as_str()).code(")");
    }
    let rows =
        statement.code(" ORDER BY q.given_on DESC, q.id LIMIT ").number(count).rows::<OpinionRow>(conn)?;
    Ok(rows.into_iter().map(Opinion::from).collect())
}
