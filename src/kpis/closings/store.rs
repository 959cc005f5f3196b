//! Closings in the database.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Nullable, Text, Timestamp};

use super::model::{Closing, ClosingStatus, Closings, Frozen};
use crate::kpis::periods::model::{Period, Scheme};
use crate::on_backend;
use crate::organizations::{OrganizationCode, OrganizationId, Reach, When};
use crate::platform::sql::in_lists;
use crate::platform::{Conn, Fault, Sql, Work};
use crate::schema::closings;

/// A closing as it is stored.
#[derive(Clone, Debug)]
pub struct Kept {
    /// Version of the record.
    pub version: i64,
    /// Last change.
    pub updated_at: DateTime<Utc>,
    /// What is said.
    pub closing: Closing,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    version: i64,
    #[diesel(sql_type = Timestamp)]
    updated_at: NaiveDateTime,
    #[diesel(sql_type = Text)]
    status: ClosingStatus,
    #[diesel(sql_type = Nullable<Date>)]
    late_until: Option<NaiveDate>,
    #[diesel(sql_type = Text)]
    reason: String,
}

impl Row {
    fn kept(self) -> Kept {
        let closing = Closing { status: self.status, late_until: self.late_until, reason: self.reason };
        Kept { version: self.version, updated_at: self.updated_at.and_utc(), closing }
    }
}

/// A closing; missing if there is none, or the organization is out of reach.
pub fn find(
    conn: &mut Conn,
    reach: &Reach,
    code: &OrganizationCode,
    (period, scheme): (&Period, Scheme),
    when: When,
) -> Result<Kept, Fault> {
    Sql::new("SELECT c.version AS version, c.updated_at AS updated_at, c.status AS status, ")
        .code("c.late_until AS late_until, c.reason AS reason FROM organization_codes k ")
        .code("JOIN organizations o ON o.id = k.organization_id ")
        .code("JOIN closings c ON c.organization_id = o.id WHERE k.code = ")
        .text(code.as_str())
        .code(" AND c.scheme = ")
        .text(scheme.as_str())
        .code(" AND c.period = ")
        .text(period.as_str())
        .code(" AND ")
        .then(reach.holds(when))
        .rows::<Row>(conn)?
        .pop()
        .map(Row::kept)
        .ok_or_else(Fault::missing)
}

/// A closing, for whoever holds the organization.
pub fn current(
    conn: &mut Conn,
    id: OrganizationId,
    period: &Period,
    scheme: Scheme,
) -> Result<Option<Kept>, Fault> {
    let statement = Sql::new("SELECT version, updated_at, status, late_until, reason FROM closings ")
        .code("WHERE organization_id = ")
        .number(id.0)
        .code(" AND scheme = ")
        .text(scheme.as_str())
        .code(" AND period = ")
        .text(period.as_str());
    Ok(statement.rows::<Row>(conn)?.pop().map(Row::kept))
}

#[derive(QueryableByName)]
struct AboveRow {
    #[diesel(sql_type = Text)]
    code: String,
}

/// Those who closed a period and stood above an organization on its last day: `FROM … WHERE …` of closings `c`.
fn closed_above(id: OrganizationId, period: &Period, scheme: Scheme) -> Sql {
    Sql::new("FROM closings c JOIN organization_ties t ON t.ancestor_id = c.organization_id ")
        .code("AND t.valid_from <= c.last_day AND t.valid_to > c.last_day ")
        .code("JOIN organizations o ON o.id = c.organization_id WHERE c.status = 'closed' AND t.descendant_id = ")
        .number(id.0)
        .code(" AND c.scheme = ")
        .text(scheme.as_str())
        .code(" AND c.period = ")
        .text(period.as_str())
}

/// Those who closed a period above an organization and are out of the caller's reach.
pub fn closed_out_of_reach(
    conn: &mut Conn,
    reach: &Reach,
    id: OrganizationId,
    period: &Period,
    scheme: Scheme,
    today: NaiveDate,
) -> Result<Vec<String>, Fault> {
    let rows = Sql::new("SELECT DISTINCT o.code AS code ")
        .then(closed_above(id, period, scheme))
        .code(" AND NOT (")
        .then(reach.holds(When::Now(today)))
        .code(") ORDER BY o.code")
        .rows::<AboveRow>(conn)?;
    Ok(rows.into_iter().map(|row| row.code).collect())
}

