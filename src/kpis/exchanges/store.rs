//! Documents and days' counts in the database.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text, Timestamp};

use super::held::Exchange;
use super::model::{ExchangeId, ExchangeScope, Medium};
use crate::kpis::counters::members::standing_below;
use crate::organizations::{OrganizationId, Reach, When};
use crate::platform::sql::in_lists;
use crate::platform::{Bulk, Conn, Fault, Sql, Values, Work};

/// A document, or a day's counts, as it is stored.
#[derive(Clone, Debug)]
pub struct Kept {
    /// Version of the record.
    pub version: i64,
    /// Last change.
    pub updated_at: DateTime<Utc>,
    /// The organization that issued it.
    pub organization: OrganizationId,
    /// What is kept.
    pub exchange: Exchange,
}

impl Kept {
    /// Where it stands in a list.
    pub fn place(&self) -> Place {
        (self.organization.0, self.exchange.issued_on, self.exchange.id.to_string())
    }
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    id: ExchangeId,
    #[diesel(sql_type = BigInt)]
    organization_id: OrganizationId,
    #[diesel(sql_type = BigInt)]
    version: i64,
    #[diesel(sql_type = Timestamp)]
    updated_at: NaiveDateTime,
    #[diesel(sql_type = Text)]
    body: String,
}

impl Row {
    fn kept(self) -> Result<Kept, Fault> {
        let exchange = serde_json::from_str(&self.body).map_err(Fault::broken)?;
        let (organization, version) = (self.organization_id, self.version);
        Ok(Kept { version, updated_at: self.updated_at.and_utc(), organization, exchange })
    }
}

const SELECT: &str = "SELECT e.id AS id, e.organization_id AS organization_id, e.version AS version, \
     e.updated_at AS updated_at, e.body AS body FROM ";

/// Those of some ids.
pub fn load(conn: &mut Conn, ids: &[&str]) -> Result<HashMap<String, Kept>, Fault> {
    let rows = in_lists(ids, |ids| {
        let statement = Sql::new(SELECT).code("document_exchanges e WHERE e.id IN (");
        statement.texts(ids.iter().copied()).code(")").rows::<Row>(conn)
    })?;
    rows.into_iter().map(|row| Ok((row.id.to_string(), row.kept()?))).collect()
}

/// One of an organization within reach.
pub fn find(conn: &mut Conn, reach: &Reach, id: &ExchangeId, when: When) -> Result<Kept, Fault> {
    Sql::new(SELECT)
        .code("document_exchanges e JOIN organizations o ON o.id = e.organization_id WHERE e.id = ")
        .text(id.as_str())
        .code(" AND ")
        .then(reach.holds(when))
        .rows::<Row>(conn)?
        .pop()
        .ok_or_else(Fault::missing)?
        .kept()
}

/// Which of them a list is to hold.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Code of an organization at or above.
    pub organization: Option<String>,
    /// Told of this scope.
    pub scope: Option<ExchangeScope>,
    /// Told of this medium, and with a scope of both together.
    pub medium: Option<Medium>,
    /// Issued on this day or later.
    pub issued_from: Option<NaiveDate>,
    /// Issued on this day or earlier.
    pub issued_to: Option<NaiveDate>,
}

/// Where a page begins: organization, day of issue, id.
pub type Place = (i64, NaiveDate, String);

