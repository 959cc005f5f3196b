//! Writing the ledger: what records add, in the transaction that stores them.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{Counter, Entry, Reading};
use crate::kpis::closings::model::{Closings, Refusal};
use crate::kpis::closings::store::closed_over;
use crate::kpis::periods::half::{DAYS, HALVES, Half};
use crate::organizations::OrganizationId;
use crate::platform::input::wrong;
use crate::platform::{Bulk, Fault, Values, Work, Wrong};

/// Something of which a period counts how many different ones were seen.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sighting {
    /// Whose counter.
    pub organization: OrganizationId,
    /// Which.
    pub counter: Counter,
    /// What was seen, by its code.
    pub thing: String,
    /// In which half month.
    pub half: Half,
}

/// The ledger, open for writing: nobody else writes it, or closes a period, until the transaction ends.
pub struct Ledger {
    closings: Closings,
    covered: BTreeSet<OrganizationId>,
    /// Of earlier half months nobody asks for single days again.
    days_from: Half,
    days: BTreeMap<(OrganizationId, Counter, Half), [i32; DAYS]>,
    years: BTreeMap<(OrganizationId, Counter, i32), [i32; HALVES]>,
    sightings: BTreeMap<Sighting, i32>,
}

impl Ledger {
    /// Opens the ledger. Must come before what the records hold is read, so that no two writers take back the same.
    pub fn open(work: &mut Work<'_>) -> Result<Self, Fault> {
        work.numbers("ledger", 0)?;
        Ok(Self {
            closings: Closings::default(),
            covered: BTreeSet::new(),
            // One half month more: the clocks of two processes may differ at midnight.
            days_from: Half::of(work.today()).before(),
            days: BTreeMap::new(),
            years: BTreeMap::new(),
            sightings: BTreeMap::new(),
        })
    }

    /// Learns which periods are closed for some organizations. Entries of others are refused as a fault of ours.
    pub fn cover(
        &mut self,
        work: &mut Work<'_>,
        organizations: BTreeSet<OrganizationId>,
    ) -> Result<(), Fault> {
        self.closings = closed_over(work, &organizations)?;
        self.covered = organizations;
        Ok(())
    }

    /// Refuses what would change a day of a closed period, whether the sums change or not: what is entered stands in a
    /// report of that period under another heading.
    pub fn admit(&self, entries: &[Entry]) -> Result<(), Refusal> {
        self.closings.admit(entries)
    }

    /// Adds what one record changes: all of it, or nothing when a day of a closed period would change. What was seen once
    /// more, or once less, comes with its number.
    pub fn add(&mut self, entries: &[Entry], sightings: Vec<(Sighting, i32)>) -> Result<(), Fault> {
        let named = entries.iter().map(|entry| entry.organization);
        if named
            .chain(sightings.iter().map(|(seen, _)| seen.organization))
            .any(|id| !self.covered.contains(&id))
        {
            return Err(Fault::broken("closings of an organization were not asked for"));
        }
        self.closings.admit(entries)?;
        // A period is made of whole half months, so the first day stands for all.
        let seen = |(seen, n): &(Sighting, i32)| Entry {
            organization: seen.organization,
            counter: seen.counter,
            day: seen.half.first_day(),
            n: *n,
        };
        self.closings.admit(&sightings.iter().map(seen).collect::<Vec<_>>())?;
        for entry in entries {
            self.enter(entry)?;
        }
        for (sighting, n) in sightings {
            raise(self.sightings.entry(sighting).or_default(), n)?;
        }
        Ok(())
    }

    fn enter(&mut self, entry: &Entry) -> Result<(), Fault> {
        let Entry { organization, counter, day, n } = *entry;
        let half = Half::of(day);
        let year = self.years.entry((organization, counter, half.year())).or_insert([0; HALVES]);
        if let Some(cell) = year.get_mut(half.place()) {
            raise(cell, n)?;
        }
        if counter.reading() == Reading::Stock && half >= self.days_from {
            let row = self.days.entry((organization, counter, half)).or_insert([0; DAYS]);
            if let Some(cell) = row.get_mut(Half::place_of(day)) {
                raise(cell, n)?;
            }
        }
        Ok(())
    }