/// Whether anybody above closed a period since something was said of it for an organization.
pub fn closed_since(
    conn: &mut Conn,
    id: OrganizationId,
    period: &Period,
    scheme: Scheme,
) -> Result<bool, Fault> {
    let rows = Sql::new("SELECT o.code AS code ")
        .then(closed_above(id, period, scheme))
        .code(" AND c.said > (SELECT own.said FROM closings own WHERE own.organization_id = ")
        .number(id.0)
        .code(" AND own.scheme = c.scheme AND own.period = c.period)")
        .rows::<AboveRow>(conn)?;
    Ok(!rows.is_empty())
}

/// Stores a closing.
pub fn save(
    work: &mut Work<'_>,
    id: OrganizationId,
    period: &Period,
    scheme: Scheme,
    (version, closing): (i64, &Closing),
) -> Result<(), Fault> {
    let now = work.now.naive_utc();
    let said_as = work.numbers("closings", 1)?;
    let said = (
        closings::status.eq(closing.status),
        closings::late_until.eq(closing.late_until),
        closings::reason.eq(&closing.reason),
        closings::said.eq(said_as),
        closings::version.eq(version),
        closings::updated_at.eq(now),
    );
    let row = (
        closings::organization_id.eq(id),
        closings::scheme.eq(scheme),
        closings::period.eq(period),
        closings::first_day.eq(period.first_day(scheme)),
        closings::last_day.eq(period.last_day(scheme)),
        said,
    );
    on_backend!(work.conn, c => diesel::insert_into(closings::table)
        .values(&row)
        .on_conflict((closings::organization_id, closings::scheme, closings::period))
        .do_update()
        .set(said)
        .execute(c))?;
    Ok(())
}

#[derive(QueryableByName)]
struct OverRow {
    #[diesel(sql_type = BigInt)]
    unit: OrganizationId,
    #[diesel(sql_type = Text)]
    scheme: Scheme,
    #[diesel(sql_type = Text)]
    period: Period,
    #[diesel(sql_type = Date)]
    first_day: NaiveDate,
    #[diesel(sql_type = Date)]
    last_day: NaiveDate,
    #[diesel(sql_type = Text)]
    status: ClosingStatus,
    #[diesel(sql_type = Nullable<Date>)]
    late_until: Option<NaiveDate>,
    #[diesel(sql_type = BigInt)]
    said: i64,
}

/// Which periods are closed for some organizations: by themselves, or by whoever stood above them on the period's last
/// day. A nearer one may have said later that records are taken all the same; what it said before does not hold.
pub fn closed_over(work: &mut Work<'_>, ids: &BTreeSet<OrganizationId>) -> Result<Closings, Fault> {
    let today = work.today();
    let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
    let rows = in_lists(&ids, |ids| {
        Sql::new("SELECT t.descendant_id AS unit, c.scheme AS scheme, c.period AS period, ")
            .code("c.first_day AS first_day, c.last_day AS last_day, c.status AS status, ")
            .code("c.late_until AS late_until, c.said AS said FROM closings c ")
            .code("JOIN organization_ties t ON t.ancestor_id = c.organization_id AND t.valid_from <= c.last_day ")
            .code("AND t.valid_to > c.last_day WHERE t.descendant_id IN (")
            .numbers(ids.iter().copied())
            .code(") ORDER BY t.depth")
            .rows::<OverRow>(work.conn)
    })?;
    // From the nearest up: when it was last said that records are taken.
    let mut opened: HashMap<(OrganizationId, Scheme, Period), i64> = HashMap::new();
    let mut closed: HashMap<OrganizationId, Vec<Frozen>> = HashMap::new();
    for row in rows {
        let opened = opened.entry((row.unit, row.scheme, row.period.clone())).or_default();
        let late = row.late_until.is_some_and(|until| today <= until);
        if row.status == ClosingStatus::Reopened || late {
            *opened = row.said.max(*opened);
        } else if *opened < row.said {
            let OverRow { unit, scheme, period, first_day: first, last_day: last, .. } = row;
            closed.entry(unit).or_default().push(Frozen { period, scheme, first, last });
        }
    }
    Ok(Closings(closed))
}