/// A page by organization, day of issue and id.
pub fn list(
    conn: &mut Conn,
    reach: &Reach,
    filter: &Filter,
    when: When,
    (after, count): (Option<Place>, i64),
) -> Result<Vec<Kept>, Fault> {
    let mut statement = Sql::new(SELECT)
        .code("organizations o JOIN document_exchanges e ON e.organization_id = o.id WHERE ")
        .then(reach.holds(when));
    if let Some(code) = &filter.organization {
        statement = statement.code(" AND ").then(when.below(code));
    }
    if filter.scope.is_some() || filter.medium.is_some() {
        let wanted = |(scope, medium): &(ExchangeScope, Medium)| {
            filter.scope.is_none_or(|wanted| wanted == *scope)
                && filter.medium.is_none_or(|wanted| wanted == *medium)
        };
        let bits = bits_of(all_pairs().filter(wanted));
        statement = statement.code(" AND (e.pairs & ").number(bits).code(") <> 0");
    }
    if let Some(day) = filter.issued_from {
        statement = statement.code(" AND e.issued_on >= ").day(day);
    }
    if let Some(day) = filter.issued_to {
        statement = statement.code(" AND e.issued_on <= ").day(day);
    }
    page(conn, statement, after, count)
}

/// Those of an organization and all below it, as it stood on the last day, that were issued in a period.
pub fn contributing(
    conn: &mut Conn,
    top: OrganizationId,
    (first, last): (NaiveDate, NaiveDate),
    (after, count): (Option<Place>, i64),
) -> Result<Vec<Kept>, Fault> {
    let statement = Sql::new(SELECT)
        .code("document_exchanges e WHERE e.organization_id IN (SELECT t.descendant_id ")
        .then(standing_below(top, last))
        .code(") AND e.issued_on >= ")
        .day(first)
        .code(" AND e.issued_on <= ")
        .day(last);
    page(conn, statement, after, count)
}

fn page(conn: &mut Conn, mut statement: Sql, after: Option<Place>, count: i64) -> Result<Vec<Kept>, Fault> {
    if let Some((organization, day, id)) = after {
        statement = statement
            .code(" AND (e.organization_id, e.issued_on, e.id) > (")
            .number(organization)
            .code(", ")
            .day(day)
            .code(", ")
            .text(id)
            .code(")");
    }
    let order = " ORDER BY e.organization_id, e.issued_on, e.id LIMIT ";
    statement.code(order).number(count).rows::<Row>(conn)?.into_iter().map(Row::kept).collect()
}

const SCOPES: [ExchangeScope; 2] = [ExchangeScope::Internal, ExchangeScope::InterAgency];
const MEDIA: [Medium; 5] =
    [Medium::ElectronicSigned, Medium::ElectronicUnsigned, Medium::Parallel, Medium::Mixed, Medium::Paper];

/// Every scope with every medium: its place is its bit in the column `pairs`.
fn all_pairs() -> impl Iterator<Item = (ExchangeScope, Medium)> {
    SCOPES.into_iter().flat_map(|scope| MEDIA.into_iter().map(move |medium| (scope, medium)))
}

fn bits_of(pairs: impl Iterator<Item = (ExchangeScope, Medium)>) -> i64 {
    let place = |pair| all_pairs().position(|known| known == pair);
    pairs.filter_map(place).fold(0, |bits, place| bits | 1 << place)
}

/// Stores some in place of those of the same ids.
pub fn save(work: &mut Work<'_>, kept: &[Kept]) -> Result<(), Fault> {
    let body = |kept: &Kept| serde_json::to_string(&kept.exchange).map_err(Fault::broken);
    let pairs = |kept: &Kept| bits_of(kept.exchange.pairs().into_iter());
    Bulk::new("document_exchanges")
        .column("id", Values::Words(kept.iter().map(|kept| kept.exchange.id.to_string()).collect()))
        .column("organization_id", Values::Number(kept.iter().map(|kept| kept.organization.0).collect()))
        .column("issued_on", Values::Day(kept.iter().map(|kept| kept.exchange.issued_on).collect()))
        .column("pairs", Values::Number(kept.iter().map(pairs).collect()))
        .column("body", Values::Words(kept.iter().map(body).collect::<Result<_, _>>()?))
        .column("version", Values::Number(kept.iter().map(|kept| kept.version).collect()))
        .column("updated_at", Values::Moment(kept.iter().map(|kept| kept.updated_at.naive_utc()).collect()))
        .replacing("id")
        .run(work.conn)
}
