//! Reading how many were given what.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::model::AwardCounts;
use super::store;
use crate::emulation::awards::titles::model::AwardTitleId;
use crate::emulation::awards::titles::store::{self as titles, Title};
use crate::organizations::{OrganizationCode, Reach, When, find_at};
use crate::platform::{Conn, Fault};

/// What became of proposals in a period.
pub struct Overview {
    /// By title, in the order of the catalogue, with the rules of the last day.
    pub lines: Vec<(Title, AwardCounts)>,
    /// All together.
    pub total: AwardCounts,
}

/// Counts from one day to another, in the tree of the last. Refuses an organization out of reach (404).
pub fn read(
    conn: &mut Conn,
    reach: &Reach,
    organization: &OrganizationCode,
    (from, to): (NaiveDate, NaiveDate),
    when: When,
) -> Result<Overview, Fault> {
    let top = find_at(conn, reach, organization.as_str(), when)?;
    let counted = store::count(conn, top, (from, to), when)?;
    let total = counted.iter().fold(AwardCounts::default(), |sum, (_, counts)| sum.and(*counts));
    let ids: Vec<&AwardTitleId> = counted.iter().map(|(id, _)| id).collect();
    let found = titles::newest(conn, &ids, to)?;
    let counts: HashMap<AwardTitleId, AwardCounts> = counted.iter().cloned().collect();
    let line = |title: Title| counts.get(&title.id).copied().map(|counts| (title, counts));
    Ok(Overview { lines: found.into_iter().filter_map(line).collect(), total })
}