    /// Stores everything that was added: a constant number of statements, rows in one order for all writers.
    pub fn post(mut self, work: &mut Work<'_>) -> Result<(), Fault> {
        self.days.retain(|_, row| row.iter().any(|n| *n != 0));
        self.years.retain(|_, row| row.iter().any(|n| *n != 0));
        post_days(work, &self.days)?;
        post_years(work, &self.years)?;
        self.sightings.retain(|_, n| *n != 0);
        post_sightings(work, &self.sightings)
    }
}

/// More than a counter holds: two thousand million of one organization in one half month.
fn too_much() -> Fault {
    Fault::invalid(vec![Wrong::body("", wrong::RANGE)])
}

/// Adds to a cell. Refuses more than it holds, rather than turning round.
fn raise(cell: &mut i32, n: i32) -> Result<(), Fault> {
    *cell = cell.checked_add(n).ok_or_else(too_much)?;
    Ok(())
}

fn post_days(
    work: &mut Work<'_>,
    rows: &BTreeMap<(OrganizationId, Counter, Half), [i32; DAYS]>,
) -> Result<(), Fault> {
    let bulk = Bulk::new("counter_days")
        .column("organization_id", Values::Number(rows.keys().map(|(id, _, _)| id.0).collect()))
        .column("counter", Values::Words(rows.keys().map(|(_, counter, _)| counter.to_string()).collect()))
        .column("half", Values::Day(rows.keys().map(|(_, _, half)| half.first_day()).collect()));
    cells(bulk, "d", &rows.values()).adding("organization_id, counter, half").run(work.conn)
}

fn post_years(
    work: &mut Work<'_>,
    rows: &BTreeMap<(OrganizationId, Counter, i32), [i32; HALVES]>,
) -> Result<(), Fault> {
    let bulk = Bulk::new("counter_years")
        .column("organization_id", Values::Number(rows.keys().map(|(id, _, _)| id.0).collect()))
        .column("counter", Values::Words(rows.keys().map(|(_, counter, _)| counter.to_string()).collect()))
        .column("year", Values::Count(rows.keys().map(|(_, _, year)| *year).collect()));
    let totals = rows.values().map(|row| row.iter().try_fold(0_i32, |sum, n| sum.checked_add(*n)));
    let totals = totals.collect::<Option<Vec<i32>>>().ok_or_else(too_much)?;
    let bulk = cells(bulk, "h", &rows.values()).column("total", Values::Count(totals));
    bulk.adding("organization_id, counter, year").run(work.conn)
}

/// Adds a column for each place of the rows.
fn cells<'a, const N: usize>(
    bulk: Bulk,
    prefix: &str,
    rows: &(impl Iterator<Item = &'a [i32; N]> + Clone),
) -> Bulk {
    (0..N).fold(bulk, |bulk, place| {
        let values = rows.clone().map(|row| row.get(place).copied().unwrap_or(0)).collect();
        bulk.column(format!("{prefix}{:02}", place + 1), Values::Count(values))
    })
}

fn post_sightings(work: &mut Work<'_>, seen: &BTreeMap<Sighting, i32>) -> Result<(), Fault> {
    let mut rows: BTreeMap<(OrganizationId, Counter, &str, i32), [i32; HALVES]> = BTreeMap::new();
    for (sighting, n) in seen {
        let Sighting { organization, counter, thing, half } = sighting;
        let row = rows.entry((*organization, *counter, thing, half.year())).or_insert([0; HALVES]);
        if let Some(cell) = row.get_mut(half.place()) {
            raise(cell, *n)?;
        }
    }
    let bulk = Bulk::new("counter_sightings")
        .column("organization_id", Values::Number(rows.keys().map(|(id, ..)| id.0).collect()))
        .column("counter", Values::Words(rows.keys().map(|(_, counter, ..)| counter.to_string()).collect()))
        .column("thing", Values::Words(rows.keys().map(|(_, _, thing, _)| (*thing).to_owned()).collect()))
        .column("year", Values::Count(rows.keys().map(|(.., year)| *year).collect()));
    cells(bulk, "h", &rows.values()).adding("organization_id, counter, year, thing").run(work.conn)
}
