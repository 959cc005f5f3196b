//! Reading an overview.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::model::{Bounds, OverviewBy, Readings, TaskBuckets};
use super::store;
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

/// A row of an overview.
pub struct Line {
    /// Under what it is known.
    pub key: String,
    /// Its name.
    pub name: String,
    /// How its tasks stand.
    pub tasks: TaskBuckets,
    /// How far persons came.
    pub readings: Readings,
}

/// An overview.
pub struct Overview {
    /// As of which day.
    pub day: NaiveDate,
    /// By key.
    pub lines: Vec<Line>,
    /// All together.
    pub total: (TaskBuckets, Readings),
    /// Opinions on the directives behind it.
    pub opinions: i64,
}

/// Reads an overview. Refuses an organization out of reach (404).
pub fn read(conn: &mut Conn, asked: &Asked, today: NaiveDate) -> Result<Overview, Fault> {
    let when = When::of(asked.as_of, today);
    let top = find_at(conn, &asked.reach, asked.organization.as_str(), when)?;
    let day = asked.as_of.unwrap_or(today);
    let bounds = Bounds::of(day, &calendar::store::load(conn)?);
    let issuer = asked.issuer.as_deref();
    let mut lines: BTreeMap<String, Line> = BTreeMap::new();
    for row in store::count(conn, top, (&bounds, when), asked.by, issuer)? {
        let (tasks, readings) = (row.buckets(), Readings::default());
        lines.insert(row.key.clone(), Line { key: row.key, name: row.name, tasks, readings });
    }
    for row in store::readings(conn, top, (&bounds, when), asked.by, issuer)? {
        let (tasks, readings) = (TaskBuckets::default(), row.readings());
        let new = || Line { key: row.key.clone(), name: row.name, tasks, readings };
        lines.entry(row.key.clone()).or_insert_with(new).readings = readings;
    }
    let lines: Vec<Line> = lines.into_values().collect();
    let tasks = lines.iter().map(|line| line.tasks).fold(TaskBuckets::default(), TaskBuckets::and);
    let readings = lines.iter().map(|line| line.readings).fold(Readings::default(), Readings::and);
    let opinions = store::opinions_on(conn, top, (&bounds, when, today), issuer)?;
    Ok(Overview { day, lines, total: (tasks, readings), opinions })
}
