//! Documents and days' counts in the database.

use chrono::NaiveDate;

use super::held::Exchange;
use super::model::{ExchangeScope, Medium};
use crate::kpis::counters::members::standing_below;
use crate::kpis::records::held::{Kept, Place};
use crate::kpis::records::store::{self as records, Stored};
use crate::organizations::{OrganizationId, Reach, When};
use crate::platform::{Bulk, Conn, Fault, Sql, Values};

impl Stored for Exchange {
    const TABLE: &'static str = "document_exchanges";
    const KEY: &'static str = "id";
    const DAY: &'static str = "issued_on";

    fn setting(_: &mut Conn) -> Result<(), Fault> {
        Ok(())
    }

    fn columns(rows: Bulk, kept: &[Kept<Self>]) -> Bulk {
        let pairs = |kept: &Kept<Self>| bits_of(kept.body.pairs().into_iter());
        rows.column("pairs", Values::Number(kept.iter().map(pairs).collect()))
    }
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

/// A page by organization, day of issue and id.
pub fn list(
    conn: &mut Conn,
    reach: &Reach,
    filter: &Filter,
    when: When,
    page: (Option<Place>, i64),
) -> Result<Vec<Kept<Exchange>>, Fault> {
    let mut more = Sql::default();
    if filter.scope.is_some() || filter.medium.is_some() {
        let wanted = |(scope, medium): &(ExchangeScope, Medium)| {
            filter.scope.is_none_or(|wanted| wanted == *scope)
                && filter.medium.is_none_or(|wanted| wanted == *medium)
        };
        let bits = bits_of(all_pairs().filter(wanted));
        more = more.code(" AND (r.pairs & ").number(bits).code(") <> 0");
    }
    if let Some(day) = filter.issued_from {
        more = more.code(" AND r.issued_on >= ").day(day);
    }
    if let Some(day) = filter.issued_to {
        more = more.code(" AND r.issued_on <= ").day(day);
    }
    records::list(conn, reach, filter.organization.as_deref(), more, when, page)
}

/// Those of an organization and all below it, as it stood on the last day, that were issued in a period.
pub fn contributing(
    conn: &mut Conn,
    top: OrganizationId,
    (first, last): (NaiveDate, NaiveDate),
    page: (Option<Place>, i64),
) -> Result<Vec<Kept<Exchange>>, Fault> {
    let wanted = Sql::new("document_exchanges r WHERE r.organization_id IN (SELECT t.descendant_id ")
        .then(standing_below(top, last))
        .code(") AND r.issued_on >= ")
        .day(first)
        .code(" AND r.issued_on <= ")
        .day(last);
    records::page(conn, wanted, page)
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
