//! Reading a funnel.

use chrono::NaiveDate;

use super::model::{FunnelBy, FunnelCounts};
use super::store::{self, Narrowed};
use crate::emulation::movements::words::EmulationField;
use crate::organizations::{OrganizationCode, Reach, When, find_at};
use crate::platform::{Conn, Fault};

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Asked {
    /// What the caller may know of.
    pub reach: Reach,
    /// Whose exemplars, with all below it.
    pub organization: OrganizationCode,
    /// At the end of which day, in the tree of that day; without one, of today.
    pub as_of: Option<NaiveDate>,
    /// Which of them.
    pub narrowed: Narrowed,
    /// Told apart by what.
    pub by: FunnelBy,
}

/// A row of a funnel.
#[derive(Clone, Debug)]
pub struct Line {
    /// Under what it is known.
    pub key: String,
    /// Its name.
    pub name: String,
    /// How its exemplars stand.
    pub counts: FunnelCounts,
}

/// A funnel.
#[derive(Clone, Debug)]
pub struct Funnel {
    /// At the end of which day.
    pub day: NaiveDate,
    /// By key.
    pub lines: Vec<Line>,
    /// All together.
    pub total: FunnelCounts,
}

/// Reads a funnel. Refuses an organization out of reach (404).
pub fn read(conn: &mut Conn, asked: &Asked, today: NaiveDate) -> Result<Funnel, Fault> {
    let when = When::of(asked.as_of, today);
    let top = find_at(conn, &asked.reach, asked.organization.as_str(), when)?;
    let day = asked.as_of.unwrap_or(today);
    let rows = store::count(conn, (top, when), day, &asked.narrowed, asked.by)?;
    let line = |row: store::Row| {
        let counts = row.counts();
        let field = (asked.by == FunnelBy::Field).then(|| row.key.parse::<EmulationField>().ok()).flatten();
        Line { name: field.map_or(row.name, |field| field.name().to_owned()), key: row.key, counts }
    };
    let lines: Vec<Line> = rows.into_iter().map(line).collect();
    let total = lines.iter().map(|line| line.counts).fold(FunnelCounts::default(), FunnelCounts::and);
    Ok(Funnel { day, lines, total })
}
