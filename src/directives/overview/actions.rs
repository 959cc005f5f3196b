//! Reading an overview.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::model::{Bounds, OverviewBy, Part, Readings, TaskBuckets};
use super::remembered::Remembered;
use super::store::{self, Counting};
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
pub fn read(
    conn: &mut Conn,
    remembered: &Remembered,
    asked: &Asked,
    today: NaiveDate,
) -> Result<Overview, Fault> {
    let when = When::of(asked.as_of, today);
    let top = find_at(conn, &asked.reach, asked.organization.as_str(), when)?;
    let day = asked.as_of.unwrap_or(today);
    let bounds = Bounds::of(day, &calendar::store::load(conn)?);
    let counting = Counting { bounds, by: asked.by, issuer: asked.issuer.as_deref() };
    let units = store::units(conn, top, when)?;
    let parts = remembered.count(conn, &counting, (top, when), &units)?;
    let mut lines: BTreeMap<String, Line> = BTreeMap::new();
    for unit in units {
        for part in parts.get(&unit.id).into_iter().flat_map(|parts| parts.iter()) {
            let (key, name) = match asked.by {
                OverviewBy::Organization => (unit.code.as_str(), &unit.name),
                OverviewBy::Issuer | OverviewBy::Type => (part.key.as_str(), &part.name),
            };
            match lines.get_mut(key) {
                Some(line) => line.add(name, part),
                None => {
                    lines.insert(key.to_owned(), Line::of(key, name, part));
                }
            }
        }
    }
    let lines: Vec<Line> = lines.into_values().collect();
    let tasks = lines.iter().map(|line| line.tasks).fold(TaskBuckets::default(), TaskBuckets::and);
    let readings = lines.iter().map(|line| line.readings).fold(Readings::default(), Readings::and);
    let opinions = remembered.opinions(conn, (top, when), (day, today), counting.issuer)?;
    Ok(Overview { day, lines, total: (tasks, readings), opinions })
}

impl Line {
    fn of(key: &str, name: &str, part: &Part) -> Self {
        Self { key: key.to_owned(), name: name.to_owned(), tasks: part.tasks, readings: part.readings }
    }

    /// Adds what another organization has. Of an issuer that is named in several ways the first name is told.
    fn add(&mut self, name: &str, part: &Part) {
        if name < self.name.as_str() {
            name.clone_into(&mut self.name);
        }
        (self.tasks, self.readings) = (self.tasks.and(part.tasks), self.readings.and(part.readings));
    }
}
