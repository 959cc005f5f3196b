//! Reading an overview.

use chrono::NaiveDate;

use super::model::{Bounds, OverviewBy, TaskBuckets};
use super::store::{self, Row};
use crate::kpis::calendar;
use crate::organizations::{OrganizationCode, Reach, When, find_at};
use crate::platform::{Conn, Fault};

/// What is asked for.
pub struct Asked {
    /// What the caller may know of.
    pub reach: Reach,
    /// Whose tasks, with all below it.
    pub organization: OrganizationCode,
    /// As of which day; without one, of today.
    pub as_of: Option<NaiveDate>,
    /// Only those of an issuer.
    pub issuer: Option<String>,
    /// Told apart by what.
    pub by: OverviewBy,
}

/// The rows and their sum. Refuses an organization out of reach (404).
pub fn read(
    conn: &mut Conn,
    asked: &Asked,
    today: NaiveDate,
) -> Result<(NaiveDate, Vec<Row>, TaskBuckets), Fault> {
    let when = When::of(asked.as_of, today);
    let top = find_at(conn, &asked.reach, asked.organization.as_str(), when)?;
    let day = asked.as_of.unwrap_or(today);
    let bounds = Bounds::of(day, &calendar::store::load(conn)?);
    let rows = store::count(conn, top, (&bounds, when), asked.by, asked.issuer.as_deref())?;
    let total = rows.iter().map(Row::buckets).fold(TaskBuckets::default(), TaskBuckets::and);
    Ok((day, rows, total))
}
