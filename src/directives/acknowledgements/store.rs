//! Acknowledgements in the database.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Nullable, Text, Timestamp};

use super::model::{Acknowledgement, Refusal, Step};
use crate::directives::reach::{concerns, owned};
use crate::directives::register::model::DirectiveId;
use crate::on_backend;
use crate::organizations::{OrganizationCode, OrganizationId, Reach, When};
use crate::platform::clock::local_day;
use crate::platform::input::wrong;
use crate::platform::{Conn, Fault, Sql, Work, Wrong};
use crate::schema::acknowledgements;

#[derive(QueryableByName)]
struct Member {
    #[diesel(sql_type = BigInt)]
    id: OrganizationId,
    #[diesel(sql_type = Text)]
    code: OrganizationCode,
    #[diesel(sql_type = Integer)]
    concerned: i32,
}

/// The organization as a member of which somebody speaks, with its own code. Refuses one out of reach like an unknown one, and one
/// that a directive does not concern.
pub fn member_of(
    conn: &mut Conn,
    reach: &Reach,
    directive: &DirectiveId,
    code: &OrganizationCode,
    today: NaiveDate,
) -> Result<(OrganizationId, OrganizationCode), Fault> {
    let when = When::Now(today);
    let found = Sql::new("SELECT o.id AS id, o.code AS code, CASE WHEN ")
        .then(concerns(when))
        .code(" THEN 1 ELSE 0 END AS concerned FROM organization_codes k ")
        .code("JOIN organizations o ON o.id = k.organization_id JOIN directives d ON d.id = ")
        .text(directive.as_str())
        .code(" WHERE k.code = ")
        .text(code.as_str())
        .code(" AND ")
        .then(reach.holds(when))
        .rows::<Member>(conn)?
        .pop();
    let missing = || Fault::invalid(vec![Wrong::body("/organization", wrong::MISSING)]);
    let found = found.ok_or_else(missing)?;
    if found.concerned == 0 {
        return Err(Refusal::NotConcerned { organization: code.clone() }.into());
    }
    Ok((found.id, found.code))
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    subject: String,
    #[diesel(sql_type = BigInt)]
    organization_id: OrganizationId,
    #[diesel(sql_type = Text)]
    organization: OrganizationCode,
    #[diesel(sql_type = Timestamp)]
    delivered_at: NaiveDateTime,
    #[diesel(sql_type = Nullable<Timestamp>)]
    opened_at: Option<NaiveDateTime>,
    #[diesel(sql_type = Nullable<Timestamp>)]
    read_at: Option<NaiveDateTime>,
    #[diesel(sql_type = Nullable<Integer>)]
    read_seconds: Option<i32>,
    #[diesel(sql_type = Nullable<Timestamp>)]
    understood_at: Option<NaiveDateTime>,
    #[diesel(sql_type = Nullable<BigInt>)]
    check_version: Option<i64>,
}

impl From<Row> for Acknowledgement {
    fn from(row: Row) -> Self {
        let utc = |moment: NaiveDateTime| moment.and_utc();
        Self {
            subject: row.subject,
            organization_id: row.organization_id,
            organization: row.organization,
            delivered_at: utc(row.delivered_at),
            opened_at: row.opened_at.map(utc),
            read_at: row.read_at.map(utc),
            read_seconds: row.read_seconds,
            understood_at: row.understood_at.map(utc),
            check_version: row.check_version,
        }
    }
}

/// SQL that begins to select acknowledgements `a` of a directive.
fn select(directive: &DirectiveId) -> Sql {
    Sql::new("SELECT a.subject AS subject, a.organization_id AS organization_id, o.code AS organization, ")
        .code("a.delivered_at AS delivered_at, a.opened_at AS opened_at, a.read_at AS read_at, ")
        .code("a.read_seconds AS read_seconds, a.understood_at AS understood_at, a.check_version AS check_version ")
        .code("FROM acknowledgements a JOIN organizations o ON o.id = a.organization_id WHERE a.directive_id = ")
        .text(directive.as_str())
}

/// A person's own record; missing if there is none.
pub fn own(conn: &mut Conn, directive: &DirectiveId, subject: &str) -> Result<Acknowledgement, Fault> {
    let found = select(directive).code(" AND a.subject = ").text(subject).rows::<Row>(conn)?.pop();
    found.map(Acknowledgement::from).ok_or_else(Fault::missing)
}

/// A person's own record, which nobody else changes until the transaction ends.
pub fn hold(work: &mut Work<'_>, directive: &DirectiveId, subject: &str) -> Result<Acknowledgement, Fault> {
    let statement = select(directive).code(" AND a.subject = ").text(subject);
    let statement = match work.conn {
        Conn::Postgres(_) => statement.code(" FOR UPDATE OF a"),
        Conn::Sqlite(_) => statement,
    };
    statement.rows::<Row>(work.conn)?.pop().map(Acknowledgement::from).ok_or_else(Fault::missing)
}

macro_rules! moments {
    ($one:expr) => {{
        let one: &Acknowledgement = $one;
        let on = |moment: Option<DateTime<Utc>>| moment.map(local_day);
        (
            acknowledgements::opened_at.eq(one.opened_at.map(|at| at.naive_utc())),
            acknowledgements::opened_on.eq(on(one.opened_at)),
            acknowledgements::read_at.eq(one.read_at.map(|at| at.naive_utc())),
            acknowledgements::read_on.eq(on(one.read_at)),
            acknowledgements::read_seconds.eq(one.read_seconds),
            acknowledgements::understood_at.eq(one.understood_at.map(|at| at.naive_utc())),
            acknowledgements::understood_on.eq(on(one.understood_at)),
            acknowledgements::check_version.eq(one.check_version),
        )
    }};
}

