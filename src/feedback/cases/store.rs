//! Cases in the database.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::held::Held;
use super::model::{CaseKind, Pushed};
use crate::feedback::limits;
use crate::feedback::limits::model::Limits;
use crate::kpis::records::held::{Kept, Place};
use crate::kpis::records::store::{self as records, Stored, clear_parts};
use crate::organizations::{Reach, When};
use crate::platform::{Bulk, Conn, Fault, OPEN_END, Sql, Values};

impl Stored for Held {
    const TABLE: &'static str = "feedback_cases";
    const KEY: &'static str = "code";
    const DAY: &'static str = "received_on";

    fn setting(conn: &mut Conn) -> Result<Limits, Fault> {
        limits::store::load(conn)
    }

    fn columns(rows: Bulk, kept: &[Kept<Self>]) -> Bulk {
        let cases = || kept.iter().map(|kept| &kept.body.case);
        let result = cases().map(|case| case.result.map_or_else(String::new, |result| result.to_string()));
        rows.column("kind", Values::Words(cases().map(|case| case.kind.to_string()).collect()))
            .column("processed_on", Values::Day(cases().map(Pushed::processed_on).collect()))
            .column("ended_on", Values::Day(cases().map(|case| case.ended_on.unwrap_or(OPEN_END)).collect()))
            .column("result", Values::Words(result.collect()))
    }

    fn save_parts(conn: &mut Conn, kept: &[Kept<Self>]) -> Result<(), Fault> {
        clear_parts(conn, "feedback_letters", "case_code", kept)?;
        let mut letters: BTreeMap<(&str, NaiveDate), i32> = BTreeMap::new();
        for case in kept.iter().map(|kept| &kept.body.case) {
            for day in case.letters_on() {
                *letters.entry((case.code.as_str(), day)).or_default() += 1;
            }
        }
        Bulk::new("feedback_letters")
            .column("case_code", Values::Words(letters.keys().map(|(code, _)| (*code).to_owned()).collect()))
            .column("received_on", Values::Day(letters.keys().map(|(_, day)| *day).collect()))
            .column("n", Values::Count(letters.into_values().collect()))
            .run(conn)
    }
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

/// A page by organization, day of receipt and code.
pub fn list(
    conn: &mut Conn,
    reach: &Reach,
    filter: &Filter,
    when: When,
    page: (Option<Place>, i64),
) -> Result<Vec<Kept<Held>>, Fault> {
    let mut more = Sql::default();
    if let Some(kind) = filter.kind {
        more = more.code(" AND r.kind = ").text(kind.as_str());
    }
    if let Some(open) = filter.open {
        more = more.code(if open { " AND r.ended_on = " } else { " AND r.ended_on < " }).day(OPEN_END);
    }
    if let Some(day) = filter.received_from {
        more = more.code(" AND r.received_on >= ").day(day);
    }
    if let Some(day) = filter.received_to {
        more = more.code(" AND r.received_on <= ").day(day);
    }
    records::list(conn, reach, filter.organization.as_deref(), more, when, page)
}
