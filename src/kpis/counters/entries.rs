//! What records of the later slices add, kept entry by entry: such a record says what it adds now, and the difference to what
//! it said before goes into the ledger. What it added can be explained without knowing what it is.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Integer, Text};

use super::ledger::Ledger;
use super::members::standing_below;
use super::model::{Counter, Entry, Stated, difference};
use crate::kpis::closings::model::Refusal;
use crate::organizations::{OrganizationCode, OrganizationId};
use crate::platform::sql::in_lists;
use crate::platform::{Bulk, Conn, Fault, Sql, Values, Work};

/// Enters what some records add now, each record once. Answers for each whether it was entered, or why a closed period does
/// not let it: then nothing of it was.
pub fn state(work: &mut Work<'_>, all: &[Stated]) -> Result<Vec<Result<(), Refusal>>, Fault> {
    let mut ledger = Ledger::open(work)?;
    let mut before = stated(work.conn, all)?;
    let known = before.values().flatten().chain(all.iter().flat_map(|stated| &stated.entries));
    let organizations: BTreeSet<OrganizationId> = known.map(|entry| entry.organization).collect();
    ledger.cover(work, organizations)?;
    let mut changes: Vec<Kept<'_>> = Vec::new();
    let mut outcomes = Vec::with_capacity(all.len());
    for stated in all {
        let was = before.remove(&(stated.kind.to_owned(), stated.code.clone())).unwrap_or_default();
        let change = difference(&was, &stated.entries);
        let outcome = ledger.admit(&change);
        if outcome.is_ok() {
            ledger.add(&change, Vec::new())?;
            changes.extend(change.into_iter().map(|entry| (stated.kind, stated.code.as_str(), entry)));
        }
        outcomes.push(outcome);
    }
    save(work, &changes)?;
    ledger.post(work)?;
    Ok(outcomes)
}

/// Enters what a record adds beside all that it said before: for records that many make together, of which each only knows
/// its own part. Refuses what a closed period does not let in.
pub fn add(work: &mut Work<'_>, more: &Stated) -> Result<(), Fault> {
    if more.entries.is_empty() {
        return Ok(());
    }
    let mut ledger = Ledger::open(work)?;
    ledger.cover(work, more.entries.iter().map(|entry| entry.organization).collect())?;
    ledger.add(&more.entries, Vec::new())?;
    let changes: Vec<Kept<'_>> =
        more.entries.iter().map(|entry| (more.kind, more.code.as_str(), *entry)).collect();
    save(work, &changes)?;
    ledger.post(work)
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Text)]
    code: String,
    #[diesel(sql_type = BigInt)]
    organization_id: OrganizationId,
    #[diesel(sql_type = Text)]
    organization: OrganizationCode,
    #[diesel(sql_type = Text)]
    counter: Counter,
    #[diesel(sql_type = Date)]
    day: NaiveDate,
    #[diesel(sql_type = Integer)]
    n: i32,
}

impl Row {
    fn entry(&self) -> Entry {
        Entry { organization: self.organization_id, counter: self.counter, day: self.day, n: self.n }
    }
}

const COLUMNS: &str = "SELECT e.kind AS kind, e.code AS code, e.organization_id AS organization_id, \
     o.code AS organization, e.counter AS counter, e.day AS day, e.n AS n \
     FROM counter_entries e JOIN organizations o ON o.id = e.organization_id WHERE e.n <> 0 AND ";

/// What some records said before.
fn stated(conn: &mut Conn, all: &[Stated]) -> Result<HashMap<(String, String), Vec<Entry>>, Fault> {
    let codes: Vec<&str> = all.iter().map(|stated| stated.code.as_str()).collect();
    let rows = in_lists(&codes, |codes| {
        let statement = Sql::new(COLUMNS).code("e.code IN (").texts(codes.iter().copied());
        statement.code(")").rows::<Row>(conn)
    })?;
    let mut found: HashMap<(String, String), Vec<Entry>> = HashMap::new();
    for row in rows {
        found.entry((row.kind.clone(), row.code.clone())).or_default().push(row.entry());
    }
    Ok(found)
}

/// What a record adds more, or less: of a kind, under a code.
type Kept<'a> = (&'static str, &'a str, Entry);

/// Keeps what is in the ledger already, entry by entry.
pub fn save(work: &mut Work<'_>, changes: &[Kept<'_>]) -> Result<(), Fault> {
    let words = |of: &dyn Fn(&Kept<'_>) -> String| Values::Words(changes.iter().map(of).collect());
    let organizations = changes.iter().map(|(.., entry)| entry.organization.0).collect();
    Bulk::new("counter_entries")
        .column("kind", words(&|(kind, ..)| (*kind).to_owned()))
        .column("code", words(&|(_, code, _)| (*code).to_owned()))
        .column("organization_id", Values::Number(organizations))
        .column("counter", words(&|(.., entry)| entry.counter.to_string()))
        .column("day", Values::Day(changes.iter().map(|(.., entry)| entry.day).collect()))
        .column("n", Values::Count(changes.iter().map(|(.., entry)| entry.n).collect()))
        .adding("code, kind, organization_id, counter, day")
        .run(work.conn)
}

/// A record that contributes to a figure.
pub struct Contributing {
    /// What it is.
    pub kind: String,
    /// Under what it is found.
    pub code: String,
    /// Of which organization.
    pub organization: OrganizationCode,
    /// What it adds there.
    pub entries: Vec<Entry>,
}

/// Where a page begins: after a record of an organization, by its code and its kind.
pub type Place = (i64, String, String);

/// Records of an organization and all below it, as it stood on the last day, that may have added to counters until that day.
pub fn contributing(
    conn: &mut Conn,
    top: OrganizationId,
    (counters, last): (&[Counter], NaiveDate),
    (after, count): (Option<Place>, i64),
) -> Result<Vec<Contributing>, Fault> {
    let (organization, code, kind) = after.unwrap_or_default();
    let rows = Sql::new(COLUMNS)
        .code("(e.organization_id, e.code, e.kind) IN (SELECT DISTINCT c.organization_id, c.code, c.kind FROM counter_entries c WHERE ")
        .code("c.n <> 0 AND c.organization_id IN (SELECT t.descendant_id ")
        .then(standing_below(top, last))
        .code(") AND c.counter IN (")
        .few_texts(counters.iter().map(Counter::as_str))
        .code(") AND c.day <= ")
        .day(last)
        .code(" AND (c.organization_id, c.code, c.kind) > (")
        .number(organization)
        .code(", ")
        .text(code)
        .code(", ")
        .text(kind)
        .code(") ORDER BY 1, 2, 3 LIMIT ")
        .number(count)
        .code(") ORDER BY e.organization_id, e.code, e.kind, e.day")
        .rows::<Row>(conn)?;
    let mut found: BTreeMap<Place, Contributing> = BTreeMap::new();
    for row in rows {
        let entry = row.entry();
        let Row { kind, code, organization_id, organization, .. } = row;
        let place = (organization_id.0, code.clone(), kind.clone());
        let new = || Contributing { kind, code, organization, entries: Vec::new() };
        found.entry(place).or_insert_with(new).entries.push(entry);
    }
    Ok(found.into_values().collect())
}

impl Contributing {
    /// Where it stands among all.
    pub fn place(&self) -> Place {
        let organization = self.entries.first().map_or(0, |entry| entry.organization.0);
        (organization, self.code.clone(), self.kind.clone())
    }
}