/// Stores a new record. Answers whether it is new: another request of the same person may have been first.
pub fn insert(work: &mut Work<'_>, directive: &DirectiveId, one: &Acknowledgement) -> Result<bool, Fault> {
    let row = (
        acknowledgements::directive_id.eq(directive.as_str()),
        acknowledgements::subject.eq(&one.subject),
        acknowledgements::organization_id.eq(one.organization_id),
        acknowledgements::delivered_at.eq(one.delivered_at.naive_utc()),
        acknowledgements::delivered_on.eq(local_day(one.delivered_at)),
        moments!(one),
    );
    let stored = on_backend!(&mut *work.conn, c => diesel::insert_into(acknowledgements::table)
        .values(&row)
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(stored == 1)
}

/// Stores the moments of a record.
pub fn update(work: &mut Work<'_>, directive: &DirectiveId, one: &Acknowledgement) -> Result<(), Fault> {
    let found = acknowledgements::table.find((directive.as_str(), &one.subject));
    diesel::update(found).set(moments!(one)).execute(work.conn)?;
    Ok(())
}

/// Which persons are listed.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of the organization with this code, or one below it.
    pub organization: Option<OrganizationCode>,
    /// Who came so far.
    pub reached: Option<Step>,
    /// Who did not come so far.
    pub missing: Option<Step>,
}

/// SQL that holds when the person of record `a` came so far.
fn came(step: Step) -> &'static str {
    match step {
        Step::Delivered => "1 = 1",
        Step::Opened => "a.opened_at IS NOT NULL",
        Step::Read => "a.read_at IS NOT NULL",
        Step::Understood => "a.understood_at IS NOT NULL",
    }
}

/// Persons of organizations within reach, by their subjects, after one of them.
pub fn list(
    conn: &mut Conn,
    reach: &Reach,
    directive: &DirectiveId,
    filter: &Filter,
    today: NaiveDate,
    (after, count): (Option<String>, i64),
) -> Result<Vec<Acknowledgement>, Fault> {
    let when = When::Now(today);
    let mut statement = select(directive).code(" AND ").then(reach.holds(when));
    if let Some(code) = &filter.organization {
        statement = statement.code(" AND ").then(when.below(code.as_str()));
    }
    if let Some(step) = filter.reached {
        statement = statement.code(" AND ").code(came(step));
    }
    if let Some(step) = filter.missing {
        statement = statement.code(" AND NOT ").code(came(step));
    }
    if let Some(after) = after {
        statement = statement.code(" AND a.subject > ").text(after);
    }
    let rows = statement.code(" ORDER BY a.subject LIMIT ").number(count).rows::<Row>(conn)?;
    Ok(rows.into_iter().map(Acknowledgement::from).collect())
}

/// SQL for how many persons had come how far by a day, of records `a` of persons to whom a directive had been delivered by then:
/// `delivered`, `opened`, `read`, `understood`. A person counts for the organization as a member of which it acknowledged.
pub fn progress(day: NaiveDate) -> Sql {
    let by = |column: &'static str| {
        Sql::new(", COUNT(CASE WHEN ").code(column).code(" <= ").day(day).code(" THEN 1 END) AS ")
    };
    Sql::new("COUNT(*) AS delivered")
        .then(by("a.opened_on"))
        .code("opened")
        .then(by("a.read_on"))
        .code("read")
        .then(by("a.understood_on"))
        .code("understood")
}

/// How many persons of an organization came how far.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
pub struct Progress {
    /// Code of the organization.
    #[diesel(sql_type = Text)]
    pub organization: OrganizationCode,
    /// Persons to whom the directive was delivered.
    #[diesel(sql_type = BigInt)]
    pub delivered: i64,
    /// Of these, who opened it.
    #[diesel(sql_type = BigInt)]
    pub opened: i64,
    /// Of these, who read it.
    #[diesel(sql_type = BigInt)]
    pub read: i64,
    /// Of these, who understood it.
    #[diesel(sql_type = BigInt)]
    pub understood: i64,
}

/// How many persons had come how far with a directive by a day, of each organization within reach, or of all for who reaches its
/// issuer or registrar; by their codes, after one of them.
pub fn counts(
    conn: &mut Conn,
    reach: &Reach,
    directive: &DirectiveId,
    (day, today): (NaiveDate, NaiveDate),
    (after, count): (Option<String>, i64),
) -> Result<Vec<Progress>, Fault> {
    let when = When::Now(today);
    Sql::new("SELECT o.code AS organization, ")
        .then(progress(day))
        .code(" FROM acknowledgements a JOIN organizations o ON o.id = a.organization_id ")
        .code("JOIN directives d ON d.id = a.directive_id WHERE a.directive_id = ")
        .text(directive.as_str())
        .code(" AND a.delivered_on <= ")
        .day(day)
        .code(" AND o.code > ")
        .text(after.unwrap_or_default())
        .code(" AND (")
        .then(owned(reach, when))
        .code(" OR ")
        .then(reach.holds(when))
        .code(") GROUP BY o.code ORDER BY o.code LIMIT ")
        .number(count)
        .rows(conn)
}
