//! Cases in the database.

use std::collections::{BTreeMap, HashMap};

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text, Timestamp};

use super::held::Kept;
use super::model::{CaseCode, CaseKind};
use crate::organizations::{OrganizationId, Reach, When};
use crate::platform::sql::in_lists;
use crate::platform::{Bulk, Conn, Fault, OPEN_END, Sql, Values, Work};

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    code: String,
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
        let held = serde_json::from_str(&self.body).map_err(Fault::broken)?;
        let (organization, version) = (self.organization_id, self.version);
        Ok(Kept { version, updated_at: self.updated_at.and_utc(), organization, held })
    }
}

const SELECT: &str = "SELECT c.code AS code, c.organization_id AS organization_id, c.version AS version, \
     c.updated_at AS updated_at, c.body AS body FROM ";

/// Those of some codes.
pub fn load(conn: &mut Conn, codes: &[&str]) -> Result<HashMap<String, Kept>, Fault> {
    let rows = in_lists(codes, |codes| {
        let statement = Sql::new(SELECT).code("feedback_cases c WHERE c.code IN (");
        statement.texts(codes.iter().copied()).code(")").rows::<Row>(conn)
    })?;
    rows.into_iter().map(|row| Ok((row.code.clone(), row.kept()?))).collect()
}

/// One of an organization within reach.
pub fn find(conn: &mut Conn, reach: &Reach, code: &CaseCode, when: When) -> Result<Kept, Fault> {
    Sql::new(SELECT)
        .code("feedback_cases c JOIN organizations o ON o.id = c.organization_id WHERE c.code = ")
        .text(code.as_str())
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
    /// Of this kind.
    pub kind: Option<CaseKind>,
    /// Not ended, or ended.
    pub open: Option<bool>,
    /// Received on this day or later.
    pub received_from: Option<NaiveDate>,
    /// Received on this day or earlier.
    pub received_to: Option<NaiveDate>,
}

/// Where a page begins: organization, day of receipt, code.
pub type Place = (i64, NaiveDate, String);

/// Where a case stands in a list.
pub fn place(kept: &Kept) -> Place {
    (kept.organization.0, kept.held.case.received_on, kept.held.case.code.to_string())
}

/// A page by organization, day of receipt and code.
pub fn list(
    conn: &mut Conn,
    reach: &Reach,
    filter: &Filter,
    when: When,
    (after, count): (Option<Place>, i64),
) -> Result<Vec<Kept>, Fault> {
    let mut statement = Sql::new(SELECT)
        .code("organizations o JOIN feedback_cases c ON c.organization_id = o.id WHERE ")
        .then(reach.holds(when));
    if let Some(code) = &filter.organization {
        statement = statement.code(" AND ").then(when.below(code));
    }
    if let Some(kind) = filter.kind {
        statement = statement.code(" AND c.kind = ").text(kind.as_str());
    }
    if let Some(open) = filter.open {
        let compared = if open { " AND c.ended_on = " } else { " AND c.ended_on < " };
        statement = statement.code(compared).day(OPEN_END);
    }
    if let Some(day) = filter.received_from {
        statement = statement.code(" AND c.received_on >= ").day(day);
    }
    if let Some(day) = filter.received_to {
        statement = statement.code(" AND c.received_on <= ").day(day);
    }
    if let Some((organization, day, code)) = after {
        statement = statement
            .code(" AND (c.organization_id, c.received_on, c.code) > (")
            .number(organization)
            .code(", ")
            .day(day)
            .code(", ")
            .text(code)
            .code(")");
    }
    let order = " ORDER BY c.organization_id, c.received_on, c.code LIMIT ";
    statement.code(order).number(count).rows::<Row>(conn)?.into_iter().map(Row::kept).collect()
}

/// Stores some in place of those of the same codes, with their letters.
pub fn save(work: &mut Work<'_>, kept: &[Kept]) -> Result<(), Fault> {
    let known: Vec<&str> =
        kept.iter().filter(|kept| kept.version > 1).map(|kept| kept.held.case.code.as_str()).collect();
    in_lists(&known, |codes| {
        Sql::new("DELETE FROM feedback_letters WHERE case_code IN (")
            .texts(codes.iter().copied())
            .code(")")
            .run(work.conn)
            .map(|_| Vec::<()>::new())
    })?;
    let texts = |of: &dyn Fn(&Kept) -> String| Values::Words(kept.iter().map(of).collect());
    let days = |of: &dyn Fn(&Kept) -> NaiveDate| Values::Day(kept.iter().map(of).collect());
    let body = |kept: &Kept| serde_json::to_string(&kept.held).map_err(Fault::broken);
    let result = |kept: &Kept| kept.held.case.result.map_or_else(String::new, |result| result.to_string());
    Bulk::new("feedback_cases")
        .column("code", texts(&|kept| kept.held.case.code.to_string()))
        .column("organization_id", Values::Number(kept.iter().map(|kept| kept.organization.0).collect()))
        .column("kind", texts(&|kept| kept.held.case.kind.to_string()))
        .column("received_on", days(&|kept| kept.held.case.received_on))
        .column("processed_on", days(&|kept| kept.held.case.processed_on()))
        .column("ended_on", days(&|kept| kept.held.case.ended_on.unwrap_or(OPEN_END)))
        .column("result", texts(&result))
        .column("body", Values::Words(kept.iter().map(body).collect::<Result<_, _>>()?))
        .column("version", Values::Number(kept.iter().map(|kept| kept.version).collect()))
        .column("updated_at", Values::Moment(kept.iter().map(|kept| kept.updated_at.naive_utc()).collect()))
        .replacing("code")
        .run(work.conn)?;
    put_letters(work, kept)
}

fn put_letters(work: &mut Work<'_>, kept: &[Kept]) -> Result<(), Fault> {
    let mut letters: BTreeMap<(&str, NaiveDate), i32> = BTreeMap::new();
    for Kept { held, .. } in kept {
        for day in held.case.letters_on() {
            *letters.entry((held.case.code.as_str(), day)).or_default() += 1;
        }
    }
    Bulk::new("feedback_letters")
        .column("case_code", Values::Words(letters.keys().map(|(code, _)| (*code).to_owned()).collect()))
        .column("received_on", Values::Day(letters.keys().map(|(_, day)| *day).collect()))
        .column("n", Values::Count(letters.into_values().collect()))
        .run(work.conn)
}
